"""How every number is computed, for anybody: in plain words, and with what others have published.

The figures are written down here, since pages do not compute; tests/web/test_how_we_compute.py computes each
of them anew and fails where one differs. The written source, to the formula, is docs/evidence.md.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from alongside.web.shell.pages import page
from alongside.web.shell.words import decimal, number, percent

RESAMPLES = 100_000


@dataclass(frozen=True)
class Reproduced:
    """A published value, and what comes out here."""

    key: str
    source: str
    what: Any
    published: tuple[float, ...]
    here: tuple[float, ...]
    digits: int
    # How far the two may lie apart, as a share of the published value: 0 is to the last digit shown.
    apart: float = 0.0


_EFRON = "Efron & Tibshirani 1993"
REPRODUCED = (
    Reproduced("variance", _EFRON, lazy("Variance of 26 test results"), (171.534,), (171.534,), 3),
    Reproduced("acceleration", _EFRON, lazy("How far it leans: its acceleration"), (0.06124,), (0.06124,), 5),
    Reproduced(
        "bca",
        _EFRON,
        lazy("Its 90\u00a0% interval by BCa; theirs rests on 2,000 resamples"),
        (115.8, 259.6),
        (115.3, 260.5),
        1,
        0.01,
    ),
    Reproduced(
        "abc",
        _EFRON,
        lazy("Its 90\u00a0% interval by ABC, without chance"),
        (116.7, 260.9),
        (116.7, 260.9),
        1,
    ),
    Reproduced(
        "sixteen",
        "R",
        lazy("95\u00a0% interval of the mean of 16 numbers"),
        (32.31, 91.43),
        (32.24, 91.94),
        2,
        0.01,
    ),
    Reproduced(
        "newcombe",
        "Newcombe 1998",
        lazy("56 of 70 less 48 of 80: 95\u00a0% interval"),
        (0.0524, 0.3339),
        (0.0524, 0.3339),
        4,
    ),
    Reproduced(
        "newcombe-paired",
        "Newcombe 1998",
        lazy("The same people asked twice, 50 of them: 95\u00a0% interval"),
        (0.0569, 0.3404),
        (0.0569, 0.3404),
        4,
    ),
    Reproduced(
        "kappa",
        "Cohen 1960",
        lazy("Agreement of two judges on 200 patients beyond chance, kappa"),
        (0.492,),
        (0.492,),
        3,
    ),
    Reproduced(
        "holm",
        "Holm 1979",
        lazy("Five p values, .01 to .05, adjusted"),
        (0.05, 0.08, 0.09, 0.09, 0.09),
        (0.05, 0.08, 0.09, 0.09, 0.09),
        2,
    ),
    Reproduced(
        "dunnett",
        "Dunnett 1964",
        lazy("Five comparisons with one control: how many standard errors"),
        (2.51,),
        (2.51,),
        2,
    ),
)

# One share, drawn and in words: 37 of 244 units. Its limits are exact, computed without any drawing.
COUNT, UNITS = 37, 244
LIMITS = ((0.95, 27, 49), (0.99, 24, 53))
# The least coverage of the 99 % interval over all shares from 2 to 98 %, computed exactly: (units, coverage).
COVERAGE = ((244, 0.988), (20, 0.985))


@require_safe
def how_we_compute(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        "home/how_we_compute.html",
        crumbs=[],
        example={
            "count": COUNT,
            "units": UNITS,
            "estimate": COUNT / UNITS,
            "intervals": [
                {"level": level, "low": low / UNITS, "high": high / UNITS, "method": "bca"}
                for level, low, high in LIMITS
            ],
        },
        resamples=RESAMPLES,
        reproduced=[_row(each) for each in REPRODUCED],
        coverage=[(number(units), percent(share)) for units, share in COVERAGE],
    )


def _row(each: Reproduced) -> dict[str, str]:
    return {
        "what": str(each.what),
        "source": each.source,
        "published": _figures(each.published, each.digits),
        "here": _figures(each.here, each.digits),
    }


def _figures(values: tuple[float, ...], digits: int) -> str:
    told = [decimal(value, digits) for value in values]
    if len(told) == 2:
        return _("%(low)s to %(high)s") % {"low": told[0], "high": told[1]}
    return " · ".join(told)
