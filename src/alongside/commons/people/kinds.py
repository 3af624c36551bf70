"""What an organisation and a unit can be, and the roles that joining one can give."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from alongside.core.access.roles import Role


class OrganisationKind(TextChoices):
    PUBLIC_BODY = "public body", _("public body")
    VOLUNTARY = "voluntary organisation", _("voluntary organisation")
    INFORMAL = "informal group", _("informal group")
    COMPANY = "company", _("company")


class UnitKind(TextChoices):
    NURSING_HOME = "nursing home", _("nursing home")
    HOME_CARE = "home care", _("home care")
    BOTH = "nursing home and home care", _("nursing home and home care")
    OTHER = "other care unit", _("other care unit")


# What somebody is told who gets a role; the words stand in journeys/wordings.py.
ROLE_GIVEN = "role-given"

# The others are held by other ways: a survey's owner by making it, an administrator by appointment.
MEMBERSHIP_ROLES = (
    Role.VOLUNTEER,
    Role.COORDINATOR,
    Role.SUPERVISOR,
    Role.LIAISON,
    Role.RELAY,
    Role.SPECIALIST,
    Role.PERSONAL_COORDINATOR,
    Role.OFFICIAL,
    Role.EVALUATOR,
)
