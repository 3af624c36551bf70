"""The sides of a unit that a survey can ask, how somebody is reached, and what came of a call."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Side(TextChoices):
    """Whose view it is. Answers of different sides are kept apart and never pooled."""

    STAFF = "staff", _("staff of the unit")
    ORGANISATION = "organisation", _("voluntary organisation")
    VOLUNTEERS = "volunteers", _("volunteers")
    SERVED = "served", _("people served")


class Channel(TextChoices):
    """How a respondent is reached."""

    EMAIL = "e-mail", _("e-mail")
    LETTER = "letter", _("letter")
    TELEPHONE = "telephone", _("telephone")
    NONE = "none", _("not told yet")


class CallResult(TextChoices):
    """What came of the last call; an empty value: nobody has called."""

    ANSWERED = "answered", _("answered")
    AGAIN = "call again", _("call again")
    REFUSED = "refused", _("does not want to take part")
    WRONG_NUMBER = "wrong number", _("wrong number")
