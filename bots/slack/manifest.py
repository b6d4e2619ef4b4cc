"""Slack's description of the app, made from the command table: what is pasted at https://api.slack.com/apps.

Its form is Slack's manifest schema, version 2 (https://github.com/slackapi/manifest-schema).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bots.slack.office import ORDERS
from core.commands import COMMANDS, Command, Kind

_EVENTS: Final = "/slack/events"
_REDIRECT: Final = "/slack/oauth_redirect"
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_ ./]*[A-Za-z0-9_]", re.ASCII)
_WORDS_OF_YAML: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


class Profile(StrEnum):
    """How much Easel may hear."""

    FULL = "full"  # threads without a mention, and direct messages
    MINIMAL = "minimal"  # mentions, commands, buttons and menus only


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission, and what Easel needs it for."""

    name: str
    why: str
    hears: bool = False  # in the full profile only
    optional: bool = False  # an administrator may leave it out; what needs it then says so


SCOPES: Final = (
    Scope("app_mentions:read", "to hear that it was mentioned"),
    Scope("chat:write", "to answer, and to show in a thread that it is drawing"),
    Scope("commands", "for slash commands and for the entries in a message's menu"),
    Scope("files:read", "to fetch the picture that is to be changed"),
    Scope("files:write", "to post pictures, and to delete them when asked"),
    Scope("im:write", "to send somebody a picture that is for them alone"),
    Scope("users:read", "for people's names, languages and time zones, and to know who administers the workspace"),
    Scope("channels:history", "to go on in a public channel's thread without being mentioned", hears=True),
    Scope("groups:history", "the same in private channels that it was invited to", hears=True),
    Scope("im:history", "to talk with somebody in direct messages", hears=True),
    Scope("mpim:history", "the same in conversations of several people", hears=True),
    Scope("assistant:write", "to suggest what to say when its direct messages are opened", hears=True),
    Scope("usergroups:read", "for limits and rules that go by user groups", hears=True, optional=True),
    Scope("channels:join", "to come into a public channel when somebody draws there and asks it to", optional=True),
    Scope("channels:read", "to see whether it is in a public channel before it draws", optional=True),
    Scope("groups:read", "the same for private channels", optional=True),
)
_MESSAGES: Final = ("message.channels", "message.groups", "message.im", "message.mpim")
EVENTS: Final = ("app_home_opened", "app_mention", *_MESSAGES, "app_uninstalled", "tokens_revoked")

# Callback ids of `bots.slack.shortcuts`; 24 characters for a name.
SHORTCUTS: Final = (
    ("Edit image", "easel:edit", "Change a picture of this message."),
    ("Use as reference", "easel:reference", "Draw something new that goes by a picture of this message."),
    ("Image details", "easel:details", "How a picture was made, and what from."),
)
SUGGESTIONS: Final = (
    ("Draw something", "a lighthouse at dusk, in watercolour"),
    ("Make a poster", "a poster for a summer fair with the words “OPEN DAY” --ar 2:3"),
    ("Change a picture", "Attach a picture and say what to change, as in: make it night"),
    ("What can you do?", "help"),
)
_LONG: Final = (
    "Easel draws pictures from words and changes pictures as you say, where you talk: mention it, write to it, "
    "use a slash command, or go on in the thread of a picture. It understands sizes, styles, references and the words "
    "that are to stand in a picture, and it never spends more than the limits that its administrator has set."
)


def bot_scopes(profile: Profile = Profile.FULL) -> tuple[str, ...]:
    """What is asked for at an installation; without what is optional."""
    return tuple(scope.name for scope in _scopes(profile) if not scope.optional)


def manifest(profile: Profile = Profile.FULL, url: str = "") -> dict[str, Any]:
    """The manifest. `url`: where Slack reaches Easel over HTTP; without one it is for Socket Mode."""
    hears = profile is Profile.FULL
    optional = [scope.name for scope in _scopes(profile) if scope.optional]
    subscriptions: dict[str, Any] = {"bot_events": [name for name in EVENTS if hears or name not in _MESSAGES]}
    interactivity: dict[str, Any] = {"is_enabled": True}
    oauth: dict[str, Any] = {"scopes": {"bot": list(bot_scopes(profile)), "bot_optional": optional}}
    if url:
        subscriptions = {"request_url": url + _EVENTS, **subscriptions}
        interactivity["request_url"] = url + _EVENTS
        oauth = {"redirect_urls": [url + _REDIRECT], **oauth}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Easel",
            "description": "Draws pictures from words, and changes pictures as you say.",
            "long_description": _LONG,
            "background_color": "#3b2f63",
        },
        "features": _features(url, hears=hears),
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": bool(url),
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _features(url: str, *, hears: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": not hears,
        },
        "bot_user": {"display_name": "Easel", "always_online": True},
        "shortcuts": [
            {"name": name, "type": "message", "callback_id": callback, "description": does}
            for name, callback, does in SHORTCUTS
        ],
        "slash_commands": [_command(command, url) for command in COMMANDS],
    }
    if hears:
        found["agent_view"] = {
            "agent_description": "Say what you want to see, or attach a picture and say what to change.",
            "suggested_prompts": [{"title": title, "message": message} for title, message in SUGGESTIONS],
        }
    return found


def _command(command: Command, url: str) -> dict[str, Any]:
    told: dict[str, Any] = {"command": f"/{command.name}"}
    if url:
        told["url"] = url + _EVENTS
    told["description"] = command.summary
    if hint := _hint(command):
        told["usage_hint"] = hint
    # What is to be drawn arrives as it was typed; whom an order is about arrives as an id, not as a name.
    return told | {"should_escape": command.does in ORDERS}


def _hint(command: Command) -> str:
    """What may stand behind it: Slack's commands take one line of words, with flags in it."""
    texts = [each for each in command.options if each.kind is Kind.TEXT]
    words = [f"[{each.name}]" for each in texts if each.required] or [each.name for each in texts]
    flags = " --ar 16:9 --n 2" if any(option.name == "ratio" for option in command.options) else ""
    return " ".join(words) + flags


def _scopes(profile: Profile) -> tuple[Scope, ...]:
    match profile:
        case Profile.FULL:
            return SCOPES
        case Profile.MINIMAL:
            return tuple(scope for scope in SCOPES if not scope.hears)


def as_yaml(profile: Profile = Profile.FULL, url: str = "") -> str:
    """The manifest for people: YAML, with the reason beside each permission."""
    reasons = {scope.name: scope.why for scope in SCOPES}
    lines = [
        "# Slack's description of Easel: https://api.slack.com/apps, Create New App, From a manifest.",
        "# Written by `easel manifest slack`; do not edit it by hand.",
        *_yaml(manifest(profile, url), 0, reasons),
    ]
    return "\n".join(lines) + "\n"


def _yaml(value: Any, depth: int, reasons: dict[str, str]) -> list[str]:
    """Dictionaries, lists of both, and plain values: all that a manifest is made of."""
    pad = "  " * depth
    lines: list[str] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                lines += [f"{pad}{name}:", *_yaml(inner, depth + 1, reasons)]
            else:
                lines.append(f"{pad}{name}: {_scalar(inner)}")
        return lines
    for inner in value:
        if isinstance(inner, dict):
            first, *rest = _yaml(inner, depth + 1, reasons)
            lines += [f"{pad}- {first.strip()}", *rest]
        else:
            why = reasons.get(inner)
            lines.append(f"{pad}- {_scalar(inner)}" + (f" # {why}" if why else ""))
    return lines


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)  # JSON is YAML
