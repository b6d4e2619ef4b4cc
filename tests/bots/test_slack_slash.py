"""Slash commands in Slack: drawn at the top level, options as flags, pictures by links, words for one person alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, picture, slack_api  # noqa: F401
from support_slack_talk import BEACH, Talk, talking

from bots.slack.slash import MOMENT
from core.model import Ratio
from core.ports import EditOrder


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


def link(talk: Talk, message, thread: str = "") -> str:
    more = f"?thread_ts={thread}&cid={talk.art.id}" if thread else ""
    return f"https://{talk.team.domain}.slack.com/archives/{message.channel.id}/p{message.ts.replace('.', '')}{more}"


def file_link(talk: Talk, file) -> str:
    return f"https://{talk.team.domain}.slack.com/files/{file.user.id}/{file.id}/{file.name}"


async def test_j7_a_command_is_drawn_at_the_top_level_with_its_controls_below(talk: Talk):
    done = await talk.commands("/imagine", "a poster that says “OPEN DAY” --ar 16:9 --n 2 & more")
    assert done.message is not None
    assert done.message.versions[0][0] == MOMENT
    assert talk.prompts == ["a poster that says “OPEN DAY” & more"]
    assert talk.hand.orders[0].count == 2
    (shown,) = talk.top()
    assert len(shown.files) == 2
    assert talk.thread(shown), "the buttons"
    assert talk.told() == [], "the acknowledgement is gone"
    (image,) = [await talk.image_of(shown)]
    assert image.place.thread is None


async def test_flags_are_options(talk: Talk):
    await talk.commands("/imagine", "a boat --ar 16:9 --quality high")
    plan = (await talk.store.job((await talk.image_of(talk.top()[0])).job)).plan
    assert plan.size.width * 9 == pytest.approx(plan.size.height * 16, rel=0.02)
    assert plan.quality == "high"
    assert Ratio(16, 9)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("", "There are no words to draw from."), ("a boat --ar banana", "--ar cannot be “banana”")],
)
async def test_a_refusal_takes_the_place_of_one_moment(talk: Talk, words: str, sentence: str):
    done = await talk.commands("/imagine", words)
    (told,) = talk.told()
    assert sentence in told
    assert done.message.text == told
    assert talk.prompts == []


async def test_people_and_what_they_bring_along_are_read(talk: Talk):
    await talk.commands("/imagine", f"prompt: <@{talk.guest.id}|guest> as a pirate &amp; a parrot")
    assert talk.prompts == ["Guest as a pirate & a parrot"]


async def test_the_same_command_twice_is_one(talk: Talk):
    for name in ("/imagine", "/help"):
        done = await talk.commands(name, "a boat")
        await talk.fake.redeliver(done.delivery)
        await talk.quiet()
    assert talk.prompts == ["a boat"]
    assert len(talk.told()) == 1


# --- /edit -----------------------------------------------------------------------------------------------------------


async def test_edit_finds_my_newest_picture(talk: Talk):
    await talk.commands("/imagine", "a boat")
    await talk.commands("/edit", "make it night")
    assert await talk.line(await talk.image_of(talk.top()[-1])) == ["a boat", "make it night"]


async def test_edit_without_a_picture_is_refused(talk: Talk):
    await talk.commands("/edit", "make it night")
    assert talk.prompts == []
    assert "I found no picture to edit" in talk.told()[0]


async def test_edit_without_words_is_refused_and_flags_alone_are_enough(talk: Talk):
    await talk.commands("/imagine", "a boat")
    await talk.commands("/edit", "  ")
    assert "There are no words to go by." in talk.told()[-1]
    assert len(talk.prompts) == 1
    await talk.commands("/edit", "--ar 3:1")
    assert len(talk.prompts) == 2


async def test_edit_by_a_pictures_number(talk: Talk):
    await talk.commands("/imagine", "a boat")
    first = await talk.image_of(talk.top()[0])
    await talk.commands("/imagine", "an owl")
    await talk.commands("/edit", f"{first.id} make it night")
    assert await talk.line(await talk.image_of(talk.top()[-1])) == ["a boat", "make it night"]
    await talk.commands("/edit", f"{'0' * 32} make it night")
    assert "no such picture" in talk.told()[0]


async def test_edit_by_a_link_to_a_message_of_ours(talk: Talk):
    await talk.commands("/imagine", "a boat")
    shown = talk.top()[0]
    await talk.commands("/imagine", "an owl")
    await talk.commands("/edit", f"<{link(talk, shown)}> make it night", by=talk.guest)
    assert await talk.line(await talk.image_of(talk.top()[-1])) == ["a boat", "make it night"]


async def test_edit_by_a_link_to_somebodys_message_and_file(talk: Talk):
    said = await talk.says("my holiday", files=[BEACH])
    await talk.commands("/edit", f"{link(talk, said.message)} make it snow", by=talk.guest)
    assert isinstance(talk.hand.orders[-1], EditOrder)
    await talk.commands("/edit", f"make it rain {file_link(talk, said.message.files[0])}", by=talk.guest)
    assert talk.prompts == ["make it snow", "make it rain"]
    assert isinstance(talk.hand.orders[-1], EditOrder)


async def test_a_link_may_be_a_reference(talk: Talk):
    said = await talk.says("my holiday", files=[BEACH])
    await talk.commands("/imagine", f"a boat like this {link(talk, said.message)}")
    assert len(talk.hand.orders[-1].references) == 1
    assert talk.prompts == ["a boat like this"]


async def test_other_links_stay_in_the_words(talk: Talk):
    await talk.commands("/imagine", "a sign that says “<https://example.com/a?b=1&amp;c=2>”")
    assert talk.prompts == ["a sign that says “https://example.com/a?b=1&c=2”"]


async def test_a_link_opens_no_door_that_is_closed_to_the_person(talk: Talk):
    secret = talk.team.channel("secret", members=[talk.guest], is_private=True)
    said = await talk.says("our plans", at=secret, by=talk.guest, files=[BEACH])
    for address in (link(talk, said.message), file_link(talk, said.message.files[0])):
        await talk.commands("/edit", f"{address} enlarge it")
        assert "stands in another channel" in talk.told()[-1]
    assert talk.prompts == []
    await talk.commands("/edit", f"{file_link(talk, said.message.files[0])} enlarge it", by=talk.guest)
    assert talk.prompts == ["enlarge it"], "it is their own"


@pytest.mark.parametrize("what", ["text", "gone"])
async def test_a_link_to_no_picture(talk: Talk, what: str):
    said = await talk.says("a plan", files=[("plan.pdf", b"%PDF-1.7 plan")])
    address = (
        file_link(talk, said.message.files[0])
        if what == "text"
        else f"https://x.slack.com/files/{talk.member.id}/F0GONE/x"
    )
    await talk.commands("/edit", f"{address} enlarge it")
    assert talk.prompts == []
    assert talk.told()


# --- private, and in direct messages ---------------------------------------------------------------------------------


async def test_private_comes_by_direct_message(talk: Talk):
    await talk.commands("/imagine", "a surprise --private")
    assert talk.top() == []
    shown = [each for each in talk.fake.direct(talk.member) if each.files]
    assert len(shown) == 1
    await talk.commands("/history", by=talk.guest)
    assert "surprise" not in talk.told(talk.guest)[0]
    await talk.commands("/history")
    assert "surprise" in talk.told()[-1]


async def test_in_direct_messages_with_easel(talk: Talk):
    dm = talk.fake.dm(talk.member)
    await talk.commands("/imagine", "a fox", at=dm)
    (shown,) = talk.top(dm)
    await talk.says("make it blue", at=dm, thread=shown)
    assert await talk.line(await talk.image_of(shown, dm)) == ["a fox", "make it blue"]


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "words", "found"),
    [
        ("/help", "", "*Easel draws.*"),
        ("/help", "flags", "`--ar 16:9`"),
        ("/help", "privacy", "*Who sees what*"),
        ("/quota", "", "No limit applies"),
        ("/history", "", "I found no pictures here."),
        ("/character", "", "no characters yet"),
    ],
)
async def test_answers_in_words_are_for_the_person_alone(talk: Talk, command: str, words: str, found: str):
    await talk.commands(command, words)
    assert found in "".join(talk.told())
    assert not any(text == MOMENT for text in talk.told())
    assert talk.told(talk.guest) == []
    assert talk.top() == []


async def test_history_links_to_where_a_picture_stands(talk: Talk):
    await talk.commands("/imagine", "a boat")
    (shown,) = talk.top()
    await talk.commands("/history", "boat")
    assert f"<{link(talk, shown)}|a boat>" in talk.told()[-1]


async def test_image_shows_a_picture_again(talk: Talk):
    await talk.commands("/imagine", "a boat")
    await talk.commands("/image", "boat")
    assert len(talk.top()) == 2
    assert talk.prompts == ["a boat"]
    await talk.commands("/image", "owl")
    assert "no picture of yours" in talk.told()[-1]


async def test_of_several_that_fit_it_is_asked_which(talk: Talk):
    for words in ("a red boat", "a blue boat"):
        await talk.commands("/imagine", words)
    done = await talk.commands("/image", "boat")
    (select,) = [each for block in done.message.blocks for each in block.get("elements", []) if "options" in each]
    await talk.fake.choose(talk.member, done.message, "easel:which", select["options"][1]["value"])
    await talk.quiet()
    assert len(talk.top()) == 3
    assert talk.told() == [], "the question is gone"


async def test_a_character_is_kept_by_a_link_and_comes_along(talk: Talk):
    said = await talk.says("our mascot", files=[BEACH])
    await talk.commands("/character", f"Robo {link(talk, said.message)}")
    assert "Kept." in talk.told()[-1]
    await talk.commands("/imagine", "@Robo on a boat")
    assert len(talk.hand.orders[-1].references) == 1


async def test_an_unknown_command_is_named(talk: Talk):
    talk.fake.commands = None
    await talk.commands("/paint", "a boat")
    assert "There is no command called /paint" in talk.told()[-1]
