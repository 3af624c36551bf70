"""Files row by row: what is read is what the whole-file reader reads, and nobody's file can fill the memory."""

import io
import tracemalloc
import zipfile
from datetime import datetime, time

import pytest
import xlsxwriter

from alongside_evidence.reading import UnreadableTable, read_content
from alongside_evidence.rows import MOST_COLUMNS, OLD_LETTERS, OTHER_SHEETS, open_rows

HEADER = ["unit", "a", "b"]


def read(content, name="answers.csv"):
    rows = open_rows(io.BytesIO(content), name)
    return rows, [(row.number, row.cells) for row in rows]


def refusal(content, name="answers.csv"):
    with pytest.raises(UnreadableTable) as caught:
        read(content, name)
    (problem,) = caught.value.problems
    return problem


def book(*rows, header=HEADER, more=(), **options):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as made:
        sheet = made.add_worksheet("answers")
        sheet.write_row(0, 0, header)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                sheet.write(number, place, *(cell if isinstance(cell, tuple) else (cell,)))
        for name in more:
            made.add_worksheet(name)
    return content.getvalue()


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_separator_line_end_and_encoding(mark, end, encoding):
    text = (
        end.join(mark.join(cells) for cells in (HEADER, ["1", "å b", ""], ["", "", ""], ["2", "x", "y"]))
        + end
    )
    rows, found = read(text.encode(encoding))
    assert rows.headers == tuple(HEADER)
    assert found == [(2, ["1", "å b", ""]), (4, ["2", "x", "y"])]
    assert rows.share == 1


def test_old_letters_are_known_by_themselves_and_told():
    rows, found = read("unit,a,b\n1,på Ås – «ja»,x\n".encode("cp1252"))
    assert found == [(2, ["1", "på Ås – «ja»", "x"])]
    assert rows.notes == (OLD_LETTERS,)


@pytest.mark.parametrize("encoding", ["cp850", "mac-roman", "cp1251"])
def test_letters_that_are_not_clearly_old_ones_are_named(encoding):
    text = "unit,a,b\n1,да нет,x\n" if encoding == "cp1251" else "unit,a,b\n1,på Ås og ærø,x\n"
    if encoding == "cp1251":
        # Cyrillic letters lie where Windows-1252 has accents: nothing tells them apart.
        assert read(text.encode(encoding))[0].notes == (OLD_LETTERS,)
        return
    assert "Windows-1252" in refusal(text.encode(encoding)).expected


def test_a_damaged_letter_in_a_utf_8_file_is_named_by_its_line():
    problem = refusal("unit,a,b\n1,å,x\n2,".encode() + b"\xff,y\n")
    assert (problem.expected, problem.found) == (
        "letters in UTF-8, as in the rest of the file",
        "bytes that are none, in line 3",
    )


@pytest.mark.parametrize(
    ("content", "expected", "found"),
    [
        (b"", "headers in the first row", "an empty file"),
        (b"\n\n", "headers", "an empty row"),
        (b"\n1,2\n", "headers", "an empty row"),
        (b"unit,a,a\n", "each header once", "it in columns B and C"),
        (b",".join([b"c%d" % n for n in range(501)]), "at most 500 columns", "501 of them"),
        (b"\xd0\xcf\x11\xe0old", "CSV or XLSX", "an older Excel format or a locked file; save it as XLSX"),
        (b"PK\x03\x04no zip", "CSV or XLSX", "a damaged file"),
    ],
)
def test_what_is_wrong_with_the_whole_file(content, expected, found):
    problem = refusal(content)
    assert (problem.expected, problem.found) == (expected, found)


def test_a_mistake_in_a_row_is_the_row_s_own():
    rows = open_rows(io.BytesIO(b"unit,a,b,\n1,x\n2,x,y\n3,x,y,z\n4,x,y,,w\n"), "a.csv")
    assert [(row.number, [(p.column, p.expected, p.found) for p in row.problems]) for row in rows] == [
        (2, [(None, "as many cells as there are headers", "2")]),
        (3, []),
        (4, [("D", "an empty cell, as there is no header", "“z”")]),
        (5, [("E", "an empty cell, as there is no header", "“w”")]),
    ]


def test_a_quotation_mark_that_never_closes_is_named():
    problem = refusal(b'unit,a,b\n1,x,y\n2,"x,y\n3,x,y\n')
    assert problem.row == 3
    assert problem.expected == "cells in matching quotation marks"


@pytest.mark.parametrize(
    "content", [b"x" * 9_000_000, b'unit,a\n"' + b'\n","' * 600_000, b"unit,a\n" + b"," * 9_000_000]
)
def test_one_row_without_an_end_takes_no_room(content):
    file = io.BytesIO(content)
    tracemalloc.start()
    with pytest.raises(UnreadableTable):
        list(open_rows(file, "a.csv"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400_000_000


def test_a_workbook_reads_as_the_whole_file_reader_reads_it():
    options = {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    rows = [
        ["001", " unit ", 3.0],
        ["", "", ""],
        [2, True, datetime(2027, 5, 10)],
        ["=1", "a\nb", 0.1],
        ["x_x000D_y", 1e20, -2],
        ["", "", 1234567.25],
    ]
    for more in ({}, {"constant_memory": True}):
        content = book(*rows, **options, **more)
        table = read_content(content, "a.xlsx")
        assert read(content, "a.xlsx")[1] == [
            (number, [table.columns[header][place] for header in HEADER])
            for place, number in enumerate(table.rows)
        ]


def test_times_and_moments_come_out_as_iso():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        forms = [
            made.add_format({"num_format": each}) for each in ("hh:mm", '"den" d/m/yy hh:mm', '0.0 "days"')
        ]
        sheet.write_datetime(1, 0, time(9, 5), forms[0])
        sheet.write_datetime(1, 1, datetime(2027, 5, 10, 9, 30), forms[1])
        sheet.write_number(1, 2, 2.5, forms[2])
    assert read(content.getvalue(), "a.xlsx")[1] == [(2, ["09:05:00", "2027-05-10T09:30:00", "2.5"])]


def test_other_sheets_are_told_and_rich_text_is_text():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet()
        made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_rich_string(1, 0, "uni", made.add_format({"bold": True}), "t 7")
    rows, found = read(content.getvalue(), "a.xlsx")
    assert rows.notes == (OTHER_SHEETS,)
    assert found == [(2, ["unit 7", "", ""])]


def test_formulas_and_errors_are_named_and_never_read():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_string(2, 0, "x")
        sheet.write_array_formula(3, 0, 3, 0, "{=A1}", None, "y")
    rows = list(open_rows(content, "a.xlsx"))
    assert [(r.number, [(p.column, p.expected) for p in r.problems]) for r in rows] == [
        (2, [("B", "a value instead of a formula")]),
        (3, []),
        (4, [("A", "a value instead of a formula")]),
    ]


def packed(sheet, **parts):
    """A workbook by hand: `sheet` is its first sheet's XML."""
    said = {
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relations><Relationship Id="r1" Target="worksheets/s.xml"/></Relations>',
        "xl/worksheets/s.xml": sheet,
        **parts,
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in said.items():
            archive.writestr(name, text)
    return content.getvalue()


ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>unit</t></is></c><c r="B1" t="inlineStr"><is><t>a</t></is></c></row>'


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        (
            "<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>",
            "a file with a document type, which no spreadsheet program writes",
        ),
        ("<worksheet><sheetData><row", "a damaged file"),
        (f'<worksheet><sheetData>{ROW}<row r="99999999999"><c><v>1</v></c></row>', "a damaged file"),
        (f"<worksheet><sheetData>{ROW}<row>{'<c><v>1</v></c>' * 20_000}</row>", "a damaged file"),
        (f'<worksheet><sheetData>{ROW}<row><c t="s"><v>7</v></c></row>', "a damaged file"),
    ],
    ids=["document type", "cut off", "row number", "cells", "shared text"],
)
def test_a_workbook_that_no_program_writes_is_refused(sheet, found):
    assert refusal(packed(sheet), "a.xlsx").found == found


def test_a_small_file_that_unpacks_to_a_giant_is_refused_before_it_is_read():
    content = packed(f"<worksheet><sheetData>{ROW}</sheetData></worksheet>", **{"xl/media/x": " " * 10})
    entry = content.rindex(b"xl/media/x") - 46 + 24  # its size in the table of contents
    content = content[:entry] + (2_100_000_000).to_bytes(4, "little") + content[entry + 4 :]
    assert refusal(content, "a.xlsx").found == "a file of more than 2,000 MB once unpacked; save it as CSV"


def test_a_cell_far_out_and_one_too_long_cost_nothing():
    long = "y" * 40_000
    sheet = (
        f'<worksheet><sheetData>{ROW}<row r="1000000"><c r="XFD1000000"><v>1</v></c></row>'
        f'<row r="1000001"><c r="A1000001" t="inlineStr"><is><t>{long}</t></is></c></row></sheetData></worksheet>'
    )
    rows = list(open_rows(io.BytesIO(packed(sheet)), "a.xlsx"))
    assert [(r.number, [(p.column, p.found) for p in r.problems]) for r in rows] == [
        (1_000_000, [("XFD", "“1”")]),
        (1_000_001, [("A", "40,000")]),
    ]
    assert all(len(row.cells) == 2 for row in rows)


def test_memory_does_not_grow_with_the_rows():
    def peak(count):
        text = "unit,a,b\n" + "".join(f"{n:07},together,organisation\n" for n in range(count))
        file = io.BytesIO(text.encode())
        tracemalloc.start()
        assert sum(1 for _ in open_rows(file, "a.csv")) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(80_000) < peak(40_000) + 1_000_000


def test_five_hundred_columns_can_be_read():
    header = ",".join(["unit", *(f"c{n}" for n in range(MOST_COLUMNS - 1))])
    assert len(read(f"{header}\n001{',' * (MOST_COLUMNS - 1)}\n".encode())[0].headers) == MOST_COLUMNS
