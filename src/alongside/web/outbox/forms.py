"""What the list of messages can be narrowed to, and how letters are printed."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from alongside.core.outbox.kinds import Channel, State

NOT_THERE = {"invalid_choice": lazy("Choose one from the list.")}


class NarrowForm(forms.Form):
    state = forms.ChoiceField(
        required=False,
        label=lazy("Where it stands"),
        choices=lambda: [("", _("Anywhere")), *((s.value, capfirst(s.label)) for s in State)],
        error_messages=NOT_THERE,
    )
    channel = forms.ChoiceField(
        required=False,
        label=lazy("How it goes"),
        choices=lambda: [("", _("All ways")), *((c.value, capfirst(c.label)) for c in Channel)],
        error_messages=NOT_THERE,
    )


class PrintForm(forms.Form):
    """`run` names a file that was made before."""

    run = forms.UUIDField(required=False, widget=forms.HiddenInput)
    one_side = forms.BooleanField(
        required=False,
        label=lazy("The printer prints on one side only"),
        help_text=lazy("Otherwise each letter begins on a sheet of its own, never on another’s back."),
        widget=forms.CheckboxInput,
    )


class ReturnedForm(forms.Form):
    """Notices of mail servers, as files."""

    notices = forms.FileField(
        label=lazy("The returned e-mails"),
        help_text=lazy("Files that end in .eml, as mail programs save them."),
        error_messages={
            "required": lazy("Choose at least one returned e-mail."),
            "empty": lazy("One of these files is empty. Choose them once more."),
            "invalid": lazy("No file has arrived. Choose it once more."),
        },
    )


class DropForm(forms.Form):
    """Nothing to fill in: the page asks once."""
