"""Days in words, in any language that people read or write here."""

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError, dates
from django.utils import translation


@cache
def locale_of(language: str) -> Locale:
    """What Babel knows of a language; English for one that it does not know, such as the pseudo-locale."""
    try:
        return Locale.parse(translation.to_locale(language))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def day_in_words(day: date, language: str) -> str:
    """Monday 10 May 2027; mandag 10. mai 2027. The language need not be the one in force."""
    locale = locale_of(language)
    # In English, too, the day comes before the month.
    return dates.format_date(day, "EEEE d MMMM y" if locale.language == "en" else "full", locale=locale)
