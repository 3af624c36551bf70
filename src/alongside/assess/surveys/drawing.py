"""Drawing a sample: values in, values out. The generator is passed in, so that a drawing can be made again."""

from collections.abc import Sequence
from random import Random

from django.utils.translation import gettext as _

from alongside.assess.surveys.kinds import DrawnBy
from alongside.core.kit.refusal import Reason

LARGE, MIDDLE = 50, 20
SIZES = ("small", "middle", "large", "")


def size_class(size: int | None) -> str:
    """Small, middle or large by how many people a unit serves; empty where that is not told."""
    if size is None:
        return ""
    return "large" if size >= LARGE else "middle" if size >= MIDDLE else "small"


def why_not_draw(*, number: int | None, of: int, by_groups: str) -> list[Reason]:
    """Why so many units can't be drawn."""
    reasons = []
    if by_groups not in DrawnBy.values:
        reasons.append(Reason("by", _("Choose how the units are drawn from the list."), "by_groups"))
    if of and (number is None or not 1 <= number <= of):
        text = _("Draw at least 1 and at most %(of)s units: so many fit what you chose.") % {"of": of}
        reasons.append(Reason("number", text, "number"))
    return reasons


def shared_out(number: int, groups: Sequence[tuple[str, int]]) -> dict[str, int]:
    """How many to draw from each group of so many: by its share, the largest remainders rounded up.

    Of equal remainders that of the larger group comes first, then that of the group named earlier.
    """
    of = sum(many for _, many in groups)
    whole = {name: number * many // of for name, many in groups}
    left = number - sum(whole.values())
    by_remainder = sorted(
        range(len(groups)), key=lambda at: (-(number * groups[at][1] % of), -groups[at][1], at)
    )
    for at in by_remainder[:left]:
        whole[groups[at][0]] += 1
    return whole


def draw(groups: Sequence[str], number: int, generator: Random) -> list[int]:
    """The places of `number` units out of the row whose units belong to `groups`, in the order of the row.

    Each unit gets a random number, in order; of each group those with the smallest are drawn. With one and
    the same group for all this is a simple random sample. `Random.random` gives the same numbers for a seed
    in every version of Python, which `sample` does not promise.
    """
    lots = [generator.random() for _ in groups]
    many: dict[str, int] = {}
    for group in groups:
        many[group] = many.get(group, 0) + 1
    wanted = shared_out(number, sorted(many.items()))
    drawn: list[int] = []
    for group, count in wanted.items():
        inside = [place for place, each in enumerate(groups) if each == group]
        drawn += sorted(inside, key=lambda place: (lots[place], place))[:count]
    return sorted(drawn)


def groups_by(by_groups: str, units: Sequence[tuple[str, int | None]]) -> list[str]:
    """Which group each unit belongs to, by its kind or size; one for all where they are drawn alike."""
    if by_groups == DrawnBy.KIND:
        return [kind for kind, _size in units]
    if by_groups == DrawnBy.SIZE:
        return [size_class(size) for _kind, size in units]
    return [""] * len(units)
