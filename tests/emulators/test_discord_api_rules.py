"""Every rule of the fake Discord's forms, broken once: components, layouts, modals, embeds; and a few of the wire's."""

import io
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route
from emulators.discord_api.components import check_message
from emulators.discord_api.drafts import read_draft
from emulators.discord_api.modals import Modal, check_modal, fill
from emulators.discord_api.refusals import Refusal
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Body, Upload
from support_discord_api import Listening, client_of, discord_api, picture, running  # noqa: F401

Part = dict[str, Any]


def row(*parts: Part) -> list[Part]:
    return [{"type": 1, "components": list(parts)}]


def button(number: int = 0, **more: Any) -> Part:
    return {"type": 2, "style": 2, "label": "Edit", "custom_id": f"b{number}"} | more


def select(*values: str, **more: Any) -> Part:
    return {"type": 3, "custom_id": "s", "options": [{"label": value, "value": value} for value in values]} | more


def text(words: str) -> Part:
    return {"type": 10, "content": words}


def test_what_discord_accepts_is_accepted_and_numbered():
    parts = row(*(button(number) for number in range(5))) + row(select("a", "b", max_values=2))
    assert [part["id"] for part in check_message(parts, v2=False)[0]["components"]] == [2, 3, 4, 5, 6]
    assert "id" not in parts[0]  # what was sent stays as it was
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}
    section = {"type": 9, "components": [text("x")], "accessory": button()}
    assert check_message([{"type": 17, "components": [gallery, section, text("y")]}, text("z")], v2=True)


@pytest.mark.parametrize(
    ("parts", "v2", "says"),
    [
        (row(*(button(number) for number in range(6))), False, "WIDTH_EXCEEDED"),
        (row(button(), select("a")), False, "WIDTH_EXCEEDED"),
        (row(button(label="x" * 81)), False, "80 or fewer"),
        (row(button(label=None)), False, "must have a label or emoji"),
        (row(button(style=7)), False, "style"),
        (row(button(style=5)), False, "MUTUALLY_EXCLUSIVE"),
        (row(button(url="https://example.org")), False, "MUTUALLY_EXCLUSIVE"),
        (row(button(custom_id=None)), False, "required"),
        (row(button(custom_id="x" * 101)), False, "between 1 and 100"),
        (row(button(customid="x")), False, "FAKE_UNKNOWN_FIELD"),
        (row(select()), False, "between 1 and 25"),
        (row(select(*map(str, range(26)))), False, "between 1 and 25"),
        (row(select("a", "a")), False, "already used"),
        (row(select("x" * 101)), False, "between 1 and 100"),
        (row(select("a", max_values=2)), False, "no more than the options"),
        (row(select("a", min_values=1, max_values=0)), False, "at least min_values"),
        (row(select("a", placeholder="x" * 151)), False, "150 or fewer"),
        (row({"type": 99}), False, "no type of component"),
        ([text("x")], False, "UNION_TYPE_CHOICES"),
        ([text("x" * 4001)], True, "4000 or fewer"),
        ([text("x" * 2001), text("y" * 2000)], True, "4000 or fewer"),
        ([text("x")] * 41, True, "40 or fewer"),
        ([{"type": 12, "items": []}], True, "between 1 and 10"),
        ([{"type": 12, "items": [{"media": {"uri": "x"}}]}], True, "object with a url"),
        ([{"type": 9, "components": [text("x")]}], True, "accessory"),
        ([{"type": 17, "components": [{"type": 17, "components": []}]}], True, "Not in a container"),
    ],
)
def test_wrong_components_are_refused(parts, v2, says):
    with pytest.raises(Refusal) as refused:
        check_message(parts, v2=v2)
    assert says in str(refused.value)


def label(inner: Part, **more: Any) -> Part:
    return {"type": 18, "label": "What?", "component": inner} | more


def modal(*parts: Part) -> Part:
    return {"title": "Edit", "custom_id": "m", "components": list(parts)}


WORDS: Part = {"type": 4, "custom_id": "words", "style": 1}
RADIO: Part = {"type": 21, "custom_id": "r", "options": [{"label": each, "value": each} for each in "ab"]}
FILES: Part = {"type": 19, "custom_id": "f", "min_values": 1, "max_values": 2}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (modal(label(button())), "No such field"),
        (modal(label(WORDS | {"label": "twice"})), "Not inside a label"),
        (modal(label(WORDS, label="x" * 46)), "between 1 and 45"),
        (modal(label(WORDS, description="x" * 101)), "100 or fewer"),
        (modal(label(WORDS | {"style": 3})), "style"),
        (modal(label(WORDS | {"max_length": 4001})), "1 to 4000"),
        (modal(label(WORDS | {"max_length": 3, "value": "four"})), "3 or fewer"),
        (modal(label(WORDS | {"placeholder": "x" * 101})), "100 or fewer"),
        (modal(label(RADIO | {"options": RADIO["options"][:1]})), "between 2 and 10"),
        (modal(label(FILES | {"max_values": 11})), "0 to 10"),
        (modal(label(WORDS), label(WORDS)), "DUPLICATED"),
        (modal() | {"components": []}, "between 1 and 5"),
        (modal(label(WORDS)) | {"color": 1}, "FAKE_UNKNOWN_FIELD"),
    ],
)
def test_wrong_modals_are_refused(data, says):
    with pytest.raises(Refusal) as refused:
        check_modal(data, None)  # type: ignore[arg-type]  # whose it is does not matter here
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"word": "x"}, "has no"),
        ({"words": ""}, "must be filled in"),
        ({"words": "x", "r": "c"}, "is not one of"),
        ({"words": "x", "r": "a", "f": []}, "1 to 2 files"),
        ({"words": "x", "r": "a", "f": [Upload("a.png", b"x")] * 3}, "1 to 2 files"),
    ],
)
def test_a_client_does_not_send_a_form_that_is_wrong(values, says):
    form = Modal("Edit", "m", [label(WORDS), label(RADIO), label(FILES)], None)  # type: ignore[arg-type]  # as above
    with pytest.raises(AssertionError, match=says):
        fill(form, values, lambda upload: None)  # type: ignore[arg-type, return-value]  # nothing is kept


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"embeds": [{}] * 11}, "10 or fewer"),
        ({"embeds": [{"title": "x" * 257}]}, "256 or fewer"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "6000"),
        ({"embeds": [{"fields": [{"name": "", "value": "x"}]}]}, "between 1 and 256"),
        ({"allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "mutually exclusive"),
        ({"allowed_mentions": {"everyone": False}}, "FAKE_UNKNOWN_FIELD"),
        ({"attachments": [{"id": 0}, {"id": 0}]}, "Named twice"),
        ({"attachments": [{"id": "x"}]}, "snowflake"),
        ({"flags": "64"}, "not int"),
    ],
)
def test_wrong_messages_are_refused(data, says):
    body = Body(data, {0: Upload("a.png", b"x")})
    with pytest.raises(Refusal) as refused:
        read_draft(body, data, file_bytes=100)
    assert says in str(refused.value)


async def test_an_edit_changes_what_a_file_says_and_whether_it_stands_alone(discord_api: FakeDiscord):  # noqa: F811
    channel = discord_api.channel("art")
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        embed = discord.Embed(title="x").set_image(url="attachment://a.png")
        files = [discord.File(io.BytesIO(picture()), name, description="before") for name in ("a.png", "b.png")]
        sent = await place.send(embed=embed, files=files)
        assert [each.filename for each in sent.attachments] == ["b.png"]
        kept = [{"id": str(file.id), "description": "after"} for file in (await channel.next()).files]
        route = Route("PATCH", "/channels/{c}/messages/{m}", c=channel.id, m=sent.id)
        await client.http.request(route, json={"attachments": kept[:1]})
        seen = channel.messages()[0]
        assert [(file.name, file.description) for file in seen.files] == [("a.png", "after")]
        await client.http.request(route, json={"attachments": []})
        assert (seen.files, seen.hidden_files) == ([], set())


async def test_some_rules_of_messages_and_threads(discord_api: FakeDiscord):  # noqa: F811
    channel, other = discord_api.channel("art"), discord_api.channel("other")
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        sent = await place.send("x", silent=True)
        await client.http.request(
            Route("POST", "/channels/{c}/messages", c=channel.id), json={"content": "for all eyes", "flags": 64}
        )
        assert not channel.messages()[-1].flags & 64
        elsewhere = discord.MessageReference(message_id=sent.id, channel_id=channel.id)
        with pytest.raises(discord.HTTPException, match="different channel"):
            await client.get_channel(other.id).send("x", reference=elsewhere)
        thread = await sent.create_thread(name="talk")
        with pytest.raises(discord.HTTPException) as refused:
            await sent.create_thread(name="again")
        assert refused.value.code == 160004
        starter = await thread.fetch_message(sent.id)
        assert (starter.type, starter.content) == (discord.MessageType.thread_starter_message, "")
        assert starter.reference.message_id == sent.id


async def test_a_form_of_a_command_cannot_update_a_message(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    discord_api.cdn.ephemeral_seconds = 10
    async with running(client_of(Listening), discord_api) as client:
        options = [{"type": 11, "name": "image", "description": "x"}]
        await client.http.bulk_upsert_global_commands(
            client.application_id, [{"name": "imagine", "description": "x", "type": 1, "options": options}]
        )

        async def answer(interaction: discord.Interaction) -> None:
            kind = interaction.type is discord.InteractionType.modal_submit
            body = {"type": 6} if kind else {"type": 9, "data": modal(label(WORDS))}
            route = Route("POST", "/interactions/{i}/{t}/callback", i=interaction.id, t=interaction.token)
            try:
                await client.http.request(route, json=body)
            except discord.HTTPException as refused:
                await interaction.response.send_message(str(refused.code))

        client.answer = answer
        seen = await member.slash(channel, "imagine", image=Upload("a.png", picture()))
        sent = (await client.next_interaction()).data["resolved"]["attachments"].popitem()[1]
        assert sent["ephemeral"]
        assert await client.http.get_from_cdn(sent["url"]) == picture()
        discord_api.advance(11)  # these live shorter
        with pytest.raises(discord.NotFound):
            await client.http.get_from_cdn(sent["url"])
        assert (await member.submit(seen.modal, {"words": "x"})).text == "50035"


@pytest.mark.parametrize(("intents", "events"), [(1, {"GUILD_CREATE"}), (512, {"MESSAGE_CREATE"}), (4096, {"dm"})])
async def test_a_session_is_told_what_it_asked_for(discord_api: FakeDiscord, intents, events):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{discord_api.gateway_url}?v=10") as line:
        await line.receive_json()
        await line.send_json({"op": 2, "d": {"token": discord_api.token, "intents": intents}})
        await line.receive_json()
        await discord_api.until(lambda: discord_api.gateway.live)
        await member.say(channel, "x")
        await member.say(member.dm(), "y")
        own = discord_api.gateway.live[0]
        told = {name if data.get("channel_type") != 1 else "dm" for _, name, data in own.told}
        assert told - {"READY"} == events
        await line.close(code=4000)  # not a goodbye: the session waits
        await discord_api.until(lambda: own.line is None)
        async with session.ws_connect(f"{discord_api.gateway_url}?v=10") as again:
            await again.receive_json()
            await again.send_json({"op": 6, "d": {"token": discord_api.token, "session_id": own.id, "seq": 99}})
            await again.receive()
            assert again.close_code == 4007
