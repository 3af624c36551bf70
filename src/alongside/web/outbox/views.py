"""What waits, what failed and why; have it sent again, drop it; one file for the printer."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alongside.commons.people import identity
from alongside.commons.people import queries as people
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import installation
from alongside.core.kit.ids import short_number
from alongside.core.kit.refusal import NotVisible
from alongside.core.outbox import actions, printing, queries, rules
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.journeys.sending import letter_files, not_needed
from alongside.journeys.wordings import TEMPLATES
from alongside.web.outbox.forms import DropForm, NarrowForm, PrintForm
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import go, page, slice_of
from alongside.web.shell.words import datetime_words, number, somebody

# Fewer than elsewhere: each row has buttons of its own.
PAGE_SIZE = 30


@require_safe
def messages_page(request: HttpRequest) -> HttpResponse:
    """The newest first, with what can be done about each."""
    actor = actor_of(request)
    form = NarrowForm(request.GET)
    form.is_valid()
    narrowed = {key: value for key, value in form.cleaned_data.items() if value}
    counts = queries.counts(actor)
    total = None if narrowed else sum(counts.values())
    found = slice_of(request, queries.messages(actor, **narrowed), size=PAGE_SIZE, total=total)
    if not found.total and not queries.may_see_any(actor):
        raise NotVisible("page", "messages")
    return page(
        request,
        "outbox/messages.html",
        status=status_of(form),
        form=form,
        narrowed=bool(narrowed),
        found=found,
        rows=_rows(actor, found.rows),
        headline=_headline(counts),
        figures=_figures(counts),
        to_print=queries.letters(actor).count(),
        print_form=PrintForm(),
        runs=[_run(each) for each in queries.runs(actor)],
    )


def _headline(counts: Mapping[str, int]) -> str:
    """What should be known first."""
    stuck = counts.get(State.FAILED, 0) + counts.get(State.UNSURE, 0)
    waiting = counts.get(State.WAITING, 0) + counts.get(State.HANDING, 0)
    if stuck:
        said = ngettext("One message needs a look", "%(count)s messages need a look", stuck)
        return said % {"count": number(stuck)}
    if waiting:
        said = ngettext(
            "One message waits, nothing is stuck", "%(count)s messages wait, nothing is stuck", waiting
        )
        return said % {"count": number(waiting)}
    return _("Every message has gone out") if counts else _("No message has been written yet")


def _figures(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many stand where, those that somebody should look at first."""
    order = (State.FAILED, State.UNSURE, State.WAITING, State.HANDING, State.SENT, State.DROPPED)
    return [{"value": number(counts[s]), "label": s.label, "state": s.value} for s in order if s in counts]


def _run(run: Mapping[str, Any]) -> dict[str, Any]:
    count = ngettext("One letter", "%(count)s letters", run["count"]) % {"count": number(run["count"])}
    told = {"moment": datetime_words(run["at"]), "letters": count}
    return {"run": run["fetched_in"], "words": _("%(moment)s: %(letters)s") % told}


def _rows(actor: Actor, found: Sequence[Any]) -> list[dict[str, Any]]:
    ids = {each.recipient for each in found}
    names = identity.shown(actor, ids, on=installation())
    known = set(people.people(actor, only=ids).values_list("pk", flat=True))
    return [
        {
            "pk": each.pk,
            "to": somebody(names.get(each.recipient, ""), short_number(each.recipient)),
            "person_url": reverse("person", args=[each.recipient]) if each.recipient in known else "",
            "what": _what(each),
            "channel": Channel(each.channel).label,
            "queued": each.queued_at,
            "state": State(each.state).label,
            "why": state_words(each, actor),
            "may_retry": _may_retry(each, actor),
            "may_drop": _may_drop(each, actor),
            "may_return": not rules.why_not_bounce(
                state=each.state, channel=each.channel, fetched=each.fetched_at is not None
            ),
            "is_unsure": each.state == State.UNSURE,
        }
        for each in found
    ]


def _what(message: Any) -> str:
    template = TEMPLATES.get(message.template)
    return str(template.called) if template else _("a message of a kind that is not known here any more")


def _is_held(message: Any, actor: Actor) -> bool:
    return message.leased_until is not None and message.leased_until > actor.at


def _may_retry(message: Any, actor: Actor) -> bool:
    """A waiting message may be hurried once it has been put off; before that there is nothing to mend."""
    if message.state == State.SENT or (message.state == State.WAITING and not message.tries):
        return False
    reasons = rules.why_not_retry(
        state=message.state, channel=message.channel, held=_is_held(message, actor), fetched=False
    )
    return not reasons


def _may_drop(message: Any, actor: Actor) -> bool:
    reasons = rules.why_not_drop(
        state=message.state,
        channel=message.channel,
        held=_is_held(message, actor),
        fetched=message.fetched_at is not None,
    )
    return not reasons


def state_words(message: Any, actor: Actor) -> str:
    """Where a message stands, and what comes next, in a sentence."""
    failure = Failure(message.failure).label if message.failure else ""
    moment = datetime_words(message.settled_at or message.due_at)
    if message.state == State.WAITING:
        return _waiting_words(message, actor, str(failure))
    if message.state == State.SENT and message.channel == Channel.LETTER:
        fetched = message.fetched_at
        return (
            _("went to the printer on %(moment)s") % {"moment": datetime_words(fetched)}
            if fetched
            else _("written, and waits for the printer")
        )
    sentences = {
        State.HANDING: _("being handed over"),
        State.UNSURE: _("perhaps sent: the connection broke at the last moment. Ask whether it has arrived."),
        State.SENT: _("sent on %(moment)s") % {"moment": moment},
        State.FAILED: _("not sent: %(why)s") % {"why": failure},
        State.DROPPED: _("dropped on %(moment)s") % {"moment": moment},
    }
    return sentences[State(message.state)]


def _waiting_words(message: Any, actor: Actor, failure: str) -> str:
    if failure:
        told = {"why": failure, "moment": datetime_words(message.due_at)}
        return _("tried, and %(why)s; next try on %(moment)s") % told
    if message.due_at > actor.at:
        return _("goes out on %(moment)s") % {"moment": datetime_words(message.due_at)}
    return _("waits for its turn")


@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have it sent now."""
    actor = actor_of(request)
    actions.retry(queries.message(actor, pk), by=actor)
    messages.success(request, _("It will be sent within a minute."))
    return go(reverse("messages"))


@require_POST
def arrived(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Of a message that was perhaps sent: somebody has it."""
    actor = actor_of(request)
    actions.note_arrival(queries.message(actor, pk), by=actor)
    messages.success(request, _("Noted. It will not be sent again."))
    return go(reverse("messages"))


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks once, and drops a message."""
    actor = actor_of(request)
    shown = queries.message(actor, pk, permission=Permission.OUTBOX_RETRY)
    form = DropForm(sent(request))
    if attempt(form, lambda _said: actions.drop(shown, by=actor)):
        messages.success(request, _("It is dropped. Nothing more is sent."))
        return go(reverse("messages"))
    return page(
        request,
        "outbox/drop.html",
        status=status_of(form),
        form=form,
        row=_rows(actor, [shown])[0],
        may_drop=_may_drop(shown, actor),
        crumbs=[{"label": _("Messages"), "url": reverse("messages")}, {"label": _("Drop a message")}],
    )


@require_POST
def letters(request: HttpRequest) -> HttpResponse:
    """One file for the printer: the letters that wait, or those of a file that was made before."""
    actor = actor_of(request)
    if not queries.may_print_any(actor):
        raise NotVisible("page", "letters")
    form = PrintForm(request.POST)
    if not form.is_valid():
        raise NotVisible("run")
    printed = printing.print_letters(
        actor,
        letter_files(),
        both_sides=not form.cleaned_data["one_side"],
        run=form.cleaned_data["run"],
        spent=not_needed,
    )
    if printed.missing:
        told = ngettext(
            "The file of one letter is not on this machine, so it is not among them.",
            "The files of %(count)s letters are not on this machine, so they are not among them.",
            printed.missing,
        )
        messages.warning(request, told % {"count": number(printed.missing)})
    name = _("letters-%(day)s") % {"day": actor.at.date().isoformat()}
    answer = HttpResponse(printed.pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
