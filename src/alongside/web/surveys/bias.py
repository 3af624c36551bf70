"""Whether those who answered differ from the rest, in words and numbers that stand on the page of who answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alongside.assess.surveys import bias, queries
from alongside.assess.surveys import response as responding
from alongside.assess.surveys.response import ResponseBy
from alongside.commons.catalogue.standard import name_of
from alongside.core.access.actor import Actor
from alongside.web.shell.evidence_words import worded
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked
from alongside.web.shell.words import percent
from alongside.web.surveys.comparison_tables import NAMING
from alongside.web.surveys.files import MARK, csv_file
from alongside.web.surveys.tables import cell, csv_text
from alongside.web.surveys.words import group_words

# Standardised differences, as they are usually told apart (Cohen 1988).
SMALL, LARGE = 0.2, 0.8


def values(actor: Actor, shown: Any, side: str, found: ResponseBy) -> dict[str, Any]:
    """What `_bias.html` needs."""
    evenness = bias.by_group(found)
    return {
        "evenness": [_even(by, each) for by, each in evenness.items() if len(each["groups"]) > 1],
        "intervals": {by: _intervals(each) for by, each in evenness.items()},
        "sizes": _sizes(bias.sizes(found)),
        "extremes": _extremes(actor, shown, side),
        "missing": None if found.total.answered is None else found.total.asked - found.total.answered,
    }


def _intervals(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["group"]: each["interval"] for each in found["groups"]}


def _even(by: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """One sentence about the groups, and how even they are."""
    return {
        "by": {"kind": _("Kind of unit"), "size": _("Size of unit"), "place": _("Place")}[by],
        "words": _difference_words(by, found),
        "is_clear": bool(found["difference"] and found["difference"]["is_clear"]),
        "evenness": found["evenness"],
        "expected": found["expected_evenness"],
    }


def _difference_words(by: str, found: Mapping[str, Any]) -> str:
    difference = found["difference"]
    if difference is None:
        return _("There are too few units to compare groups: it takes two groups of ten.")
    shares = {each["group"]: each["interval"]["estimate"] for each in found["groups"]}
    said = {
        "least": group_words(by, difference["least"]),
        "low": percent(shares[difference["least"]], 0),
        "most": group_words(by, difference["most"]),
        "high": percent(shares[difference["most"]], 0),
    }
    if difference["is_clear"]:
        return (
            _(
                "“%(least)s” answered less than “%(most)s”: %(low)s against %(high)s. "
                "Chance alone hardly makes such a difference."
            )
            % said
        )
    text = _(
        "From %(low)s (“%(least)s”) to %(high)s (“%(most)s”): chance alone could have made this difference."
    )
    return text % said


def _sizes(found: bias.Sizes | None) -> dict[str, Any] | None:
    """How much larger those are that answered."""
    if found is None:
        return None
    (interval,) = worded(found.difference["intervals"])
    d = found.difference["estimate"]
    return {
        "answered": found.answered,
        "others": found.others,
        "words": interval["refused"] if "refused" in interval else _size_words(d),
        "is_known": "refused" not in interval,
        "is_clear": interval.get("low", 0) > 0 or interval.get("high", 0) < 0,
        "d": d,
        "interval": interval,
    }


def _size_words(d: float) -> str:
    if abs(d) < SMALL:
        return _("hardly any difference")
    return _("a large difference") if abs(d) >= LARGE else _("some difference")


def _extremes(actor: Actor, shown: Any, side: str) -> list[dict[str, Any]]:
    """How far each share could move, as a row an activity."""
    moved = bias.extremes(actor, shown, side)
    names = {each.key: name_of(each.text) for each in queries.asked_activities(shown)} if moved else {}
    return [
        {"activity": names[key], **{answer: _extreme_words(shares[answer]) for answer in NAMING}}
        for key, shares in moved
    ]


def _extreme_words(each: bias.Extreme) -> str:
    if each.estimate is None or each.low is None or each.high is None:
        return _("closed")
    return _("%(share)s; at least %(low)s, at most %(high)s") % {
        "share": percent(each.estimate, 0),
        "low": percent(each.low, 0),
        "high": percent(each.high, 0),
    }


@require_safe
def response_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has answered, by group, as the same reader sees it on its page."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk)
    found = responding.response_by(actor, shown, queries.side_of(shown, asked(request, "side")))
    return csv_file(MARK + csv_text(_lines(found)), "response.csv")


def _lines(found: ResponseBy) -> Iterator[list[str]]:
    evenness = bias.by_group(found)
    yield ["by", "group", "asked", "answered", "share", "low95", "high95", "method"]
    for by, groups in found.groups.items():
        known = _intervals(evenness[by]) if by in evenness else {}
        for each in groups:
            interval = known.get(each.group, {})
            share = each.answered / each.asked if each.asked and each.answered is not None else None
            limits = [cell(interval.get(side), none="") for side in ("low", "high")]
            front = [by, group_words(by, each.group), str(each.asked), cell(each.answered)]
            yield [*front, cell(share), *limits, interval.get("method", "")]
