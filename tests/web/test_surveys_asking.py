"""The pages of invitations and reminders: who gets what is said before, how it went is said after."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from alongside.assess.surveys import answering, inviting
from alongside.core.access import actor as actors
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from tests.conftest import NOW
from tests.core.outbox import notices
from tests.factories import surveys as made
from tests.web.test_surveys import text

EMAIL = {"channel": "e-mail", "email": "a@example.org"}
LETTER = {"channel": "letter", "postal": "Lia 3\n2600 Fjellvik"}
CONTACT = "Rita, telephone 555 01"


@pytest.fixture
def survey(house):
    return made.survey(house, of=6)


@pytest.fixture
def people(house, survey):
    ways = (EMAIL, EMAIL, LETTER, {"channel": "telephone"}, {"channel": "none"})
    return [
        made.respondent(house, survey, unit=f"00{n}", name=f"Rita {n}", **way)
        for n, way in enumerate(ways, 1)
    ]


@pytest.fixture
def owner(house, client):
    return house.sign_in(client, "researcher")


def invited(house, survey, at=None):
    """Written to six days ago, and all of it gone out."""
    at = at or NOW - timedelta(days=6)
    inviting.invite(survey, by=actors.user(house.as_("researcher").subject, NOW), contact=CONTACT)
    Message.objects.filter(channel=Channel.LETTER).update(fetched_at=at, fetched_in="0" * 32)
    Message.objects.update(state=State.SENT, settled_at=at, queued_at=at)


def page_of(client, name, survey):
    return text(client.get(reverse(name, args=[survey.pk])))


def test_it_says_beforehand_who_gets_what_and_who_does_not(owner, survey, people):
    page = page_of(owner, "survey-invite", survey)
    assert "3 people get an invitation" in page
    assert "Gets an e-mail 2" in page
    assert "Gets a letter 1" in page
    assert "Is asked on the telephone 1 See them" in page
    assert "Can’t be reached: nobody has told how yet 1 See them" in page
    assert "Nobody is named 1 See who answers" in page
    assert "Send 3 invitations" in page
    assert not Message.objects.exists(), "looking sends nothing"


def test_a_button_sends_them_and_the_next_page_says_how_they_fare(owner, survey, people):
    url = reverse("survey-invite", args=[survey.pk])
    answer = owner.post(url, {"contact": CONTACT, "agreed": "3"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/surveys/{survey.pk}/asking")
    page = page_of(owner, "survey-asking", survey)
    assert "2 e-mails go out. One letter is written." in page
    assert "0 of 3 have gone out" in page
    assert re.search(r"Invitation, e-mail 2 2 0 0 0 0 0", page)
    assert "See each message" in page
    answer = owner.post(url, {"contact": CONTACT, "agreed": "3"})
    assert answer.status_code == 303, "pressed twice is as good as once"
    assert "Nobody gets the same twice" in page_of(owner, "survey-asking", survey)
    assert Message.objects.count() == 3


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(owner, survey, people):
    url = reverse("survey-invite", args=[survey.pk])
    answer = owner.post(url, {"contact": "", "agreed": "3"})
    assert answer.status_code == 422
    assert "Say whom people can ask" in text(answer)
    answer = owner.post(url, {"contact": CONTACT, "agreed": "2"})
    assert answer.status_code == 409
    assert "3 people would be written to by now, more than stood here" in text(answer)
    assert f'value="{CONTACT}"' in answer.content.decode()
    assert not Message.objects.exists()
    agreed = re.search(r'name="agreed" value="(\d+)"', answer.content.decode())
    assert agreed[1] == "3", "the page that comes back is for the number it shows"


def test_a_reminder_goes_to_the_others_alone(house, owner, survey, people):
    invited(house, survey)
    holder = made.holder(house, made.code(house, people[0]))
    answering.send(people[0], by=holder, answers=made.said(survey, "unit"))
    page = page_of(owner, "survey-remind", survey)
    assert "2 people get a reminder" in page
    assert "Has answered 1 See them" in page
    owner.post(reverse("survey-remind", args=[survey.pk]), {"contact": CONTACT, "agreed": "2"})
    reminded = set(Message.objects.filter(template="survey-reminder").values_list("recipient", flat=True))
    assert reminded == {people[1].person_id, people[2].person_id}
    assert "Nobody can be reminded now" in page_of(owner, "survey-remind", survey)


def test_an_empty_survey_says_what_comes_first(owner, survey):
    page = page_of(owner, "survey-asking", survey)
    assert "Nobody has been invited yet" in page
    assert "Name people first" in page
    assert "Nobody is left to invite" in page_of(owner, "survey-invite", survey)


def test_a_closed_survey_offers_nothing(house, owner, survey, people):
    from alongside.assess.surveys import actions

    actions.close(survey, by=house.as_("researcher"), reason="Enough have answered")
    for name in ("survey-asking", "survey-invite", "survey-remind"):
        page = page_of(owner, name, survey)
        assert "This survey is closed, so nobody is written to." in page
        assert "Send 3" not in page
    answer = owner.post(reverse("survey-invite", args=[survey.pk]), {"contact": CONTACT, "agreed": "3"})
    assert answer.status_code == 409


def test_it_asks_again_only_while_something_is_under_way(house, owner, survey, people):
    inviting.invite(survey, by=house.as_("researcher"), contact=CONTACT)
    url = reverse("survey-asking-state", args=[survey.pk])
    assert "every 2s" in owner.get(url).content.decode()
    Message.objects.update(state=State.SENT, settled_at=NOW)
    fragment = owner.get(url)
    assert "every 2s" not in fragment.content.decode()
    assert "2 of 3 have gone out" in text(fragment)
    assert "One letter waits for you to print it." in text(fragment)
    assert "<html" not in fragment.content.decode()


def test_who_was_not_reached_is_listed_with_what_to_do(house, owner, survey, people):
    invited(house, survey)
    message = Message.objects.get(recipient=people[0].person_id)
    listed = reverse("survey-respondents", args=[survey.pk])
    own = reverse("survey-respondent", args=[people[0].pk])
    assert "It came back" in text(owner.get(own))
    answer = owner.post(f"/messages/{message.pk}/returned", {"next": own})
    assert (answer.status_code, answer.headers["Location"]) == (303, own)
    page = text(owner.get(own))
    assert "This person was not reached" in page
    assert "it came back" in page
    found = text(owner.get(f"{listed}?answered=not-reached"))
    assert "One person Names" in found
    assert "not reached" in found
    assert "One person was not reached" in page_of(owner, "survey-asking", survey)
    assert "Was not reached: the last message did not arrive 1" in page_of(owner, "survey-response", survey)
    card = {"name": "Rita 1", "channel": "letter", "postal": "Lia 9\n2600 Fjellvik"}
    assert owner.post(own, card).status_code == 303
    assert "This person was not reached" not in text(owner.get(own))
    assert "One person gets an invitation" in page_of(owner, "survey-invite", survey)


def test_the_way_back_after_noting_stays_in_the_house(house, owner, survey, people):
    invited(house, survey)
    message = Message.objects.get(recipient=people[0].person_id)
    answer = owner.post(f"/messages/{message.pk}/returned", {"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/messages"


def upload(client, *contents):
    files = [SimpleUploadedFile(f"{n}.eml", each, "message/rfc822") for n, each in enumerate(contents)]
    return client.post(reverse("messages-returned"), {"notices": files}, follow=True)


def test_returned_e_mails_are_read_in_several_at_once(house, owner, survey, people):
    invited(house, survey)
    message = Message.objects.get(recipient=people[0].person_id)
    delayed = notices.notice(Message.objects.get(recipient=people[1].person_id).pk, action="delayed")
    page = text(upload(owner, notices.notice(message.pk), delayed, notices.notice("abc"), b"Hello"))
    assert "One message is noted as come back." in page
    assert "One file says that the mail server is still trying: nothing is noted." in page
    assert "One file is about a message that is not ours, or not out." in page
    assert "One file is not a notice that an e-mail came back." in page
    message.refresh_from_db()
    assert (message.state, message.failure) == (State.FAILED, Failure.BOUNCED)
    assert Message.objects.filter(state=State.FAILED).count() == 1


def test_a_notice_about_somebody_else_s_message_notes_nothing(house, client, survey, people):
    invited(house, survey)
    message = Message.objects.first()
    page = text(upload(house.sign_in(client, "coordinator"), notices.notice(message.pk)))
    assert "not ours, or not out" in page
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_file_has_to_be_chosen(owner, survey):
    answer = owner.post(reverse("messages-returned"), {})
    assert answer.status_code == 422
    assert "Choose at least one returned e-mail" in text(answer)


def test_saying_no_on_the_page_behind_the_code(house, client, survey, people):
    code = made.code(house, people[0])
    start = reverse("answer", args=[code])
    assert "I don’t want to take part" in text(client.get(start))
    url = reverse("answer-refuse", args=[code])
    page = text(client.get(url))
    assert "you need not say why" in page
    people[0].refresh_from_db()
    assert people[0].refused_at is None, "looking refuses nothing"
    answer = client.post(url)
    assert (answer.status_code, answer.headers["Location"]) == (303, start)
    page = text(client.get(start))
    assert "You have said that you don’t take part" in page
    assert "Begin, one question a page" in page, "she may change her mind"
    house.sign_in(client, "researcher")
    listed = text(client.get(reverse("survey-respondents", args=[survey.pk]) + "?answered=refused"))
    assert "does not want to take part" in listed
    assert "Does not want to take part 1 See them" in page_of(client, "survey-response", survey)


def test_whoever_has_answered_is_not_asked_whether_she_wants_to(house, client, survey, people):
    code = made.code(house, people[0])
    holder = made.holder(house, code)
    answering.send(people[0], by=holder, answers=made.said(survey, "unit"))
    assert "I don’t want to take part" not in text(client.get(reverse("answer", args=[code])))
    answer = client.post(reverse("answer-refuse", args=[code]))
    assert answer.status_code == 409
    assert "You have answered already" in text(answer)


def test_the_first_page_says_whom_to_ask(house, client, survey, people):
    invited(house, survey)
    assert CONTACT in text(client.get(reverse("answer", args=[made.code(house, people[0])])))


def test_others_learn_nothing_of_who_was_written_to(house, client, survey, people):
    invited(house, survey)
    from alongside.assess.surveys import actions

    actions.publish(survey, by=house.as_("researcher"), to="signed in")
    house.sign_in(client, "volunteer")
    assert "Who has not answered" not in page_of(client, "survey-response", survey)
    for name in ("survey-asking", "survey-asking-state", "survey-invite", "survey-remind"):
        assert client.get(reverse(name, args=[survey.pk])).status_code == 404


PAGES = {"survey-asking": 10, "survey-invite": 8, "survey-remind": 8, "survey-asking-state": 6}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_for_three_people_as_for_one(
    house, owner, survey, name, count, django_assert_num_queries
):
    for number in range(1, count + 1):
        made.respondent(house, survey, unit=f"00{number}", **(EMAIL if number % 2 else LETTER))
    invited(house, survey)
    with django_assert_num_queries(PAGES[name]):
        owner.get(reverse(name, args=[survey.pk]))
