"""The worker as a child of `serve` or `demo`."""

import argparse

from alongside.cli import serving, starting, tether


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    tether.hold(parser.parse_args().parent)
    starting.django_ready()
    serving.work_until_told()


if __name__ == "__main__":
    main()
