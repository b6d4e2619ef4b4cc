"""Every kind of interaction finds its handler, and what nobody knows any more is told kindly."""

from __future__ import annotations

import pytest
import structlog
import support_discord_payloads as payloads
from discord import InteractionType
from emulators.discord_api import asking
from emulators.discord_api.people import Seen
from emulators.discord_api.values import Asked
from support_discord_stage import Stage, staged

from bots.discord import choosing, clicks, menus, messages, router, slash, submits
from bots.discord.clicks import UNKNOWN_BUTTON

HANDLERS = ((slash, "handle"), (slash, "complete"), (slash, "resume"), (menus, "handle"), (clicks, "handle"))
HANDLERS = (*HANDLERS, (submits, "handle"), (messages, "handle"))


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path) as made:
        yield made


@pytest.fixture
def reached(monkeypatch):
    """The handlers' names as they are called; nothing is handled."""
    names: list[str] = []
    for module, name in HANDLERS:
        spoken = f"{module.__name__.rpartition('.')[2]}.{name}"

        async def note(*_: object, spoken: str = spoken) -> None:
            names.append(spoken)

        monkeypatch.setattr(module, name, note)
    return names


@pytest.mark.parametrize(
    ("kind", "data", "handler"),
    [
        (2, {"id": "1", "name": "imagine", "type": 1}, "slash.handle"),
        (2, {"id": "1", "name": "Edit image", "type": 3, "target_id": "1"}, "menus.handle"),
        (4, {"id": "1", "name": "imagine", "type": 1}, "slash.complete"),
        (3, {"custom_id": "easel:redo:abc", "component_type": 2}, "clicks.handle"),
        (3, {"custom_id": "somebody else's", "component_type": 2}, "clicks.handle"),
        (3, {"custom_id": "easel:which:abc", "component_type": 3, "values": ["1"]}, "slash.resume"),
        (5, {"custom_id": "easel:m:edit:abc", "components": []}, "submits.handle"),
    ],
)
async def test_each_finds_its_handler(reached, kind, data, handler):
    server = payloads.Objects(payloads.guild())
    by = payloads.member(payloads.MEMBER)
    said = server.interaction(channel=payloads.text_channel(), by=by, kind=kind, data=data)
    await router.handle(None, said)  # type: ignore[arg-type] - no handler looks at it here
    assert reached == [handler]


def test_the_notes_of_selects_are_told_from_buttons():
    assert choosing.note_of("easel:which:abc") == "abc"
    assert choosing.note_of("easel:redo:abc") is None


@pytest.mark.parametrize("kind", [1, 77])
async def test_what_is_no_interaction_of_ours_reaches_nobody(reached, kind):
    server = payloads.Objects(payloads.guild())
    by = payloads.member(payloads.MEMBER)
    said = server.interaction(channel=payloads.text_channel(), by=by, kind=kind)
    with structlog.testing.capture_logs() as lines:
        await router.handle(None, said)  # type: ignore[arg-type] - no handler looks at it here
    assert reached == []
    assert [line["event"] for line in lines] == (["discord_interaction_unknown"] if kind == 77 else [])
    assert {each.value for each in InteractionType} == {1, 2, 3, 4, 5}, "a new kind wants a handler"


async def test_a_message_reaches_its_handler(reached, stage):
    ears = router.ears_of(stage.desk)
    stage.easel.heard.on_message = ears.message
    await stage.person.say(stage.channel, "hello")
    await stage.easel.heard.until(lambda: stage.easel.heard.messages)
    await stage.settled()
    assert reached == ["messages.handle"]


async def asked(stage: Stage, kind: Asked, data: dict[str, object]) -> Seen:
    interaction = await asking.ask(stage.person, kind, stage.channel, data, name=str(data["name"]), source=None)
    await stage.easel.heard.until(lambda: stage.easel.heard.interactions)
    await stage.settled()
    return Seen(interaction, stage.server)


async def test_a_kind_of_command_that_was_never_made(stage):
    stage.easel.heard.on_interaction = router.ears_of(stage.desk).interaction
    user_menu = {"id": "9", "name": "Draw this person", "type": 2, "target_id": str(stage.person.id)}
    seen = await asked(stage, Asked.COMMAND, user_menu)
    assert (seen.text, seen.ephemeral) == (router.OLD, True)


async def test_a_button_that_nobody_knows(stage):
    stage.easel.heard.on_interaction = router.ears_of(stage.desk).interaction
    ours = await stage.easel.rest.send(stage.channel.id, {"content": "a picture"})
    message = next(each for each in stage.channel.history.values() if each.id == int(ours["id"]))
    seen = await stage.person.forge(message, "easel:nothing:at:all")
    await stage.settled()
    assert UNKNOWN_BUTTON in [each.text for each in stage.person.sees(stage.channel)]
    assert not seen.failed
