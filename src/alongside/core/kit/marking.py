"""Marks a text for the translators where it is written; whoever shows it looks the translation up.

Django's own mark asks the settings first, and the table of roles has to be readable without any.
"""


def noop(text: str) -> str:
    return text


def noop_plural(one: str, many: str) -> tuple[str, str]:
    return one, many


def noop_of(_context: str, text: str) -> str:
    """For a word that other languages have several words for."""
    return text
