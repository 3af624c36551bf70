"""Answering: what whoever holds a code sees and sends, and what is filled in on the telephone.

Order of locks: survey before its answers. A survey has one current answer a unit and side; sending the same
once more changes nothing, sending others makes a new version and keeps the one before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from alongside.assess.surveys import asking, queries, questionnaire, revisions, rules
from alongside.assess.surveys.kinds import CallResult
from alongside.assess.surveys.models import AnswerCode, AnswerDraft, Respondent, Survey
from alongside.assess.surveys.questionnaire import NOT_OFFERED, Item
from alongside.assess.surveys.respondent_actions import hash_of
from alongside.commons.forms import actions as forms
from alongside.commons.forms import rules as form_rules
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Mode, Submission
from alongside.commons.forms.rules import Answer
from alongside.commons.people.actions import today
from alongside.commons.people.models import Party
from alongside.core.access import limits
from alongside.core.access.actor import Actor, link_holder
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action, visible
from alongside.core.kit.refusal import NotVisible, Reason, Refused

CHOICES = (NOT_OFFERED, *rules.CODES)
MISSES = 100
WINDOW = timedelta(minutes=15)


def holder(code: str, *, address: str, by: Actor) -> Actor | None:
    """Who holds this code, None where it is unknown, old or ended; misses are limited by address.

    Only misses count: behind one address a whole municipality may be answering.
    """
    if limits.is_spent("answer code", address, at=by.at, most=MISSES, within=WINDOW):
        raise Refused(_too_often())
    usable = AnswerCode.objects.filter(ended_at__isnull=True, expires__gt=by.at)
    found = usable.filter(code_hash=hash_of(code)).values_list("pk", flat=True).first()
    if found is None:
        limits.allow("answer code", address, at=by.at, most=MISSES, within=WINDOW)
        return None
    return link_holder(found, by.at)


def _too_often() -> Reason:
    return Reason("too-often", _("Too many tries. Wait a quarter of an hour, then try the code again."))


@dataclass(frozen=True)
class Sheet:
    """The questionnaire of one respondent: what is asked, what she began, what she has sent.

    `draft` is None where nothing has been begun; `language` is the one of `languages` that the words are in.
    """

    respondent: Respondent
    questions: tuple[Item, ...]
    draft: dict[str, Answer] | None
    sent: Submission | None
    version: int
    closed: tuple[Reason, ...]
    language: str
    languages: tuple[str, ...]

    @property
    def said(self) -> dict[str, Answer]:
        """What stands in the questionnaire now: the draft, else what was sent, else nothing."""
        return self.as_sent if self.draft is None else self.draft

    @property
    def as_sent(self) -> dict[str, Answer]:
        return {} if self.sent is None else _as_said(self.questions, self.sent)


def _as_said(questions: Sequence[Item], sent: Submission) -> dict[str, Answer]:
    """What was sent as it was said: an activity without an answer was not offered."""
    usual = {q.key: NOT_OFFERED for q in questions if q.kind == QuestionKind.COORDINATION}
    known = {q.key for q in questions}
    return {**usual, **{key: said for key, said in sent.answers.items() if key in known}}


def sheet(actor: Actor) -> Sheet:
    """The one questionnaire that the holder of a code may fill in."""
    rows = visible(actor, Permission.SURVEY_ANSWER, Respondent.objects.filter(ended_at__isnull=True))
    return _sheet(rows.select_related(*_ALONG, "draft").first(), actor)


def sheet_for(actor: Actor, pk: int) -> Sheet:
    """A respondent's questionnaire for whoever telephones; what she began herself is not shown."""
    rows = visible(actor, Permission.SURVEY_ANSWER_FOR, Respondent.objects.filter(ended_at__isnull=True))
    return _sheet(rows.select_related(*_ALONG).filter(pk=pk).first(), actor, drafts=False)


_ALONG = ("survey__owner", "survey__version", "survey__scope", "asked__unit__parent", "person")


def _sheet(respondent: Respondent | None, actor: Actor, *, drafts: bool = True) -> Sheet:
    if respondent is None:
        raise NotVisible("respondent")
    survey = respondent.survey
    own = _own(respondent)
    draft = getattr(respondent, "draft", None) if drafts else None
    asked = queries.asked_questions(survey)
    languages = questionnaire.offered(survey.version, survey.title, asked)
    language = questionnaire.chosen(respondent.language if drafts else "", languages)
    return Sheet(
        respondent,
        questionnaire.items(survey.version, asked, language),
        dict(draft.answers) if draft else None,
        next((each for each in own if each.current), None),
        len(own),
        tuple(_why_closed(survey, today(actor))),
        language,
        tuple(languages),
    )


def _own(respondent: Respondent) -> list[Submission]:
    """What she has sent, all versions; what others sent for her unit is not hers to see."""
    rows = Submission.objects.filter(
        scope_id=respondent.survey.scope_id,
        version_id=respondent.survey.version_id,
        subject_id=respondent.asked.unit_id,
        side=respondent.side,
        speaker_id=respondent.person_id,
    )
    return list(rows.order_by("pk"))


def _why_closed(survey: Survey, day: date) -> list[Reason]:
    return asking.why_no_answers_now(
        is_closed=survey.is_closed, opened_on=survey.opened_on, closed_on=survey.closed_on, today=day
    )


@action(Permission.SURVEY_ANSWER)
def choose_language(respondent: Respondent, *, by: Actor, language: str) -> Respondent:
    """Answer in another of the languages that are offered, on any device from now on."""
    survey = _held(respondent)
    offered = questionnaire.offered(survey.version, survey.title, queries.asked_questions(survey))
    _refuse(asking.why_not_in(language, offered))
    Respondent.objects.filter(pk=respondent.pk).update(language=language)
    return respondent


@action(Permission.SURVEY_ANSWER)
def save_draft(respondent: Respondent, *, by: Actor, answers: Mapping[str, Answer]) -> AnswerDraft:
    """Keep what has been answered so far; an empty answer takes an earlier one away.

    Answers to other questions stay as they are. What is no answer to its question is not kept.
    """
    survey = _held(respondent)
    _refuse(_why_closed(survey, today(by)))
    asked = _asked(survey)
    known = {question.key: question.rules for question in asked}
    given = {
        key: form_rules.as_kept(known[key], said)
        for key, said in answers.items()
        if key in known and (form_rules.is_empty(said) or not form_rules.why_not_answer(known[key], said))
    }
    held = AnswerDraft.objects.filter(respondent=respondent).first()
    before = held.answers if held else _begun(respondent, asked)
    kept = {key: said for key, said in {**before, **given}.items() if not form_rules.is_empty(said)}
    draft, _new = AnswerDraft.objects.update_or_create(
        respondent=respondent,
        defaults={"scope_id": respondent.scope_id, "answers": kept, "saved_at": by.at},
    )
    return draft


def _asked(survey: Survey, wanted: str = "") -> tuple[Item, ...]:
    """The questions as she reads them, so that a reason calls them so."""
    asked = queries.asked_questions(survey)
    languages = questionnaire.offered(survey.version, survey.title, asked)
    return questionnaire.items(survey.version, asked, questionnaire.chosen(wanted, languages))


def _begun(respondent: Respondent, asked: Sequence[Item]) -> dict[str, Answer]:
    """A correction begins with what was sent."""
    sent = next((each for each in _own(respondent) if each.current), None)
    return _as_said(asked, sent) if sent else {}


@action(Permission.SURVEY_ANSWER)
def send(respondent: Respondent, *, by: Actor, answers: Mapping[str, Answer]) -> Submission:
    """Hand the answers in, in her own words and by her own hand."""
    survey = _held(respondent)
    kept = _keep(
        survey, respondent, answers, at=by.at, day=today(by), writer=respondent.person, mode=Mode.SELF
    )
    AnswerDraft.objects.filter(respondent=respondent).delete()
    return kept


@action(Permission.SURVEY_ANSWER)
def refuse(respondent: Respondent, *, by: Actor) -> Respondent:
    """She does not take part: nobody writes to her or rings any more. Answering takes it back.

    What she had begun is deleted.
    """
    survey = _held(respondent)
    sent = any(each.current for each in _own(respondent))
    _refuse([*_why_closed(survey, today(by)), *asking.why_not_refuse(has_answered=sent)])
    AnswerDraft.objects.filter(respondent=respondent).delete()
    row = Respondent.objects.get(pk=respondent.pk)
    if row.refused_at is None:
        row.refused_at = by.at
        row.save(update_fields=["refused_at"])
    return row


@action(Permission.SURVEY_ANSWER_FOR)
def answer_by_telephone(respondent: Respondent, *, by: Actor, answers: Mapping[str, Answer]) -> Submission:
    """Write down what somebody says on the telephone: her words, the caller's hand."""
    survey = _held(respondent)
    caller = Party.objects.filter(pk=by.subject).first()
    kept = _keep(survey, respondent, answers, at=by.at, day=today(by), writer=caller, mode=Mode.PROXY)
    AnswerDraft.objects.filter(respondent=respondent).delete()
    _called(respondent, by, CallResult.ANSWERED, None)
    return kept


@action(Permission.SURVEY_ANSWER_FOR)
def record_call(
    respondent: Respondent, *, by: Actor, result: str, again_on: date | None = None
) -> Respondent:
    """What came of a call that brought no answers."""
    _held(respondent)
    _refuse(asking.why_not_result(result=result, again_on=again_on, today=today(by)))
    return _called(respondent, by, result, again_on)


def _called(respondent: Respondent, by: Actor, result: str, again_on: date | None) -> Respondent:
    row = Respondent.objects.get(pk=respondent.pk)
    row.call_result, row.call_again_on, row.called_at, row.calls = result, again_on, by.at, row.calls + 1
    row.call_until = None
    row.save(update_fields=["call_result", "call_again_on", "called_at", "calls", "call_until"])
    return row


def _held(respondent: Respondent) -> Survey:
    """The survey, locked, if this respondent still answers."""
    survey = Survey.objects.select_for_update(of=("self",)).select_related("version", "scope")
    held = survey.get(pk=respondent.survey_id)
    ended = Respondent.objects.filter(pk=respondent.pk, ended_at__isnull=False).exists()
    _refuse(asking.why_ended(has_ended=ended))
    return held


def _keep(
    survey: Survey,
    respondent: Respondent,
    said: Mapping[str, Answer],
    *,
    at: datetime,
    day: date,
    writer: Party | None,
    mode: Mode,
) -> Submission:
    known = {q.key: q.rules for q in _asked(survey, respondent.language)}
    _refuse([*_why_closed(survey, day), *rules.why_not_send(list(known.values()), said)])
    answers = form_rules.in_order(
        {
            key: form_rules.as_kept(known[key], given)
            for key, given in said.items()
            if key in known and given != NOT_OFFERED
        }
    )
    standing = next((each for each in _own(respondent) if each.current), None)
    if standing is None or standing.answers != answers:
        filled = [forms.Filled(respondent.asked.unit_id, answers)]
        forms.submit(
            survey.version,
            survey.scope,
            filled,
            at=at,
            side=respondent.side,
            speaker=respondent.person,
            writer=writer,
            mode=mode,
        )
        revisions.begin_resting(survey, at)
    Respondent.objects.filter(pk=respondent.pk).update(refused_at=None)
    return next(each for each in _own(respondent) if each.current)


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
