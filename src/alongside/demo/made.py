"""What of the demonstration stands so far."""

from dataclasses import dataclass, field

from alongside.commons.people.models import Organisation, Person
from alongside.commons.places.models import Place
from alongside.core.access.actor import Actor
from alongside.core.access.models import Installation


@dataclass
class Made:
    """For the steps that build on it. `by` is the operator, whose instant all of it is made at."""

    by: Actor
    installation: Installation
    norway: Place
    municipalities: dict[str, Organisation] = field(default_factory=dict)
    units: dict[str, Organisation] = field(default_factory=dict)
    others: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
