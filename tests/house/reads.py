"""The matrix of reads: each query that an actor asks, and the permission that decides which rows come back.

As with deeds, the permissions stand here once more, by hand; a query that is not listed fails the test.
"""

from typing import Any

from django.db.models import QuerySet

from alongside.assess.surveys.models import Respondent
from alongside.commons.catalogue import queries as catalogue
from alongside.commons.catalogue.models import ActivityKind
from alongside.commons.people import identity
from alongside.commons.people import queries as people
from alongside.commons.people.models import Group, Identity, Membership, Organisation, Person
from alongside.commons.places import queries as places
from alongside.commons.places.models import Place
from alongside.core.access import queries as access
from alongside.core.access.actor import Actor
from alongside.core.access.models import AuditRow, Installation
from alongside.core.access.permissions import Permission as P
from alongside.core.outbox import queries as outbox
from alongside.core.outbox import sending
from alongside.core.outbox.kinds import Channel, State
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address
from alongside.journeys import survey_wordings, wordings, work
from alongside.journeys.wordings import Occasion
from tests.house.file_reads import FILE_READS
from tests.house.reading import Ids, Read, each, every, found, these
from tests.house.survey_reads import SURVEY_READS
from tests.house.world import MEMBERSHIPS, MESSAGES, ORGANISATIONS, PERSONS, RESPONDENTS, World


def everybody(_world: World) -> list[Any]:
    return list(Person.objects.values_list("pk", flat=True))


def every_role(_world: World) -> list[Membership]:
    return list(Membership.objects.select_related("member__person", *people._OF))


def running(world: World) -> QuerySet[Membership]:
    return Membership.objects.filter(tidied=False).exclude(ends__lt=world.house.at.date())


def named_alike(actor: Actor, world: World) -> Ids:
    asked = Identity.objects.filter(person__in=[world.rows[name].pk for name in SOME])
    return {p.pk for row in asked for p in people.namesakes(actor, row.name)}


def held_and_visible(world: World, who: str, person: Person) -> bool:
    roles = Membership.objects.filter(member=person, role="volunteer", tidied=False, ends__isnull=True)
    return any(world.may(who, P.MEMBERSHIP_VIEW, role) for role in roles)


def told(actor: Actor, role: Membership) -> Any:
    """What whoever reads for a message may say of a role."""
    message = Message(about={"membership": str(role.pk)}, queued_at=actor.at)
    return wordings._role_given(Occasion(message, Address(), "en", actor))


def asked_for(actor: Actor, respondent: Respondent) -> Any:
    """Whom whoever writes an invitation may read of."""
    message = Message(about={"respondent": respondent.pk}, queued_at=actor.at)
    return survey_wordings._respondent(Occasion(message, Address(), "en", actor))


SOME = ("volunteer", "nobody", "both")
PEOPLE: dict[str, Read] = {
    "organisations": Read(
        P.ORGANISATION_VIEW, every(Organisation), lambda a, w: found(people.organisations(a, units=True))
    ),
    "organisation": Read(
        P.ORGANISATION_VIEW,
        these(*ORGANISATIONS),
        each(lambda a, o: people.organisation(a, o.pk), *ORGANISATIONS),
    ),
    "units": Read(
        P.ORGANISATION_VIEW, these("unit"), lambda a, w: found(people.units(a, w.rows["municipality"]))
    ),
    "groups": Read(
        P.ORGANISATION_VIEW, every(Group), lambda a, w: found(people.groups(a, w.rows["municipality"]))
    ),
    "group": Read(P.ORGANISATION_VIEW, these("group"), each(lambda a, g: people.group(a, g.pk), "group")),
    "party": Read(
        P.ORGANISATION_VIEW,
        these(*ORGANISATIONS, "group"),
        each(lambda a, p: people.party(a, p.pk), *ORGANISATIONS, "group"),
    ),
    "parties_to_join": Read(
        P.MEMBERSHIP_EDIT,
        lambda w: [*Organisation.objects.all(), *Group.objects.all()],
        lambda a, w: found(people.parties_to_join(a)),
    ),
    "role_lines": Read(
        P.MEMBERSHIP_VIEW,
        every(Membership, of__group__isnull=True),
        lambda a, w: {
            row.pk
            for o in (*ORGANISATIONS, "institute")
            for past in (False, True)
            for row in people.role_lines(a, w.rows[o], past=past)
        },
    ),
    "lines": Read(
        P.PERSON_VIEW,
        every(Person),
        lambda a, w: {
            line.person.pk for line in people.lines(a, every_role(w), on=w.rows["unit"]) if line.is_known
        },
    ),
    "may_be_ended": Read(P.MEMBERSHIP_EDIT, running, lambda a, w: people.may_be_ended(a, every_role(w))),
    "people": Read(P.PERSON_VIEW, every(Person), lambda a, w: found(people.people(a))),
    "people#role": Read(
        P.PERSON_VIEW,
        every(Person),
        lambda a, w: found(people.people(a, role="volunteer")),
        also=held_and_visible,
    ),
    "found": Read(P.IDENTITY_VIEW, every(Person), lambda a, w: set(people.found(a, ""))),
    "namesakes": Read(P.IDENTITY_VIEW, these(*SOME), named_alike),
    "person": Read(P.PERSON_VIEW, these(*PERSONS), each(lambda a, p: people.person(a, p.pk), *PERSONS)),
    "numbered": Read(
        P.PERSON_VIEW, these(*PERSONS), each(lambda a, p: people.numbered(a, p.number) or None, *PERSONS)
    ),
    "by_number": Read(
        P.ACCOUNT_RECOVER,
        these(*PERSONS),
        each(lambda a, p: people.by_number(a, p.number, permission=P.ACCOUNT_RECOVER), *PERSONS),
    ),
    "by_number#known": Read(
        P.PERSON_VIEW, these(*PERSONS), each(lambda a, p: people.by_number(a, p.number), *PERSONS)
    ),
    "myself": Read(
        P.PERSON_VIEW,
        every(Person),
        lambda a, w: each(lambda me, p: people.myself(me) if me.subject == p.pk else None, *w.house.people)(
            a, w
        ),
        also=lambda w, who, row: row.pk == w.actors[who].subject,
    ),
    "roles_of": Read(
        P.MEMBERSHIP_VIEW,
        every(Membership, tidied=False, ends__isnull=True),
        lambda a, w: {
            m.pk for held in people.roles_of(a, everybody(w)).values() for m in held if m.ends is None
        },
    ),
    "roles_before": Read(
        P.MEMBERSHIP_VIEW,
        these("former's role"),
        lambda a, w: found(people.roles_before(a, w.rows["former"])),
    ),
    "ending_soon": Read(P.MEMBERSHIP_EDIT, these("leaver's role"), lambda a, w: found(people.ending_soon(a))),
    "given_in_turn": Read(
        P.MEMBERSHIP_EDIT,
        these("deputy's role"),
        lambda a, w: found(people.given_in_turn(a, w.rows["coordinator's role"])),
    ),
    "membership": Read(
        P.MEMBERSHIP_EDIT,
        these(*MEMBERSHIPS),
        each(lambda a, m: people.membership(a, m.pk, permission=P.MEMBERSHIP_EDIT), *MEMBERSHIPS),
    ),
}

READS: dict[str, Read] = {
    "core.access.queries.installation_for": Read(
        P.ORGANISATION_ADD,
        every(Installation),
        each(lambda a, _: access.installation_for(a, P.ORGANISATION_ADD), "installation"),
    ),
    "core.access.queries.audit_rows": Read(
        P.AUDIT_VIEW, every(AuditRow), lambda a, w: found(access.audit_rows(a))
    ),
    "commons.places.queries.top": Read(
        P.PLACE_VIEW, these("norway"), lambda a, w: found(places.top(a)), on="installation"
    ),
    "commons.places.queries.children": Read(
        P.PLACE_VIEW,
        every(Place, kind="county"),
        lambda a, w: found(places.children(a, w.rows["norway"])),
        on="installation",
    ),
    "commons.places.queries.search": Read(
        P.PLACE_VIEW, these("norway"), lambda a, w: found(places.search(a, "norw")), on="installation"
    ),
    "commons.places.queries.meant": Read(
        P.PLACE_VIEW, these("norway"), lambda a, w: found(places.meant(a, "Norway")), on="installation"
    ),
    "commons.places.queries.place": Read(
        P.PLACE_VIEW,
        these("norway", "innlandet"),
        each(lambda a, row: places.place(a, row.pk), "norway", "innlandet"),
        on="installation",
    ),
    "commons.catalogue.queries.kinds": Read(
        P.CATALOGUE_VIEW, every(ActivityKind), lambda a, w: found(catalogue.kinds(a)), on="installation"
    ),
    "core.outbox.queries.messages": Read(
        P.OUTBOX_VIEW, every(Message), lambda a, w: found(outbox.messages(a))
    ),
    "core.outbox.queries.message": Read(
        P.OUTBOX_VIEW, these(*MESSAGES), each(lambda a, m: outbox.message(a, m.pk), *MESSAGES)
    ),
    "core.outbox.queries.tally": Read(
        P.OUTBOX_VIEW,
        these("survey message"),
        lambda a, w: {
            w.rows["survey message"].pk
            for _ in outbox.tally(a, w.rows["closed survey"].scope, ["role-given"])
        },
    ),
    "core.outbox.queries.to_one": Read(
        P.OUTBOX_VIEW,
        every(Message),
        lambda a, w: found(outbox.to_one(a, w.house.people["volunteer"].id, ["role-given"])),
    ),
    "core.outbox.queries.letters": Read(
        P.OUTBOX_PRINT, these("letter", "survey letter"), lambda a, w: found(outbox.letters(a))
    ),
    "core.outbox.queries.letters#run": Read(
        P.OUTBOX_PRINT,
        these("printed letter"),
        lambda a, w: found(outbox.letters(a, run=w.rows["printed letter"].fetched_in)),
    ),
    "core.outbox.queries.runs": Read(
        P.OUTBOX_PRINT,
        these("printed letter"),
        lambda a, w: {w.rows["printed letter"].pk for _ in outbox.runs(a)},
    ),
    "core.outbox.sending.due": Read(
        P.OUTBOX_SEND, every(Message, state=State.WAITING), lambda a, w: found(sending.due(a, list(Channel)))
    ),
    **{f"commons.people.queries.{name}": read for name, read in PEOPLE.items()},
    "commons.people.identity.names": Read(
        P.IDENTITY_VIEW, every(Identity), lambda a, w: set(identity.names(a, everybody(w)))
    ),
    "commons.people.identity.shown": Read(
        P.IDENTITY_VIEW, every(Identity), lambda a, w: set(identity.shown(a, everybody(w), on=w.rows["unit"]))
    ),
    "commons.people.identity.card": Read(P.IDENTITY_VIEW, these(*PERSONS), each(identity.card, *PERSONS)),
    "commons.people.identity.address_of": Read(
        P.IDENTITY_REACH, these(*PERSONS), each(lambda a, p: identity.address_of(a, p.pk), *PERSONS)
    ),
    "commons.people.identity.search": Read(
        P.IDENTITY_VIEW, every(Identity), lambda a, w: set(identity.search(a, ""))
    ),
    **SURVEY_READS,
    **FILE_READS,
    "journeys.wordings._role_given": Read(P.MEMBERSHIP_VIEW, these(*MEMBERSHIPS), each(told, *MEMBERSHIPS)),
    "journeys.survey_wordings._respondent": Read(
        P.RESPONDENT_INVITE, these(*RESPONDENTS), each(asked_for, *RESPONDENTS)
    ),
    "journeys.work._past": Read(P.MEMBERSHIP_TIDY, these("past role"), lambda a, w: found(work._past(a))),
}

# Asked by an actor, but guarding nothing themselves.
DECIDED_BEFORE = {
    "assess.surveys.importing.begin": "takes the lease of what due_imports gives",
    "assess.surveys.computing.begin": "takes the lease of what due_surveys gives",
    "assess.surveys.respondent_queries.names": "names of rows that were asked for before; identity.shown decides",
    "assess.surveys.queries.may_make": "a button: whether there is anything that owners would give",
    "commons.people.identity.own_name": "one's own, of what names gives",
    "commons.people.queries.how_many": "counts what organisations gives",
    "commons.people.queries.by_name": "puts rows that were asked for before in order; identity.names decides",
    "core.outbox.queries.counts": "counts what messages gives",
    "core.outbox.queries.may_see_any": "a menu: whether there is anything that messages would give",
    "core.outbox.queries.may_print_any": "a menu: whether there is anything that letters would give",
    "assess.surveys.respondent_queries.written_to": "messages of a row that was found; outbox.to_one decides",
    "core.outbox.sending.take": "takes the lease of what due gives",
    "core.access.links.usable": "knows the instant only: links in time",
    "core.access.policy.can": "is the question itself",
    "core.access.policy.holds_anywhere": "for menus",
    "core.access.policy.holds_which": "for menus",
    "core.access.policy.visible": "is the question itself",
    "core.access.queries.may_read_audit": "a menu: whether there is anything that audit_rows would give",
    "core.access.queries.own_roles": "what one holds oneself",
    "core.access.sessions.own": "where one is signed in oneself",
}

# Reads without an actor: whoever calls has found the row they are about through one of the reads above.
WITHOUT_ACTOR = {
    "assess.surveys.queries.asked_activities": "of a survey that was found",
    "assess.surveys.queries.asked_questions": "of a survey that was found",
    "assess.surveys.queries.kinds_asked": "of a survey that was found",
    "assess.surveys.queries.questions_counted": "of a survey that was found",
    "assess.surveys.queries.asked_units": "of a survey that was found",
    "assess.surveys.queries.by_region": "adds up counts that were made",
    "assess.surveys.queries.side_of": "of a survey that was found",
    "assess.surveys.queries.open_to": "of a survey that was found",
    "commons.people.queries.has_account": "of a person who was found",
    "commons.people.queries.administrators": "of an installation that was found for who keeps it",
    "commons.people.queries.is_closed": "of a person who was found",
    "commons.people.queries.belongs_nowhere": "of a person who was found",
    "commons.people.queries.where": "of a party that was found",
    "commons.places.queries.in_words": "of a place that was found",
    "commons.places.queries.path": "of a place that was found",
    "commons.places.queries.paths": "of places that were found",
    "core.access.queries.database_answers": "reads no row",
    "core.access.queries.sealed": "how far, not what",
}
# Those that put people in order and find them: a face shows names through what leaves an audit row.
NOT_SHOWN = {"commons.people.identity.names", "commons.people.identity.search"}
# Those that would tell too much to a face: for actions, journeys and other queries alone.
NOT_BY_FACES = {
    "assess.surveys.queries.released",
    "assess.surveys.queries.answer_rows",
    "assess.surveys.queries.unit_rows",
    "commons.catalogue.queries.statutory_keys",
    "commons.forms.queries.as_asked",
    "commons.forms.queries.current",
    "commons.forms.queries.questions",
    "commons.people.identity.has_email",
    "commons.people.identity.is_taken",
    "commons.people.identity.store",
    "commons.people.identity.store_new",
    "commons.people.identity.store_sign_in_name",
    "commons.people.identity.subject_of_sign_in",
    "commons.places.queries.by_code",
    "commons.places.queries.country_of",
    "commons.places.queries.inside",
    "core.outbox.queries.to_keep",
    "core.outbox.queries.failed",
    "core.outbox.queries.how_often",
    "core.outbox.queries.written",
}
