"""Text for the terminal: readable at 80 columns, with words where numbers would mislead."""

import json

import pytest

from alongside_evidence import coordination_table, shares
from alongside_evidence.picture import bar, display_width, plot, wrapped
from alongside_evidence.text import render_text

from .examples import survey


def coordination(**options):
    answers = {**survey(), "a very long name of an activity that takes two lines": ["unit"] * 9 + [""] * 235}
    table = coordination_table(
        answers, statutory=["day centre", "food"], sensitivity=["social"], replicates=3_000, seed=5, **options
    )
    return table.as_dict()


def test_coordination_says_everything():
    result = coordination(levels=(0.9, 0.95))
    text = render_text(result)
    for words in (
        "244 units",
        "Comparison 1: unit alone minus organisation alone",
        "Comparison 2: mean share",
        "without social",
        "can't be said from 9 answers",
        "required by law",
        "seed 5",
        "3,000 resamples",
        "exact limit (Clopper-Pearson)",
        "other arrangement or unsure",
    ):
        assert words in text
    row = result["rows"][1]
    assert f"{100 * row['shares']['unit']['estimate']:.1f}" in text
    interval = row["shares"]["unit"]["intervals"][0]
    assert f"{100 * interval['low']:>6.1f} to {100 * interval['high']:>6.1f}" in text
    assert f"n = {row['n']}" in text
    assert "significant" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_terminal(width):
    text = render_text(coordination(), width=width)
    assert max(display_width(line) for line in text.splitlines()) <= max(width, 80)


def test_only_ascii_where_asked_for():
    assert render_text(coordination(), ascii_only=True).isascii()


def test_a_result_read_back_from_json_renders_alike():
    result = coordination()
    assert render_text(json.loads(json.dumps(result))) == render_text(result)


def test_shares_with_groups():
    found = shares(
        ["yes", "no"] * 40,
        by=["north"] * 50 + ["south"] * 30,
        column="help",
        by_name="region",
        replicates=1_000,
        seed=2,
    )
    text = render_text(found.as_dict())
    for words in (
        "Shares of “help”: 80 answers, 0 missing",
        "Everybody, n = 80",
        "region: north, n = 50",
        "Differences",
    ):
        assert words in text
    assert "larger number of replicates" in " ".join(text.split())  # 1,000 are too few for 99 %


def test_two_answers_are_compared_once():
    found = shares(["yes", "no"] * 40, by=["n"] * 50 + ["s"] * 30, replicates=2_000, levels=(0.8,), seed=2)
    text = render_text(found.as_dict())
    assert "yes: n minus s" in text
    assert "no: n minus s" not in text
    assert "For “no” the same holds with the opposite sign" in text


def test_clusters_are_named():
    found = shares(
        ["yes", "no", "no"] * 40,
        clusters=[i % 12 for i in range(120)],
        cluster_name="village",
        replicates=2_000,
        seed=2,
    )
    text = render_text(found.as_dict())
    assert "12 clusters of village" in text
    assert "t interval of the clusters" in text


def test_another_kind_is_refused():
    with pytest.raises(ValueError, match="kind"):
        render_text({"kind": "weather"})


def test_bars_fill_their_width():
    assert bar([("─", 0.95), ("╪", 0.05), ("│", 0.0)], 20) == "─" * 19 + "╪"
    for parts in ([1 / 3] * 3, [0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [0.005, 0.99, 0.005]):
        assert len(bar(list(zip("abc", parts, strict=True)), 51)) == 51


def test_plots_show_ends_zero_and_estimate():
    assert plot(0.5, [(0.2, 0.8), (0.0, 1.0)], 21, -1.0, 1.0) == "          ├─━━━●━━━─┤"
    assert plot(-0.5, [(-0.8, -0.2)], 21, -1.0, 1.0) == "  ├──●──┤ ┊"
    assert plot(0.0, [], 5, -1.0, 1.0) == "  ●"


def test_wide_letters_count_double():
    assert display_width("食事") == 4
    assert display_width("é") == display_width("e\u0301") == 1
    assert all(display_width(line) <= 10 for line in wrapped("食事サービス 配達の調整 abc", 10))
    assert wrapped("", 10) == [""]
