"""Every component with its example, in both reading directions. What each takes stands at the top of its file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from alongside.web.shell import jinja, pages
from alongside.web.shell.middleware import actor_of

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "components"
_COMMENT = re.compile(r"\A\{#\n(.*?)\n#\}", re.DOTALL)
# What names a thing on its page or refers to it by that name: an example shown twice needs names of its own.
_NAMING = re.compile(r'(?<=\s)(id|for|name|aria-describedby|aria-labelledby|href)="([^"]*)"')


@dataclass(frozen=True)
class Component:
    """A folder of web/templates/components: `about` is the comment at the top of its macro."""

    name: str
    about: str

    @property
    def words(self) -> str:
        return self.name.replace("_", " ")

    @property
    def example(self) -> str:
        return f"components/{self.name}/example.html"


@cache
def components() -> tuple[Component, ...]:
    """All that exist, in the order of the alphabet."""
    return tuple(_components())


def _components() -> Iterator[Component]:
    for folder in sorted(FOLDER.iterdir()):
        macro = folder / f"{folder.name}.html"
        if macro.exists():
            found = _COMMENT.match(macro.read_text(encoding="utf-8"))
            yield Component(
                folder.name, "\n".join(line[2:] for line in found[1].split("\n")) if found else ""
            )


@require_http_methods(["GET", "HEAD", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Buttons of the examples lead back here and do nothing."""
    if request.method == "POST":
        return pages.go(reverse("gallery"))
    known = jinja.page_values(request)
    at = actor_of(request).at
    moment = {"now": at, "today": timezone.localdate(at)}
    mirrored = settings.LANGUAGE_CODE if known["dir"] == "rtl" else settings.PSEUDO_LOCALE
    shown = []
    for component in components():
        here = _drawn(component, {**known, **moment}, "here")
        with translation.override(mirrored):
            there_language = jinja.language()
            there = _drawn(component, {**known, **moment, **there_language}, "there")
        shown.append({"component": component, "here": here, "there": there, "mirrored": there_language})
    return pages.page(request, "demonstration/gallery.html", shown=shown)


def _drawn(component: Component, values: Mapping[str, Any], where: str) -> Markup:
    html = engines["jinja2"].get_template(component.example).render(dict(values))
    return Markup(_with_names_of_its_own(html, f"{where}-{component.name}-"))  # noqa: S704 - our own template


def _with_names_of_its_own(html: str, prefix: str) -> str:
    def named(found: re.Match[str]) -> str:
        attribute, value = found.groups()
        if attribute == "href":
            return f'href="#{prefix}{value[1:]}"' if value.startswith("#") else found[0]
        return f'{attribute}="{" ".join(prefix + each for each in value.split())}"'

    return _NAMING.sub(named, html)
