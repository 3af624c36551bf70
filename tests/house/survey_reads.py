"""The reads of surveys; they belong to tests/house/reads.py."""

from alongside.assess.surveys import answering, bias, computing, response
from alongside.assess.surveys import asking_queries as asking
from alongside.assess.surveys import comparison_queries as comparisons
from alongside.assess.surveys import making_queries as makings
from alongside.assess.surveys import queries as surveys
from alongside.assess.surveys import respondent_queries as respondents
from alongside.assess.surveys import words_queries as words_of
from alongside.assess.surveys.models import Respondent, Survey
from alongside.commons.people.models import Organisation
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission as P
from alongside.core.kit.refusal import NotVisible
from tests.house.reading import Ids, Read, each, every, found, these
from tests.house.world import ORGANISATIONS, RESPONDENTS, SURVEYS, World


def own_sheet(actor: Actor, _world: World) -> Ids:
    try:
        return {answering.sheet(actor).respondent.pk}
    except NotVisible:
        return set()


WITH_RESPONDENTS = (*SURVEYS, "survey with words")
SURVEY_READS: dict[str, Read] = {
    "assess.surveys.queries.surveys": Read(
        P.SURVEY_VIEW, every(Survey, is_draft=False), lambda a, w: found(surveys.surveys(a))
    ),
    "assess.surveys.queries.survey": Read(
        P.SURVEY_VIEW, these(*SURVEYS), each(lambda a, s: surveys.survey(a, s.pk), *SURVEYS)
    ),
    "assess.surveys.queries.may": Read(
        P.SURVEY_PUBLISH,
        these(*SURVEYS),
        each(lambda a, s: surveys.may(a, s, [P.SURVEY_PUBLISH]) or None, *SURVEYS),
    ),
    "assess.surveys.queries.owners": Read(
        P.SURVEY_ADD,
        every(Organisation),
        each(lambda me, o: o in surveys.owners(me) or None, *ORGANISATIONS, "institute", "other_unit"),
    ),
    "assess.surveys.making_queries.drafts": Read(
        P.SURVEY_EDIT, these("draft survey"), lambda a, w: found(makings.drafts(a))
    ),
    "assess.surveys.making_queries.survey": Read(
        P.SURVEY_EDIT,
        these("draft survey", *SURVEYS),
        each(lambda a, s: makings.survey(a, s.pk), "draft survey", *SURVEYS),
    ),
    "assess.surveys.making_queries.may_copy": Read(
        P.SURVEY_ADD,
        these(*SURVEYS),
        each(lambda a, s: makings.may_copy(a, s) or None, *SURVEYS),
        on="institute",
    ),
    "assess.surveys.making_queries.units_to_ask": Read(
        P.ORGANISATION_VIEW, these("unit", "other_unit"), lambda a, w: found(makings.units_to_ask(a))
    ),
    "assess.surveys.making_queries.units_as_before": Read(
        P.ORGANISATION_VIEW,
        these("unit", "other_unit"),
        lambda a, w: found(makings.units_as_before(a, w.rows["closed survey"])),
    ),
    "assess.surveys.making_queries.units_counted": Read(
        P.ORGANISATION_VIEW,
        these("unit"),
        lambda a, w: {w.rows["unit"].pk for _ in makings.units_counted(a)},
    ),
    "assess.surveys.queries.response": Read(
        P.SURVEY_TABLE_OPEN,
        these(*SURVEYS),
        each(lambda a, s: surveys.response(a, s).by_place, *SURVEYS),
    ),
    "assess.surveys.queries.table": Read(
        P.SURVEY_TABLE_OPEN, these(*SURVEYS), each(lambda a, s: surveys.table(a, s).is_open or None, *SURVEYS)
    ),
    "assess.surveys.queries.open_among": Read(
        P.SURVEY_TABLE_OPEN, these(*SURVEYS), each(lambda a, s: surveys.open_among(a, [s]) or None, *SURVEYS)
    ),
    "assess.surveys.queries.answers": Read(
        P.SURVEY_ANSWERS_EXPORT, these(*SURVEYS), each(lambda a, s: surveys.answers(a, s.pk), *SURVEYS)
    ),
    "assess.surveys.words_queries.words": Read(
        P.SURVEY_ANSWERS_EXPORT,
        these("survey with words"),
        each(lambda a, s: words_of.words(a, s.pk, "cost"), "survey with words"),
    ),
    "assess.surveys.respondent_queries.respondents": Read(
        P.RESPONDENT_VIEW,
        every(Respondent),
        lambda a, w: {row.pk for s in WITH_RESPONDENTS for row in respondents.respondents(a, w.rows[s])},
    ),
    "assess.surveys.respondent_queries.to_call": Read(
        P.SURVEY_ANSWER_FOR,
        these(*RESPONDENTS),
        lambda a, w: {row.pk for s in SURVEYS for row in respondents.to_call(a, w.rows[s])},
    ),
    "assess.surveys.respondent_queries.respondent": Read(
        P.RESPONDENT_VIEW,
        these(*RESPONDENTS),
        each(lambda a, r: respondents.respondent(a, r.pk), *RESPONDENTS),
    ),
    "assess.surveys.answering.sheet": Read(P.SURVEY_ANSWER, every(Respondent), own_sheet),
    "assess.surveys.answering.sheet_for": Read(
        P.SURVEY_ANSWER_FOR,
        these(*RESPONDENTS),
        each(lambda a, r: answering.sheet_for(a, r.pk), *RESPONDENTS),
    ),
    "assess.surveys.computing.due_surveys": Read(
        P.SURVEY_TABLE_COMPUTE,
        these("due survey", "survey with words"),
        lambda a, w: found(computing.due_surveys(a)),
    ),
    "assess.surveys.comparison_queries.sides": Read(
        P.SURVEY_TABLE_OPEN,
        these(*SURVEYS),
        each(lambda a, s: comparisons.sides(a, s, "staff", "volunteers").is_open or None, *SURVEYS),
    ),
    "assess.surveys.comparison_queries.earlier": Read(
        P.SURVEY_TABLE_VIEW,
        these("earlier survey"),
        lambda a, w: found(comparisons.earlier(a, w.rows["survey for anyone"])),
    ),
    "assess.surveys.comparison_queries.years": Read(
        P.SURVEY_TABLE_OPEN,
        these(*SURVEYS),
        lambda a, w: {
            w.rows[name].pk
            for name in SURVEYS
            if comparisons.years(a, w.rows[name], w.rows["earlier survey"], "staff").is_open
        },
        also=lambda w, who, row: w.may(who, P.SURVEY_TABLE_OPEN, w.rows["earlier survey"]),
    ),
    "assess.surveys.bias.extremes": Read(
        P.SURVEY_TABLE_VIEW,
        these(*SURVEYS),
        each(lambda a, s: bias.extremes(a, s, "staff") or None, *SURVEYS),
    ),
    "assess.surveys.response.response_by": Read(
        P.SURVEY_TABLE_OPEN,
        these(*SURVEYS),
        each(lambda a, s: response.response_by(a, s).groups.get("place"), *SURVEYS),
    ),
    "assess.surveys.asking_queries.left_alone": Read(
        P.SURVEY_WRITE, these(*SURVEYS), each(lambda a, s: asking.left_alone(a, s) or None, *SURVEYS)
    ),
    "assess.surveys.asking_queries.plans": Read(
        P.SURVEY_WRITE, these(*SURVEYS), each(lambda a, s: asking.plans(a, s) or None, *SURVEYS)
    ),
}
