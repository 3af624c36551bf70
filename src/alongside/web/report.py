"""A computed table as one page that stands alone: for the command line, without server or database."""

import os
import secrets
from pathlib import Path
from typing import Any

TEMPLATES = {"coordination": "surveys/report.html", "shares": "surveys/shares_report.html"}
SHEETS = ("tokens", "layout", "components", "charts", "print")
STYLES = Path(__file__).resolve().parent / "static" / "alongside"


def render_report(result: dict[str, Any], source_name: str) -> str:
    """The page for a table as `alongside evidence ... --json` writes it, made from the file `source_name`."""
    _make_ready()
    from django.template import engines

    from alongside.web.shell import jinja

    css = "\n".join((STYLES / f"{sheet}.css").read_text(encoding="utf-8") for sheet in SHEETS)
    template = engines["jinja2"].get_template(TEMPLATES[result["kind"]])
    values = {"table": _spoken(result), "css": css, "source": source_name}
    page: str = template.render({**jinja.language(), **values})
    return page


def _spoken(result: dict[str, Any]) -> dict[str, Any]:
    """The table with its sentences in the reader's language, and differences named by their activity alone."""
    from alongside.web.shell.evidence_words import worded

    told: dict[str, Any] = worded(result)
    if "comparisons" in result:
        told["comparisons"] = [{**c, "name": c.get("activity", c["name"])} for c in told["comparisons"]]
    return told


def _make_ready() -> None:
    """Django's templates and translations, in a process that may have started without them.

    Settings ask for a key; nothing is signed here, so none is made in anybody's data folder.
    """
    import django
    from django.apps import apps

    if apps.ready:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alongside.config.settings")
    os.environ.setdefault("ALONGSIDE_SECRET_KEY", secrets.token_urlsafe(32))
    django.setup()
