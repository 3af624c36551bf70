"""A form has versions; a version once used is fixed. A submission is one filled copy with its authorship."""

from django.db import models
from django.db.models import Q

from alongside.commons.catalogue.models import ActivityKind
from alongside.commons.people.models import Party
from alongside.core.access.models import Scope


class Form(models.Model):
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    fixed_at = models.DateTimeField(null=True, blank=True, help_text="answered: nothing changes any more")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form_id} v{self.number}"


class Question(models.Model):
    """One question of one version. `choices` is a list of codes in the order they are offered."""

    version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    text = models.CharField(max_length=500)
    choices = models.JSONField(default=list)
    required = models.BooleanField(default=False)
    activity = models.ForeignKey(
        ActivityKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once"),
            models.UniqueConstraint(fields=["version", "position"], name="question_position_once"),
        ]

    def __str__(self) -> str:
        return self.key


class Mode(models.TextChoices):
    """How it was filled in (the value list of PublicSchema)."""

    SELF = "self", "by the person"
    ASSISTED = "assisted", "by another, in the person's own words"
    PROXY = "proxy", "by another, on the person's behalf"


class Submission(models.Model):
    """One filled copy: about whom, whose words, whose hand. `answers` maps question keys to codes.

    Keys are sorted: equal answers are equal text, so that counting answer patterns is one GROUP BY.
    """

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="submissions")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    speaker = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    writer = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(
        max_length=20, blank=True, help_text="which side of the subject says so; sides are never pooled"
    )
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.SELF)
    made_at = models.DateTimeField()
    answers = models.JSONField(default=dict)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    current = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "current"], name="submission_scope")]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "version", "subject", "side"],
                condition=Q(current=True),
                name="submission_current_once",
            )
        ]

    def __str__(self) -> str:
        return f"submission {self.pk}"
