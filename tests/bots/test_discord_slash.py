"""Slash commands on the wire: what a person types, and what people see. Real bot, real core, fake Discord."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import Asked, Callback
from emulators.discord_api.world import Message
from PIL import Image
from support_discord_api import discord_api, picture  # noqa: F401 - a fixture
from support_discord_easel import Easel, easel

from bots.discord.components import images_under
from bots.discord.records import Records
from core.clock import SystemClock
from core.model import Actor, ImageId, JobId, Place, Size, StoredImage
from core.ports import EditOrder, Order
from core.quota import Limit, Scope, Unit, Window

DAILY = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 3),)


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811
    async with easel(discord_api, tmp_path) as home:
        yield home


def image_of(message: Message) -> ImageId:
    """The first picture's number, from the buttons under it."""
    return images_under(message.components)[0]


def finished(message: Message) -> bool:
    return bool(message.files and message.components and not message.loading and "preview" not in message.files[0].name)


# --- drawing ---------------------------------------------------------------------------------------------------------


async def test_imagine_from_the_command_to_the_picture(home: Easel) -> None:
    going = asyncio.Event()

    async def slowly(order: Order) -> None:
        await going.wait()

    home.hand.meanwhile = slowly
    seen = await home.member.slash(home.art, "imagine", prompt="a square", ratio="1:1", quality="low")
    assert seen.asked.callback is Callback.DEFERRED_MESSAGE, "acknowledged at once"
    progress = await seen.until(lambda message: "Drawing" in message.text)
    assert progress.labels == ["Cancel"]
    going.set()
    message = await seen.until(finished)
    assert message is progress, "one message, from thinking to the picture"
    assert not message.ephemeral
    assert "For **Member**" in message.text
    assert "Cancel" not in message.labels
    assert message.labels[:4] == ["Edit", "Redo", "Vary", "Finalise"]
    (file,) = message.files
    assert file.description == "square 1", "alt text"
    assert Image.open(io.BytesIO(file.data)).size == (64, 64)
    assert file.name.startswith("easel-")
    (order,) = home.hand.orders
    assert (order.text, order.quality.value) == ("a square", "low")
    assert home.member.sees(home.art) == home.fake.user("Guest").sees(home.art) == [message]


async def test_several_pictures_in_one_message_with_a_select(home: Easel) -> None:
    message = await home.drawn("a square --n 3")
    assert len(message.files) == 3
    assert [len(each["options"]) for each in message.selects] == [3]


async def test_a_private_picture_is_private_from_the_first_answer(home: Easel) -> None:
    for values in ({"prompt": "a square", "private": True}, {"prompt": "a square --private"}):
        seen = await home.member.slash(home.art, "imagine", **values)
        message = await seen.until(finished)
        assert message.ephemeral
        assert "Share" in message.labels
    assert home.fake.user("Guest").sees(home.art) == []


async def test_a_storyboard_in_as_many_pictures_as_were_asked_for(home: Easel) -> None:
    seen = await home.member.slash(home.art, "storyboard", story="a square walks away", panels=2)
    assert len((await seen.until(finished)).files) == 2


async def test_an_event_that_comes_twice_is_one_request(home: Easel) -> None:
    seen = await home.member.slash(home.art, "imagine", prompt="a square")
    await seen.until(finished)
    (session,) = home.fake.gateway.live
    told = next(data for _, event, data in reversed(session.told) if event == "INTERACTION_CREATE")
    await session.tell("INTERACTION_CREATE", told)
    await home.drawn("another one")
    assert [order.text for order in home.hand.orders] == ["a square", "another one"]
    first, _ = home.member.sees(home.art)
    assert finished(first), "and its answer stays what it was"


# --- what cannot be drawn --------------------------------------------------------------------------------------------


async def refused(home: Easel, command: str, **values: object) -> str:
    """A command that ends in a sentence for this person alone, and in nothing else."""
    before = home.fake.user("Onlooker").sees(home.art)
    seen = await home.member.slash(home.art, command, **values)
    message = await seen.done()
    message = await seen.until(lambda each: each.ephemeral and not each.loading)
    await seen.asked.original.until(lambda each: each.deleted or each.ephemeral)  # type: ignore[union-attr]
    assert home.fake.user("Bystander").sees(home.art) == before, "others see nothing of it"
    assert not message.files
    assert home.hand.orders == []
    return message.text


async def test_words_that_cannot_be_used_are_refused_in_private(home: Easel) -> None:
    assert "--colour" in await refused(home, "imagine", prompt="a square --colour red")
    assert "Nothing was charged." in await refused(home, "imagine", prompt="--ar 3:2")


async def test_a_limit_is_told_in_private_although_the_answer_had_begun_in_public(
    discord_api: FakeDiscord,  # noqa: F811
    tmp_path: Path,
) -> None:
    none = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1),)
    async with easel(discord_api, tmp_path, limits=none) as home:
        said = await refused(home, "imagine", prompt="a square --n 2")
        assert "The limit is 1 image a day for each person, and this request needs 2 images." in said


async def test_a_command_of_another_time_is_answered_with_advice(home: Easel) -> None:
    data = {"id": "1", "name": "dream", "type": 1, "options": []}
    seen = await home.member._ask(Asked.COMMAND, home.art, data, name="dream", wait=True)
    assert "Restart Discord" in (await seen.done()).text
    assert seen.ephemeral


async def test_edit_without_a_picture_draws_nothing(home: Easel) -> None:
    said = await refused(home, "edit", instruction="make it night")
    assert (
        said
        == "I found no picture to edit. Nothing was charged. Attach a picture, or reply to the message that holds it."
    )


async def test_edit_with_only_pictures_to_look_at_asks_for_the_one_to_change(home: Easel) -> None:
    logo = Upload("logo.png", picture())
    assert "none to change" in await refused(home, "edit", instruction="put the logo on it", image2=logo)


# --- files in options ------------------------------------------------------------------------------------------------


async def test_a_file_is_kept_at_once_and_is_there_when_discord_has_forgotten_it(home: Easel) -> None:
    seen = await home.member.slash(
        home.art, "edit", instruction="make it night", image=Upload("beach.png", picture("gold", (96, 64)))
    )
    message = await seen.until(finished)
    assert "Editing the picture you attached." in message.text
    (order,) = home.hand.orders
    assert isinstance(order, EditOrder)
    assert Image.open(io.BytesIO(order.source.data)).getpixel((0, 0)) == (255, 215, 0)
    made_by = await home.store.job(order.job)
    assert made_by is not None
    assert made_by.plan.sources[0].ref.size == Size(96, 64), "known before the file is opened"
    assert len(home.fake.calls.of("GET", "/ephemeral-attachments/*")) == 1
    home.fake.fault("GET", "/ephemeral-attachments/*", status=404, times=99)
    await (await home.member.click(message, "Redo")).until(finished)
    assert len(home.hand.orders) == 2


async def test_further_files_are_looked_at_in_their_order(home: Easel) -> None:
    files = {name: Upload(f"{name}.png", picture(name, (64, 64))) for name in ("red", "lime", "blue")}
    seen = await home.member.slash(
        home.art, "imagine", prompt="a square", image3=files["blue"], image=files["red"], image2=files["lime"]
    )
    await seen.until(finished)
    (order,) = home.hand.orders
    seen_colours = [Image.open(io.BytesIO(each.data)).convert("RGB").getpixel((0, 0)) for each in order.references]
    assert seen_colours == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


async def test_a_mask_says_where(home: Easel) -> None:
    mask = Image.new("RGBA", (96, 64), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, 48, 64))
    out = io.BytesIO()
    mask.save(out, "PNG")
    beach = Upload("beach.png", picture("gold", (96, 64)))
    seen = await home.member.slash(
        home.art, "edit", instruction="a boat", image=beach, mask=Upload("mask.png", out.getvalue())
    )
    await seen.until(finished)
    (order,) = home.hand.orders
    assert isinstance(order, EditOrder)
    assert order.mask is not None


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.png", b"GIF8 or not", "“a.png” is not a picture that Easel knows."),
        ("a.heic", b"\0\0\0\x18ftypheic", "“a.heic” is a HEIC photo, which Easel does not read."),
        ("a.png", b"", "“a.png” is empty."),
    ],
)
async def test_a_file_that_is_no_picture_is_named(home: Easel, name: str, data: bytes, sentence: str) -> None:
    said = await refused(home, "edit", instruction="make it night", image=Upload(name, data))
    assert said.startswith(sentence)
    assert "Nothing was charged." in said


async def test_a_file_that_is_too_large_is_not_even_fetched(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.discord.optionfiles.FILE_BYTES_MAX", 100)
    said = await refused(home, "edit", instruction="make it night", image=Upload("big.png", picture()))
    assert said.startswith("“big.png” has 1 MB; Easel reads up to 50 MB.")
    assert home.fake.calls.of("GET", "/ephemeral-attachments/*") == []


async def test_a_file_that_cannot_be_fetched_is_told(home: Easel) -> None:
    home.fake.fault("GET", "/ephemeral-attachments/*", status=404)
    said = await refused(home, "edit", instruction="make it night", image=Upload("a.png", picture()))
    assert said == "“a.png” could not be fetched from Discord. Nothing was charged. Give the command again."


# --- pictures of Easel's own -----------------------------------------------------------------------------------------


async def test_edit_takes_my_newest_picture_and_says_so(home: Easel) -> None:
    await home.drawn("a square")
    await home.drawn("a circle", by=home.fake.user("Guest", guilds=[home.guild]))
    seen = await home.member.slash(home.art, "edit", instruction="make it night")
    message = await seen.until(finished)
    assert "Editing your newest picture in this channel." in message.text
    assert not message.ephemeral


async def test_what_comes_of_my_private_picture_is_private(home: Easel) -> None:
    secret = await home.drawn("a lighthouse", private=True)
    for values in ({}, {"picture": image_of(secret)}, {"picture": "lighthouse"}):
        seen = await home.member.slash(home.art, "edit", instruction="make it night", **values)
        assert (await seen.until(finished)).ephemeral, values
        await home.drawn("a circle --private")
    shared = await home.member.slash(
        home.art, "edit", instruction="make it day", picture=image_of(secret), private=False
    )
    assert not (await shared.until(finished)).ephemeral, "unless they say otherwise"


async def test_a_private_picture_hides_nothing_that_does_not_come_of_it(home: Easel) -> None:
    thread = home.fake.thread(home.art)
    await home.fake.tell_place("THREAD_CREATE", thread)
    await home.drawn("a circle", at=thread)
    await home.drawn("a lighthouse", at=thread, private=True)
    seen = await home.member.slash(thread, "edit", instruction="make it night")
    message = await seen.until(finished)
    assert "Editing the newest picture in this thread." in message.text
    assert not message.ephemeral
    await home.drawn("a lighthouse", private=True)
    beach = Upload("beach.png", picture("gold", (96, 64)))
    seen = await home.member.slash(home.art, "edit", instruction="make it night", image=beach)
    assert not (await seen.until(finished)).ephemeral


async def test_a_picture_is_found_by_its_words(home: Easel) -> None:
    await home.drawn("a lighthouse")
    await home.drawn("a square")
    seen = await home.member.slash(home.art, "edit", instruction="make it night", picture="LIGHT")
    message = await seen.until(finished)
    assert "Editing the picture you chose." in message.text
    assert not message.ephemeral


async def test_several_that_fit_are_asked_about_and_the_edit_goes_on_after_a_restart(
    discord_api: FakeDiscord,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with easel(discord_api, tmp_path) as home:
        await home.drawn("a lighthouse at dusk")
        await home.drawn("a lighthouse at dawn")
        file = Upload("logo.png", picture("lime", (64, 64)))
        seen = await home.member.slash(
            home.art, "edit", instruction="put this on it --n 2", picture="lighthouse", image2=file
        )
        question = await seen.done()
        assert question.ephemeral
        assert question is seen.asked.original, "and never was anything else"
        assert question.text == "2 of your pictures here fit. Choose one."
        (select,) = question.selects
        assert [each["label"] for each in select["options"]] == ["1. a lighthouse at dawn", "2. a lighthouse at dusk"]
        dusk = await home.studio.history(*asker(home), "dusk")
    discord_api.fault("GET", "/ephemeral-attachments/*", status=404, times=99)
    async with easel(discord_api, tmp_path) as home:
        answer = await home.member.select(question, "easel:which:", ["2"])
        message = await answer.until(finished)
        assert not message.ephemeral, "the picture was not asked for in private"
        assert len(message.files) == 2
        job = await home.store.job(JobId((await home.studio.picture(image_of(message), *asker(home))).job))
        assert job is not None
        assert job.plan.text == "put this on it"
        assert [source.ref.image for source in job.plan.sources][:1] == [dusk[0].id]
        assert len(home.hand.orders[0].references) == 1


async def test_a_question_is_answered_only_by_who_was_asked_and_only_as_it_was_asked(home: Easel) -> None:
    await home.drawn("a square --n 2")
    seen = await home.member.slash(home.art, "edit", instruction="night", picture="square")
    (select,) = (await seen.done()).selects
    public = await home.drawn("a circle")
    guest = home.fake.user("Guest", guilds=[home.guild])
    for person, values in ((guest, ["1"]), (home.member, ["3"]), (home.member, [])):
        answer = await person.forge(public, select["custom_id"], kind=3, values=values)
        assert (await answer.done()).ephemeral
        assert not (await answer.done()).files
    assert len(home.hand.orders) == 2


def asker(home: Easel) -> tuple[Actor, Place]:
    """The member in the channel, as the core knows them."""
    workspace = str(home.guild.id)
    return (
        Actor("discord", workspace, str(home.member.id), home.member.name),
        Place("discord", workspace, str(home.art.id)),
    )


async def test_image_shows_a_picture_again_to_who_may_see_it(home: Easel) -> None:
    first = await home.drawn("a square")
    guest = home.fake.user("Guest", guilds=[home.guild])
    again = await (await guest.slash(home.art, "image", id=f"`{image_of(first).upper()}`")).until(finished)
    assert again.files[0].data == first.files[0].data
    assert not again.ephemeral
    assert len(home.hand.orders) == 1, "nothing was drawn"


async def test_image_shows_a_private_picture_to_its_maker_alone(home: Easel) -> None:
    secret = await home.drawn("a lighthouse", private=True)
    seen = await home.member.slash(home.art, "image", id="lighthouse")
    assert (await seen.until(finished)).ephemeral
    guest = home.fake.user("Guest", guilds=[home.guild])
    answers = [await (await guest.slash(home.art, "image", id=name)).done() for name in (image_of(secret), "f" * 32)]
    assert all(each.ephemeral for each in answers)
    assert answers[0].text == answers[1].text, "whether there is one at all is not told"


async def test_a_private_picture_that_was_chosen_from_several_stays_private(home: Easel) -> None:
    await home.drawn("a lighthouse")
    await home.drawn("a lighthouse", private=True)
    for command, values in (
        ("edit", {"instruction": "night", "picture": "lighthouse"}),
        ("image", {"id": "lighthouse"}),
    ):
        question = await (await home.member.slash(home.art, command, **values)).done()
        for value, private in (("1", True), ("2", False)):
            seen = await home.member.select(question, "easel:which:", [value])
            message = await seen.until(finished)
            assert message is seen.asked.original
            kept = await home.studio.picture(image_of(message), *asker(home))
            assert (message.ephemeral, kept.private) == (private, private), (command, value)


async def test_image_with_several_that_fit_asks_and_shows_the_chosen_one(home: Easel) -> None:
    await home.drawn("a square --n 2")
    seen = await home.member.slash(home.art, "image", id="square")
    question = await seen.done()
    shown = await (await home.member.select(question, "easel:which:", ["2"])).until(finished)
    assert len(shown.files) == 1
    assert len(home.hand.orders) == 1


# --- answers in words ------------------------------------------------------------------------------------------------


async def test_history_lists_pictures_with_links_and_a_way_to_their_buttons(home: Easel) -> None:
    first = await home.drawn("a lighthouse")
    await home.drawn("a secret lighthouse", private=True)
    await home.drawn("a square")
    seen = await home.member.slash(home.art, "history", words="light")
    answer = await seen.done()
    assert answer.ephemeral
    lines = answer.text.splitlines()
    assert lines[0] == "**The newest pictures here with “light”**"
    assert lines[1].startswith("1. a secret lighthouse · <t:")
    assert f"[a lighthouse](<https://discord.com/channels/{home.guild.id}/{home.art.id}/{first.id}>)" in lines[3]
    assert lines[4] == f"`{image_of(first)}`"
    chosen = await home.member.select(answer, "easel:pick:", [image_of(first)])
    assert "Redo" in (await chosen.done()).labels
    guest = home.fake.user("Guest", guilds=[home.guild])
    assert "secret" not in (await (await guest.slash(home.art, "history")).done()).text


async def test_quota_shows_what_remains_and_when_it_comes_back(
    discord_api: FakeDiscord,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with easel(discord_api, tmp_path, limits=DAILY) as home:
        await home.drawn("a square")
        seen = await home.member.slash(home.art, "quota")
        answer = await seen.done()
        assert answer.ephemeral
        midnight = int(datetime.now(UTC).timestamp()) // 86_400 * 86_400 + 86_400
        assert answer.text == (
            f"**3 images a day for each person**\n`████████░░░░` 2 images left, resets <t:{midnight}:R>."
        )


async def test_help_is_for_who_asks_and_of_any_length(home: Easel) -> None:
    seen = await home.member.slash(home.art, "help")
    assert "Easel draws" in (await seen.done()).text
    assert seen.ephemeral
    long = await home.member.slash(home.art, "help", topic="imagine")
    assert "--" not in (await long.done()).text[:2]
    assert home.fake.user("Guest").sees(home.art) == []


async def test_what_could_not_be_posted_is_told_once_beside_the_next_answer(home: Easel) -> None:
    records = Records(home.store._db, SystemClock())
    for command, values in (("imagine", {"prompt": "a square"}), ("quota", {})):
        await records.put_in_inbox(home.member.id, JobId(command), "Your picture could not be posted.")
        seen = await home.member.slash(home.art, command, **values)
        news = await seen.until(lambda message: "could not be posted" in message.text)
        assert news.ephemeral
        await seen.until(finished if command == "imagine" else lambda message: "No limit" in message.text)
        assert "could not be posted" not in (await (await home.member.slash(home.art, "quota")).done()).text


# --- where and when --------------------------------------------------------------------------------------------------


async def test_in_direct_messages_everything_works(home: Easel) -> None:
    dm = home.member.dm()
    message = await home.drawn("a square", at=dm)
    assert finished(message)
    edit = await home.member.slash(dm, "edit", instruction="make it night")
    assert "Editing your newest picture" in (await edit.until(finished)).text


async def test_somebody_brings_easel_along_to_where_it_is_not_installed(home: Easel) -> None:
    elsewhere = home.fake.guild("Elsewhere", has_bot=False)
    channel = home.fake.channel("talk", guild=elsewhere)
    traveller = home.fake.user("Traveller", guilds=[elsewhere], installed=True)
    message = await home.drawn("a square", by=traveller, at=channel)
    assert finished(message)
    assert home.fake.calls.of("POST", "/channels/*/messages") == [], "it may answer, and post nothing"


async def test_an_acknowledgement_that_comes_too_late_still_ends_in_a_picture(home: Easel) -> None:
    home.fake.fault("POST", "/interactions/*", code=10062)
    await home.member.slash(home.art, "imagine", prompt="a square", wait=False)
    message = await home.member.until(home.art, finished)
    assert message.interaction is None, "a message of its own"
    assert len(home.hand.orders) == 1


async def test_where_nothing_could_be_shown_nothing_is_spent(home: Easel) -> None:
    elsewhere = home.fake.guild("Elsewhere", has_bot=False)
    channel = home.fake.channel("talk", guild=elsewhere)
    traveller = home.fake.user("Traveller", guilds=[elsewhere], installed=True)
    home.fake.fault("POST", "/interactions/*", code=10062)
    await traveller.slash(channel, "imagine", prompt="a square", wait=False)
    await home.drawn("another one")
    assert [order.text for order in home.hand.orders] == ["another one"]


# --- while typing ----------------------------------------------------------------------------------------------------


async def test_suggestions_are_my_own_pictures_and_styles_in_my_language(home: Easel) -> None:
    mine = await home.drawn("a lighthouse")
    await home.drawn("a lighthouse of others", by=home.fake.user("Guest", guilds=[home.guild]))
    for command, option in (("edit", "picture"), ("image", "id"), ("imagine", "picture")):
        offered = await home.member.autocomplete(home.art, command, option, "light")
        assert offered == [{"name": "a lighthouse", "value": image_of(mine)}]
        assert await home.member.autocomplete(home.art, command, option, "owl") == []
    home.member.locale = "de"
    styles = await home.member.autocomplete(home.art, "imagine", "style", "aqua")
    assert styles == [{"name": "Aquarell", "value": "watercolour"}]


async def test_suggestions_that_take_too_long_are_none(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> tuple[()]:
        await asyncio.sleep(60)
        return ()

    monkeypatch.setattr("bots.discord.slash.TYPING_SECONDS", 0.05)
    monkeypatch.setattr(home.studio, "history", never)
    assert await home.member.autocomplete(home.art, "image", "id", "light") == []


async def test_a_slow_look_is_answered_in_time_and_in_private(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await home.drawn("a square")
    usual = home.studio.picture
    going = asyncio.Event()

    async def slow(*args: Any) -> StoredImage:
        await going.wait()
        return await usual(*args)

    monkeypatch.setattr("bots.discord.slash.LOOK_SECONDS", 0.05)
    monkeypatch.setattr(home.studio, "picture", slow)
    seen = await home.member.slash(home.art, "image", id=image_of(first))
    assert seen.ephemeral
    going.set()
    assert finished(await seen.until(finished))


async def test_what_a_slow_look_finds_private_stays_private(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await home.drawn("a square", private=True)
    usual = home.studio.picture
    going = asyncio.Event()

    async def slow(*args: Any) -> StoredImage:
        await going.wait()
        return await usual(*args)

    monkeypatch.setattr("bots.discord.slash.LOOK_SECONDS", 0.05)
    monkeypatch.setattr(home.studio, "picture", slow)
    seen = await home.member.slash(home.art, "edit", instruction="make it night", picture=image_of(first))
    assert seen.ephemeral
    going.set()
    made = await usual(image_of(await seen.until(finished)), *asker(home))
    assert made.private
