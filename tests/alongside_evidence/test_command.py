"""`alongside evidence`: from a file to text, JSON or a page, and sentences for mistakes."""

import argparse
import csv
import io
import json
import sys
import types

import pytest
import xlsxwriter

from alongside.cli import evidence

from .examples import survey

QUICK = ["--replicates", "2000", "--seed", "4", "--level", ".8,.9"]


def run(*arguments):
    parser = argparse.ArgumentParser(prog="alongside")
    evidence.add_commands(parser.add_subparsers())
    given = parser.parse_args(["evidence", *map(str, arguments)])
    return given.run(given)


def rows():
    answers = survey()
    yield ["unit", "municipality", *answers]
    for i, cells in enumerate(zip(*answers.values(), strict=True)):
        yield [f"U{i}", f"M{i % 50}", *cells]


@pytest.fixture
def answers_csv(tmp_path):
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows())
    return path


@pytest.fixture
def answers_xlsx(tmp_path):
    path = tmp_path / "answers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows()):
            sheet.write_row(i, 0, row)
    return path


def coordination(path, *more):
    return run(
        "coordination",
        path,
        "--unit",
        "unit",
        "--cluster",
        "municipality",
        "--statutory",
        "day centre,food",
        *QUICK,
        *more,
    )


def test_coordination_in_the_terminal(answers_csv, capsys):
    assert coordination(answers_csv, "--sensitivity", "social") == 0
    out, err = capsys.readouterr()
    assert out.startswith("Who coordinates what: 244 units")
    assert "50 clusters of municipality" in out
    assert "without social" in out
    assert err == ""


def test_csv_and_xlsx_give_the_same_json(answers_csv, answers_xlsx, tmp_path, capsys):
    found = []
    for path in (answers_csv, answers_xlsx):
        assert coordination(path, "--json", tmp_path / "out.json") == 0
        found.append(json.loads((tmp_path / "out.json").read_text(encoding="utf-8")))
    assert found[0] == found[1]
    assert found[0]["kind"] == "coordination"
    assert (found[0]["seed"], found[0]["replicates"], found[0]["levels"]) == (4, 2000, [0.8, 0.9])
    assert len(found[0]["rows"]) == 5
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("Written: ") == 2
    assert list(tmp_path.glob(".out*")) == []
    assert (tmp_path / "out.json").stat().st_mode & 0o444 == 0o444 & ~current_umask()


def current_umask():
    import os

    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_json_to_standard_output(answers_csv, capfdbinary):
    assert coordination(answers_csv, "--json", "-") == 0
    sys.stdout.flush()
    assert json.loads(capfdbinary.readouterr().out)["units"] == 244


def test_statutory_names_may_hold_commas(answers_csv, capsys):
    assert coordination(answers_csv, "--statutory", '"culture, nursing home"', "--json", "-") == 0
    assert coordination(answers_csv, "--sensitivity", "culture, nursing home") == 0
    assert "without culture, nursing home" in capsys.readouterr().out


def test_a_page(answers_csv, tmp_path, monkeypatch):
    module = types.ModuleType("alongside.web.report")
    module.render_report = lambda result, source: f"<p>{source}: {result['units']}</p>"
    monkeypatch.setitem(sys.modules, "alongside.web.report", module)
    assert coordination(answers_csv, "--html", tmp_path / "out.html") == 0
    assert (tmp_path / "out.html").read_text() == "<p>answers.csv: 244</p>"


def test_a_page_where_pages_are_missing(answers_csv, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "alongside.web.report", None)
    assert coordination(answers_csv, "--html", tmp_path / "out.html") == 2
    assert "use --json" in capsys.readouterr().err
    assert not (tmp_path / "out.html").exists()


def test_shares(answers_csv, capsys):
    assert run("shares", answers_csv, "--column", "food", "--by", "social", *QUICK) == 0
    out = capsys.readouterr().out
    assert out.startswith("Shares of “food”:")
    assert "social: together, n =" in out
    assert run("shares", answers_csv, "--column", "food", "--cluster", "municipality", *QUICK) == 0


def test_codes_for_no_answer(tmp_path, capsys):
    path = tmp_path / "q.csv"
    path.write_text("q,g\n" + "yes,a\nno,a\nNA,b\n99,b\n" * 10)
    assert run("shares", path, "--column", "q", *QUICK) == 0
    assert "“NA” is counted as an answer" in capsys.readouterr().out
    assert run("shares", path, "--column", "q", "--missing", "NA,99", *QUICK) == 0
    out = capsys.readouterr().out
    assert "20 answers, 20 missing" in out
    assert "NA" not in out


def test_shares_as_json(answers_csv, tmp_path):
    out = tmp_path / "out.json"
    assert run("shares", answers_csv, "--column", "food", "--json", out, *QUICK) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["kind"], found["column"], found["by"]) == ("shares", "food", None)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--unit", "unti"], "did you mean “unit”?"),
        (["--cluster", "kommune"], "--cluster"),
        (["--statutory", "fodo"], "did you mean “food”?"),
        (["--sensitivity", "food"], "is statutory"),
        (["--ignore", "x"], "--ignore"),
        (["--json", "/nowhere/at/all/out.json"], "cannot be written"),
    ],
)
def test_mistakes_are_answered_with_a_sentence(answers_csv, capsys, more, words):
    assert coordination(answers_csv, *more) == 2
    out, err = capsys.readouterr()
    assert words in err
    assert out == ""
    assert "Traceback" not in err


def test_a_folder_is_no_file(answers_csv, tmp_path, capsys):
    assert coordination(answers_csv, "--json", tmp_path) == 2
    assert "is a folder" in capsys.readouterr().err


def test_bad_cells_are_named_and_nothing_is_written(tmp_path, capsys):
    path = tmp_path / "bad.csv"
    path.write_text("unit,municipality,day centre,food\nA,x,unit,yes\nB,x,unit,unit\n")
    assert coordination(path, "--json", tmp_path / "out.json") == 2
    assert "row 2, column “food”: expected unit, organisation, together" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


def test_a_column_that_an_option_names_is_never_to_be_left_out(tmp_path, capsys):
    path = tmp_path / "bad.csv"
    path.write_text("unit,food,remark\nA,yes,x\nB,no,y\n")
    assert run("coordination", path, "--unit", "unit", "--statutory", "food", *QUICK) == 2
    said = capsys.readouterr().err
    assert '--ignore "remark"' in said
    assert '--ignore "food"' not in said


def test_a_file_that_is_not_there(capsys):
    assert run("shares", "nofile.csv", "--column", "q", *QUICK) == 2
    assert capsys.readouterr().err == "There is no file nofile.csv here.\n"


def test_text_that_is_named_like_a_spreadsheet(tmp_path, capsys):
    path = tmp_path / "answers.xlsx"
    path.write_text("q\nyes\nno\n")
    assert run("shares", path, "--column", "q", *QUICK) == 2
    assert "no spreadsheet" in capsys.readouterr().err


def test_how_the_file_was_read_is_noted(tmp_path, capsys):
    path = tmp_path / "old.csv"
    path.write_bytes("q\nsør\nnord\n".encode("cp1252") * 1)
    assert run("shares", path, "--column", "q", *QUICK) == 0
    assert "Windows-1252" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        ["--level", "95"],
        ["--level", "x"],
        ["--replicates", "0"],
        ["--replicates", "999"],
        ["--replicates", "x"],
        ["--seed", "-1"],
        ["--seed", "a"],
        ["--population", "0"],
        ["--rake", "municipality"],
    ],
)
def test_wrong_options(answers_csv, capsys, wrong):
    with pytest.raises(SystemExit) as caught:
        coordination(answers_csv, *wrong)
    assert caught.value.code == 2
    assert "here is" in capsys.readouterr().err


def test_a_terminal_without_box_characters(answers_csv, monkeypatch):
    kept = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept, encoding="ascii"))
    assert coordination(answers_csv) == 0
    sys.stdout.flush()
    assert b"##" in kept.getvalue()


def test_comparisons_taken_together(answers_csv, capsys):
    assert coordination(answers_csv, "--together", "max-t", "--json", "-") == 0
    assert '"method": "max-t"' in capsys.readouterr().out
    assert coordination(answers_csv, "--together", "max-t") == 0
    assert "8 comparisons, intervals that hold all at once" in capsys.readouterr().out
    assert coordination(answers_csv, "--together", "holm") == 0
    assert "adjusted p at most" in capsys.readouterr().out


@pytest.fixture
def weighted_csv(tmp_path):
    path = tmp_path / "weighted.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for i, row in enumerate(rows()):
            writer.writerow([*row, *(["w", "size"] if i == 0 else [1 + i % 3, ("big", "small")[i % 2]])])
    (tmp_path / "sizes.csv").write_text("size,units\nbig,100\nsmall,216\n")
    return path


def test_weights_margins_and_a_population(weighted_csv, tmp_path, capsys):
    more = ["--weight", "w", "--rake", f"size={tmp_path / 'sizes.csv'}"]
    assert coordination(weighted_csv, *more, "--json", "-") == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["activity"] for row in found["rows"]] == list(survey())
    assert found["weighting"]["weights"] == "w"
    assert found["weighting"]["raked"] == ["size"]
    asked = ["--column", "food", "--population", "1,000", *more, *QUICK, "--json", "-"]
    assert run("shares", weighted_csv, *asked) == 0
    assert json.loads(capsys.readouterr().out)["weighting"]["population"] == 1000


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ("size,units\nbig,100\n", "do not tell how many are in “small”"),
        ("size,units\nbig,100\nsmall,x\n", "row 3, column “units”: expected a number above 0"),
        ("size,units\nbig,100\nsmall,50\nhuge,3\n", "no unit that answered is in “huge”"),
        ("size,units,more\nbig,100,1\n", "two columns"),
        ("size,units\nbig,1\nbig,2\nsmall,3\n", "each category once"),
    ],
)
def test_margins_that_do_not_fit(weighted_csv, tmp_path, capsys, totals, words):
    (tmp_path / "sizes.csv").write_text(totals)
    assert coordination(weighted_csv, "--ignore", "w", "--rake", f"size={tmp_path / 'sizes.csv'}") == 2
    assert words in capsys.readouterr().err


def test_weights_that_are_no_numbers(weighted_csv, capsys):
    assert coordination(weighted_csv, "--ignore", "w", "--weight", "size") == 2
    assert "row 2, column “size”: expected a number above 0" in capsys.readouterr().err


def test_a_population_and_clusters_are_not_mixed(answers_csv, capsys):
    assert coordination(answers_csv, "--population", "316") == 2
    assert "with clusters it would make the intervals too narrow" in capsys.readouterr().err
