"""Numbers, dates and times as the reader of each language writes them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from alongside.core.kit.days import day_in_words
from alongside.web.shell import words

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "1,234.5",
                "77.2\u00a0%",
                "5\u00a0%",
                "-0.3\u00a0%",
                "Monday 23 November 2026",
                "Monday 23 November 2026, 07:05",
            ],
        ),
        (
            "nb",
            [
                "1\u00a0234,5",
                "77,2\u00a0%",
                "5\u00a0%",
                "-0,3\u00a0%",
                "mandag 23. november 2026",
                "mandag 23. november 2026, 07:05",
            ],
        ),
        (
            "qps-plocm",
            [
                "1,234.5",
                "77.2\u00a0%",
                "5\u00a0%",
                "-0.3\u00a0%",
                "Monday 23 November 2026",
                "Monday 23 November 2026, 07:05",
            ],
        ),
    ],
)
def test_numbers_and_days(language, said):
    with translation.override(language):
        assert [
            words.number(1234.5),
            words.percent(0.772),
            words.percent(0.05, 0),
            words.percent(-0.003),
            words.date_words(DAY),
            words.datetime_words(AT),
        ] == said


def test_a_day_in_a_language_that_is_not_in_force():
    assert day_in_words(DAY, "nb") == "mandag 23. november 2026"
