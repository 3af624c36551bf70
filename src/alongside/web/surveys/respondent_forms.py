"""The shape of what is typed about those who answer, and of what they are written."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from alongside.assess.surveys.kinds import Channel
from alongside.web.shell.forms import languages
from alongside.web.surveys.forms import CONTACT, TABLES


class RespondentForm(forms.Form):
    """Somebody who answers, and how she is reached."""

    name = forms.CharField(
        max_length=200,
        label=lazy("Name of the person who answers"),
        error_messages=CONTACT | {"required": lazy("Give the name of the person who answers.")},
    )
    channel = forms.ChoiceField(
        choices=Channel.choices,
        label=lazy("How is she reached?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": lazy("Choose how she is reached."),
            "invalid_choice": lazy("Choose how she is reached from the list."),
        },
    )
    email = forms.CharField(
        required=False,
        max_length=254,
        label=lazy("E-mail"),
        widget=forms.EmailInput,
        error_messages=CONTACT,
    )
    postal = forms.CharField(
        required=False,
        max_length=400,
        label=lazy("Postal address"),
        help_text=lazy("As on an envelope, without the name. A letter goes there."),
        widget=forms.Textarea,
        error_messages=CONTACT,
    )
    phone = forms.CharField(required=False, max_length=40, label=lazy("Telephone"), error_messages=CONTACT)
    language = forms.ChoiceField(
        required=False,
        label=lazy("In which language is this person written to?"),
        choices=languages,
        error_messages={"invalid_choice": lazy("Choose a language from the list.")},
    )


class CheckedRespondentForm(RespondentForm):
    """The same, with the mark that a telephone call has confirmed it."""

    checked = forms.BooleanField(
        required=False, label=lazy("Name and contact have been checked by telephone")
    )


class NewRespondentForm(CheckedRespondentForm):
    """Somebody new, for a side of a unit."""

    unit = forms.CharField(
        max_length=200,
        label=lazy("For which unit?"),
        help_text=lazy("Its code from the list of units, or its name."),
        error_messages=CONTACT | {"required": lazy("Give the unit’s code or name.")},
    )
    side = forms.ChoiceField(
        label=lazy("For which side?"),
        widget=forms.Select,
        error_messages={
            "required": lazy("Choose a side."),
            "invalid_choice": lazy("Choose a side from the list."),
        },
    )
    field_order = ("unit", "side", "name")

    def __init__(self, *args: Any, sides: Sequence[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["side"].choices = list(sides)  # type: ignore[attr-defined]


class RespondentsFileForm(forms.Form):
    """A file of respondents, and whether it may put others in their places."""

    file = forms.FileField(
        label=lazy("The file with the respondents"),
        help_text=lazy("A CSV or XLSX file: one row a person."),
        widget=forms.ClearableFileInput(attrs={"accept": TABLES}),
        error_messages={
            "required": lazy("Choose the file with the respondents."),
            "empty": lazy("This file is empty. Choose the one with the respondents."),
            "invalid": lazy("No file has arrived. Choose it once more."),
        },
    )
    replace = forms.BooleanField(
        required=False,
        label=lazy("People in the file take the place of those who are named already"),
        help_text=lazy("Links and letters of those before them end."),
    )


class WriteForm(forms.Form):
    """Whom people can ask, and how many messages whoever presses the button agreed to."""

    contact = forms.CharField(
        max_length=200,
        label=lazy("Whom can people ask?"),
        help_text=lazy("A name with a telephone number or an address. It stands in every message."),
        error_messages=CONTACT
        | {"required": lazy("Say whom people can ask: a name, a telephone number or an address.")},
    )
    agreed = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={
            "required": lazy("Look once more at who gets what, then press the button on this page."),
            "invalid": lazy("Look once more at who gets what, then press the button on this page."),
        },
    )
