"""The shape of what is typed about organisations, people and roles; rules and actions check the sense."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from alongside.commons.people import queries
from alongside.commons.people.kinds import OrganisationKind, UnitKind
from alongside.commons.places import queries as places
from alongside.commons.places import rules as place_rules
from alongside.core.access.actor import Actor
from alongside.core.access.roles import ROLES, Role
from alongside.core.kit.refusal import NotVisible
from alongside.web.shell.forms import languages, required

NOT_A_DATE = {"invalid": lazy("This is not a date. Write it as year, month and day: 2027-05-10.")}
TOO_LONG: dict[str, Any] = {"max_length": lazy("This is too long. Please shorten it.")}


class PlacedForm(forms.Form):
    """A form with a place, written as a code or a name. `place` comes out as the place itself."""

    place = forms.CharField(
        required=False,
        max_length=240,
        label=lazy("Where is it?"),
        help_text=lazy("The place’s name or its code, such as Innlandet or NO-34."),
        error_messages=TOO_LONG,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor

    def clean_place(self) -> Any:
        words = self.cleaned_data["place"]
        if not words:
            return None
        meant = places.meant(self._actor, words)
        for reason in place_rules.why_not_clear(words=words, fitting=[places.in_words(p) for p in meant]):
            raise forms.ValidationError(str(reason.text))
        return meant[0]


class NameForm(forms.Form):
    """A group needs no more than a name."""

    name = forms.CharField(
        max_length=200,
        label=lazy("What is it called?"),
        error_messages=required(lazy("The name")) | TOO_LONG,
    )


class OrganisationForm(PlacedForm, NameForm):
    """A new organisation."""

    field_order = ("name", "kind", "place")
    kind = forms.ChoiceField(
        label=lazy("What kind of organisation is it?"),
        choices=lambda: [(kind.value, capfirst(kind.label)) for kind in OrganisationKind],
        widget=forms.RadioSelect,
        error_messages=required(lazy("The kind")) | {"invalid_choice": lazy("Choose a kind from the list.")},
    )

    def clean_kind(self) -> OrganisationKind:
        return OrganisationKind(self.cleaned_data["kind"])


class UnitForm(PlacedForm, NameForm):
    """A new unit; also what can be changed of any organisation."""

    field_order = ("name", "unit_kind", "size", "place")
    size = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=1_000_000,
        label=lazy("How many people does it serve?"),
        help_text=lazy("About as many is enough. Surveys are drawn and compared by size."),
        error_messages={
            "invalid": lazy("Write a whole number, such as 40."),
            "min_value": lazy("Write a whole number, such as 40."),
            "max_value": lazy("This is more than a unit can serve."),
        },
    )
    unit_kind = forms.ChoiceField(
        required=False,
        label=lazy("What kind of unit is it?"),
        choices=lambda: [("", _("Not told")), *((kind.value, capfirst(kind.label)) for kind in UnitKind)],
        error_messages={"invalid_choice": lazy("Choose a kind from the list.")},
    )


# What the table of roles says of these is the same for all: that they belong. A reader wants to know more.
BELONG = {
    Role.VOLUNTEER: lazy("Gives time, knowledge or things of her own free will"),
    Role.LIAISON: lazy("Links people and an office"),
    Role.RELAY: lazy("Writes for others from their own words, and reads back"),
    Role.SPECIALIST: lazy("Works with people here by profession"),
    Role.PERSONAL_COORDINATOR: lazy("Stays beside one person over months"),
}


def _what_it_is(role: Role) -> str:
    return str(BELONG.get(role) or capfirst(_(ROLES[role].says)))


class DatedForm(forms.Form):
    """A role from a day to a day; both may be left open."""

    starts = forms.DateField(
        required=False,
        label=lazy("From which day?"),
        help_text=lazy("Left empty, it begins today."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )
    ends = forms.DateField(
        required=False,
        label=lazy("Until which day?"),
        help_text=lazy("The last day counts. Left empty, it has no end."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )


class RoleForm(DatedForm):
    """Which role somebody gets, of those that can be had in the organisation."""

    field_order: tuple[str, ...] = ("role", "starts", "ends")
    role = forms.ChoiceField(
        label=lazy("Which role?"),
        widget=forms.RadioSelect,
        initial=Role.VOLUNTEER,
        error_messages=required(lazy("The role")) | {"invalid_choice": lazy("Choose a role from the list.")},
    )

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = [{"value": r.value, "label": capfirst(_(r)), "help": _what_it_is(r)} for r in roles]
        self.fields["role"].choices = [(r.value, r.value) for r in roles]  # type: ignore[attr-defined]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class CardForm(forms.Form):
    """Who somebody is and how she can be reached. Only a name is needed, and a byname will do."""

    name = forms.CharField(
        max_length=200,
        label=lazy("Name"),
        help_text=lazy("As she wants to be called. A byname is enough."),
        error_messages=required(lazy("The name")) | TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        required=False,
        max_length=40,
        label=lazy("Phone"),
        error_messages=TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        label=lazy("E-mail"),
        error_messages={"invalid": lazy("This is not an e-mail address. It needs an @ and no spaces.")}
        | TOO_LONG,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    postal = forms.CharField(
        required=False,
        max_length=400,
        label=lazy("Postal address"),
        help_text=lazy("As it stands on an envelope, below the name."),
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        required=False,
        label=lazy("Language of messages and pages"),
        choices=languages,
        error_messages={"invalid_choice": lazy("Choose a language from the list.")},
    )


class PersonForm(RoleForm, CardForm):
    """Somebody new, with her first role. `another` says that a namesake is somebody else."""

    field_order = ("name", "role", "phone", "email", "postal", "language", "starts", "ends", "another")
    another = forms.BooleanField(
        required=False, label=lazy("This is somebody else who has the same name"), widget=forms.CheckboxInput
    )


class NumberForm(forms.Form):
    """Somebody by the number on her card. `person` comes out as the person herself."""

    person = forms.CharField(
        max_length=20,
        label=lazy("The number on her card"),
        help_text=lazy("Such as 7KQ2-MX. She finds it on the page of her account."),
        error_messages=required(lazy("The number")) | TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor

    def clean_person(self) -> Any:
        try:
            return queries.by_number(self._actor, self.cleaned_data["person"])
        except NotVisible:
            raise forms.ValidationError(
                _("There is nobody with this number. Look at the card again.")
            ) from None


class EndForm(forms.Form):
    """The last day of a role, empty meaning today; and which of the roles that she gave end with it."""

    last = forms.DateField(
        required=False,
        label=lazy("Which is the last day?"),
        help_text=lazy("Left empty, it ends today, and with it whatever it allowed."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NOT_A_DATE,
    )
    also = forms.MultipleChoiceField(
        required=False,
        label=lazy("Which of the roles that go back to her end with it?"),
        help_text=lazy("Who keeps one still knows the people here by name. Nothing is ticked until you do."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": lazy("One of these roles has ended meanwhile. Look again.")},
    )

    def __init__(self, *args: Any, given: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["also"].choices = list(given.items())  # type: ignore[attr-defined]
        if not given:
            del self.fields["also"]
