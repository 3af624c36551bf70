"""When a question can be asked, and what it and its answers are called in files: values in, values out."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import slugify
from django.utils.translation import gettext as _

from alongside.commons.forms.kinds import OF_CHOICES, QuestionKind
from alongside.core.kit.refusal import Reason

MOST_QUESTIONS = 200
# As many different answers as the evidence library counts.
FEWEST_CHOICES, MOST_CHOICES = 2, 30
LONGEST_KEY = 40
_KEY = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class Wording:
    """What somebody wants to ask, in the main language; the rest of a question follows from it."""

    kind: str
    text: str
    help: str = ""
    labels: tuple[str, ...] = ()
    required: bool = False
    least: Decimal | None = None
    most: Decimal | None = None
    is_whole: bool = False


def why_not_ask(said: Wording) -> list[Reason]:
    """Why this is no question yet."""
    reasons = []
    if said.kind not in QuestionKind.values or said.kind == QuestionKind.COORDINATION:
        reasons.append(Reason("kind", _("Choose what an answer looks like."), "kind"))
    if not said.text.strip():
        reasons.append(Reason("no-text", _("Write the question."), "text"))
    if said.kind in OF_CHOICES:
        reasons += _why_not_offer(said.labels)
    if said.kind == QuestionKind.NUMBER and None not in (said.least, said.most) and said.least > said.most:  # type: ignore[operator]
        text = _("The most lies below the least. Change one of them.")
        reasons.append(Reason("most-below-least", text, "most"))
    return reasons


def _why_not_offer(labels: Sequence[str]) -> list[Reason]:
    if not FEWEST_CHOICES <= len(labels) <= MOST_CHOICES:
        text = _("Offer from %(fewest)s to %(most)s answers, each on a line of its own.")
        return [Reason("how-many", text % {"fewest": FEWEST_CHOICES, "most": MOST_CHOICES}, "labels")]
    if len({" ".join(label.casefold().split()) for label in labels}) < len(labels):
        return [Reason("twice", _("Each answer can be offered once."), "labels")]
    return []


def why_fixed(*, is_fixed: bool) -> list[Reason]:
    """Why nothing of a form's version changes any more."""
    if not is_fixed:
        return []
    text = _("This has been sent out or answered: its questions stay as they are. Make a copy to ask anew.")
    return [Reason("fixed", text)]


def why_not_one_more(count: int) -> list[Reason]:
    """Why no further question fits."""
    if count < MOST_QUESTIONS:
        return []
    return [
        Reason("too-many", _("A form has at most %(most)s questions.") % {"most": MOST_QUESTIONS}, "text")
    ]


def why_not_key(key: str, taken: Collection[str]) -> list[Reason]:
    """Why a question can't be called so in files."""
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        text = _("A name in files has small letters, digits and hyphens, and begins with a letter.")
        return [Reason("key", text, "key")]
    if key in taken:
        return [Reason("taken", _("Something else is called so in files already."), "key")]
    return []


def key_for(text: str, taken: Collection[str], *, otherwise: str = "question") -> str:
    """What something is called in files: made of its words, and like nothing else here."""
    words = slugify(text)[:LONGEST_KEY].strip("-")
    stem = words if _KEY.fullmatch(words) else f"{otherwise}-{words}".strip("-")
    stem = stem[: LONGEST_KEY - 4].rstrip("-")
    found, number = stem, 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def codes_for(labels: Sequence[str], before: Sequence[tuple[str, str]]) -> list[str]:
    """The code of each label. `before` holds what was offered, (code, label).

    An answer that is offered still keeps its code, wherever it stands now; one that was put into other words
    keeps it where as many are offered as before. So years compare.
    """
    known = {label: code for code, label in before}
    codes = [known.get(label, "") for label in labels]
    if len(labels) == len(before):
        free = {code for code, _label in before} - set(codes)
        codes = [
            old if not code and old in free else code
            for code, (old, _label) in zip(codes, before, strict=True)
        ]
    # A code that was of another answer is not used again: it would say something else in another year.
    taken = {code for code, _label in before}
    for place, label in enumerate(labels):
        if not codes[place]:
            codes[place] = key_for(label, taken, otherwise="answer")
        taken.add(codes[place])
    return codes
