"""How handlers answer, over real sockets: what the person sees, whatever was answered before and whatever breaks."""

from __future__ import annotations

import asyncio
import re

import discord
import pytest
import structlog
from emulators.discord_api.values import NOTHING, Permission
from hypothesis import given, settings
from hypothesis import strategies as st
from support_discord_stage import staged

from bots.discord import answers
from bots.discord.answers import (
    BROKEN,
    Ack,
    ack_of,
    acknowledge,
    acknowledge_click,
    cut,
    guarded,
    open_modal,
    reply,
    say,
    shown,
    suggest,
)
from bots.discord.desk import Desk
from core.errors import CannotDraw, EmptyPrompt, Refused

BUTTON = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Press", "custom_id": "easel:test"}]}
MODAL = {
    "title": "Edit",
    "custom_id": "easel:m:test",
    "components": [
        {"type": 18, "label": "What to change", "component": {"type": 4, "custom_id": "words", "style": 2}},
    ],
}


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path) as made:
        yield made


# --- the first answer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("private", [False, True])
async def test_thinking_is_shown_at_once_and_to_whom_it_concerns(stage, private):
    stage.plays(lambda interaction: acknowledge(interaction, private=private))
    seen = await stage.asks()
    assert seen.message.loading
    assert seen.ephemeral is private


async def test_a_sentence_is_for_the_person_alone(stage):
    stage.plays(lambda interaction: say(interaction, "No."))
    seen = await stage.asks()
    assert (seen.text, seen.ephemeral) == ("No.", True)


async def test_a_form_opens(stage):
    stage.plays(lambda interaction: open_modal(interaction, MODAL))
    seen = await stage.asks()
    assert seen.modal.asked is seen.asked


async def test_suggestions_are_at_most_25(stage):
    found: list[bool] = []

    async def suggesting(interaction: discord.Interaction) -> None:
        found.append(await suggest(interaction, [{"name": str(n), "value": str(n)} for n in range(30)]))

    stage.plays(suggesting)
    offered = await stage.person.autocomplete(stage.channel, "imagine", "style", "p", prompt="a fox")
    assert len(offered) == 25
    await stage.settled()
    assert found == [True]


# --- what is said after it -------------------------------------------------------------------------------------------


async def test_after_a_public_thinking_a_refusal_is_still_private(stage):
    async def handle(interaction: discord.Interaction) -> None:
        await acknowledge(interaction, private=False)
        assert await say(interaction, "You have nothing left.")

    stage.plays(handle)
    await stage.asks()
    await stage.settled()
    assert stage.sees() == [("You have nothing left.", True)]


async def test_a_thinking_that_the_person_dismissed(stage):
    async def handle(interaction: discord.Interaction) -> None:
        await acknowledge(interaction, private=False)
        for message in list(stage.channel.history.values()):
            await stage.server.remove(message)
        assert await say(interaction, "You have nothing left.")

    stage.plays(handle)
    await stage.asks()
    await stage.settled()
    assert stage.sees() == [("You have nothing left.", True)]


async def test_after_a_private_thinking_the_sentence_takes_its_place(stage):
    async def handle(interaction: discord.Interaction) -> None:
        await acknowledge(interaction, private=True)
        await say(interaction, "First.")
        await say(interaction, "Second.")

    stage.plays(handle)
    await stage.asks()
    await stage.settled()
    assert stage.sees() == [("First.", True), ("Second.", True)]


async def test_what_is_meant_for_all_is_for_all(stage):
    async def handle(interaction: discord.Interaction) -> None:
        await acknowledge(interaction, private=False)
        await say(interaction, "Look.", public=True, components=[BUTTON])

    stage.plays(handle)
    seen = await stage.asks()
    await stage.settled()
    assert stage.sees() == [("Look.", False)]
    assert seen.message.components


async def test_a_click_changes_nothing_and_is_answered_beside_the_message(stage):
    stage.plays(lambda interaction: say(interaction, "Look.", public=True, components=[BUTTON]))
    seen = await stage.asks()
    noted: list[Ack] = []

    async def pressed(interaction: discord.Interaction) -> None:
        assert await acknowledge_click(interaction)
        noted.append(ack_of(interaction))
        await say(interaction, "Pressed.")

    stage.plays(pressed)
    await stage.person.click(seen.message, "Press")
    await stage.settled()
    assert noted == [Ack.UPDATE]
    assert stage.sees() == [("Look.", False), ("Pressed.", True)]


async def test_after_a_form_opened_one_can_still_talk(stage):
    async def handle(interaction: discord.Interaction) -> None:
        await open_modal(interaction, MODAL)
        assert await say(interaction, "By the way.")

    stage.plays(handle)
    await stage.asks()
    await stage.settled()
    assert stage.sees() == [("By the way.", True)]


async def test_a_sentence_is_cut_to_what_discord_takes(stage):
    stage.plays(lambda interaction: say(interaction, "word " * 1000))
    seen = await stage.asks()
    assert len(seen.text) == 2000
    assert seen.text.endswith("…")


async def test_nobody_is_pinged_by_a_sentence(stage):
    stage.plays(lambda interaction: say(interaction, f"@everyone {stage.person.mention}", public=True))
    seen = await stage.asks()
    assert stage.person.mention in seen.text
    assert not seen.message.mentions
    assert not seen.message.mention_everyone


# --- too late, or twice ----------------------------------------------------------------------------------------------


async def test_an_acknowledgement_that_arrived_although_its_answer_did_not(stage):
    """The library repeats it after a 502, and Discord says 40060."""
    stage.server.fault("POST", "/interactions/*/callback", status=502, lands=True)
    found: list[object] = []

    async def handle(interaction: discord.Interaction) -> None:
        found.append(await acknowledge(interaction, private=True))
        found.append(ack_of(interaction))
        found.append(await say(interaction, "Done."))

    stage.plays(handle)
    await stage.asks()
    await stage.settled()
    assert found == [True, Ack.THINKING_PRIVATE, True]
    assert [call.refusal or 0 for call in stage.server.calls.of("POST", "*/callback")] == [0, 40060]
    assert stage.sees() == [("Done.", True)]


async def test_an_acknowledgement_that_comes_too_late(stage):
    stage.server.acknowledge_seconds = 0.05
    found: list[object] = []

    async def handle(interaction: discord.Interaction) -> None:
        await asyncio.sleep(0.2)
        found.append(await acknowledge(interaction, private=False))
        found.append(ack_of(interaction))
        found.append(await say(interaction, "Too late."))

    stage.plays(handle)
    with structlog.testing.capture_logs() as lines:
        seen = await stage.asks()
        await stage.settled()
    assert seen.failed
    assert found == [False, Ack.LOST, False]
    (line,) = lines
    assert (line["event"], line["code"]) == ("discord_acknowledgement_lost", 10062)
    assert len(stage.server.calls.of("POST", "*")) == 1, "a lost interaction is not asked again"


async def test_a_line_that_is_cut_while_answering(stage):
    stage.server.fault("POST", "/interactions/*/callback", cut=True)
    found: list[object] = []

    async def handle(interaction: discord.Interaction) -> None:
        found.append(await acknowledge(interaction, private=False))

    stage.plays(handle)
    await stage.asks(wait=False)
    await stage.easel.heard.until(lambda: stage.easel.heard.interactions)
    await stage.settled()
    assert found == [False]


async def test_a_follow_up_that_discord_does_not_take(stage):
    stage.server.fault("POST", "/webhooks/*", code=50027)
    found: list[object] = []

    async def handle(interaction: discord.Interaction) -> None:
        await acknowledge(interaction, private=False)
        found.append(await say(interaction, "Words of CANARY."))

    stage.plays(handle)
    with structlog.testing.capture_logs() as lines:
        await stage.asks()
        await stage.settled()
    assert found == [False]
    assert [line["event"] for line in lines] == ["discord_answer_lost"]
    assert "CANARY" not in str(lines)
    assert stage.easel.heard.interactions[0].token not in str(lines)


# --- around every handler --------------------------------------------------------------------------------------------


async def test_a_refusal_becomes_its_sentence_with_what_it_cost(stage):
    async def handle(desk: Desk, interaction: discord.Interaction) -> None:
        await acknowledge(interaction, private=False)
        raise EmptyPrompt("There is nothing to draw.", "Say what you want to see.")

    stage.plays(lambda interaction: guarded(stage.desk, interaction, handle))
    await stage.asks()
    await stage.settled()
    assert stage.sees() == [("There is nothing to draw. Nothing was charged. Say what you want to see.", True)]


async def test_any_error_of_ours_has_a_sentence(stage):
    async def handle(desk: Desk, interaction: discord.Interaction) -> None:
        raise CannotDraw("I have no drawing for that.")

    stage.plays(lambda interaction: guarded(stage.desk, interaction, handle))
    await stage.asks()
    await stage.settled()
    assert stage.sees() == [("I have no drawing for that. Nothing was charged.", True)]


async def test_a_fault_is_told_and_logged_without_anybodys_words(stage):
    async def handle(desk: Desk, interaction: discord.Interaction) -> None:
        raise KeyError("CANARY")

    stage.plays(lambda interaction: guarded(stage.desk, interaction, handle))
    with structlog.testing.capture_logs() as lines:
        await stage.asks()
        await stage.settled()
    assert stage.sees() == [(BROKEN, True)]
    (line,) = lines
    assert (line["event"], line["log_level"], line["error"]) == ("discord_handler_failed", "error", "KeyError")
    assert line["at"].startswith("handle:"), "where it happened"
    assert "CANARY" not in str(lines)


async def test_suggestions_that_fail_are_silent(stage):
    async def handle(desk: Desk, interaction: discord.Interaction) -> None:
        await suggest(interaction, [])
        raise Refused("No.")

    stage.plays(lambda interaction: guarded(stage.desk, interaction, handle))
    assert await stage.person.autocomplete(stage.channel, "imagine", "style", "p", prompt="a fox") == []
    await stage.settled()
    assert [call.route for call in stage.server.calls.of("POST")] == ["/interactions/{interaction}/{token}/callback"]


@pytest.mark.parametrize("mention", [False, True])
async def test_a_fault_is_told_to_whoever_spoke_to_easel_and_to_nobody_else(stage, mention):
    async def handle(desk: Desk, message: discord.Message) -> None:
        raise KeyError("CANARY")

    stage.plays(lambda message: guarded(stage.desk, message, handle))
    with structlog.testing.capture_logs() as lines:
        await stage.person.say(stage.channel, "hey", mention=mention)
        await stage.easel.heard.until(lambda: stage.easel.heard.messages)
        await stage.settled()
    assert [text for text, _ in stage.sees()[1:]] == ([BROKEN] if mention else [])
    assert [line["event"] for line in lines] == ["discord_handler_failed"]
    direct = stage.person.dm()
    await stage.person.say(direct, "hey")
    await direct.until(lambda message: message.text == BROKEN)


async def test_a_fault_at_a_reply_to_easel_is_told(stage):
    async def handle(desk: Desk, message: discord.Message) -> None:
        raise KeyError("CANARY")

    stage.plays(lambda message: guarded(stage.desk, message, handle))
    ours = await stage.easel.rest.send(stage.channel.id, {"content": "a picture"})
    message = next(each for each in stage.channel.history.values() if each.id == int(ours["id"]))
    await stage.person.say(stage.channel, "make it night", reply_to=message, ping=False)
    await stage.channel.until(lambda message: message.text == BROKEN)


async def test_bots_are_told_nothing_whatever_breaks(stage):
    async def handle(desk: Desk, message: discord.Message) -> None:
        raise (KeyError("CANARY") if "KeyError" in message.content else EmptyPrompt("There is nothing to draw."))

    other = stage.server.user("Other", bot=True)
    stage.plays(lambda message: guarded(stage.desk, message, handle))
    await other.say(stage.channel, "KeyError", mention=True)
    await other.say(stage.channel, "hey", mention=True)
    await stage.easel.heard.until(lambda: len(stage.easel.heard.messages) == 2)
    await stage.settled()
    assert len(stage.sees()) == 2


async def test_a_message_is_answered_by_a_reply_that_pings_nobody(stage):
    async def handle(desk: Desk, message: discord.Message) -> None:
        if not message.author.bot:
            raise EmptyPrompt("There is nothing to draw.")

    stage.plays(lambda message: guarded(stage.desk, message, handle))
    asked = await stage.person.say(stage.channel, "hey", mention=True)
    answer = await stage.channel.until(lambda message: "nothing to draw" in message.text)
    assert answer.replied is asked
    assert not answer.pings_reply
    assert not answer.mentions


async def test_a_message_that_was_deleted_meanwhile_is_answered_all_the_same(stage):
    async def handle(message: discord.Message) -> None:
        if not message.author.bot:
            await asyncio.sleep(0.1)
            assert await reply(message, "Here I am.")

    stage.plays(handle)
    asked = await stage.person.say(stage.channel, "hey", mention=True)
    await stage.person.delete(asked)
    await stage.channel.until(lambda message: message.text == "Here I am.")


async def test_where_one_may_not_write_nothing_is_said(stage):
    found: list[bool] = []

    async def handle(message: discord.Message) -> None:
        found.append(await reply(message, "CANARY"))

    stage.plays(handle)
    stage.server.overwrite(stage.channel, stage.server.app, deny=Permission.SEND_MESSAGES, allow=NOTHING)
    with structlog.testing.capture_logs() as lines:
        await stage.person.say(stage.channel, "hey", mention=True)
        await stage.easel.heard.until(lambda: stage.easel.heard.messages)
        await stage.settled()
    assert found == [False]
    assert [(line["event"], line["code"]) for line in lines] == [("discord_reply_lost", 50013)]
    assert "CANARY" not in str(lines)


# --- what people wrote -----------------------------------------------------------------------------------------------

ESCAPED = re.compile(r"\\(.)", re.DOTALL)
HOSTILE = st.text(
    st.one_of(st.sampled_from(list("*_~`|>#[]()<@&!:/-.1\\ \n\t\u202e\u2066\u200b")), st.characters(codec="utf-8")),
    max_size=60,
)


@given(HOSTILE)
@settings(max_examples=300)
def test_whatever_people_write_stays_words(text):
    said = shown(text)
    bare = ESCAPED.sub("", said)
    assert not re.search(r"[\\*_~`|>#<\[\]()]", bare), "no markup that is not escaped"
    assert "://" not in ESCAPED.sub(r"\\", said), "no link"
    assert not re.search(r"@(?!\u200b)", said), "no mention"
    assert not re.search(r"[\n\r\t\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", said), "one line, in one direction"
    assert not re.match(r"-|\d\.", said), "no list"


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(1, 50))
@settings(max_examples=100)
def test_nothing_is_lost_but_what_cannot_be_seen(text, characters):
    visible = ESCAPED.sub(r"\1", shown(text, characters)).replace("@\u200b", "@")
    assert len(visible) <= characters
    whole = ESCAPED.sub(r"\1", shown(text, 10_000)).replace("@\u200b", "@")
    assert visible == cut(whole, characters)
    assert set("".join(whole.split())) <= set(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a fox in a boat", "a fox in a boat"),
        ("**bold** _it_", r"\*\*bold\*\* \_it\_"),
        ("@everyone", "@\u200beveryone"),
        ("<@123>", "\\<@\u200b123\\>"),
        ("[free](https://evil.example)", r"\[free\]\(https\://evil.example\)"),
        ("# big\n> quoted", r"\# big \> quoted"),
        ("- a list", r"\- a list"),
        ("1. a list", r"1\. a list"),
        ("ratio 3:2, well-known, 2.5 cm", "ratio 3:2, well-known, 2.5 cm"),
        ("\u202egnp.exe", "gnp.exe"),
        ("👩‍🚀 é 漢字", "👩‍🚀 é 漢字"),
        ("  \n ", ""),
    ],
)
def test_examples(text, said):
    assert shown(text) == said


def test_the_module_never_says_an_errors_own_words():
    error = discord.HTTPException(type("R", (), {"status": 400, "reason": "x"})(), {"code": 1, "message": "CANARY"})
    assert "CANARY" not in str(answers.about(error))
