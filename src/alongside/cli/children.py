"""The processes of a running installation: started, watched, restarted a few times, ended together."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

from alongside.cli.sentences import Stop

# Restarted after 0.5, 1, 2, 4 s; one that ends five times within a minute will not be helped by a sixth.
FIRST_WAIT = 0.5
MOST_ENDS = 5
WITHIN = 60.0
TIME_TO_END = 3.5


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes]
    ends: list[float] = field(default_factory=list)
    again_at: float = 0.0


class Children:
    """Runs in the main thread: signals arrive there, and a child is tethered to the thread that made it."""

    def __init__(self, *, first_wait: float = FIRST_WAIT, time_to_end: float = TIME_TO_END) -> None:
        self._first_wait = first_wait
        self._time_to_end = time_to_end
        self._children: list[Child] = []
        self._told_to_stop = threading.Event()

    def heed_signals(self) -> None:
        """SIGTERM, SIGINT and SIGHUP end everything, once."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_asked)

    def _stop_asked(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_stop.set()

    def start(self, name: str, module: str, *arguments: str) -> None:
        command = [sys.executable, "-m", module, "--parent", str(os.getpid()), *arguments]
        self._children.append(Child(name, command, _spawn(command)))

    def wait_for_health(self, host: str, port: int, *, seconds: float = 30.0) -> bool:
        """Until the server answers; False when told to stop meanwhile."""
        until = time.monotonic() + seconds
        while not self._told_to_stop.wait(0.05):
            self._look_after()
            if _answers(host, port):
                return True
            if time.monotonic() > until:
                raise Stop(
                    f"The server did not answer within {seconds:.0f} seconds. See the messages above.", 1
                )
        return False

    def watch(self) -> None:
        """Until told to stop; raises Stop when a child can't be kept alive."""
        while not self._told_to_stop.wait(0.2):
            self._look_after()

    def _look_after(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process.poll() is None:
                continue
            if not child.again_at:
                child.ends = [end for end in child.ends if end > now - WITHIN] + [now]
                if len(child.ends) >= MOST_ENDS:
                    raise Stop(
                        f"The {child.name} ended {MOST_ENDS} times within a minute. Everything was stopped.",
                        1,
                    )
                wait = self._first_wait * 2 ** (len(child.ends) - 1)
                child.again_at = now + wait
                print(f"The {child.name} ended unexpectedly; starting it again.", file=sys.stderr, flush=True)
            elif now >= child.again_at:
                child.process, child.again_at = _spawn(child.command), 0.0

    def end(self) -> None:
        """Ask everyone to end, wait a little, then insist. Afterwards nobody is left."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in self._children:
            child.process.terminate()
        until = time.monotonic() + self._time_to_end
        for child in self._children:
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def _answers(host: str, port: int) -> bool:
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        connection = http.client.HTTPConnection(asked, port, timeout=2)
        connection.request("GET", "/health", headers={"Host": "localhost", "Connection": "close"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
    except (OSError, http.client.HTTPException):
        return False
    return answer.status < 500
