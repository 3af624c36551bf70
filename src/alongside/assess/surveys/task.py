"""What there is to compute of a survey: a table of each side, and what is held against what. Values only.

Each of them fails, and is tried again, by itself.
"""

from dataclasses import dataclass

TABLE = "table "


@dataclass(frozen=True)
class Task:
    """A table of `side`; or that side held against another one, or against an earlier survey."""

    side: str
    other_side: str = ""
    earlier: int | None = None
    earlier_revision: int = 0

    @property
    def is_table(self) -> bool:
        return not self.other_side and self.earlier is None

    @property
    def key(self) -> str:
        """How it is named where it has failed."""
        if self.other_side:
            return f"sides {self.side} {self.other_side}"
        if self.earlier is not None:
            return f"years {self.side} {self.earlier} {self.earlier_revision}"
        return of_table(self.side)


def of_table(side: str) -> str:
    return f"{TABLE}{side}"
