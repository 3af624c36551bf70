"""Every page that can be reached by links, by whom, found by following them as each kind of person."""

import html
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, get_resolver, resolve
from django.urls.resolvers import URLResolver

from tests.running import Client

URLS = "alongside.config.urls_demo"
WHO = ("", "researcher", "administrator", "coordinator", "volunteer", "official")
# Addresses that are no pages: files, buttons, and what only machines ask for.
NO_PAGE = {
    "demo-as", "sign-out", "language", "health", "survey-state", "survey-units", "survey-table-csv",
    "survey-answers", "survey-call-result", "survey-call-take", "message-letters", "message-retry",
    "message-arrived", "message-returned", "survey-asking-state", "survey-compare-csv", "survey-years-csv",
    "survey-response-csv", "survey-question-move", "answer-language", "survey-import-state",
    "survey-import-faults", "survey-import-keep", "survey-answers-xlsx", "survey-table-xlsx", "survey-codebook",
}  # fmt: skip
# Pages that no link leads to from the start; tests/stories/test_every_page.py opens them by a button, and
# tests/stories/test_answering.py those behind a code.
BY_HAND = {
    "link", "person-link", "person-invite", "person-return", "person-account", "survey-respondent-code",
    "answer", "answer-question", "answer-questions", "answer-check", "answer-sent", "answer-refuse",
    "survey-import-call-off", "survey-import-progress",
}  # fmt: skip
# How many pages of one kind are followed; those that differ by whom they are about, more often.
SAMPLES = {"organisation": 12, "person": 5}
ELSE = 2


@dataclass(frozen=True)
class Seen:
    """A page, and as whom it is opened."""

    who: str
    path: str


def names(patterns=None):
    """The name of every address of the demonstration."""
    for each in get_resolver(URLS).url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            yield from names(each.url_patterns)
        else:
            yield each.name


PAGES = sorted(set(names()) - NO_PAGE - BY_HAND)


def signed_in(port, who):
    client = Client(port)
    if who:
        token = client.get("/demo").token()
        assert client.post(f"/demo/as/{who}", csrfmiddlewaretoken=token).status == 303
    return client


def follow(port):
    """Name of an address to the page that shows it, as the first who can get there."""
    found = {}
    for who in WHO:
        with signed_in(port, who) as client:
            for name, path in _walk(client):
                found.setdefault(name, Seen(who, path))
    return found


def _walk(client):
    waiting, known, seen = ["/"], {"/"}, Counter()
    while waiting:
        path = waiting.pop(0)
        name = _name(path)
        if name is None or name in NO_PAGE or seen[name] >= SAMPLES.get(name, ELSE):
            continue
        answer = client.get(path)
        seen[name] += 1
        if answer.status == 200:
            yield name, path
        links = (
            [answer.location] if answer.status in {302, 303} else re.findall(r'href="(/[^"#]*)"', answer.text)
        )
        for link in map(html.unescape, links):
            if link not in known:
                known.add(link)
                waiting.append(link)


def _name(path):
    try:
        return resolve(urlsplit(path).path, URLS).url_name
    except Resolver404:
        return None
