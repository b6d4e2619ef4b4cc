"""Slash commands: acknowledged at once, then drawn, shown or answered in words; and the suggestions while typing.

The studio decides everything. What is said here is for the person alone; what is drawn is for the channel unless it is
private, and that is settled by the acknowledgement, since Discord never lets it change afterwards. Where it depends on
a picture of Easel's, the picture is looked up before, for a second at most; what is not known by then is private.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, TypeVar, assert_never

import discord
import structlog

from bots.discord import casting, choosing, commands, office, overview, own_data, who
from bots.discord.answers import Ack, ack_of, acknowledge, message_of, say, suggest
from bots.discord.commands import CHARACTER, NAME, PICTURE, Focus, Parsed
from bots.discord.components import which_one
from bots.discord.desk import Desk
from bots.discord.destination import PLATFORM, encode
from bots.discord.optionfiles import take
from bots.discord.speaking import for_reader
from bots.discord.spots import spot_of
from bots.discord.wishes import wish_of, with_files
from core.commands import Does
from core.conversation.finding import find, own
from core.conversation.wishes import Waiting, Wish, request_of
from core.errors import DeliveryError, EaselError, WhichPicture
from core.lookout import RECENT_US
from core.model import Actor, ImageId, ImageRef, JobId, MessageRef, Operation, Options, Place, StoredImage

LOOK_SECONDS: Final = 1.0  # before the acknowledgement, for which Discord waits three
TYPING_SECONDS: Final = 2.0
_HISTORY: Final = JobId("history")  # the select under pictures of several jobs: who answers it needs no job

T = TypeVar("T")
log = structlog.stdlib.get_logger(__name__)


async def handle(desk: Desk, interaction: discord.Interaction) -> None:
    """A slash command. Raises a `Refused` with the person's sentence."""
    parsed = commands.parse_options(interaction.data)
    match parsed.command.does:
        case Does.IMAGINE | Does.EDIT | Does.STORYBOARD:
            await _draw(desk, interaction, parsed)
        case Does.IMAGE:
            await _show(desk, interaction, str(parsed.options.get("id", "")))
        case Does.HISTORY | Does.QUOTA | Does.HELP:
            await _answer(desk, interaction, parsed)
        case Does.CHARACTER:
            await casting.answer(desk, interaction, parsed)
        case Does.USAGE | Does.ADMINISTER:
            await office.answer(desk, interaction, parsed)
        case Does.PRIVACY:
            await own_data.answer(desk, interaction, parsed)
        case _:
            assert_never(parsed.command.does)


async def complete(desk: Desk, interaction: discord.Interaction) -> None:
    """Suggestions for what is being typed: styles, and the person's own pictures. None when there is no time for it."""
    found: list[dict[str, Any]] = []
    focus = commands.focused(interaction.data)
    try:
        if focus is not None:
            async with asyncio.timeout(TYPING_SECONDS):
                found = await _suggestions(desk, interaction, focus)
    except (EaselError, TimeoutError) as error:
        log.info("no suggestions", error=type(error).__name__)
    finally:
        await suggest(interaction, found)


async def resume(desk: Desk, interaction: discord.Interaction, note: str) -> None:
    """The answer to "Which one?" (`choosing.note_of` the component's custom_id). Raises a `Refused`."""
    wish = await _soon(_chosen(desk, interaction, note))
    private = wish is None or wish.private
    if await _acknowledged(interaction, private=private):
        wish = wish or await _chosen(desk, interaction, note)
        await _submit(desk, interaction, wish, private=private)


async def _chosen(desk: Desk, interaction: discord.Interaction, note: str) -> Wish:
    data: Mapping[str, Any] = interaction.data or {}
    values = data.get("values")
    value = values[0] if isinstance(values, list) and values else None
    waiting, ref = await choosing.answered(desk.records, note, str(interaction.user.id), value)
    if ref.image is None:
        return replace(waiting.wish, picture=ref)
    return _with(waiting.wish, await desk.studio.picture(ref.image, *_asker(desk, interaction)))


# --- drawing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known of Easel's own picture that a command is about."""

    picture: StoredImage | None = None
    several: WhichPicture | None = None
    private: bool = False

    def applied(self, wish: Wish) -> Wish:
        """The wish with what is known of the picture."""
        wish = _inheriting(wish, private=self.private)
        return wish if self.picture is None else _with(wish, self.picture)


def _with(wish: Wish, picture: StoredImage) -> Wish:
    """This is the picture that is meant."""
    wish = _inheriting(wish, private=picture.private)
    return replace(wish, picture=ImageRef(PLATFORM, image=picture.id))


def _inheriting(wish: Wish, *, private: bool) -> Wish:
    """What comes of a private picture is private, unless the person says otherwise."""
    if not private or wish.options.private is not None:
        return wish
    return replace(wish, options=replace(wish.options, private=True))


async def _draw(desk: Desk, interaction: discord.Interaction, parsed: Parsed) -> None:
    wish, said = wish_of(parsed), str(parsed.options.get(PICTURE, ""))
    looked = await _soon(_look(desk, interaction, parsed, said, wish))
    wish = wish if looked is None else looked.applied(wish)
    private = wish.private or looked is None or looked.several is not None
    if not await _acknowledged(interaction, private=private):
        return
    await _tell_news(desk, interaction)
    files = await take(desk, f"i:{interaction.id}", parsed.attachments, interaction.user.id)
    wish = with_files(wish, files, found=bool(said.strip()))
    look = looked or await _look(desk, interaction, parsed, said, wish)
    if look.several is None:
        await _submit(desk, interaction, look.applied(wish), private=private)
    else:
        await _ask(desk, interaction, look.applied(wish), look.several)


async def _look(desk: Desk, interaction: discord.Interaction, parsed: Parsed, said: str, wish: Wish) -> _Look:
    """Raises `NotFound` for a picture, or a character, that was named and is not there."""
    look = await _look_at_picture(desk, interaction, parsed, said)
    came = await desk.studio.cast(wish.words, wish.options, who.actor_of(interaction))
    return replace(look, private=look.private or any(each.private for each in came))


async def _look_at_picture(desk: Desk, interaction: discord.Interaction, parsed: Parsed, said: str) -> _Look:
    actor, place = _asker(desk, interaction)
    if said.strip():
        try:
            picture = await find(desk.studio, said, actor, place)
        except WhichPicture as error:
            return _Look(several=error)
        return _Look(picture, private=picture.private)
    if parsed.command.does is Does.EDIT and not parsed.attachments and place.thread is None:
        since_us = desk.clock.now_us() - RECENT_US
        newest = next(iter(await own(desk.studio, "", actor, place)), None)  # what the rules will find
        return _Look(private=newest is not None and newest.private and newest.created_at_us >= since_us)
    return _Look()


async def _submit(desk: Desk, interaction: discord.Interaction, wish: Wish, *, private: bool) -> None:
    """From here on the answer is the adapter's: progress, and the picture."""
    actor, place = _asker(desk, interaction)
    spot = spot_of(interaction, private=private, spoiler=desk.settings.spoiler)
    try:
        await desk.studio.submit(request_of(wish, f"discord:i:{interaction.id}", actor, place, encode(spot)))
    except WhichPicture as error:
        await _ask(desk, interaction, wish, error)


async def _ask(desk: Desk, interaction: discord.Interaction, wish: Wish, error: WhichPicture) -> None:
    waiting = Waiting(wish, str(interaction.user.id), error.choices)
    await say(interaction, choosing.question(error), components=await choosing.ask(desk.records, waiting))


async def _show(desk: Desk, interaction: discord.Interaction, said: str) -> None:
    """A kept picture again: to all who could see it, or to its maker alone."""
    wish = Wish(Operation.SHOW, "", Options())
    try:
        picture = await _soon(find(desk.studio, said, *_asker(desk, interaction)))
        private = picture is None or picture.private
        if not await _acknowledged(interaction, private=private):
            return
        picture = picture or await find(desk.studio, said, *_asker(desk, interaction))
    except WhichPicture as error:
        await _ask(desk, interaction, wish, error)
        return
    await _tell_news(desk, interaction)
    await _submit(desk, interaction, _with(wish, picture), private=private)


# --- words -----------------------------------------------------------------------------------------------------------


async def _answer(desk: Desk, interaction: discord.Interaction, parsed: Parsed) -> None:
    """What is answered in words is the person's own business."""
    if not await acknowledge(interaction, private=True):
        return
    components: list[dict[str, Any]] = []
    match parsed.command.does:
        case Does.QUOTA:
            allowances = await desk.studio.allowances(*_asker(desk, interaction))
            texts = overview.parts(overview.quota_text(allowances, desk.clock.now_us(), who.locale_of(interaction)))
        case Does.HISTORY:
            text, components = await _history(desk, interaction, str(parsed.options.get("words", "")))
            texts = [text]
        case Does.HELP:
            read = partial(for_reader, who.locale_of(interaction))
            texts = overview.help_messages(str(parsed.options.get("topic", "")), read)
        case _:
            raise ValueError(f"{parsed.command.does} is answered elsewhere")
    news = await desk.records.take_from_inbox(interaction.user.id)
    for text in (*texts[:-1], *news):
        await say(interaction, text)
    await say(interaction, texts[-1], components=components)


async def _history(desk: Desk, interaction: discord.Interaction, words: str) -> tuple[str, list[dict[str, Any]]]:
    actor, place = _asker(desk, interaction)
    found = await desk.studio.history(actor, place, words, limit=overview.HISTORY_PICTURES)
    images = found[: overview.HISTORY_PICTURES]
    messages = {image.id: at for image in images if (at := await _standing(desk, image)) is not None}
    text = overview.history_text(images, messages, interaction.guild_id, words, actor.locale)
    return text, [which_one(_HISTORY, images)] if images else []


async def _standing(desk: Desk, image: StoredImage) -> MessageRef | None:
    """The message that shows a picture to all, the latest one: an earlier one may have been the maker's alone."""
    if image.private:
        return None
    messages = await desk.studio.messages_of_picture(ImageId(image.id))
    return next((each for each in reversed(messages) if each.platform == PLATFORM), None)


async def _suggestions(desk: Desk, interaction: discord.Interaction, focus: Focus) -> list[dict[str, Any]]:
    if focus.option in (CHARACTER, NAME):
        return commands.suggested_characters(await desk.studio.characters(who.actor_of(interaction)), focus.typed)
    if focus.option in (PICTURE, "id"):
        return commands.suggested_pictures(await own(desk.studio, focus.typed, *_asker(desk, interaction)))
    option = next((each for each in focus.command.options if each.name == focus.option), None)
    if option is None:
        return []
    ours = await desk.studio.own_styles(who.actor_of(interaction)) if option.name == "style" else ()
    return commands.suggested_styles(option, focus.typed, who.locale_of(interaction), ours)


# --- what all of them share -------------------------------------------------------------------------------------------


def _asker(desk: Desk, interaction: discord.Interaction) -> tuple[Actor, Place]:
    return who.actor_of(interaction), who.place_of(interaction, desk.time_zone)


async def _soon(answer: Awaitable[T]) -> T | None:
    """The answer if there is one within the time that may pass before the acknowledgement."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await answer
    except TimeoutError:
        return None


async def _acknowledged(interaction: discord.Interaction, *, private: bool) -> bool:
    """Whether there is a way to deliver: without its acknowledgement, as a message, where Easel may post one."""
    return await acknowledge(interaction, private=private) or not who.is_foreign(interaction)


async def _tell_news(desk: Desk, interaction: discord.Interaction) -> None:
    """What could not be posted earlier, beside the picture that is to come.

    Discord turns the first follow-up of a "thinking…" into that answer itself ("Create Followup Message"), so that one
    has to say something before.
    """
    if ack_of(interaction) is Ack.LOST:
        return
    news = await desk.records.take_from_inbox(interaction.user.id)
    if not news:
        return
    application, token = interaction.application_id, interaction.token
    try:
        await desk.rest.edit_original(application, token, {"content": "One moment…"})
        for text in overview.parts("\n".join(news)):
            await desk.rest.follow_up(application, token, message_of(text))
    except DeliveryError as error:
        log.warning("news did not arrive", error=error.code)
