"""`alongside demo`: filled once, served on loopback until interrupted."""

import argparse
import fcntl
import os
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alongside.cli import serving, starting
from alongside.cli.sentences import Stop
from alongside.demo import folder

HOST = "127.0.0.1"
PORT = 8000
LOCK = "alongside-demonstration.lock"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "demo",
        help="try it with made-up data; nothing to set up",
        description=(
            "Fills a demonstration with made-up data once, and serves it on this machine until interrupted. "
            "What you do in it is kept for the next start. It never touches another database."
        ),
    )
    command.add_argument(
        "--port", type=starting.port_number, help=f"where to serve (default: {PORT}, or the next free one)"
    )
    command.add_argument("--no-browser", action="store_true", help="don't open a browser")
    command.add_argument(
        "--data", type=Path, default=Path("demo-data"), help="folder for the data (default: ./demo-data)"
    )
    command.set_defaults(func=demo)


def demo(args: argparse.Namespace) -> int:
    data: Path = args.data.resolve()
    starting.keep_to_owner()
    try:
        folder.claim(data)
    except folder.Foreign as foreign:
        raise Stop(str(foreign)) from None
    except OSError as wrong:
        raise Stop(f"{data} can't be used: {wrong.strerror}. Name another folder with --data.") from None
    with _alone(data):
        port = starting.wanted_port(HOST, args.port) if args.port else _next_free(PORT)
        _keep_to_itself(data, port)
        _prepare(data)
        return serving.run(HOST, port, ready=lambda: _say_ready(port, open_browser=not args.no_browser))


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Two starts on one folder would fill it twice."""
    with (data / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Stop(
                f"A demonstration is running on {data} already. Name another folder with --data."
            ) from None
        yield


def _next_free(port: int) -> int:
    for each in range(port, port + 200):
        if starting.is_free(HOST, each):
            return each
    raise Stop(f"No port from {port} to {port + 199} is free. Choose one with --port.")


def _keep_to_itself(data: Path, port: int) -> None:
    """Whatever the environment says about a real installation is not for the demonstration."""
    for name in [n for n in os.environ if n == "DATABASE_URL" or n.startswith("ALONGSIDE_")]:
        if name != "ALONGSIDE_TIME_ZONE":
            del os.environ[name]
    os.environ["ALONGSIDE_DEMO"] = "1"
    os.environ["ALONGSIDE_DATA"] = str(data)
    os.environ["ALONGSIDE_ADDRESS"] = f"http://{HOST}:{port}"


def _prepare(data: Path) -> None:
    filled = folder.is_filled(data)
    if not filled:
        folder.empty(data)
        print("Filling the demonstration; this is done once.", flush=True)
    starting.django_ready()
    starting.migrate()
    if not filled:
        from alongside.demo.fill import fill

        folder.mark_filled(data, fill(progress=_say_step))
    starting.let_go()


def _say_step(step: str) -> None:
    print(f"  {step}", flush=True)


def _say_ready(port: int, *, open_browser: bool) -> None:
    address = f"http://{HOST}:{port}"
    print(f"Ready at {address}", flush=True)
    print("Press Ctrl-C to end it. What you do is kept for the next start.", flush=True)
    if open_browser and _can_open():
        webbrowser.open(address)


def _can_open() -> bool:
    """A text browser would take the terminal over, so only where there is a screen."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
