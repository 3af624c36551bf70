"""What the audit can be narrowed to."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from alongside.web.audit.sentences import OUTCOMES, VERBS

NOT_A_DATE = {"invalid": lazy("This is not a date. Write it as year, month and day: 2027-05-10.")}
NOT_THERE = {"invalid_choice": lazy("Choose one from the list.")}


class NarrowForm(forms.Form):
    verb = forms.ChoiceField(
        required=False,
        label=lazy("What was done"),
        choices=lambda: [("", _("Anything")), *((verb, capfirst(words)) for verb, words in VERBS.items())],
        error_messages=NOT_THERE,
    )
    outcome = forms.ChoiceField(
        required=False,
        label=lazy("How it ended"),
        choices=lambda: [("", _("All ways")), *((o, capfirst(words)) for o, words in OUTCOMES.items())],
        error_messages=NOT_THERE,
    )
    who = forms.CharField(
        required=False,
        max_length=20,
        label=lazy("By or about a person"),
        help_text=lazy("Her number, such as 7KQ2-MX."),
        error_messages={"max_length": lazy("A number has six characters, such as 7KQ2-MX.")},
    )
    since = forms.DateField(
        required=False,
        label=lazy("From which day?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )
    until = forms.DateField(
        required=False,
        label=lazy("Until which day?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )
