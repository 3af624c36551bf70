"""The people of the demonstration, one for each role, and what to try as each of them."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alongside.core.access.models import User
from alongside.demo import folder


@dataclass(frozen=True)
class DemoPerson:
    """`thread` is the side she stands on: "unit" (public), "organisation" (voluntary), or none."""

    handle: str
    name: str
    thread: str
    who: str | Promise
    tries: str | Promise


PEOPLE = (
    DemoPerson(
        "researcher",
        "Ragnhild Tveit",
        "",
        _("researcher, owns the survey"),
        _("Open the table of who coordinates what, see how it was computed, import changed answers."),
    ),
    DemoPerson(
        "coordinator",
        "Kåre Lunde",
        "unit",
        _("volunteer coordinator of a municipality"),
        _("Look up the people of your municipality, give somebody a role, make a sign-in link for her."),
    ),
    DemoPerson(
        "unit-coordinator",
        "Unni Haugland",
        "unit",
        _("coordinator at a nursing home"),
        _("Add a volunteer who has neither e-mail nor phone, and see who is at your unit."),
    ),
    DemoPerson(
        "supervisor",
        "Sigrid Myhre",
        "unit",
        _("looks after the volunteers of a unit"),
        _("See who volunteers with you and how they can be reached."),
    ),
    DemoPerson(
        "specialist",
        "Said Warsame",
        "unit",
        _("physiotherapist at a nursing home"),
        _("See your unit and who has which role; other people’s names stay closed to you."),
    ),
    DemoPerson(
        "personal-coordinator",
        "Petra Aune",
        "unit",
        _("stays with one person through many services"),
        _("Look at your own card and your roles, and at who may see what."),
    ),
    DemoPerson(
        "organisation-coordinator",
        "Oddny Brekke",
        "organisation",
        _("coordinator of a voluntary organisation"),
        _("Add a local branch and a volunteer, end a role and see that its reach ends too."),
    ),
    DemoPerson(
        "volunteer",
        "Vegard Nilsen",
        "organisation",
        _("volunteer, visits a nursing home on Thursdays"),
        _("Look at your card, and choose a name and password to sign in with."),
    ),
    DemoPerson(
        "relay",
        "Rehana Begum",
        "organisation",
        _("writes for people who would rather tell than write"),
        _("See where you belong and who else is there."),
    ),
    DemoPerson(
        "liaison",
        "Leif Sørum",
        "organisation",
        _("links people and an office"),
        _("See the organisations and places around you."),
    ),
    DemoPerson(
        "official",
        "Olaug Strand",
        "",
        _("official, answers for a region"),
        _("Read the published table: small cells are closed, names are nowhere."),
    ),
    DemoPerson(
        "evaluator",
        "Erlend Vik",
        "",
        _("evaluator at the research institute"),
        _("Make a survey of your own, and read your colleague’s table with small cells closed."),
    ),
    DemoPerson(
        "interviewer",
        "Ingrid Solli",
        "",
        _("telephones for a survey that is under way"),
        _("Open the survey, work through its telephone list, and fill in what you are told."),
    ),
    DemoPerson(
        "administrator",
        "Anniken Dahl",
        "",
        _("keeps the installation"),
        _("Add an organisation, appoint somebody, read the audit; you see numbers, not names."),
    ),
)


def account(handle: str) -> User | None:
    """The account behind a handle; None where nobody goes by it."""
    subject = folder.subjects(settings.DATA_FOLDER).get(handle)
    return User.objects.for_subject(UUID(subject)) if subject else None
