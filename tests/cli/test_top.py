"""The command as a whole: help, version, mistakes, and that it starts quickly."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from alongside import __version__
from alongside.cli import main, parser
from alongside.cli.sentences import DRIVER, in_words

COMMANDS = ("demo", "setup", "migrate", "serve", "worker", "check", "places", "evidence")


def run(*arguments, **environment):
    """The real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "import sys; from alongside.cli import main; sys.exit(main())", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )


def test_help_names_every_command_and_the_first_steps(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert [c for c in COMMANDS if f"\n    {c} " not in said] == []
    assert "alongside setup, then alongside serve" in said
    assert max(map(len, said.splitlines())) <= 120


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: alongside {command}" in capsys.readouterr().out


def test_the_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"alongside {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "required"),
        (["dance"], "dance"),
        (["serve", "--port", "0"], "'0' is not a port"),
        (["serve", "--port", "http"], "'http' is not a port"),
        (["demo", "--port", "65536"], "'65536' is not a port"),
        (["serve", "--workers", "none"], "'none' is not a number from 1 to 64"),
        (["setup", "--kind", "guild"], "guild"),
        (["places"], "required"),
    ],
    ids=lambda a: " ".join(a) if isinstance(a, list) else "",
)
def test_a_mistake_is_answered_by_a_sentence_and_status_2(arguments, said, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    assert said in printed.err


def test_only_commands_that_need_it_load_django():
    code = (
        "import sys; from alongside.cli import parser; parser().parse_args(['check']); "
        "print(sorted({'django', 'numpy', 'granian'} & {m.split('.')[0] for m in sys.modules}))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL must name a PostgreSQL database"),
        ({"DATABASE_URL": "postgres://127.0.0.1:1/x"}, "The database did not answer as it should"),
        (
            {"ALONGSIDE_TIME_ZONE": "Mars/Olympus"},
            "ALONGSIDE_TIME_ZONE is 'Mars/Olympus', which is no time zone. Give a name such as Europe/Oslo",
        ),
        ({"ALONGSIDE_LANGUAGE": "xx"}, "ALONGSIDE_LANGUAGE is 'xx'; it can be en or nb."),
        ({"ALONGSIDE_DATA": "/dev/null/x"}, "/dev/null/x can't be the data folder"),
    ],
    ids=["another database", "no server", "no such zone", "no such language", "no such folder"],
)
def test_a_wrong_setting_is_answered_by_a_sentence(environment, said, tmp_path):
    ended = run("check", **{"ALONGSIDE_DATA": str(tmp_path)} | environment)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A data folder in which the tables have just been made, and what was said of it."""
    home = tmp_path_factory.mktemp("installation") / "data"
    ended = run("migrate", ALONGSIDE_DATA=str(home), DATABASE_URL="")
    assert ended.returncode == 0
    return home, ended.stdout


def test_migrate_makes_the_tables_once(migrated):
    home, said = migrated
    assert "is up to date now" in said
    again = run("migrate", ALONGSIDE_DATA=str(home), DATABASE_URL="")
    assert (again.returncode, again.stdout) == (0, "The database was up to date already.\n")
    assert home.stat().st_mode & 0o077 == 0


NOT_SET_UP = "This installation is not set up yet. Run: alongside setup"


def test_what_is_written_is_its_owners_alone(migrated):
    home, _said = migrated
    assert (home / "alongside.sqlite3").stat().st_mode & 0o777 == 0o600


def test_next_steps_can_be_pasted_as_the_command_was_started(tmp_path):
    started = Path(sys.executable).with_name("alongside")
    ended = subprocess.run(
        [started, "serve"],
        capture_output=True,
        text=True,
        env={**os.environ, "ALONGSIDE_DATA": str(tmp_path), "DATABASE_URL": "", "PATH": "/usr/bin:/bin"},
        check=False,
        timeout=60,
    )
    assert ended.stderr == f"This installation is not set up yet. Run: {started} setup\n"


def test_a_missing_driver_is_answered_with_the_remedy():
    said = in_words(ImproperlyConfigured("Error loading psycopg2 or psycopg module"))
    assert said is not None
    assert f"{sys.executable} -m pip install '{DRIVER}'" in said
    pinned = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert pinned["project"]["optional-dependencies"]["postgres"] == [DRIVER]


def test_commands_on_a_bare_database_say_what_to_run_first(tmp_path):
    environment = {"ALONGSIDE_DATA": str(tmp_path), "DATABASE_URL": ""}
    for command in (["serve"], ["worker"]):
        ended = run(*command, **environment)
        assert (ended.returncode, ended.stderr) == (2, f"{NOT_SET_UP}\n")
    ended = run("check", **environment)
    assert ended.returncode == 1
    assert f"DO THIS  {NOT_SET_UP}" in ended.stdout


def test_with_tables_alone_there_is_nowhere_to_read_places_in(migrated):
    home, _said = migrated
    ended = run("places", "import", ALONGSIDE_DATA=str(home), DATABASE_URL="")
    assert (ended.returncode, "alongside setup" in ended.stderr) == (2, True)
    assert "Traceback" not in ended.stderr


def test_the_parser_can_be_built_twice():
    assert parser().parse_args(["migrate"]).func is parser().parse_args(["migrate"]).func
