"""The kinds that every installation starts with (Andfossen 2020, doi 10.1017/S1463423620000341, and the seeds).

Names are marked for translation here and looked up by `name_of`; an installation may add its own kinds.
"""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop


@dataclass(frozen=True)
class StandardKind:
    key: str
    name: str
    about: str = ""
    statutory_in: tuple[str, ...] = ()
    law: str = ""


_HEALTH_AND_CARE = "Health and Care Services Act 2011"

STANDARD = (
    StandardKind("day-centre", noop("Day centres"), statutory_in=("NO",), law=_HEALTH_AND_CARE),
    StandardKind(
        "meal-delivery",
        noop("Meal delivery, home care"),
        noop("Food delivered to people who receive home care"),
        statutory_in=("NO",),
        law=_HEALTH_AND_CARE,
    ),
    StandardKind(
        "culture-nursing-home", noop("Culture, nursing homes"), noop("Music, dance, theatre and the like")
    ),
    StandardKind("culture-home-care", noop("Culture, home care"), noop("Music, dance, theatre and the like")),
    StandardKind("physical", noop("Physical activities"), noop("Exercising and moving together")),
    StandardKind("social", noop("Social activities"), noop("Trips and social gatherings")),
    StandardKind("visiting", noop("Visiting service"), noop("A volunteer visits somebody at home")),
    StandardKind("walking-group", noop("Walking group"), noop("A group goes for walks at a fixed hour")),
    StandardKind(
        "accompaniment", noop("Accompaniment"), noop("Somebody walks along to an office or a centre")
    ),
    StandardKind("interpreting", noop("Interpreting"), noop("Somebody who speaks both languages is there")),
)


def name_of(name: str) -> str:
    """A kind's name in the reader's language, where the catalogue has it."""
    return gettext(name) if name else name
