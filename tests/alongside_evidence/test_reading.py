"""Reading files: every way a table can be written, and every way it can be wrong."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from alongside_evidence import UnreadableTable, spreadsheet
from alongside_evidence.reading import letters, read_content, read_table

PLAIN = "unit,food,social\nA,unit,together\nB,,other\n"


def columns(content, name="x.csv"):
    if isinstance(content, str):
        content = content.encode()
    return read_content(content, name).columns


def problems(content):
    with pytest.raises(UnreadableTable) as caught:
        columns(content)
    return caught.value


def refusal(function, *arguments):
    with pytest.raises(UnreadableTable) as caught:
        function(*arguments)
    return caught.value


def workbook(path, rows, *, start=0, extra_sheet=False):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Answers")
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                sheet.write(
                    start + i,
                    j,
                    cell,
                    book.add_format({"num_format": "yyyy-mm-dd"}) if hasattr(cell, "year") else None,
                )
        if extra_sheet:
            book.add_worksheet("Notes").write(0, 0, "x")
    return path


def test_plain_csv():
    table = read_content(PLAIN.encode(), "x.csv")
    assert table.columns == {"unit": ("A", "B"), "food": ("unit", ""), "social": ("together", "other")}
    assert table.rows == (2, 3)
    assert table.notes == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_delimiters_and_line_ends(delimiter, ending):
    assert columns(PLAIN.replace(",", delimiter).replace("\n", ending)) == columns(PLAIN)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding):
    text = PLAIN.replace("A", "Ålesund sør")
    table = read_content(text.encode(encoding), "x.csv")
    assert table.columns["unit"] == ("Ålesund sør", "B")
    assert table.notes == ()


def test_windows_1252_is_noted():
    table = read_content(PLAIN.replace("A", "Tromsø – “by”").encode("cp1252"), "x.csv")
    assert table.columns["unit"][0] == "Tromsø – “by”"
    assert "Windows-1252" in table.notes[0]


def test_bytes_that_are_no_text():
    error = problems(b"unit,food\n\x81\x8d\x8f,unit\n")
    assert "none of these" in str(error)


def test_quoted_cells_may_hold_delimiters_and_line_ends():
    table = read_content(b'unit;"a, b; c"\n"A\nB";"say ""x"""\nC;unit\n', "x.csv")
    assert table.columns == {"unit": ("A\nB", "C"), "a, b; c": ('say "x"', "unit")}
    assert table.rows == (2, 3)  # as a spreadsheet numbers them, not lines of the file


def test_single_quotation_marks_around_every_header():
    text = "'unit'\t'a, b'\n'A'\t'unit'\nO'Neill\t'together'\n"
    assert columns(text) == {"unit": ("A", "O'Neill"), "a, b": ("unit", "together")}
    assert columns('"unit"\t"a, b"\n"A"\t"x, y, z"\n') == {"unit": ("A",), "a, b": ("x, y, z",)}
    assert columns("'t is,food\nA,unit\n") == {"'t is": ("A",), "food": ("unit",)}


def test_a_comma_in_the_headers_does_not_mislead():
    text = "unit;culture, home;culture, ward\n" + "".join(f"U{i};unit;together\n" for i in range(5))
    assert list(columns(text)) == ["unit", "culture, home", "culture, ward"]


def test_one_column():
    assert columns("answer\nyes\nno\n") == {"answer": ("yes", "no")}


def test_empty_rows_are_passed_over_but_counted():
    table = read_content(b"unit,food\nA,unit\n\n,\nB,together\n", "x.csv")
    assert table.columns["unit"] == ("A", "B")
    assert table.rows == (2, 5)


def test_blanks_and_empty_columns_are_dropped():
    assert columns(" unit , food ,\n A , unit ,\n") == {"unit": ("A",), "food": ("unit",)}


def test_xlsx(tmp_path):
    path = workbook(
        tmp_path / "x.xlsx",
        [
            ["unit", "food", "when", "n"],
            ["A", "unit", date(2027, 5, 10), 3],
            ["B", None, datetime(2027, 5, 10, 9, 30), 2.5],
        ],
        extra_sheet=True,
    )
    table = read_table(path)
    assert table.columns["unit"] == ("A", "B")
    assert table.columns["food"] == ("unit", "")
    assert table.columns["n"] == ("3", "2.5")
    assert table.columns["when"][0] == "2027-05-10"
    assert table.rows == (2, 3)
    assert "“Answers”" in table.notes[0]
    assert "1 other sheet not read" in table.notes[0]


def test_cells_as_their_reader_sees_them():
    from alongside_evidence.reading import _as_text

    assert _as_text(3.0) == "3"
    assert _as_text(datetime(2027, 5, 10)) == "2027-05-10"
    assert _as_text(time(9, 30)) == "09:30:00"
    assert _as_text(timedelta(hours=2)) == "2:00:00"
    assert _as_text(True) == "TRUE"
    assert _as_text(float("nan")) == "nan"


def test_xlsx_rows_are_numbered_as_on_the_screen(tmp_path):
    path = workbook(tmp_path / "x.xlsx", [["unit"], ["A"]], start=2)
    error = refusal(read_table, path)
    assert error.problems == [(1, None, "headers", "an empty row")]
    path = workbook(tmp_path / "y.xlsx", [["unit", "food"], ["A", "unit"], [], ["B", "x"]])
    assert read_table(path).rows == (2, 4)


def test_not_a_spreadsheet():
    assert "neither" in str(problems(b"PK\x03\x04 and nothing else"))
    assert "older Excel format" in str(problems(b"\xd0\xcf\x11\xe0rest"))


@pytest.mark.parametrize("corner", [(1_048_575, 16_383), (1_048_575, 300), (400, 16_383)])
def test_a_stray_cell_far_away_does_not_end_the_process(tmp_path, corner):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["unit", "food"])
        sheet.write(*corner, "x")
    assert path.stat().st_size < 10_000
    error = refusal(read_table, path)
    assert f"reaches to row {corner[0] + 1:,} and column {corner[1] + 1:,}" in str(error)


def test_other_files_in_a_zip_are_no_table():
    for names in (
        ["content.xml"],
        ["xl/workbook.bin"],
        ["xl/workbook.xml", "content.xml"],
        ["word/document.xml"],
    ):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for name in names:
                archive.writestr(name, "<x/>")
        assert "neither" in str(refusal(read_content, held.getvalue(), "x"))


def test_a_file_that_unpacks_without_end(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_UNPACKED", 1_000)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", " " * 5_000)
    assert "once unpacked" in str(refusal(read_content, held.getvalue(), "x"))


@pytest.mark.parametrize("content", [b"", b"  \n \n", b"\xef\xbb\xbf"])
def test_nothing_at_all(content):
    assert "empty" in str(problems(content))


def test_headers_without_rows():
    assert problems("unit,food\n").problems == [(2, None, "at least one row under the headers", "nothing")]
    assert problems("unit,food\n,\n").problems == [(2, None, "at least one row under the headers", "nothing")]


def test_repeated_headers():
    error = problems("unit,food,food\nA,unit,unit\n")
    assert error.problems == [(1, "food", "each header once", "it in columns B and C")]


def test_ragged_rows():
    error = problems("unit,food\nA\nB,unit,extra\nC,unit\n")
    assert error.problems == [
        (2, None, "2 cells as in the header row", "1"),
        (3, "C", "an empty cell, as there is no header", "“extra”"),
    ]


def test_open_quotes():
    error = problems('unit,food\n"A,unit\n')
    assert error.problems[0].row == 2
    assert "quotation mark" in str(error)


def test_twenty_problems_are_spelt_out_and_the_rest_counted():
    error = problems("unit,food\n" + "A\n" * 27)
    assert len(error.problems) == 27
    assert str(error).count("\n") == 21
    assert str(error).endswith("and 7 more")
    assert str(error).startswith("x.csv cannot be used:")


def test_a_file_that_is_not_there(tmp_path):
    error = refusal(read_table, tmp_path / "nothing.csv")
    assert "No such file" in str(error)
    assert "nothing.csv" in str(error)
    assert "cannot be used" in str(refusal(read_table, tmp_path))


def test_an_unknown_column_lists_those_there_are():
    table = read_content(PLAIN.encode(), "x.csv")
    error = refusal(table.column, "Unti", "--unit")
    assert "did you mean “unit”?" in str(error)
    assert "“unit”, “food”, “social”" in str(error)
    error = refusal(table.column, "zzz", "--unit")
    assert "did you mean" not in str(error)


def test_long_cells_are_shortened():
    error = problems("unit,food\nA,unit," + "x" * 500 + "\n")
    assert len(str(error)) < 250


def test_letters():
    assert [letters(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]
