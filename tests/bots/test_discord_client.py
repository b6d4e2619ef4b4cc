"""The connection to Discord, over real sockets: how it begins, what interrupts it, and how it ends."""

from __future__ import annotations

import asyncio
import time

import discord
import pytest
import structlog
import support_discord_payloads as payloads
import yarl
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Intent
from support_discord_gateway import Heard, connection, nothing, settings_of

from bots.discord import gateway as gateway_module
from bots.discord.client import DiscordBot, intents_of
from bots.discord.commands import payload
from bots.discord.gateway import NO_CONTENT, _Again, _Never, _WithoutContent, judged
from core.errors import OperatorError


@pytest.fixture
async def server():
    fake = await FakeDiscord.start()
    try:
        yield fake
    finally:
        await fake.aclose()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(gateway_module, "_PAUSE_SECONDS", (0.01, 0.05, 0.2))


# --- what is heard ---------------------------------------------------------------------------------------------------


async def test_everything_that_happens_is_handed_on(server, tmp_path):
    channel = server.channel("art")
    person = server.user("Member")
    server.commands[None] = [each | {"id": str(number)} for number, each in enumerate(payload(), 1)]
    async with connection(server, tmp_path) as easel:
        assert easel.rest.has_bot
        await person.say(channel, "hello")
        await person.say(person.dm(), "hello to you alone")
        seen = await person.slash(channel, "imagine", prompt="a fox", wait=False)
        await easel.heard.until(lambda: len(easel.heard.messages) == 2 and easel.heard.interactions)
        assert sorted(message.content for message in easel.heard.messages) == ["hello", "hello to you alone"]
        assert easel.heard.interactions[0].id == seen.asked.id
        assert [login.application_id for login in easel.logins] == [server.app.id]


async def test_nothing_is_said_about_voice(server, tmp_path, caplog):
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = True
    async with connection(server, tmp_path):
        assert "voice" not in caplog.text


async def test_one_slow_handler_holds_nobody_up(server, tmp_path):
    channel, person = server.channel("art"), server.user("Member")
    finished: list[str] = []

    async def slow(message: discord.Message) -> None:
        await asyncio.sleep(0.3 if message.content == "slow" else 0)
        finished.append(message.content)

    async with connection(server, tmp_path, heard=Heard(on_message=slow)) as easel:
        for text in ("slow", "quick", "quick too"):
            await person.say(channel, text)
        await easel.heard.until(lambda: len(easel.heard.messages) == 3)
        await asyncio.sleep(0.05)
        assert finished == ["quick", "quick too"]
        await asyncio.sleep(0.4)
        assert finished[-1] == "slow"


async def test_a_handler_that_breaks_is_logged_without_its_words_and_the_connection_lives(server, tmp_path):
    channel, person = server.channel("art"), server.user("Member")

    async def broken(message: discord.Message) -> None:
        if message.content == "CANARY":
            raise ValueError(f"cannot read {message.content}")

    with structlog.testing.capture_logs() as lines:
        async with connection(server, tmp_path, heard=Heard(on_message=broken)) as easel:
            await person.say(channel, "CANARY")
            await person.say(channel, "still there?")
            await easel.heard.until(lambda: len(easel.heard.messages) == 2)
    told = [(line["event"], line["error"]) for line in lines if line["log_level"] == "error"]
    assert told == [("discord_event_failed", "ValueError")]
    assert "CANARY" not in str(lines)


# --- intents ---------------------------------------------------------------------------------------------------------


async def test_the_intents_are_the_four_that_are_needed(server, tmp_path):
    async with connection(server, tmp_path) as easel:
        (session,) = server.gateway.live
        wanted = Intent.GUILDS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES | Intent.MESSAGE_CONTENT
        assert session.intents == wanted
        assert easel.gateway.has_content
    assert intents_of(content=False).value == int(wanted & ~Intent.MESSAGE_CONTENT)


async def test_without_the_privileged_intent_it_runs_and_says_once_what_to_switch_on(server, tmp_path):
    server.message_content = False
    channel, person = server.channel("art"), server.user("Member")
    with structlog.testing.capture_logs() as lines:
        async with connection(server, tmp_path) as easel:
            assert server.gateway.closed_with == [4014]
            assert not easel.gateway.has_content
            await person.say(channel, "words")
            await person.say(person.dm(), "words for you")
            await easel.heard.until(lambda: len(easel.heard.messages) == 2)
            assert sorted(message.content for message in easel.heard.messages) == ["", "words for you"]
    told = [line for line in lines if line["log_level"] in ("warning", "error")]
    assert [(line["event"], line["what"]) for line in told] == [("discord_without_content", NO_CONTENT)]
    assert "Message Content Intent" in NO_CONTENT


async def test_the_intent_is_not_asked_for_when_the_settings_say_so(server, tmp_path):
    async with connection(server, tmp_path, message_content=False) as easel:
        assert not easel.gateway.has_content
        assert not server.gateway.live[0].intents & Intent.MESSAGE_CONTENT
        assert server.gateway.closed_with == []


async def test_an_intent_that_is_switched_off_while_it_runs(server, tmp_path):
    with structlog.testing.capture_logs() as lines:
        async with connection(server, tmp_path) as easel:
            server.message_content = False
            await server.gateway.close(4014)
            await easel.heard.until(lambda: not easel.gateway.has_content and easel.heard.connected[-1])
            assert len(easel.logins) == 2
    assert "discord_without_content" in [line["event"] for line in lines]


# --- the first connection --------------------------------------------------------------------------------------------


async def test_a_token_that_discord_does_not_know_is_the_operators_to_mend(server, tmp_path):
    server.token = server.token[:-4] + "AAAA"
    known = settings_of(server)
    server.token = server.token[:-4] + "BBBB"
    async with connection(server, tmp_path, wait=False, token=known.token) as easel:
        with pytest.raises(OperatorError, match="does not know this token") as caught:
            await asyncio.wait_for(easel.life, 5)
        assert not easel.rest.has_bot
    assert known.token is not None
    assert known.token.get_secret_value() not in caught.value.sentence
    assert "Nothing" not in caught.value.sentence


async def test_a_token_that_is_withdrawn_while_it_runs(server, tmp_path):
    async with connection(server, tmp_path) as easel:
        await server.gateway.close(4004)
        with pytest.raises(OperatorError, match="not any more"):
            await asyncio.wait_for(easel.life, 5)
        assert easel.heard.connected[-1] is False


async def test_a_discord_that_is_down_at_the_start_is_asked_again(server, tmp_path):
    server.fault("GET", "/users/@me", status=503, times=2)
    with structlog.testing.capture_logs() as lines:
        async with connection(server, tmp_path) as easel:
            assert len(easel.logins) == 1
    told = [(line["event"], line["error"], line["code"]) for line in lines if line["log_level"] == "warning"]
    assert told == [("discord_disconnected", "DiscordServerError", 503)] * 2


async def test_an_address_where_nobody_listens_is_asked_again(server, tmp_path, unused_tcp_port_factory):
    closed = f"http://127.0.0.1:{unused_tcp_port_factory()}/api/v10"
    with structlog.testing.capture_logs() as lines:
        async with connection(server, tmp_path, wait=False, api_base=closed) as easel:
            discord.http.Route.BASE = closed
            await asyncio.sleep(0.3)
            assert not easel.life.done()
            assert not easel.rest.has_bot
            discord.http.Route.BASE = server.api_base
            await easel.up()
    assert {line["error"] for line in lines if line["event"] == "discord_disconnected"} == {"ClientConnectorError"}


async def test_a_gateway_that_does_not_answer_at_first(server, tmp_path):
    """Rapptz/discord.py#10520: with a plain client this kills it."""
    server.gateway.refuses_connects = 1
    async with connection(server, tmp_path):
        assert server.gateway.connects == 2


async def test_a_connection_that_never_comes_about_is_begun_anew(server, tmp_path, monkeypatch):
    """The library would try for ever, one call deeper each time."""
    monkeypatch.setattr("bots.discord.client.LAUNCH_SECONDS", 0.2)
    server.gateway.refuses_connects = 1
    began = time.monotonic()
    async with connection(server, tmp_path) as easel:
        assert time.monotonic() - began < 20
        assert len(easel.logins) == 2


async def test_a_fault_of_the_librarys_ends_one_connection_and_is_found_in_the_log(server, tmp_path, monkeypatch):
    calls: list[int] = []
    usual = DiscordBot.connect

    async def connect(self: DiscordBot, *, reconnect: bool = True) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise AttributeError("CANARY has no attribute 'sequence'")
        await usual(self, reconnect=reconnect)

    monkeypatch.setattr(DiscordBot, "connect", connect)
    with structlog.testing.capture_logs() as lines:
        async with connection(server, tmp_path):
            assert len(calls) == 2
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert (line["event"], line["error"]) == ("discord_connection_broke", "AttributeError")
    assert "connect:" in line["at"]
    assert "CANARY" not in str(lines)


async def test_no_session_is_asked_for_when_they_are_used_up(server, tmp_path, monkeypatch):
    left = iter([0, 7])

    async def limits(self: DiscordBot) -> discord.SessionStartLimits:
        return discord.SessionStartLimits(total=1000, remaining=next(left), reset_after=300, max_concurrency=1)

    monkeypatch.setattr(DiscordBot, "fetch_session_start_limits", limits)
    began = time.monotonic()
    with structlog.testing.capture_logs() as lines:
        async with connection(server, tmp_path):
            assert time.monotonic() - began >= 0.3
    assert [line["event"] for line in lines] == ["discord_sessions_used_up", "discord_connected"]


# --- interruptions ---------------------------------------------------------------------------------------------------


async def test_after_a_cut_line_nothing_is_missed(server, tmp_path):
    channel, person = server.channel("art"), server.user("Member")
    async with connection(server, tmp_path) as easel:
        await server.gateway.drop()
        await person.say(channel, "said into the gap")
        await easel.heard.until(lambda: easel.heard.messages)
        await easel.up()
        assert [message.content for message in easel.heard.messages] == ["said into the gap"]
        assert len(server.gateway.identified) == 1, "resumed, not begun anew"
        assert server.gateway.live[0].resumed == 1
        assert easel.heard.connected == [True, False, True]


async def test_an_invalid_session_is_begun_anew(server, tmp_path):
    channel, person = server.channel("art"), server.user("Member")
    async with connection(server, tmp_path) as easel:
        await server.gateway.invalidate()
        await easel.heard.until(lambda: easel.heard.connected == [True, False, True])
        await person.say(channel, "again")
        await easel.heard.until(lambda: easel.heard.messages)
        assert len(server.gateway.identified) == 2


@pytest.mark.parametrize("code", [4000, 4007, 4009, 1001])
async def test_a_close_that_is_nobodys_fault(server, tmp_path, code):
    async with connection(server, tmp_path) as easel:
        await server.gateway.close(code)
        await easel.heard.until(lambda: easel.heard.connected[-2:] == [False, True])
        assert not easel.life.done()


def closed(code: int) -> discord.ConnectionClosed:
    class Socket:
        close_code = code

    return discord.ConnectionClosed(Socket(), shard_id=0, code=code)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "word"),
    [(4004, "token"), (4010, "SHARD_IDS"), (4011, "SHARD_COUNT"), (4012, "newer version"), (4013, "newer version")],
)
def test_what_somebody_has_to_mend(code, word):
    end = judged(closed(code), asked_for_content=True)
    assert isinstance(end, _Never)
    assert word in end.error.sentence


def test_what_mends_itself():
    assert judged(closed(4014), asked_for_content=True) == _WithoutContent()
    assert isinstance(judged(closed(4014), asked_for_content=False), _Never)
    assert judged(discord.PrivilegedIntentsRequired(0), asked_for_content=True) == _WithoutContent()
    for error in (closed(4000), closed(4008), closed(1006), TimeoutError(), AttributeError("sequence"), OSError()):
        assert isinstance(judged(error, asked_for_content=True), _Again)


# --- the end ---------------------------------------------------------------------------------------------------------


async def test_stopping_finishes_what_was_begun_and_takes_nothing_new(server, tmp_path):
    channel, person = server.channel("art"), server.user("Member")
    finished: list[str] = []
    begun = asyncio.Event()

    async def handle(message: discord.Message) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        finished.append(message.content)

    async with connection(server, tmp_path, heard=Heard(on_message=handle)) as easel:
        await person.say(channel, "one")
        await begun.wait()
        easel.stopping.set()
        await asyncio.sleep(0.1)
        assert server.gateway.live == [], "gone from the gateway at once"
        await person.say(channel, "two")
        await asyncio.wait_for(easel.life, 5)
        assert finished == ["one"]
        await easel.rest.send(channel.id, {"content": "the picture that was being drawn"})
        await channel.until(lambda message: "being drawn" in message.text)
    assert not easel.rest.has_bot
    assert [message.content for message in easel.heard.messages] == ["one"]


async def test_stopping_does_not_wait_for_ever(server, tmp_path, monkeypatch):
    monkeypatch.setattr(gateway_module, "DRAIN_SECONDS", 0.1)
    channel, person = server.channel("art"), server.user("Member")
    async with connection(server, tmp_path, heard=Heard(on_message=lambda _: asyncio.sleep(60))) as easel:
        await person.say(channel, "one")
        await easel.heard.until(lambda: easel.heard.messages)
        easel.stopping.set()
        began = time.monotonic()
        await asyncio.wait_for(easel.life, 30)
        assert time.monotonic() - began < 20


async def test_stopping_while_it_reconnects(server, tmp_path):
    """The library swallows a cancellation then, and would come back from the dead."""
    async with connection(server, tmp_path, shard_count=2) as easel:
        await server.gateway.drop()
        await easel.heard.until(lambda: not easel.heard.connected[-1])
        easel.stopping.set()
        await asyncio.wait_for(easel.life, 20)
        await asyncio.sleep(0.2)
        assert server.gateway.live == []


async def test_stopping_before_the_first_connection(server, tmp_path):
    server.fault("GET", "/users/@me", delay_seconds=8)
    async with connection(server, tmp_path, wait=False) as easel:
        await asyncio.sleep(0.05)
        easel.stopping.set()
        await asyncio.wait_for(easel.life, 6)


async def test_stopping_during_a_pause(server, tmp_path, monkeypatch):
    monkeypatch.setattr(gateway_module, "_PAUSE_SECONDS", (60.0,))
    server.fault("GET", "/users/@me", status=503)
    async with connection(server, tmp_path, wait=False) as easel:
        await asyncio.sleep(0.1)
        assert not easel.life.done()
        easel.stopping.set()
        await asyncio.wait_for(easel.life, 20)


# --- how the library is set up ---------------------------------------------------------------------------------------


def bot_of(heard: Heard, server: FakeDiscord, **more: object) -> DiscordBot:
    """One that is not connected."""
    return DiscordBot(
        settings_of(server, **more),
        heard.ears(),
        content=True,
        before_identify=nothing,
        connection_changed=lambda: None,
    )


async def test_the_library_keeps_no_messages_no_members_and_pings_nobody(server):
    bot = bot_of(Heard(), server, shard_ids=("1-2",), shard_count=4)
    assert (bot.shard_ids, bot.shard_count) == ([1, 2], 4)
    assert list(bot.cached_messages) == []
    assert bot._connection.max_messages is None
    assert bot._connection.member_cache_flags == discord.MemberCacheFlags.none()
    assert not bot._connection._chunk_guilds
    assert bot.allowed_mentions is not None
    assert bot.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_what_still_arrives_after_the_end_is_not_begun(server):
    heard = Heard()
    bot = bot_of(heard, server)
    objects = payloads.Objects(payloads.guild())
    message = objects.message(payloads.message(payloads.MEMBER, payloads.TEXT))
    command = objects.interaction(channel=payloads.text_channel(), by=payloads.member(payloads.MEMBER))
    bot.stop_listening()
    await bot.on_message(message)
    await bot.on_interaction(command)
    assert (heard.messages, heard.interactions) == ([], [])


async def test_the_settings_say_where_the_gateway_is_whatever_discord_says(server, monkeypatch):
    asked: list[yarl.URL] = []

    async def launch(self: object, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        asked.append(gateway)

    monkeypatch.setattr(discord.AutoShardedClient, "launch_shard", launch)
    discords = yarl.URL("wss://gateway.discord.gg")
    await bot_of(Heard(), server, gateway_url="ws://gateway-proxy:7878").launch_shard(discords, 0)
    await bot_of(Heard(), server, gateway_url="").launch_shard(discords, 0)
    assert asked == [yarl.URL("ws://gateway-proxy:7878"), discords]
