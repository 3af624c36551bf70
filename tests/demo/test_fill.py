"""What the demonstration is filled with: the published table comes out of the real computation."""

from collections import Counter
from uuid import UUID

import pytest

from alongside.assess.surveys import asking_queries, queries, respondent_queries
from alongside.assess.surveys.kinds import INVITATION, REMINDER, TEMPLATES, Round
from alongside.assess.surveys.models import Survey
from alongside.commons.people import identity
from alongside.commons.people.models import Organisation
from alongside.commons.places import queries as places
from alongside.commons.places.models import Place
from alongside.core.access import actor, audit
from alongside.core.access.models import AuditRow, Grant
from alongside.core.access.roles import Role
from alongside.core.outbox import queries as outbox
from alongside.demo.beside import EARLIER
from alongside.demo.people import PEOPLE
from alongside.demo.survey import TITLE
from alongside.demo.under_way import UNDER_WAY
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

# Per cent as published (Andfossen 2020, Table 2); what the text does not pin is not listed.
PUBLISHED = {
    "day-centre": {"unit": 95, "together": 5},
    "meal-delivery": {"unit": 62, "organisation": 15},
    "culture-nursing-home": {"unit": 49},
    "culture-home-care": {"organisation": 42},
    "physical": {"unit": 60},
    "social": {"organisation": 51},
}


def seen_by(filled, handle):
    people, _steps = filled
    return actor.user(UUID(people[handle]), NOW)


@pytest.fixture
def table(filled):
    by = seen_by(filled, "researcher")
    return queries.table(by, queries.surveys(by).get(title=TITLE))


@pytest.fixture
def rows(table):
    return {row["activity"]: row for row in table.result["rows"]}


def test_the_published_percentages_come_out(rows):
    found = {
        activity: {answer: round(100 * rows[activity]["shares"][answer]["estimate"]) for answer in published}
        for activity, published in PUBLISHED.items()
    }
    assert found == PUBLISHED


def test_together_is_about_a_quarter_but_for_day_centres(rows):
    together = {a: row["shares"]["together"]["estimate"] for a, row in rows.items() if a != "day-centre"}
    assert {a: share for a, share in together.items() if not 0.22 < share < 0.28} == {}


def test_what_is_left_out_is_shown_and_lies_where_it_was_published(rows):
    left_out = {a: row["excluded_share"] for a, row in rows.items()}
    assert (min(left_out.values()), max(left_out.values())) == (0.0, 0.35)
    for row in rows.values():
        assert row["excluded"] == row["other"] + row["unsure"]
        assert row["n"] + row["excluded"] + row["not_offered"] == 244


def test_social_activities_are_found_most_and_those_for_home_care_alone_least(rows):
    offered = {a: row["n"] + row["excluded"] for a, row in rows.items()}
    by_size = sorted(offered, key=offered.get, reverse=True)
    assert by_size[0] == "social"
    assert set(by_size[-2:]) == {"meal-delivery", "culture-home-care"}


def test_what_the_law_requires_and_the_second_look(table, rows):
    assert {a for a, row in rows.items() if row["statutory"]} == {"day-centre", "meal-delivery"}
    (run,) = table.result["sensitivity"]
    assert run["left_out"] == ["social"]
    mean = next(c for c in table.result["comparisons"] if c["kind"] != "activity" and c["answer"] == "unit")
    ninety_nine = next(i for i in mean["intervals"] if i["level"] == 0.99)
    assert ninety_nine["low"] > 0, "units coordinate more where the law requires it, at 99 %"


def test_a_survey_is_under_way_beside_the_closed_one(filled):
    by = seen_by(filled, "researcher")
    survey = queries.surveys(by).get(title=UNDER_WAY)
    found = {side: queries.response(by, survey, side) for side in survey.sides}
    assert set(found) == {"staff", "volunteers"}
    for side, response in found.items():
        assert 5 < response.answered < response.asked - 5, side
    caller = seen_by(filled, "interviewer")
    assert respondent_queries.to_call(caller, survey).count() > 10
    assert {each.title for each in queries.surveys(caller)} == {TITLE, UNDER_WAY, EARLIER}
    own = Grant.objects.get(subject=caller.subject, role=Role.INTERVIEWER)
    assert own.scope_id == survey.scope_id


def test_the_one_under_way_has_been_written_to(filled):
    """Everything that can become of a message is there to be seen."""
    by = seen_by(filled, "researcher")
    survey = queries.surveys(by).get(title=UNDER_WAY)
    tally = Counter()
    for each in outbox.tally(by, survey.scope, TEMPLATES):
        tally[each.template, each.channel, each.state, each.is_out] += each.count
    assert tally[INVITATION, "e-mail", "sent", True] > 20
    assert tally[INVITATION, "letter", "sent", True] > 8
    assert tally[INVITATION, "e-mail", "failed", False] == 1
    assert tally[REMINDER, "e-mail", "sent", True] > 8
    assert tally[REMINDER, "letter", "sent", False] > 3, "they wait for the printer"
    for state in ("refused", "not-reached"):
        assert respondent_queries.respondents(by, survey, answered=state).count() == 1
    assert asking_queries.plans(by, survey)[Round.REMINDER].writes == 0, "they were reminded two days ago"


def test_the_response_rate(filled, table):
    by = seen_by(filled, "researcher")
    response = queries.response(by, queries.surveys(by).get(title=TITLE))
    assert (response.asked, response.answered) == (316, 244)
    assert round(100 * response.answered / response.asked, 1) == 77.2
    assert {a.group: a.answered for a in response.by_kind} == {
        "nursing home": 128, "home care": 94, "nursing home and home care": 11, "other care unit": 11,
    }  # fmt: skip
    assert (table.asked, table.answered, table.state) == (316, 244, "current")


def test_everything_says_that_it_is_made_up(filled):
    assert {survey.synthetic for survey in Survey.objects.all()} == {True}
    kinds = set(Place.objects.filter(codes__system="local").values_list("kind", flat=True))
    assert kinds == {"fictional region", "fictional municipality"}


def test_the_map_is_real_where_it_is_not_fictional(filled):
    assert [p.name for p in places.path(places.by_code("iso-3166-2", "NO-03"))] == ["Norway", "Oslo"]
    assert places.by_code("iso-3166-1", "XK").name == "Kosovo"
    snohamar = places.by_code("local", "X101")
    assert [p.name for p in places.path(snohamar)] == ["Norway", "Nordljos", "Snøhamar"]


def test_the_sides_are_there(filled):
    bodies = Organisation.objects.filter(parent=None)
    assert bodies.filter(name__endswith=" municipality").count() == 50
    assert Organisation.objects.exclude(unit_kind="").count() == 316
    assert bodies.filter(kind="voluntary organisation").count() == 3


def test_there_is_somebody_for_every_role_that_people_hold(filled):
    people, _steps = filled
    assert set(people) == {p.handle for p in PEOPLE}
    by_handle = {
        handle: set(Grant.objects.filter(subject=pk).values_list("role", flat=True))
        for handle, pk in people.items()
    }
    held = set().union(*by_handle.values())
    by_other_ways = {Role.VISITOR, Role.MEMBER, Role.LINK_HOLDER, Role.RESPONDENT}
    by_other_ways |= {Role.WORKER, Role.OPERATOR, Role.READER}
    assert held == set(Role) - by_other_ways
    assert Role.SURVEY_OWNER in by_handle["researcher"]
    assert Role.COORDINATOR in by_handle["unit-coordinator"]


def test_others_read_the_table_with_small_cells_closed(filled):
    for handle in ("official", "volunteer", "evaluator", "administrator"):
        by = seen_by(filled, handle)
        view = queries.table(by, queries.surveys(by).get(title=TITLE))
        assert not view.is_open
        day = next(row for row in view.result["rows"] if row["activity"] == "day-centre")
        assert {a for a, share in day["shares"].items() if share.get("closed")} == {
            "organisation",
            "together",
        }


def test_names_are_open_to_those_who_look_after_people_alone(filled):
    people, _steps = filled
    everybody = [UUID(pk) for pk in people.values()]
    seen = {handle: set(identity.names(seen_by(filled, handle), everybody)) for handle in people}
    assert seen["administrator"] == {UUID(people["administrator"])}
    assert UUID(people["specialist"]) in seen["coordinator"]
    assert UUID(people["organisation-coordinator"]) not in seen["coordinator"]


def test_it_was_done_by_actions_and_sealed(filled):
    verbs = set(AuditRow.objects.values_list("verb", flat=True))
    assert {
        "places.import_places", "people.add_unit", "people.add_person", "surveys.make_survey",
        "surveys.import_answers", "surveys.publish", "surveys.keep_table",
    } <= verbs  # fmt: skip
    assert audit.verify() == []
    assert audit.seal(actor.worker(NOW)) == 0, "the worker's step has sealed everything"


def test_progress_is_told(filled):
    _people, steps = filled
    assert [step.split(":")[0] for step in steps] == [
        "Places",
        "Organisations",
        "People",
        "Survey",
        "Survey under way",
        "Table",
    ]
