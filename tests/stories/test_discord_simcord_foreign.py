"""SimCord: somebody brought Easel along for themselves. It may answer interactions there, and nothing else.

SimCord knows no installs by one person: what such an interaction says of its owner is put in here. That the server has
never heard of Easel cannot be shown in SimCord, so it is looked at that Easel asks nothing of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from simcord.results import InteractionResult
from support_simcord import SimEasel, simcord_easel
from support_simcord_talk import PHOTO, SlowHand, edited, lineage, mailbox, of_the_photo
from support_simcord_world import image_of

from bots.discord.delivering import BY_DIRECT_MESSAGE
from core.quota import Limit, Scope, Unit, Window

DAILY = (Limit(Scope.WORKSPACE, "*", Unit.IMAGES, Window.DAY, 2),)


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[SimEasel]:
    async with simcord_easel(tmp_path, limits=DAILY) as easel:
        brought(easel)
        yield easel


def brought(it: SimEasel) -> None:
    """From now on, every interaction is one of somebody who installed Easel for themselves."""

    def own(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE" and isinstance(payload, dict):
            payload["authorizing_integration_owners"] = {"1": payload["member"]["user"]["id"]}

    it.env.backend.subscribers.insert(0, own)


def nothing_asked_of_the_server(it: SimEasel) -> None:
    asked = [each.path for each in it.env.http_requests if each.path.startswith((f"/channels/{it.art.id}", "/guilds"))]
    assert asked == []


async def test_commands_menus_forms_and_buttons_answer_by_the_interaction_alone(it: SimEasel) -> None:
    photo = await it.joins("Guest").send(it.art, "", attachments=[PHOTO])
    shown = await it.member.context_menu(it.art, "Edit image", photo)
    seen = await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it night"}))
    assert of_the_photo(edited(it))
    shown = await it.member.click(seen, label="Edit")
    again = await it.drawn(await it.member.submit_modal(shown, {"instruction": "make it blue"}))
    assert await lineage(it, again) == ["make it night", "make it blue"]
    nothing_asked_of_the_server(it)


async def test_the_limits_are_the_persons_own(it: SimEasel) -> None:
    await it.imagine("two boats", count=2)
    refused = await it.member.slash(it.art, "imagine", prompt="a third")
    assert "Nothing was charged" in refused.followups[0].content
    guest = it.joins("Guest")
    assert image_of(await it.drawn(await guest.slash(it.art, "imagine", prompt="a cat")))
    nothing_asked_of_the_server(it)


async def test_after_fifteen_minutes_it_comes_by_direct_message(tmp_path: Path) -> None:
    hand = SlowHand()
    async with simcord_easel(tmp_path, hand=hand) as it:
        brought(it)
        result: InteractionResult = await it.member.slash(it.art, "imagine", prompt="a boat")
        await hand.begun.wait()
        await it.until(lambda: True if result.response and result.response.content else None)
        await it.env.advance_time(15 * 60)
        hand.go.set()
        letter = await it.until(lambda: next((each for each in mailbox(it) if each.attachments), None))
        await it.rest()
        assert letter.content.startswith(BY_DIRECT_MESSAGE)
        nothing_asked_of_the_server(it)
