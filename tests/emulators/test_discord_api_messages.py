"""Messages on the fake Discord, seen by a real discord.py and by people."""

import io

import discord
import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Permission
from support_discord_api import Listening, client_of, discord_api, picture, running  # noqa: F401

MIB = 1 << 20


def png(name: str = "fox.png", colour: str = "tomato", **more: object) -> discord.File:
    return discord.File(io.BytesIO(picture(colour)), name, **more)


async def test_a_picture_with_its_words_arrives_byte_for_byte(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await member.say(channel, "hello", mention=True)
        heard = await client.next_message()
        assert heard.content == f"{client.user.mention} hello"
        assert client.user in heard.mentions
        sent = await heard.reply(
            "here", files=[png(description="A red field"), png("hidden.png", "teal", spoiler=True)]
        )
        seen = await channel.next()
        assert (seen.text, seen.replied.content) == ("here", f"{client.user.mention} hello")
        assert [file.data for file in seen.files] == [picture("tomato"), picture("teal")]
        assert [file.description for file in seen.files] == ["A red field", None]
        assert [file.spoiler for file in seen.files] == [False, True]
        assert sent.attachments[0].width == 64
        assert await sent.attachments[1].read() == picture("teal")
        assert seen.mentions == []  # nobody is pinged by a client that mentions nobody


async def test_an_edit_keeps_and_drops_files_and_is_remembered(discord_api: FakeDiscord):  # noqa: F811
    channel = discord_api.channel("art")
    async with running(client_of(), discord_api) as client:
        sent = await client.get_channel(channel.id).send("working", file=png())
        edited = await sent.edit(content="done", attachments=[sent.attachments[0], png("second.png")])
        assert [each.filename for each in edited.attachments] == ["fox.png", "second.png"]
        await edited.edit(attachments=[])
        seen = await channel.next()
        assert seen.files == []
        assert [version.files for version in seen.versions] == [["fox.png"], ["fox.png", "second.png"], []]
        assert [version.content for version in seen.versions] == ["working", "done", "done"]
        await edited.delete()
        assert channel.messages() == []
        with pytest.raises(discord.NotFound) as refused:
            await edited.edit(content="late")
        assert refused.value.code == 10008


async def test_the_same_nonce_is_the_same_message(discord_api: FakeDiscord):  # noqa: F811
    channel = discord_api.channel("art")
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        first = await place.send("once", nonce="job-1-0")
        assert (await place.send("once", nonce="job-1-0")).id == first.id
        assert len(channel.messages()) == 1
        discord_api.advance(400)
        assert (await place.send("once", nonce="job-1-0")).id != first.id


@pytest.mark.parametrize(
    ("what", "status", "code", "says"),
    [
        ({}, 400, 50006, "empty"),
        ({"content": "a" * 2001}, 400, 50035, "2000 or fewer"),
        ({"files": 11}, 400, 50035, "10 or fewer"),
        ({"size": 10 * MIB + 1}, 413, 40005, "too large"),
        ({"files": 3, "size": 9 * MIB}, 413, 40005, "too large"),
        ({"content": "x", "nonce": "n" * 26}, 400, 50035, "25 or fewer"),
        ({"content": "x", "description": "d" * 1025}, 400, 50035, "1024 or fewer"),
    ],
)
async def test_what_is_too_much_is_refused(discord_api: FakeDiscord, what, status, code, says):  # noqa: F811
    channel = discord_api.channel("art")
    size, count = what.pop("size", 10), what.pop("files", 1 if "size" in what or "description" in what else 0)
    count = count or (1 if size > 10 else 0)
    said = what.pop("description", None)
    files = [discord.File(io.BytesIO(bytes(size)), f"{n}.bin", description=said) for n in range(count)]
    async with running(client_of(), discord_api) as client:
        with pytest.raises(discord.HTTPException) as refused:
            await client.get_channel(channel.id).send(**what, files=files)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert says in str(refused.value)
    assert channel.messages() == []


async def test_a_boosted_server_takes_larger_files(discord_api: FakeDiscord):  # noqa: F811
    guild = discord_api.guild(tier=2)
    channel = discord_api.channel("art", guild=guild)
    async with running(client_of(), discord_api) as client:
        assert client.get_guild(guild.id).filesize_limit == 50 * MIB
        await client.get_channel(channel.id).send(file=discord.File(io.BytesIO(bytes(11 * MIB)), "large.bin"))


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.ATTACH_FILES, 50013),
        (Permission.READ_MESSAGE_HISTORY, 160002),
    ],
)
async def test_what_the_application_may_not_do_it_is_told(discord_api: FakeDiscord, missing, code):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    asked = await member.say(channel, "hello")
    discord_api.overwrite(channel, channel.guild.everyone, deny=missing)
    async with running(client_of(), discord_api) as client:
        place = client.get_partial_messageable(channel.id)
        reference = discord.MessageReference(message_id=asked.id, channel_id=channel.id, fail_if_not_exists=False)
        with pytest.raises(discord.HTTPException) as refused:
            await place.send("hi", file=png(), reference=reference)
    assert refused.value.code == code


async def test_a_reply_to_what_is_gone(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    gone = await member.say(channel, "hello")
    await member.delete(gone)
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        strict = discord.MessageReference(message_id=gone.id, channel_id=channel.id)
        with pytest.raises(discord.HTTPException) as refused:
            await place.send("hi", reference=strict)
        assert refused.value.code == 50035
        assert "Unknown message" in refused.value.text
        kind = discord.MessageReference(message_id=gone.id, channel_id=channel.id, fail_if_not_exists=False)
        assert (await place.send("hi", reference=kind)).reference is None


async def test_threads_archive_lock_and_open_again(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        sent = await client.get_channel(channel.id).send("start", file=png())
        thread = await sent.create_thread(name="fox")
        assert thread.id == sent.id
        place = discord_api.world.channels[thread.id]
        await member.say(place, "make it blue")
        heard = await client.next_message()
        assert isinstance(heard.channel, discord.Thread)
        assert (heard.channel.parent_id, heard.channel.id) == (channel.id, sent.id)
        working = await heard.reply("working")
        await discord_api.archive(place)
        with pytest.raises(discord.HTTPException) as refused:
            await working.edit(content="done")
        assert refused.value.code == 50083
        await client.get_partial_messageable(thread.id).send("done")
        assert not place.archived
        await discord_api.archive(place, locked=True)
        with pytest.raises(discord.HTTPException) as refused:
            await client.get_partial_messageable(thread.id).send("done")
        assert refused.value.code == 160005
        await discord_api.close_channel(place)
        with pytest.raises(discord.NotFound) as refused:
            await client.get_partial_messageable(thread.id).send("done")
        assert refused.value.code == 10003


async def test_direct_messages_work_and_may_be_closed(discord_api: FakeDiscord):  # noqa: F811
    discord_api.channel("art")
    member = discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await member.say(member.dm(), "a fox", files=[Upload("mine.jpg", picture("navy", kind="JPEG"))])
        heard = await client.next_message()
        assert heard.guild is None
        assert heard.attachments[0].content_type == "image/jpeg"
        await heard.reply("here", file=png())
        assert (await member.until(member.dm(), lambda m: m.files)).text == "here"
        opened = await client.create_dm(discord.Object(member.id))
        assert opened.id == member.dm().id
        member.dms_open = False
        with pytest.raises(discord.Forbidden) as refused:
            await opened.send("again")
        assert refused.value.code == 50007


async def test_forwards_embeds_and_layouts_of_others_are_told_as_discord_tells_them(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    other = discord_api.user("Other bot", bot=True)
    layout = [
        {
            "type": 17,
            "components": [
                {"type": 12, "items": [{"media": {"url": "attachment://v2.png"}}]},
                {"type": 10, "content": "two"},
            ],
        }
    ]
    async with running(client_of(Listening), discord_api) as client:
        photo = await member.say(channel, "look", files=[Upload("photo.png", picture("olive"))])
        await client.next_message()
        await member.forward(photo, channel)
        forwarded = await client.next_message()
        assert (forwarded.content, forwarded.attachments) == ("", [])
        assert forwarded.message_snapshots[0].attachments[0].filename == "photo.png"
        embed = {"image": {"url": "attachment://e.png"}, "title": "one"}
        await other.say(channel, embeds=[embed], files=[Upload("e.png", picture("gold"))])
        embedded = await client.next_message()
        assert embedded.attachments == []  # shown through an embed
        async with client.http._HTTPClient__session.get(embedded.embeds[0].image.url) as answer:
            assert await answer.read() == picture("gold")
        await other.say(channel, components=layout, files=[Upload("v2.png", picture("plum"))])
        laid_out = await client.next_message()
        assert (laid_out.attachments, laid_out.flags.components_v2) == ([], True)
        media = laid_out.components[0].children[0].items[0].media
        assert (media.width, media.attachment_id) == (64, channel.messages()[-1].files[0].id)


async def test_a_layout_can_be_sent_and_its_rules_hold(discord_api: FakeDiscord):  # noqa: F811
    channel = discord_api.channel("art")
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        view = discord.ui.LayoutView()
        view.add_item(discord.ui.TextDisplay("words"))
        view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://fox.png", description="A field")))
        sent = await place.send(view=view, file=png())
        assert sent.attachments == []
        seen = await channel.next()
        assert (seen.text, seen.files[0].data) == ("words", picture())
        with pytest.raises(discord.HTTPException) as refused:
            await client.http.edit_message(
                channel.id,
                sent.id,
                params=discord.http.handle_message_parameters(content="x", flags=discord.MessageFlags()),
            )
        assert "IS_COMPONENTS_V2" in refused.value.text
        with pytest.raises(discord.HTTPException) as refused:
            await place.send(view=view)
        assert "fox.png" in refused.value.text


async def test_an_address_expires_and_is_refreshed(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(Listening), discord_api) as client:
        await member.say(channel, "look", files=[Upload("my photo.png", picture())])
        heard = await client.next_message()
        old = heard.attachments[0]
        assert old.filename == "my_photo.png"
        assert await old.read() == picture()
        discord_api.advance(90_000)
        with pytest.raises(discord.NotFound):
            await old.read()
        fresh = await client.http.request(
            discord.http.Route("POST", "/attachments/refresh-urls"), json={"attachment_urls": [old.url]}
        )
        assert await client.http.get_from_cdn(fresh["refreshed_urls"][0]["refreshed"]) == picture()
        again = await client.get_channel(channel.id).fetch_message(heard.id)
        assert await again.attachments[0].read() == picture()
        with pytest.raises(discord.NotFound):
            await client.http.get_from_cdn(again.attachments[0].url.replace("hm=", "hm=0"))


async def test_who_would_be_pinged_is_known(discord_api: FakeDiscord):  # noqa: F811
    channel, member = discord_api.channel("art"), discord_api.user("Member")
    async with running(client_of(), discord_api) as client:
        place = client.get_channel(channel.id)
        words = f"{member.mention} and @everyone"
        await place.send(words)
        seen = await channel.next()
        assert (seen.mentions, seen.mention_everyone) == ([], False)
        await place.send(words, allowed_mentions=discord.AllowedMentions.all())
        seen = await channel.next()
        assert (seen.mentions, seen.mention_everyone) == ([member], True)
