"""The command `alongside`: one module a subject, and Django only where a command needs it.

A mistake of the person at the terminal is answered by a sentence on standard error and exit status 2.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from alongside import __version__
from alongside.cli import checking, database, demonstration, evidence, places, serving, setting_up
from alongside.cli.sentences import Stop, command, in_words

ABOUT = (
    "Public bodies and volunteers agree who does what, do it side by side, and show honestly what came of it."
)
SETTINGS = """Settings come from the environment (DATABASE_URL, ALONGSIDE_DATA, ALONGSIDE_HOSTS, ...):
see docs/operate.md."""


def _first_steps() -> str:
    steps = (
        (command("demo"), "try it with made-up data; nothing to set up"),
        (f"{command('setup')}, then {command('serve')}", "run it for yourselves"),
        (command("check"), "see what is missing or unsafe"),
        (command("evidence", "coordination", "--help"), "who coordinates what, straight from a file"),
    )
    width = max(len(step) for step, _ in steps) + 2
    return "\n".join(["first steps:", *(f"  {step:{width}}{says}" for step, says in steps), "", SETTINGS])


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="alongside",
        description=ABOUT,
        epilog=_first_steps(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"alongside {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for subject in (demonstration, setting_up, database, serving, checking, places, evidence):
        subject.add_commands(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        return int(args.func(args) or 0)
    except Stop as stop:
        print(stop.sentence, file=sys.stderr)
        return stop.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has seen enough, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except SystemExit as stop:
        if not isinstance(stop.code, str):
            raise
        print(stop.code, file=sys.stderr)
        return 2
    except Exception as wrong:
        sentence = in_words(wrong)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 2
