"""Asking those who decide, in the channel, and taking their answer: any question of `core.administration.asking`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import discord
import structlog

from bots.discord import answers, components
from bots.discord.answers import SENTENCE_CHARACTERS, shown
from bots.discord.delivering import about_it
from bots.discord.destination import decode
from bots.discord.naming import discord_names
from bots.discord.records import ASKED
from bots.discord.rest import Payload
from bots.discord.speaking import for_reader
from bots.discord.who import actor_of, is_foreign, locale_of, place_of
from core.administration.approvals import Approval, NeedsApproval
from core.administration.asking import Act, Question, approval_question, more_offer
from core.conversation.deciding import Further, decided
from core.errors import DeliveryError, Gone, NotAllowed, QuotaExceeded
from core.model import Unfinished

if TYPE_CHECKING:
    from bots.discord.desk import Desk

log = structlog.get_logger()


@asynccontextmanager
async def asking(desk: Desk) -> AsyncIterator[None]:
    """Around what may need somebody's approval: they are asked. Raises what came of it, a sentence for the person."""
    try:
        yield
    except NeedsApproval as error:
        await _ask_about(desk, error.approval)
        raise


@asynccontextmanager
async def offering(interaction: discord.Interaction) -> AsyncIterator[None]:
    """Around what may meet a limit: the person is told, with a way to ask for more where somebody can give it."""
    try:
        yield
    except QuotaExceeded as error:
        offer = more_offer(error)
        if offer is None or interaction.guild_id is None or is_foreign(interaction):
            raise
        locale = locale_of(interaction)
        said = shown(for_reader(locale, error.sentence), SENTENCE_CHARACTERS)
        await answers.say(interaction, said, components=components.question((offer,), locale))


async def post(desk: Desk, question: Question, channel: int, name: str) -> bool:
    """The question, once for each `name`; whether it stands there."""
    if await desk.records.noted(ASKED, name) is not None:
        return True
    payload: Payload = {"content": question.text, "components": components.question(question.choices)}
    try:
        message = await desk.rest.send(channel, payload, nonce=f"q{name[:24]}")
    except DeliveryError as error:
        log.info("discord takes no question", channel=channel, error=error.code)
        return False
    await desk.records.note(ASKED, str(message["id"]), name)
    return True


async def answered(desk: Desk, interaction: discord.Interaction, act: Act, subject: str) -> None:
    """Somebody decided. Raises a `Refused` with their sentence; then the question stays."""
    arrived = await answers.acknowledge_click(interaction)
    actor, place = actor_of(interaction), place_of(interaction, desk.time_zone)
    result = await decided(desk.studio, act, subject, actor, place, shown)
    if result.further is not None:
        await _ask_further(desk, result.further)
    payload: Payload = {"content": discord_names(result.text), "components": []}
    with suppress(DeliveryError):  # the message is gone: it was carried out all the same
        if arrived:
            await desk.rest.edit_original(interaction.application_id, interaction.token, payload)
        elif interaction.message is not None:
            await desk.rest.edit(interaction.message.channel.id, interaction.message.id, payload)
    if result.in_vain is not None:
        await _tell(desk, result.in_vain)


async def _tell(desk: Desk, outcome: Unfinished) -> None:
    """Whoever asked: in answer to them while Discord takes that, else directly, or at their next command."""
    try:
        spot = decode(outcome.request.destination)
    except Gone:
        return
    payload = answers.message_of(about_it(spot, outcome), private=False)
    with suppress(DeliveryError):
        if spot.token_lives(desk.clock.now_us()):
            await desk.rest.follow_up(spot.application, spot.interaction, payload | {"flags": answers.EPHEMERAL})
            return
        if spot.placeholder is not None:  # it answers their message, and still says that somebody is asked
            await desk.rest.edit(spot.channel, spot.placeholder, payload)
            return
    try:
        await desk.rest.send(await desk.rest.direct_channel(spot.user), payload, nonce=f"v{outcome.job[:24]}")
    except DeliveryError as error:
        await desk.adapter.leave(outcome.request.destination, outcome, error)


async def _ask_further(desk: Desk, further: Further) -> None:
    channel = further.thread or further.channel
    if not channel.isdecimal() or not await post(desk, further.question, int(channel), further.name):
        raise NotAllowed("I may not write there, so nobody was asked.", "Write to an administrator.")


async def _ask_about(desk: Desk, approval: Approval) -> None:
    """Where it was asked for, or else where alerts are told."""
    place, question = approval.request.place, approval_question(approval, shown)
    rules = await desk.studio.administration.rules_of(place.platform, place.workspace)
    for channel in dict.fromkeys((place.thread or place.channel, rules.policy.alerts)):
        if channel.isdecimal() and await post(desk, question, int(channel), approval.id):
            return
    await desk.studio.withdraw(approval)
    raise NotAllowed(
        "Somebody has to agree to its price first, and I may not ask in this channel.",
        "Ask for it where I may write, or for something that costs less.",
    )
