"""Letters as accessible PDF (PDF/UA-1), typeset by typst with fonts of our own: the machine's are not asked.

What a letter says is passed as data and never becomes markup, whatever signs it holds.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import segno
import typst
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alongside.core.kit.days import day_in_words
from alongside.core.outbox.passing import Parcel

_SOURCE = Path(__file__).with_name("letter.typ")
# What reads from the left on the envelope holds so many lines in its window.
WINDOW_LINES = 7


@dataclass(frozen=True)
class Letter:
    """Everything that stands on one letter, in one language."""

    language: str
    sender: list[str]
    to: list[str]
    day: str
    headline: str
    paragraphs: list[str]
    ending: list[str]
    link: str
    link_shown: str
    link_words: str
    code: str
    code_words: str
    qr_words: str
    page_words: str

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def letter_of(parcel: Parcel) -> Letter:
    """The letter in a parcel; the words that every letter has come in its language."""
    words = parcel.words
    shown = words.link_shown or words.link.partition("://")[2]
    with translation.override(words.language):
        return Letter(
            language=words.language,
            sender=list(words.sender),
            to=_window(parcel.address.lines),
            day=day_in_words(timezone.localdate(parcel.at), words.language),
            headline=words.subject,
            paragraphs=list(words.paragraphs),
            ending=list(words.ending),
            link=words.link,
            link_shown=shown,
            link_words=words.link_words or _("Open this address, or point a telephone at the square:"),
            code=words.code,
            code_words=words.code_words or _("Your code:"),
            qr_words=_("A square code that opens %(link)s") % {"link": shown},
            page_words=_("Page {page} of {pages}"),
        )


def _window(lines: Sequence[str]) -> list[str]:
    """The lines of an address as the window takes them; what would be hidden stands in the last line."""
    told = [" ".join(line.split()) for line in lines if line.strip()]
    if len(told) > WINDOW_LINES:
        told = [*told[: WINDOW_LINES - 1], ", ".join(told[WINDOW_LINES - 1 :])]
    return told


def typeset(written: Sequence[Letter], *, title: str, at: datetime, both_sides: bool = False) -> bytes:
    """Letters one after the other, in one file. With `both_sides` each begins on the front of a sheet, so
    that none stands on the back of somebody else's.
    """
    told = json.dumps([{**letter.as_data(), **_reads(letter), "qr": _qr(letter.link)} for letter in written])
    inputs = {"letters": told, "title": title, "both-sides": "yes" if both_sides else "no"}
    compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        input=_SOURCE.read_bytes(),
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs=inputs,
        timestamp=at.replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gives a PDF as bytes")
    return made


def _reads(letter: Letter) -> dict[str, Any]:
    """A letter's language as typst takes it, and whether it reads from the right."""
    try:
        from_right = bool(translation.get_language_info(letter.language)["bidi"])
    except KeyError:  # a language that Django has no name for
        from_right = False
    return {"language": letter.language.partition("-")[0], "from_right": from_right}


@cache
def _fonts() -> typst.Fonts:
    wheels = (fontpkg_noto_sans, fontpkg_noto_sans_arabic)
    folders = [Path(wheel.__file__).with_name("files") for wheel in wheels]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _qr(link: str) -> str:
    """The square code of a link as SVG, with room for damage; empty where there is no link."""
    if not link:
        return ""
    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
