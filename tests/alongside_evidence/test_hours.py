"""Hours as a range of money: by hand, and refused where something is missing."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside_evidence import Hours, NotComputable, Wages, value_hours

WAGES = Wages({"53": 240.0, "5153": 210.0, "2": 400.0}, 250.0, "NOK", 2024, "a made-up table")
VISITS = Hours("visiting", "52", "5322", 1000, 800, 1250)
DRIVING = Hours("driving", "51", "2", 100, 60, 150)


def test_by_hand():
    found = value_hours([VISITS, DRIVING], WAGES)
    (_, visits, _), (_, driving, _) = found.kinds
    assert (visits.occupation.estimate, visits.generalist.estimate) == (240_000, 250_000)
    assert (visits.low, visits.high) == (800 * 240, 1250 * 250)
    assert (driving.low, driving.high) == (60 * 250, 150 * 400)
    total = found.total
    assert (total.hours.estimate, total.hours.low, total.hours.high) == (1100, 860, 1400)
    assert total.occupation.low == 800 * 240 + 60 * 400
    # Each way is added by itself: nobody pays visitors by one way and drivers by the other.
    assert total.low == min(800 * 240 + 60 * 400, 860 * 250)
    assert total.high == max(1250 * 240 + 150 * 400, 1400 * 250)


def test_what_it_rests_on_is_said():
    said = " ".join(value_hours([VISITS], WAGES).assumed)
    for words in ("not compulsory", "own household", "four weeks", "250 NOK", "2024", "a made-up table"):
        assert words in said
    assert "visiting (ISCO 5322) at the wage of ISCO 53" in said
    assert "counted 13 times" not in said
    assert "counted 13 times" in value_hours([VISITS], WAGES, periods=13).assumed[-1]


def test_the_nearest_group_lends_its_wage():
    for isco, wage in (("5153", 210.0), ("5322", 240.0), ("2635", 400.0)):
        found = value_hours([replace(VISITS, isco=isco)], WAGES)
        assert found.total.occupation.estimate == 1000 * wage


def test_a_missing_wage_refuses_the_range_and_keeps_the_generalist_value():
    found = value_hours([VISITS, replace(DRIVING, isco="9")], WAGES)
    assert found.kinds[1][1].reason.startswith("can't be said: no wage is given for driving (ISCO 9)")
    assert (found.total.occupation, found.total.low) == (None, None)
    assert found.total.generalist.estimate == 1100 * 250
    told = found.total.as_dict()
    assert "refused" in told
    assert "low" not in told


def test_hours_without_an_interval_have_no_range():
    found = value_hours([VISITS, replace(DRIVING, low=None, high=None)], WAGES)
    assert "have no interval" in found.total.reason
    assert found.total.generalist.low is None
    assert found.total.hours.estimate == 1100


def test_trainees_and_travel_stand_beside_the_total():
    trainee, travel = replace(DRIVING, icatus="53"), replace(DRIVING, icatus="54")
    found = value_hours([VISITS, trainee, travel], WAGES)
    assert [of_total for _, _, of_total in found.kinds] == [True, False, False]
    assert found.total.hours.estimate == 1000
    assert "is not part of" in found.assumed[-1]
    assert value_hours([VISITS, trainee, travel], WAGES, travel=True).total.hours.estimate == 1100
    with pytest.raises(NotComputable, match="none of the hours is volunteer work"):
        value_hours([trainee], WAGES)


@given(st.lists(st.tuples(*[st.floats(0, 1e6)] * 3), min_size=1, max_size=5), st.integers(1, 13))
def test_the_range_holds_both_values(drawn, periods):
    hours = [Hours(f"k{i}", "52", "53", *(sorted(d)[j] for j in (1, 0, 2))) for i, d in enumerate(drawn)]
    total = value_hours(hours, WAGES, periods=periods).total
    for way in (total.occupation, total.generalist):
        assert total.low <= way.low <= way.estimate * (1 + 1e-12)
        assert way.estimate <= way.high * (1 + 1e-12) <= total.high * (1 + 2e-12)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"icatus": "59"}, "51 unpaid direct volunteering"),
        ({"isco": "5x"}, "one to four digits"),
        ({"estimate": -1, "low": -2}, "from 0 up"),
        ({"low": 1100}, "limits hold the estimate"),
        ({"high": float("nan")}, "from 0 up"),
    ],
)
def test_wrong_hours(hours, words):
    with pytest.raises(ValueError, match=words):
        value_hours([replace(VISITS, **hours)], WAGES)


def test_wrong_wages():
    with pytest.raises(ValueError, match="that of generalist is 0"):
        value_hours([VISITS], replace(WAGES, generalist=0))
    with pytest.raises(ValueError, match="one to four digits"):
        value_hours([VISITS], replace(WAGES, by_isco={"care": 200.0}))
    with pytest.raises(ValueError, match="periods"):
        value_hours([VISITS], WAGES, periods=0)


def test_json():
    told = json.loads(json.dumps(value_hours([VISITS, DRIVING], WAGES).as_dict(), allow_nan=False))
    assert list(told) == [
        "kind",
        "currency",
        "year",
        "source",
        "generalist_wage",
        "periods",
        "kinds",
        "total",
        "notes",
    ]
    assert list(told["kinds"][0])[:4] == ["kind", "icatus", "isco", "in_total"]
    assert list(told["total"]) == ["hours", "occupation", "generalist", "low", "high"]
