"""The sides of a unit that a survey can ask, how somebody is reached, and what came of a call."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Side(TextChoices):
    """Whose view it is. Answers of different sides are kept apart and never pooled."""

    STAFF = "staff", _("staff of the unit")
    ORGANISATION = "organisation", _("voluntary organisation")
    VOLUNTEERS = "volunteers", _("volunteers")
    SERVED = "served", _("people served")


class DrawnBy(TextChoices):
    """How a sample is drawn: out of all units alike, or out of each group by its share of them."""

    SIMPLE = "simple", _("out of all of them alike")
    KIND = "kind", _("out of each kind of unit, by its share")
    SIZE = "size", _("out of each size of unit, by its share")


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


# What respondents are written: names of templates.
INVITATION = "survey-invitation"
REMINDER = "survey-reminder"
TEMPLATES = (INVITATION, REMINDER)


class Round(TextChoices):
    """What is sent to many at once."""

    INVITATION = INVITATION, _("invitation")
    REMINDER = REMINDER, _("reminder")


class Fate(TextChoices):
    """What becomes of one respondent when a round is sent: a way to write to her, or why she gets nothing."""

    EMAIL = "e-mail", _("gets an e-mail")
    LETTER = "letter", _("gets a letter")
    ANSWERED = "answered", _("has answered")
    REFUSED = "refused", _("does not want to take part")
    NOT_REACHED = "not reached", _("was not reached: the last message did not arrive")
    WRONG_NUMBER = "wrong number", _("was not found on the telephone: wrong number")
    TELEPHONE = "telephone", _("is asked on the telephone")
    NO_WAY = "none", _("can’t be reached: nobody has told how yet")
    WRITTEN = "written", _("has been invited before")
    NOT_INVITED = "not invited", _("has not been invited yet")
    UNDER_WAY = "under way", _("has a message that is still on its way")
    LATELY = "lately", _("was written to less than five days ago")
    ENOUGH = "enough", _("has been reminded three times")


class ImportState(TextChoices):
    """Where a file of answers stands. It is read once; whoever handed it in may be asked; then it is written."""

    WAITING = "waiting", _("waiting to be read")
    READING = "reading", _("being read")
    ASKS = "asks", _("waiting for your word")
    WRITING = "writing", _("being taken in")
    DONE = "done", _("taken in")
    FAILED = "failed", _("not taken in")
    CANCELLED = "cancelled", _("called off")


# Nothing more becomes of these.
ENDED = (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED)
# One of these a survey at a time.
UNDER_WAY = (ImportState.WAITING, ImportState.READING, ImportState.WRITING)


class Keep(TextChoices):
    """What becomes of a file in which some rows can't be read."""

    ALL = "all", _("All of it or nothing")
    GOOD = "good", _("The rows that can be read; the others are named")


class ImportTrouble(TextChoices):
    """Why a file was not taken in, besides what has to be put right in it."""

    GONE = "gone", _("The reading was interrupted and the file is gone. Hand it in once more.")
    NOT_ALLOWED = "not allowed", _("Whoever handed it in may not read in answers of this survey any more.")
    FAULT = "fault", _("The program failed while it read this file. Whoever runs it finds more in its log.")
    LATE = "late", _("Nobody said within a day what should become of it.")
    OTHER_FILE = "other file", _("Another file was handed in.")
