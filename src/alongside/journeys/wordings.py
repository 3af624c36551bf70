"""What each message says. A new one is a function and a line in `TEMPLATES`.

The subject and the first paragraph may show on a locked telephone that somebody else looks at: they name
neither a topic nor a person, and no organisation that would give one away. What a function reads, it reads as
the worker does, through `visible()`. None says that the message is not needed any more.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from alongside.assess.surveys.kinds import INVITATION, REMINDER
from alongside.commons.people import queries as people
from alongside.commons.people.actions import today
from alongside.commons.people.kinds import ROLE_GIVEN
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import installation
from alongside.core.kit.days import day_in_words
from alongside.core.kit.refusal import NotVisible
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address, Words
from alongside.journeys import survey_wordings

# News of a role is no news any more, for instance after a mail server was away for long.
ROLE_IS_NEWS = timedelta(days=14)


@dataclass(frozen=True)
class Occasion:
    """What a template is asked with: the message, whom it goes to, and the language that is in force."""

    message: Message
    address: Address
    language: str
    by: Actor

    def of(self, key: str) -> UUID:
        """An id that the message is about."""
        return UUID(str(self.message.about[key]))


def _all_needed(_messages: Collection[Message], _at: datetime) -> set[UUID]:
    return set()


@dataclass(frozen=True)
class Template:
    """`called` is what the page of messages calls it; `write` makes the words.

    `not_needed` says which messages are out of date by now: it is asked before letters are printed.
    """

    called: Promise
    write: Callable[[Occasion], Words | None]
    not_needed: Callable[[Collection[Message], datetime], set[UUID]] = _all_needed


def _role_given(occasion: Occasion) -> Words | None:
    """Somebody has a new role."""
    by, here = occasion.by, installation().name
    try:
        role = people.membership(by, occasion.of("membership"), permission=Permission.MEMBERSHIP_VIEW)
    except NotVisible:
        return None
    ended = role.ends is not None and role.ends < today(by)
    if ended or by.at - occasion.message.queued_at > ROLE_IS_NEWS:
        return None
    has_account = people.has_account(role.member.person)
    told = {
        "role": _(role.role),
        "where": people.where(role.of).words,
        "day": day_in_words(role.starts, occasion.language),
    }
    return Words(
        language=occasion.language,
        sender=(here,),
        subject=_("You have a new role at %(here)s") % {"here": here},
        paragraphs=(
            _("Somebody who may do so has given you a role. You need not do anything."),
            _("Your role: %(role)s in %(where)s, from %(day)s.") % told,
            _(
                "Is that a mistake, or don’t you want it? Tell whoever gives roles there, and it will be ended."
            ),
        ),
        link=settings.ADDRESS if has_account else "",
        link_words=_("When you sign in, you see what belongs to it:") if has_account else "",
    )


TEMPLATES = {
    ROLE_GIVEN: Template(lazy("a new role"), _role_given),
    INVITATION: Template(
        lazy("an invitation to a survey"), survey_wordings.invitation, survey_wordings.not_needed
    ),
    REMINDER: Template(lazy("a reminder of a survey"), survey_wordings.reminder, survey_wordings.not_needed),
}
