"""Writes of forms, called from inside the actions of those who own a form: a survey asks, this keeps.

Nothing here opens a transaction or asks for a permission; whoever calls has done both and holds a lock
on what the form belongs to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Field, QuerySet

from alongside.commons.catalogue.models import ActivityKind
from alongside.commons.forms import rules
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Form, FormVersion, Mode, Question, Submission
from alongside.commons.people.models import Party
from alongside.core.access.models import Scope

BATCH = 1000
# So many subjects are looked up one by one; for more, all that stands is read once.
FEW = 50


@dataclass(frozen=True)
class NewQuestion:
    """A question to be asked; `activity` is the kind of activity it is about, if any. See `Question`."""

    key: str
    text: str
    choices: tuple[str, ...] = ()
    activity: ActivityKind | None = None
    kind: str = QuestionKind.COORDINATION
    texts: Mapping[str, str] = field(default_factory=dict)
    help: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    required: bool = False
    least: Decimal | None = None
    most: Decimal | None = None
    is_whole: bool = False

    def row(self, version: FormVersion, position: int) -> Question:
        """The same as a row that is not saved yet."""
        return Question(
            version=version,
            position=position,
            key=self.key,
            kind=self.kind,
            text=self.text,
            texts=dict(self.texts),
            help=dict(self.help),
            choices=list(self.choices),
            labels={code: dict(label) for code, label in self.labels.items()},
            required=self.required,
            least=self.least,
            most=self.most,
            is_whole=self.is_whole,
            activity=self.activity,
        )


@dataclass(frozen=True)
class Filled:
    """One filled copy on its way in: about whom, and the answers by question key."""

    subject: UUID
    answers: Mapping[str, rules.Answer]


def open_form(
    scope: Scope,
    *,
    title: str,
    questions: Sequence[NewQuestion],
    languages: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
) -> FormVersion:
    """A new form with its first version, which stays open to change until it is sent out or answered."""
    form = Form.objects.create(scope=scope, title=title)
    version = FormVersion(form=form, number=1, titles=dict(titles or {}))
    if languages:
        version.languages = list(languages)
    version.save()
    Question.objects.bulk_create(q.row(version, position) for position, q in enumerate(questions, start=1))
    return version


def fix(version: FormVersion, at: datetime) -> None:
    """It is sent out or answered: from now on nothing of it changes."""
    if version.fixed_at is None:
        version.fixed_at = at
        version.save(update_fields=["fixed_at"])


def submit(
    version: FormVersion,
    scope: Scope,
    filled: Sequence[Filled],
    *,
    at: datetime,
    side: str = "",
    speaker: Party | None = None,
    writer: Party | None = None,
    mode: Mode = Mode.SELF,
) -> int:
    """Keep filled copies of one side, one a subject. An earlier copy is replaced and stays to be read.

    The first copy fixes the version. Answers are taken as they are: the caller has asked the rules.
    """
    if not filled:
        return 0
    fix(version, at)
    earlier = _replaced(version, scope, side, {copy.subject for copy in filled})
    Submission.objects.bulk_create(
        [
            Submission(
                scope=scope,
                version=version,
                subject_id=copy.subject,
                side=side,
                speaker=speaker,
                writer=writer,
                mode=mode,
                made_at=at,
                answers=rules.in_order(copy.answers),
                replaces_id=earlier.get(copy.subject),
            )
            for copy in filled
        ],
        batch_size=BATCH,
    )
    return len(filled)


def _replaced(version: FormVersion, scope: Scope, side: str, subjects: Collection[UUID]) -> dict[UUID, int]:
    """The copies of these subjects that counted so far, and count no more."""
    standing = Submission.objects.filter(scope=scope, version=version, side=side, current=True)
    if len(subjects) <= FEW:
        standing = standing.filter(subject__in=subjects)
    pairs = standing.values_list("subject_id", "pk").iterator()
    found = {subject: pk for subject, pk in pairs if subject in subjects}
    replaced = list(found.values())
    for start in range(0, len(replaced), BATCH):
        Submission.objects.filter(pk__in=replaced[start : start + BATCH]).update(current=False)
    return found


def submit_staged(
    version: FormVersion,
    scope: Scope,
    staged: QuerySet[Any],
    *,
    at: datetime,
    side: str = "",
    writer: Party | None = None,
    mode: Mode = Mode.SELF,
) -> None:
    """The same for very many at once, by the database alone: `staged` rows have subject, answers and replaces.

    `replaces` is the copy that counted so far; answers are in order, each subject stands there once.
    """
    fix(version, at)
    replaced = staged.filter(replaces__isnull=False).values("replaces")
    Submission.objects.filter(pk__in=replaced).update(current=False)
    given: dict[str, Any] = {"scope": scope.pk, "version": version.pk, "side": side, "mode": str(mode)}
    given |= {"made_at": at, "current": True} | ({"writer": writer.pk} if writer else {})
    columns, values = ["subject_id", "answers", "replaces_id"], []
    for name, value in given.items():
        field = cast("Field[Any, Any]", Submission._meta.get_field(name))
        columns.append(str(field.column))
        values.append(field.get_db_prep_save(value, connection))
    rows = staged.order_by("subject").values_list("subject", "answers", "replaces")
    sql, parameters = rows.query.sql_with_params()
    said = ", ".join(["s.*", *["%s"] * len(values)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Submission._meta.db_table} ({', '.join(columns)}) SELECT {said} FROM ({sql}) s",  # noqa: S608 - names of our own
            [*values, *parameters],
        )
