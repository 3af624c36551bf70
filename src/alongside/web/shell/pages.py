"""Rendering a page, paging a list, going on after a write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.utils.http import url_has_allowed_host_and_scheme

from alongside.web.shell import jinja

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


def slice_of(request: HttpRequest, rows: "QuerySet[Any] | Sequence[T]", *, size: int = PAGE_SIZE) -> Slice[T]:
    """The page of `rows` that `?page=` asks for; a page past the end is the last one."""
    found = Paginator(rows, size).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return Slice(list(found.object_list), found.number, found.paginator.num_pages, found.paginator.count, query.urlencode())


def go(url: str) -> HttpResponseRedirect:
    """After a write: see other."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where `next` leads, if that is on this host."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else otherwise
