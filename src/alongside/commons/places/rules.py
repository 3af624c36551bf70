"""When an import of places makes sense, and when words name a place: values in, reasons out."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from alongside.core.kit.refusal import Reason


def why_not_import(codes: list[tuple[str, str]]) -> list[Reason]:
    """`codes` holds (code, parent) a row; each reason names the row's code and what would be right."""
    reasons = []
    seen: set[str] = set()
    everything = dict(codes)
    for code, parent in codes:
        if not code:
            reasons.append(Reason("no-code", _("A row has no code. Each place needs one.")))
        elif code in seen:
            reasons.append(
                Reason("twice", _("%(code)s stands twice. Each code may stand once.") % {"code": code})
            )
        seen.add(code)
        if parent and parent not in everything:
            reasons.append(
                Reason(
                    "no-parent",
                    _("%(code)s lies below %(parent)s, which is not in the table.")
                    % {"code": code, "parent": parent},
                )
            )
        elif _circles(code, everything):
            reasons.append(Reason("circle", _("%(code)s lies below itself.") % {"code": code}))
    return reasons


def why_not_clear(*, words: str, fitting: Sequence[str]) -> list[Reason]:
    """Why `words` don't name one place. `fitting` are those they may mean, each with its code."""
    if not fitting:
        return [
            Reason(
                "no-such-place",
                _("There is no place called “%(words)s”. Check the spelling, or write a code like NO-34.")
                % {"words": words},
                "place",
            )
        ]
    if len(fitting) > 1:
        return [
            Reason(
                "several-places",
                _("“%(words)s” can mean several places: %(places)s. Write the code of the right one.")
                % {"words": words, "places": "; ".join(fitting)},
                "place",
            )
        ]
    return []


def _circles(code: str, parents: dict[str, str]) -> bool:
    seen = set()
    at = code
    while at:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at, "")
    return False
