"""Small linked tables, and what whole-number programming knows of their closed cells."""

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from alongside_evidence import link


def records(counts, dimensions="abc"):
    counts = np.asarray(counts)
    return [
        ({d: f"{d}{i}" for d, i in zip(dimensions, place, strict=False)}, int(counts[place]))
        for place in np.ndindex(counts.shape)
    ]


def table(counts, tables=None, hierarchies=None, **more):
    counts = np.asarray(counts)
    whole = tuple("abc"[: counts.ndim])
    return link(records(counts), tables or [whole], hierarchies, **more)


def cell(**categories):
    return frozenset(categories.items())


def equations(published, relations):
    closed = [c for c, n in published.items() if n is None]
    place = {c: i for i, c in enumerate(closed)}
    matrix, right = np.zeros((len(relations), len(closed))), np.zeros(len(relations))
    for r, relation in enumerate(relations):
        for c, sign in ((relation.total, -1), *((part, 1) for part in relation.parts)):
            if published[c] is None:
                matrix[r, place[c]] += sign
            else:
                right[r] -= sign * published[c]
    return closed, matrix, right


def whole_numbers(published, relations, reach=60):
    """The least and most of each closed cell, by branch and bound over whole numbers up to `reach`."""
    closed, matrix, right = equations(published, relations)
    for i, c in enumerate(closed):
        goal = np.zeros(len(closed))
        found = []
        for sign in (1, -1):
            goal[i] = sign
            solved = milp(
                goal,
                constraints=LinearConstraint(matrix, right, right),
                integrality=np.ones(len(closed)),
                bounds=Bounds(0, reach),
            )
            found.append(round(sign * solved.fun))
        yield c, *found


small_counts = st.integers(0, 9)


def grids(rows, columns):
    return st.lists(st.lists(small_counts, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
