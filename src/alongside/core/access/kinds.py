"""What opens a scope, and who can act."""

from enum import StrEnum
from uuid import UUID


class ScopeKind(StrEnum):
    INSTALLATION = "installation"
    PLACE = "place"
    ORGANISATION = "organisation"
    PERSON = "person"
    SURVEY = "survey"
    RESPONDENT = "respondent"


class ActorKind(StrEnum):
    USER = "user"
    LINK = "link holder"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


class SignInWay(StrEnum):
    """How a session began."""

    PASSWORD = "password"  # noqa: S105 - a way, no secret
    LINK = "link"
    DEMONSTRATION = "demonstration"


# Subjects that stand for many. Grants to them are rows like any other: no `if` in a view.
ANYONE = UUID("00000000-0000-0000-0000-000000000001")
SIGNED_IN = UUID("00000000-0000-0000-0000-000000000002")
WORKER = UUID("00000000-0000-0000-0000-000000000003")
OPERATOR = UUID("00000000-0000-0000-0000-000000000004")
