"""The fake Slack refuses what Slack refuses: tokens, scopes, places, arguments, blocks."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from emulators.slack_api import blocks
from emulators.slack_api.server import FakeSlack
from slack_sdk.errors import SlackApiError
from support_slack_api import client_of, no_proxies, picture, slack, slack_api  # noqa: F401


async def refused(call: Awaitable[Any]) -> dict[str, Any]:
    """What Slack says."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer: dict[str, Any] = caught.value.response.data
    return answer


async def error(call: Awaitable[Any]) -> str:
    """Its word for it."""
    return str((await refused(call))["error"])


async def test_tokens(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    client = client_of(fake)
    assert await error(client.auth_test()) == "not_authed"
    assert await error(client.auth_test(token="xoxb-wrong")) == "invalid_auth"
    assert await error(client.auth_test(token=fake.app_token)) == "not_allowed_token_type"
    assert await error(client.apps_connections_open(app_token=team.bot_token)) == "not_allowed_token_type"
    assert await error(client.apps_connections_open(app_token="xapp-wrong")) == "invalid_auth"
    assert (await client.apps_connections_open(app_token=fake.app_token))["url"].startswith("ws://127.0.0.1:")
    who = await client.auth_test(token=team.bot_token)
    assert (who["team_id"], who["user_id"], who["bot_id"]) == (team.id, team.bot.id, team.bot.bot_id)
    assert await error(client.api_call("chat.dance", headers={"Authorization": "Bearer x"})) == "unknown_method"


async def test_scopes_are_named(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    assert team.installation is not None
    team.installation.scopes -= {"users:read", "channels:join", "channels:history", "files:read"}
    room = team.channel("pictures", app=False)
    client = client_of(fake, team.bot_token)
    answer = await refused(client.users_info(user=team.bot.id))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
    assert "chat:write" in answer["provided"]
    assert await error(client.conversations_join(channel=room.id)) == "missing_scope"
    assert await error(client.files_info(file="F1")) == "missing_scope"
    await fake.invite(room)
    assert await error(client.conversations_replies(channel=room.id, ts="1.0")) == "missing_scope"


async def test_where_the_app_is_not(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    guest = team.person("Guest")
    public = team.channel("pictures", members=[guest], app=False)
    private = team.channel("secret", members=[guest], is_private=True, app=False)
    other = fake.workspace("Elsewhere").channel("theirs")
    client = client_of(fake, team.bot_token)
    assert team.installation is not None
    team.installation.scopes.discard("chat:write.public")
    assert await error(client.chat_postMessage(channel=public.id, text="x")) == "not_in_channel"
    for channel in (private, other):
        assert await error(client.chat_postMessage(channel=channel.id, text="x")) == "channel_not_found"
    assert await error(client.conversations_info(channel=private.id)) == "channel_not_found"
    assert (await client.conversations_info(channel=public.id))["channel"]["is_member"] is False
    assert await error(client.conversations_join(channel=private.id)) == "channel_not_found"
    inside = team.channel("inside", is_private=True)
    assert await error(client.conversations_join(channel=inside.id)) == "method_not_supported_for_channel_type"
    await client.conversations_join(channel=public.id)
    await client.chat_postMessage(channel=public.id, text="x")
    public.archived = True
    assert await error(client.chat_postMessage(channel=public.id, text="x")) == "is_archived"
    assert await error(client.chat_postEphemeral(channel=public.id, user=guest.id, text="x")) == "is_archived"
    public.archived = False
    assert await error(client.chat_postEphemeral(channel=public.id, user="U0", text="x")) == "user_not_in_channel"
    direct = (await client.conversations_open(users=guest.id))["channel"]["id"]
    assert direct == fake.dm(guest).id
    await client.chat_postMessage(channel=guest.id, text="to the person")
    assert [each.text for each in fake.direct(guest)] == ["to the person"]


async def test_a_public_channel_from_outside_takes_words_but_no_files(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    public = team.channel("pictures", app=False)
    assert team.installation is not None
    team.installation.scopes.add("chat:write.public")
    client = client_of(fake, team.bot_token)
    await client.chat_postMessage(channel=public.id, text="chat:write.public allows it")
    upload = client.files_upload_v2(channel=public.id, filename="a.png", content=picture())
    assert await error(upload) == "not_in_channel"
    assert [each.name for each in fake.orphans()] == ["a.png"]


async def test_arguments(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    room = team.channel("pictures")
    client = client_of(fake, team.bot_token)
    answer = await refused(client.api_call("chat.postMessage", json={"channel": room.id, "text": "x", "colour": 1}))
    assert answer["error"] == "invalid_arguments"
    assert "/colour" in answer["response_metadata"]["messages"][0]
    assert await error(client.api_call("chat.postMessage", json={"text": "x"})) == "invalid_arguments"
    assert await error(client.api_call("chat.postMessage", json={"channel": room.id})) == "no_text"
    button = {"type": "divider"}
    without = client.api_call("chat.postMessage", json={"channel": room.id, "blocks": [button]})
    assert await error(without) == "no_text"
    assert await error(client.chat_postMessage(channel=room.id, text="x" * 40_001)) == "msg_too_long"
    much = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}] * 5
    assert await error(client.chat_postMessage(channel=room.id, text="x", blocks=much)) == "msg_blocks_too_long"
    posted = await client.chat_postMessage(channel=room.id, text="x")
    assert await error(client.chat_update(channel=room.id, ts=posted["ts"], text="x" * 4_001)) == "msg_too_long"
    assert await error(client.chat_update(channel=room.id, ts="1.000000", text="x")) == "message_not_found"


async def test_messages_of_others_and_threads(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    guest = team.person("Guest")
    room = team.channel("pictures", members=[guest])
    client = client_of(fake, team.bot_token)
    said = await fake.say(guest, room, "hello")
    assert await error(client.chat_update(channel=room.id, ts=said.ts, text="x")) == "cant_update_message"
    assert await error(client.chat_delete(channel=room.id, ts=said.ts)) == "cant_delete_message"
    reply = await client.chat_postMessage(channel=room.id, text="in the thread", thread_ts=said.ts)
    under = client.chat_postMessage(channel=room.id, text="x", thread_ts=reply["ts"])
    assert await error(under) == "cannot_reply_to_message"
    assert await error(client.chat_postMessage(channel=room.id, text="x", thread_ts="1.0")) == "thread_not_found"
    told = await client.chat_postEphemeral(channel=room.id, user=guest.id, text="for you", thread_ts=said.ts)
    assert await error(client.chat_update(channel=room.id, ts=told["message_ts"], text="x")) == "message_not_found"
    assert [each.thread for each in fake.ephemerals(guest, room)] == [said.ts]
    whole = (await client.conversations_replies(channel=room.id, ts=said.ts))["messages"]
    assert [each["text"] for each in whole] == ["hello", "in the thread"]
    assert (whole[0]["reply_count"], whole[1]["parent_user_id"]) == (1, guest.id)
    await client.chat_delete(channel=room.id, ts=reply["ts"])
    assert fake.messages(room, said.ts) == []


async def test_what_a_thread_says_of_the_work(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    guest = team.person("Guest")
    room = team.channel("pictures", members=[guest])
    client = client_of(fake, team.bot_token)
    said = await fake.say(guest, room, "hello")
    show = client.assistant_threads_setStatus
    await show(channel_id=room.id, thread_ts=said.ts, status="is drawing", loading_messages=["a", "b"])
    status = fake.status_of(room, said.message)
    assert status is not None
    assert (status.text, status.loading_messages) == ("is drawing", ["a", "b"])
    fake.clock.advance(121)
    assert fake.status_of(room, said.message) is None
    await show(channel_id=room.id, thread_ts=said.ts, status="is drawing")
    await client.chat_postMessage(channel=room.id, text="done", thread_ts=said.ts)
    assert fake.status_of(room, said.message) is None
    many = show(channel_id=room.id, thread_ts=said.ts, status="x", loading_messages=["a"] * 11)
    assert await error(many) == "invalid_arguments"
    prompts = [{"title": "A fox", "message": "Draw a fox"}]
    direct = fake.dm(guest)
    await client.assistant_threads_setSuggestedPrompts(channel_id=direct.id, thread_ts="", prompts=prompts)
    assert fake.prompts[direct.id]["prompts"] == prompts
    elsewhere = client.assistant_threads_setSuggestedPrompts(channel_id=room.id, thread_ts=said.ts, prompts=prompts)
    assert await error(elsewhere) == "channel_not_supported"


async def test_faults_and_limits(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    room = team.channel("pictures")
    client = client_of(fake, team.bot_token)
    fake.fault("chat.postMessage", "restricted_action")
    assert await error(client.chat_postMessage(channel=room.id, text="x")) == "restricted_action"
    fake.fault("chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel=room.id, text="x")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    fake.fault("chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=room.id, text="x")
    fake.fault("chat.postMessage", after=True)
    client.retry_handlers.clear()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=room.id, text="said, and nobody heard")
    assert [each.text for each in fake.messages(room)] == ["said, and nobody heard"]
    fake.rate_limits = True
    await client.chat_postMessage(channel=room.id, text="one")
    assert await error(client.chat_postMessage(channel=room.id, text="two")) == "ratelimited"
    fake.clock.advance(1)
    await client.chat_postMessage(channel=room.id, text="two")


async def test_people_speak_a_language_and_live_somewhere(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    guest = team.person("Guest", locale="de-DE", tz="Asia/Tokyo", is_admin=True)
    client = client_of(fake, team.bot_token)
    shown = (await client.users_info(user=guest.id, include_locale=True))["user"]
    assert (shown["locale"], shown["tz"], shown["tz_offset"], shown["is_admin"]) == ("de-DE", "Asia/Tokyo", 32400, True)
    assert "locale" not in (await client.users_info(user=guest.id))["user"]
    stranger = fake.workspace("Elsewhere").person("Stranger")
    assert await error(client.users_info(user=stranger.id)) == "user_not_found"


def text(words: str, kind: str = "plain_text") -> dict[str, Any]:
    """A text object."""
    return {"type": kind, "text": words}


def button(**more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": "a", "text": text("Press"), **more}


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    """A row."""
    return [{"type": "actions", "elements": list(elements)}]


WRONG: dict[str, tuple[list[dict[str, Any]], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "message"),
    "a value of 2001": (actions(button(value="x" * 2001)), "message"),
    "a label of 76": (actions(button(text=text("x" * 76))), "message"),
    "markdown on a button": (actions(button(text=text("x", "mrkdwn"))), "message"),
    "26 buttons": (actions(*(button(action_id=f"a{n}") for n in range(26))), "message"),
    "an action twice": (actions(button(), button()), "message"),
    "a block id twice": ([{"type": "divider", "block_id": "b"}] * 2, "message"),
    "an action id of 256": (actions(button(action_id="x" * 256)), "message"),
    "a section of 3001": ([{"type": "section", "text": text("x" * 3001)}], "message"),
    "an empty section": ([{"type": "section", "text": text("")}], "message"),
    "11 in a context": ([{"type": "context", "elements": [text("x")] * 11}], "message"),
    "a header of 151": ([{"type": "header", "text": text("x" * 151)}], "message"),
    "an image of two sources": (
        [{"type": "image", "alt_text": "x", "image_url": "https://x.example", "slack_file": {"id": "F1"}}],
        "message",
    ),
    "an image of none": ([{"type": "image", "alt_text": "x"}], "message"),
    "an image without a description": ([{"type": "image", "image_url": "https://x.example/a.png"}], "message"),
    "an unknown block": ([{"type": "picture"}], "message"),
    "an unknown key": ([{"type": "divider", "colour": "red"}], "message"),
    "no confirm title": (actions(button(confirm={"text": text("Sure?")})), "message"),
    "a file input on a page": (
        [{"type": "input", "label": text("x"), "element": {"type": "file_input", "action_id": "f"}}],
        "home",
    ),
    "an option that is none": (
        actions(
            {
                "type": "static_select",
                "action_id": "s",
                "options": [{"text": text("A"), "value": "a"}],
                "initial_option": {"text": text("B"), "value": "b"},
            }
        ),
        "message",
    ),
    "a menu of nothing": (actions({"type": "static_select", "action_id": "s", "options": []}), "message"),
    "markdown in a form": ([{"type": "markdown", "text": "x"}], "modal"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_blocks(name: str) -> None:
    shown, surface = WRONG[name]
    assert blocks.check(shown, surface)


def test_right_blocks() -> None:
    whole = button(value="x" * 2000, style="danger", confirm={"title": text("Sure?"), "text": text("Gone.")})
    assert blocks.check([*actions(whole), {"type": "divider"}], "message") == []


async def test_a_picture_in_a_block_must_be_a_file_that_is_ready(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    fake.share_after = 0.3
    team = fake.workspace()
    room = team.channel("pictures")
    client = client_of(fake, team.bot_token)
    file = (await client.files_upload_v2(filename="a.png", content=picture()))["file"]["id"]
    image = {"type": "image", "alt_text": "x", "slack_file": {"id": file}}
    answer = await refused(client.chat_postMessage(channel=room.id, text="x", blocks=[image]))
    assert answer["error"] == "invalid_blocks"
    await fake.until(lambda: fake.file(file).ready)
    await client.chat_postMessage(channel=room.id, text="x", blocks=[image])
