"""Interactions on the fake Discord: every kind, every way to answer, and how their tokens die."""

import io

import aiohttp
import discord
import pytest
from discord.http import Route
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Permission
from support_discord_api import Listening, client_of, discord_api, picture, running  # noqa: F401

COMMANDS = [
    {
        "name": "imagine",
        "description": "Draw",
        "type": 1,
        "integration_types": [0, 1],
        "contexts": [0, 1, 2],
        "options": [
            {"type": 3, "name": "prompt", "description": "What", "required": True, "max_length": 1000},
            {"type": 4, "name": "count", "description": "How many", "min_value": 1, "max_value": 10},
            {"type": 3, "name": "style", "description": "Which", "autocomplete": True},
            {"type": 3, "name": "ratio", "description": "Shape", "choices": [{"name": "Wide", "value": "16:9"}]},
            {"type": 11, "name": "image", "description": "A picture", "file_types": ["image"]},
        ],
    },
    {"name": "Edit image", "type": 3, "integration_types": [0, 1], "contexts": [0, 1, 2]},
    {"name": "easel", "description": "Settings", "type": 1, "default_member_permissions": "32"},
]
ROW = [{"type": 1, "components": [{"type": 2, "style": 2, "label": "Edit", "custom_id": "easel:edit:abc"}]}]
MODAL = {
    "title": "Edit the picture",
    "custom_id": "easel:m:edit:abc",
    "components": [
        {
            "type": 18,
            "label": "What shall change?",
            "component": {"type": 4, "custom_id": "words", "style": 2, "max_length": 200},
        },
        {
            "type": 18,
            "label": "Shape",
            "component": {
                "type": 21,
                "custom_id": "shape",
                "required": False,
                "options": [{"label": "Wide", "value": "16:9"}, {"label": "Square", "value": "1:1", "default": True}],
            },
        },
        {
            "type": 18,
            "label": "More pictures",
            "component": {
                "type": 19,
                "custom_id": "files",
                "min_values": 0,
                "max_values": 3,
                "required": False,
            },
        },
        {"type": 18, "label": "Only for me", "component": {"type": 23, "custom_id": "private"}},
        {
            "type": 18,
            "label": "Extras",
            "component": {
                "type": 22,
                "custom_id": "extras",
                "required": False,
                "max_values": 2,
                "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}],
            },
        },
    ],
}


def png(name: str = "fox.png") -> discord.File:
    return discord.File(io.BytesIO(picture()), name)


async def synchronise(client: discord.Client) -> None:
    await client.http.bulk_upsert_global_commands(client.application_id, COMMANDS)


async def open_modal(interaction: discord.Interaction) -> None:
    """By a plain payload, as a client without modal objects does it."""
    route = Route("POST", "/interactions/{i}/{t}/callback", i=interaction.id, t=interaction.token)
    await interaction.client.http.request(route, json={"type": 9, "data": MODAL})


async def test_a_slash_command_from_thinking_to_picture(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member", locale="de")
    async with running(client_of(Listening), discord_api) as client:
        await synchronise(client)

        async def answer(interaction: discord.Interaction) -> None:
            options = {each["name"]: each["value"] for each in interaction.data["options"]}
            sent = interaction.data["resolved"]["attachments"][options["image"]]
            assert options["prompt"] == "a fox"
            assert (interaction.locale, interaction.filesize_limit) == (discord.Locale.german, 10 << 20)
            assert await client.http.get_from_cdn(sent["url"]) == picture("teal")
            assert interaction.app_permissions.attach_files
            await interaction.response.defer()
            await interaction.edit_original_response(content="drawing")
            await interaction.edit_original_response(content="done", attachments=[png()])
            await interaction.followup.send("a whisper", ephemeral=True)

        client.answer = answer
        seen = await member.slash(channel, "imagine", prompt="a fox", image=Upload("t.png", picture("teal")))
        done = await seen.picture()
        await seen.until(lambda message: message.text == "a whisper")
        assert [version.content for version in done.versions] == ["", "drawing", "done"]
        assert [each.text for each in member.sees(channel)] == ["done", "a whisper"]
        assert client.events.count("MESSAGE_CREATE") == 1  # the whisper is not told
        assert [each.text for each in discord_api.user("Guest").sees(channel)] == ["done"]
        assert (await channel.next()).interaction.name == "imagine"
        calls = discord_api.calls.of("*", "/webhooks/*")
        assert not any(call.authorised for call in calls)
        assert calls[1].files[0].data == picture()


async def test_the_client_offers_only_what_was_synchronised(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    with pytest.raises(AssertionError, match="not synchronised"):
        await member.slash(channel, "imagine", prompt="x")
    async with running(client_of(Listening), discord_api) as client:
        await synchronise(client)
        for values in ({}, {"prompt": "x", "count": 11}, {"prompt": "x", "ratio": "3:2"}, {"prompt": "x", "word": "y"}):
            with pytest.raises(AssertionError):
                await member.slash(channel, "imagine", **values)
        with pytest.raises(AssertionError, match="hidden"):
            await member.slash(channel, "easel")
        admin = discord_api.user(
            "Moderator", roles=[discord_api.role(channel.guild, "mods", permissions=Permission.MANAGE_GUILD)]
        )
        client.answer = lambda interaction: interaction.response.send_message("settings", ephemeral=True)
        seen = await admin.slash(channel, "easel")
        assert (seen.text, seen.ephemeral) == ("settings", True)
        assert (await client.next_interaction()).permissions.manage_guild


async def test_choices_while_typing(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await synchronise(client)
        client.answer = lambda interaction: interaction.response.autocomplete(
            [discord.app_commands.Choice(name=str(n), value=str(n)) for n in range(25)]
        )
        offered = await member.autocomplete(channel, "imagine", "style", "pos", prompt="a fox")
        assert len(offered) == 25
        asked = await client.next_interaction()
        assert next(each for each in asked.data["options"] if each.get("focused"))["value"] == "pos"

        async def too_many(interaction: discord.Interaction) -> None:
            many = [discord.app_commands.Choice(name=str(n), value=str(n)) for n in range(26)]
            with pytest.raises(discord.HTTPException, match="25 or fewer"):
                await interaction.response.autocomplete(many)
            await interaction.response.autocomplete([])

        client.answer = too_many
        assert await member.autocomplete(channel, "imagine", "style", "pos", prompt="a fox") == []


async def test_a_menu_opens_a_modal_that_comes_back_filled_in(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await synchronise(client)
        photo = await member.say(channel, "mine", files=[Upload("p.png", picture("olive"))])
        client.answer = open_modal
        seen = await member.menu(photo, "Edit image")
        target = (await client.next_interaction()).data["resolved"]["messages"][str(photo.id)]
        assert (target["content"], target["attachments"][0]["filename"]) == ("mine", "p.png")
        assert seen.modal.title == "Edit the picture"
        client.answer = lambda interaction: interaction.response.defer(ephemeral=True, thinking=True)
        with pytest.raises(AssertionError, match="must be filled in"):
            await member.submit(seen.modal)
        filled = {"words": "bluer", "files": [Upload("x.png", picture("navy"))], "private": True, "extras": ["a", "b"]}
        answered = await member.submit(seen.modal, filled)
        asked = await client.next_interaction()
        assert asked.data["custom_id"] == "easel:m:edit:abc"
        values = {each["component"]["custom_id"]: each["component"] for each in asked.data["components"]}
        assert (values["words"]["value"], values["shape"]["value"]) == ("bluer", "1:1")
        assert (values["private"]["value"], values["extras"]["values"]) == (True, ["a", "b"])
        file = asked.data["resolved"]["attachments"][values["files"]["values"][0]]
        assert await client.http.get_from_cdn(file["url"]) == picture("navy")
        assert (answered.ephemeral, answered.message.loading) == (True, True)
        await asked.edit_original_response(content="done", attachments=[png()])
        assert (await answered.done()).ephemeral
        assert channel.messages() == [photo]


async def test_buttons_and_selects_update_or_answer(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Edit", custom_id="easel:edit:abc"))
        view.add_item(discord.ui.Button(label="Redo", custom_id="easel:redo:abc", disabled=True))
        view.add_item(discord.ui.Select(custom_id="easel:pick:abc", options=[discord.SelectOption(label="One")]))
        await client.get_channel(channel.id).send("result", view=view)
        result = await channel.next()
        assert (result.labels, result.selects[0]["custom_id"]) == (["Edit", "Redo"], "easel:pick:abc")
        client.answer = lambda interaction: interaction.response.edit_message(content="changed")
        seen = await member.click(result, "Edit")
        assert (seen.message, result.text, seen.messages) == (result, "changed", [])
        asked = await client.next_interaction()
        assert (asked.data["custom_id"], asked.message.id) == ("easel:edit:abc", result.id)
        with pytest.raises(AssertionError, match="greyed out"):
            await member.click(result, "Redo")
        client.answer = lambda interaction: interaction.response.send_message(interaction.data["values"][0])
        with pytest.raises(AssertionError, match="the client offers"):
            await member.select(result, "easel:pick", ["Two"])
        seen = await member.select(result, "easel:pick", ["One"])
        assert seen.text == "One"
        client.answer = lambda interaction: interaction.response.send_message("no", ephemeral=True)
        assert (await member.forge(result, "easel:delete:other")).text == "no"
        client.answer = open_modal
        seen = await member.click(result, "Edit")
        client.answer = lambda interaction: interaction.response.edit_message(content="edited by a form")
        await member.submit(seen.modal, {"words": "bluer"})
        assert result.text == "edited by a form"


async def test_the_first_answer_counts_and_must_come_in_time(discord_api: FakeDiscord):  # noqa: F811
    discord_api.acknowledge_seconds = 0.2
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await synchronise(client)
        assert (await member.slash(channel, "imagine", prompt="a fox")).failed
        late = await client.next_interaction()
        with pytest.raises(discord.NotFound) as refused:
            await late.response.defer()
        assert refused.value.code == 10062
        with pytest.raises(discord.NotFound) as refused:
            await late.followup.send("hello?")
        assert refused.value.code == 10015
        seen = await member.slash(channel, "imagine", prompt="a fox", wait=False)
        asked = await client.next_interaction()
        with pytest.raises(discord.NotFound) as refused:
            await asked.edit_original_response(content="before any answer")
        assert refused.value.code == 10015
        await asked.response.defer(ephemeral=True)
        route = Route("POST", "/interactions/{i}/{t}/callback", i=asked.id, t=asked.token)
        with pytest.raises(discord.HTTPException) as refused:
            await client.http.request(route, json={"type": 5})
        assert refused.value.code == 40060
        shown = await asked.followup.send("the first follow-up is the answer", wait=True)
        assert shown.id == seen.message.id
        assert seen.ephemeral


async def test_a_token_lives_for_fifteen_minutes(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await synchronise(client)
        client.answer = lambda interaction: interaction.response.defer()
        seen = await member.slash(channel, "imagine", prompt="a fox")
        asked = await client.next_interaction()
        async with aiohttp.ClientSession() as session:  # another process, without the bot's token
            webhook = discord.Webhook.partial(client.application_id, asked.token, session=session)
            discord_api.advance(890)
            await webhook.edit_message("@original", content="still here", attachments=[png()])
            assert (await seen.done()).files[0].data == picture()
            await webhook.delete_message("@original")
            with pytest.raises(discord.NotFound) as refused:
                await webhook.edit_message("@original", content="gone")
            assert refused.value.code == 10008
            discord_api.advance(11)
            with pytest.raises(discord.HTTPException) as refused:
                await webhook.send("too late")
            assert (refused.value.status, refused.value.code) == (401, 50027)


async def test_brought_along_into_a_foreign_server(discord_api: FakeDiscord):  # noqa: F811
    discord_api.channel("home")
    foreign = discord_api.guild("Elsewhere", has_bot=False)
    channel = discord_api.channel("chat", guild=foreign)
    member, guest = discord_api.user("Member", installed=True), discord_api.user("Guest")
    async with running(client_of(Listening), discord_api) as client:
        await synchronise(client)
        with pytest.raises(AssertionError, match="not installed"):
            await guest.slash(channel, "imagine", prompt="x")
        client.answer = lambda interaction: interaction.response.defer()
        seen = await member.slash(channel, "imagine", prompt="a fox")
        asked = await client.next_interaction()
        assert (asked.is_user_integration(), asked.is_guild_integration()) == (True, False)
        with pytest.raises(discord.Forbidden) as refused:
            await client.get_partial_messageable(channel.id).send("hello")
        assert refused.value.code == 50001
        await asked.edit_original_response(content="done")
        for number in range(5):
            await asked.followup.send(str(number))
        with pytest.raises(discord.HTTPException) as refused:
            await asked.followup.send("6")
        assert refused.value.code == 40094
        assert [each.text for each in channel.messages()] == ["done", "0", "1", "2", "3", "4"]
        assert not seen.ephemeral
        discord_api.overwrite(channel, foreign.everyone, deny=Permission.USE_EXTERNAL_APPS)
        seen = await member.slash(channel, "imagine", prompt="a fox")
        assert seen.ephemeral
        group = discord_api.group(member, guest)
        seen = await member.slash(group, "imagine", prompt="a fox")
        assert seen.message.channel is group


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"type": 8, "data": {"choices": []}}, "INTERACTION_RESPONSE_TYPE_INVALID"),
        ({"type": 6}, "INTERACTION_RESPONSE_TYPE_INVALID"),
        ({"type": 3}, "BASE_TYPE_CHOICES"),
        ({"type": 4, "data": {"content": "x", "word": 1}}, "FAKE_UNKNOWN_FIELD"),
        ({"type": 4, "data": {}}, "empty message"),
        ({"type": 4, "data": {"content": "x", "components": ROW * 6}}, "5 or fewer"),
        ({"type": 4, "data": {"content": "x", "components": ROW * 2}}, "CUSTOM_ID_DUPLICATED"),
        ({"type": 4, "data": {"content": "x", "components": [ROW[0]["components"][0]]}}, "UNION_TYPE_CHOICES"),
        ({"type": 9, "data": MODAL | {"title": "t" * 46}}, "between 1 and 45"),
        ({"type": 9, "data": MODAL | {"components": MODAL["components"] + MODAL["components"][:1]}}, "between 1 and 5"),
        ({"type": 9, "data": MODAL | {"components": ROW}}, "one text input"),
        ({"type": 4, "data": {"content": "x", "components": [{"type": 1, "components": []}]}}, "required"),
    ],
)
async def test_a_wrong_answer_is_refused_and_may_be_mended(discord_api: FakeDiscord, body, says):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await synchronise(client)
        seen = await member.slash(channel, "imagine", prompt="a fox", wait=False)
        asked = await client.next_interaction()
        route = Route("POST", "/interactions/{i}/{t}/callback", i=asked.id, t=asked.token)
        with pytest.raises(discord.HTTPException) as refused:
            await client.http.request(route, json=body)
        assert refused.value.status == 400
        assert says in discord_api.calls.refused()[-1].said
        assert channel.messages() == []
        await asked.response.send_message("now right")
        assert seen.text == "now right"
