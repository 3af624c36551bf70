"""The attacker: what follows from open counts by subtraction, against linear programming."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from alongside_evidence import Relation, attack, link, ranges
from alongside_evidence.linked import named
from alongside_evidence.polytope import NoSuchTable, Polytope

from .small_tables import cell, equations, grids, table


def test_one_closed_cell_of_a_row_follows():
    published = {"a": None, "b": 10, "all": 13}
    relations = [Relation("all", ("a", "b"))]
    assert [(r.least, r.most) for r in ranges(published, relations)] == [(3, 3)]
    (breach,) = attack(published, relations)
    assert breach.as_dict() == {"cell": "a", "least": 3, "most": 3}


def test_two_closed_cells_share_what_is_left():
    relations = [Relation("all", ("a", "b", "c"))]
    published = {"a": None, "b": None, "c": 10, "all": 14}
    assert {(r.least, r.most) for r in ranges(published, relations)} == {(0, 4)}
    assert len(attack(published, relations)) == 2
    assert attack(published, relations, protection=4) == ()


def test_a_cell_follows_across_tables():
    """Places by kind are closed in pairs, but the kinds by size tell the total of one of them."""
    first = [Relation("north", ("n1", "n2")), Relation("south", ("s1", "s2"))]
    second = [Relation("kind1", ("n1", "s1"))]
    published = {"n1": None, "n2": None, "north": 20, "s1": 12, "s2": 15, "south": 27}
    assert attack(published, first) == ()
    together = attack({**published, "kind1": 21}, [*first, *second])
    assert {(r.cell, r.least, r.most) for r in together} == {("n1", 9, 9), ("n2", 11, 11)}


def test_several_steps_of_subtraction():
    """A 2 x 2 corner of closed cells is safe; with one of its four open, the others follow."""
    counts = [[3, 8, 9], [7, 4, 6], [9, 9, 9]]
    linked = table(counts)
    corner = {cell(a=f"a{i}", b=f"b{j}") for i in (0, 1) for j in (0, 1)}
    shut = {c: None if c in corner else n for c, n in linked.counts.items()}
    assert attack(shut, linked.relations) == ()
    given_away = {**shut, cell(a="a0", b="b0"): 3}
    assert {r.least for r in attack(given_away, linked.relations)} == {8, 7, 4}


def test_a_cell_without_bound():
    (known, _) = ranges({"a": None, "b": 3, "all": None}, [Relation("all", ("a", "b"))])
    assert (known.least, known.most, known.width()) == (0, None, float("inf"))
    assert known.as_dict()["most"] is None


def test_a_table_that_nobody_is_shown_bounds_the_others():
    """Two margins of a cross that is shown to nobody still bound it."""
    counts = np.zeros((2, 2, 2), int)
    counts[0, 0, 0], counts[1, 1, 1], counts[0, 1, 0] = 9, 7, 2
    linked = table(counts, [("a", "b"), ("b", "c")], behind=True)
    hidden = linked.hidden
    assert len(hidden) > 8
    published = {c: None if c in hidden else n for c, n in linked.counts.items()}
    known = {r.cell: (r.least, r.most) for r in ranges(published, linked.relations)}
    assert known[cell(a="a0", b="b0", c="c0")] == (9, 9)


def test_open_counts_that_contradict_each_other():
    with pytest.raises(ValueError, match="a sum of them does not hold"):
        ranges({"a": 3, "b": 3, "all": 7}, [Relation("all", ("a", "b"))])
    with pytest.raises(ValueError, match="no table fits"):
        ranges({"a": None, "b": 9, "all": 7}, [Relation("all", ("a", "b"))])
    with pytest.raises(ValueError, match="is not there"):
        ranges({"a": 3}, [Relation("all", ("a",))])
    with pytest.raises(ValueError, match="at least 1"):
        attack({"a": 3}, [], protection=0)


@given(grids(3, 4), st.integers(0, 2**12 - 1), st.booleans())
@settings(max_examples=25, deadline=None)
def test_ranges_are_those_of_linear_programming(counts, closed, with_hierarchy):
    hierarchies = {"b": {"B": ["b0", "b1"]}} if with_hierarchy else None
    linked = table(counts, hierarchies=hierarchies)
    shut = {c for i, c in enumerate(sorted(linked.counts, key=named)) if closed >> (i % 12) & 1}
    published = {c: None if c in shut else n for c, n in linked.counts.items()}
    cells, matrix, right = equations(published, linked.relations)
    for known in ranges(published, linked.relations):
        goal = np.zeros(len(cells))
        goal[cells.index(known.cell)] = 1
        least, most = (linprog(sign * goal, A_eq=matrix, b_eq=right) for sign in (1, -1))
        assert known.least == np.ceil(least.fun - 1e-7)
        assert known.most == (None if most.status == 3 else np.floor(-most.fun + 1e-7))


def test_numbers_beyond_64_bits_are_kept_exactly():
    rng = np.random.default_rng(2)
    matrix = rng.integers(1, 90_000, (9, 12))
    at = rng.integers(0, 50, 12)
    polytope = Polytope(matrix, matrix @ at)
    assert polytope.table.dtype == object
    for i in range(12):
        most = polytope.greatest(i)
        assert polytope.smallest(i) <= at[i] <= most
    with pytest.raises(NoSuchTable):
        Polytope([[1, 1], [1, 1]], [3, 4])


# Linking -----------------------------------------------------------------------------------


def test_cells_of_different_tables_that_count_the_same_are_one():
    linked = table(np.ones((2, 2, 2), int), [("a", "b"), ("a", "c")])
    # 3 x 3 twice, less the three cells that both hold: a0, a1 and the grand total.
    assert len(linked.counts) == 15
    assert linked.counts[frozenset()] == 8
    assert linked.counts[cell(a="a0")] == 4
    assert named(frozenset()) == "the grand total"


def test_hierarchies_may_overlap():
    linked = table([4, 5, 6], hierarchies={"a": {"x": ["a0", "a1"], "y": ["a1", "a2"]}})
    assert linked.counts[cell(a="x")] == 9
    assert linked.counts[cell(a="y")] == 11
    assert linked.counts[frozenset()] == 15
    nested = table([4, 5, 6], hierarchies={"a": {"x": ["a0", "a1"], "z": ["x", "a2"]}})
    assert nested.counts[cell(a="z")] == 15


def test_records_and_hierarchies_that_do_not_fit():
    with pytest.raises(ValueError, match="has no b"):
        link([({"a": "x"}, 1)], [("a", "b")])
    with pytest.raises(ValueError, match="each dimension once"):
        link([({"a": "x"}, 1)], [("a", "a")])
    with pytest.raises(ValueError, match="part of itself"):
        link([({"a": "x"}, 1)], [("a",)], {"a": {"p": ["q"], "q": ["p"]}})
    with pytest.raises(ValueError, match="names a sum"):
        link([({"a": "p"}, 1)], [("a",)], {"a": {"p": ["q"]}})
