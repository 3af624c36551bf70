"""Writing to respondents: invitations, and reminders to those who have not answered.

Whoever presses twice, or at the same moment as somebody else, sends one message each: the survey is locked
while it is decided who gets what, and a key of a message says for whom and which one it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from alongside.assess.surveys import asking, asking_queries
from alongside.assess.surveys.asking import Reachable
from alongside.assess.surveys.kinds import INVITATION, REMINDER, Channel
from alongside.assess.surveys.models import Survey
from alongside.commons.people.actions import today
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.kit.refusal import Reason, Refused
from alongside.core.outbox import actions as outbox
from alongside.core.outbox import kinds
from alongside.core.outbox import queries as messages

Choose = Callable[[Iterable[Reachable], datetime], list[Reachable]]


@dataclass(frozen=True)
class Queued:
    """How many messages go out now."""

    emails: int
    letters: int

    @property
    def all(self) -> int:
        return self.emails + self.letters


@action(Permission.SURVEY_WRITE)
def invite(survey: Survey, *, by: Actor, contact: str, agreed: int | None = None) -> Queued:
    """Write to everybody who can be written to and has not been: once each. `agreed`: no more than these."""
    return _write(survey, INVITATION, asking.to_ask, by=by, contact=contact, agreed=agreed)


@action(Permission.SURVEY_WRITE)
def remind(survey: Survey, *, by: Actor, contact: str, agreed: int | None = None) -> Queued:
    """Write once more to those who were invited some days ago and have not answered."""
    return _write(survey, REMINDER, asking.to_remind, by=by, contact=contact, agreed=agreed)


def _write(
    survey: Survey, template: str, choose: Choose, *, by: Actor, contact: str, agreed: int | None
) -> Queued:
    survey = Survey.objects.select_for_update(of=("self",)).select_related("scope").get(pk=survey.pk)
    chosen = choose(asking_queries.reachable(survey, by.at), by.at)
    _refuse(
        why_not_now(survey, by)
        + asking.why_not_contact(contact)
        + asking.why_more(agreed=agreed, now=len(chosen))
    )
    if survey.contact != contact.strip():
        survey.contact = contact.strip()
        survey.save(update_fields=["contact"])
    outbox.queue_many(_messages(survey, template, chosen), by=by, scope=survey.scope, template=template)
    letters = sum(each.channel == Channel.LETTER for each in chosen)
    return Queued(len(chosen) - letters, letters)


def why_not_now(survey: Survey, by: Actor) -> list[Reason]:
    """Why nobody is written to about this survey today; the page asks it, too."""
    return asking.why_not_write(
        is_closed=survey.is_closed, opened_on=survey.opened_on, closed_on=survey.closed_on, today=today(by)
    )


def _messages(survey: Survey, template: str, chosen: Sequence[Reachable]) -> list[outbox.ToQueue]:
    """One each. What she had before is counted into the key: a dropped one does not stand in the way."""
    before = messages.how_often(survey.scope, template)
    return [
        outbox.ToQueue(
            recipient=each.person,
            channel=CARRIED[Channel(each.channel)],
            key=f"{template}:{each.respondent}:{before.get(each.person, 0)}",
            about={"respondent": each.respondent},
        )
        for each in chosen
        if each.person is not None
    ]


CARRIED = {Channel.EMAIL: kinds.Channel.EMAIL, Channel.LETTER: kinds.Channel.LETTER}


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
