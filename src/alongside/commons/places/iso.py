"""Countries and subdivisions of ISO 3166, from pycountry; Kosovo (XK, user-assigned) is added by us."""

from collections.abc import Iterator

import pycountry

from alongside.commons.places.actions import PlaceRow
from alongside.commons.places.models import CodeSystem

# How codes of these rows are kept: countries by one standard, what lies in them by the other.
SYSTEM = CodeSystem.ISO_3166_2
TOP_SYSTEM = CodeSystem.ISO_3166_1
# ISO 3166 has no code for Kosovo; XK is the user-assigned one in general use.
KOSOVO = PlaceRow(code="XK", name="Kosovo", kind="country")


def countries() -> Iterator[PlaceRow]:
    for country in pycountry.countries:
        name = getattr(country, "common_name", country.name)
        yield PlaceRow(code=country.alpha_2, name=name, kind="country")
    yield KOSOVO


def subdivisions(only: frozenset[str] = frozenset()) -> Iterator[PlaceRow]:
    """Countries with their subdivisions, parents before children; `only` limits to ISO 3166-1 codes."""
    for row in countries():
        if not only or row.code in only:
            yield row
    found = [s for s in pycountry.subdivisions if not only or s.country_code in only]
    above = {s.code: s.parent_code for s in found}
    for s in sorted(found, key=lambda s: (_depth(s.code, above), s.code)):
        yield PlaceRow(code=s.code, name=s.name, kind=s.type.lower(), parent=s.parent_code or s.country_code)


def _depth(code: str, above: dict[str, str | None]) -> int:
    depth, parent = 0, above[code]
    while parent:
        depth, parent = depth + 1, above.get(parent)
    return depth
