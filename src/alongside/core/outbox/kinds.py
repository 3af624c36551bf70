"""The ways a message can go, where it stands, and why it did not arrive."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    EMAIL = "e-mail", _("e-mail")
    LETTER = "letter", _("letter")


class State(TextChoices):
    """`HANDING` is committed before anything leaves the house: what is found in it later was cut off."""

    WAITING = "waiting", _("waiting")
    HANDING = "handing over", _("being handed over")
    UNSURE = "perhaps sent", _("perhaps sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")
    DROPPED = "dropped", _("dropped")


class Failure(TextChoices):
    """Kinds only: what a server answered could hold an address."""

    NO_ADDRESS = "no address", _("there is no address that can be used")
    REFUSED = "refused", _("the receiving side refused it")
    UNREACHABLE = "unreachable", _("the other side could not be reached")
    BOUNCED = "bounced", _("it came back")
    UNPRINTABLE = "unprintable", _("it has signs that can't be printed here")
    FAULT = "fault", _("the program could not write it")
