"""`alongside serve` and its processes: they start, are looked after, and end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alongside.cli.children import MOST_ENDS, Children
from alongside.cli.sentences import Stop
from tests.running import Client, Server, command, environment, free_port, group


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """An installation that is set up, on SQLite."""
    found = environment(tmp_path_factory.mktemp("data"))
    assert command("setup", "--organisation", "Fjellvik", "--name", "Ada", env=found).returncode == 0
    return found


@pytest.fixture
def server(env):
    with Server("serve", "--port", str(free_port()), env=env) as running:
        yield running.wait_ready()


def children(of):
    """Process ids of the direct children, by the module they run."""
    found = {}
    for pid in group(of):
        process = Path(f"/proc/{pid}")
        try:
            parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
            words = (process / "cmdline").read_text().split("\0")
        except OSError:  # it ended while we looked
            continue
        modules = [word for word in words if word.startswith("alongside.cli.")]
        if parent == of and modules:
            found[modules[0]] = pid
    return found


def wait_until(true, seconds=30):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def test_it_serves_and_ends_within_five_seconds(server):
    assert answers(server.port)
    status, took = server.end()
    assert (status, server.members()) == (0, [])
    assert took < 5


def test_it_ends_although_somebody_keeps_a_connection_open(server):
    with socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        status, took = server.end(signal.SIGINT)
    assert (status, server.members()) == (0, [])
    assert took < 5


def test_nobody_outlives_the_parent(server):
    assert len(server.members()) >= 4
    os.kill(server.process.pid, signal.SIGKILL)
    wait_until(lambda: server.members() == [])


@pytest.mark.parametrize("module", ["alongside.cli.web_child", "alongside.cli.worker_child"])
def test_a_child_that_dies_is_started_again(server, module):
    wait_until(lambda: module in children(server.process.pid))  # the worker begins after the first answer
    before = children(server.process.pid)
    os.kill(before[module], signal.SIGKILL)
    wait_until(lambda: children(server.process.pid).get(module) not in {None, before[module]})
    wait_until(lambda: answers(server.port))
    assert any("ended unexpectedly; starting it again" in line for line in server.said)


def answers(port):
    try:
        with Client(port) as client:
            return client.get("/health").status == 200
    except OSError:
        return False


def test_what_does_not_stay_alive_is_given_up(tmp_path, monkeypatch, capfd):
    (tmp_path / "gone_at_once.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    some = Children(first_wait=0.01)
    some.start("server", "gone_at_once")
    with pytest.raises(Stop, match="The server ended") as stopped:
        some.watch()
    assert stopped.value.status == 1
    assert capfd.readouterr().err.count("starting it again") == MOST_ENDS - 1


def test_a_child_that_hears_nothing_is_ended_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "deaf.py").write_text(
        "import os, signal, time\nfor s in (15, 2, 1): signal.signal(s, signal.SIG_IGN)\n"
        f"os.symlink(str(os.getpid()), {str(tmp_path / 'up')!r})\ntime.sleep(60)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    heard = {s: signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    some = Children(time_to_end=0.3)
    some.start("server", "deaf")
    wait_until((tmp_path / "up").is_symlink)
    process = Path("/proc") / (tmp_path / "up").readlink()
    assert process.exists()
    some.end()
    assert not process.exists()
    for number, handler in heard.items():
        signal.signal(number, handler)


def test_a_port_that_is_taken(env, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = command("serve", "--port", str(taken.getsockname()[1]), env=env)
    assert ended.returncode == 2
    assert "is taken. Choose another with --port." in ended.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_host_that_is_not_here(env, host):
    ended = command("serve", "--host", host, env=env)
    assert ended.returncode == 2
    assert host in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_worker_alone(env):
    with Server("worker", env=env) as running:
        wait_until(lambda: running.said == ["The worker is running. Press Ctrl-C to end it."])
        status, took = running.end()
    assert status == 0
    assert took < 5


def test_a_child_whose_parent_is_gone_already_ends_at_once(env):
    ended = subprocess.run(
        [sys.executable, "-m", "alongside.cli.worker_child", "--parent", "999999999"],
        env=env,
        check=False,
        timeout=10,
    )
    assert ended.returncode == 1
