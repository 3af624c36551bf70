"""Making a survey step by step: a draft, its questions, its languages, whom it asks; and asking it again.

Until it is sent out or answered everything can be changed. Order of locks: survey before its questions.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random

from alongside.assess.surveys import drawing, opening, queries, questionnaire, rules
from alongside.assess.surveys.kinds import DrawnBy, Side
from alongside.assess.surveys.models import Drawing, Respondent, Survey, SurveyUnit
from alongside.assess.surveys.sheet import UNIT_HEADERS
from alongside.commons.forms import changing
from alongside.commons.forms import making as forms
from alongside.commons.forms import rules as form_rules
from alongside.commons.forms.actions import NewQuestion
from alongside.commons.forms.kinds import OF_CHOICES, QuestionKind
from alongside.commons.forms.making import Wording
from alongside.commons.forms.models import Question
from alongside.commons.people.models import Organisation
from alongside.commons.places.models import Place
from alongside.core.access.actor import Actor
from alongside.core.access.models import Grant
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.kit.refusal import NotVisible, Reason, Refused


@action(Permission.SURVEY_ADD)
def begin_survey(
    owner: Organisation,
    *,
    by: Actor,
    title: str,
    country: Place,
    language: str,
    opened_on: date | None = None,
    closed_on: date | None = None,
) -> Survey:
    """A draft without questions, written in `language`; whoever begins it answers for it."""
    _refuse(
        rules.why_not_call_it(title=title, opened_on=opened_on, closed_on=closed_on)
        + questionnaire.why_not_speak([], language)
    )
    return opening.open_survey(
        owner,
        [],
        by=by,
        languages=[language],
        title=title.strip(),
        country=country,
        opened_on=opened_on,
        closed_on=closed_on,
        is_draft=True,
        **opening.definitions(country, []),
    )


@action(Permission.SURVEY_EDIT)
def name_survey(
    survey: Survey, *, by: Actor, title: str, opened_on: date | None = None, closed_on: date | None = None
) -> Survey:
    """Another name, other days."""
    survey = _held(survey)
    _refuse(
        forms.why_fixed(is_fixed=survey.version.fixed_at is not None)
        + rules.why_not_call_it(title=title, opened_on=opened_on, closed_on=closed_on)
    )
    survey.title, survey.opened_on, survey.closed_on = title.strip(), opened_on, closed_on
    survey.save(update_fields=["title", "opened_on", "closed_on"])
    return survey


@action(Permission.SURVEY_EDIT)
def ask_activities(
    survey: Survey, *, by: Actor, activities: Sequence[str], sensitivity: Sequence[str] = ()
) -> Survey:
    """Ask who coordinates these activities, and no others; what stands already stays where it stands."""
    survey = _held(survey)
    standing = {q.key: q for q in queries.asked_questions(survey)}
    wanted = opening.coordination(activities)
    known = [q.key for q in wanted if q.text or q.key in standing]
    how = _definitions(survey, activities, [key for key in sensitivity if key in activities])
    beside = [key for key in sensitivity if key not in activities]
    taken = [key for key in activities if key in standing and not _is_coordination(standing[key])]
    _refuse(
        rules.why_not_ask_about(activities=activities, known=known)
        + [reason for key in taken for reason in forms.why_not_key(key, standing)]
        + rules.why_not_compute_so(
            activities=activities,
            replicates=survey.replicates,
            seed=survey.seed,
            statutory=how["statutory"],
            sensitivity=[*how["sensitivity"], *beside],
        )
    )
    gone = [key for key, q in standing.items() if _is_coordination(q) and key not in activities]
    changing.remove(survey.version, gone)
    changing.add(survey.version, [q for q in wanted if q.key not in standing])
    return _define(survey, how)


@action(Permission.SURVEY_EDIT)
def add_question(
    survey: Survey,
    *,
    by: Actor,
    kind: str,
    text: str,
    help: str = "",  # noqa: A002 - the word people read
    labels: Sequence[str] = (),
    required: bool = False,
    least: Decimal | None = None,
    most: Decimal | None = None,
    is_whole: bool = False,
    key: str = "",
) -> Question:
    """One more question of its own, at the end. In files it is called `key`, or after its words."""
    survey = _held(survey)
    said = Wording(kind, text, help, tuple(labels), required, least, most, is_whole)
    taken = {q.key for q in queries.asked_questions(survey)} | {*UNIT_HEADERS}
    reasons = forms.why_not_ask(said) + forms.why_not_one_more(len(taken) - len(UNIT_HEADERS))
    _refuse(reasons + (forms.why_not_key(key, taken) if key else []))
    main = survey.version.languages[0]
    codes = forms.codes_for(said.labels, []) if kind in OF_CHOICES else []
    question = NewQuestion(
        key=key or forms.key_for(text, taken),
        text=text.strip(),
        choices=tuple(codes),
        kind=kind,
        help={main: help.strip()} if help.strip() else {},
        labels={code: {main: label} for code, label in zip(codes, labels, strict=bool(codes))},
        required=required,
        least=least,
        most=most,
        is_whole=is_whole,
    )
    return changing.add(survey.version, [question])[0]


@action(Permission.SURVEY_EDIT)
def change_question(
    survey: Survey,
    *,
    by: Actor,
    question: str,
    text: str,
    help: str = "",  # noqa: A002 - the word people read
    labels: Sequence[str] = (),
    required: bool = False,
    least: Decimal | None = None,
    most: Decimal | None = None,
    is_whole: bool = False,
) -> Survey:
    """Put a question of its own into other words. What it is called in files stays."""
    survey = _held(survey)
    row = _question(survey, question)
    said = Wording(row.kind, text, help, tuple(labels), required, least, most, is_whole)
    _refuse(forms.why_not_ask(said))
    changing.change(row, said)
    return survey


@action(Permission.SURVEY_EDIT)
def move_question(survey: Survey, *, by: Actor, question: str, up: bool) -> Survey:
    """One place up or down."""
    survey = _held(survey)
    changing.move(_question(survey, question), up=up)
    return survey


@action(Permission.SURVEY_EDIT)
def remove_question(survey: Survey, *, by: Actor, question: str) -> Survey:
    """Ask it no more; a second look that left it out looks at the rest."""
    survey = _held(survey)
    changing.remove(survey.version, [_question(survey, question).key])
    left = [q.key for q in queries.asked_questions(survey) if _is_coordination(q)]
    others = [key for key in left if key not in survey.statutory]
    sensitivity = [key for key in survey.sensitivity if key in others]
    # A second look that leaves everything out looks at nothing.
    how = _definitions(survey, left, sensitivity if len(sensitivity) < len(others) else [])
    return _define(survey, how)


@action(Permission.SURVEY_EDIT)
def choose_languages(survey: Survey, *, by: Actor, languages: Sequence[str]) -> Survey:
    """The languages it is asked in besides the main one."""
    survey = _held(survey)
    _refuse(questionnaire.why_not_speak(languages, survey.version.languages[0]))
    changing.speak(survey.version, languages)
    return survey


@action(Permission.SURVEY_EDIT)
def translate(
    survey: Survey, *, by: Actor, language: str, texts: Mapping[tuple[str, str, str], str]
) -> Survey:
    """Keep texts in one of its other languages; what was left empty is missing still.

    The answers to who coordinates an activity are written once and hold for all of them.
    """
    survey = _held(survey)
    if language not in survey.version.languages[1:]:
        raise NotVisible("language", language)
    questions = queries.asked_questions(survey)
    known = {
        (each.question, each.part, each.code): each.main
        for each, _said in questionnaire.texts(survey.version, survey.title, questions, language)
    }
    kept = {part: form_rules.cleaned(said) for part, said in texts.items() if part in known}
    _refuse(questionnaire.why_not_write(kept))
    coordinated = [q.key for q in questions if _is_coordination(q)]
    for (key, part, code), said in list(kept.items()):
        if part == "label" and key in coordinated:
            kept.update({(each, part, code): said for each in coordinated})
    changing.translate(survey.version, language, kept)
    return survey


@action(Permission.SURVEY_EDIT)
def ask_units(
    survey: Survey,
    *,
    by: Actor,
    units: Iterable[Organisation],
    sides: Sequence[str],
    number: int | None = None,
    by_groups: str = "",
    seed: int | None = None,
) -> Survey:
    """Ask all of these units, or `number` of them drawn out of them; from now on the survey is no draft.

    A drawing keeps its seed and all it was drawn from, so that it can be made again.
    """
    survey = _held(survey)
    frame, questions = list(units), queries.asked_questions(survey)
    reasons = rules.why_not_choose_again(
        named=Respondent.objects.filter(survey=survey).exists(),
        is_fixed=survey.version.fixed_at is not None,
    )
    reasons += rules.why_not_open(len(questions)) + rules.why_not_ask_units(len(frame))
    reasons += rules.why_not_ask_sides(sides)
    reasons += questionnaire.why_not_open(survey.version, survey.title, questions)
    if by_groups:
        reasons += drawing.why_not_draw(number=number, of=len(frame), by_groups=by_groups)
    _refuse(reasons)
    SurveyUnit.objects.filter(survey=survey).delete()
    Drawing.objects.filter(survey=survey).delete()
    asked = frame
    if by_groups:
        asked = _drawn(survey, frame, by, number=number or 0, by_groups=by_groups, seed=seed)
    opening.keep_frame(survey, asked)
    survey.sides = [str(side) for side in Side.values if side in sides]
    survey.is_draft = False
    survey.save(update_fields=["sides", "is_draft"])
    return survey


def _drawn(
    survey: Survey, frame: list[Organisation], by: Actor, *, number: int, by_groups: str, seed: int | None
) -> list[Organisation]:
    seed = secrets.randbits(31) if seed is None else seed
    groups = drawing.groups_by(by_groups, [(unit.unit_kind, unit.size) for unit in frame])
    generator = Random(seed)  # noqa: S311 - a sample that can be drawn again, not a secret
    drawn = drawing.draw(groups, number, generator)
    chosen = set(drawn)
    Drawing.objects.create(
        scope_id=survey.scope_id,
        survey=survey,
        by_groups=DrawnBy(by_groups),
        drawn=number,
        seed=seed,
        drawn_at=by.at,
        frame=[
            [str(unit.pk), unit.unit_kind, unit.size, unit.place_id, int(place in chosen)]
            for place, unit in enumerate(frame)
        ],
    )
    return [frame[place] for place in drawn]


@action(Permission.SURVEY_ADD)
def copy_survey(
    owner: Organisation,
    *,
    by: Actor,
    earlier: Survey,
    title: str,
    opened_on: date | None = None,
    closed_on: date | None = None,
) -> Survey:
    """A draft with the same questions and definitions, so that the two compare; whom it asks is chosen anew."""
    # Whoever makes surveys for the owner may change every one of hers, and so read what it asks.
    if earlier.owner_id != owner.pk:
        raise NotVisible("survey", earlier.pk)
    _refuse(rules.why_not_call_it(title=title, opened_on=opened_on, closed_on=closed_on))
    # Its version as it stands now, not as somebody read it before.
    earlier = _held(earlier)
    return opening.open_survey(
        owner,
        changing.copies_of(earlier.version),
        by=by,
        languages=earlier.version.languages,
        titles=earlier.version.titles,
        title=title.strip(),
        country=earlier.country,
        opened_on=opened_on,
        closed_on=closed_on,
        is_draft=True,
        repeats=earlier,
        sides=earlier.sides,
        window_days=earlier.window_days,
        contact=earlier.contact,
        synthetic=earlier.synthetic,
        statutory=earlier.statutory,
        sensitivity=earlier.sensitivity,
        replicates=earlier.replicates,
        seed=earlier.seed,
    )


@action(Permission.SURVEY_EDIT)
def drop_draft(survey: Survey, *, by: Actor) -> None:
    """Throw a draft away: nobody has been asked by it, and nothing of it is kept."""
    survey = _held(survey)
    _refuse(rules.why_not_drop(is_draft=survey.is_draft))
    scope, version = survey.scope, survey.version
    Grant.objects.filter(scope=scope).delete()
    survey.delete()
    changing.drop(version)
    scope.delete()


def _definitions(survey: Survey, keys: Sequence[str], sensitivity: Sequence[str]) -> dict[str, list[str]]:
    found = opening.definitions(survey.country, keys)
    return {"statutory": found["statutory"], "sensitivity": sorted(sensitivity, key=list(keys).index)}


def _define(survey: Survey, how: Mapping[str, list[str]]) -> Survey:
    survey.statutory, survey.sensitivity = how["statutory"], how["sensitivity"]
    survey.save(update_fields=["statutory", "sensitivity"])
    return survey


def _is_coordination(question: Question) -> bool:
    return question.kind == QuestionKind.COORDINATION


def _question(survey: Survey, key: str) -> Question:
    found = Question.objects.filter(version=survey.version, key=key).select_related("version").first()
    if found is None:
        raise NotVisible("question", key)
    return found


def _held(survey: Survey) -> Survey:
    """The survey, locked, with its version as it stands now."""
    locked = Survey.objects.select_for_update(of=("self",))
    return locked.select_related("version__form", "scope", "country").get(pk=survey.pk)


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
