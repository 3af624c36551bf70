"""The pages of a file of answers: handed in, how far it is, what it asks, what came of it."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.assess.surveys import import_actions, import_files, importing, queries
from alongside.assess.surveys.models import AnswersImport
from alongside.journeys import imports
from tests.conftest import NOW
from tests.factories import large
from tests.web.test_surveys import text

COUNT = importing.FEW_ROWS + 1


@pytest.fixture
def owner(house, client):
    return house.sign_in(client, "researcher")


@pytest.fixture
def survey(house):
    return large.survey(house, 30)


def content(survey, count, **more):
    return "".join(large.lines(survey, count, **more)).encode()


def send(client, survey, said, **more):
    file = SimpleUploadedFile("answers.csv", said)
    return client.post(reverse("survey-import", args=[survey.pk]), {"file": file, **more})


def address(each, name="survey-import-progress"):
    return reverse(name, args=[each.survey_id, each.pk])


def handed_in(house, survey, said, **more):
    kept = import_files.keep([said])
    return import_actions.hand_in(survey, by=house.as_("researcher"), name="mine.csv", file=kept, **more)


def test_a_large_file_leads_to_a_page_that_tells_how_far_it_is(house, owner):
    survey = large.survey(house, COUNT)
    answer = send(owner, survey, content(survey, COUNT))
    each = AnswersImport.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, address(each))
    page = owner.get(address(each))
    assert "This file of answers waits to be read" in text(page)
    assert 'http-equiv="refresh"' in page.content.decode()
    state = address(each, "survey-import-state")
    assert f'hx-get="{state}?was=waiting"' in page.content.decode()
    AnswersImport.objects.update(state="reading", rows=1234, share=0.41, bad=2)
    assert owner.get(f"{state}?was=waiting").headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in owner.get(f"{state}?was=reading").headers
    said = text(owner.get(f"{state}?was=reading"))
    assert "41 %: 1,234 rows read" in said
    assert "2 of them have to be put right." in said
    AnswersImport.objects.update(state="waiting")
    imports.read_due(now=lambda: NOW)
    done = owner.get(address(each))
    assert "The answers have been taken in" in text(done)
    assert "2,001 units have answered." in text(done)
    assert "http-equiv" not in done.content.decode()
    assert len(dict(queries.answer_rows(survey))) == COUNT


def test_a_small_file_with_mistakes_can_be_taken_in_without_them(house, owner, survey):
    answer = send(owner, survey, content(survey, 30, bad_every=10))
    assert answer.status_code == 409
    page = text(answer)
    assert "Nothing was read in. 3 things in the file have to be put right first." in page
    assert "row 11 social maybe" in page
    assert "27 rows of the file can be read." in page
    each = AnswersImport.objects.get()
    kept = owner.post(address(each, "survey-import-keep"))
    assert kept.headers["Location"] == address(each)
    told = text(owner.get(address(each)))
    assert "27 units have answered. 3 rows could not be read and were left out." in told
    assert "row 11 social maybe" in told
    assert owner.post(address(each, "survey-import-keep")).status_code == 409


def test_the_good_rows_are_taken_in_at_once_where_that_was_chosen(house, owner, survey):
    answer = send(owner, survey, content(survey, 30, bad_every=10), keep="good")
    each = AnswersImport.objects.get()
    assert answer.headers["Location"] == address(each)
    assert "The answers have been taken in" in text(owner.get(address(each)))


def test_the_whole_list_can_be_saved(house, owner, survey):
    rows = b"unit,day-centre,physical,social\n" + b"".join(b"=x%d,a,b,c\n" % n for n in range(60))
    page = text(send(owner, survey, rows))
    assert "The first 100 of 240" in page
    each = AnswersImport.objects.get()
    answer = owner.get(address(each, "survey-import-faults"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="to-put-right.csv"'
    found = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert len(found) == 241
    assert found[1][2] == "'=x0"
    import_files.drop(each.faults_file)
    assert owner.get(address(each, "survey-import-faults")).status_code == 404


def test_a_file_is_called_off_after_having_been_asked_once(house, owner, survey):
    each = handed_in(house, survey, content(survey, 30))
    url = address(each, "survey-import-call-off")
    assert url in owner.get(address(each)).content.decode()
    assert "Call this file off?" in text(owner.get(url))
    assert owner.post(url).headers["Location"] == address(each)
    assert "This file was called off; nothing was taken in of it" in text(owner.get(address(each)))
    assert url not in owner.get(address(each)).content.decode()
    assert owner.post(url).status_code == 409


def test_one_under_way_is_named_beside_the_form(house, owner, survey):
    handed_in(house, survey, content(survey, 30))
    answer = send(owner, survey, content(survey, 30))
    assert answer.status_code == 409
    assert "Another file of this survey is being read in." in text(answer)
    page = text(owner.get(reverse("survey-import", args=[survey.pk])))
    assert "mine.csv , Monday 10 May 2027, 09:00 : waiting to be read" in page


@pytest.mark.parametrize("headers", ["unit,social\n001,unit\n", "code\n"])
def test_headers_are_named_once_whatever_the_size(house, owner, survey, headers):
    answer = send(owner, survey, headers.encode() + b"001,unit\n" * COUNT)
    assert answer.status_code == 409
    assert not AnswersImport.objects.exists()
    assert "row 1 Day centres no such column" in text(answer)


def test_an_xlsx_file_is_read_like_a_csv_file(house, owner, survey):
    from tests.alongside_evidence.test_rows import book

    rows = [row.rstrip("\n").split(",") for row in large.lines(survey, 30)]
    file = book(*rows[1:], header=rows[0])
    assert send(owner, survey, file).status_code == 303
    assert len(dict(queries.answer_rows(survey))) == 30
    again = send(owner, survey, content(survey, 30))
    assert "30 units had given the same answers before." in text(owner.get(again.headers["Location"]))


def test_answers_are_not_taken_out_while_a_part_of_them_is_missing(house, owner, survey):
    each = handed_in(house, survey, content(survey, 30))
    url = reverse("survey-answers", args=[survey.pk])
    assert owner.get(url).status_code == 200
    AnswersImport.objects.filter(pk=each.pk).update(state="writing", taken_through=1)
    answer = owner.get(url)
    assert answer.status_code == 409
    assert "A file of answers is being taken in" in text(answer)


def test_the_pages_take_the_same_queries_for_many_as_for_one(house, owner, survey):
    for count in (1, 3):
        each = handed_in(house, survey, content(survey, 30))
        taken = []
        for url in (
            reverse("survey-import", args=[survey.pk]),
            address(each),
            address(each, "survey-import-state"),
        ):
            with CaptureQueriesContext(connection) as captured:
                assert owner.get(url).status_code == 200
            taken.append(len(captured))
        assert taken == [7, 5, 4], count
        for _ in range(2):
            imports.read_due(now=lambda: NOW)
            handed_in(house, survey, content(survey, 30))
        imports.read_due(now=lambda: NOW)


def test_what_the_file_looks_like_is_told_for_every_kind(house, owner):
    from tests.web.test_surveys_exports import every_kind

    survey = every_kind(house)
    page = text(owner.get(reverse("survey-import", args=[survey.pk])))
    assert "How often? one of: often, seldom" in page
    assert "What helps? any of, with semicolons between them: money, time" in page
    assert "How many people? a number" in page
