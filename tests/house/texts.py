"""What people read on a page, taken apart: text between tags, and attributes that are read aloud or shown."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

from babel import Locale

from alongside.core.kit.ids import READABLE
from alongside.web.shell.messages import translations

SHOWN = {
    "alt",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "data-label",
    "label",
    "placeholder",
    "title",
}
# Not read, or the same in every language: sources, commands, codes.
LEFT_ALONE = {"script", "style", "template", "cite", "code", "kbd", "pre", "samp"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            # What says that it is in a language of its own is not read in the page's.
            self.open.append((tag, tag in LEFT_ALONE or ("lang" in given and tag != "html")))
        if self.left_alone:
            return
        self.found += [value for name, value in attrs if name in SHOWN and value]
        if tag == "input" and given.get("type") in {"submit", "button", "reset"} and given.get("value"):
            self.found.append(given["value"] or "")

    @property
    def left_alone(self) -> bool:
        return any(alone for _, alone in self.open)

    def handle_endtag(self, tag: str) -> None:
        if any(tag == opened for opened, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.left_alone:
            self.found.append(" ".join(data.split()))


def shown(html: str) -> list[str]:
    """Every piece of text that a reader of this page meets, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def letters(text: str) -> bool:
    """Whether there is a word in it: two letters in a row."""
    return bool(re.search(r"[^\W\d_]{2}", text))


# Names of days and months come from CLDR for each locale, not from our catalogue.
CALENDAR = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\b"
)
# What stands for a person, with whichever hyphen.
NUMBER = re.compile(rf"\b[{READABLE}]{{4}}[-\u2011][{READABLE}]{{2}}\b")
# The beginning of an id: eight hexadecimal digits, at least one of them a digit.
IDENTITY = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8}\b")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{2}")


def untranslated(html: str, *, known: frozenset[str] = frozenset()) -> Iterator[str]:
    """Texts of a page in the pseudo-locale with Latin words that are not data: nothing translated them.

    The pseudo-locale has no Latin letters, so what is put into a translated sentence is seen as well.
    """
    for text in shown(html):
        rest = without(text, known)
        rest = CALENDAR.sub(" ", IDENTITY.sub(" ", NUMBER.sub(" ", rest)))
        if LATIN.search(rest):
            yield text


def without(text: str, known: frozenset[str]) -> str:
    """A text without the data in it. Short data, such as the name of a language, may begin other words."""
    return whole(known).sub(" ", text) if known else text


@cache
def whole(known: frozenset[str]) -> re.Pattern[str]:
    """Finds each of these where it is not a part of a longer word, the longest first."""
    some = "|".join(re.escape(data) for data in sorted(known, key=len, reverse=True) if data)
    return re.compile(rf"(?<!\w)(?:{some})(?!\w)")


PLACEHOLDERS = re.compile(r"%\([a-z_0-9]+\)[a-z]|\{[a-z_0-9]*\}|<[^<>]*>|&[a-z0-9#]+;")


def calendar(language: str) -> set[str]:
    """Names of days and months, which come from CLDR and not from our catalogue."""
    locale = Locale.parse(language)
    return {name.casefold() for of in (locale.days, locale.months) for name in of["format"]["wide"].values()}


def words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", text)}


@cache
def only_english(language: str) -> frozenset[str]:
    """Words that the English texts have and no translation into `language` has."""
    english, told = calendar("en"), calendar(language)
    for text in translations(language):
        if text.id:
            one = isinstance(text.id, str)
            for form in [text.id] if one else text.id:
                english |= words(PLACEHOLDERS.sub(" ", form))
            for form in [text.string] if one else text.string:
                told |= words(PLACEHOLDERS.sub(" ", form))
    return frozenset(english - told)


def left_in_english(html: str, english: frozenset[str], *, known: frozenset[str]) -> Iterator[str]:
    """Texts of a translated page with a word that only English has and that is no data."""
    for text in shown(html):
        if words(IDENTITY.sub(" ", NUMBER.sub(" ", without(text, known)))) & english:
            yield text
