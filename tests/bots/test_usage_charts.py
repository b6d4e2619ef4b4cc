"""`/usage form:chart` in each chat: a picture for the administrator alone, with its words for who does not see it."""

from __future__ import annotations

import io
from pathlib import Path

from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Permission
from emulators.slack_api.server import FakeSlack
from PIL import Image
from support_discord_api import discord_api  # noqa: F401 - a fixture
from support_discord_easel import easel
from support_slack_api import no_proxies, slack_api  # noqa: F401 - fixtures
from support_slack_talk import talking
from support_web import house

SIZE = (1200, 760)


async def test_discord_attaches_it_to_the_answer(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async with easel(discord_api, tmp_path) as home:
        role = home.fake.role(home.guild, "Moderators", Permission.MANAGE_GUILD)
        moderator = home.fake.user("Moderator", roles=[role], guilds=[home.guild])
        seen = await moderator.slash(home.art, "usage", form="chart", period="week")
        message = await seen.picture()
        assert message.ephemeral
        (file,) = message.files
        assert file.name.startswith("easel-usage-")
        assert Image.open(io.BytesIO(file.data)).size == SIZE
        assert "Nothing was asked for." in message.text


async def test_slack_sends_it_to_the_direct_messages_and_says_so(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with talking(slack_api, tmp_path) as talk:
        boss = talk.team.person("Moderator", is_admin=True)
        talk.art.members.append(boss)
        await talk.commands("/usage", "chart", by=boss)
        told = talk.told(boss)
        assert told[-1].startswith("The chart comes to your direct messages")
        direct = talk.fake.dm(boss)
        (file,) = [file for each in direct.messages.values() for file in each.files]
        assert Image.open(io.BytesIO(file.data)).size == SIZE
        assert talk.top() == [], "nobody else sees anything"

        await talk.commands("/usage", "chart", by=talk.member)
        assert "Only administrators" in talk.told()[-1]


async def test_the_playground_shows_it_to_the_moderator_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as running, running.browser("moderator") as moderator:
        await moderator.drawn("/imagine a boat")
        answer = await moderator.say("/usage chart")
        assert answer.status == 202, answer.body
        said = (await moderator.messages())[-1]
        (picture,) = said["attachments"]
        assert said["only_for"] == "moderator"
        assert picture["alt"].startswith("Pictures by day")
        assert picture["alt"].count("1 image") >= 1
        file = await moderator.get(picture["url"])
        assert Image.open(io.BytesIO(file.body)).size == SIZE
        async with running.browser("guest") as guest:
            stolen = picture["url"].replace("moderator", "guest")
            assert (await guest.send("GET", stolen)).status == 404
