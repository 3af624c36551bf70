"""The page of the audit."""

import importlib
import inspect
import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from alongside.commons.people import accounts
from alongside.commons.people import actions as people
from alongside.core.access import actor as actors
from alongside.core.access import audit, links
from alongside.core.access.models import AuditRow
from alongside.core.access.roles import Role
from alongside.web.audit import sentences, views
from tests.conftest import NOW
from tests.house import tree


def text(answer):
    return answer.content.decode()


def cells(answer, label):
    return re.findall(rf'data-label="{label}"><span>(.*?)</span></td>', text(answer))


def test_an_administrator_reads_what_was_done_in_words_and_without_names(house, client):
    page = text(house.sign_in(client, "administrator").get("/audit"))
    assert "added a person" in page
    assert "opened this installation" in page
    assert "somebody at the machine" in page
    assert "Solbakken" in page
    assert "Vilde" not in page
    assert "people.add_person" not in re.sub(r"<option.*?</option>", "", page)


def test_a_coordinator_reads_what_was_done_in_her_organisation_alone(house, client):
    people.change_organisation(house.unit, by=house.as_("coordinator"), name="Solsiden")
    people.change_organisation(house.other_municipality, by=house.as_("other_coordinator"), name="Havna")
    page = text(house.sign_in(client, "coordinator").get("/audit"))
    assert "Kari Coordinator" in page
    assert "changed an organisation or unit" in page
    assert "Havna" not in page
    assert "opened this installation" not in page


def test_nobody_else_finds_it(house, client):
    for who in ("volunteer", "supervisor", "official", "evaluator"):
        assert house.sign_in(client, who).get("/audit").status_code == 404, who


def test_reading_it_stands_in_it_with_what_was_looked_for(house, client):
    house.sign_in(client, "administrator").get("/audit?verb=people.join&since=2027-05-01")
    row = AuditRow.objects.latest("pk")
    assert (row.verb, row.outcome, row.fields) == ("access.audit", "seen", ["since", "verb"])
    assert "read the audit" in cells(client.get("/audit"), "What")[0]


def test_it_can_be_narrowed(house, client):
    people.change_card(house.people["volunteer"], by=house.as_("coordinator"), name="V")
    house.sign_in(client, "administrator")
    number = house.people["volunteer"].number
    for query, what in (
        ("verb=people.add_unit", {"added a unit"}),
        ("outcome=seen", {"read the audit"}),
        (f"who={number}", {"changed a person’s card"}),
        (f"who={house.people['coordinator'].number}", {"changed a person’s card"}),
    ):
        client.get("/audit")
        found = {re.sub(" <.*", "", cell) for cell in cells(client.get(f"/audit?{query}"), "What")}
        assert found == what, query
    for query in ("who=7KQ2-MX", "until=2027-05-09", "since=2027-05-11"):
        assert "No row fits" in text(client.get(f"/audit?{query}")), query
    assert len(cells(client.get("/audit?since=2027-05-10&until=2027-05-10"), "What")) > 10


def test_what_cant_be_understood_is_said_and_the_rest_is_shown(house, client):
    answer = house.sign_in(client, "administrator").get("/audit?since=soon&verb=nonsense")
    assert answer.status_code == 422
    assert "This is not a date" in text(answer)
    assert 'value="soon"' in text(answer)
    assert cells(answer, "What")


def test_older_rows_are_a_step_away_and_none_comes_twice(house, client):
    for n in range(60):
        people.add_unit(house.municipality, by=house.operator, name=f"Unit {n}")
    first = house.sign_in(client, "administrator").get("/audit?verb=people.add_unit")
    older = re.search(r'rel="next" href="([^"]*)"', text(first))[1].replace("&amp;", "&")
    second = client.get(f"/audit{older}")
    about = cells(first, "About") + cells(second, "About")
    assert len(about) == len(set(about)) == 61
    assert 'rel="next"' not in text(second)
    assert "The newest rows" in text(second)
    assert client.get("/audit?before=x").status_code == 200


def test_how_far_it_is_sealed(house, client):
    house.sign_in(client, "administrator")
    nothing = text(client.get("/audit"))
    assert "Nothing is sealed yet" in nothing
    assert '<nav class="pager"' not in nothing
    sealed = audit.seal(house.worker)
    page = text(client.get("/audit"))
    assert "Every row is sealed within seconds" in page
    assert f"the number {sealed}" in page
    audit.seal(house.worker)
    audit.record(replace(house.operator, at=NOW - timedelta(minutes=1)), "people.join", house.unit)
    assert "The audit is not being sealed" in text(client.get("/audit"))


def test_what_was_not_allowed_stands_there_too(house, client):
    house.sign_in(client, "volunteer").get(f"/people/{house.people['nobody'].pk}")
    page = house.sign_in(client, "administrator").get("/audit?outcome=not+allowed")
    assert "asked for what is not there for them" in cells(page, "What")[0]
    assert house.people["nobody"].number.replace("-", "\u2011") in cells(page, "About")[0]


def test_whoever_used_a_link_is_named_as_such(house, client):
    secret = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    link, holder = links.find(secret, actor=actors.anonymous(NOW))
    links.use(link, by=holder)
    page = text(house.sign_in(client, "administrator").get("/audit?verb=access.use"))
    assert "whoever held the link" in page


def test_as_many_questions_for_three_rows_as_for_one(house, client, django_assert_num_queries):
    for names in (["relay"], ["liaison", "specialist"]):
        for name in names:
            people.join(house.municipality, by=house.operator, person=house.people[name], role=Role.VOLUNTEER)
        house.sign_in(client, "administrator")
        with django_assert_num_queries(12):
            client.get("/audit?verb=people.join")


def verbs():
    """Every verb that the product can write: of deeds, and of reads that leave a row."""
    for file in tree.python(tree.PRODUCT):
        source = file.read_text(encoding="utf-8")
        yield from re.findall(r'audit\.\w+\(\s*\w+, "([\w.]+)"', source)
        if "@action(" in source and file.name != "policy.py":
            module = importlib.import_module(tree.module(file))
            for deed in vars(module).values():
                if inspect.isfunction(deed) and hasattr(deed, "permission"):
                    yield f"{deed.__module__.split('.')[-2]}.{deed.__name__}"


def test_every_verb_is_told_in_words():
    found = set(verbs())
    assert {"people.join", "people.card", "access.use"} <= found
    assert found <= set(sentences.VERBS)
    assert set(sentences.VERBS) <= found | {"access.open_installation", "access.ask", "access.audit"}


def test_what_was_made_is_not_told_twice(house):
    same = SimpleNamespace(
        at=NOW, actor_kind="user", actor=house.people["nobody"].pk, verb="people.join", outcome="done", pk=1,
        object_kind="person", object_id="7", made_kind="person", made_id="7", fields=[],
    )  # fmt: skip
    (shown,) = views._rows(house.as_("administrator"), [same])
    assert (shown["about"], shown["made"]) == ({"text": "person"}, "")


def test_what_nobody_has_put_into_words_is_shown_as_it_stands(house):
    row = SimpleNamespace(
        at=NOW, actor_kind="user", actor=house.people["nobody"].pk, verb="cases.open", outcome="done", pk=1,
        object_kind="case", object_id="7", made_kind="person", made_id="no id", fields=["colour"],
    )  # fmt: skip
    (shown,) = views._rows(house.as_("administrator"), [row])
    assert (shown["what"], shown["fields"]) == ("cases.open", "colour")
    assert shown["about"] == {"text": "case 7"}
    assert shown["made"] == {"text": "person"}
