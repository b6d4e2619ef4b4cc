"""Places and people of the fake Discord: what is told of them, what can be asked, and what a client refuses to do."""

import asyncio
import io

import discord
import pytest
from discord.http import Route
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Permission
from support_discord_api import Listening, client_of, discord_api, picture, running  # noqa: F401


async def test_what_is_known_of_a_server_its_channels_and_people(discord_api: FakeDiscord):  # noqa: F811
    guild = discord_api.guild("Studio", tier=3)
    designers = discord_api.role(guild, "Designers", Permission.MANAGE_GUILD)
    channel, member = discord_api.channel("art", guild=guild, nsfw=True), discord_api.user("Member", roles=[designers])
    stranger = discord_api.user("Stranger", guilds=[])
    hidden = discord_api.channel("hidden", guild=guild)
    discord_api.overwrite(hidden, guild.everyone, deny=Permission.VIEW_CHANNEL)
    async with running(client_of(), discord_api) as client:
        known = client.get_guild(guild.id)
        assert (known.filesize_limit, known.get_role(designers.id).name) == (100 << 20, "Designers")
        assert known.get_channel(channel.id).is_nsfw()
        assert known.get_channel(channel.id).permissions_for(known.me).attach_files
        assert not known.get_channel(hidden.id).permissions_for(known.me).view_channel
        fetched = await known.fetch_member(member.id)
        assert fetched.guild_permissions.manage_guild
        assert [each.name for each in await known.fetch_channels()] == ["art", "hidden"]
        assert (await client.fetch_user(member.id)).display_name == "Member"
        assert (await client.fetch_channel(channel.id)).name == "art"
        for wrong, code in (
            (client.fetch_user(1), 10013),
            (known.fetch_member(stranger.id), 10007),
            (client.fetch_channel(1), 10003),
            (client.fetch_channel(hidden.id), 50001),
            (client.fetch_guild(1), 10004),
        ):
            with pytest.raises(discord.HTTPException) as refused:
                await wrong
            assert refused.value.code == code
        async with known.get_channel(channel.id).typing():
            await discord_api.until(lambda: channel.typed_at)


async def test_history_is_listed_newest_first_and_only_with_the_right_to_it(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    said = [await member.say(channel, str(number)) for number in range(5)]
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        assert [each.content async for each in place.history(limit=2)] == ["4", "3"]
        before = discord.Object(said[2].id)
        assert [each.content async for each in place.history(before=before)] == ["1", "0"]
        after = [each.content async for each in place.history(after=before, oldest_first=True)]
        assert after == ["3", "4"]
        discord_api.overwrite(channel, channel.guild.everyone, deny=Permission.READ_MESSAGE_HISTORY)
        assert [each async for each in place.history()] == []
        with pytest.raises(discord.Forbidden):
            await place.fetch_message(said[0].id)


async def test_edits_deletions_and_departures_are_told(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    told: asyncio.Queue[tuple[str, object]] = asyncio.Queue()

    class Noting(Listening):
        async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
            told.put_nowait(("edit", event.message.content))

        async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
            told.put_nowait(("delete", event.message_id))

        async def on_guild_remove(self, guild: discord.Guild) -> None:
            told.put_nowait(("gone", guild.id))

    async with running(client_of(Noting), discord_api) as client:
        said = await member.say(channel, "a fox")
        await member.edit(said, "a red fox")
        assert await asyncio.wait_for(told.get(), 5) == ("edit", "a red fox")
        await member.delete(said)
        assert await asyncio.wait_for(told.get(), 5) == ("delete", said.id)
        theirs = await member.say(channel, "mine")
        with pytest.raises(discord.HTTPException) as refused:
            await client.get_partial_messageable(channel.id).get_partial_message(theirs.id).edit(content="yours")
        assert refused.value.code == 50005
        with pytest.raises(discord.Forbidden):
            await client.get_partial_messageable(channel.id).get_partial_message(theirs.id).delete()
        later = discord_api.guild("Later")
        await discord_api.tell_guild("GUILD_CREATE", later)
        await discord_api.until(lambda: client.get_guild(later.id))
        await discord_api.expel(channel.guild)
        assert await asyncio.wait_for(told.get(), 5) == ("gone", channel.guild.id)
        with pytest.raises(discord.Forbidden) as refused:
            await client.get_partial_messageable(channel.id).send("hello?")
        assert refused.value.code == 50001


async def test_the_application_can_forward_too(discord_api: FakeDiscord):  # noqa: F811
    channel, other = discord_api.channel("art"), discord_api.channel("gallery")
    async with running(client_of(), discord_api) as client:
        sent = await client.get_channel(channel.id).send("look", file=discord.File(io.BytesIO(picture()), "p.png"))
        forwarded = await sent.forward(client.get_channel(other.id))
        assert forwarded.message_snapshots[0].attachments[0].filename == "p.png"
        assert (await other.next()).snapshots[0].files[0].data == picture()


async def test_a_session_is_ended_from_the_other_side(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        session = discord_api.gateway.live[0]
        await discord_api.gateway.invalidate(resumable=True)
        await discord_api.until(lambda: session.resumed == 1)
        await discord_api.gateway.close(4000)
        await discord_api.until(lambda: session.resumed == 2)
        await discord_api.gateway.invalidate()
        await discord_api.until(lambda: len(discord_api.gateway.identified) == 2 and discord_api.gateway.live)
        await member.say(channel, "hello")
        assert (await client.next_message()).content == "hello"


async def test_a_client_does_not_let_people_do_what_they_may_not(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    other = discord_api.channel("other")
    async with running(client_of(Listening), discord_api) as client:
        await client.http.bulk_upsert_global_commands(
            client.application_id, [{"name": "imagine", "description": "x", "type": 1, "contexts": [0]}]
        )
        discord_api.overwrite(other, channel.guild.everyone, deny=Permission.SEND_MESSAGES)
        with pytest.raises(AssertionError, match="may not write"):
            await member.say(other, "x")
        with pytest.raises(AssertionError, match="not offered"):
            await member.slash(member.dm(), "imagine")
        discord_api.overwrite(other, channel.guild.everyone, deny=Permission.USE_APPLICATION_COMMANDS)
        with pytest.raises(AssertionError, match="may not use commands"):
            await member.slash(other, "imagine")
        client.answer = lambda interaction: interaction.response.send_message("psst", ephemeral=True)
        seen = await member.slash(channel, "imagine")
        with pytest.raises(AssertionError, match="does not see"):
            await discord_api.user("Guest").click(seen.message, "Edit")
        with pytest.raises(AssertionError, match="is none of"):
            await member.click(seen.message, "Edit")


async def test_waiting_in_vain_says_what_was_there(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    await member.say(channel, "a fox", files=[Upload("p.png", picture())])
    with pytest.raises(AssertionError, match="a fox"):
        await channel.until(lambda message: message.text == "an owl", seconds=0.02)
    with pytest.raises(AssertionError, match=r"p\.png"):
        await member.until(channel, lambda message: message.buttons, seconds=0.02)


async def test_urls_to_be_refreshed_are_few_and_ours(discord_api: FakeDiscord):  # noqa: F811
    async with running(client_of(), discord_api) as client:
        route = Route("POST", "/attachments/refresh-urls")
        with pytest.raises(discord.HTTPException, match="1 and 50"):
            await client.http.request(route, json={"attachment_urls": []})
        foreign = "http://example.org/attachments/1/2/x.png"
        said = await client.http.request(route, json={"attachment_urls": [foreign]})
        assert said["refreshed_urls"] == [{"original": foreign, "refreshed": foreign}]
