"""The page "How we compute": anybody may read it, and every figure on it is computed anew here."""

from pathlib import Path

import numpy as np
import pytest

from alongside.web.home.computing import COUNT, COVERAGE, LIMITS, REPRODUCED, RESAMPLES, UNITS
from alongside_evidence import abc, agreement_of_counts, bca, holm, max_t, newcombe, newcombe_paired
from tests.alongside_evidence.coverage import least_coverage
from tests.alongside_evidence.examples import SIXTEEN, SPATIAL_A, mean_of, share, variance_of

PAGE = "/how-we-compute"
DOCS = Path(__file__).parents[2] / "docs" / "evidence.md"


def spatial():
    return bca(np.ones(26), variance_of(SPATIAL_A), levels=(0.9,), replicates=RESAMPLES, seed=1)[0]


def limits(interval):
    return interval.low, interval.high


def dunnett():
    """Five comparisons with one control: correlations of one half."""
    rng = np.random.default_rng(1)
    drawn = rng.standard_normal((5, 1_000_000)) + rng.standard_normal(1_000_000)
    return max_t(np.zeros(5), drawn, (0.95,)).critical


COMPUTED = {
    "variance": lambda: (spatial().estimate,),
    "acceleration": lambda: (spatial().acceleration,),
    "bca": lambda: limits(spatial()),
    "abc": lambda: limits(abc(np.ones(26), variance_of(SPATIAL_A), levels=(0.9,))[0]),
    "sixteen": lambda: limits(
        bca(np.ones(16), mean_of(SIXTEEN), levels=(0.95,), replicates=RESAMPLES, seed=1)[0]
    ),
    "newcombe": lambda: limits(newcombe(56, 70, 48, 80)),
    "newcombe-paired": lambda: limits(newcombe_paired(36, 12, 2, 0)),
    "kappa": lambda: (
        agreement_of_counts(
            [[88, 14, 18], [10, 40, 10], [2, 6, 12]], categories=list("abc"), replicates=2_000, seed=1
        ).kappa.estimate,
    ),
    "holm": lambda: holm([0.01, 0.02, 0.03, 0.04, 0.05]),
    "dunnett": dunnett,
}


@pytest.mark.parametrize("figure", REPRODUCED, ids=lambda figure: figure.key)
def test_each_figure_on_the_page_is_what_the_library_computes(figure):
    computed = COMPUTED[figure.key]()
    assert tuple(round(value, figure.digits) for value in computed) == figure.here
    if figure.apart:
        assert computed == pytest.approx(figure.published, rel=figure.apart)
    else:
        assert figure.here == figure.published


def test_the_share_that_is_drawn():
    found = bca(
        [COUNT, UNITS - COUNT], share, levels=[level for level, _, _ in LIMITS], replicates=RESAMPLES, seed=1
    )
    assert tuple((i.level, round(i.low * UNITS), round(i.high * UNITS)) for i in found) == LIMITS


@pytest.mark.parametrize(("units", "told"), COVERAGE)
def test_the_coverage_that_is_told(units, told):
    assert round(least_coverage(units), 3) == told


@pytest.mark.parametrize("figure", REPRODUCED, ids=lambda figure: figure.key)
def test_the_written_source_holds_the_published_values(figure):
    written = DOCS.read_text(encoding="utf-8")
    for value in figure.published:
        shown = f"{value:.{figure.digits}f}"
        assert shown in written or shown.lstrip("0") in written, f"docs/evidence.md does not have {shown}"


def test_anybody_may_read_it(house, client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    html = answer.content.decode()
    for words in (
        "What we refuse to say",
        "Why some cells are closed",
        "171.534",
        "115.8 to 259.6",
        "11.1",
        "98.8",
    ):
        assert words in html
    assert "significant" not in html
    assert html.count("<svg") > 2


def test_it_is_linked_from_every_page_and_from_how_a_table_was_computed(house, client):
    assert f'href="{PAGE}"' in client.get("/").content.decode()
    template = Path("src/alongside/web/templates/surveys/how.html").read_text(encoding="utf-8")
    assert "how_computed_url" in template
