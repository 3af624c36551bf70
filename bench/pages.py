"""Server time of every survey page at 5,000 units and 100,000 answers: `python -m bench.pages`.

An installation is filled in a folder of its own, on SQLite. Each page is asked for several times, as its
owner and as somebody for whom small cells are closed; the median is set against the 50 ms a page may take.
The processor's time is taken: SQLite works within it, and what else the machine does stays out of the figure.
"""

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

UNITS, ANSWERED, PER_UNIT = 5_000, (5_000, 5_000, 5_000, 1_667), 6
LIMIT_MS = 50.0
TRIES = 15
ACTIVITIES = (
    "day-centre",
    "meal-delivery",
    "culture-nursing-home",
    "culture-home-care",
    "physical",
    "social",
)


@dataclass(frozen=True)
class Page:
    """A page, who asks for it, and whether it is a file that may take longer than a page."""

    name: str
    url: str
    who: str = "researcher"
    is_file: bool = False


def main() -> int:
    """Fill, measure, print; ends with 1 where a page is slower than it may be."""
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as folder:
        os.environ["ALONGSIDE_DATA"] = folder
        os.environ["ALONGSIDE_HOSTS"] = "testserver"
        os.environ["DJANGO_SETTINGS_MODULE"] = "alongside.config.settings"
        os.environ.pop("DATABASE_URL", None)
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        import django

        django.setup()
        began = time.perf_counter()
        house, surveys = filled()
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
        return measured(house, surveys)


def filled():
    """The small installation of the tests with 5,000 units in it, and four surveys of all of them."""
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone
    from tests.factories.house import build

    from alongside.assess.surveys import actions, respondent_actions
    from alongside.journeys import work

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        house = build(timezone.now())
        units = many_units(house)
    surveys = []
    for number, answered in enumerate(ANSWERED, start=1):
        with transaction.atomic():
            survey = actions.make_survey(
                house.institute,
                by=house.as_("researcher"),
                title=f"Survey {number}",
                country=house.norway,
                activities=ACTIVITIES,
                units=units,
                sensitivity=["social"],
                seed=number,
                replicates=1_000,
                sides=("staff", "volunteers") if number == 1 else ("staff",),
                opened_on=house.at.date() - timedelta(days=0 if number == 1 else 300 + number),
            )
            actions.import_answers(survey, by=house.as_("researcher"), content=answers(answered, number))
            if number == 1:  # a second side, and the others are earlier surveys
                content = answers(ANSWERED[-1], 9)
                actions.import_answers(survey, by=house.as_("researcher"), content=content, side="volunteers")
        surveys.append(survey)
    with transaction.atomic():  # somebody is named for each unit of the last
        content = respondents()
        respondent_actions.import_respondents(surveys[-1], by=house.as_("researcher"), content=content)
    work.run_once(timezone.now())
    write_to_all(house, surveys[-1])
    return house, surveys


def write_to_all(house, survey):
    """Invitations and two reminders, as if the mail server and the printer had taken them; some came back."""
    from django.db.models import F

    from alongside.assess.surveys import inviting
    from alongside.core.access import actor
    from alongside.core.outbox.models import Message

    contact = "Rita, telephone 555 01"
    for number, deed in enumerate((inviting.invite, inviting.remind, inviting.remind)):
        at = house.at + timedelta(days=6 * number)
        began = time.perf_counter()
        queued = deed(survey, by=actor.user(house.as_("researcher").subject, at), contact=contact)
        took = time.perf_counter() - began
        print(
            f"{deed.__name__}: {queued.emails} e-mails and {queued.letters} letters in {took:.1f} s",
            flush=True,
        )
        waiting = Message.objects.filter(state="waiting")
        waiting.filter(channel="letter").update(fetched_at=at, fetched_in="0" * 32)
        waiting.update(state="sent", settled_at=F("queued_at"))
    some = Message.objects.filter(template="survey-reminder").order_by("pk").values("pk")[:40]
    Message.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(
        state="failed", failure="bounced"
    )


def many_units(house):
    """Units of two municipalities. Rows are laid down directly: actions are for single ones."""
    from alongside.commons.people.models import Organisation, Party, UnitKind
    from alongside.core.access.kinds import ScopeKind
    from alongside.core.access.scopes import open_many

    kinds = list(UnitKind)
    above = [(house.municipality, house.other_municipality)[number % 2] for number in range(UNITS)]
    scopes = open_many(ScopeKind.ORGANISATION, [[parent.scope] for parent in above])
    parties = Party.objects.bulk_create([Party(scope=s, added=house.at) for s in scopes], batch_size=1000)
    units = []
    for number, (party, parent) in enumerate(zip(parties, above, strict=True)):
        unit = Organisation(
            party_ptr_id=party.pk,
            scope=party.scope,
            added=party.added,
            name=f"Unit {number:05}",
            kind=parent.kind,
            unit_kind=kinds[number % 4],
            parent=parent,
            place=parent.place,
        )
        unit.save_base(raw=True)
        units.append(unit)
    return units


def answers(count: int, seed: int) -> bytes:
    import random

    dice = random.Random(seed)
    cells = ["unit", "unit", "unit", "together", "organisation", "other", "unsure"]
    lines = [",".join(("unit", *ACTIVITIES))]
    lines += [",".join([f"{n:04}", *(dice.choice(cells) for _ in ACTIVITIES)]) for n in range(1, count + 1)]
    return "\n".join(lines).encode()


def respondents() -> bytes:
    """Somebody for each unit, reached in one of three ways."""
    lines = ["unit,respondent,e-mail,postal address,telephone,people served"]
    for n in range(1, UNITS + 1):
        contact = (f",,555 {n}", f"p{n}@example.org,,", f",Lia {n};2600 Fjellvik,")[n % 3]
        lines.append(f"{n:04},Person {n},{contact},{n % 90 + 1}")
    return "\n".join(lines).encode()


def asking_pages(house, survey):
    """Pages of who answers, and those behind a code."""
    from django.urls import reverse

    from alongside.assess.surveys import respondent_actions, respondent_queries

    by = house.as_("researcher")
    first = respondent_queries.respondents(by, survey, answered="no").first()
    code = respondent_actions.make_code(first, by=by)
    listed = reverse("survey-respondents", args=[survey.pk])
    yield Page("survey-respondents", listed)
    yield Page("..., last page", f"{listed}?page=9999")
    yield Page("..., not answered", f"{listed}?answered=no&channel=telephone")
    yield Page("..., not reached", f"{listed}?answered=not-reached")
    yield Page("..., refused", f"{listed}?answered=refused")
    for name in ("survey-asking", "survey-asking-state", "survey-invite", "survey-remind"):
        yield Page(name, reverse(name, args=[survey.pk]))
    yield Page("messages", reverse("messages"))
    yield Page("answer-refuse", reverse("answer-refuse", args=[code]), "evaluator")
    yield Page("survey-respondent", reverse("survey-respondent", args=[first.pk]))
    yield Page("survey-calls", reverse("survey-calls", args=[survey.pk]))
    yield Page("survey-call", reverse("survey-call", args=[first.pk]))
    for who in ("researcher", "evaluator"):
        yield Page("survey-response", reverse("survey-response", args=[survey.pk]), who)
    yield Page("answer", reverse("answer", args=[code]), "evaluator")
    yield Page("answer-question", reverse("answer-question", args=[code, 1]), "evaluator")
    yield Page("answer-questions", reverse("answer-questions", args=[code]), "evaluator")


def pages(house, survey):
    from django.urls import reverse

    def at(name):
        return reverse(name, args=[survey.pk])

    add = reverse("survey-add")
    named = f"title=A&owner={house.institute.pk}&country={house.norway.pk}"
    yield Page("surveys", reverse("surveys"))
    yield Page("surveys, searched", reverse("surveys") + "?q=survey&having=answers")
    for who in ("researcher", "evaluator"):
        for name in ("survey", "survey-table", "survey-how", "survey-state", "survey-table-csv"):
            yield Page(name, at(name), who)
        for name in ("compare", "compare-csv", "years", "years-csv", "response", "response-csv"):
            yield Page(f"survey-{name}", at(f"survey-{name}"), who)
    yield Page("survey-import", at("survey-import"))
    yield Page("survey-publish", at("survey-publish"))
    yield Page("survey-add", add)
    yield Page("survey-add, activities", f"{add}?step=activities&{named}")
    yield Page("survey-add, units", f"{add}?step=units&{named}&activities=social")
    yield Page("survey-units", at("survey-units"), is_file=True)
    yield Page("survey-answers", at("survey-answers"), is_file=True)


def measured(house, surveys) -> int:
    from django.test import Client

    clients = {who: house.sign_in(Client(), who) for who in ("researcher", "evaluator")}
    slow = 0
    given = f"{UNITS:,} units, {sum(ANSWERED) * PER_UNIT:,} answers, SQLite"
    print(f"{given}; median of {TRIES}, limit {LIMIT_MS:g} ms")
    for page in (*pages(house, surveys[0]), *asking_pages(house, surveys[-1])):
        took = []
        for _ in range(TRIES + 1):
            began = time.thread_time()
            response = clients[page.who].get(page.url)
            took.append((time.thread_time() - began) * 1000)
            assert response.status_code == 200, (page.name, response.status_code)
        median = statistics.median(took[1:])
        over = median > LIMIT_MS and not page.is_file
        slow += over
        note = "file" if page.is_file else "TOO SLOW" if over else ""
        print(f"{page.name:24} {page.who:10} {median:7.1f} ms  {median / LIMIT_MS:5.2f} x limit  {note}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
