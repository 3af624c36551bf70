"""The server is killed in the middle of writes, again and again: what was acknowledged is there, once."""

import random
import re
import secrets
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests import postgres
from tests.running import Client, Server, command, environment, free_port, sign_in_by_link

WRITERS = 4
SEED = 20270510
ANSWERS_AGAIN_WITHIN = 5.0


@contextmanager
def database(kind):
    """An empty database of its own: its DATABASE_URL (empty for SQLite)."""
    if kind == "SQLite":
        yield ""
        return
    import psycopg

    with postgres.server() as url:
        name = f"crash_{secrets.token_hex(6)}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def rows(url, data, query):
    """Asked beside the product, straight from the database."""
    if url:
        import psycopg

        with psycopg.connect(url) as connection:
            return connection.execute(query).fetchall()
    import pysqlite3

    with closing(pysqlite3.connect(data / "alongside.sqlite3")) as connection:
        return connection.execute(query).fetchall()


@dataclass
class Writing:
    """Some people add units at once, each with a name of its own, and note every acknowledgement."""

    client: Client
    path: str
    token: str
    wanted: int
    acknowledged: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    unexpected: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def write(self, who: int) -> None:
        with self.client.twin() as client:
            self._write(client, who)

    def _write(self, client: Client, who: int) -> None:
        number = 0
        while not self.over.is_set() and len(self.acknowledged) < self.wanted:
            number += 1
            name = f"Unit {who}-{number:05}"
            self.tried.add(name)
            try:
                answer = client.post(
                    self.path, csrfmiddlewaretoken=self.token, name=name, unit_kind="", place=""
                )
            except (OSError, HTTPException):
                time.sleep(0.02)
                continue
            if answer.status == 303:
                self.acknowledged.append(name)
            elif answer.status < 500:
                self.unexpected.append(f"{answer.status} for {name}")

    def wait_for(self, count: int) -> None:
        until = time.monotonic() + 120
        while len(self.acknowledged) < count and not self.unexpected:
            assert time.monotonic() < until, (
                f"only {len(self.acknowledged)} of {count} writes after two minutes"
            )
            time.sleep(0.002)
        assert not self.unexpected, self.unexpected[:3]


class Kept:
    """A server that is killed and started again on the same port and data."""

    def __init__(self, env):
        self.env, self.port, self.waits = env, free_port(), []
        self.server = None

    def start(self):
        self.server = Server("serve", "--port", str(self.port), env=self.env).wait_ready()

    def kill_and_start(self):
        self.server.kill()
        began = time.monotonic()
        self.start()
        self.waits.append(time.monotonic() - began)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.server.process.poll() is None:
            self.server.end()
        self.server.kill()


def begin(kept, link, wanted):
    """Somebody signed in who may add units."""
    with Client(kept.port) as client:
        sign_in_by_link(client, link)
        listed = client.get("/organisations")
        assert listed.status == 200, listed.status
        organisation = re.search(r"/organisations/[0-9a-f-]{36}", listed.text)[0]
        path = f"{organisation}/units/add"
        return Writing(client, path, client.get(path).token(), wanted)


def kill_among(writing, kept, rounds):
    """Kill at `rounds` random moments among the writes."""
    dice = random.Random(SEED)
    step = writing.wanted / rounds
    for number in range(rounds):
        writing.wait_for(int(step * (number + dice.random())))
        time.sleep(dice.random() * 0.02)
        kept.kill_and_start()
    writing.wait_for(writing.wanted)


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_what_was_acknowledged_is_there_once(kind, tmp_path, capsys):
    kill_and_count(kind, tmp_path, capsys, rounds=3, writes=60, alone=False)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_what_was_acknowledged_is_there_once_after_many_kills(kind, request, tmp_path, capsys):
    given = request.config.getoption
    rounds, writes = given("--crash-rounds"), given("--crash-writes")
    kill_and_count(kind, tmp_path, capsys, rounds=rounds, writes=writes, alone=True)


def kill_and_count(kind, tmp_path, capsys, *, rounds, writes, alone):
    """`alone`: nothing else runs on this machine, so that every wait for an answer counts, not the best."""
    with database(kind) as url:
        env = environment(tmp_path, DATABASE_URL=url)
        made = command("setup", "--organisation", "Fjellvik", "--name", "Ada", env=env)
        assert made.returncode == 0, made.stderr
        link = re.search(r"^http\S+/link/\S+$", made.stdout, re.MULTILINE)[0]
        with Kept(env) as kept:
            writing = begin(kept, link, writes)
            writers = [threading.Thread(target=writing.write, args=(i,), daemon=True) for i in range(WRITERS)]
            for writer in writers:
                writer.start()
            try:
                kill_among(writing, kept, rounds)
            finally:
                writing.over.set()
                for writer in writers:
                    writer.join(20)
        compare(writing, url, tmp_path)
        wait = max(kept.waits) if alone else min(kept.waits)
        assert wait < ANSWERS_AGAIN_WITHIN, f"took {wait:.1f} s to answer again"
        checked = command("check", env=env).stdout
        assert "ok       The audit is whole" in checked, checked
        with capsys.disabled():
            print(
                f"\n{kind}: {rounds} kills, {len(writing.acknowledged)} acknowledged writes, 0 lost, "
                f"0 doubled, answers again after at most {max(kept.waits):.1f} s"
            )


def compare(writing, url, data):
    """The client's list against the database's."""
    there = Counter(name for (name,) in rows(url, data, "SELECT name FROM people_organisation"))
    del there["Fjellvik"]
    assert [name for name in writing.acknowledged if there[name] == 0] == [], "acknowledged and lost"
    assert {name: n for name, n in there.items() if n > 1} == {}, "doubled"
    assert set(there) <= writing.tried, "there, and nobody asked for it"
    written = rows(url, data, "SELECT count(*) FROM access_auditrow WHERE verb = 'people.add_unit'")
    assert written == [(len(there),)], "a deed without its audit row, or the reverse"
    if not url:
        assert rows(url, data, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize(
    ("there", "audited", "says"),
    [
        (["a", "b"], 2, ""),
        (["a", "b", "c"], 3, ""),
        (["a"], 1, "acknowledged and lost"),
        (["a", "b", "b"], 3, "doubled"),
        (["a", "b", "x"], 3, "nobody asked for it"),
        (["a", "b"], 1, "without its audit row"),
    ],
    ids=["all there", "one that was not acknowledged", "lost", "doubled", "unknown", "no audit row"],
)
def test_the_comparison_notices(there, audited, says, tmp_path):
    import pysqlite3

    with closing(pysqlite3.connect(tmp_path / "alongside.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE people_organisation (name)")
        connection.execute("CREATE TABLE access_auditrow (verb)")
        connection.executemany(
            "INSERT INTO people_organisation VALUES (?)", [("Fjellvik",), *zip(there, strict=True)]
        )
        connection.executemany("INSERT INTO access_auditrow VALUES (?)", [("people.add_unit",)] * audited)
    writing = Writing(Client(0), "", "", 2, acknowledged=["a", "b"], tried={"a", "b", "c"})
    if not says:
        compare(writing, "", tmp_path)
    else:
        with pytest.raises(AssertionError, match=says):
            compare(writing, "", tmp_path)
