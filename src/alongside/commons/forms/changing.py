"""Changes of a form that nobody has been sent yet, called from inside the actions of those who own it.

Nothing here opens a transaction or asks for a permission. Whoever calls holds a lock on what the form belongs
to and has asked the rules; that the version is not fixed is asked here once more.
"""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import F, Max

from alongside.commons.forms import making
from alongside.commons.forms.actions import NewQuestion
from alongside.commons.forms.kinds import OF_CHOICES
from alongside.commons.forms.models import FormVersion, Question
from alongside.core.kit.refusal import Refused


def add(version: FormVersion, questions: Sequence[NewQuestion]) -> list[Question]:
    """More questions, after those that are there."""
    _refuse_fixed(version)
    last = version.questions.aggregate(last=Max("position"))["last"] or 0
    return Question.objects.bulk_create(
        [each.row(version, position) for position, each in enumerate(questions, start=last + 1)]
    )


def change(question: Question, said: making.Wording) -> Question:
    """Put a question into other words. Codes of answers that are offered still stay as they are."""
    version = question.version
    _refuse_fixed(version)
    main = version.languages[0]
    before = [(code, question.labels.get(code, {}).get(main, "")) for code in question.choices]
    question.text, question.required = said.text.strip(), said.required
    question.help = {**question.help, main: said.help.strip()} if said.help.strip() else {}
    if question.kind in OF_CHOICES:
        codes = making.codes_for(said.labels, before)
        question.choices = codes
        question.labels = {
            code: {**question.labels.get(code, {}), main: label}
            for code, label in zip(codes, said.labels, strict=True)
        }
    question.least, question.most, question.is_whole = said.least, said.most, said.is_whole
    question.save()
    return question


def move(question: Question, *, up: bool) -> None:
    """One place up or down; at the end of the row nothing happens."""
    _refuse_fixed(question.version)
    beside = question.version.questions.order_by("position")
    other = (
        beside.filter(position__lt=question.position).last()
        if up
        else beside.filter(position__gt=question.position).first()
    )
    if other is None:
        return
    mine, its = question.position, other.position
    # Positions are unique: one of the two stands aside meanwhile.
    aside = (beside.aggregate(last=Max("position"))["last"] or 0) + 1
    for pk, position in ((other.pk, aside), (question.pk, its), (other.pk, mine)):
        Question.objects.filter(pk=pk).update(position=position)


def remove(version: FormVersion, keys: Collection[str]) -> None:
    """Take questions away; the others move up."""
    _refuse_fixed(version)
    version.questions.filter(key__in=keys).delete()
    _close_gaps(version)


def _close_gaps(version: FormVersion) -> None:
    _lay_out(version, list(version.questions.order_by("position")))


def _lay_out(version: FormVersion, rows: Sequence[Question]) -> None:
    if [row.position for row in rows] == list(range(1, len(rows) + 1)):
        return
    # Past every position first, since they are unique.
    last = max((row.position for row in rows), default=0)
    version.questions.update(position=F("position") + last + len(rows))
    for position, row in enumerate(rows, start=1):
        Question.objects.filter(pk=row.pk).update(position=position)


def speak(version: FormVersion, languages: Sequence[str]) -> None:
    """The languages it is asked in. Texts in a language that is left out are kept, should it come back."""
    _refuse_fixed(version)
    version.languages = [version.languages[0], *(each for each in languages if each != version.languages[0])]
    version.save(update_fields=["languages"])


def translate(version: FormVersion, language: str, texts: Mapping[tuple[str, str, str], str]) -> None:
    """Keep texts in one language; each by question's key, part ("title", "text", "help", "label") and code.

    An empty text takes away what stood there.
    """
    _refuse_fixed(version)
    for question in version.questions.all():
        for (key, part, code), text in texts.items():
            if key == question.key:
                _put(_part(question, part, code), language, text.strip())
        question.save(update_fields=["texts", "help", "labels"])
    if ("", "title", "") in texts:
        _put(version.titles, language, texts["", "title", ""].strip())
        version.save(update_fields=["titles"])


def _part(question: Question, part: str, code: str) -> dict[str, str]:
    if part == "label":
        label: dict[str, str] = question.labels.setdefault(code, {})
        return label
    found: dict[str, str] = question.texts if part == "text" else question.help
    return found


def _put(texts: dict[str, str], language: str, text: str) -> None:
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)


def drop(version: FormVersion) -> None:
    """Throw the whole form away: nobody has been asked by it."""
    _refuse_fixed(version)
    form = version.form
    version.delete()
    form.delete()


def copies_of(version: FormVersion) -> list[NewQuestion]:
    """The questions of a version, to be asked again as they are."""
    return [
        NewQuestion(
            key=q.key,
            text=q.text,
            choices=tuple(q.choices),
            activity=q.activity,
            kind=q.kind,
            texts=q.texts,
            help=q.help,
            labels=q.labels,
            required=q.required,
            least=q.least,
            most=q.most,
            is_whole=q.is_whole,
        )
        for q in version.questions.order_by("position").select_related("activity")
    ]


def _refuse_fixed(version: FormVersion) -> None:
    if reasons := making.why_fixed(is_fixed=version.fixed_at is not None):
        raise Refused(*reasons)
