"""The core's command table as Discord wants it, and what comes back from it. Pure.

`payload` is what a global command sync sends: every command of `core.commands.COMMANDS`, cut down to Discord's limits
and said in the languages of `locales`, and the message menus. `digest` tells whether it changed: Discord allows 200 new
commands a day, so it is sent only then. `parse_options` and `focused` read an interaction; they are given hostile data.

Sources: Discord, "Application Commands" (Application Command Structure, Option Structure, Option Choice Structure,
Localization, Limits on options) and "Receiving and Responding" (Interaction Data).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple, assert_never

from bots.discord.locales import Language, Term, language, languages
from core.administration.policy import OwnStyle
from core.characters import Character, folded
from core.commands import COMMANDS, Choice, Command, Does, Kind, Option
from core.conversation.finding import titled
from core.errors import Refused
from core.fitting import shorten
from core.model import Size, StoredImage

Json = dict[str, Any]
OptionValue = str | int | bool

MENU_EDIT: Final = "Edit image"
MENU_REFERENCE: Final = "Use as reference"
MENU_DETAILS: Final = "Image details"
MENUS: Final = (MENU_EDIT, MENU_REFERENCE, MENU_DETAILS)

CHOICES_MAX: Final = 25
CHOICE_CHARACTERS: Final = 100  # of a choice's name, and of a text value
TEXT_CHARACTERS: Final = 6000  # of a text option
PICTURES: Final = ("image", "image2", "image3", "image4")  # Discord has no option of several files
PICTURE: Final = "picture"  # one of Easel's own, found while typing

_CHAT_INPUT, _MESSAGE = 1, 3  # application command types
_STRING, _INTEGER, _BOOLEAN, _ATTACHMENT = 3, 4, 5, 11  # option types
_INSTALLS: Final = (0, 1)  # in a server, and by a person for themselves
_CONTEXTS: Final = (0, 1, 2)  # servers, direct messages with Easel, other private channels
_MANAGE_GUILD: Final = str(1 << 5)
# What only an administrator sees until the server decides otherwise.
_ADMINISTRATION: Final = frozenset({"usage", "easel"})
_OWN_PICTURE: Final = Option(
    PICTURE, Kind.TEXT, "One of my earlier pictures, to look at: type to search.", max_length=CHOICE_CHARACTERS
)
_OWN_SOURCE: Final = Option(
    PICTURE, Kind.TEXT, "The picture to change, from my earlier ones: type to search.", max_length=CHOICE_CHARACTERS
)
_OWN_KEPT: Final = Option(
    PICTURE, Kind.TEXT, "The picture to keep, from my earlier ones: type to search.", max_length=CHOICE_CHARACTERS
)
CHARACTER: Final = "character"  # of the drawing commands: who comes along
NAME: Final = "name"  # of /character: who it is about
_FURTHER: Final = "One more picture to look at while drawing."


class NotUnderstood(Refused):
    """An interaction that is none of our commands as they are now: an old client, or an old set of commands."""

    code = "not_understood"

    def __init__(self) -> None:
        super().__init__("I do not know this command in this form.", "Restart Discord (Ctrl+R), then try again.")


# --- what Discord is told --------------------------------------------------------------------------------------------


def payload(commands: Sequence[Command] = COMMANDS) -> list[Json]:
    """All commands and message menus."""
    return [*(_command(command) for command in commands), *(_menu(name) for name in MENUS)]


def digest(commands: Sequence[Json]) -> str:
    """The same for the same payload, whatever the order of its keys."""
    written = json.dumps(commands, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()


def options_of(command: Command) -> tuple[Option, ...]:
    """A command's options on Discord: several pictures become several options, and one's own can be found by words."""
    options: list[Option] = []
    taken = {each.name for each in command.options}
    for option in command.options:
        if option.kind is Kind.IMAGES:
            free = [name for name in PICTURES if name not in taken]
            options += [Option(name, Kind.IMAGE, option.summary if name == "image" else _FURTHER) for name in free]
            options += [_OWN_PICTURE] if command.does is not Does.EDIT else []
        else:
            options.append(option)
            own = {Does.EDIT: [_OWN_SOURCE], Does.CHARACTER: [_OWN_KEPT]}
            options += own.get(command.does, []) if option.name == "image" else []
    return tuple(options)


def _command(command: Command) -> Json:
    terms = {each.locale: each.commands[command.name] for each in languages() if command.name in each.commands}
    administers = command.name in _ADMINISTRATION
    return {
        "type": _CHAT_INPUT,
        "name": command.name,
        "description": command.summary,
        **_localised(terms),
        "options": [_option(command, option) for option in options_of(command)],
        "integration_types": [_INSTALLS[0]] if administers else list(_INSTALLS),
        "contexts": [_CONTEXTS[0]] if administers else list(_CONTEXTS),
        "default_member_permissions": _MANAGE_GUILD if administers else None,
        "nsfw": False,
    }


def _menu(name: str) -> Json:
    return {
        "type": _MESSAGE,
        "name": name,
        "name_localizations": {each.locale: each.menus[name] for each in languages() if name in each.menus},
        "integration_types": list(_INSTALLS),
        "contexts": list(_CONTEXTS),
        "default_member_permissions": None,
        "nsfw": False,
    }


def _option(command: Command, option: Option) -> Json:
    terms = {each.locale: term for each in languages() if (term := each.option(command.name, option.name)) is not None}
    return {
        "name": option.name,
        "description": option.summary,
        **_localised(terms),
        "required": option.required,
        **_takes(option),
    }


def _localised(terms: Mapping[str, Term]) -> Json:
    return {
        "name_localizations": {locale: term.name for locale, term in terms.items()},
        "description_localizations": {locale: term.summary for locale, term in terms.items()},
    }


def _takes(option: Option) -> Json:
    match option.kind:
        case Kind.TEXT:
            length = min(option.max_length or TEXT_CHARACTERS, TEXT_CHARACTERS)
            return {"type": _STRING, "max_length": length, **_completed(option)}
        case Kind.INTEGER:
            return {"type": _INTEGER, "min_value": option.minimum, "max_value": option.maximum}
        case Kind.CHOICE:
            # A menu that grows beyond Discord's, or with the operator's own entries, is searched instead.
            found = _completed(option)
            shown = found or {"choices": [_choice(option.name, choice) for choice in option.choices]}
            return {"type": _STRING, **shown}
        case Kind.FLAG:
            return {"type": _BOOLEAN}
        case Kind.IMAGE:
            # 2026-08-05: `file_types`; discord.py 2.7 does not know it, and passes it on.
            return {"type": _ATTACHMENT, "file_types": ["image"]}
        case Kind.IMAGES:
            raise ValueError("options_of makes single ones of these")
        case _:
            assert_never(option.kind)


def _completed(option: Option) -> Json:
    searched = option.name in (PICTURE, CHARACTER, NAME, "id", "style") or len(option.choices) > CHOICES_MAX
    return {"autocomplete": True} if searched else {}


def _choice(option: str, choice: Choice) -> Json:
    labels = {each.locale: label for each in languages() if (label := each.choice(option, choice.value)) is not None}
    return {"name": choice.label, "value": choice.value, **({"name_localizations": labels} if labels else {})}


# --- what comes back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was put into an option. Its `url` dies soon; `name` and `size_bytes` are the client's word."""

    id: str
    url: str
    name: str
    size_bytes: int
    size: Size | None = None


class Parsed(NamedTuple):
    """A command as it was given: options by the core's names, and files by the names of `options_of`."""

    command: Command
    options: Mapping[str, OptionValue]
    attachments: Mapping[str, Attachment]


@dataclass(frozen=True, slots=True)
class Focus:
    """What somebody is typing at this moment."""

    command: Command
    option: str
    typed: str


def parse_options(data: object) -> Parsed:
    """Read `interaction.data` of a slash command. Raises `NotUnderstood`."""
    command = _named(data)
    known = {option.name: option for option in options_of(command)}
    options: dict[str, OptionValue] = {}
    attachments: dict[str, Attachment] = {}
    for row in _rows(data):
        option = known.get(str(row.get("name")))
        if option is None:
            raise NotUnderstood
        if option.kind is Kind.IMAGE:
            attachments[option.name] = _attachment(data, row.get("value"))
        else:
            options[option.name] = _value(option, row.get("value"))
    return Parsed(command, MappingProxyType(options), MappingProxyType(attachments))


def focused(data: object) -> Focus | None:
    """What is being typed in an autocomplete; None for anything that is no such question."""
    try:
        command = _named(data)
        rows = _rows(data)
    except NotUnderstood:
        return None
    known = {option.name for option in options_of(command)}
    for row in rows:
        name, value = row.get("name"), row.get("value")
        if row.get("focused") is True and name in known and isinstance(value, str):
            return Focus(command, str(name), value)
    return None


def _named(data: object) -> Command:
    name = data.get("name") if isinstance(data, Mapping) else None
    for command in COMMANDS:
        if command.name == name:
            return command
    raise NotUnderstood


def _rows(data: object) -> list[Mapping[str, object]]:
    rows = data.get("options") if isinstance(data, Mapping) else None
    if rows is None:
        return []
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise NotUnderstood
    return list(rows[:CHOICES_MAX])


def _value(option: Option, value: object) -> OptionValue:
    """The value, when it is of the option's kind. What it may be is the core's to say."""
    match option.kind:
        case Kind.TEXT | Kind.CHOICE:
            fits = isinstance(value, str)
        case Kind.INTEGER:
            fits = isinstance(value, int) and not isinstance(value, bool)
        case Kind.FLAG:
            fits = isinstance(value, bool)
        case Kind.IMAGE | Kind.IMAGES:
            fits = False
        case _:
            assert_never(option.kind)
    if not fits or not isinstance(value, str | int | bool):
        raise NotUnderstood
    return value


def _attachment(data: object, identity: object) -> Attachment:
    resolved = data.get("resolved") if isinstance(data, Mapping) else None
    files = resolved.get("attachments") if isinstance(resolved, Mapping) else None
    file = files.get(identity) if isinstance(files, Mapping) and isinstance(identity, str) else None
    if not isinstance(file, Mapping):
        raise NotUnderstood
    url, name, size_bytes = file.get("url"), file.get("filename"), file.get("size")
    if not isinstance(url, str) or not isinstance(name, str) or not isinstance(size_bytes, int):
        raise NotUnderstood
    return Attachment(str(identity), url, name, size_bytes, _size(file.get("width"), file.get("height")))


def _size(width: object, height: object) -> Size | None:
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return Size(width, height)
    return None


# --- suggestions while typing ----------------------------------------------------------------------------------------


def suggested_styles(option: Option, typed: str, locale: str, own: Iterable[OwnStyle] = ()) -> list[Json]:
    """The entries of a menu that hold what was typed, in the person's language or in English; all where nothing was.

    `own`: the server's own styles, which come first.
    """
    spoken = language(locale)
    rows = [(choice, _label(option, choice, spoken)) for choice in option.choices]
    wanted = typed.strip().casefold()
    found = (
        (choice, label) for choice, label in rows if wanted in f"{label}\n{choice.label}\n{choice.value}".casefold()
    )
    ours = ((shorten(f"{each.name}: {each.words}", CHOICE_CHARACTERS), each.name) for each in own)
    hers = (row for row in ours if wanted in row[0].casefold())
    return _suggestions((*hers, *((label, choice.value) for choice, label in found)))


def suggested_pictures(images: Iterable[StoredImage]) -> list[Json]:
    """Pictures by their words; what is sent back is a picture's id."""
    return _suggestions((titled(image), image.id) for image in images)


def suggested_characters(characters: Iterable[Character], typed: str) -> list[Json]:
    """Names that hold what was typed, first those that begin so. Behind a comma it is one more name."""
    before, comma, last = typed.rpartition(",")
    wanted = folded(last.strip().removeprefix("@"))
    taken = {folded(each.strip().removeprefix("@")) for each in before.split(",")}
    before = f"{before.strip()}, " if comma else ""
    found = {each.key: each.name for each in characters if wanted in each.key and each.key not in taken}
    named = sorted(found, key=lambda key: not key.startswith(wanted))
    rows = ((before + found[key], before + found[key]) for key in named)
    return _suggestions(row for row in rows if len(row[0]) <= CHOICE_CHARACTERS)


def _label(option: Option, choice: Choice, spoken: Language | None) -> str:
    return (spoken.choice(option.name, choice.value) if spoken else None) or choice.label


def _suggestions(rows: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in rows][:CHOICES_MAX]
