"""What is left open gives nothing away: every table that fits it is tried."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.assess.surveys.small_cells import FEWEST, close_small_cells, closed_among
from alongside_evidence import coordination_table
from alongside_evidence.notes import CHANCE, INDEPENDENT

NAMES = ("unit", "organisation", "together")
COLUMNS = (*NAMES, "other", "unsure", "not_offered")


def row(counts, activity="a", statutory=True):
    """A row as the library gives it, without intervals."""
    unit, organisation, together, other, unsure, not_offered = counts
    n, excluded = unit + organisation + together, other + unsure
    return {
        "activity": activity,
        "statutory": statutory,
        "n": n,
        "excluded": excluded,
        "other": other,
        "unsure": unsure,
        "excluded_share": excluded / (n + excluded) if n + excluded else None,
        "not_offered": not_offered,
        "shares": {
            name: {"estimate": count / n if n else None, "count": count, "intervals": []}
            for name, count in zip(NAMES, (unit, organisation, together), strict=True)
        },
    }


def comparison_1(row):
    shares = row["shares"]
    difference = None
    if row["n"]:
        difference = shares["unit"]["estimate"] - shares["organisation"]["estimate"]
    return {"kind": "activity", "activity": row["activity"], "estimate": difference, "intervals": []}


def comparison_2(rows, answer, left_out=()):
    def mean(wanted):
        found = [r for r in rows if r["statutory"] is wanted and r["activity"] not in left_out]
        values = [r["shares"][answer]["estimate"] for r in found]
        return None if None in values or not values else sum(values) / len(values)

    first, second = mean(True), mean(False)
    estimate = None if first is None or second is None else first - second
    return {"kind": "means", "answer": answer, "estimate": estimate, "intervals": []}


def table(rows, left_out=()):
    return {
        "units": 1,
        "seed": 7,
        "rows": rows,
        "comparisons": [*map(comparison_1, rows), *(comparison_2(rows, a) for a in NAMES)],
        "sensitivity": [
            {"left_out": list(left_out), "comparisons": [comparison_2(rows, a, left_out) for a in NAMES]}
        ]
        if left_out
        else [],
        "notes": [],
    }


def compositions(total, parts):
    """Every way to divide `total` into `parts` counts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def seen(counts):
    """What a reader sees of one row, its difference included."""
    closed = close_small_cells(table([row(counts)]))
    return repr((closed["rows"][0], closed["comparisons"][0]))


def closed_columns(counts):
    """Which counts of a row are closed."""
    shown = close_small_cells(table([row(counts)]))["rows"][0]
    values = [shown["shares"][name]["count"] for name in NAMES]
    values += [shown[name] for name in ("other", "unsure", "not_offered")]
    return [place for place, value in enumerate(values) if value is None]


@pytest.mark.parametrize("units", range(1, 14))
def test_no_closed_count_follows_from_what_is_open(units):
    """Every table of so many units; the reader knows the rule and how many units answered."""
    alike = defaultdict(list)
    for counts in compositions(units, len(COLUMNS)):
        alike[seen(counts)].append(counts)
    pinned = [
        (COLUMNS[place], group[0])
        for group in alike.values()
        for place in closed_columns(group[0])
        if len({counts[place] for counts in group}) == 1
    ]
    assert pinned == []


@pytest.mark.parametrize("parts", [3, 4])
def test_no_closed_count_of_a_larger_row_follows_either(parts):
    """The same for the three answers of a row, and for four, should there be another one day."""
    pinned = []
    for total in range(FEWEST, 50 if parts == 3 else 26):
        alike = defaultdict(list)
        for counts in compositions(total, parts):
            closed = closed_among({str(place): count for place, count in enumerate(counts)})
            assert closed >= {str(place) for place, count in enumerate(counts) if count < FEWEST}
            shown = tuple(None if str(place) in closed else count for place, count in enumerate(counts))
            alike[shown].append(counts)
        pinned += [
            (shown, place)
            for shown, group in alike.items()
            for place in range(parts)
            if shown[place] is None and len({counts[place] for counts in group}) == 1
        ]
    assert pinned == []


@pytest.mark.parametrize(
    ("counts", "closed"),
    [
        ((20, 20, 20), ""),
        ((5, 5, 5), ""),
        ((92, 0, 5), "organisation together"),  # one alone would follow from n
        ((92, 1, 2), "organisation together unit"),  # two that sum to less than 5 are still a handful
        ((92, 3, 2), "organisation together"),
        ((4, 30, 20), "together unit"),
        ((4, 4, 6), "organisation unit"),
        ((4, 4, 5), "organisation together unit"),  # beside an open 5 they could only be 4 and 4
        ((0, 0, 60), "organisation together unit"),
    ],
)
def test_which_cells_are_closed_together(counts, closed):
    assert sorted(closed_among(dict(zip(NAMES, counts, strict=True)))) == closed.split()


@pytest.mark.parametrize(
    ("beside", "none"),
    [
        ((6, 7, 90), ""),
        ((0, 0, 0), ""),  # nothing is left out, which the open n says already
        ((6, 7, 4), "excluded excluded_share not_offered other unsure"),
        ((0, 3, 90), "excluded excluded_share not_offered other unsure"),
        ((4, 9, 90), "other unsure"),
    ],
)
def test_figures_beside_a_row_are_closed_so_that_they_can_t_be_subtracted(beside, none):
    shown = close_small_cells(table([row((20, 20, 20, *beside))]))["rows"][0]
    fields = ("excluded", "other", "unsure", "excluded_share", "not_offered")
    assert " ".join(sorted(f for f in fields if shown[f] is None)) == none
    assert shown["n"] == 60


@pytest.mark.parametrize(
    ("beside", "is_closed"), [((0, 0, 1), True), ((2, 1, 1), True), ((0, 0, 0), False), ((3, 0, 2), False)]
)
def test_what_n_leaves_of_those_who_answered_is_no_handful(beside, is_closed):
    """How many answered is open, so a handful that is not in n would follow from it."""
    shown = close_small_cells(table([row((20, 20, 20, *beside))]))["rows"][0]
    assert (shown["n"] is None) is is_closed
    assert all((share["estimate"] is None) is is_closed for share in shown["shares"].values())


def test_a_row_of_fewer_than_five_is_closed_whole():
    shown = close_small_cells(table([row((2, 1, 1, 9, 9, 9))]))["rows"][0]
    assert shown["closed"]
    assert [shown[f] for f in ("n", "excluded", "other", "unsure", "not_offered")] == [None] * 5
    assert all(share["count"] is share["estimate"] is None for share in shown["shares"].values())


counts_of_rows = st.lists(st.tuples(*[st.integers(0, 12)] * 6), min_size=2, max_size=5)


@settings(max_examples=300)
@given(counts_of_rows, st.data())
def test_an_open_difference_is_made_of_open_shares_alone(counts, data):
    """Rows tell of each other through differences alone; those of open shares add nothing."""
    rows = [row(c, f"a{i}", statutory=i % 2 == 0) for i, c in enumerate(counts)]
    left_out = data.draw(st.sampled_from([(), ("a1",)]))
    shown = close_small_cells(table(rows, left_out))
    is_open = {
        (r["activity"], answer): share["count"] is not None
        for r in shown["rows"]
        for answer, share in r["shares"].items()
    }
    for each in shown["comparisons"]:
        used = (
            [(each["activity"], a) for a in ("unit", "organisation")]
            if each["kind"] == "activity"
            else [(r["activity"], each["answer"]) for r in rows]
        )
        assert (each["estimate"] is None) or all(is_open[cell] for cell in used)
        assert bool(each.get("closed")) is not all(is_open[cell] for cell in used)
    for run in shown["sensitivity"]:
        for each in run["comparisons"]:
            used = [(r["activity"], each["answer"]) for r in rows if r["activity"] not in left_out]
            assert bool(each.get("closed")) is not all(is_open[cell] for cell in used)


@pytest.fixture(scope="module")
def computed():
    """A real table with a row that is closed in part, one that is open, one that is closed whole."""
    columns = {
        "day": ["unit"] * 30 + ["together"] * 4 + ["other"] * 6,
        "physical": ["unit"] * 12 + ["together"] * 12 + ["organisation"] * 10 + [""] * 6,
        "social": ["unit"] * 2 + ["organisation"] + [""] * 37,
    }
    made = coordination_table(
        columns, statutory=["day"], sensitivity=["social"], replicates=1000, seed=3, several="holm"
    ).as_dict()
    return made, close_small_cells(made)


def walk(value, path=()):
    """Every leaf of a table with the way to it."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from walk(each, (*path, key))
    else:
        yield path, value


def test_nothing_that_could_test_a_guess_is_left(computed):
    made, shown = computed
    assert made["seed"] == 3
    assert "adjustment" in made
    assert "adjustment" not in shown
    told = {key for path, value in walk(shown) if value is not None for key in path if isinstance(key, str)}
    assert not told & {"seed", "z0", "acceleration", "monte_carlo_error"}
    limits = [v for path, v in walk(shown) if path[-1] in {"low", "high"} and v is not None]
    assert limits
    assert all(v == round(v, 3) for v in limits)


def test_notes_that_could_speak_of_closed_cells_go(computed):
    made, shown = computed
    assert len(made["notes"]) > 2
    assert shown["notes"] == [INDEPENDENT, CHANCE]


def test_the_table_itself_is_left_as_it_was(computed):
    made, shown = computed
    assert made["rows"][0]["shares"]["organisation"]["count"] == 0
    assert [r["closed"] for r in shown["rows"]] == [True, False, True]
    assert shown["closed"]
    assert shown["rows"][1]["shares"]["unit"]["count"] == 12


def test_an_open_table_stays_whole():
    rows = [row((20, 9, 7, 5, 6, 30), name, statutory=name == "a") for name in "ab"]
    shown = close_small_cells(table(rows))
    assert not shown["closed"]
    assert shown["rows"] == [{**r, "closed": False} for r in rows]
