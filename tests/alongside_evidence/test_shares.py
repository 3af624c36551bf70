"""Shares of one question: groups, differences, what is missing, what stands in."""

import json

import numpy as np
import pytest

from alongside_evidence import Interval, Refused, answer_shares, clopper_pearson, newcombe, shares

FAST = {"replicates": 4_000, "seed": 1}


def made(n=200, seed=3):
    rng = np.random.default_rng(seed)
    values = [str(v) for v in rng.choice(["yes", "no", "maybe", ""], n, p=[0.4, 0.3, 0.2, 0.1])]
    groups = [str(g) for g in rng.choice(["north", "south", ""], n, p=[0.5, 0.4, 0.1])]
    return values, groups


def test_shares_of_everybody_and_by_group():
    values, groups = made()
    found = shares(values, by=groups, column="help", by_name="region", **FAST)
    assert [group.group for group in found.groups] == [None, "north", "south"]
    assert found.missing == values.count("")
    for group in found.groups:
        inside = [
            v for v, g in zip(values, groups, strict=True) if v and (group.group is None or g == group.group)
        ]
        assert group.n == len(inside)
        assert list(group.shares) == ["maybe", "no", "yes"]
        for answer, share in group.shares.items():
            assert share.count == inside.count(answer)
            assert share.estimate == pytest.approx(share.count / group.n)
            assert share.intervals[0].low <= share.estimate <= share.intervals[0].high
    assert len(found.differences) == 3
    for difference in found.differences:
        assert difference.groups == ("north", "south")
        north, south = (found.groups[i].shares[difference.answer].estimate for i in (1, 2))
        assert difference.estimate == pytest.approx(north - south)
        assert difference.name == f"{difference.answer}: north minus south"
    assert any("no region" in note for note in found.notes)


def test_none_is_no_answer():
    assert shares(["a", None, "b"] * 10, **FAST).missing == 10


def test_numbers_are_ordered_as_numbers():
    found = shares(["10", "9", "2", "1"] * 10, **FAST)
    assert list(found.groups[0].shares) == ["1", "2", "9", "10"]


def test_many_answers_rest_on_the_same_resamples(monkeypatch):
    rng = np.random.default_rng(4)
    values = [str(v) for v in rng.integers(1, 25, 600)]
    groups = [str(g) for g in rng.integers(1, 5, 600)]
    usual = shares(values, by=groups, replicates=500, seed=1)
    monkeypatch.setattr(answer_shares, "_COLUMNS", 7)
    assert shares(values, by=groups, replicates=500, seed=1) == usual


def test_order_of_rows_changes_nothing():
    values, groups = made()
    order = np.random.default_rng(9).permutation(len(values))
    mixed = shares([values[i] for i in order], by=[groups[i] for i in order], **FAST)
    assert mixed == shares(values, by=groups, **FAST)


def test_all_or_none():
    found = shares(["yes"] * 20 + ["no"] * 10, by=["a"] * 20 + ["b"] * 10, levels=(0.95,), **FAST)
    (interval,) = found.groups[1].shares["yes"].intervals
    assert interval.method == "clopper-pearson"
    assert interval.low == clopper_pearson(20, 20).low
    (difference,) = found.differences[1].intervals
    expected = newcombe(20, 20, 0, 10)
    assert difference.method == "newcombe"
    assert (difference.low, difference.high) == (expected.low, expected.high)


def test_one_answer_only():
    found = shares(["yes"] * 12, levels=(0.95,), **FAST)
    assert found.groups[0].shares["yes"].intervals[0].method == "clopper-pearson"


def test_small_groups_are_words():
    found = shares(["yes", "no"] * 20, by=["a"] * 31 + ["b"] * 9, **FAST)
    assert found.groups[2].shares["yes"].intervals[0].reason == "can't be said from 9 answers"
    assert found.differences[0].intervals[0].reason == "can't be said from 9 answers"
    assert isinstance(found.groups[1].shares["yes"].intervals[0], Interval)


def test_clusters():
    values, groups = made(n=300)
    clusters = [i % 25 for i in range(300)]
    found = shares(values, by=groups, clusters=clusters, cluster_name="village", **FAST)
    assert found.as_dict()["clusters"] == {"name": "village", "count": 25}
    assert found.groups[0].shares["yes"].intervals[0].method == "bca"
    few = shares(values, clusters=[i % 9 for i in range(300)], **FAST)
    assert isinstance(few.groups[0].shares["yes"].intervals[0], Refused)
    some = shares(values, clusters=[i % 15 for i in range(300)], **FAST)
    assert some.groups[0].shares["yes"].intervals[0].method == "cluster-t"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"values": []}, "nobody answered"),
        ({"values": ["", None]}, "nobody answered"),
        ({"values": ["a", "b"], "by": ["x"]}, "equally many"),
        ({"values": ["a", "b"], "by": ["", ""]}, "that column is empty"),
        ({"values": [str(i) for i in range(31)]}, "31 different answers"),
        ({"values": ["a"] * 21, "by": [str(i) for i in range(21)]}, "21 different groups"),
    ],
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError, match=words):
        shares(**arguments, **FAST)


def test_json_keeps_its_shape():
    values, groups = made()
    found = json.loads(
        json.dumps(shares(values, by=groups, column="q", by_name="g", **FAST).as_dict(), allow_nan=False)
    )
    keys = "kind column by levels replicates seed clusters missing groups differences notes notes_said"
    assert list(found) == keys.split()
    assert (found["kind"], found["column"], found["by"]) == ("shares", "q", "g")
    assert list(found["groups"][0]) == ["group", "n", "shares"]
    assert list(found["groups"][0]["shares"]["yes"]) == ["estimate", "count", "intervals"]
    assert list(found["differences"][0]) == ["name", "answer", "groups", "estimate", "intervals"]
