"""The model that the demonstration's answers are drawn from.

Counts go in, nothing else: for each activity, how many of the answering units coordinate it in which way,
and in which kinds of unit it can be found. Who gives which answer is drawn with a fixed seed. Units of one
municipality lean the same way, as neighbours do, so answers are clustered as in life. The counts were chosen
so that a table computed from the drawn answers looks like the one in Andfossen 2020
(doi 10.1017/S1463423620000341), whose own numbers of answers a row were never published. Nothing here is a
finding: the data are synthetic, and every page that shows them says so.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from alongside.demo.world import SEED, Unit

NURSING = frozenset({"nursing home", "nursing home and home care"})
HOME = frozenset({"home care", "nursing home and home care"})
EVERY = NURSING | HOME | {"other care unit"}


@dataclass(frozen=True)
class Quota:
    """How many units answer what about one activity; units beyond these do not offer it."""

    activity: str
    found_in: frozenset[str]
    unit: int
    together: int
    organisation: int
    unsure: int
    other: int

    @property
    def offered(self) -> int:
        return self.unit + self.together + self.organisation + self.unsure + self.other


# Activities for home care alone are found less often. Social activities come last: they fill the gaps.
QUOTAS = (
    Quota("day-centre", EVERY, unit=92, together=5, organisation=0, unsure=0, other=0),
    Quota("meal-delivery", HOME, unit=32, together=12, organisation=8, unsure=17, other=11),
    Quota("culture-nursing-home", NURSING, unit=55, together=29, organisation=28, unsure=9, other=7),
    Quota("culture-home-care", HOME, unit=15, together=11, organisation=19, unsure=9, other=6),
    Quota("physical", EVERY, unit=72, together=30, organisation=18, unsure=12, other=8),
    Quota("social", EVERY, unit=48, together=51, organisation=104, unsure=9, other=4),
)
ACTIVITIES = tuple(quota.activity for quota in QUOTAS)


def answers(units: Sequence[Unit], seed: int = SEED) -> dict[str, dict[str, str]]:
    """For each answering unit's code, activity to answer; an activity that is not offered is not there."""
    dice = random.Random(seed)  # noqa: S311 - a demonstration, not a secret
    answering = [u for u in units if u.answers]
    leans = {m: dice.gauss(0, 0.7) for m in sorted({u.municipality for u in answering})}
    given: dict[str, dict[str, str]] = {u.code: {} for u in answering}
    for quota in QUOTAS:
        able = [u for u in answering if u.kind in quota.found_in]
        dice.shuffle(able)
        able.sort(key=lambda u: bool(given[u.code]))  # every unit has something: the empty-handed come first
        offering = able[: quota.offered] if quota is QUOTAS[-1] else dice.sample(able, quota.offered)
        dice.shuffle(offering)
        for unit, answer in zip(offering, _ways(quota, offering, leans, dice), strict=True):
            given[unit.code][quota.activity] = answer
    return given


def _ways(quota: Quota, offering: list[Unit], leans: dict[str, float], dice: random.Random) -> list[str]:
    """The answers of `offering`, in its order: those who lean to the unit's side first, at random."""
    beside = quota.unsure + quota.other
    found = ["unsure"] * quota.unsure + ["other"] * quota.other
    ranked = sorted(
        range(len(offering) - beside),
        key=lambda i: leans[offering[beside + i].municipality] + dice.gauss(0, 1),
    )
    sides = ["unit"] * quota.unit + ["together"] * quota.together + ["organisation"] * quota.organisation
    by_position = dict(zip(ranked, sides, strict=True))
    return found + [by_position[i] for i in range(len(ranked))]
