"""Files of any size, counted by DuckDB: the same tables, bad cells named, memory that does not grow."""

import csv
import json
import resource
import subprocess
import sys

import duckdb
import pytest

from alongside_evidence import Patterns, UnreadableTable, coordination_table
from alongside_evidence.analytics import Groups, NoAnalytics, Source, answers_of, counts_by_duckdb
from alongside_evidence.reading import read_table
from alongside_evidence.survey import read_survey

from .examples import survey
from .test_command import QUICK, run

STATUTORY = ["day centre", "food"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The same answers as CSV and as Parquet, in a folder whose name would be a pattern."""
    folder = tmp_path_factory.mktemp("a[b]*c")
    answers = survey()
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["unit", "municipality", "weight", *answers])
        for i, cells in enumerate(zip(*answers.values(), strict=True)):
            writer.writerow([f"U{i}", f"M{i % 50}", 1 + i % 2, *cells])
    with duckdb.connect() as connection:
        rows = connection.read_csv(
            str(folder / "answers.csv").replace("[", "[[]").replace("*", "[*]"), sep=";"
        )
        rows.to_parquet(str(folder / "answers.parquet"))
    return folder


@pytest.fixture(params=["answers.csv", "answers.parquet"])
def source(files, request):
    with Source(files / request.param) as opened:
        yield opened


def test_the_same_table_as_when_read_whole(files, source):
    table, times = answers_of(source, unit="unit", cluster="municipality", ignore=["weight"])
    assert sum(times) == 244
    counted = read_survey(table, unit=None, cluster="municipality")
    options = {"statutory": STATUTORY, "replicates": 2_000, "seed": 1}
    found = coordination_table(counted.answers, clusters=counted.clusters, times=times, **options)
    whole = read_survey(
        read_table(files / "answers.csv"), unit="unit", cluster="municipality", ignore=["weight"]
    )
    assert found == coordination_table(whole.answers, clusters=whole.clusters, **options)


def test_units_are_looked_into_only_where_they_are_named(source):
    table, _ = answers_of(source, ignore=["municipality", "weight", "unit"])
    assert "was taken as one unit" in table.notes[0]


def test_progress_is_told(files):
    told = []
    with Source(files / "answers.parquet", told.append) as source:
        list(source._run("SELECT count(*) FROM range(100_000_000) t(i) WHERE hash(i) % 7 = 1"))
    assert told
    assert all(0 <= share <= 1 for share in told)


def parquet(folder, query):
    path = folder / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def problems(path, **options):
    with Source(path) as source, pytest.raises(UnreadableTable) as caught:
        answers_of(source, **options)
    return str(caught.value)


def test_bad_cells_are_named_with_their_row(tmp_path):
    path = parquet(
        tmp_path,
        "SELECT i AS unit, CASE WHEN i IN (7, 9) THEN 'yes' ELSE ' Unit ' END AS food FROM range(20) t(i)",
    )
    said = problems(path, unit="unit")
    assert "row 9, column “food”: expected unit, organisation" in said
    assert "row 11, column “food”" in said
    assert "“yes”" in said


def test_units_that_come_twice_and_rows_without_a_cluster(tmp_path):
    path = parquet(tmp_path, "SELECT i % 19 AS unit, nullif(i, 4) AS m, 'unit' AS food FROM range(20) t(i)")
    assert "expected each unit once, found “0” 2 times" in problems(path, unit="unit", ignore=["m"])
    assert "row 6, column “m”: expected what the unit belongs to" in problems(path, cluster="m", unit="unit")


def test_columns_that_are_not_there(tmp_path):
    path = parquet(tmp_path, "SELECT 'unit' AS food")
    assert "did you mean “food”" in problems(path, cluster="fod")
    assert "at least one column an activity" in problems(path, unit="food")
    empty = parquet(tmp_path, "SELECT 'unit' AS food LIMIT 0")
    assert "at least one row" in problems(empty)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("food,social\nunit,unit\nunit\n", "as many cells in each row"),
        ("food,food\nunit,unit\n", "each header once"),
        ("\n\n", "headers"),
        ("food,social\nunit,sør\n".encode("cp1252"), "UTF-8"),
        ("food,social\nunit,unit\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_csv_that_can_not_be_counted(tmp_path, content, words):
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UnreadableTable, match=words), Source(path) as source:
        answers_of(source)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UnreadableTable, match="can be opened"):
        Source(tmp_path / "none.csv")
    assert not counts_by_duckdb(tmp_path / "none.csv")


def test_which_files_are_for_duckdb(files, tmp_path):
    assert counts_by_duckdb(files / "answers.parquet")
    assert not counts_by_duckdb(files / "answers.csv")
    with (tmp_path / "long.csv").open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(65_000_000)
    assert counts_by_duckdb(tmp_path / "long.csv")


def test_headers_with_quotation_marks_are_names_and_nothing_else(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"fo""od","it\'s; DROP"\nunit,together\n', encoding="utf-8")
    with Source(path) as source:
        table, times = answers_of(source)
    assert dict(table.columns) == {'fo"od': ("unit",), "it's; DROP": ("together",)}
    assert times == (1,)


def test_counted_rows_show_sizes_only():
    groups = Groups(("a",), [("secret",)], [3])
    assert repr(groups) == "Groups(1 columns, 1 distinct rows, 3 rows)"
    rows = [(str(i),) for i in range(5_000)]
    with pytest.raises(ValueError, match="too many to hold"):
        Patterns.from_answers({"a": ["unit"] * 5_000}, clusters=range(5_000), marks=rows)


# The command -------------------------------------------------------------------------------


def test_coordination_from_parquet(files, capsys):
    options = ["--unit", "unit", "--cluster", "municipality", "--statutory", "day centre,food", *QUICK]
    found = []
    for name in ("answers.parquet", "answers.csv"):
        assert run("coordination", files / name, *options, "--weight", "weight", "--json", "-") == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    assert found[0]["weighting"]["weights"] == "weight"
    assert run("coordination", files / "answers.parquet", *options, "--ignore", "weight", "--json", "-") == 0
    assert "244 rows read" in capsys.readouterr().err


def test_shares_from_parquet(files, capsys):
    options = ["--column", "food", "--by", "social", "--missing", "unsure", *QUICK, "--json", "-"]
    found = []
    for name in ("answers.parquet", "answers.csv"):
        assert run("shares", files / name, *options) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    assert run("shares", files / "answers.parquet", "--column", "fod", *QUICK) == 2
    assert "did you mean “food”" in capsys.readouterr().err


def test_small_files_ask_for_their_units(files, capsys):
    assert run("coordination", files / "answers.csv", "--statutory", "food", *QUICK) == 2
    assert "Say with --unit" in capsys.readouterr().err


def test_without_duckdb_it_says_what_to_install(files, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(NoAnalytics):
        Source(files / "answers.parquet")
    assert run("shares", files / "answers.parquet", "--column", "food", *QUICK) == 2
    assert "pip install 'alongside[analytics]'" in capsys.readouterr().err
    # Everything else needs none of it.
    assert run("shares", files / "answers.csv", "--column", "food", *QUICK) == 0


def test_the_library_loads_no_duckdb_until_it_is_needed():
    program = "import alongside_evidence, sys; import alongside.cli.evidence; print('duckdb' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(tmp_path):
    """100,000,000 rows in less than 500 MB; made in portions, and gone with the folder."""
    columns = ", ".join(
        f"(['unit', 'organisation', 'together', 'other', 'unsure', ''])"
        f"[1 + ((hash(i % 243 * 97 + {k} * 7919)) % 6)::int] AS c{k}"
        for k in range(6)
    )
    path = parquet(tmp_path, f"SELECT {columns} FROM range(100_000_000) t(i)")
    program = (
        "import sys; from alongside.cli import main; sys.exit(main(['evidence', 'coordination', "
        f"{str(path)!r}, '--statutory', 'c0,c1', '--json', {str(tmp_path / 'out.json')!r}]))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert json.loads((tmp_path / "out.json").read_text())["units"] == 10**8
    assert largest < 500_000_000
