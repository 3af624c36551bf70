"""Whether those who answered are like those who were asked: values by hand, and what is refused."""

import json
import math

import numpy as np
import pytest

from alongside_evidence import (
    Interval,
    Moments,
    Refused,
    bounds,
    clopper_pearson,
    newcombe,
    response_bias,
    standardised_difference,
)

UNEVEN = {"small": (100, 61), "large": (50, 41), "none": (0, 0)}


def test_groups_with_their_exact_intervals():
    found = response_bias(UNEVEN)
    assert [group.group for group in found.groups] == ["small", "large"]
    assert found.groups[0].interval == clopper_pearson(61, 100)


def test_evenness_is_one_less_twice_the_spread():
    p = 102 / 150
    spread = math.sqrt((100 * (0.61 - p) ** 2 + 50 * (0.82 - p) ** 2) / 150)
    found = response_bias(UNEVEN)
    assert found.evenness == pytest.approx(1 - 2 * spread)
    assert found.expected_evenness == pytest.approx(1 - 2 * math.sqrt(p * (1 - p) / 150))
    assert response_bias({"a": (40, 30), "b": (80, 60)}).evenness == 1.0
    assert response_bias({"a": (40, 40), "b": (40, 0)}).evenness == 0.0


def test_what_chance_alone_gives_of_the_evenness():
    rng = np.random.default_rng(1)
    sizes = (120, 90, 60, 30)
    found = [response_bias({str(n): (n, int(rng.binomial(n, 0.7))) for n in sizes}) for _ in range(2_000)]
    root = math.sqrt(np.mean([((1 - each.evenness) / 2) ** 2 for each in found]))
    expected = np.mean([(1 - each.expected_evenness) / 2 for each in found])
    assert root == pytest.approx(expected, rel=0.03)


def test_the_extremes_are_compared_more_strictly_the_more_groups_there_are():
    two = response_bias(UNEVEN).difference
    assert (two.least, two.most) == ("small", "large")
    assert two.interval == newcombe(41, 50, 61, 100, 0.95)
    assert two.is_clear
    three = response_bias({**UNEVEN, "middle": (60, 42)}).difference
    assert three.interval == newcombe(41, 50, 61, 100, 1 - 0.05 / 3)
    assert three.interval.low < two.interval.low


def test_chosen_extremes_seldom_differ_clearly_by_chance():
    rng = np.random.default_rng(2)
    clear = sum(
        response_bias({str(h): (40, int(rng.binomial(40, 0.7))) for h in range(5)}).difference.is_clear
        for _ in range(1_000)
    )
    assert clear <= 60


def test_small_groups_are_not_compared():
    assert response_bias({"a": (9, 1), "b": (40, 39)}).difference is None
    assert response_bias({"a": (40, 1)}).evenness is None
    assert response_bias({}).groups == ()


def test_more_answers_than_asked_can_not_be():
    with pytest.raises(ValueError, match="between 0 and n"):
        response_bias({"a": (3, 4)})


def test_the_standardised_difference_and_its_interval():
    first, second = Moments(50, 42.0, 400.0), Moments(30, 36.0, 200.0)
    found = standardised_difference(first, second)
    d = 6 / math.sqrt(300)
    assert found.estimate == pytest.approx(d)
    half = 1.959964 * math.sqrt(80 / 1500 + d * d / 160)
    interval = found.intervals[0]
    assert (interval.low, interval.high) == pytest.approx((d - half, d + half), abs=1e-6)
    assert isinstance(interval, Interval)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (Moments(9, 4.0, 1.0), Moments(30, 5.0, 1.0), "can't be said from 9 answers"),
        (Moments(0, 0.0, 0.0), Moments(30, 5.0, 1.0), "can't be said from 0 answers"),
        (Moments(20, 5.0, 0.0), Moments(30, 5.0, 0.0), "not computable: all are of the same size"),
    ],
)
def test_sizes_that_say_too_little(first, second, words):
    (refused,) = standardised_difference(first, second).intervals
    assert isinstance(refused, Refused)
    assert refused.reason == words


@pytest.mark.parametrize(
    ("count", "n", "missing", "found"),
    [(30, 60, 40, (0.3, 0.7)), (0, 10, 0, (0.0, 0.0)), (10, 10, 10, (0.5, 1.0)), (0, 0, 5, (0.0, 1.0))],
)
def test_how_far_those_who_are_missing_could_move_a_share(count, n, missing, found):
    assert bounds(count, n, missing) == pytest.approx(found)


@pytest.mark.parametrize("wrong", [(2, 1, 0), (-1, 1, 0), (0, 1, -1), (0, 0, 0)])
def test_bounds_of_what_can_not_be(wrong):
    with pytest.raises(ValueError, match="needs"):
        bounds(*wrong)


def test_the_json():
    told = json.loads(json.dumps(response_bias(UNEVEN).as_dict(), allow_nan=False))
    assert told["difference"]["is_clear"] is True
    assert told["groups"][0]["interval"]["method"] == "clopper-pearson"
