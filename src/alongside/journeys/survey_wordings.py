"""What respondents of a survey are written: the invitation and the reminder, as e-mail and as letter.

What they say alike stands once. An e-mail holds the link itself; a letter prints where to type the code, and
its square code opens the link.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alongside.assess.surveys import asking, asking_queries, queries, respondent_actions
from alongside.assess.surveys import respondent_queries as respondents
from alongside.assess.surveys.kinds import Side
from alongside.assess.surveys.models import Respondent
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.kit.days import day_in_words
from alongside.core.kit.refusal import NotVisible
from alongside.core.outbox.kinds import Channel
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Words

if TYPE_CHECKING:
    from alongside.journeys.wordings import Occasion


def invitation(occasion: "Occasion") -> Words | None:
    """The first message to a respondent."""
    found = _respondent(occasion)
    if found is None:
        return None
    told = _told(found, occasion.language)
    return _words(
        occasion,
        found,
        told,
        subject=_("Would you answer a few questions?"),
        paragraphs=(
            _("We would like to ask you for about %(minutes)s minutes. This is what it is about:") % told,
            _("%(owner)s asks you to take part in the survey “%(title)s”.") % told,
            _asked_about(found, told),
            _how_long(found, told),
            _("You can stop at any question and go on later, on any device."),
        ),
    )


def reminder(occasion: "Occasion") -> Words | None:
    """To somebody who was asked some days ago and has not answered."""
    found = _respondent(occasion)
    if found is None:
        return None
    told = _told(found, occasion.language)
    return _words(
        occasion,
        found,
        told,
        subject=_("A few questions still wait for you"),
        paragraphs=(
            _(
                "Some days ago we asked you for about %(minutes)s minutes. Perhaps there was no time for it yet."
            )
            % told,
            _("It is about the survey “%(title)s” of %(owner)s.") % told,
            _asked_about(found, told),
            _how_long(found, told),
            _("What you have begun is kept. If you have answered in the meantime: thank you."),
        ),
    )


def not_needed(messages: Collection[Message], at: datetime) -> set[UUID]:
    """Of such messages, those to people who have answered by now, don't want to, or are not asked any more."""
    about = {message.pk: int(message.about["respondent"]) for message in messages}
    past = asking_queries.past_writing(set(about.values()), at)
    return {pk for pk, respondent in about.items() if respondent in past}


def _respondent(occasion: "Occasion") -> Respondent | None:
    """Whom it goes to; None where she is not to be written to any more."""
    by: Actor = occasion.by
    if not_needed([occasion.message], by.at):
        return None
    try:
        pk = int(occasion.message.about["respondent"])
        return respondents.respondent(by, pk, permission=Permission.RESPONDENT_INVITE)
    except NotVisible:
        return None


def _told(respondent: Respondent, language: str) -> dict[str, str]:
    survey, unit = respondent.survey, respondent.asked.unit
    count = queries.questions_counted(survey)
    return {
        "owner": _own_way(survey.owner.name),
        "title": _own_way(survey.version.titles.get(language) or survey.title),
        "unit": _own_way(f"{unit.name}, {unit.parent.name}" if unit.parent else unit.name),
        "side": str(Side(respondent.side).label),
        "count": str(count),
        "minutes": str(asking.minutes(count)),
        "day": day_in_words(survey.closed_on, language) if survey.closed_on else "",
        "contact": _own_way(survey.contact),
    }


def _own_way(name: str) -> str:
    """A name in other letters than the text around it reads its own way, where the text is from the right."""
    return f"\u2068{name}\u2069" if translation.get_language_bidi() else name


def _asked_about(respondent: Respondent, told: dict[str, str]) -> str:
    if len(respondent.survey.sides) > 1:
        return _("You are asked about %(unit)s, from the side of: %(side)s.") % told
    return _("You are asked about %(unit)s.") % told


def _how_long(respondent: Respondent, told: dict[str, str]) -> str:
    count = int(told["count"])
    if respondent.survey.closed_on:
        said = ngettext(
            "There is one question. Please answer it by %(day)s.",
            "There are %(count)s questions. Please answer them by %(day)s.",
            count,
        )
    else:
        said = ngettext("There is one question.", "There are %(count)s questions.", count)
    return said % told


def _words(
    occasion: "Occasion",
    respondent: Respondent,
    told: dict[str, str],
    *,
    subject: str,
    paragraphs: tuple[str, ...],
) -> Words:
    code = respondent_actions.make_code(respondent, by=occasion.by, message=occasion.message.pk)
    page = f"{settings.ADDRESS.rstrip('/')}/a"
    on_paper = occasion.message.channel == Channel.LETTER
    return Words(
        language=occasion.language,
        sender=(respondent.survey.owner.name,),
        subject=subject,
        paragraphs=paragraphs,
        link=f"{page}/{code}",
        link_shown=page.partition("://")[2] if on_paper else "",
        link_words=_("Open this address and type your code, or point a telephone at the square:")
        if on_paper
        else _("Open your questions:"),
        code=code if on_paper else "",
        ending=(
            _(
                "Those who answer for the survey see your answers. Everybody else sees totals, and no number "
                "with fewer than five units behind it."
            ),
            _(
                "Taking part is up to you. If you don’t want to, say so on the first page, and nobody will "
                "write to you about it again."
            ),
            _("Do you have a question? Ask %(contact)s.") % told,
        ),
    )
