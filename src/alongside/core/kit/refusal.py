"""Why something can't be done, in words a person can act on."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Reason:
    """One reason. `code` is for tests and interfaces, `text` for people, `field` names what to change."""

    code: str
    text: str | Promise
    field: str = ""

    def __str__(self) -> str:
        return str(self.text)


class Refused(Exception):  # noqa: N818 - the house's word: an action refuses
    """An action refuses: nothing was written. Faces turn it into a page (409), never into a 500."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(r.code for r in reasons))
        self.reasons = reasons


class NotVisible(Exception):  # noqa: N818
    """There is nothing here for this actor: absent and forbidden look the same (404)."""

    def __init__(self, kind: str, key: Any = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.key = str(key)
