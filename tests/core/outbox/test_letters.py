"""Letters: what was given stands on the page, on the right page, and nothing of it is read as markup."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pypdf
import pytest

from alongside.core.kit.refusal import Refused
from alongside.core.outbox import actions, letters, printing, queries, sending
from alongside.core.outbox.carriers import LetterFiles, for_the_printer
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address, Parcel, Words
from alongside.core.outbox.rules import End
from tests.conftest import NOW
from tests.core.outbox import post, square

LINK = "https://fjellvik.example/s?c=7KQ2MXPTB4"
LONG_NAME = "Aslaug-Margrethe Ingeborg von Hohenstein-Løvenskiold Kvisteng Bakketun"


def letter(**more):
    words = {
        "language": "en",
        "sender": ("Fjellvik municipality", "Storgata 1", "2600 Fjellvik"),
        "subject": "Twelve questions about who does what",
        "paragraphs": ("Last year 244 units told us.", "It takes about ten minutes."),
        "ending": ("You can also ring us.",),
        **more,
    }
    lines = words.pop("lines", ("Kari Nordmann", "Solbakken 3", "2600 Fjellvik"))
    return letters.letter_of(Parcel(post.somebody(1), 1, Address("Kari", "", lines), Words(**words), NOW))


def read(*written, **more):
    pdf = letters.typeset(list(written), title="Letters", at=NOW, **more)
    return pypdf.PdfReader(io.BytesIO(pdf))


def words_of(page):
    return " ".join(page.extract_text().split())


def test_everything_that_was_given_stands_on_the_page():
    [page] = read(letter(link=LINK, link_shown="fjellvik.example/s", code="7KQ2MXPTB4")).pages
    said = words_of(page)
    for expected in (
        "Fjellvik municipality · Storgata 1 · 2600 Fjellvik",
        "Kari Nordmann Solbakken 3 2600 Fjellvik",
        "Monday 10 May 2027",
        "Twelve questions about who does what",
        "Last year 244 units told us.",
        "It takes about ten minutes.",
        "fjellvik.example/s",
        "7KQ2 MXPT B4",
        "You can also ring us.",
        "Page 1 of 1",
    ):
        assert expected in said


def test_it_is_accessible():
    """Tagged, in its language, with a title, a heading and words for the picture."""
    reader = read(letter(link=LINK, language="nb"))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nb"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Letters"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    kinds = [kind for kind, _ in tags(root["/StructTreeRoot"])]
    assert kinds.count("/H1") == 1
    assert [alt for kind, alt in tags(root["/StructTreeRoot"]) if kind == "/Figure"] == [
        "En firkantet kode som åpner fjellvik.example/s?c=7KQ2MXPTB4"
    ]


def tags(element):
    """Every tag of a structure tree with its alternative text."""
    element = element.get_object()
    if "/S" in element:
        yield element["/S"], element.get("/Alt")
    below = element.get("/K", [])
    below = below.get_object() if hasattr(below, "get_object") else below
    for each in below if isinstance(below, list) else [below]:
        if isinstance(each.get_object(), dict):
            yield from tags(each)


@pytest.mark.parametrize(
    "text",
    [
        "*not bold* _nor this_",
        '#panic() #read("x")',
        "$x^2$ `code`",
        "= no heading",
        "] } ) \\ // <a> @b",
    ],
)
def test_nothing_that_is_given_is_read_as_markup(text):
    [page] = read(letter(paragraphs=(text,), subject=text, lines=(text,))).pages
    assert words_of(page).count(" ".join(text.split())) == 3


def test_a_long_letter_counts_its_own_pages():
    long = letter(paragraphs=tuple(f"Paragraph {n}: " + "ærlighet og blåbær " * 30 for n in range(12)))
    reader = read(letter(), long, letter())
    said = [words_of(page) for page in reader.pages]
    assert [re.search(r"Page \d of \d", text)[0] for text in said] == [
        "Page 1 of 1",
        "Page 1 of 3",
        "Page 2 of 3",
        "Page 3 of 3",
        "Page 1 of 1",
    ]
    assert "Kari Nordmann" in said[1]
    assert "Kari Nordmann" not in said[2] + said[3]
    assert all(f"Paragraph {n}:" in "".join(said[1:4]) for n in range(12))


def test_on_both_sides_no_letter_stands_on_the_back_of_another():
    reader = read(letter(), letter(), letter(), both_sides=True)
    said = [words_of(page) for page in reader.pages]
    assert [bool(text) for text in said] == [True, False, True, False, True]


def test_a_long_name_stays_in_the_window():
    [page] = read(
        letter(lines=(LONG_NAME, "c/o Solbakken, avdeling for demensomsorg", "Gamle Kongevei 112 B"))
    ).pages
    places = []
    page.extract_text(visitor_text=lambda text, cm, _tm, _f, _s: places.append((text.strip(), cm[4], cm[5])))
    in_window = [(x, y) for text, x, y in places if text and text in LONG_NAME]
    assert words_of(page).count(LONG_NAME) == 1
    assert len(in_window) == 2, "two lines"
    millimetre = 72 / 25.4
    for x, y in in_window:
        assert 20 * millimetre <= x <= 105 * millimetre
        assert (297 - 90) * millimetre <= y <= (297 - 45) * millimetre


def test_an_address_of_many_lines_is_drawn_together():
    told = letter(lines=tuple(f"Line {n}" for n in range(10))).to
    assert len(told) == letters.WINDOW_LINES
    assert told[-1] == "Line 6, Line 7, Line 8, Line 9"


def test_arabic_is_arabic_from_the_right():
    arabic = letter(
        language="ar",
        sender=("بلدية فيلفيك",),
        subject="اثنا عشر سؤالا",
        paragraphs=("يستغرق ذلك نحو 10 دقائق.",),
        link=LINK,
        code="7KQ2MXPTB4",
    )
    assert arabic.day == "الاثنين، 10 مايو 2027"
    reader = read(arabic)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "ar"
    fonts = {font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert any("NotoSansArabic" in font for font in fonts)
    assert "7KQ2 MXPT B4" in words_of(reader.pages[0]), "a code reads from the left in every language"


@pytest.mark.parametrize("link", [LINK, "https://a.example/b", f"https://example.org/{'x' * 80}"])
def test_the_square_code_opens_the_link(link):
    assert square.read(letters._qr(link)) == link
    assert letters._qr("") == ""


def test_a_letter_says_the_same_day_everywhere_in_the_house():
    parcel = Parcel(
        post.somebody(1),
        1,
        Address(),
        Words("nb", ("F",), "S", ("P",)),
        datetime(2027, 5, 10, 23, tzinfo=UTC),
    )
    assert letters.letter_of(parcel).day == "mandag 10. mai 2027"
    assert (
        letters.letter_of(replace(parcel, words=Words("xx", ("F",), "S", ("P",)))).day == "Monday 10 May 2027"
    )


def test_the_same_letter_is_the_same_file():
    """Also at an instant as clocks have it, with parts of a second."""
    first, second = (
        letters.typeset([letter()], title="L", at=NOW.replace(microsecond=part)) for part in (0, 123456)
    )
    assert first == second


def queue_letters(house, count, **more):
    return [
        post.queue(NOW, number=n, channel=Channel.LETTER, scope=house.unit.scope, **more)
        for n in range(count)
    ]


def send(house, folder, **more):
    the_post = post.files(folder, **more)
    while sending.send_next(the_post, by=house.worker):
        pass
    return the_post.carriers[Channel.LETTER]


def test_letters_that_wait_become_one_file_once(house, tmp_path):
    queue_letters(house, 3)
    files, by = send(house, tmp_path), house.as_("coordinator")
    printed = printing.print_letters(by, files, both_sides=False)
    assert (printed.count, printed.missing) == (3, 0)
    assert len(pypdf.PdfReader(io.BytesIO(printed.pdf)).pages) == 3
    with pytest.raises(Refused) as refused:
        printing.print_letters(by, files, both_sides=False)
    assert refused.value.reasons[0].code == "none"
    [run] = queries.runs(by)
    assert run["count"] == 3
    again = printing.print_letters(by, files, both_sides=False, run=run["fetched_in"])
    assert again.pdf == printed.pdf


def test_whoever_may_not_see_names_gets_no_letters(house, tmp_path):
    queue_letters(house, 1)
    files = send(house, tmp_path)
    for who in ("administrator", "supervisor", "volunteer", "other_coordinator"):
        with pytest.raises(Refused):
            printing.print_letters(house.as_(who), files, both_sides=True)
    assert Message.objects.get().fetched_at is None


def test_a_letter_whose_file_is_gone_is_told_and_can_be_written_anew(house, tmp_path):
    first, second = queue_letters(house, 2)
    files, by = send(house, tmp_path), house.as_("coordinator")
    for file in (tmp_path / "letters").glob(f"{first.pk}*"):
        file.unlink()
    printed = printing.print_letters(by, files, both_sides=False)
    assert (printed.count, printed.missing) == (1, 1)
    with pytest.raises(Refused) as refused:
        printing.print_letters(by, files, both_sides=False)
    assert refused.value.reasons[0].code == "gone"
    actions.retry(first, by=by)
    send(house, tmp_path)
    assert printing.print_letters(by, files, both_sides=False).count == 1
    second.refresh_from_db()
    assert second.turn == 1


def test_two_who_press_at_once_print_each_letter_once(house, tmp_path):
    [message] = queue_letters(house, 1)
    send(house, tmp_path)
    actions.fetch(message, by=house.as_("coordinator"), run=post.somebody(1))
    with pytest.raises(Refused):
        actions.fetch(message, by=house.as_("unit_coordinator"), run=post.somebody(2))
    message.refresh_from_db()
    assert message.fetched_in == post.somebody(1)


class InAWritingWithoutAFont:
    def render(self, message, address, *, by):
        return Words("en", ("Fjellvik",), "Subject", ("李明",))


def test_what_can_t_be_printed_is_said_and_not_printed_as_boxes(house, tmp_path, caplog):
    queue_letters(house, 1)
    send(house, tmp_path, template=InAWritingWithoutAFont())
    message = Message.objects.get()
    assert (message.state, message.failure) == (State.FAILED, Failure.UNPRINTABLE)
    assert "李" not in caplog.text


def test_the_files_are_their_owner_s_alone(house, tmp_path):
    queue_letters(house, 1)
    send(house, tmp_path)
    folder = tmp_path / "letters"
    assert folder.stat().st_mode & 0o077 == 0
    assert {f.suffix for f in folder.iterdir()} == {".json", ".pdf"}
    assert all(f.stat().st_mode & 0o077 == 0 for f in folder.iterdir())


def test_files_that_nobody_needs_are_swept(house, tmp_path):
    kept, dropped = queue_letters(house, 2)
    files = send(house, tmp_path)
    (tmp_path / "letters" / ".aside-of-a-killed-worker").write_text("x")
    actions.drop(dropped, by=house.as_("coordinator"))
    later = datetime(2099, 1, 1, tzinfo=UTC)
    assert files.sweep(set(queries.to_keep(NOW)), before=datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert files.sweep(set(queries.to_keep(NOW)), before=later) == 3
    assert {f.name[:36] for f in (tmp_path / "letters").iterdir()} == {str(kept.pk)}
    actions.fetch(kept, by=house.as_("coordinator"), run=post.PEOPLE)
    assert kept.pk in set(queries.to_keep(NOW + queries.PRINT_AGAIN * 0.9))
    assert kept.pk not in set(queries.to_keep(NOW + queries.PRINT_AGAIN))


def test_a_letter_comes_back_from_its_file_as_it_was(tmp_path):
    files, wanted = LetterFiles(tmp_path), letter(link=LINK)
    parcel = Parcel(
        post.somebody(1), 1, Address("", "", tuple(wanted.to)), Words("en", ("F",), "S", ("P",)), NOW
    )
    assert files.hand_over(parcel).end is End.TAKEN
    assert files.letter(parcel.message, 1) == letters.letter_of(parcel)
    assert files.letter(parcel.message, 2) is None
    (tmp_path / f"{parcel.message}.json").write_text(json.dumps({"older": "version"}))
    assert files.letter(parcel.message, 1) is None


def test_many_letters_are_one_compilation():
    pdf = for_the_printer(
        [letter(code=f"{n:010}") for n in range(40)], title="Letters", at=NOW, both_sides=True
    )
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 79
    assert all(f"0000 0000 {n:02}" in words_of(pages[2 * n]) for n in range(40))
