"""What came of a survey's own questions: counted, with intervals, closed for others, kept with how it was made."""

from collections.abc import Mapping
from decimal import Decimal
from statistics import mean, median

import pytest

from alongside.assess.surveys import answering, own_results, queries, respondent_actions, words_queries
from alongside.assess.surveys.models import CoordinationTable
from alongside.assess.surveys.own_results import Tallies, Tally
from alongside.commons.forms.models import Question
from alongside.core.access.models import AuditRow
from alongside.core.kit.refusal import NotVisible
from alongside.journeys import work
from alongside_evidence import clopper_pearson, shares
from tests.factories import surveys as made

HOW = {"replicates": 2000, "seed": 7}
QUESTIONS = [
    Question(key="boat", kind="choice", choices=["yes", "no", "never"]),
    Question(key="transport", kind="several", choices=["bus", "car", "foot"]),
    Question(key="hours", kind="number"),
    Question(key="remark", kind="text"),
    Question(key="social", kind="coordination", choices=["unit"]),
]


def counted(*answers: Mapping[str, object]) -> Tallies:
    tallies = Tallies(QUESTIONS)
    for number, each in enumerate(answers):
        tallies.add(f"{number:03}", each)
    return tallies


def result(tallies, key):
    return next(r for r in own_results.computed(tallies, **HOW)["results"] if r["key"] == key)


def test_a_choice_is_counted_as_the_library_counts_it():
    found = result(counted(*[{"boat": "yes"}] * 12, *[{"boat": "no"}] * 9, {}, {}), "boat")
    assert (found["n"], found["missing"]) == (21, 2)
    told = shares(["yes"] * 12 + ["no"] * 9, **HOW).as_dict()["groups"][0]["shares"]
    assert found["shares"]["yes"] == told["yes"]
    assert list(found["shares"]) == ["yes", "no", "never"]
    never = found["shares"]["never"]
    assert (never["estimate"], never["count"]) == (0.0, 0)
    exact = clopper_pearson(0, 21, 0.95)
    assert (never["intervals"][0]["low"], never["intervals"][0]["high"]) == (0.0, exact.high)


def test_several_answers_are_shares_of_those_who_chose_any():
    answers = [{"transport": ["bus", "foot"]}] * 8 + [{"transport": ["bus"]}] * 7 + [{}] * 3
    found = result(counted(*answers), "transport")
    assert (found["n"], found["missing"]) == (15, 3)
    assert [(c, s["count"]) for c, s in found["shares"].items()] == [("bus", 15), ("car", 0), ("foot", 8)]
    assert found["shares"]["bus"]["estimate"] == 1.0
    assert found["shares"]["foot"]["estimate"] == pytest.approx(8 / 15)


def test_few_answers_give_no_interval():
    found = result(counted(*[{"boat": "yes"}] * 4), "boat")
    assert all("refused" in i for share in found["shares"].values() for i in share["intervals"])


@pytest.mark.parametrize(
    ("digits", "quartiles"),
    [
        (["1"], ("1", "1")),
        (["1", "2"], ("1", "2")),
        (["3", "1", "2"], ("1", "3")),
        (["0.5", "10", "2", "7"], ("1.25", "8.5")),
        ([str(n) for n in range(1, 12)], ("3", "9")),
    ],
)
def test_numbers_have_mean_median_and_quartiles(digits, quartiles):
    found = result(counted(*[{"hours": each} for each in digits]), "hours")
    values = [Decimal(each) for each in digits]
    assert Decimal(found["mean"]) == round(mean(values), 6)
    assert Decimal(found["median"]) == median(values)
    assert (found["q1"], found["q3"]) == quartiles
    assert (Decimal(found["least"]), Decimal(found["most"])) == (min(values), max(values))


def test_nothing_said_is_nothing_counted():
    found = own_results.computed(counted({}, {}), **HOW)["results"]
    assert [(r["key"], r["n"], r["missing"]) for r in found] == [
        ("boat", 0, 2),
        ("transport", 0, 2),
        ("hours", 0, 2),
    ]
    assert own_results.computed(Tallies([QUESTIONS[3]]), **HOW) == {}


def test_the_fingerprint_is_of_what_is_counted_and_of_nothing_else():
    first = counted({"boat": "yes", "remark": "a"}, {"boat": "no"})
    assert first.fingerprint == counted({"boat": "yes", "remark": "b"}, {"boat": "no"}).fingerprint
    assert first.fingerprint != counted({"boat": "no"}, {"boat": "yes"}).fingerprint


def closed(tallies, key):
    own = own_results.closed(own_results.computed(tallies, **HOW))
    assert own["fingerprint"] == ""
    return next(r for r in own["results"] if r["key"] == key)


def counts(found):
    return {code: share["count"] for code, share in found["shares"].items()}


def test_others_see_no_small_count_of_a_choice_nor_what_it_follows_from():
    said = [{"boat": "yes"}] * 20 + [{"boat": "no"}] * 12 + [{"boat": "never"}] * 2
    found = closed(counted(*said), "boat")
    assert counts(found) == {"yes": 20, "no": None, "never": None}
    assert "seed" not in str(found["shares"]["yes"]["intervals"])
    few = closed(counted(*[{"boat": "yes"}] * 4), "boat")
    assert (few["n"], counts(few)) == (None, {"yes": None, "no": None, "never": None})
    # All but three answered: how the three differ is theirs.
    assert closed(counted(*[{"boat": "yes"}] * 20, {}, {}, {}), "boat")["n"] is None


def test_others_see_an_answer_out_of_several_where_neither_side_of_it_is_small():
    said = [{"transport": ["bus", "foot"]}] * 9 + [{"transport": ["bus"]}] * 9 + [{"transport": ["car"]}] * 3
    assert counts(closed(counted(*said), "transport")) == {"bus": None, "car": None, "foot": 9}


@pytest.mark.parametrize(
    ("many", "open_figures"),
    [
        (4, set()),
        (9, set()),
        (10, {"mean", "median"}),
        (19, {"mean", "median"}),
        (20, {"mean", "median", "q1", "q3"}),
    ],
)
def test_others_see_figures_of_numbers_from_enough_units_on(many, open_figures):
    found = closed(counted(*[{"hours": str(n)} for n in range(many)]), "hours")
    assert {name for name in own_results.FIGURES if found[name] is not None} == open_figures


# --- kept by the worker --------------------------------------------------------------------------------


@pytest.fixture
def survey(house):
    return made.own_questions(house, of=24, replicates=1000, seed=7)


def answer(house, survey, count, *, start=0):
    for number in range(start, count):
        respondent = made.respondent(house, survey, unit=f"{number + 1:03}", name=f"Person {number}")
        said = {
            "social": "unit",
            "boat": ("yes", "yes", "no")[number % 3],
            "transport": ["bus"] if number % 2 else ["car", "foot"],
            "hours": str(number),
            "remark": f"Remark {number}",
        }
        answering.answer_by_telephone(respondent, by=house.as_("researcher"), answers=said)


def compute(house, survey):
    type(survey).objects.filter(pk=survey.pk).update(rests_until=None)
    work.run_once(house.at)
    survey.refresh_from_db()


def test_the_worker_keeps_them_beside_the_table(house, survey):
    answer(house, survey, 21)
    compute(house, survey)
    kept = CoordinationTable.objects.get(survey=survey)
    assert (kept.answered, kept.seed, kept.replicates) == (21, 7, 1000)
    assert [r["key"] for r in kept.own["results"]] == ["boat", "transport", "hours"]
    assert kept.own["results"][0]["shares"]["yes"]["count"] == 14
    assert len(kept.own["fingerprint"]) == 64
    assert "Remark" not in str(kept.own)
    owner = queries.table(house.as_("researcher"), survey).own
    assert owner["results"][2]["most"] == "20"
    others = queries.table(house.as_("evaluator"), survey).own
    assert others["results"][2]["most"] is None
    assert others["fingerprint"] == ""


def test_a_survey_without_activities_is_computed_too(house):
    survey = made.own_questions(house, of=24, activities=(), replicates=1000, seed=7)
    answer_own(house, survey, 21)
    compute(house, survey)
    kept = CoordinationTable.objects.get(survey=survey)
    assert (kept.result, kept.answered) == ({}, 21)
    view = queries.table(house.as_("researcher"), survey)
    assert (view.result, view.state) == (None, "current")
    assert queries.table(house.as_("evaluator"), survey).result is None


def answer_own(house, survey, count):
    for number in range(count):
        respondent = made.respondent(house, survey, unit=f"{number + 1:03}", name=f"Person {number}")
        answering.answer_by_telephone(respondent, by=house.as_("researcher"), answers={"boat": "yes"})


def test_words_alone_release_no_new_figures(house, survey):
    answer(house, survey, 21)
    compute(house, survey)
    for number, change in ((0, {"social": "together"}), (1, {}), (2, {}), (3, {}), (4, {})):
        row = respondent_actions.Respondent.objects.get(survey=survey, asked__code=f"{number + 1:03}")
        sheet = answering.sheet_for(house.as_("researcher"), row.pk)
        said = {**sheet.as_sent, "remark": "Other words", **change}
        answering.answer_by_telephone(row, by=house.as_("researcher"), answers=said)
    compute(house, survey)
    released = [t.released_at is not None for t in CoordinationTable.objects.order_by("revision")]
    assert released == [True, False]  # five units changed, and four of them words alone


def test_the_team_reads_words_and_it_is_written_down(house, survey):
    answer(house, survey, 3)
    by = house.as_("researcher")
    found = words_queries.words(by, survey.pk, "remark")
    assert [(row["code"], row["unit"], row["words"]) for row in found.rows][:2] == [
        ("001", "Solbakken", "Remark 0"),
        ("002", "Unit 2", "Remark 1"),
    ]
    assert AuditRow.objects.filter(verb="surveys.words", actor=by.subject).count() == 1
    for key in ("boat", "nothing"):
        with pytest.raises(NotVisible):
            words_queries.words(by, survey.pk, key)
    with pytest.raises(NotVisible):
        words_queries.words(house.as_("evaluator"), survey.pk, "remark")


def test_a_tally_counts_nothing_for_nothing():
    tally = Tally("boat", "choice", ("yes",))
    tally.add("")
    tally.add([])
    assert (tally.n, dict(tally.counts)) == (0, {})
