"""A real `alongside` in a process group of its own, and a client as plain as a browser without scripts."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

COMMAND = [sys.executable, "-c", "import sys; from alongside.cli import main; sys.exit(main())"]


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a server is started with: nothing of the tests' own settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ALONGSIDE_") and k != "DATABASE_URL"}
    return {**kept, "ALONGSIDE_DATA": str(data), **more}


def command(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=120,
    )


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Server:
    """`serve` or `demo`, started; use it as a context, so that nothing is left behind."""

    def __init__(self, *arguments: str, env: dict[str, str], cwd: Path | None = None) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = ""

    def _read(self) -> None:
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("Ready at "):
                self.address = line.removeprefix("Ready at ").strip()
                self._ready.set()
        self._ready.set()

    def wait_ready(self, seconds: float = 30.0) -> Self:
        """Until the line `Ready at ...`; `took` is how long that lasted."""
        self._ready.wait(seconds)
        self.took = time.monotonic() - self.began
        assert self.address, f"not ready after {self.took:.1f} s: {self.said}"
        return self

    @property
    def port(self) -> int:
        return int(urllib.parse.urlsplit(self.address).port or 0)

    def members(self) -> list[int]:
        """Every living process of the group."""
        return group(self.process.pid)

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to end; the exit status, and how long until nobody of the group was left."""
        began = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(20)
        while self.members() and time.monotonic() - began < 20:
            time.sleep(0.02)
        return status, time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL to the whole group, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        while self.members():
            time.sleep(0.005)
        self._reader.join(20)
        self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def group(leader: int) -> list[int]:
    """The living processes of a process group, zombies left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(after_name[2]) == leader and after_name[0] not in "ZX":
            found.append(int(folder.name))
    return found


@dataclass
class Answer:
    status: int
    text: str
    location: str

    def token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text)
        assert found, f"no form on this page ({self.status})"
        return found[1]


@dataclass
class Client:
    """Keeps cookies and one connection; redirects are not followed."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 10.0
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> Answer:
        return self._ask("POST", path, urllib.parse.urlencode(fields))

    def twin(self) -> "Client":
        """The same person in another connection."""
        return Client(self.port, dict(self.cookies), self.timeout)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for said in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, text, answer.headers.get("Location", ""))


def sign_in_by_link(client: Client, link: str) -> None:
    """Spend a one-time link as somebody would who clicks it."""
    path = urllib.parse.urlsplit(link).path
    page = client.get(path)
    answer = client.post(path, csrfmiddlewaretoken=page.token())
    assert answer.status == 303, f"the link did not sign in: {answer.status}"
