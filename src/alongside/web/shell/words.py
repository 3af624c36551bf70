"""Numbers, dates and times as people read them, by locale (Babel)."""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale, dates, numbers
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alongside.core.kit.days import day_in_words, locale_of

MEGABYTE = 1024 * 1024


def _language() -> str:
    return translation.get_language() or "en"


def number(value: float) -> str:
    """1234.5 as the reader writes it."""
    return _number(value, locale_of(_language()))


def decimal(value: float, digits: int = 2) -> str:
    """A number with a fixed number of decimals, and a minus that is one: 0.62, −0.19."""
    return _decimal(value, digits, locale_of(_language()))


def percent(share: float, digits: int = 1) -> str:
    """A share (0 to 1) in per cent, with a fixed number of decimals."""
    return _percent(share, digits, locale_of(_language()))


# A table shows the same few hundred numbers to everybody, and Babel takes its time over each.
@lru_cache(maxsize=10_000)
def _number(value: float, locale: Locale) -> str:
    return numbers.format_decimal(value, locale=locale)


@lru_cache(maxsize=10_000)
def _decimal(value: float, digits: int, locale: Locale) -> str:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    text = numbers.format_decimal(value, format=pattern, locale=locale, decimal_quantization=True)
    return text.replace("-", "\u2212")


@lru_cache(maxsize=10_000)
def _percent(share: float, digits: int, locale: Locale) -> str:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return numbers.format_percent(share, format=pattern + "\u00a0%", locale=locale, decimal_quantization=True)


def size(count: int) -> str:
    """Bytes as people name them: 5 MB."""
    if count >= MEGABYTE:
        return _("%(count)s MB") % {"count": number(count // MEGABYTE)}
    return _("%(count)s kB") % {"count": number(count // 1024)}


def date_words(day: date) -> str:
    """Monday 10 May 2027; mandag 10. mai 2027."""
    return day_in_words(day, _language())


def datetime_words(at: datetime) -> str:
    """Monday 10 May 2027, 09:00, where the installation stands."""
    local = timezone.localtime(at)
    return f"{date_words(local.date())}, {dates.format_time(local, 'HH:mm', locale=locale_of(_language()))}"


def somebody(name: str, number: str) -> str:
    """A person by her name where it may be seen, else by her number, which no line end tears apart."""
    return name or _("Person %(number)s") % {"number": number.replace("-", "\u2011")}
