"""Making a survey, taking answers in, opening its table."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from alongside.assess.surveys import actions, computing, queries
from alongside.assess.surveys.models import Survey, SurveyUnit
from alongside.commons.forms.models import Mode, Submission
from alongside.commons.forms.queries import questions
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow, Grant
from alongside.core.access.permissions import Permission as P
from alongside.core.access.policy import can
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import NotVisible, Refused
from tests.conftest import NOW
from tests.factories import surveys as made
from tests.factories.house import build


def standing(survey):
    survey.refresh_from_db()
    return survey.revision, dict(queries.answer_rows(survey))


def refused(house, survey, rows, **more):
    with pytest.raises(Refused) as caught:
        made.answer(house, survey, rows, **more)
    return [(r.code, r.row, r.column) for r in caught.value.reasons]


def test_a_survey_freezes_its_frame_and_what_the_law_requires(house):
    survey = made.survey(house, opened_on=date(2027, 4, 1), closed_on=date(2027, 4, 28))
    assert list(SurveyUnit.objects.order_by("code").values_list("code", "unit__name")) == [
        ("001", "Solbakken"),
        ("002", "Unit 2"),
        ("003", "Unit 3"),
    ]
    assert (survey.statutory, survey.sensitivity) == (["day-centre"], ["social"])
    assert [(q.key, q.text, q.activity.key) for q in questions(survey.version)] == [
        ("day-centre", "Day centres", "day-centre"),
        ("physical", "Physical activities", "physical"),
        ("social", "Social activities", "social"),
    ]
    assert survey.version.fixed_at is None


def test_an_activity_that_the_catalogue_does_not_have(house):
    survey = made.survey(house, activities=["social", ("chess", "Playing chess")], sensitivity=[])
    assert [(a.key, a.text) for a in queries.asked_activities(survey)] == [
        ("social", "Social activities"),
        ("chess", "Playing chess"),
    ]


def test_whoever_makes_a_survey_answers_for_it(house):
    survey = made.survey(house)
    owner = house.as_("researcher")
    wanted = (P.SURVEY_IMPORT, P.SURVEY_PUBLISH, P.SURVEY_TABLE_OPEN, P.SURVEY_ANSWERS_EXPORT)
    assert queries.may(owner, survey, wanted) == set(wanted)
    assert queries.may(house.as_("evaluator"), survey, wanted) == set()
    assert can(house.as_("evaluator"), P.SURVEY_VIEW, survey)


def test_the_machine_s_operator_can_make_one_without_owning_it(house):
    survey = actions.make_survey(
        house.institute,
        by=house.operator,
        title="A",
        country=house.norway,
        activities=["social"],
        units=[house.unit],
    )
    assert not Grant.objects.filter(scope=survey.scope, role=Role.SURVEY_OWNER).exists()
    assert 0 <= survey.seed < 2**31


def test_a_survey_that_makes_no_sense_leaves_nothing(house):
    with pytest.raises(Refused) as caught:
        made.survey(house, of=[], title=" ", activities=["chess"], sensitivity=["social"])
    codes = [r.code for r in caught.value.reasons]
    assert codes == ["no-title", "unknown-activity", "no-units", "not-to-leave-out"]
    assert not Survey.objects.exists()


@pytest.mark.parametrize("name", ["coordinator", "volunteer", "administrator"])
def test_others_can_make_no_survey(house, name):
    with pytest.raises(NotVisible):
        made.survey(house, by=name)


def test_two_hundred_units_come_in_with_one_file(house):
    survey = made.survey(house, of=200)
    rows = made.turns(survey, 200)
    rows |= {code: ["", "", ""] for code in rows if int(code) % 7 == 0}
    answered = {code: cells for code, cells in rows.items() if any(cells)}
    done = made.answer(house, survey, rows)
    assert (done.added, done.replaced, done.unchanged, done.empty) == (172, 0, 0, 28)
    revision, kept = standing(survey)
    assert revision == 1
    assert kept == {
        code: {k: cell for k, cell in zip(made.ACTIVITIES, cells, strict=True) if cell}
        for code, cells in answered.items()
    }
    one = Submission.objects.filter(scope=survey.scope).first()
    assert (one.mode, one.writer_id, one.made_at) == (Mode.PROXY, house.people["researcher"].id, house.at)
    assert one.speaker_id is None


def test_a_file_with_a_bad_row_changes_nothing(house):
    survey = made.survey(house)
    before = AuditRow.objects.count()
    rows = {"001": ["unit", "", "together"], "002": ["unit", "maybe", ""], "099": ["", "", "unit"]}
    assert refused(house, survey, rows) == [("not-a-choice", 3, "physical"), ("unknown-unit", 4, "unit")]
    assert standing(survey) == (0, {})
    assert AuditRow.objects.count() == before


def test_the_same_file_again_changes_nothing(house):
    survey = made.survey(house)
    made.answer(house, survey, {"001": ["unit", "", "together"]})
    done = made.answer(house, survey, {"001": ["Unit", "", "together"], "002": ["", "", ""]})
    assert (done.added, done.replaced, done.unchanged, done.empty) == (0, 0, 1, 1)
    assert standing(survey)[0] == 1
    assert Submission.objects.filter(scope=survey.scope).count() == 1


def test_other_answers_need_a_word_and_are_kept_as_versions(house):
    survey = made.survey(house)
    made.answer(house, survey, {"001": ["unit", "", "together"]})
    later = {"001": ["unit", "unit", "together"], "002": ["", "unsure", ""]}
    assert refused(house, survey, later) == [("answered", 2, "unit")]
    assert standing(survey) == (1, {"001": {"day-centre": "unit", "social": "together"}})
    done = made.answer(house, survey, later, replace=True)
    assert (done.added, done.replaced) == (1, 1)
    revision, kept = standing(survey)
    assert revision == 2
    assert kept["001"] == {"day-centre": "unit", "physical": "unit", "social": "together"}
    corrected = Submission.objects.get(scope=survey.scope, current=False)
    assert corrected.replaced_by.answers == kept["001"]


def test_answers_of_units_that_offer_nothing_count_as_answers(house):
    survey = made.survey(house)
    made.answer(house, survey, {"001": ["not offered", "", ""]})
    assert standing(survey) == (1, {"001": {}})
    assert queries.response(house.as_("researcher"), survey).answered == 1


def test_units_can_be_named_instead_of_coded(house):
    survey = made.survey(house)
    made.answer(house, survey, {"Fjellvik / Solbakken": ["unit", "", ""], "unit 3": ["", "", "other"]})
    assert standing(survey)[1] == {"001": {"day-centre": "unit"}, "003": {"social": "other"}}


def test_an_import_that_can_t_be_written_down_is_undone(house):
    """The audit's table is broken for real: nothing of the import may stay."""
    survey = made.survey(house)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE access_auditrow RENAME COLUMN verb TO verb_gone")
        with pytest.raises(Exception, match="verb"), transaction.atomic():
            made.answer(house, survey, {"001": ["unit", "", "together"]})
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE access_auditrow RENAME COLUMN verb_gone TO verb")
    assert standing(survey) == (0, {})


def test_the_audit_tells_of_an_import_without_its_answers(house):
    survey = made.survey(house)
    made.answer(house, survey, {"001": ["unit", "", "together"]})
    row = AuditRow.objects.latest("id")
    assert (row.verb, row.object_id, row.scope_id) == (
        "surveys.import_answers",
        str(survey.pk),
        survey.scope_id,
    )
    assert row.fields == ["content"]


@pytest.mark.parametrize("name", ["evaluator", "coordinator", "administrator"])
def test_others_can_bring_no_answers_in(house, name):
    survey = made.survey(house)
    with pytest.raises(NotVisible):
        made.answer(house, survey, {"001": ["unit", "", ""]}, by=name)


def test_two_files_at_once_leave_one_consistent_set(committed):
    """Each of four people brings other answers of the same units: one wins, the others are told."""
    house = build(NOW)
    survey = made.survey(house, of=40)
    files = [made.file(survey, made.turns(survey, 40, start=start)) for start in range(4)]
    barrier = threading.Barrier(len(files))
    came: dict[int, str] = {}

    def bring(number: int) -> None:
        try:
            barrier.wait()
            actions.import_answers(survey, by=house.as_("researcher"), content=files[number])
            came[number] = "in"
        except Refused as refused:
            came[number] = refused.reasons[0].code
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(len(files))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came.values()) == ["answered", "answered", "answered", "in"]
    winner = next(number for number, how in came.items() if how == "in")
    revision, kept = standing(survey)
    assert revision == 1
    assert kept == {
        code: {k: cell for k, cell in zip(made.ACTIVITIES, cells, strict=True) if cell}
        for code, cells in made.turns(survey, 40, start=winner).items()
        if any(cells)
    }


def who_sees(house, survey):
    """The table's readers among a visitor, a stranger who can sign in, and the owner."""
    tried = {
        "visitor": actors.anonymous(house.at),
        "stranger": house.as_("nobody"),
        "owner": house.as_("researcher"),
    }
    return {name for name, actor in tried.items() if can(actor, P.SURVEY_TABLE_VIEW, survey)}


def test_a_table_is_opened_and_closed_again(house):
    survey = made.survey(house)
    by = house.as_("researcher")
    assert who_sees(house, survey) == {"owner"}
    steps = [
        ("signed in", {"owner", "stranger"}),
        ("anyone", {"owner", "stranger", "visitor"}),
        ("nobody", {"owner"}),
    ]
    for to, expected in [*steps, *steps]:
        actions.publish(survey, by=by, to=to)
        assert (queries.open_to(survey, house.at), who_sees(house, survey)) == (to, expected)
    actions.publish(survey, by=by, to="anyone")
    before = Grant.objects.count()
    actions.publish(survey, by=by, to="anyone")
    assert Grant.objects.count() == before
    assert not any(
        can(actors.anonymous(house.at), p, survey) for p in (P.SURVEY_TABLE_OPEN, P.SURVEY_ANSWERS_EXPORT)
    )


def test_a_table_is_opened_by_its_owner_alone_and_only_to_those_that_there_are(house):
    survey = made.survey(house)
    with pytest.raises(NotVisible):
        actions.publish(survey, by=house.as_("evaluator"), to="anyone")
    with pytest.raises(Refused):
        actions.publish(survey, by=house.as_("researcher"), to="everyone")
    assert queries.open_to(survey, house.at) == "nobody"


def test_other_definitions_begin_a_new_revision(house):
    survey = made.survey(house)
    by = house.as_("researcher")
    same = {"replicates": 1000, "seed": 7, "sensitivity": ["social"]}
    assert actions.change_definitions(survey, by=by, **same).revision == 0
    changed = actions.change_definitions(survey, by=by, **{**same, "sensitivity": []})
    assert (changed.revision, changed.sensitivity) == (1, [])
    with pytest.raises(Refused):
        actions.change_definitions(survey, by=by, **{**same, "sensitivity": ["day-centre"]})
    with pytest.raises(NotVisible):
        actions.change_definitions(survey, by=house.as_("evaluator"), **same)
    survey.refresh_from_db()
    assert (survey.revision, survey.leased_until) == (1, None)


def test_a_survey_is_found_by_those_who_may_see_it_and_its_answers_come_out_with_a_trace(house):
    survey = made.survey(house)
    made.answer(house, survey, {"001": ["unit", "", "together"]})
    stranger = house.as_("nobody")
    assert list(queries.surveys(stranger)) == []
    for read in (queries.survey, queries.answers):
        with pytest.raises(NotVisible):
            read(stranger, survey.pk)
    assert [s.pk for s in queries.surveys(house.as_("evaluator"))] == [survey.pk]
    with pytest.raises(NotVisible):
        queries.answers(house.as_("evaluator"), survey.pk)
    found = queries.answers(house.as_("researcher"), survey.pk)
    assert list(found.rows) == [("001", {"day-centre": "unit", "social": "together"})]
    row = AuditRow.objects.latest("id")
    assert (row.verb, row.outcome) == ("surveys.answers", "seen")


def test_who_answered_by_kind_and_by_place(house):
    survey = made.survey(house, of=48)
    made.answer(house, survey, {f"{n:03}": ["unit", "", ""] for n in range(1, 25)})
    mine = queries.response(house.as_("researcher"), survey)
    assert (mine.asked, mine.answered) == (48, 24)
    assert sum(each.answered for each in mine.by_kind) == sum(each.answered for each in mine.by_place) == 24
    assert [each.group for each in mine.by_place] == ["Innlandet", "Trøndelag"]
    computing.compute_due(house.worker)
    others = queries.response(house.as_("evaluator"), survey)
    assert others.by_place is None
    assert others.by_kind == mine.by_kind


def test_a_kind_of_which_few_answered_closes_all_kinds_to_others(house):
    survey = made.survey(house, of=40)
    made.answer(house, survey, {f"{n:03}": ["unit", "", ""] for n in range(1, 8)})
    assert queries.response(house.as_("evaluator"), survey).answered is None
    computing.compute_due(house.worker)
    others = queries.response(house.as_("evaluator"), survey)
    assert others.answered == 7
    assert [each.answered for each in others.by_kind] == [None] * 4
    assert sum(each.answered for each in queries.response(house.as_("researcher"), survey).by_kind) == 7


def test_surveys_are_found_by_words_and_by_whether_there_are_answers(house):
    first = made.survey(house, title="Spring")
    second = made.survey(house, of=[house.unit], title="Autumn")
    made.answer(house, first, {"001": ["unit", "", "together"]})
    by = house.as_("researcher")

    def found(**asked):
        return [s.title for s in queries.surveys(by, **asked)]

    assert found() == ["Autumn", "Spring"]
    assert found(words="spr") == ["Spring"]
    assert found(words="care research") == ["Autumn", "Spring"]
    assert found(having="answers") == ["Spring"]
    assert found(having="no answers") == ["Autumn"]
    listed = queries.surveys(by).get(pk=first.pk)
    assert (listed.asked, listed.answered, listed.table_revision) == (3, 1, None)
    assert second.pk


def test_a_reader_s_grant_holds_from_the_moment_it_is_given(house):
    survey = made.survey(house)
    actions.publish(survey, by=house.as_("researcher"), to="anyone")
    earlier = actors.anonymous(house.at - timedelta(seconds=1))
    assert not can(earlier, P.SURVEY_TABLE_VIEW, survey)
