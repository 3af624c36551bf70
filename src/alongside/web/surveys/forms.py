"""The shape of what is typed about surveys; rules and actions check the sense."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from alongside.assess.surveys.kinds import CallResult, Keep

# What a file field offers to choose from.
TABLES = ".csv,.xlsx,text/csv,text/plain"
NOT_A_DATE = {"invalid": lazy("This is not a date. Write it as year, month and day: 2027-05-10.")}


class ImportForm(forms.Form):
    """A file of answers, and whether it may correct what has been given before."""

    file = forms.FileField(
        label=lazy("The file with the answers"),
        help_text=lazy(
            "A CSV or XLSX file: one row a unit, one column a question. "
            "A large file is read in the background, and you see how far it is."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": TABLES}),
        error_messages={
            "required": lazy("Choose the file with the answers."),
            "empty": lazy("This file is empty. Choose the one with the answers."),
            "invalid": lazy("No file has arrived. Choose it once more."),
        },
    )
    side = forms.ChoiceField(
        required=False,
        label=lazy("Whose answers are they?"),
        widget=forms.Select,
        error_messages={
            "required": lazy("Choose whose answers they are."),
            "invalid_choice": lazy("Choose a side from the list."),
        },
    )
    keep = forms.ChoiceField(
        choices=Keep.choices,
        initial=Keep.ALL.value,
        label=lazy("What is taken in where rows of the file can’t be read?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": lazy("Choose what is taken in.")},
    )
    replace = forms.BooleanField(
        required=False,
        label=lazy("Units that have answered already may be corrected"),
        help_text=lazy("What they answered before is kept in the record, but no longer counts."),
    )

    def __init__(self, data: Any, *args: Any, sides: Sequence[tuple[str, str]], **given: Any) -> None:
        """All of the file, where nothing is said."""
        super().__init__(data if data is None else {"keep": Keep.ALL.value, **data.dict()}, *args, **given)
        self.fields["side"].choices = list(sides)  # type: ignore[attr-defined]
        self.fields["side"].required = len(sides) > 1


class PublishForm(forms.Form):
    """Who may see the table, small cells closed."""

    to = forms.ChoiceField(
        label=lazy("Who may see the table?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": lazy("Choose who may see the table."),
            "invalid_choice": lazy("Choose who may see the table."),
        },
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.options = [
            {
                "value": "nobody",
                "label": _("Nobody else"),
                "help": _("Only your organisation and those who answer for the survey."),
            },
            {"value": "signed in", "label": _("Everybody who can sign in here"), "help": ""},
            {
                "value": "anyone",
                "label": _("Anyone at all, without signing in"),
                "help": _("As on a public page."),
            },
        ]
        self.fields["to"].choices = [(o["value"], o["label"]) for o in self.options]  # type: ignore[attr-defined]


class DefinitionsForm(forms.Form):
    """How the table is computed."""

    replicates = forms.IntegerField(
        label=lazy("How many draws?"),
        help_text=lazy(
            "100,000 is plenty for most. More draws make limits far out computable, and take longer."
        ),
        error_messages={
            "required": lazy("Choose between 1,000 and 1,000,000 draws."),
            "invalid": lazy("Write a whole number, such as 100000."),
        },
    )
    seed = forms.IntegerField(
        label=lazy("Which seed?"),
        help_text=lazy("Any whole number. The same seed gives the same table again."),
        error_messages={
            "required": lazy("Write a whole number."),
            "invalid": lazy("Write a whole number."),
        },
    )
    sensitivity = forms.MultipleChoiceField(
        required=False,
        label=lazy("Which activities does the second look leave out?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": lazy("Choose activities from the list.")},
    )

    def __init__(self, *args: Any, activities: Sequence[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["sensitivity"].choices = list(activities)  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """The code from a letter."""

    code = forms.CharField(
        max_length=60,
        label=lazy("The code from your letter"),
        help_text=lazy("Twelve letters and digits, such as 7KQ2-MX4T-9WHC."),
        error_messages={
            "required": lazy("Type the code from your letter."),
            "max_length": lazy("This is too long for a code. It has twelve letters and digits."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


CONTACT = {"max_length": lazy("This is too long. Please shorten it.")}


class CallForm(forms.Form):
    """What came of a call that brought no answers."""

    result = forms.ChoiceField(
        choices=[(each.value, each.label) for each in CallResult if each is not CallResult.ANSWERED],
        label=lazy("What came of the call?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": lazy("Choose what came of the call."),
            "invalid_choice": lazy("Choose what came of the call."),
        },
    )
    again_on = forms.DateField(
        required=False,
        label=lazy("If you call again: not before which day?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )


class ReasonForm(forms.Form):
    """Why a survey is closed or opened again."""

    reason = forms.CharField(
        max_length=500,
        label=lazy("Why?"),
        error_messages=CONTACT | {"required": lazy("Say why, in a few words.")},
    )


class ReopenForm(ReasonForm):
    """And until when."""

    closed_on = forms.DateField(
        required=False,
        label=lazy("Until which day?"),
        help_text=lazy("The last day counts. Leave it empty to keep it open until you close it."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )


class TeamForm(forms.Form):
    """Somebody who telephones from now on, or no more."""

    person = forms.ChoiceField(
        label=lazy("Who telephones for this survey from now on?"),
        widget=forms.Select,
        error_messages={
            "required": lazy("Choose somebody from the list."),
            "invalid_choice": lazy("Choose somebody from the list."),
        },
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]
