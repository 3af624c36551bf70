"""`alongside demo` as somebody starts it: ready soon, kept for the next time, ended at once, harmless."""

import contextlib
import re
import signal
import socket

import pytest

from alongside.demo import folder
from alongside.demo.people import PEOPLE
from tests.running import Client, Server, command, environment, free_port, group

MISLEADING = {
    "DATABASE_URL": "postgres://127.0.0.1:1/real",
    "ALONGSIDE_HTTPS": "1",
    "ALONGSIDE_HOSTS": "care.example",
    "ALONGSIDE_SECRET_KEY": "short",
}


@contextlib.contextmanager
def demo(data, *arguments):
    """A demonstration that is up, started among settings of a real installation."""
    env = environment(data.parent / "real", **MISLEADING)
    with Server("demo", "--no-browser", "--data", str(data), *arguments, env=env) as server:
        yield server.wait_ready()


def signed_in_as(client, handle):
    token = client.get("/demo").token()
    answer = client.post(f"/demo/as/{handle}", csrfmiddlewaretoken=token)
    assert (answer.status, answer.location) == (303, "/")
    return client


def first_of(client):
    return re.search(r'href="(/organisations/[0-9a-f-]{36})"', client.get("/").text)[1]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder in which an earlier start was interrupted, filled by the first start of this file."""
    home = tmp_path_factory.mktemp("demo") / "data"
    folder.claim(home)
    (home / "alongside.sqlite3").write_text("half of a database")
    with demo(home, "--port", str(free_port())) as server:
        assert server.took < 30
        assert server.said[0].startswith("Filling the demonstration")
        assert server.address == f"http://127.0.0.1:{server.port}"
        with Client(server.port) as client:
            organisation = first_of(signed_in_as(client, "coordinator"))
            form = client.get(f"{organisation}/units/add")
            said = {"name": "The new house", "unit_kind": "", "place": ""}
            answer = client.post(f"{organisation}/units/add", csrfmiddlewaretoken=form.token(), **said)
            assert answer.status == 303
        ends_at_once(server, signal.SIGTERM)
    return home


def ends_at_once(server, number):
    status, took = server.end(number)
    assert (status, group(server.process.pid)) == (0, [])
    assert took < 5


@pytest.fixture(scope="module")
def again(data):
    """A second start, without a port and with the usual one taken."""
    with socket.socket() as taken:
        with contextlib.suppress(OSError):  # somebody else has it: that is as good
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        with demo(data) as server:
            yield server


def test_what_was_interrupted_is_filled_whole(data):
    assert folder.is_filled(data)
    assert set(folder.subjects(data)) == {p.handle for p in PEOPLE}


def test_a_second_start_keeps_what_was_done(again):
    assert not any("Filling" in line for line in again.said)
    with Client(again.port) as client:
        assert "The new house" in client.get(first_of(signed_in_as(client, "coordinator"))).text


def test_without_a_port_the_next_free_one_is_taken(again):
    assert again.port > 8000


def test_the_researcher_sees_the_table_and_a_stranger_chooses_whom_to_be(again):
    with Client(again.port) as client:
        answer = client.get("/")
        assert (answer.status, answer.location) == (303, "/demo")
        survey = re.search(r"/surveys/\d+", signed_in_as(client, "researcher").get("/surveys").text)[0]
        page = client.get(f"{survey}/table").text
    assert "244 of 316" in page
    assert re.search(r"77\.2.%", page)


def test_one_folder_one_demonstration(again, data):
    second = command("demo", "--no-browser", "--data", str(data), env=environment(data))
    assert second.returncode == 2
    assert f"A demonstration is running on {data} already" in second.stderr


def test_the_rest_of_the_machine_is_left_alone_and_it_ends_at_once(again, data):
    assert not (data.parent / "real").exists()
    ends_at_once(again, signal.SIGINT)


def test_a_foreign_folder_is_refused(tmp_path):
    (tmp_path / "alongside.sqlite3").write_text("a real one")
    ended = command("demo", "--no-browser", "--data", str(tmp_path), env=environment(tmp_path))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "did not make" in ended.stderr
    assert (tmp_path / "alongside.sqlite3").read_text() == "a real one"


def test_a_folder_that_cannot_be_made(tmp_path):
    ended = command("demo", "--no-browser", "--data", "/dev/null/demo", env=environment(tmp_path))
    assert ended.returncode == 2
    assert "Name another folder with --data." in ended.stderr


def test_a_port_that_was_asked_for_and_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = command("demo", "--data", str(tmp_path / "d"), "--port", port, env=environment(tmp_path))
    assert ended.returncode == 2
    assert "is taken" in ended.stderr
    assert not folder.is_filled(tmp_path / "d")
