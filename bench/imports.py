"""A million answers read in, and taken out again: `python -m bench.imports [rows]`.

On SQLite, and on PostgreSQL where `DATABASE_URL` names one. The reading runs in a process of its own, so that the
memory told is its own peak; beside it somebody writes all the while, and the longest wait is told. The same rows
through `csv.reader` and one `executemany` say what the machine can do at all.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

ROWS = 1_000_000
MOST_MB = 500
ACTIVITIES = (
    "day-centre",
    "meal-delivery",
    "culture-nursing-home",
    "culture-home-care",
    "physical",
    "social",
)


def main(rows: int) -> int:
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as folder:
        os.environ["ALONGSIDE_DATA"] = folder
        os.environ["ALONGSIDE_HOSTS"] = "testserver"
        os.environ["DJANGO_SETTINGS_MODULE"] = "alongside.config.settings"
        _ready()
        from django.db import connection

        print(f"{rows:,} rows of {len(ACTIVITIES)} answers, {connection.vendor}", flush=True)
        survey, content = filled(rows, Path(folder))
        slow = [_bare(content, Path(folder))]
        took = [_read_in(survey, content, kind, slow[0]) for kind in ("csv", "xlsx")]
        _taken_out(survey)
        return int(any(peak > MOST_MB for peak in took))


def _ready() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import django

    django.setup()


def filled(rows: int, folder: Path):
    """The small installation of the tests with a large frame, and a file of answers for all of it."""
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone
    from tests.factories import large
    from tests.factories.house import build

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        house = build(timezone.now())
        survey = large.survey(house, rows, activities=ACTIVITIES, replicates=1_000)
    content = folder / "answers.csv"
    with content.open("w", newline="") as file:
        file.writelines(large.lines(survey, rows))
    print(
        f"filled in {time.perf_counter() - began:.0f} s; the file has {content.stat().st_size / 1e6:.0f} MB"
    )
    return survey, content


def _bare(content: Path, folder: Path) -> float:
    """What reading and writing so many rows takes when nothing is checked."""
    import pysqlite3

    began, cpu = time.perf_counter(), time.process_time()
    connection = pysqlite3.connect(folder / "bare.sqlite3")
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (unit, answers)"
    )
    with content.open(newline="") as file, connection:
        rows = csv.reader(file)
        keys = next(rows)[1:]
        connection.executemany(
            "INSERT INTO t VALUES (?, ?)",
            ((row[0], json.dumps(dict(zip(keys, row[1:], strict=True)))) for row in rows),
        )
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    connection.close()
    print(f"csv.reader and executemany alone: {took:.1f} s, {cpu:.1f} s of a processor", flush=True)
    return cpu


def _read_in(survey, content: Path, kind: str, bare: float) -> float:
    """Hand in, read in another process, tell how long everybody else waited."""
    from django.db import connection
    from django.utils import timezone

    from alongside.assess.surveys import importing
    from alongside.assess.surveys.models import AnswersImport
    from alongside.core.access.actor import user

    by = user(survey_owner(survey), timezone.now())
    file = content if kind == "csv" else _as_workbook(content)
    with file.open("rb") as opened:
        importing.hand_in(survey, by=by, file=opened, name=file.name, replace=True)
    connection.close()
    began = time.perf_counter()
    waits, over = [], threading.Event()
    writer = threading.Thread(target=_write_meanwhile, args=(waits, over))
    writer.start()
    command = [sys.executable, "-m", "bench.imports", "--read"]
    said = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    )
    took = time.perf_counter() - began
    over.set()
    writer.join()
    peak, reading, cpu = (float(word) for word in said.stdout.split())
    done = AnswersImport.objects.order_by("-pk").first()
    assert done.state == "done", (done.state, done.trouble, done.first_faults)
    print(
        f"{kind}: counts after {reading:.0f} s, through after {took:.0f} s ({done.rows / took:,.0f} rows/s); "
        f"{cpu:.0f} s of a processor, {cpu / bare:.1f} x bare; peak {peak:.0f} MB of {MOST_MB}\n"
        f"  {done.added:,} added, {done.replaced:,} replaced, {done.unchanged:,} unchanged; {len(waits)} writes beside "
        f"it: longest wait {max(waits):.1f} s, median {sorted(waits)[len(waits) // 2] * 1000:.0f} ms",
        flush=True,
    )
    return peak


def survey_owner(survey):
    from alongside.core.access.models import Grant

    return Grant.objects.get(scope=survey.scope_id, role="survey owner").subject


def _as_workbook(content: Path) -> Path:
    import xlsxwriter

    file = content.with_suffix(".xlsx")
    with content.open(newline="") as rows, xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(rows)):
            for place, cell in enumerate(row):
                # Other answers than before, so that every row is a correction.
                sheet.write_string(
                    number, place, {"unit": "together"}.get(cell, cell) if number and place else cell
                )
    return file


def _write_meanwhile(waits: list[float], over: threading.Event) -> None:
    """Small writes of somebody else, as pages make them."""
    from django.db import connection
    from django.utils import timezone

    from alongside.core.access import limits

    while not over.wait(0.05):
        began = time.perf_counter()
        limits.allow("bench", "somebody", at=timezone.now(), most=10**9, within=timedelta(days=1))
        waits.append(time.perf_counter() - began)
    connection.close()


def read() -> None:
    """What the worker does, in this process alone; prints its peak in MB and the seconds until answers counted."""
    _ready()
    from django.utils import timezone

    from alongside.assess.surveys import importing
    from alongside.core.access.actor import worker

    began = time.perf_counter()
    due = importing.begin(worker(timezone.now()))
    importing.work(due, now=timezone.now)
    counted = time.perf_counter() - began
    importing.tidy(worker(timezone.now()))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_maxrss / 1024, counted, used.ru_utime + used.ru_stime)


def _taken_out(survey) -> None:
    from alongside.assess.surveys import answers_file, queries

    began = time.perf_counter()
    keys = [activity.key for activity in queries.asked_activities(survey)]
    size = sum(len(line) for line in answers_file.lines(keys, queries.answer_rows(survey)))
    print(f"answers.csv: {time.perf_counter() - began:.1f} s for {size / 1e6:.0f} MB")


if __name__ == "__main__":
    if "--read" in sys.argv:
        read()
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
