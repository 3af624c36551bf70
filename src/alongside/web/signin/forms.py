"""The shape of what is typed to sign in and to keep one's account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from alongside.web.shell.forms import languages, required

TOO_LONG: dict[str, Any] = {"max_length": lazy("This is too long. Please shorten it.")}


class SignInForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        label=lazy("Your sign-in name"),
        error_messages=required(lazy("The sign-in name")) | TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        max_length=500,
        strip=False,
        label=lazy("Your password"),
        error_messages=required(lazy("The password")) | TOO_LONG,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CardForm(forms.Form):
    """One's own card."""

    name = forms.CharField(
        max_length=200,
        label=lazy("Your name"),
        help_text=lazy("As you want to be called. A byname is enough."),
        error_messages=required(lazy("Your name")) | TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        required=False,
        max_length=40,
        label=lazy("Phone"),
        error_messages=TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        label=lazy("E-mail"),
        error_messages={"invalid": lazy("This is not an e-mail address. It needs an @ and no spaces.")}
        | TOO_LONG,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    postal = forms.CharField(
        required=False,
        max_length=400,
        label=lazy("Postal address"),
        help_text=lazy("As it stands on an envelope, below your name."),
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"autocomplete": "street-address"}),
    )
    language = forms.ChoiceField(
        required=False,
        label=lazy("Language of messages and pages"),
        choices=languages,
        error_messages={"invalid_choice": lazy("Choose a language from the list.")},
    )


class KeepForm(forms.Form):
    """The name and password to sign in with next time."""

    sign_in_name = forms.CharField(
        max_length=60,
        label=lazy("Sign-in name"),
        help_text=lazy("At least three characters, no spaces. It need not be your real name."),
        error_messages=required(lazy("The sign-in name")) | TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    old_password = forms.CharField(
        max_length=500,
        strip=False,
        label=lazy("The password you have now"),
        error_messages=required(lazy("The password you have now")) | TOO_LONG,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        max_length=500,
        strip=False,
        label=lazy("Password"),
        help_text=lazy("At least ten characters. Three or four words in a row are easy to keep in mind."),
        error_messages=required(lazy("The password")) | TOO_LONG,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, asks_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_old:
            del self.fields["old_password"]
