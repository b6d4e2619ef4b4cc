"""From a wish to a job, where no message of the person's stands: after a command, and after a question was answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bots.slack import choosing, limits, who
from bots.slack.answers import say
from bots.slack.desk import Desk
from bots.slack.destination import Spot, encode
from bots.slack.event import Event
from bots.slack.text import shown
from core.conversation.wishes import Waiting, Wish, request_of
from core.errors import WhichPicture
from core.model import Actor, Place, Progress, StageName

MOMENT: Final = "One moment …"


async def submit(desk: Desk, event: Event, wish: Wish, event_key: str) -> None:
    """Make it a job. From there on the answer is the adapter's: progress, and the picture. Raises a `Refused`."""
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    destination = encode(_spot(desk, event, actor, place, private=wish.private and not place.personal))
    try:
        admitted = await desk.studio.submit(request_of(wish, event_key, actor, place, destination))
    except WhichPicture as error:
        await ask(desk, event, wish, error)
        return
    if admitted.ahead and not admitted.again:
        await desk.adapter.progress(destination, Progress(admitted.job, StageName.QUEUED, ahead=admitted.ahead))


async def ask(desk: Desk, event: Event, wish: Wish, error: WhichPicture) -> None:
    """Which picture is meant; `resume` goes on from the answer."""
    row = await choosing.ask(desk.records, Waiting(wish, who.user_of(event), error.choices))
    await say(desk, event, f"{shown(error.what)} Choose one.", rows=[row])


async def resume(desk: Desk, event: Event, note: str, number: int) -> None:
    """The answer to "Which one?", in a thread or after a command. Raises a `Refused`."""
    waiting, ref = await choosing.answered(desk.records, note, who.user_of(event), number)
    wish = replace(waiting.wish, picture=ref) if ref.image is not None else replace(waiting.wish, image=ref)
    await submit(desk, event, wish, f"slack:{event.team}:w:{note}:{number}")


def _spot(desk: Desk, event: Event, actor: Actor, place: Place, *, private: bool) -> Spot:
    """A command's answer takes the place of "One moment"; a question's in a thread that of the question."""
    spot = Spot(
        team=event.team,
        enterprise=event.enterprise,
        channel=place.channel,
        user=actor.user,
        name=actor.name,
        thread=place.thread or "",
        private=private,
        direct=place.personal,
        status=bool(place.thread) and not private,
    )
    if not who.is_answerable(event):
        return replace(spot, placeholder="" if private else _pressed(event))
    url = event.body.get("response_url")
    if not isinstance(url, str) or not url:
        return spot
    return replace(spot, response_url=url, expires_at_us=desk.clock.now_us() + limits.RESPONSE_SECONDS * 1_000_000)


def _pressed(event: Event) -> str:
    """The ts of the message of ours that was pressed."""
    container = event.body.get("container")
    ts = container.get("message_ts") if isinstance(container, dict) else ""
    return ts if isinstance(ts, str) else ""
