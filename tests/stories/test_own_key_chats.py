"""Workspaces that pay by themselves: a key in a form on Discord and in Slack, and whose key the image API then sees."""

from __future__ import annotations

import gc
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from emulators.discord_api.people import Person, Seen
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Permission
from emulators.discord_api.world import Channel, Message
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi, key_of
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Person as SlackPerson
from emulators.slack_api.world import View
from support_discord_api import discord_api, seams  # noqa: F401
from support_image_api import image_api  # noqa: F401
from support_privacy import everything_in, log_lines
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_whole import Whole, place_of, slack_of, whole

GUILDS = "sk-proj-DISCORDCANARY-0123456789abcdefWXYZ"
TEAMS = "sk-proj-SLACKCANARY-0123456789abcdefSTUV"
CANARIES = {"the server's key": GUILDS[:24].encode(), "the workspace's key": TEAMS[:24].encode()}
DRAWING = re.compile(r"/images/|/responses$")


@dataclass
class Stage:
    """One Easel in two servers of Discord and in a workspace of Slack, beside an image API."""

    api: FakeImageApi
    discord: FakeDiscord
    slack: Whole
    art: Channel
    other: Channel
    boss: Person
    slack_boss: SlackPerson
    log: StringIO
    folder: Path

    def payers(self, path: re.Pattern[str] = DRAWING) -> list[str]:
        """With which keys was asked, in order."""
        names = {self.api.key: "operator", GUILDS: "guild", TEAMS: "team"}
        asked = [each for each in self.api.requests if each.method == "POST" and path.search(each.path)]
        return [names.get(key_of(each), "somebody") for each in asked]

    async def order(self, words: str) -> Message:
        return await (await self.boss.slash(self.art, "easel", order=words)).done()

    async def gives(self, key: str) -> Seen:
        seen = await self.boss.slash(self.art, "easel", order="key")
        return await self.boss.submit(seen.modal, {"key": key})

    async def gives_in_slack(self, key: str) -> str:
        before = len(self.slack.told(self.slack_boss))
        await self.slack.fake.submit(self.slack_boss, await self.form_in_slack(), {"key": key}, ())
        await self.slack.until(lambda: len(self.slack.told(self.slack_boss)) > before, "an answer")
        return self.slack.told(self.slack_boss)[-1]

    async def form_in_slack(self) -> View:
        """It opens at once, and is filled in a moment later."""
        fake, boss = self.slack.fake, self.slack_boss
        await fake.command(boss, self.slack.art, "easel", "key")
        view = await fake.until(lambda: (found := fake.view_of(boss)) and "key" in _fields(found) and found, "a form")
        assert isinstance(view, View)
        return view

    async def drawn(self, at: Channel | None = None, **more: Any) -> Message:
        seen = await self.boss.slash(at or self.art, "imagine", prompt="a fox", quality="low", **more)
        return await seen.until(lambda message: message.files and message.components and not message.loading, 20)

    async def undrawn(self) -> str:
        """The sentence about a picture that does not come."""
        seen = await self.boss.slash(self.art, "imagine", prompt="a fox", quality="low")
        return (await seen.until(lambda message: "key" in message.text, 20)).text

    def messages(self) -> str:
        """All that Easel sent to either chat, for anybody to see."""
        return repr(
            [[each.arguments for each in self.slack.fake.calls], [each.body for each in self.discord.calls.of()]]
        )


def _fields(view: View) -> list[str]:
    return [str(block.get("block_id")) for block in view.blocks]


@asynccontextmanager
async def staged(
    api: FakeImageApi, discord: FakeDiscord, slack: FakeSlack, folder: Path, **more: str
) -> AsyncIterator[Stage]:
    guild = discord.guild()
    art, other = discord.channel("art", guild=guild), discord.channel("sketches", guild=discord.guild("elsewhere"))
    moderators = discord.role(guild, "Moderators", Permission.MANAGE_GUILD)
    boss = discord.user("Moderator", guilds=[guild, other.guild], roles=[moderators])
    discord.gateway.identify_seconds = 0
    team, room, *_ = place_of(slack)
    slack_boss = team.person("Moderator", is_admin=True)
    await slack.enter(slack_boss, room)
    api.other_keys |= {GUILDS, TEAMS}
    environ = slack_of(slack, team, "socket") | {
        "EASEL_OPENAI__BASE_URL": api.base_url,
        "EASEL_OPENAI__API_KEY": api.key,
        "EASEL_OPENAI__SERVER": "openai",
        "EASEL_MODERATION__CHECK": "text",
        "EASEL_DISCORD__TOKEN": discord.token,
        "EASEL_DISCORD__API_BASE": discord.api_base,
        "EASEL_DISCORD__GATEWAY_URL": discord.gateway_url,
        "EASEL_DISCORD__FILE_HOSTS": discord.file_host,
        **more,
    }
    with seams(discord), log_lines() as log:
        async with whole(slack, folder, None, "socket", environ=environ) as it:
            await discord.connected(commands=True)
            yield Stage(api, discord, it, art, other, boss, slack_boss, log, folder)


@pytest.fixture
async def stage(
    image_api: FakeImageApi,  # noqa: F811
    discord_api: FakeDiscord,  # noqa: F811
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
) -> AsyncIterator[Stage]:
    async with staged(image_api, discord_api, slack_api, tmp_path) as it:
        yield it


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{folder / 'easel.sqlite3'}?mode=ro", uri=True) as books:
        return books.execute(sql).fetchall()


async def test_each_workspace_draws_with_its_own_key_and_nobody_reads_one(stage: Stage) -> None:
    told = await (await stage.gives(GUILDS)).done()
    assert told.ephemeral
    assert "its own key, which ends in WXYZ, and billed to it" in told.text
    assert "its own key, which ends in STUV, and billed to it" in await stage.gives_in_slack(TEAMS)
    await stage.drawn()
    await stage.slack.drawn("a boat --quality low", mention=True)
    await stage.drawn(stage.other)
    assert stage.payers() == ["guild", "team", "operator"]
    await stage.drawn(mode="thinking")
    thought = [key_of(each) for each in stage.api.requests if "/responses" in each.path]
    assert thought, "nobody thought"
    assert set(thought) == {GUILDS}, "the question, and every look for its answer"
    assert stage.payers(re.compile("moderations")) == ["operator"] * 4, "the check is the operator's, and free"
    shown = (await stage.order("show")).text
    assert "own key, which ends in WXYZ, since" in shown
    audit = (await stage.order("audit")).text
    assert "key (not written down)" in audit
    await stage.slack.quiet()
    assert rows(stage.folder, "SELECT provider, kind, COUNT(*) FROM provider_spend GROUP BY 1, 2 ORDER BY 1") == [
        ("openai", "billed", 1),
        ("openai (own key)", "billed", 3),
    ]

    gc.collect()
    live = [each for each in gc.get_objects() if str(type(each).__module__).startswith(("core.", "bots."))]
    places = {
        "the log": stage.log.getvalue(),
        "the chats": stage.messages() + shown + audit,
        "what the program holds": "\n".join(map(repr, live)),
    }
    assert len(live) > 100
    assert "ends in WXYZ" in places["the chats"]
    assert "ends in STUV" in places["the chats"]
    assert [(name, where) for name, key in CANARIES.items() for where in places if key.decode() in places[where]] == []
    assert await everything_in(stage.folder, CANARIES) == [], "the database, its log, every file"


async def test_a_key_that_is_refused_is_the_workspaces_own_affair(stage: Stage) -> None:
    await (await stage.gives(GUILDS)).done()
    stage.api.other_keys.discard(GUILDS)
    said = await stage.undrawn()
    assert "It was asked with this workspace's own key" in said
    assert "/easel key" in said
    assert GUILDS[:24] not in said
    assert set(stage.payers()) == {"guild"}, "and nobody else's was tried"
    await stage.drawn(stage.other)
    assert stage.payers()[-1] == "operator", "which nobody else minds"
    assert "forgotten" in (await stage.order("key off")).text
    await stage.drawn()
    assert stage.payers()[-2:] == ["operator", "operator"]
    assert GUILDS[:24] not in stage.log.getvalue()


async def test_where_the_illustrator_may_stand_in_it_does_so_for_nobody_with_a_key(
    image_api: FakeImageApi,  # noqa: F811
    discord_api: FakeDiscord,  # noqa: F811
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
) -> None:
    more = {"EASEL_OPENAI__FALL_BACK": "gpt-image-1.5, illustrator"}
    async with staged(image_api, discord_api, slack_api, tmp_path, **more) as stage:
        await (await stage.gives(GUILDS)).done()
        image_api.other_keys.clear()
        assert "with this workspace's own key" in await stage.undrawn()
        assert not any(message.files for message in stage.art.messages())
        assert set(stage.payers()) == {"guild"}


async def test_an_account_that_pays_nothing_more_is_the_workspaces_own_too(stage: Stage) -> None:
    await (await stage.gives(GUILDS)).done()
    stage.api.fault(Fault.INSUFFICIENT_QUOTA)
    said = await stage.undrawn()
    assert "It was asked with this workspace's own key" in said
    assert stage.payers() == ["guild"]


async def test_who_may_give_one_and_what_is_none(stage: Stage) -> None:
    member = stage.discord.user("Member", guilds=[stage.art.guild])  # whom Discord does not even show /easel
    seen = await stage.boss.slash(stage.art, "easel", order="key")
    forged = await member.submit(seen.modal, {"key": GUILDS})
    assert "Only administrators" in (await forged.done()).text
    bad = await stage.gives("two words in it")
    assert "cannot be a key" in (await bad.done()).text
    typed = (await stage.order(f"key {GUILDS}")).text
    assert "revoke it" in typed
    assert "CANARY" not in typed
    assert "own key" not in (await stage.order("show")).text
    fake, room, guest = stage.slack.fake, stage.slack.art, stage.slack.member
    await fake.command(guest, room, "easel", "key")
    await fake.until(lambda: (view := fake.view_of(guest)) and "Only administrators" in repr(view.blocks), "a refusal")
    answered = await fake.submit(stage.slack_boss, await stage.form_in_slack(), {"key": "two words in it"}, ())
    assert "cannot be a key" in answered.errors["key"]
    assert await everything_in(stage.folder, CANARIES) == []


async def test_a_server_that_lets_easel_go_takes_its_key_along(stage: Stage) -> None:
    await (await stage.gives(GUILDS)).done()
    assert len(rows(stage.folder, "SELECT 1 FROM own_key")) == 1
    await stage.discord.expel(stage.art.guild)
    await stage.discord.until(lambda: True if not rows(stage.folder, "SELECT 1 FROM own_key") else None)
