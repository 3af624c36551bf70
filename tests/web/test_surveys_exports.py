"""Answers out and in again: nothing changes, for every kind of question and in both formats."""

import csv
import hashlib
import io
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from alongside.assess.surveys import computing, importing, queries
from alongside.assess.surveys.models import AnswersImport, Survey
from alongside.commons.forms.actions import NewQuestion
from tests.factories import surveys as made
from tests.web.test_surveys import text

OWN = (
    NewQuestion(
        "often",
        "How often?",
        ("often", "seldom"),
        kind="choice",
        texts={"nb": "Hvor ofte?"},
        labels={"often": {"en": "Often", "nb": "Ofte"}, "seldom": {"en": "Seldom", "nb": "Sjelden"}},
    ),
    NewQuestion(
        "helps",
        "What helps?",
        ("money", "time"),
        kind="several",
        labels={"money": {"en": "Money; or goods"}, "time": {"en": "Time"}},
    ),
    NewQuestion("people", "How many people?", kind="number", least=Decimal(0), is_whole=False),
    NewQuestion("words", "What else?", kind="text"),
)
HEADER = ("unit", "day-centre", "physical", "social", "often", "helps", "people", "words")
ROWS = (
    ("001", "unit", "", "together", "often", "money; time", "12.5", "=1+1"),
    ("002", "unsure", "other", "", "", "time", "0", "'=quoted\n-and\nin lines; +more"),
    ("003", "", "", "", "seldom", "", "123456789012345", "På norsk – ja; “sitat”, og, komma"),
    ("004", "organisation", "", "", "", "", "0.000001", "'plain' and @x"),
)


def every_kind(house, **more):
    return made.survey(house, of=5, questions=OWN, languages=["en", "nb"], **more)


def hand_in(house, survey, rows=ROWS):
    file = io.StringIO()
    csv.writer(file).writerows([HEADER, *rows])
    content = io.BytesIO(file.getvalue().encode())
    done = importing.hand_in(survey, by=house.as_("researcher"), file=content, name="answers.csv")
    assert done.state == "done", done.first_faults
    return done


@pytest.fixture
def survey(house):
    found = every_kind(house)
    hand_in(house, found)
    return found


@pytest.fixture
def owner(house, client):
    return house.sign_in(client, "researcher")


def get(client, survey, name):
    answer = client.get(reverse(name, args=[survey.pk]))
    assert answer.status_code == 200
    return answer


def sheet(content, name):
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(content))
        .get_sheet_by_name(name)
        .to_python(skip_empty_area=False)
    )


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_what_was_answered_is_kept_in_the_form_of_each_kind(survey):
    assert dict(queries.answer_rows(survey))["001"] == {
        "day-centre": "unit",
        "helps": ["money", "time"],
        "often": "often",
        "people": "12.5",
        "social": "together",
        "words": "=1+1",
    }


@pytest.mark.parametrize(("name", "ending"), [("survey-answers", "csv"), ("survey-answers-xlsx", "xlsx")])
def test_what_is_taken_out_and_read_in_again_changes_nothing(house, owner, survey, name, ending):
    before = dict(queries.answer_rows(survey))
    revision = Survey.objects.get(pk=survey.pk).revision
    file = SimpleUploadedFile(f"answers.{ending}", get(owner, survey, name).getvalue())
    answer = owner.post(reverse("survey-import", args=[survey.pk]), {"file": file})
    assert answer.status_code == 303, text(answer)
    done = AnswersImport.objects.latest("pk")
    assert (done.added, done.replaced, done.unchanged, done.bad) == (0, 0, 4, 0)
    assert dict(queries.answer_rows(survey)) == before
    assert Survey.objects.get(pk=survey.pk).revision == revision


def test_no_cell_of_a_file_is_run(owner, survey):
    cells = [row[-1] for row in rows_of(get(owner, survey, "survey-answers"))[1:]]
    assert cells[0] == "'=1+1"
    assert cells[1] == "'=quoted\n'-and\nin lines; '+more"
    book = sheet(get(owner, survey, "survey-answers-xlsx").getvalue(), "answers")
    assert book[1][-1] == "'=1+1"
    with zipfile.ZipFile(io.BytesIO(get(owner, survey, "survey-answers-xlsx").getvalue())) as archive:
        assert "<f>" not in "".join(archive.read(name).decode() for name in archive.namelist())


def test_a_number_is_a_number_in_a_workbook(owner, survey):
    book = sheet(get(owner, survey, "survey-answers-xlsx").getvalue(), "answers")
    assert tuple(book[0]) == HEADER
    assert [row[6] for row in book[1:]] == [12.5, 0.0, 123456789012345.0, 0.000001]
    assert book[1][0] == "001"


def test_the_codebook_tells_of_every_variable_and_value(owner, survey):
    rows = rows_of(get(owner, survey, "survey-codebook"))
    assert rows[0] == [
        "variable", "kind", "question en", "question nb", "value", "label en", "label nb", "statutory", "missing",
    ]  # fmt: skip
    by_variable = {}
    for row in rows[1:]:
        by_variable.setdefault(row[0], []).append(row)
    assert list(by_variable) == list(HEADER)
    day_centre = by_variable["day-centre"]
    assert day_centre[0][2:4] == ["Day centres", "Dagsentre"]
    assert [row[4] for row in day_centre] == ["", "unit", "organisation", "together", "other", "unsure"]
    assert {row[7] for row in day_centre} == {"yes"}
    assert {row[7] for row in by_variable["physical"]} == {"no"}
    assert day_centre[0][8] == "empty: not offered"
    assert [row[4:7] for row in by_variable["often"]] == [
        ["often", "Often", "Ofte"], ["seldom", "Seldom", "Sjelden"], ["", "", ""],
    ]  # fmt: skip
    assert by_variable["often"][0][2:4] == ["How often?", "Hvor ofte?"]
    assert by_variable["often"][-1][8] == "empty: no answer"
    assert [row[4] for row in by_variable["people"]] == ["least 0", ""]
    assert sheet(get(owner, survey, "survey-answers-xlsx").getvalue(), "codebook")[0] == rows[0]


def test_a_workbook_says_what_its_answers_are(owner, survey):
    about = {
        str(name): said
        for name, said, *_ in sheet(get(owner, survey, "survey-answers-xlsx").getvalue(), "about")
    }
    assert about["survey"] == survey.title
    assert about["owner"] == "Centre for Care Research"
    assert (about["asked"], about["answered"], about["seed"]) == (5.0, 4.0, 7.0)
    assert about["made up, for trying out"] == "no"
    assert about["taken out"] == "2027-05-10T09:00:00+00:00"


def test_only_activities_are_the_bytes_of_the_fingerprint(house, owner, survey):
    computing.compute_due(house.worker)
    answer = owner.get(reverse("survey-answers", args=[survey.pk]) + "?only=activities")
    assert rows_of(answer)[0] == list(HEADER[:4])
    answer = owner.get(reverse("survey-answers", args=[survey.pk]) + "?only=activities")
    fingerprint = hashlib.sha256(answer.getvalue()).hexdigest()
    assert queries.table(house.as_("researcher"), survey).fingerprint == fingerprint


def test_the_table_comes_as_a_workbook_with_small_cells_closed_to_others(house, client):
    survey = made.computed(house)
    for who, closed in (("researcher", False), ("evaluator", True)):
        answer = get(house.sign_in(client, who), survey, "survey-table-xlsx")
        content = answer.getvalue()
        rows = sheet(content, "table")
        assert rows[0][:3] == ["activity", "statutory", "n"]
        assert any("closed" in row for row in rows[1:]) is closed
    about = {str(name): said for name, said, *_ in sheet(content, "about")}
    assert "seed" not in about
    assert about["draws"] == 1000.0


def test_answers_are_given_out_as_they_are_read(owner, survey):
    answer = get(owner, survey, "survey-answers")
    assert answer.streaming
    assert b"".join(answer.streaming_content).count(b"\n") > 5
