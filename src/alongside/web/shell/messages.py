"""Collects the interface's texts and makes the pseudo-locale anew: `python -m alongside.web.shell.messages`.

Every text comes back in Arabic letters between ⟦ and ⟧: what stands on a page without the brackets can't be
translated, and what breaks from right to left is seen. The output depends on the texts alone: no dates, no
line numbers, so that the files change when a text does.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

SOURCE = Path(__file__).resolve().parents[2]
LOCALE = SOURCE / "locale"
PSEUDO = "qps_Plocm"

# Jinja's extractor lets a broken template pass unless it is told not to.
_METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy": None,
    "noop": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# What has to come through unchanged: placeholders, mark-up, entities, a doubled per cent sign.
_KEEP = re.compile(r"%\([a-z_0-9]+\)[a-z]|\{[a-z_0-9]*\}|<[^<>]*>|&[a-z0-9#]+;|%%|\n")
_LETTERS = str.maketrans(
    dict(
        zip(
            "abcdefghijklmnopqrstuvwxyz",
            "ابثدعفغهيجكلمنوپقرستوڤشخضز",
            strict=True,
        )
    )
)


class _Plain(Catalog):
    """A catalogue whose header says only what a reader of it needs."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
        ]


def pseudo(text: str) -> str:
    """`text` as the pseudo-locale shows it."""
    told, at = [], 0
    for kept in _KEEP.finditer(text):
        told += [text[at : kept.start()].lower().translate(_LETTERS), kept.group()]
        at = kept.end()
    told.append(text[at:].lower().translate(_LETTERS))
    return f"⟦{''.join(told)}⟧"


def collect() -> Catalog:
    """Every text under src/alongside, by file and without line numbers."""
    found = _Plain(fuzzy=False, charset="utf-8")
    found.header_comment = "# The texts of Alongside. Made by `make messages`; never edited by hand."
    texts = extract_from_dir(
        SOURCE, _METHODS, _OPTIONS, _KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
    )
    for file, _line, text, comments, context in sorted(texts, key=_order):
        found.add(text, locations=[(Path(file).as_posix(), 0)], auto_comments=comments, context=context)
    return found


def _order(found: tuple[str, int, str | tuple[str, ...], list[str], str | None]) -> tuple[str, int, str]:
    file, line, text, _comments, context = found
    return file, line, f"{context}\n{text}"


def pseudo_locale(texts: Catalog) -> Catalog:
    """The same texts, translated by `pseudo`."""
    made = _Plain(locale=None, fuzzy=False, charset="utf-8")
    made.header_comment = "# The pseudo-locale. Made by `make messages`; never edited by hand."
    for text in texts:
        if text.id:
            told = pseudo(text.id) if isinstance(text.id, str) else tuple(pseudo(each) for each in text.id)
            made.add(text.id, told, locations=text.locations, context=text.context)
    return made


def files() -> Iterator[tuple[Path, bytes]]:
    """Each file of the catalogues with what belongs in it."""
    texts = collect()
    translated = pseudo_locale(texts)
    folder = LOCALE / PSEUDO / "LC_MESSAGES"
    for path, catalogue in ((LOCALE / "django.pot", texts), (folder / "django.po", translated)):
        out = io.BytesIO()
        write_po(out, catalogue, include_lineno=False, width=100)
        yield path, out.getvalue()
    out = io.BytesIO()
    write_mo(out, translated)
    yield folder / "django.mo", out.getvalue()


def main() -> int:
    for path, content in files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(path.relative_to(SOURCE.parents[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
