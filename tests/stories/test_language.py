"""People who read another language: what only they see is in theirs, and what all see is in the workspace's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.slack_api.server import FakeSlack
from support_discord_api import discord_api  # noqa: F401 - a fixture
from support_discord_easel import Easel, easel
from support_slack_api import no_proxies, slack_api  # noqa: F401 - fixtures
from support_slack_talk import Talk, talking
from support_web import Browser, House, house

from core.errors import DrawingFailed
from core.i18n import say
from core.model import Actor, Place
from core.ports import Order
from core.quota import Limit, Scope, Unit, Window

DAILY = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 3),)


# --- Discord ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def server(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    async with easel(discord_api, tmp_path, limits=DAILY) as home:
        yield home


async def ordered(home: Easel, words: str) -> None:
    member, place = home.who
    moderator = Actor(member.platform, member.workspace, "moderator", "Moderator", is_admin=True)
    await home.studio.administration.order(moderator, place, words, words)


async def test_a_german_client_asks_for_its_quota_and_is_refused_in_german(server: Easel) -> None:
    server.member.locale = "de"
    quota = (await (await server.member.slash(server.art, "quota")).done()).text
    midnight = int(datetime.now(UTC).timestamp()) // 86_400 * 86_400 + 86_400
    assert quota == (
        f"**3 Bilder am Tag für jede Person**\n`████████████` 3 Bilder übrig, erneuert sich <t:{midnight}:R>."
    )
    refused = await (await server.member.slash(server.art, "imagine", prompt="a square --n 4")).until(
        lambda message: "Grenze" in message.text
    )
    assert refused.ephemeral
    assert refused.text == (
        "Die Grenze: 3 Bilder am Tag für jede Person. Aber diese Anfrage braucht 4 Bilder. Nichts wurde berechnet. "
        "Möglich ist noch: 3 Bilder."
    )


async def test_help_names_the_commands_as_the_reader_knows_them(server: Easel) -> None:
    server.member.locale = "de"
    told = (await (await server.member.slash(server.art, "help")).done()).text
    assert told.startswith("**Easel zeichnet.**")
    assert "- `/zeichnen` Zeichnet ein Bild aus Worten." in told
    assert "`/hilfe styles`" in told
    server.member.locale = "sv-SE"
    told = (await (await server.member.slash(server.art, "help")).done()).text
    assert told.startswith("**Easel draws.**")
    assert "- `/imagine` Draw a picture from words." in told


async def test_in_a_channel_everybody_reads_the_language_of_the_server(server: Easel) -> None:
    """Whoever asked reads German; the others would not understand it."""
    server.member.locale = "de"
    shown = await server.drawn("a square --n 1")
    assert "For **Member**" in shown.text
    assert shown.labels[:4] == ["Edit", "Redo", "Vary", "Finalise"]
    private = await server.drawn("a square", private=True)
    assert private.labels[:4] == ["Bearbeiten", "Noch einmal", "Variieren", "Ausarbeiten"]
    assert "1 Bild" in private.text


async def test_a_server_that_decided_on_japanese(server: Easel) -> None:
    await ordered(server, "language ja")
    going = asyncio.Event()

    async def slowly(order: Order) -> None:
        await going.wait()

    server.hand.meanwhile = slowly
    seen = await server.member.slash(server.art, "imagine", prompt="a square")
    waiting = await seen.until(lambda message: "描いています" in message.text)
    assert waiting.labels == ["キャンセル"]
    going.set()
    done = await seen.until(lambda message: bool(message.files) and "Member" in message.text)
    assert "**Member** さんへ" in done.text
    assert done.labels[:4] == ["編集", "やり直す", "バリエーション", "仕上げる"]
    assert "1枚" in done.text
    quota = await (await server.member.slash(server.art, "quota")).done()
    assert "images left" in quota.text, "what one person alone sees is in their own"
    await ordered(server, "language off")
    assert "For **Member**" in (await server.drawn("another square")).text


async def test_a_server_whose_settings_say_french(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    discord_api.guild().locale = "fr"
    async with easel(discord_api, tmp_path) as home:
        assert "Pour **Member**" in (await home.drawn("a square")).text
        await ordered(home, "language en")
        assert "For **Member**" in (await home.drawn("a square")).text


async def test_a_failure_is_kept_in_the_language_that_it_will_be_read_in(server: Easel) -> None:
    async def fails(order: Order) -> None:
        raise DrawingFailed(say("The answer broke off."), say("Ask again."))

    server.hand.meanwhile = fails
    await ordered(server, "language German")
    seen = await server.member.slash(server.art, "imagine", prompt="a square")
    told = await seen.until(lambda message: "abgebrochen" in message.text)
    assert told.text.endswith("Die Antwort ist abgebrochen. Nichts wurde berechnet. Bitte noch einmal darum.")


# --- Slack -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def team(slack_api: FakeSlack, tmp_path: Path) -> AsyncIterator[Talk]:  # noqa: F811
    async with talking(slack_api, tmp_path, limits=DAILY) as talk:
        yield talk


async def told_to_guest(talk: Talk, command: str, words: str = "") -> str:
    """What this command is answered to the guest, whose Slack is German."""
    await talk.commands(command, words, by=talk.guest)
    return talk.told(talk.guest)[-1]


async def test_a_german_slack_asks_for_its_quota_and_is_refused_in_german(team: Talk) -> None:
    quota = await told_to_guest(team, "/quota")
    assert quota.startswith("*3 Bilder am Tag für jede Person*\n`████████████` 3 Bilder übrig, erneuert sich <!date^")
    assert "Uhr (in " in quota
    refused = await told_to_guest(team, "/imagine", "a square --n 4")
    assert refused.startswith("Die Grenze: 3 Bilder am Tag für jede Person. Aber diese Anfrage braucht 4 Bilder.")
    assert "Nichts wurde berechnet" in refused
    assert (await told_to_guest(team, "/help")).startswith("*Easel zeichnet.*")
    await team.commands("/help", "")
    assert team.told(team.member)[-1].startswith("*Easel draws.*")


async def test_a_slack_workspace_that_decided_on_japanese(team: Talk) -> None:
    moderator = Actor("slack", team.team.id, "moderator", "Moderator", is_admin=True)
    place = Place("slack", team.team.id, team.art.id)
    await team.desk.studio.administration.order(moderator, place, "language Japanese", "ja")
    await team.commands("/imagine", "a boat")
    (shown,) = team.top()
    labels = [
        each["text"]["text"]
        for message in team.thread(shown)
        for block in message.blocks
        for each in block.get("elements", [])
        if each.get("type") == "button"
    ]
    assert labels[:4] == ["編集", "やり直す", "バリエーション", "仕上げる"]


# --- the playground --------------------------------------------------------------------------------------------------


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as home:
        yield home


def reading(browser: Browser, language: str) -> Browser:
    browser.session.headers["Accept-Language"] = language
    return browser


async def test_a_german_browser_asks_for_its_quota_and_is_refused_in_german(playground: House) -> None:
    async with playground.browser("guest") as guest:
        reading(guest, "de-DE,de;q=0.9,en;q=0.5")
        refused = await guest.say("/imagine boats --n 4")
        assert refused.sentence == (
            "Die Grenze: 3 Bilder am Tag für jede Person. Aber diese Anfrage braucht 4 Bilder. "
            "Nichts wurde berechnet. Möglich ist noch: 3 Bilder."
        )
        limit: Mapping[str, object] = refused.json["error"]["allowances"][0]
        assert limit["label"] == "3 Bilder am Tag für jede Person"
        await guest.say("/quota")
        assert "3 Bilder übrig" in (await guest.messages())[-1]["text"]
        await guest.say("/help")
        assert (await guest.messages())[-1]["text"].startswith("**Easel zeichnet.**")
        reading(guest, "sv")
        assert (await guest.say("/imagine boats --n 4")).sentence.startswith("The limit is 3 images a day")


async def test_every_browser_has_its_own_words_on_the_buttons_of_one_picture(playground: House) -> None:
    async with playground.browser("member") as member, playground.browser("designer") as designer:
        await reading(member, "ko").drawn("/imagine a boat")
        for browser, language, first in ((member, "ko", "편집"), (designer, "fr", "Modifier"), (designer, "", "Edit")):
            (shown,) = [each for each in await reading(browser, language).messages() if each["images"]]
            assert shown["buttons"][0]["label"] == first
            assert "1 image ·" in shown["footer"], "what all see is in the workspace's language"
