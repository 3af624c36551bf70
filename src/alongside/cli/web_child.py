"""The web server's own process: granian, one process with a few threads, so that SQLite is shared well."""

import argparse
import os
import signal
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from alongside.cli import tether

THREADS = 4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    tether.hold(args.parent)
    server = Server(
        "alongside.config.wsgi:application",
        address=args.host,
        port=args.port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,  # no path ever stands in a log
        workers_kill_timeout=2,
    )
    here = os.getpid()

    def load() -> Callable[..., Any]:
        """Called in each serving process."""
        tether.hold(here, end_by=signal.SIGKILL)
        from alongside.config.wsgi import application

        return application

    server.serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main()
