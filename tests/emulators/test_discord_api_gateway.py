"""The fake gateway as discord.py finds it: intents, what they hide, drops, shards, and closed doors."""

import asyncio
import json

import aiohttp
import discord
import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from support_discord_api import Listening, client_of, discord_api, picture, running, seams  # noqa: F401


async def test_without_the_intent_words_are_hidden_where_discord_hides_them(discord_api: FakeDiscord):  # noqa: F811
    """By api-docs#5395 a reply shows its words when it pings a plain message of ours, not an interaction's response."""
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening, content=False), discord_api) as client:
        await client.http.bulk_upsert_global_commands(
            client.application_id, [{"name": "imagine", "description": "x", "type": 1}]
        )
        client.answer = lambda interaction: interaction.response.send_message("a response")
        response = (await member.slash(channel, "imagine")).message
        await client.get_channel(channel.id).send("a plain message")
        plain = channel.messages()[-1]
        files = [Upload("p.png", picture())]
        other = await member.say(channel, "not for you", files=files)
        table = [
            ({}, False, False),
            ({"mention": True}, True, True),
            ({"reply_to": plain}, True, True),
            ({"reply_to": plain, "ping": False}, False, False),
            ({"reply_to": response}, False, False),
            ({"reply_to": response, "mention": True}, True, True),
            ({"reply_to": other}, False, False),
        ]
        await client.next_message()
        for how, visible, mentioned in table:
            await member.say(channel, "make it blue", files=files, **how)
            heard = await client.next_message()
            assert (heard.content.endswith("blue"), len(heard.attachments)) == (visible, int(visible)), how
            assert (client.user in heard.mentions) == mentioned, how
        await member.say(channel, "and this?", reply_to=other, mention=True)
        heard = await client.next_message()
        assert heard.content.endswith("and this?")
        assert (heard.reference.resolved.content, heard.reference.resolved.attachments) == ("", [])
        await member.say(member.dm(), "between us")
        assert (await client.next_message()).content == "between us"


async def test_over_rest_the_portal_decides_and_a_menu_shows_its_message_whole(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    other = await member.say(channel, "not for you", files=[Upload("p.png", picture())])
    replied = await member.say(channel, "and this?", reply_to=other, mention=True)
    async with running(client_of(Listening, content=False), discord_api) as client:
        await client.http.bulk_upsert_global_commands(client.application_id, [{"name": "Edit image", "type": 3}])
        fetched = await client.get_channel(channel.id).fetch_message(other.id)
        assert fetched.content == "not for you"
        discord_api.message_content = False
        fetched = await client.get_channel(channel.id).fetch_message(other.id)
        assert (fetched.content, fetched.attachments) == ("", [])
        fetched = await client.get_channel(channel.id).fetch_message(replied.id)
        assert fetched.content.endswith("and this?")
        await member.menu(other, "Edit image", wait=False)
        target = (await client.next_interaction()).data["resolved"]["messages"][str(other.id)]
        assert (target["content"], len(target["attachments"])) == ("not for you", 1)


async def test_an_intent_that_is_not_switched_on_closes_the_door(discord_api: FakeDiscord):  # noqa: F811
    discord_api.message_content = False
    discord_api.channel("art")
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(client_of(), discord_api):
            pass
    assert discord_api.gateway.closed_with == [4014]
    async with running(client_of(content=False), discord_api) as client:
        assert client.application_flags.gateway_message_content_limited is False


async def test_a_wrong_token_is_no_token(discord_api: FakeDiscord):  # noqa: F811
    right = discord_api.token
    client = client_of()
    with seams(discord_api), pytest.raises(discord.LoginFailure):
        await client.start(right + "x")
    await client.close()
    assert discord_api.calls.refused()[0].status == 401
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{discord_api.gateway_url}?v=10") as line:
        assert (await line.receive_json())["op"] == 10
        await line.send_json({"op": 2, "d": {"token": "wrong", "intents": 1, "properties": {}}})
        await line.receive()
        assert line.close_code == 4004


@pytest.mark.parametrize(
    ("frames", "query", "code"),
    [
        (["no json"], "v=10", 4002),
        ([{"op": 3, "d": {}}], "v=10", 4003),
        ([{"op": 2, "d": {"intents": -1}}], "v=10", 4013),
        ([{"op": 2, "d": {"intents": 1, "shard": [2, 2]}}], "v=10", 4010),
        ([{"op": 2, "d": {"intents": 1}}, {"op": 2, "d": {"intents": 1}}], "v=10", 4005),
        ([{"op": 2, "d": {"intents": 1}}, {"op": 99, "d": None}], "v=10", 4001),
        ([], "v=5", 4012),
    ],
)
async def test_a_client_that_does_not_keep_the_rules_is_sent_away(discord_api: FakeDiscord, frames, query, code):  # noqa: F811
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{discord_api.gateway_url}?{query}") as line:
        for frame in frames:
            text = frame if isinstance(frame, str) else json.dumps(frame)
            await line.send_str(text.replace('"intents"', f'"token": "{discord_api.token}", "intents"'))
        while (await line.receive()).type == aiohttp.WSMsgType.TEXT:
            pass
        assert line.close_code == code


async def test_after_a_drop_what_was_missed_is_told(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        session = discord_api.gateway.live[0]
        await discord_api.gateway.drop()
        await member.say(channel, "while you were away")
        assert (await client.next_message()).content == "while you were away"
        assert session.resumed == 1
        assert len(discord_api.gateway.identified) == 1
        await discord_api.gateway.reconnect()
        await discord_api.until(lambda: session.resumed == 2)
        await member.say(channel, "and again")
        assert (await client.next_message()).content == "and again"


async def test_a_session_that_is_over_begins_anew(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await discord_api.gateway.drop(resumable=False)
        await discord_api.until(lambda: len(discord_api.gateway.identified) == 2)
        await discord_api.connected()
        await member.say(channel, "hello")
        assert (await client.next_message()).content == "hello"
        assert client.events.count("READY") == 2


async def test_guilds_spread_over_shards_and_direct_messages_go_to_the_first(discord_api: FakeDiscord):  # noqa: F811
    places = [discord_api.channel(f"art-{number}", guild=discord_api.guild(f"Guild {number}")) for number in range(4)]
    member = discord_api.user("Member")
    discord_api.gateway.recommended_shards, discord_api.gateway.max_concurrency = 2, 2
    async with running(client_of(Listening), discord_api, shards=2) as client:
        assert sorted(client.shards) == [0, 1]
        assert len(client.guilds) == 4
        for place in places:
            await member.say(place, "hello")
            heard = await client.next_message()
            assert heard.guild.shard_id == (place.guild.id >> 22) % 2
        assert {guild.shard_id for guild in client.guilds} == {0, 1}
        await member.say(member.dm(), "hello")
        await client.next_message()
        told = [
            session.shard[0] for session in discord_api.gateway.live if session.told[-1][2].get("channel_type") == 1
        ]
        assert told == [0]


async def test_whoever_identifies_too_early_is_turned_away(discord_api: FakeDiscord):  # noqa: F811
    discord_api.gateway.identify_seconds = 0.3
    discord_api.channel("art")

    async def identify(number: int) -> str:
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{discord_api.gateway_url}?v=10") as line:
            await line.receive_json()
            await line.send_json({"op": 2, "d": {"token": discord_api.token, "intents": 1, "shard": [number, 2]}})
            said = await line.receive_json()
            return said["t"] or said["op"]

    assert await identify(0) == "READY"
    assert await identify(1) == 9
    assert [shard for _, shard in discord_api.gateway.rejected] == [1]
    await asyncio.sleep(0.31)
    assert await identify(1) == "READY"


async def test_two_processes_share_the_shards(discord_api: FakeDiscord):  # noqa: F811
    first, second = (discord_api.channel(name, guild=discord_api.guild(name)) for name in ("one", "two"))
    member = discord_api.user("Member")
    even, odd = (client_of(Listening, shard_count=2, shard_ids=[number]) for number in (0, 1))
    async with running(even, discord_api), running(odd, discord_api, shards=2):
        for place in (first, second):
            await member.say(place, place.name)
            client = even if (place.guild.id >> 22) % 2 == 0 else odd
            assert (await client.next_message()).content == place.name
        assert even.heard.empty()
        assert odd.heard.empty()


async def test_a_silent_gateway_is_left_and_found_again(discord_api: FakeDiscord):  # noqa: F811
    """The client hears no acknowledgement of its heartbeats, and comes again."""
    discord_api.channel("art")
    discord_api.gateway.heartbeat_ms = 100
    discord_api.gateway.acknowledges = False
    async with running(client_of(Listening, heartbeat_timeout=0.3), discord_api):
        await discord_api.until(lambda: discord_api.gateway.connects >= 2)
        discord_api.gateway.acknowledges = True


async def test_a_gateway_that_is_down_at_first_opens_later(discord_api: FakeDiscord):  # noqa: F811
    """What kills a plain Client (Rapptz/discord.py#10520)."""
    discord_api.channel("art")
    discord_api.gateway.refuses_connects = 1
    with pytest.raises(AttributeError, match="sequence"):
        async with running(client_of(discord.Client), discord_api):
            pytest.fail("connected")
    async with running(client_of(discord.Client), discord_api):
        assert discord_api.gateway.connects == 2
