"""Forms, the Home tab, triggers and response URLs on the fake Slack."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest
from emulators.slack_api.server import FakeSlack
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient
from support_slack_api import client_of, no_proxies, picture, slack, slack_api, socket_mode  # noqa: F401

Payload = dict[str, Any]


def plain(text: str) -> Payload:
    """A text object."""
    return {"type": "plain_text", "text": text}


def form(*blocks: Payload, **more: Any) -> Payload:
    """A modal."""
    shown: Payload = {"type": "modal", "callback_id": "form", "title": plain("Edit"), "submit": plain("Draw")}
    return shown | {"blocks": list(blocks) or [WORDS], **more}


WORDS: Payload = {
    "type": "input",
    "block_id": "words",
    "label": plain("What?"),
    "element": {"type": "plain_text_input", "action_id": "words", "max_length": 20, "initial_value": "a fox"},
}
SHAPE: Payload = {
    "type": "input",
    "block_id": "shape",
    "optional": True,
    "label": plain("Shape"),
    "element": {
        "type": "static_select",
        "action_id": "shape",
        "options": [{"text": plain(each.title()), "value": each} for each in ("wide", "tall")],
    },
}
REDO: Payload = {"type": "actions", "elements": [{"type": "button", "action_id": "redo", "text": plain("Redo")}]}


class Desk:
    """A Bolt app on a socket, one person, one channel."""

    def __init__(self, fake: FakeSlack) -> None:
        self.fake, self.team = fake, fake.workspace()
        self.guest = self.team.person("Guest")
        self.room = self.team.channel("pictures", members=[self.guest])
        self.client = client_of(fake, self.team.bot_token)
        self.app = AsyncApp(client=self.client, signing_secret=fake.signing_secret)
        self.bodies: list[Payload] = []
        self.answer: Payload = {}
        for listen in (self.app.command("/imagine"), self.app.action("redo"), self.app.view("form")):
            listen(self._take)
        self.app.view_closed("form")(self._take)

    async def _take(self, ack: Any, body: Payload) -> None:
        self.bodies.append(body)
        await ack(**self.answer)

    async def trigger(self) -> str:
        """A fresh one."""
        return (await self.fake.command(self.guest, self.room, "/imagine")).trigger_id

    async def refused(self, call: Any) -> str:
        """Slack's word."""
        with pytest.raises(SlackApiError) as caught:
            await call
        return str(caught.value.response["error"])


async def test_a_trigger_opens_one_form_within_three_seconds(slack_api: FakeSlack) -> None:  # noqa: F811
    desk = Desk(slack_api)
    async with socket_mode(slack_api, desk.app):
        trigger = await desk.trigger()
        assert await desk.refused(desk.client.views_open(trigger_id=trigger, view=form(title=plain("x" * 25)))) == (
            "invalid_arguments"
        )
        opened = await desk.client.views_open(trigger_id=trigger, view=form(private_metadata="img-1"))
        assert await desk.refused(desk.client.views_open(trigger_id=trigger, view=form())) == "exchanged_trigger_id"
        late = await desk.trigger()
        slack_api.clock.advance(3.1)
        assert await desk.refused(desk.client.views_open(trigger_id=late, view=form())) == "expired_trigger_id"
        assert await desk.refused(desk.client.views_open(trigger_id="1.2.3", view=form())) == "invalid_trigger_id"
        view = slack_api.view_of(desk.guest)
        assert view is not None
        assert (view.id, view.document["private_metadata"]) == (opened["view"]["id"], "img-1")


async def test_forms_that_slack_does_not_take(slack_api: FakeSlack) -> None:  # noqa: F811
    desk = Desk(slack_api)
    longer = copy.deepcopy(WORDS)
    longer["element"]["max_length"] = 3001
    wrong = [
        form(private_metadata="x" * 3001),
        form(submit=None),
        form(colour="red"),
        form(longer),
        form(*[{"type": "divider"}] * 101),
        {key: value for key, value in form().items() if key != "title"},
        form(type="home"),
    ]
    async with socket_mode(slack_api, desk.app):
        trigger = await desk.trigger()
        for view in wrong:
            assert await desk.refused(desk.client.views_open(trigger_id=trigger, view=view)) == "invalid_arguments"


async def test_what_is_sent_off_and_how_it_is_answered(slack_api: FakeSlack) -> None:  # noqa: F811
    fake, desk = slack_api, Desk(slack_api)
    async with socket_mode(fake, desk.app):
        await desk.client.views_open(trigger_id=await desk.trigger(), view=form(WORDS, SHAPE, notify_on_close=True))
        with pytest.raises(AssertionError, match="characters"):
            await fake.submit(desk.guest, None, {"words": "x" * 21})
        with pytest.raises(AssertionError, match="please complete"):
            await fake.submit(desk.guest, None, {"words": ""})
        with pytest.raises(AssertionError, match="no 'round'"):
            await fake.submit(desk.guest, None, {"shape": "round"})
        desk.answer = {"response_action": "errors", "errors": {"words": "Not that."}}
        done = await fake.submit(desk.guest, None, {"shape": "Wide"})
        assert done.errors == {"words": "Not that."}
        assert done.view is fake.view_of(desk.guest)
        values = desk.bodies[-1]["view"]["state"]["values"]
        assert values["words"]["words"]["value"] == "a fox"
        assert values["shape"]["shape"]["selected_option"]["value"] == "wide"
        desk.answer = {"response_action": "push", "view": form(SHAPE, title=plain("More"))}
        pushed = await fake.submit(desk.guest, None, {"words": "a wolf"})
        assert pushed.view is not None
        assert pushed.view.title == "More"
        desk.answer = {}
        await fake.submit(desk.guest, None)
        first = fake.view_of(desk.guest)
        assert first is not None
        assert first.state["words"]["words"]["value"] == "a wolf"
        closed = await fake.close(desk.guest)
        assert closed is not None
        assert closed.acknowledged
        assert desk.bodies[-1]["type"] == "view_closed"
        assert fake.view_of(desk.guest) is None


async def test_a_form_changes_pushes_and_conflicts(slack_api: FakeSlack) -> None:  # noqa: F811
    fake, desk = slack_api, Desk(slack_api)
    async with socket_mode(fake, desk.app):
        opened = (await desk.client.views_open(trigger_id=await desk.trigger(), view=form(WORDS, REDO)))["view"]
        update = desk.client.views_update
        changed = (await update(view_id=opened["id"], hash=opened["hash"], view=form(REDO)))["view"]
        assert await desk.refused(update(view_id=opened["id"], hash=opened["hash"], view=form())) == "hash_conflict"
        assert await desk.refused(update(view_id="V0", view=form())) == "not_found"
        top = fake.view_of(desk.guest)
        assert top is not None
        assert (top.hash, [each["type"] for each in top.blocks]) == (changed["hash"], ["actions"])
        for _ in range(2):
            top = fake.view_of(desk.guest)
            assert top is not None
            pressed = await fake.press(desk.guest, top, "redo")
            assert desk.bodies[-1]["container"] == {"type": "view", "view_id": top.id}
            assert "response_url" not in desk.bodies[-1]
            await desk.client.views_push(trigger_id=pressed.trigger_id, view=form(REDO))
        top = fake.view_of(desk.guest)
        assert top is not None
        assert top.root_id == opened["id"]
        pressed = await fake.press(desk.guest, top, "redo")
        push = desk.client.views_push(trigger_id=pressed.trigger_id, view=form(REDO))
        assert await desk.refused(push) == "push_limit_reached"
        desk.answer = {"response_action": "clear"}
        await fake.submit(desk.guest, None)
        assert fake.view_of(desk.guest) is None
        assert await desk.refused(update(view_id=opened["id"], view=form())) == "not_found"


async def test_the_home_tab(slack_api: FakeSlack) -> None:  # noqa: F811
    fake, desk = slack_api, Desk(slack_api)
    home: Payload = {"type": "home", "blocks": [{"type": "header", "text": plain("Yours")}, REDO]}
    async with socket_mode(fake, desk.app):
        first = (await desk.client.views_publish(user_id=desk.guest.id, view=home))["view"]
        again = (await desk.client.views_publish(user_id=desk.guest.id, view=home, hash=first["hash"]))["view"]
        assert again["id"] == first["id"]
        late = desk.client.views_publish(user_id=desk.guest.id, view=home, hash=first["hash"])
        assert await desk.refused(late) == "hash_conflict"
        form_there = desk.client.views_publish(user_id=desk.guest.id, view=form())
        assert await desk.refused(form_there) == "invalid_arguments"
        shown = fake.home_of(desk.guest)
        assert shown is not None
        assert (await fake.press(desk.guest, shown, "redo")).error == ""
        assert desk.bodies[-1]["view"]["type"] == "home"


async def test_a_response_url_is_good_for_five_answers_in_half_an_hour(slack_api: FakeSlack) -> None:  # noqa: F811
    fake, desk = slack_api, Desk(slack_api)
    desk.answer = {"text": "Drawing …", "blocks": [REDO]}
    async with socket_mode(fake, desk.app):
        asked = await fake.command(desk.guest, desk.room, "/imagine", "a fox")
        (shown,) = fake.ephemerals(desk.guest, desk.room)
        assert asked.message is shown
        hook = AsyncWebhookClient(asked.response_url)
        assert (await hook.send(text="Almost …", replace_original=True)).status_code == 200
        assert [each.text for each in fake.ephemerals(desk.guest, desk.room)] == ["Drawing …", "Almost …"]
        wrong = await hook.send_dict({"text": "x", "blocks": [{"type": "picture"}]})
        assert wrong.status_code == 400
        await hook.send(text="Everybody", response_type="in_channel")
        assert [each.text for each in fake.messages(desk.room)] == ["Everybody"]
        await hook.send(text="x")
        assert (await hook.send(delete_original=True, text="")).status_code == 200
        assert (await hook.send(text="six")).status_code == 404
        late = await fake.command(desk.guest, desk.room, "/imagine")
        fake.clock.advance(1801)
        answer = await AsyncWebhookClient(late.response_url).send(text="x")
        assert (answer.status_code, "expired_url" in answer.body) == (404, True)
    await asyncio.sleep(0)


async def test_a_button_on_what_one_person_sees_brings_no_message(slack_api: FakeSlack) -> None:  # noqa: F811
    fake, desk = slack_api, Desk(slack_api)
    async with socket_mode(fake, desk.app):
        await desk.client.chat_postEphemeral(channel=desk.room.id, user=desk.guest.id, text="x", blocks=[REDO])
        (shown,) = fake.ephemerals(desk.guest, desk.room)
        pressed = await fake.press(desk.guest, shown, "redo")
        assert "message" not in desk.bodies[-1]
        assert desk.bodies[-1]["container"]["is_ephemeral"] is True
        other = desk.team.person("Member")
        desk.room.members.append(other)
        with pytest.raises(AssertionError, match="does not see"):
            await fake.press(other, shown, "redo")
        await AsyncWebhookClient(pressed.response_url).send(delete_original=True, text="")
        assert fake.ephemerals(desk.guest, desk.room) == []


async def test_nobody_who_answers_late_is_heard(no_proxies: None) -> None:  # noqa: F811
    async with slack(ack_seconds=0.2) as fake:
        desk = Desk(fake)

        @desk.app.command("/slow")
        async def slow(ack: Any) -> None:
            await asyncio.sleep(0.4)
            await ack("late")

        async with socket_mode(fake, desk.app):
            asked = await fake.command(desk.guest, desk.room, "/slow")
            assert asked.error == "operation_timeout"
            assert (await fake.command(desk.guest, desk.room, "/unknown")).error == "operation_timeout"
            assert fake.ephemerals(desk.guest, desk.room) == []
            assert len(asked.delivery.attempts) == 1
            await asyncio.sleep(0.3)


async def test_files_in_a_form(slack_api: FakeSlack) -> None:  # noqa: F811
    fake, desk = slack_api, Desk(slack_api)
    files: Payload = {
        "type": "input",
        "block_id": "files",
        "label": plain("Pictures"),
        "element": {"type": "file_input", "action_id": "files", "filetypes": ["png"], "max_files": 1},
    }
    async with socket_mode(fake, desk.app):
        await desk.client.views_open(trigger_id=await desk.trigger(), view=form(files))
        with pytest.raises(AssertionError, match="fewer"):
            await fake.submit(desk.guest, None, files=[picture(), picture()])
        with pytest.raises(AssertionError, match="png"):
            await fake.submit(desk.guest, None, files=[("a.txt", b"text")])
        await fake.submit(desk.guest, None, files=[picture()])
        (given,) = desk.bodies[-1]["view"]["state"]["values"]["files"]["files"]["files"]
        assert (await desk.client.files_info(file=given["id"]))["file"]["mimetype"] == "image/png"


async def test_a_command_cannot_change_what_it_said(slack_api: FakeSlack) -> None:  # noqa: F811
    fake, desk = slack_api, Desk(slack_api)
    desk.answer = {"text": "Drawing …", "blocks": [REDO]}
    async with socket_mode(fake, desk.app):
        asked = await fake.command(desk.guest, desk.room, "/imagine", "a fox")
        hook = AsyncWebhookClient(asked.response_url)
        await hook.send(text="Done", replace_original=True)
        await hook.send(text="", delete_original=True)
        assert [each.text for each in fake.ephemerals(desk.guest, desk.room)] == ["Drawing …", "Done"]
        desk.answer = {}
        assert asked.message is not None
        pressed = await fake.press(desk.guest, asked.message, "redo")
        await AsyncWebhookClient(pressed.response_url).send(text="Stopped", replace_original=True)
        assert [each.text for each in fake.ephemerals(desk.guest, desk.room)] == ["Stopped", "Done"]


async def test_as_the_documentation_has_it_a_command_could(slack_api: FakeSlack) -> None:  # noqa: F811
    fake, desk = slack_api, Desk(slack_api)
    fake.command_replaces = True
    desk.answer = {"text": "Drawing …"}
    async with socket_mode(fake, desk.app):
        asked = await fake.command(desk.guest, desk.room, "/imagine", "a fox")
        hook = AsyncWebhookClient(asked.response_url)
        await hook.send(text="Done", replace_original=True)
        assert [each.text for each in fake.ephemerals(desk.guest, desk.room)] == ["Done"]
        await hook.send(text="", delete_original=True)
        assert fake.ephemerals(desk.guest, desk.room) == []
