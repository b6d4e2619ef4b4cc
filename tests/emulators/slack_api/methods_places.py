"""auth.test, conversations.*, users.*, team.info: where the app is, and who is there."""

from __future__ import annotations

from emulators.slack_api import payloads
from emulators.slack_api.api import Asked, Payload, Rule, takes
from emulators.slack_api.refusals import Refusal, require
from emulators.slack_api.values import HISTORY, READ
from emulators.slack_api.world import Message, Person, UserGroup


async def auth_test(asked: Asked) -> Payload:
    """auth.test: whose token this is."""
    whole_grid = asked.installation.team is None
    enterprise = asked.team.enterprise
    answer: Payload = {
        "url": f"https://{asked.team.domain}.slack.com/",
        "team": asked.team.name,
        "user": asked.me.name,
        "team_id": asked.team.id,
        "user_id": asked.me.id,
        "bot_id": asked.me.bot_id,
        "is_enterprise_install": whole_grid,
    }
    return answer if enterprise is None else answer | {"enterprise_id": enterprise.id}


async def open_conversation(asked: Asked) -> Payload:
    """conversations.open: a DM with one person (or several)."""
    users = [each for each in str(asked.get("users", "")).split(",") if each]
    if not users:
        channel = asked.channel()
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    asked.scope("im:write" if len(users) == 1 else "mpim:write")
    people = [_person(asked, each) for each in users]
    if len(people) == 1:
        require(not people[0].bot_id, "cannot_dm_bot")
        channel = asked.host.dm(people[0])
    else:
        channel = asked.host.add_channel(asked.team, "mpdm", "mpim", [*people, asked.me])
    whole = payloads.channel(channel, asked.me) if asked.get("return_im") else {"id": channel.id}
    return {"channel": whole}


def _person(asked: Asked, given: str) -> Person:
    found = asked.host.people.get(given)
    known = found is not None and (asked.installation.of(found.team) or _met(asked, found))
    require(known, "user_not_found")
    assert found is not None
    return found


def _met(asked: Asked, person: Person) -> bool:
    """Somebody of another organisation, in a shared channel."""
    return any(person in each.members and asked.me in each.members for each in asked.host.channels.values())


async def info(asked: Asked) -> Payload:
    """conversations.info."""
    channel = asked.channel(member=False)
    asked.scope(READ[channel.kind])
    shown = payloads.channel(channel, asked.me)
    return {"channel": shown | ({"num_members": len(channel.members)} if asked.get("include_num_members") else {})}


async def join(asked: Asked) -> Payload:
    """conversations.join: public ones only."""
    channel = asked.channel(member=False)
    require(channel.kind == "channel", "method_not_supported_for_channel_type")
    require(not channel.archived, "is_archived")
    if asked.me in channel.members:
        return {"channel": payloads.channel(channel, asked.me), "warning": "already_in_channel"}
    channel.members.append(asked.me)
    asked.host.bell.ring()
    event = {"type": "member_joined_channel", "user": asked.me.id, "channel": channel.id, "team": channel.team.id}
    event |= {"channel_type": "C", "event_ts": asked.host.clock.ts()}
    asked.host.tell_channel(channel, asked.host.joined(asked.me, channel))
    asked.host.tell(channel, event, "member_joined_channel", READ[channel.kind])
    return {"channel": payloads.channel(channel, asked.me)}


async def members(asked: Asked) -> Payload:
    """conversations.members."""
    channel = asked.channel(member=False)
    asked.scope(READ[channel.kind])
    return {"members": [each.id for each in channel.members], "response_metadata": {"next_cursor": ""}}


async def replies(asked: Asked) -> Payload:
    """conversations.replies: the root and what hangs under it, oldest first, in pages."""
    channel = asked.channel()
    asked.scope(HISTORY[channel.kind])
    root = channel.messages.get(str(asked.get("ts")))
    require(root is not None, "thread_not_found")
    assert root is not None
    if root.thread:  # the ts of a reply gives that one reply
        return {"messages": [payloads.message(root, asked.host.base)], "has_more": False}
    here = [each for each in channel.messages.values() if root.ts in (each.ts, each.thread) and not each.deleted]
    return _page(asked, here)


async def history(asked: Asked) -> Payload:
    """conversations.history: the top level, newest first, in pages."""
    channel = asked.channel()
    asked.scope(HISTORY[channel.kind])
    here = [each for each in channel.messages.values() if not each.deleted and (not each.thread or each.broadcast)]
    return _page(asked, here[::-1])


def _page(asked: Asked, here: list[Message]) -> Payload:
    oldest, latest = str(asked.get("oldest") or "0"), str(asked.get("latest") or "9999999999.999999")
    inclusive = asked.get("inclusive")
    here = [each for each in here if oldest < each.ts < latest or (inclusive and each.ts in (oldest, latest))]
    begin, size = int(asked.get("cursor") or 0), int(asked.get("limit") or 100)
    require(1 <= size <= 1000, "invalid_limit")
    page, more = here[begin : begin + size], len(here) > begin + size
    answer: Payload = {"messages": [payloads.message(each, asked.host.base) for each in page], "has_more": more}
    return answer | {"response_metadata": {"next_cursor": str(begin + size) if more else ""}}


async def user_info(asked: Asked) -> Payload:
    """users.info."""
    return {"user": payloads.user(_person(asked, str(asked.get("user"))), locale=bool(asked.get("include_locale")))}


async def user_groups(asked: Asked) -> Payload:
    """usergroups.list: without those that are switched off, and without their people, unless asked for them."""
    require(asked.installation.team is not None or asked.get("team_id"), "missing_argument", "team_id")
    here = [each for each in asked.team.groups.values() if asked.get("include_disabled") or not each.disabled]
    return {"usergroups": [_group(each, users=bool(asked.get("include_users"))) for each in here]}


def _group(group: UserGroup, *, users: bool) -> Payload:
    shown: Payload = {
        "id": group.id,
        "team_id": group.team.id,
        "is_usergroup": True,
        "is_external": False,
        "name": group.handle.title(),
        "handle": group.handle,
        "description": "",
        "date_delete": 1 if group.disabled else 0,
    }
    return shown | ({"users": [each.id for each in group.members]} if users else {})


async def team_info(asked: Asked) -> Payload:
    """team.info."""
    given = str(asked.get("team") or asked.team.id)
    found = asked.host.teams.get(given)
    if found is None or not asked.installation.of(found):
        raise Refusal("team_not_found")
    return {"team": {"id": found.id, "name": found.name, "domain": found.domain, "icon": {}}}


async def bots_info(asked: Asked) -> Payload:
    """bots.info."""
    found = next((each for each in asked.host.people.values() if each.bot_id and each.bot_id == asked.get("bot")), None)
    require(found is not None, "bot_not_found")
    assert found is not None
    return {"bot": {"id": found.bot_id, "app_id": found.app_id, "user_id": found.id, "name": found.name}}


PAGE = takes("channel cursor oldest latest", bools="inclusive include_all_metadata", ints="limit")
METHODS = {
    "auth.test": Rule(auth_test),
    "conversations.open": Rule(open_conversation, takes("channel users", bools="return_im prevent_creation")),
    "conversations.info": Rule(info, takes("channel", bools="include_locale include_num_members"), ("channel",)),
    "conversations.join": Rule(join, takes("channel"), ("channel",), ("channels:join",)),
    "conversations.members": Rule(members, takes("channel cursor", ints="limit"), ("channel",)),
    "conversations.replies": Rule(replies, PAGE | {"ts": "str"}, ("channel", "ts")),
    "conversations.history": Rule(history, PAGE, ("channel",)),
    "users.info": Rule(user_info, takes("user", bools="include_locale"), ("user",), ("users:read",)),
    "usergroups.list": Rule(
        user_groups, takes("", bools="include_users include_disabled include_count"), (), ("usergroups:read",)
    ),
    "team.info": Rule(team_info, takes("team domain"), (), ("team:read",)),
    "bots.info": Rule(bots_info, takes("bot"), ("bot",), ("users:read",)),
}
