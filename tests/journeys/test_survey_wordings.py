"""What respondents are written: what it says and keeps quiet, as e-mail and as letter."""

import io
import json
import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pypdf
import pytest

from alongside.assess.surveys import actions, answering, inviting
from alongside.assess.surveys import respondent_actions as naming
from alongside.assess.surveys.models import AnswerCode
from alongside.core.access import actor as actors
from alongside.core.outbox import letters, printing, sending
from alongside.core.outbox.kinds import Channel, State
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address
from alongside.journeys import sending as post
from alongside.journeys.wordings import TEMPLATES, Occasion
from tests.conftest import NOW
from tests.core.outbox import square
from tests.core.outbox.test_letters import tags, words_of
from tests.factories import surveys as made

CONTACT = "Rita Berg, telephone 555 01"
NAME = "Aslaug-Margrethe Ingeborg von Hohenstein-Løvenskiold Kvisteng Bakketun"
EMAIL = {"channel": "e-mail", "email": "aslaug@example.org"}
LETTER = {
    "channel": "letter",
    "postal": "c/o Solbakken, avdeling for demensomsorg\nGamle Kongevei 112 B\n2600 Fjellvik",
}
LAST_DAY = NOW.date() + timedelta(days=18)
KINDS = (("survey-invitation", inviting.invite, 0), ("survey-reminder", inviting.remind, 6))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_FOLDER, settings.DEMO = tmp_path, True
    settings.ADDRESS = "https://alongside.fjellvik.example"
    return tmp_path


@pytest.fixture
def survey(house):
    return made.survey(
        house, of=3, title="Frivillighet i omsorg 2027", sides=["staff", "volunteers"], closed_on=LAST_DAY
    )


def by(house, days=0):
    return actors.user(house.as_("researcher").subject, NOW + timedelta(days=days))


def deliver(days=0):
    post.send_due(now=lambda: NOW + timedelta(days=days))


def written(house, survey, deed, days):
    """The message that this deed queues, and what it says; what came before it has gone out."""
    if deed is inviting.remind:
        inviting.invite(survey, by=by(house), contact=CONTACT)
        Message.objects.filter(channel=Channel.LETTER).update(fetched_at=NOW, fetched_in="0" * 32)
        Message.objects.update(state=State.SENT, settled_at=NOW)
    deed(survey, by=by(house, days), contact=CONTACT)
    message = Message.objects.get(state=State.WAITING)
    at = actors.worker(NOW + timedelta(days=days))
    return message, TEMPLATES[message.template].write(Occasion(message, Address(), "en", at))


@pytest.mark.parametrize(("template", "deed", "days"), KINDS)
@pytest.mark.parametrize("way", [EMAIL, LETTER], ids=["e-mail", "letter"])
def test_everything_that_somebody_needs_to_decide_stands_in_it(house, survey, way, template, deed, days):
    made.respondent(house, survey, name=NAME, **way)
    message, words = written(house, survey, deed, days)
    assert message.template == template
    said = " ".join((*words.paragraphs, *words.ending))
    for expected in (
        "Centre for Care Research",
        "“Frivillighet i omsorg 2027”",
        "Solbakken, Fjellvik",
        "staff of the unit",
        "about 4 minutes",
        "3 questions",
        "Friday 28 May 2027",
        "Taking part is up to you",
        "Those who answer for the survey see your answers",
        "fewer than five units",
        f"Ask {CONTACT}.",
    ):
        assert expected in said
    seen = f"{words.subject} {words.paragraphs[0]}"
    for secret in ("Aslaug", "Solbakken", "Fjellvik", "Care", "Frivillighet", "Rita", "survey"):
        assert secret not in seen, "a locked telephone shows this much"
    code = re.fullmatch(r"https://alongside\.fjellvik\.example/a/([0-9A-Z]{12})", words.link)[1]
    assert words.code == (code if way is LETTER else "")
    assert words.link_shown == ("alongside.fjellvik.example/a" if way is LETTER else "")
    assert made.holder(house, code)


def test_a_reminder_is_another_letter(house, survey):
    made.respondent(house, survey, **EMAIL)
    _message, second = written(house, survey, inviting.remind, 6)
    first = Message.objects.get(template="survey-invitation")
    asked = TEMPLATES["survey-invitation"].write(Occasion(first, Address(), "en", house.worker))
    assert asked.subject != second.subject
    assert asked.paragraphs[0] != second.paragraphs[0]
    assert "If you have answered in the meantime: thank you." in " ".join(second.paragraphs)


def test_a_message_that_is_written_twice_holds_the_same_code(house, survey):
    made.respondent(house, survey, **LETTER)
    message, words = written(house, survey, inviting.invite, 0)
    again = TEMPLATES[message.template].write(Occasion(message, Address(), "en", house.worker))
    assert again == words
    assert AnswerCode.objects.count() == 1


def test_the_code_stands_in_no_row(house, survey):
    made.respondent(house, survey, **LETTER)
    message, words = written(house, survey, inviting.invite, 0)
    assert words.code not in str(vars(message)) + str([vars(row) for row in AnswerCode.objects.all()])


def answered(house, survey, respondent):
    answering.send(
        respondent, by=made.holder(house, made.code(house, respondent)), answers=made.said(survey, "unit")
    )


def refused(house, survey, respondent):
    answering.refuse(respondent, by=made.holder(house, made.code(house, respondent)))


def called(house, survey, respondent):
    answering.record_call(respondent, by=by(house), result="refused")


def replaced(house, survey, respondent):
    naming.replace_respondent(respondent, by=by(house), name="Anna After", channel="none")


def closed(house, survey, respondent):
    actions.close(survey, by=by(house), reason="Enough have answered")


MEANWHILE = [answered, refused, called, replaced, closed]


@pytest.mark.parametrize("happens", MEANWHILE)
def test_what_has_become_pointless_is_not_sent(house, survey, folder, happens):
    respondent = made.respondent(house, survey, **EMAIL)
    inviting.invite(survey, by=by(house), contact=CONTACT)
    happens(house, survey, respondent)
    deliver()
    assert Message.objects.get().state == State.DROPPED
    assert not (folder / "mail").exists()


@pytest.mark.parametrize("happens", MEANWHILE)
def test_a_letter_that_has_become_pointless_is_not_printed(house, survey, happens):
    """Between writing and printing lie days."""
    respondent = made.respondent(house, survey, **LETTER)
    made.respondent(house, survey, unit="002", **LETTER)
    inviting.invite(survey, by=by(house), contact=CONTACT)
    deliver()
    happens(house, survey, respondent)
    if happens is closed:
        with pytest.raises(printing.Refused):
            print_all(house)
    else:
        assert print_all(house).count == 1
    states = dict(Message.objects.values_list("recipient", "state"))
    assert states[respondent.person_id] == State.DROPPED


def print_all(house, **more):
    return printing.print_letters(
        by(house), post.letter_files(), both_sides=False, spent=post.not_needed, **more
    )


def test_after_its_last_day_nothing_is_sent(house, survey):
    made.respondent(house, survey, **EMAIL)
    inviting.invite(survey, by=by(house), contact=CONTACT)
    deliver(days=19)
    assert Message.objects.get().state == State.DROPPED


def test_an_e_mail_is_plain_text_with_its_link(house, survey, folder):
    made.respondent(house, survey, name=NAME, **EMAIL)
    inviting.invite(survey, by=by(house), contact=CONTACT)
    deliver()
    [file] = (folder / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == "aslaug@example.org"
    code = re.search(r"https://alongside\.fjellvik\.example/a/(\w{12})", mail.get_content())[1]
    assert made.holder(house, code)


def test_one_file_for_the_printer_the_same_when_it_is_made_again(house, survey):
    for unit in ("001", "002", "003"):
        made.respondent(house, survey, unit=unit, name=NAME, **LETTER)
    inviting.invite(survey, by=by(house), contact=CONTACT)
    deliver()
    first = print_all(house)
    run = Message.objects.values_list("fetched_in", flat=True).distinct().get()
    again = print_all(house, run=run)
    codes = [re.findall(r"\b[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}\b", words_of(p)) for p in pages(first.pdf)]
    assert [len(each) for each in codes] == [1, 1, 1]
    assert codes == [
        re.findall(r"\b[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}\b", words_of(p)) for p in pages(again.pdf)
    ]
    for [code] in codes:
        assert made.holder(house, code), "what is printed opens a questionnaire"


def pages(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf)).pages


@pytest.mark.parametrize(("template", "deed", "days"), KINDS)
def test_a_letter_is_tagged_fits_on_a_page_and_its_square_opens_the_link(
    house, survey, folder, template, deed, days
):
    made.respondent(house, survey, name=NAME, **LETTER)
    message, words = written(house, survey, deed, days)
    deliver(days)
    reader = pypdf.PdfReader(folder / "letters" / f"{message.pk}.pdf")
    [page] = reader.pages
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    kinds = [kind for kind, _ in tags(reader.trailer["/Root"]["/StructTreeRoot"])]
    assert (kinds.count("/H1"), kinds.count("/Figure")) == (1, 1)
    opens = [a.get_object()["/A"]["/URI"] for a in page["/Annots"]]
    assert set(opens) == {words.link}
    assert square.read(letters._qr(words.link)) == words.link
    said = words_of(page)
    assert NAME in said
    assert " ".join((words.code[:4], words.code[4:8], words.code[8:])) in said
    assert "alongside.fjellvik.example/a" in said


def test_each_is_written_to_in_her_language(house, survey, folder, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    made.respondent(house, survey, language="ar", **LETTER)
    inviting.invite(survey, by=by(house), contact=CONTACT)
    deliver()
    [file] = (folder / "letters").glob("*.pdf")
    reader = pypdf.PdfReader(file)
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    [said] = [json.loads(file.read_text()) for file in (folder / "letters").glob("*.json")]
    assert "مايو" in said["day"]
    assert "\u2068Solbakken, Fjellvik\u2069" in said["paragraphs"][2], "a foreign name reads its own way"


def test_a_worker_reads_no_respondent_of_whom_nothing_is_queued(house, survey):
    respondent = made.respondent(house, survey, **EMAIL)
    message, _words = written(house, survey, inviting.invite, 0)
    stranger = house.as_("evaluator")
    assert TEMPLATES[message.template].write(Occasion(message, Address(), "en", stranger)) is None
    assert respondent.pk == message.about["respondent"]
    assert sending.due(stranger, list(Channel)).count() == 0
