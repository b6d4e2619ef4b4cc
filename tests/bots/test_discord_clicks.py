"""Buttons on the wire: what each does, for whom, after a restart, twice, and with an id that somebody copied."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from support_discord_api import discord_api  # noqa: F401
from support_discord_easel import LABEL, Easel, easel, image_under
from support_house import DAILY, Hand

from core.errors import NotFound
from core.model import Quality


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811 - the fixture
    async with easel(discord_api, tmp_path) as at_work:
        yield at_work


async def test_redo_posts_another_picture_for_all(home: Easel) -> None:
    message = await home.drawn("a fox --seed 5")
    seen = await home.member.click(message, "Redo")
    again = await seen.picture()
    assert not again.ephemeral
    assert again.id != message.id
    assert len(home.hand.orders) == 2
    assert home.hand.orders[1].text == "a fox"
    assert home.hand.orders[1].seed != 5


@pytest.mark.parametrize(("button", "quality"), [("Vary", Quality.AUTO), ("Finalise", Quality.HIGH)])
async def test_vary_and_finalise_draw(home: Easel, button: str, quality: Quality) -> None:
    message = await home.drawn("a fox")
    seen = await home.member.click(message, button)
    await seen.picture()
    assert home.hand.orders[1].quality is quality


async def test_undo_shows_the_step_before_and_draws_nothing(home: Easel) -> None:
    message = await home.drawn("a fox")
    first = image_under(message)
    varied = await (await home.member.click(message, "Vary")).picture()
    back = await (await home.member.click(varied, "Undo")).picture()
    assert image_under(back) == first
    assert back.files[0].data == message.files[0].data
    assert len(home.hand.orders) == 2


async def test_what_comes_of_a_private_picture_is_private_until_it_is_shared(home: Easel) -> None:
    message = await home.drawn("a secret fox", private=True)
    assert message.ephemeral
    again = await (await home.member.click(message, "Redo")).picture()
    assert again.ephemeral
    assert home.art.messages() == []
    shared = await (await home.member.click(again, "Share")).picture()
    assert not shared.ephemeral
    assert shared.files[0].data == again.files[0].data
    assert home.art.messages() == [shared]
    assert len(home.hand.orders) == 2


async def test_what_comes_of_a_shared_picture_follows_the_message_that_is_pressed(home: Easel) -> None:
    message = await home.drawn("a secret fox", private=True)
    shared = await (await home.member.click(message, "Share")).picture()
    open_one = await (await home.member.click(shared, "Redo")).picture()
    assert not open_one.ephemeral
    alone = await (await home.member.click(message, "Vary")).picture()
    assert alone.ephemeral
    kept = {each: await home.store.image(image_under(each)) for each in (open_one, alone)}
    assert {each.ephemeral: image is not None and image.private for each, image in kept.items()} == {
        False: False,
        True: True,
    }, "who may see it later is who could see it"


async def test_the_quota_is_that_of_who_presses(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async with easel(discord_api, tmp_path, limits=DAILY) as home:
        message = await home.drawn("a fox --n 3")
        picked = await home.member.select(message, "easel:pick:", [message.selects[0]["options"][1]["value"]])
        seen = await home.member.click(await picked.done(), "Vary")
        refused = await seen.until(lambda answer: "Nothing was charged." in answer.text)
        assert refused.ephemeral
        guest = discord_api.user("Guest", guilds=[home.guild])
        picked = await guest.select(message, "easel:pick:", [message.selects[0]["options"][1]["value"]])
        assert await (await guest.click(await picked.done(), "Vary")).picture()
        assert len(home.hand.orders) == 2


# --- which one -------------------------------------------------------------------------------------------------------


async def test_of_several_pictures_one_is_chosen_and_has_its_buttons(home: Easel) -> None:
    message = await home.drawn("a fox --n 3 --seed 7")
    second = message.selects[0]["options"][1]["value"]
    seen = await home.member.select(message, "easel:pick:", [second])
    answer = await seen.done()
    assert answer.ephemeral
    assert answer.text == "Picture 2: square 2"
    assert {"Edit", "Redo", "Vary", "Finalise", "Details", "Delete"} <= set(answer.labels)
    final = await (await home.member.click(answer, "Finalise")).picture()
    assert final.ephemeral, "asked for under a message that only this person sees"
    assert home.hand.orders[1].seed == 8, "this very picture"


# --- details ---------------------------------------------------------------------------------------------------------


async def test_details_are_for_who_asks_and_plain_words(home: Easel) -> None:
    message = await home.drawn("a fox **bold** @everyone")
    seen = await home.member.click(message, "Details")
    answer = await seen.done()
    assert answer.ephemeral
    assert image_under(message) in answer.text
    assert LABEL in answer.text
    assert f"<@{home.member.id}>" in answer.text
    assert "**bold**" not in answer.text
    assert "@everyone" not in answer.text
    assert (answer.mentions, answer.mention_everyone) == ([], False)
    assert answer.embeds == []


async def test_the_kept_file_is_one_press_away(home: Easel) -> None:
    message = await home.drawn("a fox")
    details = await (await home.member.click(message, "Details")).done()
    sent = await (await home.member.click(details, "Full-size file")).picture()
    assert sent.ephemeral
    (image,) = await home.studio.history(*home.who)
    assert sent.files[0].data == message.files[0].data
    assert sent.files[0].description == image.alt
    assert sent.files[0].name.isascii()


async def test_a_file_too_large_for_this_place_is_told_of(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await home.drawn("a fox")
    details = await (await home.member.click(message, "Details")).done()
    monkeypatch.setattr("emulators.discord_api.asking.file_bytes", lambda channel: 50)
    answer = await (await home.member.click(details, "Full-size file")).done()
    assert answer.text == "The file has 0.1 MB, and files here may have 0 MB at most."
    assert answer.files == []


# --- cancel ----------------------------------------------------------------------------------------------------------


class _Slow:
    """A provider that is at work until it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, order: object) -> None:
        self.begun.set()
        await self.let_go.wait()


async def test_cancel_stops_what_is_drawn_for_nothing(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    slow = _Slow()
    async with easel(discord_api, tmp_path, hand=Hand(meanwhile=slow)) as home:
        seen = await home.member.slash(home.art, "imagine", prompt="a fox")
        await slow.begun.wait()
        waiting = await seen.until(lambda message: "Cancel" in message.labels)
        guest = discord_api.user("Guest", guilds=[home.guild])
        refused = await guest.click(waiting, "Cancel")
        await refused.until(lambda answer: answer.text.startswith("Only the person who asked") and answer.ephemeral)
        await home.member.click(waiting, "Cancel")
        await waiting.until(lambda told: "cancel" in told.text.lower() and not told.labels)
        assert waiting.files == []


async def test_who_cancels_while_everything_is_busy_does_not_wait_for_others(
    discord_api: FakeDiscord,  # noqa: F811
    tmp_path: Path,
) -> None:
    go_on = asyncio.Event()

    async def wait(_: object) -> None:
        await go_on.wait()

    async with easel(discord_api, tmp_path, hand=Hand(meanwhile=wait)) as home:
        drawing = [await home.member.slash(home.art, "imagine", prompt=f"fox {number}") for number in range(2)]
        await home.fake.until(lambda: len(home.hand.orders) == 2 or None)
        await home.member.slash(home.art, "imagine", prompt="one fox too many")
        await home.member.say(home.art, "and one that is not wanted any more", mention=True)
        waiting = await home.member.until(home.art, lambda message: message.text.startswith("Waiting"))
        await home.member.click(waiting, "Cancel")
        await waiting.until(lambda message: "You cancelled this" in message.text and not message.labels, seconds=2)
        assert not any(each.message.files for each in drawing)
        go_on.set()


async def test_cancel_comes_too_late_for_what_is_paid(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    slow = _Slow()
    async with easel(discord_api, tmp_path, hand=Hand(repeatable=False, meanwhile=slow)) as home:
        seen = await home.member.slash(home.art, "imagine", prompt="a fox")
        await slow.begun.wait()
        waiting = await seen.until(lambda message: "Cancel" in message.labels)
        late = await home.member.click(waiting, "Cancel")
        told = await late.until(lambda answer: answer.text.startswith("It is too late"))
        assert told.ephemeral
        slow.let_go.set()
        await seen.picture()


# --- twice, late, after a restart, copied ----------------------------------------------------------------------------


@pytest.mark.parametrize("into_the_window_seconds", [0.1, 1.3])
async def test_two_quick_presses_are_one_request(home: Easel, into_the_window_seconds: float) -> None:
    """Within a window of two seconds, and over its border."""
    message = await home.drawn("a fox")
    home.fake.advance((into_the_window_seconds - home.fake.world.clock.now()) % 2)
    await (await home.member.click(message, "Redo")).picture()
    home.fake.advance(0.8)
    second = await home.member.click(message, "Redo")
    told = await second.until(lambda answer: answer.text.startswith("You pressed that twice"))
    assert told.ephemeral
    _drawn_once_more(home)


async def test_of_presses_at_the_same_moment_one_counts(home: Easel) -> None:
    message = await home.drawn("a fox")
    seen = await asyncio.gather(*(home.member.click(message, "Redo") for _ in range(5)))
    for each in seen:
        await each.until(lambda answer: answer.files or answer.text.startswith("You pressed that twice"))
    _drawn_once_more(home)


def _drawn_once_more(home: Easel) -> None:
    assert len(home.hand.orders) == 2
    assert len([each for each in home.art.messages() if each.files]) == 2
    assert not [each for each in home.art.messages() if each.loading], "nothing is left thinking"


async def test_a_later_press_another_button_and_another_person_are_requests_of_their_own(home: Easel) -> None:
    message = await home.drawn("a fox")
    guest = home.fake.user("Guest", guilds=[home.guild])
    seen = [await home.member.click(message, "Redo"), await home.member.click(message, "Vary")]
    seen.append(await guest.click(message, "Redo"))
    home.fake.advance(4.1)
    seen.append(await home.member.click(message, "Redo"))
    for each in seen:
        await each.picture()
    assert len(home.hand.orders) == 5


async def test_a_press_that_was_acknowledged_too_late_is_answered_by_a_message(home: Easel) -> None:
    message = await home.drawn("a fox")
    home.fake.fault("POST", "/interactions/*/callback", code=10062)
    await home.member.click(message, "Redo", wait=False)
    again = await home.art.until(lambda each: each.files and each is not message)
    assert again.replied is message
    assert len(home.hand.orders) == 2


async def test_buttons_work_after_a_restart(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async with easel(discord_api, tmp_path) as before:
        message = await before.drawn("a fox")
    async with easel(discord_api, tmp_path) as after:
        again = await (await after.member.click(message, "Redo")).picture()
        assert again.files
        assert (await (await after.member.click(message, "Details")).done()).ephemeral


async def test_an_id_copied_from_another_server_or_a_private_picture_finds_nothing(home: Easel) -> None:
    public, private = await home.drawn("a fox"), await home.drawn("a secret fox", private=True)
    elsewhere = home.fake.guild("Elsewhere")
    await home.fake.tell_guild("GUILD_CREATE", elsewhere)
    hall = home.fake.channel("hall", guild=elsewhere)
    stranger = home.fake.user("Stranger", guilds=[elsewhere, home.guild])
    theirs = await home.drawn("a cat", by=stranger, at=hall)
    for message, copied in ((theirs, public), (public, private)):
        image = image_under(copied)
        for verb in ("redo", "vary", "finalise", "undo", "share", "details", "delete", "full"):
            seen = await stranger.forge(message, f"easel:{verb}:{image}")
            told = await seen.until(lambda answer: answer.text.startswith("I have no such picture here."))
            assert told.ephemeral
        seen = await stranger.forge(message, "easel:pick:x", kind=3, values=[image])
        await seen.until(lambda answer: answer.text.startswith("I have no such picture here."))
        seen = await stranger.forge(message, f"easel:sure:{image}")
        await seen.until(lambda answer: answer.text.startswith("I have no such picture here."))
    assert len(home.hand.orders) == 3


async def test_an_unknown_button_is_answered(home: Easel) -> None:
    message = await home.drawn("a fox")
    for custom_id in ("easel:burn:1", "easel:edit:", "hello", "easel:pick:1", "easel:cancel:nobody", "easel:full:no"):
        seen = await home.member.forge(message, custom_id)
        await seen.until(lambda answer: answer.text and answer.ephemeral)
    assert len(home.hand.orders) == 1


async def test_the_acknowledgement_waits_for_nothing(home: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every press is answered in time while the database takes far longer than Discord waits."""
    message = await home.drawn("a fox")
    forged = [f"easel:{verb}:{image_under(message)}" for verb in ("sure", "full")]
    home.fake.acknowledge_seconds = 0.5
    slow = asyncio.Event()

    async def stuck(*_: object) -> None:
        await slow.wait()
        raise NotFound("I have no such picture here.")

    for name in ("picture", "details", "act", "cancel", "delete"):
        monkeypatch.setattr(home.studio, name, stuck)
    for custom_id in [*message.custom_ids(), *forged, "easel:cancel:nobody"]:
        seen = await home.member.forge(message, custom_id)
        assert not seen.failed, custom_id
    picked = await home.member.forge(message, "easel:pick:x", kind=3, values=[image_under(message)])
    assert not picked.failed
    slow.set()
    await home.quiet()
