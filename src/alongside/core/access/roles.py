"""The table of roles: what each may do in the scope where it is held, and in which kinds of scope below.

`held_in` says on which kinds of scope the role can be granted. `below` is empty for most roles: a grant
reaches down only where this table says so. docs/permissions.md is made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alongside.core.access.kinds import ScopeKind
from alongside.core.access.permissions import Permission as P
from alongside.core.kit.marking import noop

K = ScopeKind


class Role(StrEnum):
    # held by everybody, by one's own self, by machines
    VISITOR = noop("visitor")
    MEMBER = noop("member")
    SELF = noop("self")
    LINK_HOLDER = noop("link holder")
    WORKER = noop("worker")
    OPERATOR = noop("operator")
    READER = noop("reader")
    RESPONDENT = noop("respondent")
    # given to people
    ADMINISTRATOR = noop("administrator")
    COORDINATOR = noop("coordinator")
    SUPERVISOR = noop("supervisor")
    EVALUATOR = noop("evaluator")
    OFFICIAL = noop("official")
    SURVEY_OWNER = noop("survey owner")
    INTERVIEWER = noop("interviewer")
    VOLUNTEER = noop("volunteer")
    LIAISON = noop("liaison")
    RELAY = noop("relay")
    SPECIALIST = noop("specialist")
    PERSONAL_COORDINATOR = noop("personal coordinator")


@dataclass(frozen=True)
class Row:
    says: str
    held_in: frozenset[ScopeKind]
    here: frozenset[P] = frozenset()
    below: Mapping[ScopeKind, frozenset[P]] = field(default_factory=dict)


def _in(*kinds: ScopeKind) -> frozenset[ScopeKind]:
    return frozenset(kinds)


def _may(*permissions: P) -> frozenset[P]:
    return frozenset(permissions)


_ORGANISED = _may(P.ORGANISATION_VIEW, P.MEMBERSHIP_VIEW)
_RUN_ORGANISATION = _ORGANISED | _may(P.ORGANISATION_EDIT, P.UNIT_ADD, P.MEMBERSHIP_EDIT, P.AUDIT_VIEW)
_READ_SURVEY = _may(P.SURVEY_VIEW, P.SURVEY_TABLE_VIEW)
_OWN_SURVEY = _READ_SURVEY | _may(
    P.SURVEY_EDIT,
    P.SURVEY_IMPORT,
    P.SURVEY_PUBLISH,
    P.SURVEY_TABLE_OPEN,
    P.SURVEY_ANSWERS_EXPORT,
    P.SURVEY_CLOSE,
    P.SURVEY_WRITE,
    P.SURVEY_TEAM_EDIT,
    P.SURVEY_CALL,
    P.RESPONDENT_EDIT,
    P.AUDIT_VIEW,
)
_CALL_RESPONDENT = _may(P.RESPONDENT_VIEW, P.IDENTITY_VIEW, P.SURVEY_ANSWER_FOR)
_DELIVERY = _may(P.OUTBOX_VIEW, P.OUTBOX_RETRY)
# Letters to print hold names: for those who may see them anyway.
_POST = _DELIVERY | _may(P.OUTBOX_PRINT)
_BELONGS = Row(noop("belongs to an organisation"), _in(K.ORGANISATION), _ORGANISED)

ROLES: Mapping[Role, Row] = {
    Role.VISITOR: Row(noop("anyone at all, signed in or not"), _in(K.INSTALLATION)),
    Role.MEMBER: Row(
        noop("everybody who has signed in"),
        _in(K.INSTALLATION),
        _may(P.PLACE_VIEW, P.CATALOGUE_VIEW),
        {K.ORGANISATION: _may(P.ORGANISATION_VIEW)},
    ),
    Role.SELF: Row(
        noop("a person, for what is about herself"),
        _in(K.PERSON),
        _may(P.PERSON_VIEW, P.IDENTITY_VIEW, P.IDENTITY_EDIT, P.ACCOUNT_KEEP),
    ),
    Role.LINK_HOLDER: Row(
        noop("whoever holds a one-time link, once"), _in(K.PERSON), _may(P.SIGN_IN_BY_LINK)
    ),
    Role.READER: Row(
        noop("reads a table that its owner has opened to them, small cells closed"),
        _in(K.SURVEY),
        _READ_SURVEY,
    ),
    Role.WORKER: Row(
        noop("the program that computes, sends and seals in the background"),
        _in(K.INSTALLATION),
        _may(P.OUTBOX_SEND),
        {
            K.ORGANISATION: _may(P.MEMBERSHIP_TIDY, P.MEMBERSHIP_VIEW, P.OUTBOX_SEND),
            K.PERSON: _may(P.IDENTITY_REACH, P.OUTBOX_SEND),
            K.SURVEY: _may(P.SURVEY_TABLE_COMPUTE, P.SURVEY_FILE_READ, P.OUTBOX_SEND),
            K.RESPONDENT: _may(P.RESPONDENT_INVITE, P.IDENTITY_REACH, P.OUTBOX_SEND),
        },
    ),
    Role.OPERATOR: Row(
        noop("whoever runs commands on the machine itself"),
        _in(K.INSTALLATION),
        _may(P.INSTALLATION_KEEP, P.PLACE_IMPORT, P.PLACE_APPOINT, P.ORGANISATION_ADD, P.CATALOGUE_EDIT),
        {
            K.ORGANISATION: _may(P.ORGANISATION_VIEW, P.UNIT_ADD, P.MEMBERSHIP_EDIT, P.SURVEY_ADD),
            K.PERSON: _may(P.MEMBERSHIP_EDIT, P.ACCOUNT_RECOVER),
        },
    ),
    Role.ADMINISTRATOR: Row(
        noop("keeps the installation: organisations, roles, sign-in links; no names, no answers"),
        _in(K.INSTALLATION),
        _may(P.INSTALLATION_KEEP, P.ORGANISATION_ADD, P.PLACE_APPOINT, P.CATALOGUE_EDIT, P.AUDIT_VIEW)
        | _DELIVERY,
        {
            K.PLACE: _may(P.AUDIT_VIEW),
            K.ORGANISATION: _RUN_ORGANISATION | _DELIVERY,
            K.PERSON: _may(
                P.PERSON_VIEW, P.ACCOUNT_INVITE, P.ACCOUNT_CLOSE, P.MEMBERSHIP_RETURN, P.AUDIT_VIEW
            )
            | _DELIVERY,
            K.SURVEY: _may(P.AUDIT_VIEW) | _DELIVERY,
            K.RESPONDENT: _may(P.AUDIT_VIEW) | _DELIVERY,
        },
    ),
    Role.COORDINATOR: Row(
        noop("runs an organisation or unit and knows its people"),
        _in(K.ORGANISATION),
        _RUN_ORGANISATION | _POST,
        {
            K.ORGANISATION: _RUN_ORGANISATION | _POST,
            K.PERSON: _POST
            | _may(P.PERSON_VIEW, P.IDENTITY_VIEW, P.IDENTITY_EDIT, P.MEMBERSHIP_EDIT, P.ACCOUNT_LINK),
            K.SURVEY: _READ_SURVEY,
        },
    ),
    Role.SUPERVISOR: Row(
        noop("looks after the people of an organisation or unit"),
        _in(K.ORGANISATION),
        _ORGANISED,
        {K.ORGANISATION: _ORGANISED, K.PERSON: _may(P.PERSON_VIEW, P.IDENTITY_VIEW)},
    ),
    Role.EVALUATOR: Row(
        noop("makes surveys for an organisation"),
        _in(K.ORGANISATION),
        _ORGANISED | _may(P.SURVEY_ADD),
        {K.SURVEY: _READ_SURVEY | _may(P.SURVEY_EDIT)},
    ),
    Role.OFFICIAL: Row(
        noop("answers for a place or a public body: counts, no names"),
        _in(K.PLACE, K.ORGANISATION),
        _may(P.ORGANISATION_VIEW),
        {K.ORGANISATION: _may(P.ORGANISATION_VIEW)},
    ),
    Role.SURVEY_OWNER: Row(
        noop("answers for one survey and may see all of it"),
        _in(K.SURVEY),
        _OWN_SURVEY | _POST,
        {
            K.RESPONDENT: _CALL_RESPONDENT
            | _POST
            | _may(P.RESPONDENT_EDIT, P.RESPONDENT_INVITE, P.AUDIT_VIEW),
        },
    ),
    Role.INTERVIEWER: Row(
        noop("telephones for one survey and fills in what she is told"),
        _in(K.SURVEY),
        _may(P.SURVEY_VIEW, P.SURVEY_CALL),
        {K.RESPONDENT: _CALL_RESPONDENT},
    ),
    Role.RESPONDENT: Row(
        noop("whoever holds the link or code with which one unit's side answers"),
        _in(K.RESPONDENT),
        _may(P.SURVEY_ANSWER),
    ),
    Role.VOLUNTEER: _BELONGS,
    Role.LIAISON: _BELONGS,
    Role.RELAY: _BELONGS,
    Role.SPECIALIST: _BELONGS,
    Role.PERSONAL_COORDINATOR: _BELONGS,
}


@dataclass(frozen=True)
class Carriers:
    """The roles that carry a permission: in the scope itself, and by kind in scopes below."""

    here: frozenset[Role]
    below: Mapping[ScopeKind, frozenset[Role]]


def carriers(permission: P) -> Carriers:
    here = frozenset(role for role, row in ROLES.items() if permission in row.here)
    below = {
        kind: roles
        for kind in ScopeKind
        if (roles := frozenset(r for r, row in ROLES.items() if permission in row.below.get(kind, ())))
    }
    return Carriers(here, below)


def opens_names(role: Role) -> bool:
    """Whether holding `role` somewhere shows the names of the people there."""
    return P.IDENTITY_VIEW in ROLES[role].below.get(K.PERSON, ())
