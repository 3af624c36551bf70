"""The template engine: Jinja2 with translation, and what every template may call."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from jinja2 import Environment
from markupsafe import Markup

from alongside.web.shell import words

# How a language is named in HTML where that differs from its code here.
HTML_LANG = {settings.PSEUDO_LOCALE: "ar-XB"}


def environment(**options: Any) -> Environment:
    """Called by Django's Jinja2 backend; autoescape is on there."""
    options |= {"trim_blocks": True, "lstrip_blocks": True, "extensions": ["jinja2.ext.i18n"]}
    env = Environment(**options)  # noqa: S701 - the backend passes autoescape=True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # from the i18n extension
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    env.globals.update(static=static, url=_url, somebody=words.somebody)
    filters = {
        "capfirst": capfirst,
        "number": words.number,
        "decimal": words.decimal,
        "percent": words.percent,
        "date_words": words.date_words,
        "datetime_words": words.datetime_words,
    }
    env.globals.update(filters)
    env.filters.update(filters)
    return env


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def language() -> Mapping[str, str]:
    """`lang` and `dir` of the page, as HTML wants them."""
    code = translation.get_language() or settings.LANGUAGE_CODE
    return {"lang": HTML_LANG.get(code, code), "dir": "rtl" if translation.get_language_bidi() else "ltr"}


def page_values(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs on every page."""
    from alongside.web.shell import frame, once

    return {
        **language(),
        "demo": settings.DEMO,
        "messages": get_messages(request),
        "csrf_input": _CsrfInput(request),
        "once_input": once.OnceInput(request),
        **frame.values(request),
    }


class _CsrfInput:
    """The hidden field, made only when a form is really on the page (it sets a cookie)."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __html__(self) -> str:
        from django.middleware.csrf import get_token

        return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(
            get_token(self.request)
        )

    def __str__(self) -> str:
        return self.__html__()
