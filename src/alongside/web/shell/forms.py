"""Forms check shape; rules check sense. Both kinds of answers end beside the field."""

from django.forms import Form
from django.utils.translation import gettext as _

from alongside.core.kit.refusal import Refused


def take_up(form: Form, refused: Refused) -> None:
    """Put an action's reasons beside the fields they name; what was typed stays."""
    for reason in refused.reasons:
        form.add_error(reason.field if reason.field in form.fields else None, str(reason.text))


def required(what: str) -> dict[str, str]:
    """The message of an empty required field, saying what would be right."""
    return {"required": _("%(what)s is missing. Please fill it in.") % {"what": what}}
