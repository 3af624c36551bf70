"""Every word that people read can be translated."""

import ast
import inspect
import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment

from alongside.assess.surveys import queries, questionnaire
from alongside.assess.surveys.models import AnswersImport, Survey
from alongside.commons.forms.models import Submission
from alongside.commons.people.models import Group, Identity, Organisation
from alongside.commons.places.models import Place, PlaceCode
from alongside.demo.people import PEOPLE
from alongside.web.audit import sentences
from alongside.web.home.computing import REPRODUCED
from alongside.web.shell import messages
from alongside.web.surveys.making import language_choices
from tests.house import tree
from tests.house.matrix import EVERY_ADDRESS, ROUTES, addresses
from tests.house.test_matrix import ask, functions
from tests.house.texts import left_in_english, letters, only_english, shown, untranslated

TRANSLATING = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "noop",
}
PSEUDO = "qps-plocm"
# Between them they are shown every part of every page.
READERS = ("visitor", "volunteer", "coordinator", "administrator", "researcher")
LISTED = [each for each in addresses() if each.name in ROUTES]


def outside_gettext(source: str) -> list[str]:
    """Words that a template writes itself, with everything that Jinja computes taken as data."""
    parts, block, inside = [], [], False
    for _line, kind, value in Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).lex(source):
        if kind == "block_begin":
            block = []
        elif kind == "name":
            block.append(value)
        elif kind == "block_end":
            inside = block[0] == "trans" or (inside and block[0] != "endtrans")
        elif kind == "data" and not inside:
            parts.append(value)
        elif kind == "variable_begin":
            parts.append("x0")  # a name where a tag's stands, and no word
    texts = (re.sub(r"[a-z-]+=\"[^\"]*\"", "", text) for text in shown("".join(parts)))
    return [text for text in texts if letters(text)]


@pytest.mark.parametrize("file", list(tree.templates()), ids=tree.name)
def test_a_template_writes_no_words_of_its_own(file):
    assert outside_gettext(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p>{{ _("Fine") }}</p>', []),
        ("<p>Not fine</p>", ["Not fine"]),
        ('<img alt="A plate" src="x">', ["A plate"]),
        ('<p class="lead">{{ n }}: {{ _("Fine") }}</p>', []),
        ("{# A comment #}<script>let x</script>", []),
        ('<a title="{{ _("Fine") }}">{{ name }} and more</a>', ["x0 and more"]),
        ("{% trans n=1 %}Fine {{ n }}{% endtrans %}, and not", ["x0, and not"]),
        ('<{{ h }} class="x">{{ _("Fine") }}</{{ h }}><code>alongside demo</code>', []),
        ('{% set more %} aria-invalid="true"{% endset %}', []),
    ],
)
def test_a_word_outside_gettext_is_seen(source, found):
    assert outside_gettext(source) == found


def wrong_calls(source: str) -> list[str]:
    """Calls to gettext that no extractor can read, or whose placeholders have no names."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TRANSLATING and node.args:
            texts = node.args[:2] if getattr(node.func, "id", "").startswith("ngettext") else node.args[:1]
            for text in texts:
                constant = isinstance(text, ast.Constant) and isinstance(text.value, str)
                if isinstance(text, ast.JoinedStr | ast.BinOp) or (
                    constant and re.search(r"%[sdf]|\{\}|\{\d", text.value)
                ):
                    found.append(ast.unparse(node))
    return found


def test_texts_are_whole_and_their_placeholders_have_names():
    files = tree.python(tree.PRODUCT)
    assert {tree.name(f): w for f in files if (w := wrong_calls(f.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("_('All of it')", False),
        ("_('%(n)s of them') % {'n': n}", False),
        ("_(role)", False),
        ("_(f'{n} of them')", True),
        ("_('one ' + 'two')", True),
        ("_('%s of them') % n", True),
        ("ngettext('{} row', '{} rows', n)", True),
    ],
)
def test_a_text_that_can_t_be_translated_is_seen(source, wrong):
    assert bool(wrong_calls(source)) is wrong


def test_the_catalogues_are_those_of_the_texts():
    wanted = dict(messages.files())
    assert len(wanted) >= 5
    assert [file for file, held in wanted.items() if file.read_bytes() != held] == [], "run `make messages`"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("%(count)s units in {place}", ["%(count)s", "{place}"]),
        ("<strong>Now</strong> &amp; then", ["<strong>", "</strong>", "&amp;"]),
        ("100%% of them", ["%%"]),
    ],
)
def test_the_pseudo_locale_keeps_placeholders_and_mark_up(text, kept):
    told = messages.pseudo(text)
    assert told.startswith("⟦")
    assert told.endswith("⟧")
    assert all(part in told for part in kept)
    assert not letters("".join(c for c in re.sub("|".join(map(re.escape, kept)), "", told) if c.isascii()))


KNOWN = frozenset({"Kari Coordinator"})


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>⟦ابث⟧</p>", []),
        ("<p>⟦ابث Kari Coordinator ث⟧ 12 %</p>", []),
        ("<p>⟦ابث volunteer ث⟧</p>", ["⟦ابث volunteer ث⟧"]),
        ("<p>Kari Coordinator, Monday 10 May 2027</p>", []),
        ("<p>⟦ابث⟧ and more</p>", ["⟦ابث⟧ and more"]),
        ('<button aria-label="Close">⟦ث⟧</button>', ["Close"]),
    ],
)
def test_an_untranslated_text_is_seen(html, found):
    assert list(untranslated(html, known=KNOWN)) == found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Rollen din: koordinator</p>", []),
        ("<p>Rollen din: coordinator</p>", ["Rollen din: coordinator"]),
        ("<p>Kari Coordinator, 23. november 2026</p>", []),
        ("<p>Person DD4E\u2011UP og melding 1be7a0b9</p>", []),
        ("<p>Monday 23. november</p>", ["Monday 23. november"]),
        ('<button aria-label="Close">Lukk</button>', ["Close"]),
        ("<p>En <code>alongside check</code> til</p>", []),
        ('<p lang="en">In <b>English</b></p><p>Close</p>', ["Close"]),
    ],
)
def test_a_word_left_in_english_is_seen(html, found):
    assert list(left_in_english(html, only_english("nb"), known=KNOWN)) == found


def data_of(world) -> frozenset[str]:
    """What stands on pages without being ours to translate: names, codes, what an import brought along."""
    rows = [*Organisation.objects.all(), *Group.objects.all(), *Identity.objects.all(), *Place.objects.all()]
    names = [row.name for row in rows] + [survey.title for survey in Survey.objects.all()]
    # What has to be put right in a file is kept in the language of whoever handed it in.
    for each in AnswersImport.objects.all():
        names += [each.name, *(str(words) for fault in each.first_faults for words in fault.values())]
    codes = [value for code in PlaceCode.objects.all() for value in (code.value, code.get_system_display())]
    demo = [person.name for person in PEOPLE]
    languages = [name for _, name in settings.LANGUAGES]
    answers = [said for each in Submission.objects.all() for said in each.answers.values()]
    written = [said for said in answers if isinstance(said, str) and " " in said]
    kinds = list(Place.objects.values_list("kind", flat=True))
    sources = [each.source for each in REPRODUCED]
    files = [*AnswersImport.objects.values_list("name", flat=True), *_faults()]
    return frozenset(
        [*names, *codes, *demo, *languages, *kinds, *written, *sources, *files, world.house.installation.name]
    )


def _faults() -> list[str]:
    """What has to be put right in a file: in the language in which it was handed in."""
    found = [fault for each in AnswersImport.objects.all() for fault in each.first_faults]
    return [cell for fault in found for cell in fault.values() if isinstance(cell, str)]


def words_of(row) -> frozenset[str]:
    """What a survey with questions of its own asks, in each of its languages."""
    if not getattr(row, "is_draft", False):
        return frozenset()
    asked, version = queries.asked_questions(row), Survey.objects.get(pk=row.pk).version
    items = [item for each in version.languages for item in questionnaire.items(version, asked, each)]
    return frozenset(words for item in items for words in (item.text, *dict(item.choices).values()))


def names_of_languages(address: str, language: str) -> frozenset[str]:
    """They come from CLDR, and only these pages tell them."""
    if address not in {"survey-add", "survey-questions", "survey-languages", "survey-language"}:
        return frozenset()
    with translation.override(language):
        names = [name for _code, name in language_choices()]
    return frozenset([*names, *(name.lower() for name in names), "Norwegian"])


def pages(world, address, language):
    """Pages as they are read in a language, and as they come back when nothing was filled in.

    With each, what its survey asks and the names of languages: neither is ours to translate.
    """
    route = ROUTES[address.name]
    for name in route.on:
        row = world.rows.get(name)
        if address.name.startswith("survey-preview") and words_of(row):
            continue  # the whole page stands in the language of its questions
        known = words_of(row) | names_of_languages(address.name, language)
        url = reverse(address.name, kwargs=route.kwargs(world, row))
        for method, visit in route.visits:
            empty = replace(visit, body={k: v for k, v in (visit.body or {}).items() if v == ""})
            for who in READERS:
                if visit.need(world, who, row):
                    with override_settings(LANGUAGE_CODE=language):
                        answer = ask(world, who, method, url, empty)
                    if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
                        yield answer.content.decode(), known


@pytest.mark.django_db
@pytest.mark.urls(EVERY_ADDRESS)
@pytest.mark.parametrize("address", LISTED, ids=lambda a: f"{a.view}:{a.name}")
def test_every_word_of_a_page_went_through_a_translation(world, address):
    known, found = data_of(world), set()
    for html, more in pages(world, address, PSEUDO):
        assert 'dir="rtl"' in html or "<html" not in html
        found.update(untranslated(html, known=known | more))
    assert sorted(found) == []


@pytest.mark.django_db
@pytest.mark.urls(EVERY_ADDRESS)
@pytest.mark.parametrize("address", LISTED, ids=lambda a: f"{a.view}:{a.name}")
def test_no_english_is_left_on_a_page_in_norwegian(world, address):
    english, known, found = only_english("nb"), data_of(world), set()
    for html, more in pages(world, address, "nb"):
        assert 'lang="nb"' in html or "<html" not in html
        found.update(left_in_english(html, english, known=known | more))
    assert sorted(found) == []


def test_every_deed_has_words_in_the_audit():
    """What the audit page would otherwise show as it stands in the code."""
    verbs, fields = set(), set()
    for name, deed in functions().items():
        if hasattr(deed, "permission"):
            verbs.add(f"{name.split('.')[-3]}.{name.split('.')[-1]}")
            given = inspect.signature(deed).parameters.values()
            fields |= {each.name for each in given if each.kind is each.KEYWORD_ONLY} - {"by"}
    assert verbs - set(sentences.VERBS) == set()
    assert fields - set(sentences.FIELDS) == set()
