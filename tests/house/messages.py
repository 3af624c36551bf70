"""Messages of the matrix's world: in each kind of scope, in each state that something can be done about."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from alongside.core.outbox import actions
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address, Parcel, Words
from alongside.journeys.sending import letter_files

if TYPE_CHECKING:
    from tests.house.world import World

RUN = UUID(int=7)


def make(world: "World") -> None:
    rows = world.rows
    _queue(world, "waiting message", rows["municipality"])
    _queue(world, "failed message", rows["other_municipality"], state=State.FAILED, failure=Failure.REFUSED)
    _queue(world, "survey message", rows["closed survey"], state=State.UNSURE)
    _queue(world, "person message", rows["volunteer"], state=State.FAILED, failure=Failure.NO_ADDRESS)
    _queue(world, "respondent message", rows["respondent"], state=State.UNSURE)
    _letter(world, "letter", rows["unit"])
    _letter(world, "survey letter", rows["closed survey"])
    _letter(world, "printed letter", rows["municipality"], fetched_at=world.house.at, fetched_in=RUN)


def _queue(world: "World", name: str, within: Any, channel: Channel = Channel.EMAIL, **after: Any) -> Message:
    message = actions.queue(
        by=world.house.operator,
        scope=within.scope,
        recipient=world.house.people["volunteer"].id,
        channel=channel,
        template="role-given",
        about={"membership": world.rows["volunteer's role"].pk},
        key=f"matrix:{name.replace(' ', '-')}",
    )
    Message.objects.filter(pk=message.pk).update(**after)
    message.refresh_from_db()
    world.rows[name] = message
    return message


def _letter(world: "World", name: str, within: Any, **after: Any) -> None:
    message = _queue(world, name, within, Channel.LETTER, state=State.SENT, **after)
    told = world.house.people["volunteer"].number if "survey" in name else "Vilde Volunteer"
    words = Words("en", ("Fjellvik",), "A message for you", (f"Dear {told}",))
    letter_files().hand_over(
        Parcel(message.pk, 1, Address(told, "", (told, "Solbakken 3")), words, world.house.at)
    )
