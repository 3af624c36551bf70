"""The shape of what is typed while a survey is made; rules and actions check the sense."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from alongside.assess.surveys.kinds import DrawnBy, Side
from alongside.commons.forms.kinds import OF_CHOICES, QuestionKind
from alongside.web.surveys.forms import NOT_A_DATE

TOO_LONG = {"max_length": lazy("This is too long. Please shorten it.")}
NOT_A_NUMBER = dict.fromkeys(
    ("invalid", "max_digits", "max_decimal_places", "max_whole_digits"),
    lazy("Write a number with digits alone, such as 12 or 12.5."),
)
LONGEST_LABEL = 200
EVERYWHERE = ("all", "before")


class NameForm(forms.Form):
    """What a survey is called, and when it is answered."""

    title = forms.CharField(
        max_length=200,
        label=lazy("What is the survey called?"),
        help_text=lazy("As the people who are asked would recognise it."),
        error_messages=TOO_LONG | {"required": lazy("Give the survey a name.")},
    )
    opened_on = forms.DateField(
        required=False,
        label=lazy("From which day do people answer?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )
    closed_on = forms.DateField(
        required=False,
        label=lazy("Until which day?"),
        help_text=lazy("The last day counts."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )


class BeginForm(NameForm):
    """A new survey: besides its name, whose it is, where, in which language, and what it begins with."""

    owner = forms.UUIDField(
        label=lazy("Whose survey is it?"),
        widget=forms.Select,
        error_messages={
            "required": lazy("Choose whose survey it is."),
            "invalid": lazy("Choose from the list."),
        },
    )
    country = forms.IntegerField(
        label=lazy("In which country?"),
        help_text=lazy("Its law says which activities are required."),
        widget=forms.Select,
        error_messages={"required": lazy("Choose a country."), "invalid": lazy("Choose from the list.")},
    )
    language = forms.ChoiceField(
        label=lazy("In which language do you write it?"),
        help_text=lazy("Others are added later, side by side with this one."),
        widget=forms.Select,
        error_messages={
            "required": lazy("Choose a language."),
            "invalid_choice": lazy("Choose a language from the list."),
        },
    )
    begins = forms.ChoiceField(
        label=lazy("What does it begin with?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": lazy("Choose what it begins with."),
            "invalid_choice": lazy("Choose what it begins with."),
        },
    )
    field_order = ("title", "owner", "country", "opened_on", "closed_on", "language", "begins")

    def __init__(self, *args: Any, languages: Sequence[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.begins_with = [
            {
                "value": "activities",
                "label": _("Who coordinates what"),
                "help": _("The questions of the study: who coordinates each activity. Others can be added."),
            },
            {
                "value": "questions",
                "label": _("An empty questionnaire"),
                "help": _("You write every question. Activities can be added."),
            },
        ]
        choices = {"language": languages, "begins": [(o["value"], o["label"]) for o in self.begins_with]}
        for name, offered in choices.items():
            self.fields[name].choices = list(offered)  # type: ignore[attr-defined]


class ActivitiesForm(forms.Form):
    """Which activities are asked about, and which a second look leaves out."""

    activities = forms.MultipleChoiceField(
        required=False,
        label=lazy("Which activities does it ask about?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": lazy("Choose activities from the list.")},
    )
    sensitivity = forms.MultipleChoiceField(
        required=False,
        label=lazy("Should the comparison be looked at a second time without some of them?"),
        help_text=lazy(
            "The table compares what the law requires with the rest. If you doubt that an activity "
            "belongs to the rest, leave it out of a second look, and the table shows both."
        ),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": lazy("Choose activities from the list.")},
    )

    def __init__(
        self,
        *args: Any,
        activities: Sequence[tuple[str, str]],
        not_required: Sequence[tuple[str, str]],
        **given: Any,
    ) -> None:
        super().__init__(*args, **given)
        for name, offered in {"activities": activities, "sensitivity": not_required}.items():
            self.fields[name].choices = list(offered)  # type: ignore[attr-defined]


class QuestionForm(forms.Form):
    """One question of a survey's own; which fields there are follows from what an answer looks like."""

    text = forms.CharField(
        max_length=500,
        label=lazy("What do you ask?"),
        error_messages=TOO_LONG | {"required": lazy("Write the question.")},
    )
    help = forms.CharField(
        required=False,
        max_length=500,
        label=lazy("What stands below it, to explain it?"),
        error_messages=TOO_LONG,
    )
    labels = forms.CharField(
        required=False,
        max_length=30 * (LONGEST_LABEL + 2),
        label=lazy("Which answers are offered?"),
        help_text=lazy("One on each line. A line that you only reword stays the same answer in files."),
        widget=forms.Textarea,
        error_messages=TOO_LONG,
    )
    is_whole = forms.BooleanField(required=False, label=lazy("Whole numbers only"))
    least = forms.DecimalField(
        required=False,
        max_digits=21,
        decimal_places=6,
        label=lazy("What is the least that makes sense?"),
        error_messages=NOT_A_NUMBER,
    )
    most = forms.DecimalField(
        required=False,
        max_digits=21,
        decimal_places=6,
        label=lazy("And the most?"),
        error_messages=NOT_A_NUMBER,
    )
    required = forms.BooleanField(required=False, label=lazy("It needs an answer"))
    key = forms.CharField(
        required=False,
        max_length=40,
        label=lazy("What is it called in files?"),
        help_text=lazy("Small letters, digits and hyphens. Left empty, it is called after its words."),
        error_messages=TOO_LONG,
    )

    def __init__(self, *args: Any, kind: str, is_new: bool, **given: Any) -> None:
        super().__init__(*args, **given)
        unused = {
            "labels": kind not in OF_CHOICES,
            "is_whole": kind != QuestionKind.NUMBER,
            "least": kind != QuestionKind.NUMBER,
            "most": kind != QuestionKind.NUMBER,
            "key": not is_new,
        }
        for name, leave_out in unused.items():
            if leave_out:
                del self.fields[name]

    def clean_labels(self) -> list[str]:
        """One answer a line; empty lines say nothing."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["labels"].splitlines()]
        if any(len(line) > LONGEST_LABEL for line in lines):
            raise forms.ValidationError(TOO_LONG["max_length"])
        return [line for line in lines if line]


class LanguageForm(forms.Form):
    """One more language."""

    language = forms.ChoiceField(
        label=lazy("Which language is added?"),
        widget=forms.Select,
        error_messages={
            "required": lazy("Choose a language."),
            "invalid_choice": lazy("Choose a language from the list."),
        },
    )

    def __init__(self, *args: Any, languages: Sequence[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["language"].choices = list(languages)  # type: ignore[attr-defined]


class WhomForm(forms.Form):
    """Which units are asked, all of them or some that are drawn, and which of their sides."""

    place = forms.TypedChoiceField(
        coerce=int,
        label=lazy("Where are the units that are asked?"),
        error_messages={
            "required": lazy("Choose a place."),
            "invalid_choice": lazy("Choose a place from the list."),
        },
    )
    kinds = forms.MultipleChoiceField(
        label=lazy("Which kinds of unit are asked?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": lazy("Choose at least one kind of unit."),
            "invalid_choice": lazy("Choose kinds from the list."),
        },
    )
    sizes = forms.MultipleChoiceField(
        required=False,
        label=lazy("Units of which size are asked?"),
        help_text=lazy("By how many people they serve. If you choose nothing, size makes no difference."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": lazy("Choose sizes from the list.")},
    )
    sides = forms.MultipleChoiceField(
        required=False,
        choices=Side.choices,
        label=lazy("Which sides of each unit are asked?"),
        help_text=lazy(
            "One named person a side and unit. What each side says stays apart and is never added up. "
            "If you choose nothing, the staff are asked."
        ),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": lazy("Choose sides from the list.")},
    )
    how = forms.ChoiceField(
        label=lazy("All of them, or some that are drawn?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": lazy("Choose whether all are asked."),
            "invalid_choice": lazy("Choose from the list."),
        },
    )
    number = forms.IntegerField(
        required=False,
        label=lazy("If they are drawn: how many?"),
        error_messages={"invalid": lazy("Write a whole number, such as 60.")},
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        label=lazy("With which seed?"),
        help_text=lazy(
            "Any whole number: the same seed draws the same units again. Left empty, one is made."
        ),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            lazy("The seed is a whole number from 0 to 2,147,483,647."),
        ),
    )

    def __init__(
        self,
        *args: Any,
        places: Sequence[tuple[int, str]],
        kinds: Sequence[tuple[str, str]],
        sizes: Sequence[tuple[str, str]],
        repeats: bool,
        **given: Any,
    ) -> None:
        super().__init__(*args, **given)
        as_before = [("before", _("The same units as in the survey it repeats"))] if repeats else []
        drawn = {
            DrawnBy.SIMPLE: _("Some, drawn out of all of them alike"),
            DrawnBy.KIND: _("Some, drawn out of each kind of unit by its share"),
            DrawnBy.SIZE: _("Some, drawn out of each size of unit by its share"),
        }
        how = [("all", _("All of them")), *as_before, *((str(by), words) for by, words in drawn.items())]
        for name, offered in {"place": places, "kinds": kinds, "sizes": sizes, "how": how}.items():
            self.fields[name].choices = list(offered)  # type: ignore[attr-defined]
