"""Who asks, and where, in the core's terms: from any event of Slack's.

A workspace is one installation of Easel's. In a channel that is shared with another organisation its people are guests
there: whatever they are at home, here they moderate nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from bots.slack.api import Api
from bots.slack.destination import PLATFORM
from bots.slack.event import Event, Payload
from bots.slack.groups import Groups
from bots.slack.records import Records
from core.errors import DeliveryError, Refused
from core.model import Actor, Place
from core.ports import Clock

FRESH_US: Final = 600 * 1_000_000  # who stops being an administrator stops being one here ten minutes later
_DIRECT: Final = "direct"
_NAME_CHARACTERS: Final = 80
_LOCALE_CHARACTERS: Final = 20
_ZONE_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says of somebody."""

    name: str = ""
    locale: str = "en"
    time_zone: str = "UTC"  # their own: for what is shown to them alone
    is_admin: bool = False


class People:
    """Looks people up, and remembers them for a while."""

    def __init__(self, api: Api, records: Records, clock: Clock, time_zone: str = "UTC") -> None:
        """`time_zone`: the settings' own, in which limits begin anew."""
        self._api = api
        self._records = records
        self._clock = clock
        self._time_zone = time_zone
        self._groups = Groups(api, clock)

    async def actor_of(self, event: Event) -> Actor:
        """The person of this event; whether they administrate the workspace counts only for its own people. Their
        roles are the workspace's user groups."""
        user = user_of(event)
        person = await self.person(event, user)
        return Actor(
            platform=PLATFORM,
            workspace=event.team,
            user=user,
            name=person.name or _named_in(event) or "somebody",
            roles=await self._groups.of(event.team, event.enterprise, user),
            locale=person.locale,
            is_admin=person.is_admin and not event.shared,
        )

    async def place_of(self, event: Event, *, channel: str = "", thread: str = "") -> Place:
        """The channel and the thread, with the settings' time zone and not the person's: a cap that many people share
        would be counted by as many calendars as they have zones.

        An event that has no channel (a form, the Home tab) happens in the person's direct messages, unless `channel`
        says where it was opened. Raises `Refused` where there is no place at all.
        """
        where = channel or channel_of(event)
        personal = not where or await self.is_direct(event, where)
        return Place(
            platform=PLATFORM,
            workspace=event.team,
            channel=where or await self._direct_or_refuse(event, user_of(event)),
            thread=thread or thread_of(event) or None,
            time_zone=self._time_zone,
            personal=personal,
        )

    async def person(self, event: Event, user: str) -> Person:
        """Somebody of this workspace. Where Slack does not say, what it said last, without the rights."""
        known = _read(await self._records.person(event.team, user, self._clock.now_us() - FRESH_US))
        if known is not None:
            return known
        try:
            said = await self._api.within(event.enterprise).person(event.team, user)
        except DeliveryError:
            stale = _read(await self._records.person(event.team, user, 0))
            return replace(stale, is_admin=False) if stale is not None else Person()
        person = _person(said, event)
        await self._records.keep_person(event.team, user, json.dumps(asdict(person), separators=(",", ":")))
        return person

    async def names(self, event: Event, users: Iterable[str]) -> Mapping[str, str]:
        """What these people are called."""
        return {user: (await self.person(event, user)).name for user in users}

    async def is_direct(self, event: Event, channel: str) -> bool:
        """Whether a channel is this person's own conversation with Easel. Two other people's is none of it."""
        if not channel.startswith("D"):
            return False
        if isinstance(event.body.get("event"), dict):
            return True  # Easel is sent the messages of its own conversations only
        try:
            return await self.direct_channel(event, user_of(event)) == channel
        except DeliveryError:
            return False

    async def direct_channel(self, event: Event, user: str) -> str:
        """The channel of a person's direct messages with Easel. Raises what `Api` raises."""
        scope = f"{event.team}/{user}"
        known = await self._records.noted(_DIRECT, scope)
        if known is not None:
            return known
        channel = await self._api.within(event.enterprise).direct_channel(event.team, user)
        await self._records.note(_DIRECT, channel, scope)
        return channel

    async def _direct_or_refuse(self, event: Event, user: str) -> str:
        try:
            return await self.direct_channel(event, user)
        except DeliveryError as error:
            raise Refused("I cannot write to you in direct messages.", "Try it in a channel.") from error


# --- what an event says by itself ------------------------------------------------------------------------------------


def user_of(event: Event) -> str:
    """The person's id; empty for an event that nobody caused."""
    body, inner = event.body, _inner(event)
    user = body.get("user")
    for found in (inner.get("user"), body.get("user_id"), user.get("id") if isinstance(user, dict) else user):
        if isinstance(found, str) and found:
            return found
    return ""


def channel_of(event: Event) -> str:
    """Where it happened; empty for forms and the Home tab."""
    body = event.body
    channel, container = body.get("channel"), body.get("container")
    for found in (
        _inner(event).get("channel"),
        body.get("channel_id"),
        channel.get("id") if isinstance(channel, dict) else None,
        container.get("channel_id") if isinstance(container, dict) else None,
    ):
        if isinstance(found, str) and found:
            return found
    return ""


def thread_of(event: Event) -> str:
    """The root of the thread that it happened in, or that answers to it belong under.

    An answer to a message at the top level goes under that message; a command stands in no thread.
    """
    inner, message, container = _inner(event), event.body.get("message"), event.body.get("container")
    if inner:
        return _text(inner.get("thread_ts")) or (_text(inner.get("ts")) if is_message(event) else "")
    for each in (container, message):
        if isinstance(each, dict) and _text(each.get("thread_ts")):
            return _text(each["thread_ts"])
    return ""


def is_message(event: Event) -> bool:
    """Whether somebody said something."""
    return _inner(event).get("type") in ("message", "app_mention")


def is_question(event: Event) -> bool:
    """Whether something was pressed that this person alone sees: an answer may take its place."""
    container = event.body.get("container")
    return isinstance(container, dict) and container.get("is_ephemeral") is True


def _inner(event: Event) -> Payload:
    inner = event.body.get("event")
    return inner if isinstance(inner, dict) else {}


def _named_in(event: Event) -> str:
    """What the event itself calls the person."""
    user = event.body.get("user")
    named = event.body.get("user_name") or (user.get("name") if isinstance(user, dict) else "")
    return _text(named)[:_NAME_CHARACTERS]


# --- what Slack says of people ---------------------------------------------------------------------------------------


def _person(said: Payload, event: Event) -> Person:
    profile = said.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    names = (profile.get("display_name"), profile.get("real_name"), said.get("real_name"), said.get("name"))
    name = next((each.strip() for each in map(_text, names) if each.strip()), "")
    zone = _text(said.get("tz"))
    home = said.get("team_id")
    at_home = not isinstance(home, str) or home == event.team or bool(event.enterprise)
    return Person(
        name=name[:_NAME_CHARACTERS],
        locale=_text(said.get("locale"))[:_LOCALE_CHARACTERS] or "en",
        time_zone=zone[:_ZONE_CHARACTERS] or "UTC",  # an unknown one counts as UTC wherever it is used
        is_admin=at_home and (said.get("is_admin") is True or said.get("is_owner") is True),
    )


def _read(body: str | None) -> Person | None:
    """What was kept, unless an older Easel kept it in another form."""
    if body is None:
        return None
    try:
        said: dict[str, Any] = json.loads(body)
        return Person(**said)
    except (ValueError, TypeError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
