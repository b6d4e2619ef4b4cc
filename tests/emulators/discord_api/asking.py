"""How a client asks something of the application: checks what it would offer, and builds INTERACTION_CREATE."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from emulators.discord_api import payloads
from emulators.discord_api.interactions import Interaction
from emulators.discord_api.rest_messages import file_bytes
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Asked, Kind, Option, Permission
from emulators.discord_api.world import Channel, Message, Role

if TYPE_CHECKING:
    from emulators.discord_api.people import Person

ALWAYS = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE
GUILD, BOT_DM, PRIVATE = 0, 1, 2


def context(person: Person, channel: Channel) -> int:
    """Where it is: in a guild, in the conversation with the application, in another private channel."""
    if channel.guild is not None:
        return GUILD
    return BOT_DM if channel.kind == Kind.DM and person.host.app in channel.recipients else PRIVATE


def offered(person: Person, channel: Channel, name: str, kind: int) -> dict[str, Any]:
    """The command, when the client would show it to this person here."""
    host, guild = person.host, channel.guild
    commands = [*host.commands.get(None, []), *(host.commands.get(guild.id, []) if guild else [])]
    assert commands, "the application has not synchronised any commands yet"
    found = next((each for each in commands if each["name"] == name and each["type"] == kind), None)
    assert found is not None, f"there is no {name!r}, only {[each['name'] for each in commands]}"
    here = context(person, channel)
    contexts = found["contexts"] if found["contexts"] is not None else [GUILD, BOT_DM]
    assert here in contexts, f"{name!r} is not offered in context {here}"
    installs = {0} if guild is not None and guild.has_bot else set()
    installs |= {1} if person.installed else set()
    installs |= {0} if here == BOT_DM else set()
    assert installs & set(found["integration_types"]), f"{name!r} is not installed for {person.name} here"
    if guild is not None:
        may = channel.permissions(person.id)
        assert may & Permission.USE_APPLICATION_COMMANDS, f"{person.name} may not use commands in {channel}"
        needed = found["default_member_permissions"]
        assert needed is None or may & Permission.ADMINISTRATOR or (int(needed) and may & int(needed) == int(needed)), (
            f"{name!r} is hidden from {person.name}"
        )
    return found


def slash(person: Person, channel: Channel, name: str, values: dict[str, Any], focused: str = "") -> dict[str, Any]:
    """The data of a slash command or an autocompletion."""
    first, *rest = name.split(" ")
    command = offered(person, channel, first, 1)
    options, path = command.get("options") or [], []
    for word in rest:
        found = next((each for each in options if each["name"] == word and each["type"] in (1, 2)), None)
        assert found is not None, f"{first!r} has no {word!r}"
        options = found.get("options") or []
        path.append(found)
    known = {option["name"]: option for option in options}
    assert set(values) <= set(known), f"{name!r} has no {set(values) - set(known)}; it has {sorted(known)}"
    resolved: dict[str, dict[str, Any]] = {}
    sent = [_value(person, channel, known[key], given, resolved, key == focused) for key, given in values.items()]
    missing = {option["name"] for option in options if option.get("required")} - set(values)
    assert focused or not missing, f"{name!r} needs {missing}"
    for found in reversed(path):
        sent = [{"name": found["name"], "type": found["type"], "options": sent}]
    data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": 1, "options": sent}
    return data | ({"resolved": resolved} if resolved else {})


def _value(
    person: Person,
    channel: Channel,
    option: dict[str, Any],
    given: Any,
    resolved: dict[str, dict[str, Any]],
    focused: bool,
) -> dict[str, Any]:
    kind = Option(option["type"])
    if not focused:
        _check_value(option, kind, given)
    if kind == Option.ATTACHMENT:
        file = person.host.keep(given, channel, ephemeral=True)
        resolved.setdefault("attachments", {})[str(file.id)] = person.host.shown.attachment(file)
        given = str(file.id)
    elif kind == Option.CHANNEL:
        resolved.setdefault("channels", {})[str(given.id)] = payloads.channel(
            given, permissions=given.permissions(person.id)
        )
        given = str(given.id)
    elif isinstance(given, Role):
        resolved.setdefault("roles", {})[str(given.id)] = payloads.role(given)
        given = str(given.id)
    elif kind in (Option.USER, Option.MENTIONABLE):
        resolved.setdefault("users", {})[str(given.id)] = payloads.user(given)
        if channel.guild is not None and given.id in channel.guild.members:
            shown = payloads.member(channel.guild, given, channel.permissions(given.id))
            del shown["user"], shown["deaf"], shown["mute"]
            resolved.setdefault("members", {})[str(given.id)] = shown
        given = str(given.id)
    return {"name": option["name"], "type": int(kind), "value": given} | ({"focused": True} if focused else {})


def _check_value(option: dict[str, Any], kind: Option, given: Any) -> None:
    name = option["name"]
    allowed = [choice["value"] for choice in option.get("choices") or ()]
    assert not allowed or given in allowed, f"{name} offers {allowed}, not {given!r}"
    match kind:
        case Option.STRING:
            assert isinstance(given, str), f"{name} is a text"
            least, most = option.get("min_length", 0), option.get("max_length", 6000)
            assert least <= len(given) <= most, f"{name} takes {least} to {most} characters"
        case Option.INTEGER | Option.NUMBER:
            assert isinstance(given, int if kind == Option.INTEGER else int | float), f"{name} is a number"
            assert not isinstance(given, bool), f"{name} is a number"
            assert option.get("min_value", given) <= given <= option.get("max_value", given), f"{name} is out of range"
        case Option.BOOLEAN:
            assert isinstance(given, bool), f"{name} is true or false"
        case Option.ATTACHMENT:
            assert isinstance(given, Upload), f"{name} is an Upload"
        case Option.ROLE:
            assert isinstance(given, Role), f"{name} is a role"
        case Option.CHANNEL:
            assert isinstance(given, Channel), f"{name} is a channel"
        case _:
            assert hasattr(given, "id"), f"{name} is somebody"


def menu(person: Person, message: Message, name: str) -> dict[str, Any]:
    """The data of a message menu: the message whole, whatever intents there are."""
    command = offered(person, message.channel, name, 3)
    assert message in person.sees(message.channel), f"{person.name} does not see {message}"
    shown = person.host.shown.message(message, content=True, full=True)
    resolved = {"messages": {str(message.id): shown}}
    return {"id": command["id"], "name": name, "type": 3, "target_id": str(message.id), "resolved": resolved}


async def ask(
    person: Person, kind: Asked, channel: Channel, data: dict[str, Any], *, name: str, source: Message | None
) -> Interaction:
    """Send it off. From now on the application has three seconds."""
    host, guild = person.host, channel.guild
    assert channel.guild is None or channel.permissions(person.id) & Permission.VIEW_CHANNEL, (
        f"{person.name} is not here"
    )
    owners = {}
    if guild is not None and guild.has_bot:
        owners["0"] = str(guild.id)
    elif context(person, channel) == BOT_DM:
        owners["0"] = "0"
    if person.installed:
        owners["1"] = str(person.id)
    asked = Interaction(
        host.world.clock.snowflake(),
        kind,
        person,
        channel,
        data,
        host.world.clock.now(),
        time.monotonic(),
        owners,
        file_bytes(channel),
        name,
    )
    asked.source = source
    external = guild is not None and not guild.has_bot
    asked.forced_ephemeral = external and not channel.permissions(person.id) & Permission.USE_EXTERNAL_APPS
    host.world.interactions[asked.token] = asked
    asyncio.get_running_loop().call_later(host.acknowledge_seconds, _give_up, asked, host)
    await host.tell_interaction(asked, payload(asked, person, source))
    return asked


def _give_up(asked: Interaction, host: Any) -> None:
    if asked.callback is None:
        asked.too_late = True
        asked.bell.ring()
        host.world.bell.ring()


def payload(asked: Interaction, person: Person, source: Message | None) -> dict[str, Any]:
    """INTERACTION_CREATE."""
    host, channel, guild = person.host, asked.channel, asked.channel.guild
    mine = channel.permissions(host.app.id) if guild is None or guild.has_bot else Permission(0)
    shown: dict[str, Any] = {
        "id": str(asked.id),
        "application_id": str(host.app.id),
        "type": int(asked.kind),
        "data": asked.data,
        "channel_id": str(channel.id),
        "channel": payloads.channel(channel, permissions=channel.permissions(person.id)),
        "token": asked.token,
        "version": 1,
        "locale": person.locale,
        "app_permissions": str(int(mine | ALWAYS)),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": asked.owners,
        "context": context(person, channel),
        "attachment_size_limit": asked.file_bytes,
    }
    if source is not None:
        shown["message"] = host.shown.message(source, content=True, full=True)
    if guild is None:
        return shown | {"user": payloads.user(person)}
    shown |= {"guild_id": str(guild.id), "guild_locale": guild.locale}
    shown["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
    return shown | {"member": payloads.member(guild, person, channel.permissions(person.id))}
