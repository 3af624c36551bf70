"""Loaded before Django's settings: a data folder of the tests' own, and the pseudo-locale."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "PYTEST_XDIST_WORKER" not in os.environ or "ALONGSIDE_DATA" not in os.environ:
    os.environ["ALONGSIDE_DATA"] = tempfile.mkdtemp(prefix="alongside-tests-")
    atexit.register(shutil.rmtree, os.environ["ALONGSIDE_DATA"], ignore_errors=True)
(Path(os.environ["ALONGSIDE_DATA"]) / "static").mkdir(exist_ok=True)
os.environ["ALONGSIDE_PSEUDO_LOCALE"] = "1"
os.environ["ALONGSIDE_HOSTS"] = "testserver,localhost,127.0.0.1"
