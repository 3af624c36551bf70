"""Rendering a page, paging a list, going on after a write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.utils.http import url_has_allowed_host_and_scheme

from alongside.core.kit.refusal import NotVisible
from alongside.web.shell import jinja
from alongside.web.shell.middleware import actor_of, see_other

T = TypeVar("T")
PAGE_SIZE = 50


def page(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """A whole page, or a fragment whose template starts with an underscore."""
    found = engines["jinja2"].get_template(template)
    return HttpResponse(found.render({**jinja.page_values(request), **values}, request), status=status)


@dataclass(frozen=True)
class Slice(Generic[T]):
    """One page of a list: what the pager component needs, and the rows."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int
    query: str

    @property
    def previous_url(self) -> str:
        return self._url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self._url(self.number + 1) if self.number < self.pages else ""

    def _url(self, number: int) -> str:
        return "?" + "&".join(part for part in (self.query, f"page={number}") if part)


def slice_of(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    *,
    size: int = PAGE_SIZE,
    total: int | None = None,
) -> Slice[Any]:
    """The page of `rows` that `?page=` asks for; a page past the end is the last one.

    An empty list is a reason to ask somebody who has not signed in to do so. `total` spares counting again.
    """
    paginator = Paginator(rows, size)
    if total is not None:
        paginator.count = total
    found = paginator.get_page(request.GET.get("page"))
    if not paginator.count and not actor_of(request).is_signed_in:
        raise NotVisible("list")
    query = request.GET.copy()
    query.pop("page", None)
    return Slice(
        list(found.object_list), found.number, paginator.num_pages, paginator.count, query.urlencode()
    )


def asked(request: HttpRequest, key: str) -> str:
    """What the address asks for under `key`, cut to what a search can mean and a database can take."""
    return _words(request.GET.get(key, ""))


def sent_words(request: HttpRequest, key: str) -> str:
    """The same for words that are sent, because they have no place in an address."""
    return _words(request.POST.get(key, ""))


def _words(text: str) -> str:
    return text.replace("\0", "").strip()[:200]


def go(url: str) -> HttpResponseRedirect:
    """After a write: see other."""
    return see_other(url)


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where `next` leads, if that is on this host."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else otherwise
