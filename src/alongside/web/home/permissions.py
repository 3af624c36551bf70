"""Who may see and do what, in plain words, from the table that decides it."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alongside.core.access.kinds import ScopeKind
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import ROLES, Role, Row
from alongside.web.shell.pages import page

# Held by everybody or by oneself; these come first, since they are true for every reader.
EVERYBODY = (Role.VISITOR, Role.MEMBER, Role.SELF)
MACHINES = (Role.LINK_HOLDER, Role.RESPONDENT, Role.WORKER, Role.OPERATOR)


@require_safe
def who_sees_what(request: HttpRequest) -> HttpResponse:
    given = [role for role in ROLES if role not in EVERYBODY + MACHINES]
    return page(
        request,
        "home/who_sees_what.html",
        groups=[
            (_("What everybody may"), _in_words(EVERYBODY)),
            (_("What people may by their role"), _in_words(given)),
            (_("What programs and links may"), _in_words(MACHINES)),
        ],
        names=_who_know_names(ScopeKind.PERSON),
        names_of_respondents=_who_know_names(ScopeKind.RESPONDENT),
    )


def _in_words(roles: Iterable[Role]) -> list[dict[str, Any]]:
    """Roles that allow the same stand together."""
    return [
        _row_in_words(", ".join(_(role) for role in same), row)
        for row, same in groupby(roles, key=lambda role: ROLES[role])
    ]


def _row_in_words(called: str, row: Row) -> dict[str, Any]:
    return {
        "role": capfirst(called),
        "says": capfirst(_(row.says)),
        "held": _held(row),
        "may": [(_("Where it is held"), _sentences(row.here))] * bool(row.here)
        + [(_below(kind), _sentences(row.below[kind])) for kind in ScopeKind if row.below.get(kind)],
    }


def _sentences(permissions: Iterable[Permission]) -> list[str]:
    wanted = set(permissions)
    return [_(permission) for permission in Permission if permission in wanted]


def _held(row: Row) -> str:
    words = {
        ScopeKind.INSTALLATION: _("for the whole installation"),
        ScopeKind.PLACE: _("for a place"),
        ScopeKind.ORGANISATION: _("in an organisation, a unit or a group"),
        ScopeKind.PERSON: _("for one person"),
        ScopeKind.SURVEY: _("for one survey"),
        ScopeKind.RESPONDENT: _("for one person who answers a survey"),
    }
    return " / ".join(words[kind] for kind in ScopeKind if kind in row.held_in)


def _below(kind: ScopeKind) -> str:
    return {
        ScopeKind.INSTALLATION: _("In the installation"),
        ScopeKind.PLACE: _("In the places below"),
        ScopeKind.ORGANISATION: _("In each organisation, unit and group below"),
        ScopeKind.PERSON: _("For each person there"),
        ScopeKind.SURVEY: _("For each survey there"),
        ScopeKind.RESPONDENT: _("For each person who answers it"),
    }[kind]


def _who_know_names(kind: ScopeKind) -> list[str]:
    """The roles that see names and contacts of others: the question people ask first."""
    return [
        capfirst(_(role))
        for role, row in ROLES.items()
        if Permission.IDENTITY_VIEW in row.below.get(kind, frozenset())
    ]
