"""Whether those who answered are like those who were asked, and how far the rest could move a share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alongside.assess.surveys import queries
from alongside.assess.surveys.models import Survey
from alongside.assess.surveys.response import ResponseBy, Sums
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can
from alongside_evidence import Moments, bounds, response_bias, standardised_difference

COMPARED = ("kind", "size", "place")


def by_group(found: ResponseBy) -> dict[str, dict[str, Any]]:
    """How evenly groups answered, where the reader sees all of them; what isn't told of a unit is no group."""
    evenness: dict[str, dict[str, Any]] = {}
    for by in COMPARED:
        groups = {each.group: (each.asked, each.answered) for each in found.groups.get(by, ()) if each.group}
        known = {group: (asked, n) for group, (asked, n) in groups.items() if n is not None}
        if known and len(known) == len(groups):
            evenness[by] = dict(response_bias(known).as_dict())
    return evenness


@dataclass(frozen=True)
class Sizes:
    """How many people units serve: those that answered, the others, and the difference."""

    answered: Moments
    others: Moments
    difference: dict[str, Any]


def sizes(found: ResponseBy) -> Sizes | None:
    """How large those are that answered, where sizes are known and the reader may see all cells."""
    if not found.sizes:
        return None
    answered, others = (_moments(found.sizes.get(gave, Sums())) for gave in (True, False))
    return Sizes(answered, others, dict(standardised_difference(answered, others).as_dict()))


def _moments(held: Sums) -> Moments:
    if not held.n:
        return Moments(0, 0.0, 0.0)
    mean = held.total / held.n
    return Moments(held.n, mean, max(held.squares / held.n - mean**2, 0.0))


@dataclass(frozen=True)
class Extreme:
    """A share as it was computed, and the least and most it could be; all None where it is closed."""

    estimate: float | None
    low: float | None = None
    high: float | None = None


def extremes(actor: Actor, survey: Survey, side: str) -> list[tuple[str, dict[str, Extreme]]]:
    """For each activity, how far each share could move if those missing had all said the same, or none of them.

    For those who may see the table, from what it shows them and nothing else.
    """
    if not can(actor, Permission.SURVEY_TABLE_VIEW, survey):
        return []
    view = queries.table(actor, survey, side)
    if not view.result or view.asked is None or view.answered is None:
        return []
    missing = view.asked - view.answered
    return [
        (
            row["activity"],
            {answer: _extreme(share, row["n"], missing) for answer, share in row["shares"].items()},
        )
        for row in view.result["rows"]
    ]


def _extreme(share: Mapping[str, Any], n: int | None, missing: int) -> Extreme:
    if share["estimate"] is None or n is None or n + missing == 0:
        return Extreme(None)
    return Extreme(share["estimate"], *bounds(share["count"], n, missing))
