"""The page of messages: what fares how, for whom, and what can be done about it."""

import io
import re
from datetime import timedelta

import pypdf
import pytest

from alongside.commons.people import actions as people
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow
from alongside.core.access.roles import Role
from alongside.core.outbox import actions, sending
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from alongside.journeys.sending import letter_files
from tests.conftest import NOW
from tests.core.outbox import post


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path


def text(answer):
    return answer.content.decode()


def queue(house, name="volunteer", scope=None, at=NOW, **after):
    """A message to somebody of the house, in the unit's scope unless said otherwise."""
    channel = after.pop("channel", Channel.EMAIL)
    message = actions.queue(
        by=actors.operator(at),
        scope=(scope or house.unit).scope,
        recipient=house.people[name].pk,
        channel=channel,
        template=after.pop("template", "role-given"),
        key=f"page:{Message.objects.count()}",
    )
    Message.objects.filter(pk=message.pk).update(**after)
    message.refresh_from_db()
    return message


def row_of(page, name):
    """The table's row for somebody, as plain words."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', page, re.DOTALL)
    [found] = [r for r in rows if name in r]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_the_page_is_there_for_those_who_run_something(house, client):
    queue(house)
    seen = {
        who: house.sign_in(client, who).get("/messages").status_code
        for who in ("administrator", "coordinator", "unit_coordinator", "supervisor", "volunteer", "official")
    }
    assert [who for who, status in seen.items() if status == 200] == [
        "administrator",
        "coordinator",
        "unit_coordinator",
    ]
    assert {status for status in seen.values() if status != 200} == {404}


@pytest.mark.parametrize(("who", "shown"), [("coordinator", True), ("volunteer", False)])
def test_it_is_in_the_menu_of_those_who_can_open_it(house, client, who, shown):
    assert ('href="/messages"' in text(house.sign_in(client, who).get("/people"))) is shown


def test_whoever_keeps_the_installation_sees_numbers_where_a_coordinator_sees_names(house, client):
    queue(house)
    assert "Vilde Volunteer" in text(house.sign_in(client, "coordinator").get("/messages"))
    page = text(house.sign_in(client, "administrator").get("/messages"))
    assert "Vilde" not in page
    assert house.people["volunteer"].number.replace("-", "\u2011") in page


def test_a_coordinator_sees_nothing_of_another_organisation_s(house, client):
    queue(house, "nobody", house.other_municipality)
    page = text(house.sign_in(client, "coordinator").get("/messages"))
    assert "No message has been written yet" in page
    assert "One message waits" in text(house.sign_in(client, "other_coordinator").get("/messages"))


def test_that_names_were_read_stands_in_the_audit(house, client):
    queue(house)
    house.sign_in(client, "coordinator").get("/messages")
    row = AuditRow.objects.filter(verb="people.names").get()
    assert (row.actor, row.outcome) == (house.people["coordinator"].pk, "seen")


@pytest.mark.parametrize(
    ("after", "words", "buttons"),
    [
        ({}, "Waits for its turn", "Drop it"),
        ({"due_at": NOW + timedelta(hours=1)}, "Goes out on Monday 10 May 2027, 10:00", "Drop it"),
        (
            {"tries": 2, "failure": Failure.UNREACHABLE, "due_at": NOW + timedelta(minutes=5)},
            "Tried, and the other side could not be reached; next try on Monday 10 May 2027, 09:05",
            "Try again now Drop it",
        ),
        (
            {"lease": post.PEOPLE, "leased_until": NOW + timedelta(minutes=1), "tries": 1},
            "Waits for its turn",
            "–",
        ),
        (
            {"state": State.HANDING, "lease": post.PEOPLE, "leased_until": NOW + timedelta(minutes=1)},
            "Being handed over",
            "–",
        ),
        (
            {"state": State.FAILED, "failure": Failure.NO_ADDRESS},
            "Not sent: there is no address that can be used",
            "Try again now Drop it",
        ),
        (
            {"state": State.UNSURE},
            "Perhaps sent: the connection broke at the last moment. Ask whether it has arrived.",
            "It has arrived It came back Send it again Drop it",
        ),
        ({"state": State.SENT, "settled_at": NOW}, "Sent on Monday 10 May 2027, 09:00", "It came back"),
        ({"state": State.DROPPED, "settled_at": NOW}, "Dropped on Monday 10 May 2027, 09:00", "–"),
        (
            {"state": State.SENT, "channel": Channel.LETTER},
            "Written, and waits for the printer",
            "Drop it",
        ),
        (
            {"state": State.SENT, "channel": Channel.LETTER, "fetched_at": NOW, "fetched_in": post.PEOPLE},
            "Went to the printer on Monday 10 May 2027, 09:00",
            "It came back",
        ),
    ],
)
def test_each_state_in_words_with_what_can_be_done(house, client, after, words, buttons):
    queue(house, **after)
    row = row_of(text(house.sign_in(client, "unit_coordinator").get("/messages")), "Vilde Volunteer")
    assert f"{words} {buttons}" in row.replace(" : Vilde Volunteer", "")


def test_an_empty_page_says_what_will_be_here(house, client):
    page = text(house.sign_in(client, "coordinator").get("/messages"))
    assert "Messages will stand here" in page
    assert 'href="/organisations"' in page


def test_it_can_be_narrowed(house, client):
    queue(house)
    queue(house, "relay", state=State.FAILED, failure=Failure.REFUSED)
    queue(house, "liaison", channel=Channel.LETTER, state=State.SENT)
    house.sign_in(client, "coordinator")

    def people_in(query):
        page = text(client.get(f"/messages?{query}"))
        return [n for n in ("Vilde", "Randi", "Lars") if n in page]

    assert people_in("") == ["Vilde", "Randi", "Lars"]
    assert people_in("state=failed") == ["Randi"]
    assert people_in("channel=letter") == ["Lars"]
    assert people_in("state=failed&channel=letter") == []
    assert "No message fits" in text(client.get("/messages?state=dropped"))
    assert client.get("/messages?state=nonsense").status_code == 422


def test_as_many_questions_for_three_messages_as_for_one(house, client, django_assert_num_queries):
    house.sign_in(client, "coordinator")
    for count in (1, 3):
        while Message.objects.count() < count:
            queue(house, ("volunteer", "relay", "liaison")[Message.objects.count()])
        with django_assert_num_queries(12):
            page = text(client.get("/messages"))
        assert page.count('role="rowheader"') == count


def test_somebody_has_it_sent_again(house, client):
    message = queue(house, state=State.FAILED, failure=Failure.REFUSED)
    answer = house.sign_in(client, "coordinator").post(f"/messages/{message.pk}/retry")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/messages")
    message.refresh_from_db()
    assert (message.state, message.failure, message.due_at) == (State.WAITING, "", NOW)


def test_what_has_gone_out_is_refused_with_a_reason(house, client):
    message = queue(house, state=State.SENT)
    answer = house.sign_in(client, "coordinator").post(f"/messages/{message.pk}/retry")
    assert answer.status_code == 409
    assert "Nobody gets the same message twice" in text(answer)


def test_what_was_perhaps_sent_is_settled_by_a_person(house, client):
    message = queue(house, state=State.UNSURE)
    assert house.sign_in(client, "coordinator").post(f"/messages/{message.pk}/arrived").status_code == 303
    message.refresh_from_db()
    assert message.state == State.SENT


def test_dropping_asks_once(house, client):
    message = queue(house)
    house.sign_in(client, "coordinator")
    page = text(client.get(f"/messages/{message.pk}/drop"))
    assert "Drop this message?" in page
    assert "Vilde Volunteer" in page
    message.refresh_from_db()
    assert message.state == State.WAITING
    assert client.post(f"/messages/{message.pk}/drop").status_code == 303
    message.refresh_from_db()
    assert message.state == State.DROPPED
    again = client.post(f"/messages/{message.pk}/drop")
    assert again.status_code == 409
    assert "It has been dropped already" in text(again)


def letters(house, *names):
    for name in names:
        queue(house, name, channel=Channel.LETTER, template="test")
    known = {house.people[n].pk: post.Address(n, "", (n, "Lia 1"), "en") for n in names}
    the_post = sending.Post(post.Book(known), post.Template(), {Channel.LETTER: letter_files()})
    while sending.send_next(the_post, by=house.worker):
        pass


def read(answer):
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]


def test_letters_become_one_file_for_the_printer(house, client):
    letters(house, "volunteer", "relay", "liaison")
    house.sign_in(client, "unit_coordinator")
    assert "3 letters wait for the printer" in text(client.get("/messages"))
    pages = read(client.post("/messages/letters", {"one_side": "on"}))
    assert sorted(("volunteer" in p, "relay" in p, "liaison" in p) for p in pages) == [
        (False, False, True),
        (False, True, False),
        (True, False, False),
    ]
    page = text(client.get("/messages"))
    assert "No letter waits for the printer" in page
    assert "Monday 10 May 2027, 09:00: 3 letters" in page
    assert client.post("/messages/letters").status_code == 409
    assert AuditRow.objects.filter(verb="outbox.fetch").count() == 3


def test_a_file_that_got_lost_is_made_once_more(house, client):
    letters(house, "volunteer", "relay")
    house.sign_in(client, "unit_coordinator").post("/messages/letters")
    run = re.search(r'name="run" value="([\w-]{36})"', text(client.get("/messages")))[1]
    assert len(read(client.post("/messages/letters", {"run": run}))) == 3, "two letters, and a back left free"
    assert AuditRow.objects.filter(verb="outbox.fetch_again", outcome="seen").count() == 2
    assert client.post("/messages/letters", {"run": "nonsense"}).status_code == 404
    house.sign_in(client, "other_coordinator")
    assert client.post("/messages/letters", {"run": run}).status_code == 409


def test_whoever_keeps_the_installation_gets_no_letters(house, client):
    letters(house, "volunteer")
    house.sign_in(client, "administrator")
    page = text(client.get("/messages"))
    assert "Written, and waits for the printer" in page
    assert "/messages/letters" not in page
    assert client.post("/messages/letters").status_code == 404
    assert Message.objects.get().fetched_at is None


@pytest.mark.urls("alongside.config.urls_demo")
def test_the_whole_way_of_a_role_that_was_given(house, client, settings):
    """Added on a page, told by the worker, in the demonstration into a file."""
    from alongside.journeys import work

    settings.DEMO, settings.ADDRESS = True, "https://fjellvik.example"
    house.sign_in(client, "unit_coordinator")
    said = {"name": "Kari Nordmann", "role": Role.RELAY, "email": "kari@example.org", "language": "en"}
    assert client.post(f"/organisations/{house.unit.pk}/people/add", said).status_code == 303
    assert work.run_once(NOW).sent == 1
    [file] = (settings.DATA_FOLDER / "mail").iterdir()
    mail = file.read_text()
    assert "To: kari@example.org" in mail
    assert "Subject: You have a new role at Test installation" in mail
    assert "Your role: relay in Solbakken, Fjellvik, from Monday 10 May 2027." in mail.replace("=\n", "")
    assert "Kari Nordmann" not in mail
    assert "fjellvik.example" not in mail, "she has no account to sign in with"
    assert "Sent on Monday" in text(house.sign_in(client, "unit_coordinator").get("/messages"))
    assert not work.run_once(NOW).sent


def test_a_role_that_has_ended_is_no_news(house, settings):
    from alongside.commons.people.models import Membership
    from alongside.journeys import work

    settings.DEMO = True
    by = house.as_("unit_coordinator")
    person = people.add_person(house.unit, by=by, name="Kari", role=Role.RELAY, email="kari@example.org")
    people.end_membership(Membership.objects.get(member=person), by=by)
    work.run_once(NOW + timedelta(days=1))
    assert Message.objects.get().state == State.DROPPED
    assert not (settings.DATA_FOLDER / "mail").exists()
