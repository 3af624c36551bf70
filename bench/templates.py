"""One list page of 50 rows by two template engines: the numbers of docs/adr/0001-jinja2.md.

    python -m bench.templates

The page is the product's own: layout, search, table and pager as Jinja2 macros, and the same mark-up written
for Django's engine, once with a component for each cell and once with everything in one file. What is read
on them is compared before anything is measured.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS, REPEATS, ROUNDS = 50, 20, 30
HERE = Path(__file__).parent
LIST_BY_JINJA = """
{% extends "page.html" %}
{% from "components/search_box/search_box.html" import search_box %}
{% from "components/data_table/data_table.html" import data_table %}
{% from "components/pager/pager.html" import pager %}
{% block body %}
{{ search_box(search) }}
{{ data_table(caption, columns, rows) }}
{{ pager(page, pages, none, "?page=2") }}
{% endblock %}
"""


def columns() -> list[dict[str, str]]:
    return [
        {"key": "name", "label": "Name"},
        {"key": "kind", "label": "Kind"},
        {"key": "place", "label": "Place"},
        {"key": "units", "label": "Units", "kind": "number"},
    ]


def rows() -> list[dict[str, Any]]:
    return [
        {
            "name": {"text": f"Organisation & unit {n}", "href": f"/organisations/{n}"},
            "kind": "voluntary organisation" if n % 3 else None,
            "place": f"Place {n % 7}",
            "units": f"{n * 13 % 40}",
        }
        for n in range(ROWS)
    ]


def shared() -> dict[str, Any]:
    nav = [{"label": label, "url": f"/{label.lower()}", "current": label == "Organisations"} for label in (
        "Home", "Surveys", "Organisations", "People", "Places",
    )]  # fmt: skip
    return {
        "lang": "en",
        "dir": "ltr",
        "nav": nav,
        "home_url": "/",
        "headline": "Who takes part",
        "search": "Name, or a part of it",
        "caption": "50 organisations",
        "page": 1,
        "pages": 3,
    }


def by_jinja() -> Callable[[], str]:
    from django.template import engines

    engine = engines["jinja2"]
    template = engine.from_string(LIST_BY_JINJA)
    given = {**shared(), "columns": columns(), "rows": rows()}
    return lambda: template.render(given)


def by_django(table: str) -> Callable[[], str]:
    from django.template import engines
    from django.template.backends.django import DjangoTemplates
    from django.utils.safestring import mark_safe

    options = {"builtins": [], "libraries": {}}
    engine = DjangoTemplates(
        {"NAME": "d", "DIRS": [HERE / "django_templates"], "APP_DIRS": False, "OPTIONS": options}
    )
    template = engine.get_template("list.html")
    jinja = engines["jinja2"]
    threads = jinja.get_template("components/threads/threads.html").template.module.patterns()
    given = {
        **shared(),
        "columns": columns(),
        "rows": [[(column, row[column["key"]]) for column in columns()] for row in rows()],
        "sheets": [
            f"alongside/{sheet}.css" for sheet in ("tokens", "layout", "components", "charts", "print")
        ],
        "table": table,
        "patterns": mark_safe(str(threads)),
        "mark": mark_safe(jinja.get_template("_mark.html").render({})),
        "twist": mark_safe(jinja.get_template("_twist.html").render({})),
    }
    return lambda: template.render(given)


def milliseconds(render: Callable[[], str]) -> float:
    """The best round's mean over repeats: what else runs on the machine can only add."""
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(REPEATS):
            render()
        found.append((time.perf_counter() - began) / REPEATS * 1000)
    return min(found)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alongside.config.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ALONGSIDE_DATA"] = folder
        import django

        django.setup()
        from tests.house.texts import shown

        ways = {
            "Jinja2, a macro each": by_jinja(),
            "Django, a component each": by_django("data_table.html"),
            "Django, all in one file": by_django("data_table_inline.html"),
        }
        pages = {name: shown(render()) for name, render in ways.items()}
        first = next(iter(pages.values()))
        for name, page in pages.items():
            if page != first:
                raise SystemExit(f"{name} shows another page: {set(page) ^ set(first)}")
        taken = {name: milliseconds(render) for name, render in ways.items()}
        least = min(taken.values())
        print(f"A list page of {ROWS} rows, milliseconds to render (and times the quickest):")
        for name, ms in taken.items():
            print(f"  {name:26} {ms:6.2f}  ({ms / least:.1f})")


if __name__ == "__main__":
    main()
