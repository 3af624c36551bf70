"""What groups of units are called on pages and in files."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alongside.assess.surveys.kinds import Channel
from alongside.commons.people.kinds import UnitKind


def group_words(by: str, group: str) -> str:
    """A group of those who were asked, by what groups them."""
    if by == "kind":
        return capfirst(str(UnitKind(group).label)) if group in UnitKind.values else _("Kind not told")
    if by == "channel":
        return capfirst(str(Channel(group).label)) if group else _("Nobody is named")
    if by == "size":
        return size_words().get(group, _("Size not told"))
    return group or _("place not told")


def size_words() -> dict[str, str]:
    """What the sizes of units are called."""
    return {
        "small": _("Up to 19 people"),
        "middle": _("20 to 49 people"),
        "large": _("50 people and more"),
        "": _("Size not told"),
    }
