"""The fake Slack, proved with Bolt: every way to set something off, through sockets and through signed requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from emulators.slack_api.server import FakeSlack
from slack_bolt.async_app import AsyncApp
from support_slack_api import client_of, no_proxies, picture, slack_api, socket_mode  # noqa: F401

Payload = dict[str, Any]


class Heard:
    """A Bolt app that acknowledges everything, and notes it."""

    def __init__(self, fake: FakeSlack, token: str) -> None:
        self.app = AsyncApp(client=client_of(fake, token), signing_secret=fake.signing_secret)
        self.events: list[Payload] = []
        self.asked: list[Payload] = []
        self.answer: Any = None
        for kind in ("message", "app_mention", "app_home_opened"):
            self.app.event(kind)(self._event)
        for listen in (self.app.command("/imagine"), self.app.action("easel:edit"), self.app.shortcut("edit_image")):
            listen(self._ask)
        self.app.view("form")(self._ask)

    async def _event(self, event: Payload) -> None:
        self.events.append(event)

    async def _ask(self, ack: Any, body: Payload) -> None:
        self.asked.append(body)
        answer = self.answer
        await (ack() if answer is None else ack(answer) if isinstance(answer, str) else ack(**answer))

    async def view(self, fake: FakeSlack, trigger: str, document: Payload) -> None:
        """Open a form."""
        await self.app.client.views_open(trigger_id=trigger, view=document)


@asynccontextmanager
async def connected(fake: FakeSlack, heard: Heard, way: str) -> AsyncIterator[None]:
    """Through sockets, or over HTTP."""
    if way == "socket":
        async with socket_mode(fake, heard.app):
            yield
        return
    runner = web.AppRunner(heard.app.web_app(path="/slack/events"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await fake.connect_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        yield
    finally:
        await runner.cleanup()


FORM: Payload = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Edit"},
    "submit": {"type": "plain_text", "text": "Draw"},
    "private_metadata": "img-1",
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "What should change?"},
            "element": {"type": "plain_text_input", "action_id": "words", "max_length": 500},
        },
        {
            "type": "input",
            "block_id": "files",
            "optional": True,
            "label": {"type": "plain_text", "text": "Pictures"},
            "element": {"type": "file_input", "action_id": "files", "max_files": 2},
        },
    ],
}
BUTTON: Payload = {
    "type": "button",
    "action_id": "easel:edit",
    "value": "img-1",
    "text": {"type": "plain_text", "text": "Edit"},
}


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_every_way_to_set_something_off(slack_api: FakeSlack, way: str) -> None:  # noqa: F811
    fake = slack_api
    team = fake.workspace()
    guest = team.person("Guest")
    room = team.channel("pictures", members=[guest])
    heard = Heard(fake, team.bot_token)
    async with connected(fake, heard, way):
        said = await (await fake.say(guest, room, 'a "fox" & a cat.com --wide', mention=True)).settled()
        assert sorted(each.type for each in said.deliveries) == ["app_mention", "message"]
        assert all(each.acknowledged and len(each.attempts) == 1 for each in said.deliveries)
        assert [each["ts"] for each in heard.events] == [said.ts, said.ts]
        assert heard.events[0]["text"] == f"{team.bot.mention} a “fox” &amp; a <http://cat.com|cat.com> —wide"

        heard.answer = "Drawing …"
        asked = await fake.command(guest, room, "/imagine", "a fox")
        assert asked.error == ""
        assert [each.text for each in fake.ephemerals(guest, room)] == ["Drawing …"]
        assert heard.asked[-1]["text"] == "a fox"
        heard.answer = None

        posted = await heard.app.client.chat_postMessage(
            channel=room.id, text="Done", thread_ts=said.ts, blocks=[{"type": "actions", "elements": [BUTTON]}]
        )
        (message,) = fake.messages(room, said.message)
        assert message.ts == posted["ts"]
        pressed = await fake.press(guest, message, "easel:edit")
        assert heard.asked[-1]["actions"][0]["value"] == "img-1"
        assert heard.asked[-1]["container"]["thread_ts"] == said.ts
        await heard.view(fake, pressed.trigger_id, FORM)
        assert (await fake.shortcut(guest, message, "edit_image")).error == ""
        assert heard.asked[-1]["message"]["ts"] == message.ts

        done = await fake.submit(guest, fake.view_of(guest), {"words": "bluer"}, files=[picture()])
        state = heard.asked[-1]["view"]["state"]["values"]
        assert state["words"]["words"]["value"] == "bluer"
        assert state["files"]["files"]["files"][0]["mimetype"] == "image/png"
        assert done.view is None
        (opened,) = await fake.open_home(guest)
        await opened.settled.wait()
        assert heard.events[-1]["tab"] == "home"
    assert not fake.calls.refused()


async def test_a_file_appears_only_later(slack_api: FakeSlack) -> None:  # noqa: F811
    fake = slack_api
    fake.share_after = 0.2
    team = fake.workspace()
    room = team.channel("pictures", members=[team.person("Guest")])
    client = client_of(fake, team.bot_token)
    answer = await client.files_upload_v2(
        channel=room.id, filename="fox.png", content=picture(), title="A fox", initial_comment="For Guest"
    )
    assert answer["files"][0]["mimetype"] == ""
    assert answer["files"][0]["shares"] == {}
    assert fake.messages(room) == []
    assert [each.name for each in fake.orphans()] == ["fox.png"]
    (message,) = await fake.until(lambda: fake.messages(room))
    assert fake.orphans() == []
    assert message.text == "For Guest"
    shown = (await client.files_info(file=answer["file"]["id"]))["file"]
    assert shown["shares"]["public"][room.id][0]["ts"] == message.ts
    assert (shown["mimetype"], shown["original_w"]) == ("image/png", 64)
    await asyncio.sleep(0)
    await client.files_delete(file=shown["id"])
    assert [each["mode"] for each in fake.shown(message)["files"]] == ["tombstone"]
