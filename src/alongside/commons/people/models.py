"""Parties. A person need have neither account, ID, phone nor e-mail; her name stands in Identity alone."""

from django.db import models
from django.db.models import F, Q

from alongside.commons.people.kinds import MEMBERSHIP_ROLES, OrganisationKind, UnitKind
from alongside.commons.places.models import Place
from alongside.core.access.models import Scope
from alongside.core.kit.ids import new_id, short_number


class Party(models.Model):
    """A person, an organisation or a group. The id is also the subject of grants."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    added = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Person(Party):
    """Somebody. No column here says who: see identity.py."""

    @property
    def number(self) -> str:
        return short_number(self.id)


class Organisation(Party):
    """An organisation; a unit is a child organisation of the same kind as its parent."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=OrganisationKind.choices)
    unit_kind = models.CharField(max_length=30, choices=UnitKind.choices, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="units")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField(null=True, blank=True, help_text="how many people a unit serves")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="unit_name_once"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("party_ptr")),
                name="organisation_not_own_parent",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="organisation_name")]

    def __str__(self) -> str:
        return self.name


class Group(Party):
    """Some people of an organisation who do something together, e.g. a mutual-aid group."""

    name = models.CharField(max_length=200)
    of = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="groups")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "name"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """What identifies a person: this table alone, opened by identity.py alone."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="+")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    postal = models.CharField(max_length=400, blank=True, help_text="the lines of an envelope below the name")
    language = models.CharField(max_length=12, blank=True, help_text="of messages; empty: not told")
    sign_in_name = models.CharField(max_length=60, null=True, blank=True, unique=True)

    def __str__(self) -> str:
        return f"identity of {self.person_id}"


class Membership(models.Model):
    """A party in a party, with a role, perhaps for a place, from a day to a day (the last day counts)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships")
    of = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=24, choices=[(r.value, r.value) for r in MEMBERSHIP_ROLES])
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    tidied = models.BooleanField(default=False, help_text="ended, and its reach taken away")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="membership_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(member=F("of")), name="membership_not_in_itself"),
        ]
        indexes = [
            models.Index(fields=["of", "role"], name="membership_of"),
            models.Index(fields=["member"], name="membership_member"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
