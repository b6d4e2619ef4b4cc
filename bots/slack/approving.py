"""Asking those who decide, in the channel, and taking their answer: any question of `core.administration.asking`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import structlog

from bots.slack import blocks, components, who
from bots.slack.answers import SENTENCE_CHARACTERS, Handler, api_of, read_by, say
from bots.slack.destination import decode
from bots.slack.event import Event
from bots.slack.office import slack_names
from bots.slack.text import shown
from core.administration.approvals import Approval, NeedsApproval
from core.administration.asking import Act, Question, approval_question, more_offer
from core.conversation.deciding import Further, decided
from core.errors import DeliveryError, Gone, NotAllowed, QuotaExceeded

if TYPE_CHECKING:
    from bots.slack.desk import Desk

_ASKED: Final = "asked"
log = structlog.get_logger()


def asking(handler: Handler) -> Handler:
    """A handler whose request may need somebody's approval: they are asked. Raises what the person is told of it."""

    async def handle(desk: Desk, event: Event) -> None:
        try:
            await handler(desk, event)
        except NeedsApproval as error:
            await _ask_about(desk, event, error.approval)
            raise
        except QuotaExceeded as error:
            offer = more_offer(error)
            if offer is None:
                raise
            said = shown(await read_by(desk, event, error.sentence), SENTENCE_CHARACTERS)
            choice = replace(offer, label=await read_by(desk, event, offer.label))
            await say(desk, event, said, rows=[components.question((choice,))])

    handle.__module__ = handler.__module__  # what the log says, when it breaks
    return handle


async def post(desk: Desk, event: Event, question: Question, channel: str, thread: str, name: str) -> bool:
    """The question, once for each `name`; whether it stands there."""
    if await desk.records.noted(_ASKED, name) is not None:
        return True
    rows = [blocks.section(question.text), components.question(question.choices)]
    try:
        ts = await api_of(desk, event).post(event.team, channel, question.text, rows, thread)
    except DeliveryError as error:
        log.info("slack_question_lost", error=error.code, reason=getattr(error, "reason", ""))
        return False
    await desk.records.note(_ASKED, ts, name)
    return True


async def answered(desk: Desk, event: Event, act: Act, subject: str) -> None:
    """Somebody decided. Raises a `Refused` with their sentence; then the question stays."""
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    result = await decided(desk.studio, act, subject, actor, place, shown)
    if result.further is not None:
        await _ask_further(desk, event, result.further)
        await say(desk, event, result.text)
        return
    text = slack_names(result.text)
    where, ts = who.channel_of(event), _pressed(event)
    try:
        await api_of(desk, event).update(event.team, where, ts, text, [blocks.section(text)])
    except DeliveryError:  # the message is gone: it was carried out all the same
        await say(desk, event, text)
    if result.in_vain is not None:
        why = Gone("Somebody agreed, and it was not drawn.")
        await desk.adapter.leave(result.in_vain.request.destination, result.in_vain, why)


async def _ask_further(desk: Desk, event: Event, further: Further) -> None:
    if not await post(desk, event, further.question, further.channel, further.thread or "", further.name):
        raise NotAllowed("I may not write there, so nobody was asked.", "Write to an administrator.")


async def _ask_about(desk: Desk, event: Event, approval: Approval) -> None:
    """Where it was asked for, or else where alerts are told."""
    place, question = approval.request.place, approval_question(approval, shown)
    rules = await desk.studio.administration.rules_of(place.platform, place.workspace)
    # A thread that would begin with it is seen by nobody but who asked: then it stands in the channel.
    begins = decode(approval.request.destination).asked == place.thread
    here = (place.channel, "" if begins else place.thread or "")
    for channel, thread in (here, (rules.policy.alerts, "")):
        if channel and await post(desk, event, question, channel, thread, approval.id):
            return
    await desk.studio.withdraw(approval)
    raise NotAllowed(
        "Somebody has to agree to its price first, and I may not ask in this channel.",
        "Invite me there, or ask for something that costs less.",
    )


def _pressed(event: Event) -> str:
    """The ts of the question."""
    container: Any = event.body.get("container")
    ts = container.get("message_ts") if isinstance(container, dict) else ""
    return ts if isinstance(ts, str) else ""
