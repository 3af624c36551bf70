"""A form has versions; a version once used is fixed. A submission is one filled copy with its authorship."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from alongside.commons.catalogue.models import ActivityKind
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.people.models import Party
from alongside.core.access.models import Scope


def main_language_alone() -> list[str]:
    """In which languages a form is asked where nothing else is said."""
    return [settings.LANGUAGE_CODE]


class Form(models.Model):
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    """`languages` begins with the main one, in which `Question.text` and the form's title are written.

    `titles` holds the title in the others, by language.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    fixed_at = models.DateTimeField(
        null=True, blank=True, help_text="sent out or answered: nothing changes any more"
    )
    languages = models.JSONField(default=main_language_alone, help_text="codes, the main one first")
    titles = models.JSONField(default=dict, blank=True, help_text="the title in the other languages")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form_id} v{self.number}"


class Question(models.Model):
    """One question of one version. `choices` is a list of codes in the order they are offered.

    What it is called in other languages stands in `texts`, {language: text}; in the main one in `text`.
    `help` is {language: text} and `labels` is {code: {language: label}}, both with the main language in them.
    Coordination questions have neither: their codes and, for standard activities, their texts are translated
    with the interface.
    """

    version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=16, choices=QuestionKind.choices, default=QuestionKind.COORDINATION)
    text = models.CharField(max_length=500)
    texts = models.JSONField(default=dict, blank=True)
    help = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=list)
    labels = models.JSONField(default=dict, blank=True)
    required = models.BooleanField(default=False)
    least = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    most = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    is_whole = models.BooleanField(default=False, help_text="a number without decimals")
    activity = models.ForeignKey(
        ActivityKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once"),
            models.UniqueConstraint(fields=["version", "position"], name="question_position_once"),
            models.CheckConstraint(
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(most__gte=F("least")),
                name="question_most_from_least_on",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Mode(models.TextChoices):
    """How it was filled in (the value list of PublicSchema)."""

    SELF = "self", "by the person"
    ASSISTED = "assisted", "by another, in the person's own words"
    PROXY = "proxy", "by another, on the person's behalf"


class Submission(models.Model):
    """One filled copy: about whom, whose words, whose hand. `answers` maps question keys to answers.

    By kind of question: coordination and choice a code; several a sorted list of codes; number its digits as
    text ("12", "-0.5": no exponent, no zeros at the end, so that no digit is lost to floating point); text the
    words. A question without an answer has no key. Keys are sorted: equal answers are equal text, so that
    counting answer patterns is one GROUP BY.
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
