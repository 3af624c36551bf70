"""The five answers to "who coordinates this?" and their words."""

from __future__ import annotations

from typing import Final

UNIT: Final = "unit"
ORGANISATION: Final = "organisation"
TOGETHER: Final = "together"
OTHER: Final = "other"
UNSURE: Final = "unsure"
NOT_OFFERED: Final = ""

#: The answers that name who coordinates; shares are computed among these.
NAMING: Final = (UNIT, ORGANISATION, TOGETHER)
#: Every code a cell may hold.
CODES: Final = (*NAMING, OTHER, UNSURE, NOT_OFFERED)

WORDS: Final = {
    UNIT: "unit alone",
    ORGANISATION: "organisation alone",
    TOGETHER: "together",
    OTHER: "other arrangement",
    UNSURE: "unsure",
}
