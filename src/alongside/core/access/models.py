"""Tables of access. Constraints give the guarantee; the audit's tables refuse UPDATE and DELETE (triggers)."""

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from alongside.core.access.kinds import ActorKind, ScopeKind, SignInWay
from alongside.core.access.roles import Role
from alongside.core.kit.ids import new_id


def _choices(
    kinds: type[ScopeKind] | type[Role] | type[ActorKind] | type[SignInWay],
) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in kinds]


class Scope(models.Model):
    """A circle in which something may be allowed. What it belongs to points here, never the reverse."""

    kind = models.CharField(max_length=20, choices=_choices(ScopeKind))

    def __str__(self) -> str:
        return f"{self.kind} scope {self.pk}"


class ScopeParent(models.Model):
    """A direct parent: an organisation's scope hangs under its parent's and under its place's."""

    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="child_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "parent"], name="scope_parent_once"),
            models.CheckConstraint(condition=~Q(scope=F("parent")), name="scope_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.scope_id} under {self.parent_id}"


class ScopeAbove(models.Model):
    """The closure of ScopeParent, each scope above itself at depth 0. `below_kind` saves a join in `visible()`."""

    above = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="below_links")
    below = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="above_links")
    below_kind = models.CharField(max_length=20, choices=_choices(ScopeKind))
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["above", "below"], name="scope_above_once")]
        indexes = [
            models.Index(fields=["below", "above", "depth"], name="scope_above_below"),
            # All that `visible()` reads of this table, so that a wide reach is answered from the index alone.
            models.Index(fields=["above", "below_kind", "depth", "below"], name="scope_above_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.above_id} above {self.below_id}"


class Installation(models.Model):
    """The one row that guards what has no other parent. Also the name people see at the top of each page."""

    name = models.CharField(max_length=200)
    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="+")
    singleton = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(singleton=True), name="installation_only_one")]

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role for a subject in a scope, for a time and a purpose. Ended, never deleted."""

    subject = models.UUIDField()
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24, choices=_choices(Role))
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    source = models.UUIDField(null=True, blank=True, help_text="what wrote it, e.g. a membership's id")
    given_by = models.UUIDField(null=True, blank=True, help_text="who decided to give it")
    ended_by = models.UUIDField(null=True, blank=True, help_text="who decided to end it")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "scope", "role"], name="grant_subject_scope"),
            models.Index(fields=["source"], name="grant_source"),
            models.Index(fields=["given_by"], name="grant_given_by"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="grant_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} in scope {self.scope_id}"


class UserManager(BaseUserManager["User"]):
    def for_subject(self, subject: UUID) -> "User | None":
        return self.filter(subject=subject).first()


class User(AbstractBaseUser):
    """An account: a subject that can sign in. No name, no e-mail; a person need not have one."""

    subject = models.UUIDField(unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "subject"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return f"account {self.pk}"


class SignIn(models.Model):
    """That somebody signed in with a browser, and whether she still is. No address: a browser's name says enough."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=20, choices=_choices(SignInWay))
    browser = models.CharField(max_length=60, blank=True)
    began = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"sign-in {self.pk}"


class OneTimeLink(models.Model):
    """A link that signs one person in once. Only the hash of its secret is here."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject = models.UUIDField(db_index=True)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link {self.pk}"


class RateWindow(models.Model):
    """Attempts counted in the database, so that every process counts the same. Keys are keyed hashes."""

    key = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_window_once")]

    def __str__(self) -> str:
        return f"{self.count} in window {self.window}"


class Receipt(models.Model):
    """That a form was sent, and where it led: sent again, it leads there again."""

    form = models.CharField(
        max_length=32, unique=True, help_text="the number of the form that was handed out"
    )
    digest = models.CharField(max_length=64, help_text="a keyed hash of what it held")
    led_to = models.CharField(max_length=200)
    at = models.DateTimeField(db_index=True)
    repeats = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"receipt {self.pk}"


class AuditRow(models.Model):
    """Who did what to which row, when: ids and names of fields, never values, and no foreign keys.

    `scope_id` is a plain number, so that `visible()` guards these rows like any other and nothing
    that is ever deleted takes its history along.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12, choices=_choices(ActorKind))
    actor = models.UUIDField()
    verb = models.CharField(max_length=80)
    outcome = models.CharField(max_length=12, choices=[(o, o) for o in ("done", "seen", "not allowed")])
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    made_kind = models.CharField(max_length=40, blank=True)
    made_id = models.CharField(max_length=40, blank=True)
    scope_id = models.BigIntegerField()
    fields = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["scope_id", "-id"], name="audit_scope")]

    def __str__(self) -> str:
        return f"{self.verb} {self.outcome}"


class AuditSeal(models.Model):
    """One link of the hash chain: the n-th sealed audit row. A missing number or row is an alarm."""

    number = models.BigIntegerField(primary_key=True)
    row = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"seal {self.number}"
