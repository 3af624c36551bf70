"""A file of answers: which column is which, which unit is meant, and what has to be put right."""

import time
from uuid import UUID

import pytest
from django.utils import translation

from alongside.assess.surveys.rules import UnitIndex, copies, why_not_import
from alongside.assess.surveys.sheet import AskedActivity, AskedUnit, read_sheet

ACTIVITIES = (AskedActivity("day-centre", "Day centres"), AskedActivity("social", "Social activities"))
SOL, HAV, BEK, BEK_2 = (UUID(int=n) for n in range(1, 5))
INDEX = UnitIndex(
    [
        AskedUnit(SOL, "001", "Solbakken", "Fjellvik"),
        AskedUnit(HAV, "002", "Havblikk", "Havnes"),
        AskedUnit(BEK, "003", "Bekken", "Fjellvik"),
        AskedUnit(BEK_2, "010", "Bekken", "Havnes"),
    ]
)


def read(text, encoding="utf-8"):
    return read_sheet(text.encode(encoding), "answers.csv", ACTIVITIES)


def problems(text, standing=None, *, replace=False):
    """What has to be put right, as (code, row, column)."""
    sheet, reasons = read(text)
    if sheet is not None:
        reasons = why_not_import(sheet, INDEX, standing=standing or {}, replace=replace)
    return [(r.code, r.row, r.column) for r in reasons]


def taken(text):
    sheet, reasons = read(text)
    assert reasons == []
    assert why_not_import(sheet, INDEX, standing={}, replace=False) == []
    return {copy.unit.code: copy.answers for copy in copies(sheet, INDEX)}


@pytest.mark.parametrize(
    "header",
    [
        "unit,day-centre,social",
        "UNIT,Day centres,Social activities",
        "code, DAY CENTRES ,Social  Activities",
        "unit code,Day-Centre,social",
    ],
)
def test_columns_are_known_by_key_or_name(header):
    assert taken(f"{header}\n001,unit,together\n") == {"001": {"day-centre": "unit", "social": "together"}}


def test_columns_are_known_by_name_in_every_language_of_the_installation():
    with translation.override("qps-plocm"):
        header = ",".join(translation.gettext(text) for text in ("unit", "Day centres", "Social activities"))
    assert header.count("⟦") == 3
    assert taken(f"{header}\n001,unit,together\n") == {"001": {"day-centre": "unit", "social": "together"}}


@pytest.mark.parametrize(
    "text",
    [
        "unit;day-centre;social\r\n001;unit;\r\n",
        "unit\tday-centre\tsocial\n001\tunit\t\n",
        '\ufeff"unit","day-centre","social"\n"001","unit",""\n',
        "social,unit,day-centre\n,001,unit\n",
    ],
)
def test_files_as_spreadsheet_programs_write_them(text):
    assert taken(text) == {"001": {"day-centre": "unit"}}


def test_a_file_in_an_old_encoding_is_read_with_a_note():
    sheet, reasons = read("unit,day-centre,social,ansvarlig for på\n001,unit,,x\n", "cp1252")
    assert reasons == []
    assert sheet.passed_over == ("ansvarlig for på",)
    assert len(sheet.notes) == 1


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("001", "001"),
        ("1", "001"),
        ("10", "010"),
        ("Solbakken", "001"),
        (" solbakken ", "001"),
        ("Fjellvik / Bekken", "003"),
        ("havnes/bekken", "010"),
        ("HAVNES / HAVBLIKK", "002"),
    ],
)
def test_a_unit_is_known_by_code_or_name(cell, code):
    assert [unit.code for unit in INDEX.all(cell)] == [code]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("unit", "unit"),
        ("Unit alone", "unit"),
        ("THE VOLUNTARY ORGANISATION ALONE", "organisation"),
        ("together", "together"),
        ("another arrangement", "other"),
        ("not sure", "unsure"),
    ],
)
def test_what_a_cell_may_say(cell, code):
    assert taken(f"unit,day-centre,social\n001,{cell},\n") == {"001": {"day-centre": code}}


def test_a_row_without_a_word_is_no_answer_and_not_offered_is_one():
    text = "unit,day-centre,social\n001,,\n002,not offered,\n003,unit,-\n"
    assert taken(text) == {"002": {}, "003": {"day-centre": "unit"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("unreadable", None, "")]),
        ("unit,day-centre,social\n", [("unreadable", 2, "")]),
        ("name of it,day-centre,social\nx,unit,\n", [("no-unit-column", 1, "")]),
        ("unit,day-centre\n001,unit\n", [("no-column", 1, "Social activities")]),
        ("unit,day-centre,social\n001,unit\n", [("unreadable", 2, "")]),
        ("unit,day-centre,social\n,unit,\n", [("unknown-unit", 2, "unit")]),
        ("unit,day-centre,social\n099,unit,\n", [("unknown-unit", 2, "unit")]),
        ("unit,day-centre,social\nBekken,unit,\n", [("which-unit", 2, "unit")]),
        ("unit,day-centre,social\n001,unit,\n002,unit,\nSolbakken,unit,\n", [("twice", 4, "unit")]),
        ("unit,day-centre,social\n001,maybe,\n", [("not-a-choice", 2, "day-centre")]),
        ("unit,day-centre,social\n001,,\n002,,\n", [("no-answers", None, "")]),
        (
            "unit,day-centre,social\n001,maybe,no\n\n099,unit,\n",
            [("not-a-choice", 2, "day-centre"), ("not-a-choice", 2, "social"), ("unknown-unit", 4, "unit")],
        ),
    ],
)
def test_everything_to_put_right_is_named_by_row_and_column(text, expected):
    assert problems(text) == expected


def test_a_reason_says_what_stands_there_and_what_was_expected():
    sheet, (reason,) = read("unit,Day centre,social\n001,unit,\n")
    assert sheet is None
    assert "did you mean “Day centre”?" in reason.expected
    sheet, _ = read("unit,day-centre,social\nSolbaken,unit,\n002,togethr,\n")
    unit, cell = why_not_import(sheet, INDEX, standing={}, replace=False)
    assert "“Solbakken”" in unit.expected
    assert (cell.row, cell.found) == (3, "togethr")
    assert "“together”" in cell.expected
    assert "togethr" in str(cell)


@pytest.mark.parametrize(
    ("standing", "replace", "expected"),
    [
        ({SOL: {"day-centre": "unit"}}, False, []),  # the same answers again
        ({SOL: {"day-centre": "together"}}, False, [("answered", 2, "unit")]),
        ({SOL: {}}, False, [("answered", 2, "unit")]),
        ({SOL: {"day-centre": "together"}}, True, []),
        ({HAV: {"day-centre": "together"}}, False, []),
    ],
)
def test_other_answers_than_before_need_a_word(standing, replace, expected):
    assert problems("unit,day-centre,social\n001,unit,\n", standing, replace=replace) == expected


def test_files_that_are_too_large_or_no_csv_are_not_read():
    assert [r.code for r in read_sheet(b"x" * (5 * 1024 * 1024 + 1), "a.csv", ACTIVITIES)[1]] == ["too-large"]
    assert [r.code for r in read_sheet(b"PK\x03\x04zip", "a.xlsx", ACTIVITIES)[1]] == ["not-csv"]


def test_a_file_with_a_mistake_in_every_cell_is_answered_soon():
    """Hints are dear: they are given for the first mistakes, and every mistake is named all the same."""
    rows = "".join(f"unit number {n},kommunen {n},frivillige {n}\n" for n in range(5000))
    began = time.process_time()
    assert len(problems(f"unit,day-centre,social\n{rows}")) == 15_000
    assert time.process_time() - began < 5


def test_a_file_of_very_many_rows_is_not_read():
    assert [r.code for r in read_sheet(b"x\n" * 100_001, "a.csv", ACTIVITIES)[1]] == ["too-large"]


def test_columns_about_the_unit_are_passed_over_without_a_word():
    sheet, _ = read("unit,municipality,name,kind,remark,day-centre,social\n001,F,S,nursing home,?,unit,\n")
    assert sheet.passed_over == ("remark",)
