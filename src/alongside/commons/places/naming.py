"""What a place is called in the reader's language. Names are data, but the world's countries have one in each."""

from functools import cache

from django.utils.translation import get_language, pgettext

from alongside.core.kit.days import locale_of
from alongside.core.kit.marking import noop_of

COUNTRY = "country"
# Levels as ISO 3166-2 calls them; a table that is imported may bring words of its own, which stay as they are.
KINDS = frozenset(
    {
        noop_of("kind of place", "country"),
        noop_of("kind of place", "county"),
        noop_of("kind of place", "municipality"),
        noop_of("kind of place", "province"),
        noop_of("kind of place", "district"),
        noop_of("kind of place", "region"),
        noop_of("kind of place", "state"),
        noop_of("kind of place", "department"),
        noop_of("kind of place", "governorate"),
        noop_of("kind of place", "prefecture"),
        noop_of("kind of place", "parish"),
        noop_of("kind of place", "canton"),
        noop_of("kind of place", "city"),
        noop_of("kind of place", "republic"),
        noop_of("kind of place", "division"),
        noop_of("kind of place", "territory"),
        noop_of("kind of place", "island"),
        noop_of("kind of place", "town"),
        noop_of("kind of place", "arctic region"),
        noop_of("kind of place", "capital"),
        noop_of("kind of place", "autonomous region"),
        noop_of("kind of place", "special administrative region"),
    }
)


@cache
def _codes() -> dict[str, str]:
    """Countries by the name under which they are imported."""
    from alongside.commons.places import iso

    return {row.name: row.code for row in iso.countries()}


def name_of(name: str, kind: str) -> str:
    """A country by its name in the reader's language; any other place as it was recorded."""
    language = get_language() or "en"
    if kind != COUNTRY or language == "en":
        return name
    return str(locale_of(language).territories.get(_codes().get(name, ""), name))


def kind_of(kind: str) -> str:
    """What kind of place it is, where there is a word for it."""
    return pgettext("kind of place", kind) if kind in KINDS else kind


def countries_called(words: str, *, whole: bool = False) -> list[str]:
    """The names under which those countries are recorded whose name in the reader's language fits."""
    wanted = words.casefold()
    called = {name: name_of(name, COUNTRY).casefold() for name in _codes()}
    return [name for name, told in called.items() if (told == wanted if whole else wanted in told)]
