"""Collects the interface's texts for every language: `python -m alongside.web.shell.messages`.

A language is a folder of `locale` with a `django.po` that people fill in. Here it takes up the texts that are
new, lets go of those that are gone, and keeps every translation whose text still stands word for word. What
has no translation is told with file and line; with `--check` nothing is written, and the exit code says
whether anything was to be done.

The pseudo-locale is made from nothing: every text comes back in Arabic letters between ⟦ and ⟧. What stands on a
page without the brackets can't be translated, and what breaks from right to left is seen. No file holds dates
or line numbers, so that they change when a text does.
"""

import io
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[2]
LOCALE = SOURCE / "locale"
PSEUDO = "qps_Plocm"
Found = tuple[str, int, str | tuple[str, ...], list[str], str | None]

# Jinja's extractor lets a broken template pass unless it is told not to.
_METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy": None,
    "noop": None,
    "noop_plural": (1, 2),
    "noop_of": ((1, "c"), 2),
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
            ("Plural-Forms", self.plural_forms),
        ]


def pseudo(text: str) -> str:
    """`text` as the pseudo-locale shows it."""
    told, at = [], 0
    for kept in _KEEP.finditer(text):
        told += [text[at : kept.start()].lower().translate(_LETTERS), kept.group()]
        at = kept.end()
    told.append(text[at:].lower().translate(_LETTERS))
    return f"⟦{''.join(told)}⟧"


@cache
def extracted() -> Sequence[Found]:
    """Every text under src/alongside with its file and line, in the order in which the catalogues have them."""
    texts = extract_from_dir(
        SOURCE, _METHODS, _OPTIONS, _KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
    )
    return sorted(
        (
            (Path(file).as_posix(), line, text, comments, context)
            for file, line, text, comments, context in texts
        ),
        key=_order,
    )


def _order(found: Found) -> tuple[str, int, str]:
    file, line, text, _comments, context = found
    return file, line, f"{context}\n{text}"


def collect() -> Catalog:
    """Every text, by file and without line numbers."""
    found = _Plain(fuzzy=False, charset="utf-8")
    found.header_comment = "# The texts of Alongside. Made by `make messages`; never edited by hand."
    for file, _line, text, comments, context in extracted():
        found.add(text, locations=[(file, 0)], auto_comments=comments, context=context)
    return found


def pseudo_locale(texts: Catalog) -> Catalog:
    """The same texts, translated by `pseudo`."""
    made = _Plain(locale=None, fuzzy=False, charset="utf-8")
    made.header_comment = "# The pseudo-locale. Made by `make messages`; never edited by hand."
    for text in texts:
        if text.id:
            told = pseudo(text.id) if isinstance(text.id, str) else tuple(pseudo(each) for each in text.id)
            made.add(text.id, told, locations=text.locations, context=text.context)
    return made


def languages(locale: Path = LOCALE) -> list[str]:
    """The languages that people translate into, as their folders are called."""
    return sorted(po.parts[-3] for po in locale.glob("*/LC_MESSAGES/django.po") if po.parts[-3] != PSEUDO)


def translations(language: str, locale: Path = LOCALE) -> Catalog:
    """What stands in the file of a language."""
    with (locale / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def brought_up_to_date(known: Catalog, texts: Catalog) -> Catalog:
    """The texts with the translations that are known. What was only guessed at (fuzzy) is none."""
    made = _Plain(locale=known.locale, fuzzy=False, charset="utf-8")
    made.header_comment = known.header_comment
    for text in texts:
        if text.id:
            old = known.get(text.id, text.context)
            empty = "" if isinstance(text.id, str) else ("",) * known.num_plurals
            fits = old is not None and not old.fuzzy and _forms(old.string) == _forms(empty)
            made.add(
                text.id,
                old.string if old and fits else empty,
                locations=text.locations,
                auto_comments=text.auto_comments,
                user_comments=old.user_comments if old else (),
                context=text.context,
            )
    return made


def _forms(string: str | Sequence[str] | None) -> int:
    return 0 if string is None or isinstance(string, str) else len(string)


def is_missing(text: Message) -> bool:
    return not (text.string if isinstance(text.string, str) else text.string and all(text.string))


def missing(language: str, locale: Path = LOCALE) -> Iterator[str]:
    """Each text without a translation, and where it is first written."""
    lines: dict[tuple[str, str | None], str] = {}
    for file, line, found, _comments, context in extracted():
        lines.setdefault((found if isinstance(found, str) else found[0], context), f"{file}:{line}")
    for text in brought_up_to_date(translations(language, locale), collect()):
        if text.id and is_missing(text):
            first = text.id if isinstance(text.id, str) else text.id[0]
            yield f"{lines[first, text.context]}: {first!r} is not translated into {language}"


def gone(language: str, locale: Path = LOCALE) -> Iterator[str]:
    """Each translation whose text stands nowhere any more, so that it can be used for what took its place."""
    texts = collect()
    for old in translations(language, locale):
        if old.id and not is_missing(old) and texts.get(old.id, old.context) is None:
            yield f"let go of: {old.id!r}, in {language} {old.string!r}"


def files(locale: Path = LOCALE) -> Iterator[tuple[Path, bytes]]:
    """Each file of the catalogues with what belongs in it."""
    texts = collect()
    yield locale / "django.pot", _as_po(texts)
    made = {PSEUDO: pseudo_locale(texts)}
    for language in languages(locale):
        made[language] = brought_up_to_date(translations(language, locale), texts)
    for language, catalogue in made.items():
        folder = locale / language / "LC_MESSAGES"
        yield folder / "django.po", _as_po(catalogue)
        out = io.BytesIO()
        write_mo(out, catalogue)
        yield folder / "django.mo", out.getvalue()


def _as_po(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, include_lineno=False, width=100)
    return out.getvalue()


def main(arguments: Sequence[str], locale: Path = LOCALE) -> int:
    check = "--check" in arguments
    told = [line for each in languages(locale) for line in (*gone(each, locale), *missing(each, locale))]
    stale = [(path, made) for path, made in files(locale) if not path.exists() or path.read_bytes() != made]
    for path, made in stale:
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made)
        print(f"{path.relative_to(locale)} {'is not made from the texts' if check else 'made anew'}")
    for line in told:
        print(line)
    return int(check and bool(stale or told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
