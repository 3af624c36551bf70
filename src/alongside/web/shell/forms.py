"""Forms check shape; rules check sense. Both kinds of answers end beside the field."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _

from alongside.core.kit.refusal import Refused

T = TypeVar("T")


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the fields sent, also when there are none, or nothing on a GET."""
    return request.POST if request.method == "POST" else None


def attempt(form: Form, deed: Callable[[Mapping[str, Any]], T]) -> T | None:
    """Do the deed with what a form holds. None: it was not done, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return deed(form.cleaned_data)
    except Refused as refused:
        take_up(form, refused)
        form.was_refused = True  # type: ignore[attr-defined]  # tells sense (409) from shape (422)
        return None


def status_of(form: Form) -> int:
    """200 for a form that is shown to be filled in, 422 for a wrong shape, 409 for a refusal."""
    if not form.is_bound or not form.errors:
        return 200
    return 409 if getattr(form, "was_refused", False) else 422


def take_up(form: Form, refused: Refused) -> None:
    """Put an action's reasons beside the fields they name; what was typed stays."""
    for reason in refused.reasons:
        form.add_error(reason.field if reason.field in form.fields else None, str(reason.text))


def languages() -> list[tuple[str, str]]:
    """The languages that somebody can be written to in; a test language is none."""
    named = [(code, name) for code, name in settings.LANGUAGES if code != settings.PSEUDO_LOCALE]
    return [("", _("Not told")), *named]


def required(what: str | Promise) -> dict[str, Any]:
    """The message of an empty required field, saying what would be right."""
    return {"required": _missing(what)}


def _is_missing(what: str | Promise) -> str:
    return _("%(what)s is missing. Please fill it in.") % {"what": what}


# Forms are made when the program starts; their words come out in the language of each request.
_missing = lazy(_is_missing, str)
