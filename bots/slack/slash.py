"""Slash commands: drawn, shown or answered in words. Options are typed as flags, pictures are pointed at by links.

A command is known to one person alone, and so is every sentence about it; its picture is for the channel unless it is
private. Slack shows no command in threads, and takes no files with one (docs.slack.dev, "Slash commands").
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never

from bots.slack import answering, commanding, membership, office, own_data, own_key
from bots.slack.answers import say
from bots.slack.desk import Desk
from bots.slack.event import Event
from bots.slack.membership import Standing
from bots.slack.plainwords import spoken
from bots.slack.pointing import pointed
from core import prompt
from core.commands import COMMANDS, Command, Does
from core.conversation.finding import find
from core.conversation.meaning import Ask
from core.conversation.understanding import UnknownCommand, command_in
from core.conversation.wishes import Wish, wish_of
from core.errors import EmptyPrompt, WhichPicture
from core.model import ImageRef, Operation, Options
from core.options import spoken as listed

_SEEN: Final = "command"
_DRAWING: Final = frozenset({Does.IMAGINE, Does.EDIT, Does.STORYBOARD, Does.IMAGE})


def draws(event: Event) -> bool:
    """Whether a picture comes of this command."""
    name = _name(event)
    return any(each.name == name and each.does in _DRAWING for each in COMMANDS)


def key(event: Event) -> str:
    """The core's, of what this command asks for."""
    return f"slack:{event.team}:c:{_field(event, 'trigger_id')}"


async def handle(desk: Desk, event: Event) -> None:
    """A slash command. Raises a `Refused` with the person's sentence."""
    command = _command(event)
    if not await desk.records.first_time(_SEEN, f"{event.team}/{_field(event, 'trigger_id')}"):
        return
    match command.does:
        case Does.IMAGINE | Does.EDIT | Does.STORYBOARD:
            await _draw(desk, event, command)
        case Does.IMAGE:
            await _show(desk, event)
        case Does.HISTORY | Does.QUOTA | Does.HELP | Does.CHARACTER | Does.USAGE | Does.ADMINISTER:
            await _answer(desk, event, command)
        case Does.PRIVACY:
            await own_data.answer(desk, event, _field(event, "text"))
        case _:
            assert_never(command.does)


def _command(event: Event) -> Command:
    name = _name(event)
    for command in COMMANDS:
        if command.name == name:
            return command
    known = listed([f"/{command.name}" for command in COMMANDS], "and")
    raise UnknownCommand(f"There is no command called /{name[:40]}.", f"There are {known}.")


def _name(event: Event) -> str:
    return _field(event, "command").strip().lstrip("/").lower()


# --- pictures --------------------------------------------------------------------------------------------------------


async def _draw(desk: Desk, event: Event, command: Command) -> None:
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    given = await pointed(desk, event, _field(event, "text"), actor, place)
    wish = wish_of(command, {command.options[0].name: await _words(desk, event, command, given.text)})
    wish = _with_pictures(wish, given.pictures)
    if not wish.words.strip() and wish.operation is Operation.EDIT:
        raise EmptyPrompt("There are no words to go by.", "Say what to change, as in: /edit make it night.")
    prompt.parse(wish.words, wish.options, allow_empty=wish.operation is Operation.EDIT)  # refused before it is asked
    await _submit(desk, event, wish)


async def _show(desk: Desk, event: Event) -> None:
    """A kept picture again, by its number or by words of its prompt."""
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    wish = Wish(Operation.SHOW, "", Options())
    said = spoken(_field(event, "text"), event.me, {}).words
    try:
        picture = await find(desk.studio, said, actor, place)
    except WhichPicture as error:
        await commanding.ask(desk, event, wish, error)
        return
    private = Options(private=True) if picture.private else Options()
    shown = ImageRef(place.platform, image=picture.id)
    await _submit(desk, event, replace(wish, picture=shown, options=private))


async def _submit(desk: Desk, event: Event, wish: Wish) -> None:
    """Where the picture cannot be posted, the person is asked before anything is drawn."""
    place = await desk.people.place_of(event)
    found = Standing.INSIDE if wish.private else await membership.standing(desk, event, place)
    if found is Standing.INSIDE:
        try:
            await commanding.submit(desk, event, wish, key(event))
        except commanding.Closed as closed:
            found = membership.standing_after(closed.reason)
    if found is not Standing.INSIDE:
        await membership.ask(desk, event, wish, found)


def _with_pictures(wish: Wish, pictures: tuple[ImageRef, ...]) -> Wish:
    """Of an edit the first one is changed, and the others are looked at."""
    if not pictures:
        return wish
    first, *others = pictures
    if wish.operation is not Operation.EDIT:
        return replace(wish, further=pictures)
    if first.image is not None:
        return replace(wish, picture=first, further=tuple(others))
    return replace(wish, image=first, further=tuple(others))


# --- words -----------------------------------------------------------------------------------------------------------


async def _answer(desk: Desk, event: Event, command: Command) -> None:
    text, pictures = _field(event, "text"), tuple[ImageRef, ...]()
    if command.does is Does.ADMINISTER and await own_key.asked(desk, event, text):
        return
    actor, place = await desk.people.actor_of(event), await desk.people.place_of(event)
    if command.does is Does.CHARACTER:
        given = await pointed(desk, event, text, actor, place)
        text, pictures = given.text, given.pictures
    if command.does in office.ORDERS:
        text = office.core_names(text)
    words = await _words(desk, event, command, text)
    for text in await answering.texts(desk, event, Ask(command.does, words, pictures)):
        await say(desk, event, text)


async def _words(desk: Desk, event: Event, command: Command, text: str) -> str:
    """As they were typed; `prompt:` in front, which people bring along from other places, goes."""
    said = spoken(text, event.me, {})
    if said.people:
        said = spoken(text, event.me, await desk.people.names(event, said.people))
    _, words = command_in(f"/{command.name} {said.words}")
    return words


def _field(event: Event, name: str) -> str:
    said = event.body.get(name)
    return said if isinstance(said, str) else ""
