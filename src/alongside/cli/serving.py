"""`alongside serve` and `alongside worker`."""

import argparse
import signal
import threading
from collections.abc import Callable

from alongside.cli import starting
from alongside.cli.children import Children
from alongside.cli.sentences import Stop

HOST = "127.0.0.1"
PORT = 8000


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve_command = commands.add_parser(
        "serve",
        help="serve the installation, with its worker, until told to stop",
        description=(
            "Serves the installation until told to stop, together with the worker that computes tables and "
            "seals the audit. Put a proxy that speaks HTTPS before it."
        ),
    )
    serve_command.add_argument("--host", default=HOST, help=f"the address to listen on (default: {HOST})")
    serve_command.add_argument(
        "--port", type=starting.port_number, default=PORT, help=f"the port to listen on (default: {PORT})"
    )
    serve_command.add_argument(
        "--workers", type=_count, default=1, help="server processes; one is right for SQLite (default: 1)"
    )
    serve_command.set_defaults(func=serve)
    worker_command = commands.add_parser(
        "worker",
        help="run the background worker alone",
        description="Computes tables and seals the audit. `alongside serve` starts one by itself.",
    )
    worker_command.set_defaults(func=worker)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 64")
    return int(text)


def serve(args: argparse.Namespace) -> int:
    starting.django_ready()
    _stop_where_tables_are_old()
    starting.let_go()
    port = starting.wanted_port(args.host, args.port)
    shown = f"[{args.host}]" if ":" in args.host else args.host
    return run(
        args.host,
        port,
        workers=args.workers,
        ready=lambda: print(f"Ready at http://{shown}:{port}", flush=True),
    )


def _stop_where_tables_are_old() -> None:
    first = starting.what_to_run_first()
    if first:
        raise Stop(first)


def run(host: str, port: int, *, ready: Callable[[], None], workers: int = 1) -> int:
    """Server and worker, until told to stop; `ready` is called once the server answers."""
    children = Children()
    children.heed_signals()
    try:
        children.start(
            "server",
            "alongside.cli.web_child",
            *("--host", host, "--port", str(port), "--workers", str(workers)),
        )
        if children.wait_for_health(host, port):
            children.start(
                "worker", "alongside.cli.worker_child"
            )  # after the first answer: that one is waited for
            ready()
            children.watch()
    finally:
        children.end()
    return 0


def worker(_args: argparse.Namespace) -> int:
    starting.django_ready()
    _stop_where_tables_are_old()
    work_until_told(ready=lambda: print("The worker is running. Press Ctrl-C to end it.", flush=True))
    return 0


def work_until_told(*, ready: Callable[[], None] = lambda: None) -> None:
    """The worker's loop in this process; a signal ends it after the step it is in."""
    from alongside.journeys import work

    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    ready()
    work.run(stop=told.is_set)
