"""When answers fit a version's questions: values in, reasons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alongside.core.kit.refusal import Reason


@dataclass(frozen=True)
class Asked:
    """A question as a rule needs it."""

    key: str
    choices: tuple[str, ...]
    required: bool = False


def why_not_submit(questions: Sequence[Asked], answers: Mapping[str, str]) -> list[Reason]:
    """Each reason names the question and what would be right."""
    known = {q.key: q for q in questions}
    reasons = [
        Reason("unknown-question", _("There is no question “%(key)s” in this form.") % {"key": key}, key)
        for key in answers
        if key not in known
    ]
    for q in questions:
        given = answers.get(q.key, "")
        if not given:
            if q.required:
                reasons.append(Reason("missing", _("“%(key)s” needs an answer.") % {"key": q.key}, q.key))
        elif q.choices and given not in q.choices:
            reasons.append(
                Reason(
                    "not-a-choice",
                    _("“%(given)s” is not an answer to “%(key)s”. Possible are: %(choices)s.")
                    % {"given": given, "key": q.key, "choices": ", ".join(q.choices)},
                    q.key,
                )
            )
    return reasons


def in_order(answers: Mapping[str, str]) -> dict[str, str]:
    """Given answers only, keys sorted: equal answers become equal text."""
    return {key: answers[key] for key in sorted(answers) if answers[key]}
