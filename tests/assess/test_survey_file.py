"""A file of answers: which column is which, which unit is meant, and what has to be put right."""

import ast
import inspect
import io
import time
from uuid import UUID

import pytest
from django.utils import translation

from alongside.assess.surveys.answer_rows import AnswerReader, laid_out
from alongside.assess.surveys.cells import AskedColumn
from alongside.assess.surveys.kinds import Side
from alongside.assess.surveys.rules import CODES
from alongside.assess.surveys.sheet import (
    SAID,
    AskedUnit,
    Hints,
    Unreadable,
    names_in_every_language,
    nearest,
    read_from,
)
from alongside.assess.surveys.unit_index import UnitIndex
from alongside.commons.forms.rules import Asked
from alongside_evidence import rows, workbook

SOL, HAV, BEK, BEK_2 = (UUID(int=n) for n in range(1, 5))
UNITS = [
    AskedUnit(SOL, "001", "Solbakken", "Fjellvik"),
    AskedUnit(HAV, "002", "Havblikk", "Havnes"),
    AskedUnit(BEK, "003", "Bekken", "Fjellvik"),
    AskedUnit(BEK_2, "010", "Bekken", "Havnes"),
]


COLUMNS = [
    AskedColumn(key, text, Asked(key, CODES))
    for key, text in (
        ("day-centre", "Day centres"),
        ("social", "Social activities"),
    )
]


def read(text, encoding="utf-8", *, columns=COLUMNS, index=None, name="answers.csv"):
    """The layout, what each row says, and everything that has to be put right."""
    content = text if isinstance(text, bytes) else text.encode(encoding)
    try:
        with read_from(io.BytesIO(content), name) as found:
            layout, reasons = laid_out(found.headers, columns)
            if layout is None:
                return None, [], reasons
            reader = AnswerReader(layout, index or UnitIndex(UNITS))
            understood = [reader.read(row) for row in found]
    except Unreadable as unreadable:
        return None, [], list(unreadable.reasons)
    copies = [each.copy for each in understood if each.copy]
    return layout, copies, [reason for each in understood for reason in each.reasons]


def problems(text):
    """What has to be put right, as (code, row, column)."""
    return [(r.code, r.row, r.column) for r in read(text)[2]]


def taken(text, **more):
    _layout, copies, reasons = read(text, **more)
    assert reasons == []
    return {UnitIndex(UNITS).all(copy.said)[0].code: copy.answers for copy in copies}


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


@pytest.mark.parametrize("language", ["en", "nb"])
def test_a_word_is_known_in_every_language_whichever_is_read(language):
    with translation.override(language):
        assert {"staff of the unit", "ansatte ved enheten"} <= set(
            names_in_every_language([Side.STAFF.label])
        )


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
    layout, copies, reasons = read("unit,day-centre,social,ansvarlig for på\n001,unit,,x\n", "cp1252")
    assert reasons == []
    assert layout.passed_over == ("ansvarlig for på",)
    assert len(copies) == 1


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
    assert [unit.code for unit in UnitIndex(UNITS).all(cell)] == [code]


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
        ("unit,day-centre,social\n", []),
        ("name of it,day-centre,social\nx,unit,\n", [("no-unit-column", 1, "")]),
        ("unit,day-centre\n001,unit\n", [("no-column", 1, "Social activities")]),
        ("unit,day-centre,social\n001,unit\n", [("unreadable", 2, "")]),
        ("unit,day-centre,social\n,unit,\n", [("unknown-unit", 2, "unit")]),
        ("unit,day-centre,social\n099,unit,\n", [("unknown-unit", 2, "unit")]),
        ("unit,day-centre,social\nBekken,unit,\n", [("which-unit", 2, "unit")]),
        ("unit,day-centre,social\n001,unit,\n002,unit,\nSolbakken,unit,\n", [("twice", 4, "unit")]),
        ("unit,day-centre,social\n001,maybe,\n", [("not-a-choice", 2, "day-centre")]),
        ("unit,day-centre,social\n001,,\n002,,\n", []),
        (
            "unit,day-centre,social\n001,maybe,no\n\n099,unit,\n",
            [("not-a-choice", 2, "day-centre"), ("not-a-choice", 2, "social"), ("unknown-unit", 4, "unit")],
        ),
    ],
)
def test_everything_to_put_right_is_named_by_row_and_column(text, expected):
    assert problems(text) == expected


def test_a_reason_says_what_stands_there_and_what_was_expected():
    layout, _copies, (reason,) = read("unit,Day centre,social\n001,unit,\n")
    assert layout is None
    assert "did you mean “Day centre”?" in reason.expected
    _layout, _copies, (unit, cell) = read("unit,day-centre,social\nSolbaken,unit,\n002,togethr,\n")
    assert "“Solbakken”" in unit.expected
    assert (cell.row, cell.found) == (3, "togethr")
    assert "“together”" in cell.expected
    assert "togethr" in str(cell)


def test_a_file_with_a_mistake_in_every_cell_is_answered_soon():
    """Hints are dear: they are given for the first mistakes, and every mistake is named all the same."""
    rows = "".join(f"unit number {n},kommunen {n},frivillige {n}\n" for n in range(5000))
    began = time.process_time()
    assert len(problems(f"unit,day-centre,social\n{rows}")) == 15_000
    assert time.process_time() - began < 5


def test_columns_about_the_unit_are_passed_over_without_a_word():
    layout, _copies, _ = read(
        "unit,municipality,name,kind,remark,day-centre,social\n001,F,S,nursing home,?,unit,\n"
    )
    assert layout.passed_over == ("remark",)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_header_of_invented_names_is_refused_before_anything_is_looked_up(mark, encoding):
    text = mark.join(["unit", *(f"social activity {n}" for n in range(50_000))])
    began = time.process_time()
    _layout, _copies, (reason,) = read(text, encoding)
    assert (reason.row, reason.expected, reason.found) == (1, "at most 500 columns", "50,001 of them")
    assert time.process_time() - began < 1


def test_a_wide_header_that_hides_in_a_cell_of_several_lines_is_refused_too():
    _layout, _copies, (reason,) = read(
        '"a\nb",' + ",".join(f"c{n}" for n in range(501)) + "\n1" + "," * 501 + "\n"
    )
    assert reason.expected == "at most 500 columns"


def test_five_hundred_columns_can_be_read():
    header = ",".join(["unit", "day-centre", "social", *(f"c{n}" for n in range(497))])
    assert read(f"{header}\n001,unit,together{',' * 497}\n")[1:2] != ([],)


def test_what_somebody_meant_is_found_among_many_and_long_names_are_left_alone():
    names = [f"Unit {n:05}" for n in range(5_000)]
    began = time.process_time()
    assert nearest("Unt 04711", [*names, "x" * 100_000]) == nearest("Unt 04711", names) != ""
    assert nearest("Unit 0471", ["Unit 04711", *names[:300]]) == "Unit 04711"
    assert nearest("x" * 101, ["x" * 100]) == ""
    hints = Hints(names, most=30)
    for number in range(100):
        hints.near(f"Unit {number}x")
    assert time.process_time() - began < 5


def said_by(module):
    """Every text that a module of the library gives as what was expected or found, without what it fills in."""
    calls = {"_refused": (2, 3), "Problem": (2, 3), "NoSheet": (0,)}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in calls:
            for place in calls[node.func.id]:
                if place < len(node.args) and isinstance(node.args[place], ast.Constant):
                    yield node.args[place].value


def test_what_the_library_says_of_files_is_known_for_translation():
    said = {text for module in (rows, workbook) for text in said_by(module) if text}
    said |= {rows.OTHER_SHEETS, rows.OLD_LETTERS, rows.LONGEST}
    said |= {workbook.FORMULA, workbook.NO_ERROR, workbook.SHORTER}
    assert len(said) > 15
    assert said - set(SAID) == set()
