"""The kinds of question that a form can ask."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionKind(TextChoices):
    """What an answer looks like; `rules` checks it and brings it into the form in which it is kept."""

    COORDINATION = "coordination", _("who coordinates an activity")
    CHOICE = "choice", _("one answer out of several")
    SEVERAL = "several", _("any number of answers")
    NUMBER = "number", _("a number")
    TEXT = "text", _("free words")


# Kinds with answers of their own to choose from.
OF_CHOICES = (QuestionKind.CHOICE, QuestionKind.SEVERAL)
