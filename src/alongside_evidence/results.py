"""What a computation gives back: an interval, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from alongside_evidence.sentences import said

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class NotComputable(ValueError):  # noqa: N818 - said of the data, not of the program
    """The data cannot carry the interval that was asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval with everything needed to repeat it.

    Attributes
    ----------
    estimate : float
        The statistic of the data themselves.
    low, high : float
        The limits, in the unit of the statistic.
    level : float
        Nominal coverage, in (0, 1).
    z0 : float or None
        Bias correction; None for methods that have none.
    acceleration : float or None
        Acceleration; None for methods that have none.
    method : str
        ``bca``, ``abc``, ``cluster-t``, ``clopper-pearson``, ``wilson``, ``newcombe``,
        ``newcombe-paired``, or ``bca; lower limit clopper-pearson`` (``upper`` likewise).
    replicates : int or None
        Resamples drawn; None where nothing was resampled.
    seed : int or None
        The seed that repeats the resamples; None where nothing was resampled.
    monte_carlo_error : tuple of float or None
        A pair (lower, upper): the standard deviation that each limit has between seeds,
        in the unit of the statistic. None where nothing was resampled.
    undefined : int
        Resamples in which the statistic had no value (an empty denominator); they are
        set aside and counted here.
    """

    estimate: float
    low: float
    high: float
    level: float
    z0: float | None
    acceleration: float | None
    method: str
    replicates: int | None
    seed: int | None
    monte_carlo_error: tuple[float, float] | None
    undefined: int = 0

    def as_dict(self) -> dict[str, Json]:
        """Return the interval as plain values for JSON."""
        error = self.monte_carlo_error
        return {
            "level": self.level,
            "low": self.low,
            "high": self.high,
            "method": self.method,
            "estimate": self.estimate,
            "z0": self.z0,
            "acceleration": self.acceleration,
            "replicates": self.replicates,
            "seed": self.seed,
            "monte_carlo_error": None if error is None else [error[0], error[1]],
        }


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands where an interval would stand, with the reason in words.

    Attributes
    ----------
    level : float
        The level that was asked for.
    reason : str
        A sentence for the reader, with the remedy where there is one.
    low, high : float or None
        The limit that stands by itself when only the other one is refused.
    """

    level: float
    reason: str
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, Json]:
        """Return the refusal as plain values for JSON."""
        return {"level": self.level, "refused": self.reason, "why": said(self.reason)}


Outcome: TypeAlias = Interval | Refused
