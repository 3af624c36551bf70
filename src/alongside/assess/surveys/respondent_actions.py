"""Writes about who answers. Order of locks: survey, unit that is asked, respondent, code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from alongside.assess.surveys import asking, file_queries, respondent_queries, respondents_file
from alongside.assess.surveys.models import AnswerCode, AnswerDraft, Respondent, Survey, SurveyUnit
from alongside.commons.forms import actions as forms
from alongside.commons.people import actions as people
from alongside.commons.people import identity
from alongside.commons.people.actions import today
from alongside.commons.people.models import Person
from alongside.core.access import grants
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import Grant, Scope
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.access.roles import Role
from alongside.core.access.scopes import open_many
from alongside.core.kit.ids import as_typed, code_from, readable_code
from alongside.core.kit.refusal import Reason, Refused

GOOD_FOR = timedelta(days=180)
BATCH = 500


@action(Permission.RESPONDENT_EDIT)
def name_respondent(
    survey: Survey,
    *,
    by: Actor,
    unit: str,
    side: str,
    name: str,
    channel: str,
    email: str = "",
    phone: str = "",
    postal: str = "",
    language: str = "",
    checked: bool = False,
) -> Respondent:
    """Say who answers for a side of a unit, which is meant by its code or name."""
    survey = _held(survey)
    units = file_queries.unit_index(survey).all(unit)
    reasons = asking.why_no_unit(len(units))
    reasons += asking.why_not_name(
        name=name, side=side, sides=survey.sides, channel=channel, email=email, phone=phone, postal=postal
    )
    if not reasons:
        reasons += asking.why_taken(
            standing=_standing(survey).filter(asked__code=units[0].code, side=side).exists()
        )
    _refuse(reasons)
    asked = SurveyUnit.objects.get(survey=survey, code=units[0].code)
    row = Wanted(asked, side, name, channel, email, phone, postal, language, checked)
    return _add(survey, [row], by=by)[0]


@action(Permission.RESPONDENT_EDIT)
def replace_respondent(
    respondent: Respondent,
    *,
    by: Actor,
    name: str,
    channel: str,
    email: str = "",
    phone: str = "",
    postal: str = "",
    language: str = "",
) -> Respondent:
    """Somebody else answers from now on. The codes of the one before end; what she sent stays."""
    survey = _held(respondent.survey)
    respondent = Respondent.objects.select_for_update().select_related("asked").get(pk=respondent.pk)
    _refuse(
        _why_ended(respondent)
        + asking.why_not_name(
            name=name,
            side=respondent.side,
            sides=survey.sides,
            channel=channel,
            email=email,
            phone=phone,
            postal=postal,
        )
    )
    _end([respondent.pk], by=by)
    row = Wanted(respondent.asked, respondent.side, name, channel, email, phone, postal, language)
    return _add(survey, [row], by=by)[0]


@action(Permission.RESPONDENT_EDIT)
def change_respondent(
    respondent: Respondent,
    *,
    by: Actor,
    name: str,
    channel: str,
    email: str = "",
    phone: str = "",
    postal: str = "",
    language: str = "",
    checked: bool = False,
) -> Respondent:
    """Correct how somebody is reached, and say whether that was checked by telephone."""
    respondent = Respondent.objects.select_for_update(of=("self",)).get(pk=respondent.pk)
    _refuse(
        _why_ended(respondent)
        + asking.why_not_name(
            name=name,
            side=respondent.side,
            sides=[respondent.side],
            channel=channel,
            email=email,
            phone=phone,
            postal=postal,
        )
    )
    wanted = Wanted(respondent.asked, respondent.side, name, channel, email, phone, postal, language)
    if _reaches_otherwise(respondent, wanted, by=by):
        respondent.contact_at = by.at
    identity.store(respondent.person, **wanted.card)
    respondent.channel = channel
    respondent.checked_on = (respondent.checked_on or today(by)) if checked else None
    respondent.save(update_fields=["channel", "checked_on", "contact_at"])
    return respondent


def _reaches_otherwise(respondent: Respondent, wanted: "Wanted", *, by: Actor) -> bool:
    """Whether messages go another way from now on: then one that failed says nothing any more."""
    before = identity.card(by, respondent.person)
    same = before and (before.email, before.postal) == (wanted.card["email"], wanted.card["postal"])
    return not same or respondent.channel != wanted.channel


@dataclass(frozen=True)
class NamedMany:
    """What a file of respondents did."""

    added: int
    replaced: int
    unchanged: int


@action(Permission.RESPONDENT_EDIT)
def import_respondents(
    survey: Survey,
    *,
    by: Actor,
    content: bytes | respondents_file.Reading,
    name: str = "",
    replace: bool = False,
) -> NamedMany:
    """Take in a file of respondents, all of it or nothing; each bad row is named.

    `content` is better read beforehand with `respondent_queries.read_file`: here everybody else waits.
    """
    survey = _held(survey)
    reading = respondent_queries.read_file(survey, content, name) if isinstance(content, bytes) else content
    rows, reasons = reading.rows, list(reading.reasons)
    asked = {unit.code: unit for unit in SurveyUnit.objects.filter(survey=survey)}
    standing = {(r.asked_id, r.side): r for r in _standing(survey)}
    known = identity.names(by, [r.person_id for r in standing.values()])
    taken = {row.number: standing.get((asked[row.code].pk, row.side)) for row in rows}
    same = {row.number for row in rows if (r := taken[row.number]) and known.get(r.person_id) == row.name}
    if not replace:
        reasons += respondents_file.why_taken([r for r in rows if taken[r.number] and r.number not in same])
    _refuse(reasons)
    fresh = [row for row in rows if row.number not in same]
    before = [held for row in fresh if (held := taken[row.number])]
    _end([held.pk for held in before], by=by)
    _note_sizes(rows, asked)
    _add(
        survey,
        [
            Wanted(
                asked[r.code], r.side, r.name, r.channel, r.email, r.phone, r.postal, r.language, r.checked
            )
            for r in fresh
        ],
        by=by,
    )
    return NamedMany(len(fresh) - len(before), len(before), len(same))


def _note_sizes(rows: Sequence[respondents_file.Row], asked: Mapping[str, SurveyUnit]) -> None:
    changed = []
    for row in rows:
        unit = asked[row.code]
        if row.size is not None and unit.size != row.size:
            unit.size = row.size
            changed.append(unit)
    SurveyUnit.objects.bulk_update(changed, ["size"], batch_size=BATCH)


@action(Permission.RESPONDENT_INVITE)
def make_code(respondent: Respondent, *, by: Actor, message: UUID | None = None) -> str:
    """A code with which she answers, told once and kept as a hash. Earlier codes stay good: letters lie about.

    For a message it follows from the message's id and the secret key: one that is written twice, since a
    worker was killed in between, holds the same code, and none is left that nobody has.
    """
    _fix_questions(respondent, by)
    respondent = Respondent.objects.select_for_update(of=("self",)).get(pk=respondent.pk)
    _refuse(_why_ended(respondent))
    code = readable_code() if message is None else _code_of(message)
    made, is_new = AnswerCode.objects.get_or_create(
        code_hash=hash_of(code),
        defaults={
            "scope": respondent.scope,
            "respondent": respondent,
            "made_at": by.at,
            "expires": by.at + GOOD_FOR,
        },
    )
    if is_new:
        grants.give(
            made.pk,
            Role.RESPONDENT,
            respondent.scope,
            starts=by.at,
            ends=made.expires,
            purpose="answer a survey",
        )
    return code


def _code_of(message: UUID) -> str:
    digest = salted_hmac("alongside.answer-code-of-message", str(message), algorithm="sha256").digest()
    return code_from(digest)


def _fix_questions(respondent: Respondent, by: Actor) -> None:
    """Whoever holds a code reads the questions: from now on they stay as she reads them."""
    survey = Survey.objects.select_related("version").get(pk=respondent.survey_id)
    if survey.version.fixed_at is None:
        forms.fix(_held(survey).version, by.at)


def hash_of(code: str) -> str:
    """Keyed, since a code that can be typed is short enough to be tried out against a stolen table."""
    return salted_hmac("alongside.answer-code", as_typed(code), algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Wanted:
    """Somebody to be named: for which side of which unit, and how she is reached."""

    asked: SurveyUnit
    side: str
    name: str
    channel: str
    email: str = ""
    phone: str = ""
    postal: str = ""
    language: str = ""
    checked: bool = False

    @property
    def card(self) -> dict[str, str]:
        """What is kept of how she is reached."""
        told = {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "postal": "\n".join(line.strip() for line in self.postal.strip().splitlines()),
            "language": self.language,
        }
        return {key: words.strip() for key, words in told.items()}


def _add(survey: Survey, wanted: Sequence[Wanted], *, by: Actor) -> list[Respondent]:
    scopes = open_many(ScopeKind.RESPONDENT, [[survey.scope] for _ in wanted])
    persons = people.bare_persons(scopes, at=by.at)
    identity.store_new((person, each.card) for person, each in zip(persons, wanted, strict=True))
    rows = zip(scopes, persons, wanted, strict=True)
    return Respondent.objects.bulk_create(
        [_row(survey, each, scope, person, by=by) for scope, person, each in rows], batch_size=BATCH
    )


def _row(survey: Survey, each: Wanted, scope: Scope, person: Person, *, by: Actor) -> Respondent:
    return Respondent(
        scope=scope,
        survey=survey,
        asked=each.asked,
        side=each.side,
        person=person,
        channel=each.channel,
        checked_on=today(by) if each.checked else None,
        named_at=by.at,
    )


def _end(respondents: Sequence[int], *, by: Actor) -> None:
    for start in range(0, len(respondents), BATCH):
        ending = respondents[start : start + BATCH]
        Respondent.objects.filter(pk__in=ending).update(ended_at=by.at)
        codes = AnswerCode.objects.filter(respondent__in=ending, ended_at__isnull=True)
        grants.end(Grant.objects.filter(subject__in=codes.values("pk")), at=by.at)
        codes.update(ended_at=by.at)
        AnswerDraft.objects.filter(respondent__in=ending).delete()


def _standing(survey: Survey) -> QuerySet[Respondent]:
    return Respondent.objects.filter(survey=survey, ended_at__isnull=True)


def _held(survey: Survey) -> Survey:
    locked = Survey.objects.select_for_update(of=("self",))
    return locked.select_related("scope", "version").get(pk=survey.pk)


def _why_ended(respondent: Respondent) -> list[Reason]:
    return asking.why_ended(has_ended=respondent.ended_at is not None)


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
