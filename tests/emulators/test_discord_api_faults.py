"""What goes wrong on order at the fake Discord, as discord.py lives through it; and what its strictness catches."""

import asyncio
import io
import time

import aiohttp
import discord
import pytest
from discord.http import Route
from emulators.discord_api.commands import check_commands
from emulators.discord_api.refusals import Refusal
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Flag
from support_discord_api import Listening, client_of, discord_api, picture, running  # noqa: F401

SLASH = {"name": "imagine", "description": "Draw", "type": 1}


async def test_too_fast_is_told_with_a_time_to_wait(discord_api: FakeDiscord):  # noqa: F811
    channel = discord_api.channel("art")
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        discord_api.fault("POST", "/channels/*/messages", status=429, retry_after=0.2)
        began = time.monotonic()
        await place.send("patience")
        assert time.monotonic() - began >= 0.2
        assert [call.status for call in discord_api.calls.of("POST", "/channels/*")] == [429, 200]
        discord_api.fault("POST", "/channels/*/messages", status=429, via=False)
        with pytest.raises(discord.HTTPException) as refused:
            await place.send("banned")
        assert refused.value.status == 429
        assert discord_api.calls.invalid() == 2
        assert [message.text for message in channel.messages()] == ["patience"]


async def test_buckets_are_counted_and_their_headers_believed(discord_api: FakeDiscord):  # noqa: F811
    channel = discord_api.channel("art")
    discord_api.limit("POST", "/channels/{channel}/messages", requests=2, seconds=0.2)
    async with running(client_of(), discord_api) as client:
        began = time.monotonic()
        for number in range(4):
            await client.get_channel(channel.id).send(str(number))
        assert time.monotonic() - began >= 0.2
        assert discord_api.limits.refused == 0  # discord.py waited by itself
        headers = {"Authorization": f"Bot {discord_api.token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            url = f"{discord_api.api_base}/channels/{channel.id}/messages"
            answers = [await session.post(url, json={"content": "x"}) for _ in range(4)]
            assert answers[-1].status == 429
            assert 0 < (await answers[-1].json())["retry_after"] <= 0.2
            assert answers[-1].headers["Via"]
    discord_api.limits.limit_globally(1, 0.3)
    async with running(client_of(), discord_api) as client:  # its own first calls are over the limit, and it waits
        assert client.user is not None
    assert discord_api.calls.of("GET", "/users/@me")[-1].status == 200


async def test_an_answer_that_is_lost_after_the_thing_was_done(discord_api: FakeDiscord):  # noqa: F811
    """The library tries again by itself: hence 40060, and hence a nonce."""
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await client.http.bulk_upsert_global_commands(client.application_id, [SLASH])
        discord_api.fault("POST", "/interactions/*/callback", status=502, lands=True)
        seen = await member.slash(channel, "imagine", wait=False)
        asked = await client.next_interaction()
        with pytest.raises(discord.HTTPException) as refused:
            await asked.response.defer()
        assert refused.value.code == 40060
        assert seen.message.loading
        discord_api.fault("POST", "/channels/*/messages", status=502, lands=True)
        sent = await client.get_channel(channel.id).send("once", nonce="job-1-0")
        assert [message.id for message in channel.messages() if message.text == "once"] == [sent.id]


async def test_slow_cut_and_refused_on_order(discord_api: FakeDiscord):  # noqa: F811
    channel = discord_api.channel("art")
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        discord_api.fault("POST", "/channels/*/messages", delay_seconds=0.15)
        began = time.monotonic()
        await place.send("slow")
        assert time.monotonic() - began >= 0.15
        discord_api.fault("POST", "/channels/*/messages", cut=True, times=5)
        with pytest.raises(aiohttp.ClientError):
            await place.send("cut")
        discord_api._faults.clear()
        for code, status in ((200000, 400), (50013, 403), (30046, 429), (10003, 404)):
            discord_api.fault("POST", "/channels/*/messages", code=code, via=False)
            with pytest.raises(discord.HTTPException) as refused:
                await place.send("refused")
            assert refused.value.status == status
            assert refused.value.code == (0 if status == 429 else code)
        discord_api.fault("POST", "/channels/*/messages", status=503)
        with pytest.raises(discord.DiscordServerError):
            await place.send("down")
        assert [message.text for message in channel.messages()] == ["slow"]


async def test_files_can_be_somewhere_else_endless_or_cut(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    said = await member.say(channel, files=[Upload("p.png", picture())])
    url = discord_api.cdn.url(said.files[0])
    async with aiohttp.ClientSession() as session:
        discord_api.fault("GET", "/attachments/*", status=302, headers={"Location": "http://127.0.0.1:9/x"})
        answer = await session.get(url, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (302, "http://127.0.0.1:9/x")
        discord_api.fault("GET", "/attachments/*", endless_bytes=1 << 20)
        answer = await session.get(url)
        assert answer.content_length is None
        assert len(await answer.read()) == 1 << 20
        discord_api.fault("GET", "/attachments/*", status=200, body=b"<html>", headers={"Content-Type": "text/html"})
        assert await (await session.get(url)).read() == b"<html>"
        assert await (await session.get(url)).read() == picture()


async def test_a_sloppy_request_is_refused(discord_api: FakeDiscord):  # noqa: F811
    channel = discord_api.channel("art")
    url = f"{discord_api.api_base}/channels/{channel.id}/messages"
    json_kind = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord_api.token}"}) as session:
        wrong = aiohttp.FormData(quote_fields=False)
        wrong.add_field("file", io.BytesIO(b"x"), filename="x.png")
        unnamed = aiohttp.FormData(quote_fields=False)
        unnamed.add_field("payload_json", '{"attachments": [{"id": 1}]}')
        unnamed.add_field("files[0]", io.BytesIO(b"x"), filename="x.png")
        for how, code, says in (
            ({"data": b"{}", "headers": {"Content-Type": "text/plain"}}, 50035, "application/json"),
            ({"data": b"{", "headers": json_kind}, 50109, "invalid JSON"),
            ({"data": b"[]", "headers": json_kind}, 50035, "dictionaries"),
            ({"data": b'{"contents": "x"}', "headers": json_kind}, 50035, "FAKE_UNKNOWN_FIELD"),
            ({"data": wrong}, 50035, "files[n]"),
            ({"data": unnamed}, 50035, "No such file was uploaded"),
        ):
            async with session.post(url, **how) as answer:
                document = await answer.json()
            assert document["code"] == code
            assert says in str(document)
        async with session.get(discord_api.api_base + "/nowhere") as answer:
            assert answer.status == 404
    async with aiohttp.ClientSession() as session, session.post(url, json={"content": "x"}) as answer:
        assert answer.status == 401
        assert answer.headers["Content-Type"] == "application/json"


def option(**more: object) -> dict[str, object]:
    return {"type": 3, "name": "prompt", "description": "What"} | more


@pytest.mark.parametrize(
    ("commands", "says"),
    [
        ([SLASH | {"name": "Imagine"}], "INVALID_NAME"),
        ([SLASH | {"name": "two words"}], "INVALID_NAME"),
        ([SLASH | {"description": ""}], "between 1 and 100"),
        ([SLASH | {"describe": "x"}], "FAKE_UNKNOWN_FIELD"),
        ([SLASH, SLASH], "unique"),
        ([SLASH | {"options": [option()] * 26}], "25 or fewer"),
        ([SLASH | {"options": [option(), option()]}], "DUPLICATED"),
        ([SLASH | {"options": [option(), option(name="second", required=True)]}], "Required options"),
        ([SLASH | {"options": [option(choices=[{"name": "x", "value": 1}])]}], "not of the option's type"),
        ([SLASH | {"options": [option(autocomplete=True, choices=[{"name": "x", "value": "x"}])]}], "exclude"),
        ([SLASH | {"options": [option(type=4, max_length=3)]}], "Only strings"),
        ([SLASH | {"options": [option(min_value=3)]}], "Only numbers"),
        ([SLASH | {"options": [option(file_types=["image"])]}], "Only attachments"),
        ([SLASH | {"name_localizations": {"xx": "x"}}], "not a locale"),
        ([SLASH | {"name_localizations": {"de": "Zeichne"}}], "INVALID_NAME"),
        ([SLASH | {"default_member_permissions": 32}], "string of digits"),
        ([SLASH | {"contexts": [3]}], "Values must be"),
        ([{"name": "Edit image", "type": 3, "description": "x"}], "cannot have description"),
        ([{"name": f"Menu {number}", "type": 3} for number in range(16)], "15 or fewer"),
        ([SLASH | {"options": [option(name=f"o{n}", choices=_) for n, _ in enumerate([[]] * 5)]}], ""),
    ],
)
def test_a_wrong_command_is_refused(commands, says):
    if not says:
        assert check_commands(commands) == commands
        return
    with pytest.raises(Refusal) as refused:
        check_commands(commands)
    assert refused.value.code == 50035
    assert says in str(refused.value)


def test_a_command_that_says_too_much_is_refused():
    choices = [{"name": "n" * 95 + str(number), "value": "v" * 95 + str(number)} for number in range(20)]
    options = [option(name=f"o{number}", choices=choices) for number in range(2)]
    assert check_commands([SLASH | {"options": options}])
    with pytest.raises(Refusal, match="TOO_LARGE"):
        check_commands([SLASH | {"options": [*options, option(name="o3", choices=choices)]}])


async def test_commands_keep_their_ids(discord_api: FakeDiscord):  # noqa: F811
    async with running(client_of(), discord_api) as client:
        first = await client.http.bulk_upsert_global_commands(client.application_id, [SLASH])
        again = await client.http.bulk_upsert_global_commands(
            client.application_id, [SLASH | {"description": "More"}, {"name": "Edit image", "type": 3}]
        )
        assert again[0]["id"] == first[0]["id"]
        assert again[0]["version"] != first[0]["version"]
        listed = await client.http.request(Route("GET", "/applications/{a}/commands", a=client.application_id))
        assert [each["name"] for each in listed] == ["imagine", "Edit image"]
        assert discord_api.syncs == 2


async def test_a_hundred_at_once_are_all_answered(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await client.http.bulk_upsert_global_commands(client.application_id, [SLASH])

        async def answer(interaction: discord.Interaction) -> None:
            await interaction.response.defer()
            await interaction.edit_original_response(attachments=[discord.File(io.BytesIO(picture()), "a.png")])

        client.answer = answer
        everything = [member.slash(channel, "imagine") for _ in range(100)]
        seen = await asyncio.gather(*everything)
        done = await asyncio.gather(*(each.picture() for each in seen))
        assert len({message.id for message in done}) == 100
        assert not any(message.flags & Flag.LOADING for message in done)
        waited = [each.asked.acknowledged_at - each.asked.sent_at for each in seen]
        assert max(waited) < 3
