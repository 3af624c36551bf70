"""One table. Nothing in a row says who a recipient is or what she is told."""

from django.db import models
from django.db.models import Q

from alongside.core.access.models import Scope
from alongside.core.kit.ids import new_id
from alongside.core.outbox.kinds import Channel, Failure, State


class Message(models.Model):
    """Something to be told to one subject. `about` holds ids; what they mean, the template knows.

    `lease` is the token of the worker that holds the message until `leased_until`. `tries` counts what was
    put off since somebody last asked for it; `turn` is raised when what had gone out goes once more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    recipient = models.UUIDField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    template = models.CharField(max_length=60)
    about = models.JSONField(default=dict)
    key = models.CharField(max_length=200, unique=True, help_text="the same key twice is the same message")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    failure = models.CharField(max_length=16, choices=Failure.choices, blank=True)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="not before this")
    tries = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=1)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True, help_text="when a letter went to the printer")
    fetched_in = models.UUIDField(null=True, blank=True, help_text="with which file for the printer")

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="message_due"),
            models.Index(fields=["scope", "-queued_at"], name="message_scope"),
            models.Index(fields=["-queued_at", "id"], name="message_newest"),
            models.Index(fields=["recipient", "template"], name="message_recipient"),
            models.Index(
                fields=["fetched_in"], name="message_fetched", condition=Q(fetched_in__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=State.FAILED) | ~Q(failure=""), name="message_failed_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HANDING) | Q(lease__isnull=False, leased_until__isnull=False),
                name="message_handing_is_leased",
            ),
            models.CheckConstraint(
                condition=Q(fetched_at__isnull=True) | Q(channel=Channel.LETTER, fetched_in__isnull=False),
                name="message_only_letters_are_fetched",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
