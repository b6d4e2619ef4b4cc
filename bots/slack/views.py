"""Views that are opened at once, and filled when what they show has been looked up.

What opens a view lives for three seconds (`trigger_id`), and a look-up may take longer. A refusal is shown in the view
that it concerns. Slack refuses a whole view for one picture that it cannot show: then it is shown without pictures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

import structlog

from bots.slack import answers, modals
from bots.slack.answers import api_of
from bots.slack.asking import Unreachable
from bots.slack.blocks import Payload
from bots.slack.event import Event
from bots.slack.forms import About
from bots.slack.text import shown
from core.errors import DeliveryError, EaselError, Refused
from core.model import ImageId

if TYPE_CHECKING:
    from bots.slack.desk import Desk

# https://docs.slack.dev/reference/methods/views.open#errors
_TOO_LATE: Final = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
NOT_SHOWN: Final = frozenset({"invalid_blocks", "invalid_arguments"})
# Thrown away or closed by its reader meanwhile.
_CLOSED: Final = frozenset({"not_found", "view_not_found", "hash_conflict"})

_log = structlog.get_logger()

Fill = Callable[[About], Awaitable[Payload]]


async def show(desk: Desk, event: Event, about: About, fill: Fill) -> None:
    """In the view that was clicked in; otherwise in a new one."""
    view = clicked_in(event)
    if view:
        await fill_in(desk, event, view, about, fill)
    else:
        await open_filled(desk, event, about, fill)


def clicked_in(event: Event) -> str:
    """The id of the modal that was clicked in; empty for messages, and for the Home tab, which stays what it is."""
    view = event.body.get("view")
    found = view.get("id") if isinstance(view, dict) and view.get("type") == "modal" else ""
    return found if isinstance(found, str) else ""


async def open_filled(desk: Desk, event: Event, about: About, fill: Fill) -> None:
    """Open a view, then show in it what `fill` gives, or why there is nothing. Raises `Refused` when it cannot open."""
    trigger = event.body.get("trigger_id")
    try:
        view = await api_of(desk, event).open_view(event.team, str(trigger or ""), modals.loading(about))
    except Unreachable as error:
        _log.warning("slack_view_lost", reason=error.reason)
        if error.reason in _TOO_LATE:
            raise Refused("That took too long, and Slack opens nothing any more.", "Press again.") from None
        raise Refused("Slack did not open the form.", "Press again.") from None
    await fill_in(desk, event, view, about, fill)


async def fill_in(desk: Desk, event: Event, view: str, about: About, fill: Fill) -> None:
    """The same for a view that is open."""
    content = modals.told(about, answers.BROKEN)
    try:
        content = await fill(about)
    except EaselError as error:
        sentence = await answers.read_by(desk, event, error.sentence)
        content = modals.told(about, shown(sentence, answers.SENTENCE_CHARACTERS))
    finally:
        await _replace(desk, event, view, content)


async def _replace(desk: Desk, event: Event, view: str, content: Payload) -> None:
    api = api_of(desk, event)
    try:
        try:
            await api.update_view(event.team, view, content)
        except Unreachable as error:
            if error.reason not in NOT_SHOWN:
                raise
            await api.update_view(event.team, view, without_pictures(content))
    except DeliveryError as error:
        if not isinstance(error, Unreachable) or error.reason not in _CLOSED:
            _log.warning("slack_view_left", error=error.code, reason=getattr(error, "reason", ""))


def without_pictures(view: Payload) -> Payload:
    """The same view in words."""
    return {**view, "blocks": [_in_words(block) for block in view["blocks"] if block["type"] != "image"]}


def _in_words(block: Payload) -> Payload:
    accessory: Any = block.get("accessory")
    shows = isinstance(accessory, dict) and accessory.get("type") == "image"
    return {key: value for key, value in block.items() if not (shows and key == "accessory")}


async def file_of(desk: Desk, event: Event, image: ImageId) -> str:
    """A file of Slack's that shows this picture; empty when there is none."""
    found = await desk.records.posts.of_image(event.team, image)
    return found[-1][0] if found else ""
