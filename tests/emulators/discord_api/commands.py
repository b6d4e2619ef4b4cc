"""REST: commands are synchronised, and read as strictly as Discord reads them."""

from __future__ import annotations

import re
from typing import Any

from emulators.discord_api.host import Host
from emulators.discord_api.refusals import Refusal, form, length, require
from emulators.discord_api.rest import Answer, Route, Visit
from emulators.discord_api.values import Option

NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
LOCALES = frozenset(
    {
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
    }
    | {"fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"}
)
COMMAND_KEYS = {"id", "type", "name", "name_localizations", "description", "description_localizations", "options"}
COMMAND_KEYS |= {"default_member_permissions", "dm_permission", "nsfw", "integration_types", "contexts", "handler"}
OPTION_KEYS = {"type", "name", "name_localizations", "description", "description_localizations", "required", "choices"}
OPTION_KEYS |= {
    "options",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "autocomplete",
    "file_types",
}
MOST = {1: 100, 2: 15, 3: 15, 4: 1}
COMMAND_CHARS_MAX = 8000
BOUNDED = (Option.INTEGER, Option.NUMBER)
LISTED = (Option.STRING, Option.INTEGER, Option.NUMBER)


def check_commands(commands: Any) -> list[dict[str, Any]]:
    """A list of commands, or the refusal of its form."""
    require(isinstance(commands, list), "_", "Only iterables may be used in a ListType")
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        path = str(index)
        require(isinstance(command, dict), path, "Only dictionaries may be used in a DictType", "DICT_TYPE_CONVERT")
        require(
            set(command) <= COMMAND_KEYS,
            path,
            f"A command has none of {set(command) - COMMAND_KEYS}.",
            "FAKE_UNKNOWN_FIELD",
        )
        kind = command.get("type", 1)
        require(kind in MOST, f"{path}.type", "Value must be one of (1, 2, 3, 4).")
        name = length(command.get("name"), f"{path}.name", 32, 1)
        require(
            (kind, name) not in seen,
            f"{path}.name",
            "Application command names must be unique",
            "APPLICATION_COMMANDS_DUPLICATE_NAME",
        )
        seen.add((kind, name))
        _check_one(command, kind, path)
    for kind, most in MOST.items():
        count = sum(each.get("type", 1) == kind for each in commands)
        require(count <= most, "_", f"Must be {most} or fewer of type {kind}.", "MAX_APPLICATION_COMMANDS")
    return list(commands)


def _check_one(command: dict[str, Any], kind: int, path: str) -> None:
    _localised(command, path, regex=kind == 1)
    if kind == 1:
        _check_name(command["name"], f"{path}.name")
        length(command.get("description"), f"{path}.description", 100, 1)
        check_options(command.get("options") or [], path)
        require(
            _characters(command) <= COMMAND_CHARS_MAX,
            path,
            "Command exceeds maximum size (8000)",
            "APPLICATION_COMMAND_TOO_LARGE",
        )
    else:
        require(
            not command.get("description"),
            f"{path}.description",
            "Context menu commands cannot have description",
            "APPLICATION_COMMAND_INVALID_DESCRIPTION",
        )
        require(
            not command.get("options"),
            f"{path}.options",
            "Context menu commands cannot have options",
            "APPLICATION_COMMAND_INVALID_OPTIONS",
        )
    for key, allowed in (("integration_types", {0, 1}), ("contexts", {0, 1, 2})):
        given = command.get(key)
        require(
            given is None or (given and set(given) <= allowed and len(set(given)) == len(given)),
            f"{path}.{key}",
            f"Values must be of {allowed}.",
        )
    needed = command.get("default_member_permissions")
    require(
        needed is None or (isinstance(needed, str) and needed.isdigit()),
        f"{path}.default_member_permissions",
        "Value must be a string of digits.",
    )
    require(isinstance(command.get("nsfw", False), bool), f"{path}.nsfw", "Value is not bool.")


def _check_name(name: Any, path: str) -> None:
    said = 'Command name is invalid: "^[-_\'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$"'
    good = isinstance(name, str) and NAME.fullmatch(name) and name == name.lower()
    require(good, path, said, "APPLICATION_COMMAND_INVALID_NAME")


def _localised(thing: dict[str, Any], path: str, *, regex: bool, name_characters: int = 32) -> None:
    for key, most in (("name_localizations", name_characters), ("description_localizations", 100)):
        for locale, text in (thing.get(key) or {}).items():
            require(locale in LOCALES, f"{path}.{key}.{locale}", f"{locale} is not a locale.", "BASE_TYPE_CHOICES")
            length(text, f"{path}.{key}.{locale}", most, 1)
            if regex and key == "name_localizations":
                _check_name(text, f"{path}.{key}.{locale}")


def check_options(options: Any, path: str, depth: int = 0) -> None:
    """The options of a command or subcommand: kinds, order, limits."""
    require(
        isinstance(options, list) and len(options) <= 25,
        f"{path}.options",
        "Must be 25 or fewer in length.",
        "BASE_TYPE_MAX_LENGTH",
    )
    names = [option.get("name") for option in options]
    require(
        len(set(names)) == len(names),
        f"{path}.options",
        "Option names must be unique",
        "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED",
    )
    optional_seen = False
    for index, option in enumerate(options):
        here = f"{path}.options.{index}"
        kind = _check_option(option, here)
        if kind in (Option.SUBCOMMAND, Option.GROUP):
            require(depth < (2 if kind == Option.SUBCOMMAND else 1), here, "Nested too deeply.")
            check_options(option.get("options") or [], here, depth + 1)
            continue
        required = bool(option.get("required"))
        said = "Required options must be placed before non-required options"
        require(not (required and optional_seen), here, said, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID")
        optional_seen |= not required
        _check_value(option, kind, here)


def _check_option(option: Any, here: str) -> Option:
    strange = set(option) - OPTION_KEYS
    require(not strange, here, f"An option has none of {strange}.", "FAKE_UNKNOWN_FIELD")
    try:
        kind = Option(option.get("type"))
    except ValueError:
        raise form(f"{here}.type", "BASE_TYPE_CHOICES", "This is no type of option.") from None
    _check_name(option.get("name"), f"{here}.name")
    length(option.get("description"), f"{here}.description", 100, 1)
    _localised(option, here, regex=True)
    return kind


def _check_value(option: dict[str, Any], kind: Option, here: str) -> None:
    choices = option.get("choices")
    if choices:
        require(kind in LISTED, f"{here}.choices", "This type has no choices.")
        require(len(choices) <= 25, f"{here}.choices", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
        require(
            not option.get("autocomplete"),
            here,
            "Choices and autocomplete exclude each other.",
            "APPLICATION_COMMAND_AUTOCOMPLETE_WITH_CHOICES",
        )
    for index, choice in enumerate(choices or ()):
        allowed = {"name", "value", "name_localizations"}
        require(set(choice) <= allowed, f"{here}.choices.{index}", "A choice has no such field.", "FAKE_UNKNOWN_FIELD")
        length(choice.get("name"), f"{here}.choices.{index}.name", 100, 1)
        fits = (
            isinstance(choice.get("value"), str)
            if kind == Option.STRING
            else isinstance(choice.get("value"), int | float)
        )
        require(fits, f"{here}.choices.{index}.value", "The value is not of the option's type.")
        require(
            not isinstance(choice["value"], str) or len(choice["value"]) <= 100,
            f"{here}.choices.{index}.value",
            "Must be 100 or fewer in length.",
        )
        _localised(choice, f"{here}.choices.{index}", regex=False, name_characters=100)
    require(
        ("min_value" not in option and "max_value" not in option) or kind in BOUNDED, here, "Only numbers have bounds."
    )
    lengths = "min_length" in option or "max_length" in option
    require(not lengths or kind == Option.STRING, here, "Only strings have lengths.")
    require(
        0 <= option.get("min_length", 0) <= 6000 and 1 <= option.get("max_length", 1) <= 6000,
        here,
        "int value should be 1 to 6000.",
    )
    require(not option.get("autocomplete") or kind in LISTED, here, "This type has no autocomplete.")
    require("file_types" not in option or kind == Option.ATTACHMENT, here, "Only attachments have file types.")


def _characters(thing: dict[str, Any]) -> int:
    """What counts towards 8000: names, descriptions (the longest of their translations) and choices' values."""
    count = 0
    for key in ("name", "description"):
        texts = [thing.get(key) or "", *(thing.get(f"{key}_localizations") or {}).values()]
        count += max(map(len, texts))
    count += len(thing["value"]) if isinstance(thing.get("value"), str) else 0
    return count + sum(_characters(each) for key in ("options", "choices") for each in thing.get(key) or ())


def stored(host: Host, commands: list[dict[str, Any]], guild_id: int | None) -> list[dict[str, Any]]:
    """As they are kept: with ids that stay the same for the same name."""
    old = {(each["type"], each["name"]): each for each in host.commands.get(guild_id, [])}
    kept = []
    for command in commands:
        kind = command.get("type", 1)
        before = old.get((kind, command["name"]))
        own = {"description": "", "options": [], "nsfw": False, "default_member_permissions": None}
        own |= {"integration_types": [0], "contexts": None, "type": kind} | command
        own |= {"application_id": str(host.app.id), "version": str(host.world.clock.snowflake())}
        own["id"] = before["id"] if before else str(host.world.clock.snowflake())
        own |= {} if guild_id is None else {"guild_id": str(guild_id)}
        kept.append(own)
    return kept


def _scope(visit: Visit) -> int | None:
    if visit.number("application") != visit.host.app.id:
        raise Refusal(50001)
    return visit.number("guild") if "guild" in visit.request.match_info else None


async def put(visit: Visit) -> Answer:
    """Bulk Overwrite Global (or Guild) Application Commands."""
    scope = _scope(visit)
    visit.host.commands[scope] = stored(visit.host, check_commands(visit.body.json), scope)
    visit.host.syncs += 1
    visit.host.world.bell.ring()
    return visit.host.commands[scope]


async def get(visit: Visit) -> Answer:
    """Get Global (or Guild) Application Commands."""
    return visit.host.commands.get(_scope(visit), [])


ROUTES = (
    Route("PUT", "/applications/{application}/commands", put),
    Route("GET", "/applications/{application}/commands", get),
    Route("PUT", "/applications/{application}/guilds/{guild}/commands", put),
    Route("GET", "/applications/{application}/guilds/{guild}/commands", get),
)
