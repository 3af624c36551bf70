"""The pages of a survey's team: who answers, the telephone list, who has answered, closing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.assess.surveys import actions, answering
from alongside.assess.surveys.models import Respondent
from alongside.commons.forms.models import Submission
from alongside.commons.people import identity, queries
from alongside.commons.people.models import Identity
from alongside.journeys import work
from tests.factories import surveys as made
from tests.web.test_surveys import text


@pytest.fixture
def survey(house):
    return made.survey(house, of=3, sides=["staff", "volunteers"])


@pytest.fixture
def owner(house, client):
    return house.sign_in(client, "researcher")


def address(name, *args):
    return reverse(name, args=args)


def upload(client, survey, content, **more):
    file = SimpleUploadedFile("people.csv", content.encode())
    return client.post(address("survey-respondents-import", survey.pk), {"file": file, **more})


NEW = {
    "unit": "001",
    "side": "staff",
    "name": "Rita Respondent",
    "channel": "e-mail",
    "email": "rita@example.org",
}


def test_somebody_is_named_and_seen_by_the_survey_s_team_alone(house, survey, owner):
    response = owner.post(address("survey-respondent-add", survey.pk), NEW | {"checked": "on"})
    assert response.status_code == 303
    page = text(owner.get(response.headers["Location"]))
    assert "Rita Respondent 001 Solbakken Staff of the unit E-mail" in page
    assert "staff of the unit: somebody is named for 1 of 3 units".casefold() in page.casefold()
    row = Respondent.objects.get()
    assert Identity.objects.get(person=row.person_id).email == "rita@example.org"
    for who in ("administrator", "coordinator", "evaluator", "supervisor", "official"):
        assert identity.names(house.as_(who), [row.person_id]) == {}, who
        assert row.person_id not in {p.pk for p in queries.people(house.as_(who))}, who


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"unit": "999"}, "No unit that is asked has this code or name"),
        ({"email": ""}, "To reach her by e-mail, give her address"),
        ({"email": "rita"}, "This is not an e-mail address"),
        ({"channel": "telephone"}, "To reach her by telephone, give her number"),
    ],
)
def test_what_can_t_be_named_is_said_beside_it(survey, owner, change, sentence):
    response = owner.post(address("survey-respondent-add", survey.pk), NEW | change)
    assert response.status_code == 409
    assert sentence in text(response)
    assert 'value="Rita Respondent"' in response.content.decode()


def test_one_person_a_side_and_unit(house, survey, owner):
    made.respondent(house, survey)
    response = owner.post(address("survey-respondent-add", survey.pk), NEW)
    assert response.status_code == 409
    assert "Somebody is named for this side of the unit" in text(response)
    assert (
        owner.post(address("survey-respondent-add", survey.pk), NEW | {"side": "volunteers"}).status_code
        == 303
    )


def test_another_takes_her_place(house, survey, owner):
    row = made.respondent(house, survey)
    page = address("survey-respondent-replace", row.pk)
    response = owner.post(page, {"name": "Anna After", "channel": "none"})
    assert "Anna After answers for a unit" in text(owner.get(response.headers["Location"]))
    assert "Somebody else has taken this person’s place" in text(
        owner.get(address("survey-respondent", row.pk))
    )
    assert owner.post(page, {"name": "Once More", "channel": "none"}).status_code == 409


def test_a_code_is_shown_once_and_works(house, survey, owner):
    row = made.respondent(house, survey)
    page = owner.post(address("survey-respondent-code", row.pk)).content.decode()
    code = page.partition("/a/")[2].partition("<")[0]
    assert owner.get(address("answer", code)).status_code == 200


def test_a_file_of_respondents(house, survey, owner):
    rows = (
        "unit,respondent,side,e-mail,telephone,checked\n"
        "001,Rita One,,r@example.org,,yes\n"
        "Unit 2,Rita Two,Volunteers,,555,\n"
    )
    assert upload(owner, survey, rows).status_code == 303
    found = {(r.asked.code, r.side, r.channel, bool(r.checked_on)) for r in Respondent.objects.all()}
    assert found == {("001", "staff", "e-mail", True), ("002", "volunteers", "telephone", False)}
    page = text(owner.get(address("survey-respondents", survey.pk)))
    assert "2 people are named" in page
    again = upload(owner, survey, rows.replace("Rita One", "Anna One"))
    assert again.status_code == 409
    assert "a side for which nobody is named yet" in text(again)
    assert upload(owner, survey, rows.replace("Rita One", "Anna One"), replace="on").status_code == 303
    assert "One took another’s place. One was named before." in text(
        owner.get(address("survey-respondents", survey.pk))
    )
    assert Respondent.objects.filter(ended_at__isnull=True).count() == 2


def test_every_bad_row_of_respondents_is_named_and_nothing_is_taken_in(survey, owner):
    rows = (
        "unit,respondent,side,e-mail\n001,Good Row,,\n999,No Unit,,\n002,,,\n"
        "003,Bad Mail,,no\n003,Bad Side,press,\n001,Twice,,\n"
    )
    response = upload(owner, survey, rows)
    assert response.status_code == 409
    page = text(response)
    for row in (3, 4, 5, 6, 7):
        assert f"row {row} " in page, row
    assert page.count("row 2 ") == 1, "only where the last row is told of it"
    assert not Respondent.objects.exists()
    assert "a column “respondent”" in text(upload(owner, survey, "unit,side\n001,staff\n"))


def test_the_list_is_searched_and_filtered(house, survey, owner):
    made.respondent(house, survey, name="Berit Berg", phone="1")
    made.respondent(house, survey, unit="002", side="volunteers", name="Cato Dahl", phone="2")
    answered = made.respondent(house, survey, unit="003", name="Egil Foss", phone="3", channel="none")
    holder = made.holder(house, made.code(house, answered))
    answering.send(answered, by=holder, answers=made.said(survey, "unit"))
    page = address("survey-respondents", survey.pk)
    asked = {
        "side=volunteers": "Cato",
        "channel=none": "Egil",
        "answered=yes": "Egil",
    }
    for query, expected in asked.items():
        told = text(owner.get(f"{page}?{query}"))
        assert [n for n in ("Berit", "Cato", "Egil") if n in told] == [expected], query
    for words, expected in {"berg": "Berit", "002": "Cato", "Solbakken": "Berit"}.items():
        told = text(owner.post(page, {"q": words}))
        assert [n for n in ("Berit", "Cato", "Egil") if n in told] == [expected], words
    assert "Nobody fits what you are looking for" in text(owner.post(page, {"q": "nobody"}))
    assert "Cato" in text(owner.get(f"{page}?q=berg")), "a name in the address is not looked for"
    answer = owner.post(page, {"q": "", "side": "staff", "channel": ""})
    assert answer.headers["Location"] == f"{page}?side=staff"


def test_the_telephone_list_is_worked_through(house, survey, client):
    first = made.respondent(house, survey, name="Berit Berg", phone="555 77")
    second = made.respondent(house, survey, unit="002", name="Cato Dahl")
    actions.appoint_interviewer(survey, by=house.as_("researcher"), person=house.people["evaluator"])
    house.sign_in(client, "evaluator")
    listed = address("survey-calls", survey.pk)
    assert "2 people are waiting for a call" in text(client.get(listed))
    call = address("survey-call", first.pk)
    assert "555 77" in text(client.get(call))
    noted = client.post(address("survey-call-result", first.pk), {"result": "call again"})
    assert noted.headers["Location"] == listed
    page = client.get(listed).content.decode()
    assert page.index("Cato Dahl") < page.index("Berit Berg")
    missing = client.post(call, {"q-day-centre": "unit"})
    assert missing.status_code == 409
    assert 'value="unit" checked' in missing.content.decode()
    said = {f"q-{key}": "together" for key in ("day-centre", "physical", "social")}
    assert client.post(call, said).headers["Location"] == listed
    client.post(address("survey-call-result", second.pk), {"result": "refused"})
    assert "Nobody is waiting for a call" in text(client.get(listed))
    sent = Submission.objects.get()
    assert (sent.mode, sent.speaker_id, sent.writer_id) == (
        "proxy",
        first.person_id,
        house.people["evaluator"].pk,
    )


def test_somebody_is_let_telephone_and_stopped(house, survey, owner):
    page = address("survey-team", survey.pk)
    person = str(house.people["evaluator"].pk)
    assert owner.post(page, {"person": person}).status_code == 303
    assert "They telephone now" in text(owner.get(page))
    assert owner.post(page, {"person": person, "ends": "1"}).status_code == 303
    assert "They telephone now" not in text(owner.get(page))
    assert owner.post(page, {"person": "nobody"}).status_code == 422


def test_who_has_answered_is_open_to_the_owner_and_closed_to_others(house, client):
    survey = made.survey(house, of=12)
    made.answer(house, survey, made.turns(survey, 7))
    made.respondent(house, survey)
    page = address("survey-response", survey.pk)
    mine = text(house.sign_in(client, "researcher").get(page))
    assert "7 of 12 units have answered" in mine
    assert "By place" in mine
    assert "Innlandet" in mine
    assert "closed" not in mine
    work.run_once(house.at)
    others = text(house.sign_in(client, "evaluator").get(page))
    assert "As released on" in others
    assert "7 of 12 units have answered" in others
    assert "By place" not in others
    assert "Telephone 1 closed" in others


def test_a_survey_is_closed_with_a_reason_and_opened_again(house, survey, owner):
    page = address("survey-close", survey.pk)
    assert owner.post(page, {"reason": ""}).status_code == 422
    assert owner.post(page, {"reason": "no"}).status_code == 409
    response = owner.post(page, {"reason": "Enough have answered"})
    told = text(owner.get(response.headers["Location"]))
    assert "This survey takes no more answers" in told
    assert "Enough have answered" in told
    assert "Open this survey again?" in text(owner.get(page))
    owner.post(page, {"reason": "One more week", "closed_on": "2027-05-17"})
    survey.refresh_from_db()
    assert (survey.is_closed, str(survey.closed_on)) == (False, "2027-05-17")


QUERIES = {
    "survey-respondents": 13,
    "survey-calls": 9,
    "survey-response": 20,
    "survey-team": 8,
}


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_as_many_queries_for_many_as_for_one(house, survey, owner, count):
    for unit in range(count):
        made.respondent(house, survey, unit=f"{unit + 1:03}", name=f"Person {unit}")
    taken = {}
    for page in QUERIES:
        with CaptureQueriesContext(connection) as captured:
            assert owner.get(address(page, survey.pk)).status_code == 200
        taken[page] = len(captured)
    assert taken == QUERIES
