"""A survey asks one respondent a unit; its table is computed by the worker and kept with how it was made."""

from django.db import models
from django.db.models import F, Q

from alongside.assess.surveys.kinds import (
    UNDER_WAY,
    CallResult,
    Channel,
    DrawnBy,
    ImportState,
    ImportTrouble,
    Keep,
    Side,
)
from alongside.commons.forms.models import FormVersion
from alongside.commons.people.models import Organisation, Person
from alongside.commons.places.models import Place
from alongside.core.access.models import Scope
from alongside.core.kit.ids import new_id


def staff_alone() -> list[str]:
    """Who is asked where nothing else is said, as in the study behind the table."""
    return [Side.STAFF.value]


class Survey(models.Model):
    """`revision` counts changes of answers or definitions: a table of an older revision is out of date.

    What counts as statutory, and what the sensitivity run leaves out, is fixed here when the survey is
    made, so that a later change of the catalogue moves no published number.

    A draft has questions and asks nobody yet: only those who may change it see it.
    """

    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    version = models.OneToOneField(FormVersion, on_delete=models.PROTECT, related_name="+")
    country = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    repeats = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the earlier survey whose questions it asks again, so that the two compare",
    )
    sides = models.JSONField(default=staff_alone, help_text="the sides of a unit that are asked, in order")
    window_days = models.PositiveSmallIntegerField(default=28)
    statutory = models.JSONField(default=list, help_text="question keys")
    sensitivity = models.JSONField(default=list, help_text="question keys left out of the sensitivity run")
    synthetic = models.BooleanField(default=False)
    is_draft = models.BooleanField(default=False, help_text="being made: whom it asks is not chosen yet")
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
    replicates = models.PositiveIntegerField(default=100_000)
    seed = models.PositiveIntegerField()
    is_closed = models.BooleanField(default=False, help_text="closed by its owner, whatever the days say")
    contact = models.CharField(
        max_length=200, blank=True, help_text="whom respondents can ask: stands in every message"
    )
    rests_until = models.DateTimeField(
        null=True, blank=True, help_text="answers come in one by one: the table is not computed before then"
    )
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text="until then nobody else begins to compute the table"
    )
    settled = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="the mark up to which all that can be computed is, or has failed"
    )

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="survey_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(replicates__gte=1), name="survey_replicates_positive"),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True)
                | Q(closed_on__isnull=True)
                | Q(closed_on__gte=F("opened_on")),
                name="survey_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SurveyUnit(models.Model):
    """A unit that is asked: the frame, and so the denominator of the response rate."""

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40, help_text="how files name the unit")
    size = models.PositiveIntegerField(null=True, blank=True, help_text="how many people it serves")
    kind = models.CharField(max_length=40, blank=True, help_text="the unit's kind when it was asked")
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="where the unit lay when it was asked",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "unit"], name="survey_unit_once"),
            models.UniqueConstraint(fields=["survey", "code"], name="survey_unit_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class Drawing(models.Model):
    """How the units that are asked were drawn, and out of which: the seed and `frame` make it again.

    `frame` is a list of [unit's id, kind, size or null, place or null, 1 if drawn else 0] in the order that was
    drawn from.
    """

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="drawing")
    by_groups = models.CharField(max_length=8, choices=DrawnBy.choices, default=DrawnBy.SIMPLE)
    drawn = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()
    frame = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(drawn__gte=1), name="drawing_not_empty")]

    def __str__(self) -> str:
        return f"drawing of survey {self.survey_id}"


class CoordinationTable(models.Model):
    """One computed table of one side's answers: the result, and all that is needed to make it again.

    `own` holds what came of the survey's own questions, with a fingerprint of these answers; a survey without
    coordination questions has an empty `result`.

    Others see the newest released one alone, and who had answered by then: `response` holds it by group.
    `through` is the last submission that is counted.
    """

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tables")
    side = models.CharField(max_length=20, choices=Side.choices, default=Side.STAFF)
    revision = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of answers.csv")
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    replicates = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    result = models.JSONField()
    own = models.JSONField(default=dict, blank=True)
    computed_at = models.DateTimeField()
    seconds = models.FloatField()
    through = models.BigIntegerField(default=0)
    response = models.JSONField(default=dict)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "side", "revision"], name="table_revision_once")
        ]

    def __str__(self) -> str:
        return f"table of survey {self.survey_id} at revision {self.revision}"


class Comparison(models.Model):
    """Answers of a side held against those of another side, or of an earlier survey; and how it was made.

    Others see what two sides say in common once the tables of both at this revision are released. Of years
    they see what follows from released tables, and so nothing of this.
    """

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="comparisons")
    side = models.CharField(max_length=20, choices=Side.choices)
    other_side = models.CharField(max_length=20, choices=Side.choices, blank=True)
    earlier = models.ForeignKey(Survey, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField()
    earlier_revision = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the side's answers.csv")
    other_fingerprint = models.CharField(max_length=64, help_text="the same of what it is held against")
    replicates = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    result = models.JSONField()
    computed_at = models.DateTimeField()
    seconds = models.FloatField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "side", "other_side", "revision"],
                condition=Q(earlier__isnull=True),
                name="comparison_of_sides_once",
            ),
            models.UniqueConstraint(
                fields=["survey", "side", "earlier", "revision", "earlier_revision"],
                condition=Q(earlier__isnull=False),
                name="comparison_of_years_once",
            ),
            models.CheckConstraint(
                condition=Q(earlier__isnull=False, other_side="")
                | (Q(earlier__isnull=True) & ~Q(other_side="")),
                name="comparison_with_one_other",
            ),
        ]

    def __str__(self) -> str:
        return f"comparison {self.pk} of survey {self.survey_id}"


class Problem(models.Model):
    """Why one table or comparison could not be computed from the answers of `revision`; others go on."""

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="problems")
    task = models.CharField(max_length=80)
    revision = models.PositiveIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "task"], name="problem_of_task_once")]

    def __str__(self) -> str:
        return f"{self.task}: {self.text}"


class Respondent(models.Model):
    """The one person who answers for a side of a unit. Her scope hangs under the survey's alone.

    Who she is stands in Identity, in the same scope: nobody outside the survey's team learns of her. Somebody
    who takes her place gets a row of her own; this one is ended and kept.
    """

    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="respondents")
    asked = models.ForeignKey(SurveyUnit, on_delete=models.CASCADE, related_name="respondents")
    side = models.CharField(max_length=20, choices=Side.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.NONE)
    checked_on = models.DateField(null=True, blank=True, help_text="name and contact checked by telephone")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="somebody else answers since then")
    contact_at = models.DateTimeField(
        null=True, blank=True, help_text="when how she is reached was last changed"
    )
    refused_at = models.DateTimeField(
        null=True, blank=True, help_text="when she said herself that she does not take part"
    )
    call_result = models.CharField(max_length=12, choices=CallResult.choices, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    call_again_on = models.DateField(null=True, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    called_by = models.UUIDField(null=True, blank=True, help_text="who opened her call last")
    call_until = models.DateTimeField(null=True, blank=True, help_text="so long nobody else calls her")
    language = models.CharField(
        max_length=12, blank=True, help_text="in which she answers; empty: not chosen"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "side"], condition=Q(ended_at__isnull=True), name="respondent_once"
            )
        ]
        indexes = [models.Index(fields=["survey", "side"], name="respondent_survey")]

    def __str__(self) -> str:
        return f"respondent {self.pk}"


class AnswerCode(models.Model):
    """What a link or letter holds: good for one respondent's answers. Only a keyed hash of it is here."""

    id = models.UUIDField(primary_key=True, default=new_id)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    respondent = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"code {self.pk}"


class AnswerDraft(models.Model):
    """What has been answered and not yet sent: kept here, so that it can be gone on with anywhere."""

    respondent = models.OneToOneField(Respondent, on_delete=models.CASCADE, related_name="draft")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of respondent {self.respondent_id}"


class Closing(models.Model):
    """That a survey was closed or opened again, and why."""

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="closings")
    at = models.DateTimeField()
    closes = models.BooleanField()
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"survey {self.survey_id} {'closed' if self.closes else 'opened again'}"


class AnswersImport(models.Model):
    """A file of answers on its way in: who handed it in, how far it has been read, what came of it.

    `through` is the last submission that its rows have been compared with; `taken_through` is the last of its rows
    that counts. `share` is how much of it has been read, then how much has been taken in. `file` and `faults_file`
    are names in the folder of imports; the file is taken away once it has been read, the list of what has to be put
    right a week later.
    """

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="imports")
    side = models.CharField(max_length=20, choices=Side.choices)
    by = models.UUIDField(help_text="who handed it in, and in whose name it is taken in")
    name = models.CharField(max_length=200, blank=True, help_text="what the file is called there")
    language = models.CharField(max_length=12, help_text="of what has to be put right")
    replace = models.BooleanField(default=False)
    keep = models.CharField(max_length=4, choices=Keep.choices, default=Keep.ALL)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.WAITING)
    trouble = models.CharField(max_length=12, choices=ImportTrouble.choices, blank=True)
    file = models.CharField(max_length=80, blank=True)
    faults_file = models.CharField(max_length=80, blank=True)
    handed_in_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    share = models.FloatField(default=0)
    through = models.BigIntegerField(default=0)
    taken_through = models.BigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    first_faults = models.JSONField(default=list)
    passed_over = models.JSONField(default=list)
    notes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey"], condition=Q(state__in=UNDER_WAY), name="import_under_way_once"
            )
        ]

    def __str__(self) -> str:
        return f"import {self.pk} {self.state}"


class StagedAnswers(models.Model):
    """A row of such a file that has been understood. It counts for nothing until all of them are taken in.

    There is no index besides the number: these rows are gone through in order, and keeping one up takes longer than
    all the rest of a large file.
    """

    importing = models.ForeignKey(
        AnswersImport, on_delete=models.CASCADE, related_name="staged", db_index=False
    )
    row = models.PositiveIntegerField()
    subject = models.UUIDField()
    answers = models.JSONField()
    replaces = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"row {self.row} of import {self.importing_id}"
