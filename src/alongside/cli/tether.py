"""A child never outlives its parent, however the parent ends."""

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1


def hold(parent: int, *, end_by: signal.Signals = signal.SIGTERM) -> None:
    """Called in the child: be sent `end_by` as soon as the process `parent` is gone.

    The kernel does it on Linux; elsewhere a thread looks twice a second.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(end_by), 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent, end_by), daemon=True).start()
    if os.getppid() != parent:  # it went before the tether was tied
        os._exit(1)


def _watch(parent: int, end_by: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), end_by)
