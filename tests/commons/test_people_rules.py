"""When a role, an organisation, a link or a sign-in name makes sense: by table, without a database."""

from datetime import date
from uuid import UUID

import pytest

from alongside.commons.people import rules
from alongside.commons.people.kinds import MEMBERSHIP_ROLES, OrganisationKind
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.roles import ROLES, Role

MAY, JUNE = date(2027, 5, 10), date(2027, 6, 1)
A, B = UUID(int=1), UUID(int=2)


def codes(reasons):
    return [(r.code, r.field) for r in reasons]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"role": "king"}, [("no-such-role", "role")]),
        ({"held": ["volunteer"]}, [("held", "role")]),
        ({"held": ["relay"]}, []),
        ({"oneself": True}, [("oneself", "role")]),
        ({"ends": MAY}, []),
        ({"starts": JUNE, "ends": MAY}, [("ends-first", "ends")]),
        (
            {"role": "king", "oneself": True, "starts": JUNE, "ends": MAY},
            [("no-such-role", "role"), ("oneself", "role"), ("ends-first", "ends")],
        ),
    ],
)
def test_joining(changed, expected):
    given = {
        "role": "volunteer",
        "roles": ["volunteer"],
        "held": [],
        "starts": MAY,
        "ends": None,
        "oneself": False,
    }
    assert codes(rules.why_not_join(**{**given, **changed})) == expected


@pytest.mark.parametrize(
    ("ends", "last", "expected"),
    [
        (None, JUNE, []),
        (None, MAY, []),
        (None, date(2027, 5, 9), [("ends-first", "ends")]),
        (JUNE, date(2027, 5, 31), []),
        (JUNE, JUNE, [("ended", "ends")]),
        (MAY, JUNE, [("ended", "ends")]),
    ],
)
def test_ending(ends, last, expected):
    assert codes(rules.why_not_end(starts=MAY, ends=ends, last=last)) == expected


@pytest.mark.parametrize(
    ("name", "others", "expected"),
    [
        ("Solsiden", [], []),
        ("Solsiden", ["Solbakken"], []),
        ("", [], [("no-name", "name")]),
        ("  \t", [], [("no-name", "name")]),
        (" SOLBAKKEN ", ["Solbakken"], [("name-taken", "name")]),
    ],
)
def test_naming(name, others, expected):
    assert codes(rules.why_not_named(name=name, others=others)) == expected


@pytest.mark.parametrize(("parents", "expected"), [([], []), ([B], []), ([B, A], [("circle", "parent")])])
def test_hanging_a_unit_under_an_organisation(parents, expected):
    assert codes(rules.why_not_under(unit=A, parents=parents)) == expected


@pytest.mark.parametrize(
    ("has_account", "inviting", "lacks", "expected"),
    [
        (False, True, False, []),
        (True, True, False, [("has-account", "")]),
        (True, True, True, [("has-account", "")]),
        (True, False, False, []),
        (False, False, False, []),
        (False, False, True, [("more-than-you", "")]),
    ],
)
def test_making_a_link(has_account, inviting, lacks, expected):
    given = {"has_account": has_account, "inviting": inviting, "lacks": lacks}
    assert codes(rules.why_no_link(**given, is_closed=False)) == expected
    assert codes(rules.why_no_link(**given, is_closed=True)) == [("closed", "")]


@pytest.mark.parametrize(
    ("is_one", "others", "expected"),
    [(True, 1, []), (True, 0, ["last-administrator"]), (False, 2, ["no-administrator"])],
)
def test_ending_an_administrator(is_one, others, expected):
    found = rules.why_not_end_administrator(is_one=is_one, others=others)
    assert [reason.code for reason in found] == expected


@pytest.mark.parametrize(
    ("has_account", "is_closed", "is_last", "expected"),
    [
        (True, False, False, []),
        (False, False, False, ["no-account"]),
        (True, True, False, ["closed"]),
        (True, False, True, ["last-administrator"]),
    ],
)
def test_closing_an_account(has_account, is_closed, is_last, expected):
    found = rules.why_not_close(has_account=has_account, is_closed=is_closed, is_last=is_last)
    assert [reason.code for reason in found] == expected


@pytest.mark.parametrize(("belongs", "expected"), [(False, []), (True, [("belongs", "")])])
def test_returning(belongs, expected):
    assert codes(rules.why_not_return(belongs=belongs)) == expected


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("kari", False, []),
        ("ka", False, [("too-short", "sign_in_name")]),
        ("ka ri", False, [("too-short", "sign_in_name")]),
        ("kari", True, [("name-taken", "sign_in_name")]),
    ],
)
def test_choosing_a_sign_in_name(name, taken, expected):
    assert codes(rules.why_not_sign_in_name(name=name, taken=taken)) == expected


@pytest.mark.parametrize(("belongs", "expected"), [(True, []), (False, [("outsider", "")])])
def test_answering_for_a_place_in_the_name_of_an_organisation(belongs, expected):
    assert codes(rules.why_not_official(belongs=belongs)) == expected


@pytest.mark.parametrize("kind", OrganisationKind)
def test_officials_answer_for_public_bodies_only(kind):
    given = rules.roles_in(kind)
    assert (Role.OFFICIAL in given) is (kind == OrganisationKind.PUBLIC_BODY)
    assert set(MEMBERSHIP_ROLES) - set(given) <= {Role.OFFICIAL}


@pytest.mark.parametrize("role", MEMBERSHIP_ROLES)
def test_every_role_that_joining_gives_can_be_held_in_an_organisation(role):
    assert ScopeKind.ORGANISATION in ROLES[role].held_in


@pytest.mark.parametrize(
    "reasons",
    [
        rules.why_not_named(name="", others=()),
        rules.why_not_join(role="x", roles=(), held=("x",), starts=JUNE, ends=MAY, oneself=True),
        rules.why_not_end(starts=JUNE, ends=None, last=MAY),
        rules.why_no_link(has_account=True, inviting=True, lacks=True, is_closed=True),
        rules.why_not_close(has_account=False, is_closed=True, is_last=True),
        rules.why_not_end_administrator(is_one=True, others=0),
        rules.why_not_return(belongs=True),
        rules.why_not_open(),
    ],
)
def test_a_reason_is_a_sentence(reasons):
    for reason in reasons:
        assert str(reason)[0].isupper()
        assert str(reason).endswith(".")
