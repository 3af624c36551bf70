"""Files of a survey, in and out."""

import csv
import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.assess.surveys import queries
from alongside.journeys import work
from alongside.web.surveys import tables
from tests.conftest import NOW
from tests.factories import surveys as made
from tests.web.test_surveys import text


@pytest.fixture
def survey(house):
    return made.computed(house)


def rows_of(response):
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def send(client, survey, content, **more):
    file = SimpleUploadedFile("answers.csv", content)
    return client.post(reverse("survey-import", args=[survey.pk]), {"file": file, **more})


def test_the_list_of_units_can_be_filled_in_and_sent_back(house, client):
    survey = made.survey(house, of=3)
    house.sign_in(client, "researcher")
    rows = rows_of(client.get(reverse("survey-units", args=[survey.pk])))
    assert rows[0] == [
        "unit", "municipality", "name", "kind", "Day centres", "Physical activities", "Social activities",
    ]  # fmt: skip
    assert rows[1] == ["001", "Fjellvik", "Solbakken", "nursing home", "", "", ""]
    rows[1][4:] = ["unit", "", "Together"]
    text_of_file = io.StringIO()
    csv.writer(text_of_file, delimiter=";").writerows(rows)
    response = send(client, survey, text_of_file.getvalue().encode("utf-8-sig"))
    assert (response.status_code, response.headers["Location"]) == (303, reverse("survey", args=[survey.pk]))
    page = text(client.get(response.headers["Location"]))
    assert "One unit has answered. 2 rows had no answers and were passed over." in page
    assert dict(queries.answer_rows(survey)) == {"001": {"day-centre": "unit", "social": "together"}}


def test_every_bad_row_is_named_and_nothing_is_taken_in(house, client):
    survey = made.survey(house, of=3)
    house.sign_in(client, "researcher")
    content = made.file(
        survey, {"001": ["unit", "", "maybe"], "Solbaken": ["unit", "", ""], "002": ["x", "", ""]}
    )
    response = send(client, survey, content)
    page = text(response)
    assert response.status_code == 409
    assert "3 things in the file have to be put right" in page
    assert "row 2 social maybe" in page
    assert "row 3 unit Solbaken" in page
    assert "did you mean “Solbakken”?" in page
    assert dict(queries.answer_rows(survey)) == {}


def test_a_file_full_of_mistakes_is_cut_to_what_can_be_read(house, client):
    survey = made.survey(house, of=3)
    house.sign_in(client, "researcher")
    content = made.file(survey, {f"x{n}": ["unit", "", ""] for n in range(300)})
    page = text(send(client, survey, content))
    assert "300 things in the file" in page
    assert "The first 100 of 300" in page
    assert "row 101" in page
    assert "row 102" not in page


def test_a_form_without_a_file_says_so(house, client):
    survey = made.survey(house, of=3)
    house.sign_in(client, "researcher")
    url = reverse("survey-import", args=[survey.pk])
    assert client.get(url).status_code == 200
    response = client.post(url, {})
    assert response.status_code == 422
    assert "Choose the file with the answers." in text(response)
    empty = send(client, survey, b"")
    assert empty.status_code == 422
    assert "This file is empty" in text(empty)


def test_corrections_need_a_tick(house, client):
    survey = made.survey(house, of=3)
    house.sign_in(client, "researcher")
    assert send(client, survey, made.file(survey, {"001": ["unit", "", ""]})).status_code == 303
    changed = made.file(survey, {"001": ["together", "", ""]})
    refused = send(client, survey, changed)
    assert refused.status_code == 409
    assert "other answers than those this unit has given" in text(refused)
    taken = send(client, survey, changed, replace="on")
    assert "One unit was corrected." in text(client.get(taken.headers["Location"]))


def test_what_was_not_read_is_told(house, client):
    survey = made.survey(house, of=1)
    house.sign_in(client, "researcher")
    headers = ["unit", *made.ACTIVITIES, "remark på slutten"]
    content = made.file(survey, {"001": ["unit", "", "", ""]}, headers=headers).decode().encode("cp1252")
    page = text(client.get(send(client, survey, content).headers["Location"]))
    assert "Columns that were not read: “remark på slutten”." in page
    assert "Windows-1252" in page


def test_answers_come_out_to_the_byte_of_the_fingerprint(house, survey, client):
    house.sign_in(client, "researcher")
    response = client.get(reverse("survey-answers", args=[survey.pk]))
    content = response.getvalue()
    fingerprint = hashlib.sha256(content).hexdigest()
    assert response.headers["Content-Disposition"] == 'attachment; filename="answers.csv"'
    assert fingerprint in text(client.get(reverse("survey-table", args=[survey.pk])))
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert rows[0] == ["unit", *made.ACTIVITIES]
    assert len(rows) == 17


@pytest.fixture
def table(house, survey, client):
    """Lines of table.csv by reader."""

    def lines(who):
        response = house.sign_in(client, who).get(reverse("survey-table-csv", args=[survey.pk]))
        rows = rows_of(response)
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    return lines


def test_the_table_s_file_holds_what_its_page_shows(house, survey, table):
    result = queries.table(house.as_("researcher"), survey).result
    lines = table("researcher")
    assert list(lines[0])[:12] == [
        "activity", "statutory", "n", "excluded", "answer", "count", "share",
        "low95", "high95", "low99", "high99", "method",
    ]  # fmt: skip
    shares = [line for line in lines if line["line"] == "share"]
    assert len(shares) == 9
    first = result["rows"][0]
    for line in shares[:3]:
        share = first["shares"][line["answer"]]
        assert (line["activity"], line["statutory"], line["n"]) == ("Day centres", "yes", str(first["n"]))
        assert line["count"] == str(share["count"])
        assert float(line["share"]) == pytest.approx(share["estimate"], abs=1e-6)
    assert [line["line"] for line in lines[9:]] == [
        *["comparison 1"] * 3, *["comparison 2"] * 3, *["sensitivity"] * 3,
    ]  # fmt: skip
    assert lines[9]["activity"] == "Day centres"
    assert lines[-1]["activity"] == "without Social activities"


def test_others_get_the_same_file_with_small_cells_closed(house, survey, table):
    result = queries.table(house.as_("evaluator"), survey).result
    lines = [line for line in table("evaluator") if line["line"] == "share"]
    shares = [share for row in result["rows"] for share in row["shares"].values()]
    closed = [line for line in lines if line["count"] == "closed"]
    assert len(closed) == sum(share["count"] is None for share in shares) > 0
    assert all(line["share"] == line["method"] == "closed" and not line["low95"] for line in closed)
    small = {"0", "1", "2", "3", "4"}
    assert not any(
        line[name] in small for line in lines for name in ("count", "n", "excluded", "not_offered")
    )


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("Day centres", "Day centres"),
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-1+2", "'-1+2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (";=1+1", ";'=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a; @SUM(A1)", "a; '@SUM(A1)"),
        ("a\t+1", "a\t'+1"),
        ("a\r\n-1+2", "a\r\n'-1+2"),
        ("＝1+1", "'＝1+1"),
        ("a;＠SUM(A1)", "a;'＠SUM(A1)"),
        ("a-b; c+d", "a-b; c+d"),
        ("-0.25", "-0.25"),
        ("-1e-05", "-1e-05"),
        ("+3", "+3"),
        ("", ""),
    ],
)
def test_no_cell_is_run_by_a_spreadsheet(cell, safe):
    assert tables.safe(cell) == safe


def test_names_that_look_like_formulas_go_out_safely(house, client):
    survey = made.survey(house, activities=["social", ("sums", "=SUM(A1:A9)")], sensitivity=[])
    house.sign_in(client, "researcher")
    rows = rows_of(client.get(reverse("survey-units", args=[survey.pk])))
    assert rows[0][-1] == "'=SUM(A1:A9)"
    made.answer(house, survey, {"001": ["unit", "unit"]})
    work.run_once(NOW)
    house.sign_in(client, "researcher")
    table = rows_of(client.get(reverse("survey-table-csv", args=[survey.pk])))
    assert "'=SUM(A1:A9)" in {row[0] for row in table}


def test_a_refusal_speaks_of_activities_by_name():
    said = [{"code": "few-answers-about", "about": {"n": 4, "activity": "social"}}]
    interval = {"level": 0.95, "refused": "can't be said from 4 answers about social", "why": said}
    row = {"activity": "social", "shares": {"unit": {"intervals": [interval]}}}
    shown = tables.named(
        {"rows": [row], "comparisons": [], "sensitivity": []}, {"social": "Social activities"}
    )
    [told] = shown["rows"][0]["shares"]["unit"]["intervals"]
    assert told["refused"] == "can't be said from 4 answers about “Social activities”"


def test_a_file_is_read_before_anybody_has_to_wait(house, client):
    """While a deed or a step lasts nobody else writes: questions and units are asked for between them."""
    survey = made.survey(house)
    content = made.file(survey, made.turns(survey, 3))
    house.sign_in(client, "researcher")
    url = reverse("survey-import", args=[survey.pk])
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(url, {"file": SimpleUploadedFile("answers.csv", content)})
    assert answer.status_code == 303
    depth, inside = 0, []
    for sql in (query["sql"] for query in asked.captured_queries):
        depth += sql.startswith("SAVEPOINT") - sql.startswith("RELEASE")
        inside += [sql] if depth else []
    assert len(inside) > 10
    assert not any("forms_question" in sql or "surveys_surveyunit" in sql for sql in inside)
