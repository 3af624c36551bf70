"""Closed cells stay closed: against whole-number programming, and against every other choice."""

from heapq import heappop, heappush

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside_evidence import (
    CannotClose,
    LinkedTables,
    Relation,
    attack,
    close_row,
    close_tables,
    link,
    round_small_counts,
)
from alongside_evidence.closing import _cost
from alongside_evidence.linked import named

from .small_tables import grids, records, table, whole_numbers


@given(grids(3, 3), st.integers(1, 6))
@settings(max_examples=20, deadline=None)
def test_what_is_closed_stays_closed(counts, protection):
    linked = table(counts)
    closing = close_tables(linked, protection=protection, tries=2)
    assert {c for c, n in linked.counts.items() if n < 5} == set(closing.primary)
    assert not closing.primary & closing.secondary
    assert {c for c, n in closing.published.items() if n is None} == closing.primary | closing.secondary
    for _, least, most in whole_numbers(closing.published, linked.relations):
        assert most - least >= protection


@given(grids(3, 2), grids(3, 2))
@settings(max_examples=4, deadline=None)
def test_linked_tables_with_a_hierarchy_stay_closed(one, other):
    """Three dimensions, shown two at a time, with places in regions: all of it together."""
    counts = np.stack([np.asarray(one), np.asarray(other)], axis=2)
    linked = table(counts, [("a", "b"), ("a", "c")], {"a": {"A": ["a0", "a1"]}}, behind=True)
    closing = close_tables(linked, tries=2)
    published = {**dict.fromkeys(linked.counts), **closing.published}
    for c, least, most in whole_numbers(published, linked.relations):
        assert c in linked.hidden or most - least >= 5


@given(grids(3, 3))
@settings(max_examples=15, deadline=None)
def test_no_cell_is_closed_for_nothing(counts):
    linked = table(counts)
    closing = close_tables(linked, tries=1)
    for extra in closing.secondary:
        opened = {**closing.published, extra: linked.counts[extra]}
        assert attack(opened, linked.relations)


def cheapest(linked, primary):
    """The least that safe closing costs, by trying sets of cells in the order of their cost."""
    cost = {c: _cost(c, n, b"")[0] for c, n in linked.counts.items() if c not in primary}
    order = sorted(cost, key=lambda c: (cost[c], named(c)))
    waiting, serial = [(0.0, 0, ())], 0
    while waiting:
        total, _, chosen = heappop(waiting)
        closed = primary | set(chosen)
        if not attack({c: None if c in closed else n for c, n in linked.counts.items()}, linked.relations):
            return total
        for more in order[order.index(chosen[-1]) + 1 if chosen else 0 :]:
            serial += 1
            heappush(waiting, (total + cost[more], serial, (*chosen, more)))
    raise AssertionError("closing everything is always safe")


def test_closing_costs_little_more_than_it_must():
    """Against the best of all sets of cells, on tables small enough to try them in order."""
    ratios = []
    for seed in range(14):
        counts = np.random.default_rng(seed).negative_binomial(1, 1 / 8, (3, 3))
        linked = table(counts)
        closing = close_tables(linked)
        if closing.secondary:
            mine = sum(_cost(c, linked.counts[c], b"")[0] for c in closing.secondary)
            ratios.append(mine / cheapest(linked, closing.primary))
    assert len(ratios) > 10
    assert min(ratios) >= 1 - 1e-9
    assert max(ratios) <= 2
    assert np.mean(ratios) <= 1.1
    assert np.mean(np.array(ratios) < 1 + 1e-9) >= 0.75


def test_an_open_table_stays_open():
    closing = close_tables(table([[5, 9], [7, 30]]))
    assert closing.as_dict()["closed"] == 0
    assert None not in closing.published.values()


def test_zeros_may_stay_open():
    counts = [[0, 20, 30], [25, 0, 31], [40, 41, 0]]
    assert close_tables(table(counts), zeros=False).as_dict()["closed"] == 0
    assert len(close_tables(table(counts)).primary) == 3


def test_what_everybody_knows_is_never_closed():
    counts = {"a": 2, "b": 30, "c": 40, "all": 72}
    linked = LinkedTables(counts, (Relation("all", ("a", "b", "c")),))
    closing = close_tables(linked, known=["all", "b"])
    assert (closing.primary, closing.secondary) == ({"a"}, {"c"})
    with pytest.raises(CannotClose, match="a follows from what everybody knows"):
        close_tables(linked, known=["all", "b", "c"])
    with pytest.raises(ValueError, match="is no cell"):
        close_tables(linked, known=["d"])


def test_totals_stay_open_where_they_can():
    counts = np.full((4, 4), 12)
    counts[0, 0] = 2
    closing = close_tables(table(counts))
    assert len(closing.secondary) == 3
    assert all(len(c) == 2 for c in closing.secondary)


def test_a_secret_shuffles_the_choice_and_repeats_it():
    counts = np.full((5, 5), 12)
    counts[1, 1] = 2
    linked = table(counts)
    chosen = {close_tables(linked, secret=bytes([i])).secondary for i in range(6)}
    assert len(chosen) > 2
    assert close_tables(linked, secret=b"k").secondary == close_tables(linked, secret=b"k").secondary


def test_a_whole_survey_is_closed_in_a_moment():
    """11 places in two regions by 4 kinds and by 3 sizes, six answers: 199 cells."""
    rng = np.random.default_rng(4)
    counts = rng.negative_binomial(0.06, 0.06 / 0.46, (6, 11, 4, 3))
    people = [
        ({"answer": f"s{s}", "place": f"p{p}", "kind": f"k{k}", "size": f"z{z}"}, int(counts[s, p, k, z]))
        for s, p, k, z in np.ndindex(counts.shape)
    ]
    linked = link(
        people,
        [("answer", "place"), ("answer", "kind"), ("answer", "size"), ("place", "kind")],
        {"place": {"north": [f"p{i}" for i in range(4)], "south": [f"p{i}" for i in range(4, 11)]}},
    )
    closing = close_tables(linked, tries=1)
    assert attack(closing.published, linked.relations) == ()
    assert 20 < len(closing.primary) < closing.as_dict()["closed"] < 0.6 * len(linked.counts)


def test_wrong_arguments():
    linked = table([[5, 6]])
    with pytest.raises(ValueError, match="at least 1"):
        close_tables(linked, fewest=0)
    with pytest.raises(ValueError, match="parts of all sum to 3"):
        LinkedTables({"a": 3, "all": 4}, (Relation("all", ("a",)),))
    with pytest.raises(ValueError, match="whole number"):
        LinkedTables({"a": -1}, ())
    with pytest.raises(ValueError, match="has no count"):
        LinkedTables({"a": 1}, (Relation("all", ("a",)),))


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_row_is_safe_by_its_rule(counts):
    names = {f"c{i}": n for i, n in enumerate(counts)}
    closed = close_row(names)
    assert closed >= {name for name, n in names.items() if n < 5}
    if sum(counts) >= 5:
        published = {name: None if name in closed else n for name, n in names.items()}
        assert attack({**published, "all": sum(counts)}, [Relation("all", tuple(names))]) == ()


@given(grids(4, 3), st.sampled_from([3, 5]))
@settings(max_examples=60, deadline=None)
def test_rounded_counts_add_up_and_none_is_small(counts, base):
    found = round_small_counts(records(counts), [("a", "b")], base=base)
    linked = table(counts)
    LinkedTables(found.published, linked.relations)  # raises where a sum does not hold
    moved = [abs(n - linked.counts[c]) for c, n in found.published.items()]
    assert not any(0 < n < base for n in found.published.values())
    assert (max(moved), np.mean(moved)) == (found.largest, pytest.approx(found.mean))
    assert found.largest < 2 * base
    for c, n in found.published.items():
        if len(c) == 2 and linked.counts[c] >= base:
            assert n == linked.counts[c]


@given(grids(2, 3))
@settings(max_examples=20, deadline=None)
def test_rounding_is_nearly_as_near_as_can_be(counts):
    """Against every way to round a table of six counts."""
    linked = table(counts)
    places = [c for c in linked.counts if len(c) == 2]
    small = [c for c in places if 0 < linked.counts[c] < 5]
    best = np.inf
    for choice in np.ndindex(*(2,) * len(small)):
        value = {c: linked.counts[c] for c in places} | dict(zip(small, np.array(choice) * 5, strict=True))
        after = {total: sum(n for c, n in value.items() if total <= c) for total in linked.counts}
        if not any(0 < n < 5 for n in after.values()):
            best = min(best, sum((after[c] - linked.counts[c]) ** 2 for c in linked.counts))
    found = round_small_counts(records(counts), [("a", "b")])
    mine = sum((n - linked.counts[c]) ** 2 for c, n in found.published.items())
    assert best <= mine <= 1.5 * best + 1e-9


def test_counts_that_no_small_figure_shows_stay_exact():
    counts = np.zeros((2, 2, 3), int)
    counts[:] = 4  # each cross is small, each shown margin is not
    found = round_small_counts(records(counts), [("a", "b")])
    assert found.rounded == 0
    assert found.published[frozenset()] == 48
    assert found.as_dict()["largest_difference"] == 0
    with pytest.raises(ValueError, match="from 2 up"):
        round_small_counts(records(counts), [("a", "b")], base=1)


def test_linked_tables_are_rounded_alike():
    counts = np.random.default_rng(1).negative_binomial(1, 1 / 4, (5, 4, 3))
    tables = [("a", "b"), ("a", "c")]
    found = round_small_counts(records(counts), tables, base=3)
    LinkedTables(found.published, table(counts, tables).relations)
    assert found.largest <= 3
