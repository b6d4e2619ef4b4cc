"""Slash commands in Slack: drawn at the top level, options as flags, pictures by links, words for one person alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, picture, slack_api  # noqa: F401
from support_slack_talk import BEACH, Talk, talking

from bots.slack.components import Cancel, parse_action
from bots.slack.event import Event
from bots.slack.interactions import ALONE
from bots.slack.replies import WORKING
from core.errors import CannotDraw
from core.model import Ratio
from core.ports import EditOrder, Order
from core.quota import Limit, Scope, Unit, Window


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


def held(talk: Talk) -> asyncio.Event:
    """Nothing is finished until this is set."""
    gate = asyncio.Event()

    async def wait(order: Order) -> None:
        await gate.wait()

    talk.hand.meanwhile = wait
    return gate


def link(talk: Talk, message, thread: str = "") -> str:
    more = f"?thread_ts={thread}&cid={talk.art.id}" if thread else ""
    return f"https://{talk.team.domain}.slack.com/archives/{message.channel.id}/p{message.ts.replace('.', '')}{more}"


def file_link(talk: Talk, file) -> str:
    return f"https://{talk.team.domain}.slack.com/files/{file.user.id}/{file.id}/{file.name}"


async def test_j7_a_command_is_drawn_at_the_top_level_with_its_controls_below(talk: Talk):
    done = await talk.commands("/imagine", "a poster that says “OPEN DAY” --ar 16:9 --n 2 & more")
    assert done.message is None, "what an acknowledgement says would stand there for ever"
    assert talk.prompts == ["a poster that says “OPEN DAY” & more"]
    assert talk.hand.orders[0].count == 2
    (shown,) = talk.top()
    assert len(shown.files) == 2
    assert talk.thread(shown), "the buttons"
    assert talk.told() == []
    (image,) = [await talk.image_of(shown)]
    assert image.place.thread is None
    assert talk.fake.calls.of("response_url") == []


async def test_until_then_a_message_says_who_asked_for_what_and_how_far_it_is(talk: Talk):
    gate = held(talk)
    await talk.fake.command(talk.member, talk.art, "/imagine", "a boat & <!channel> --ar 16:9")
    (working,) = await talk.fake.until(lambda: [each for each in talk.top() if each.blocks], "a way out")
    head = f"For *{talk.member.name}*: a boat &amp; @\u2060channel"
    assert working.versions[0] == (f"{head}\n{WORKING}", [])
    assert working.text.startswith(f"{head}\n")
    await talk.fake.until(lambda: working.text == f"{head}\nDrawing …", "news")
    assert not working.thread
    gate.set()
    await talk.quiet()
    (shown,) = talk.top()
    assert shown.files
    assert working.deleted
    assert float(working.ts) < float(shown.ts)


async def test_its_cancel_is_told_to_the_person_alone(talk: Talk):
    gate = held(talk)
    for _ in range(3):  # two are drawn at once, the third one waits
        await talk.fake.command(talk.member, talk.art, "/imagine", "a boat")
    waiting = (await talk.fake.until(lambda: [each for each in talk.top() if each.blocks][2:], "a way out"))[0]
    pressed = parse_action(waiting.blocks[-1]["elements"][0])
    assert isinstance(pressed, Cancel)
    actor = await talk.desk.people.actor_of(Event(talk.team.id, "", "", {"user": {"id": talk.member.id}}))
    assert await talk.desk.studio.cancel(pressed.job, actor)
    gate.set()
    await talk.quiet()
    assert [bool(each.files) for each in talk.top()] == [True, True]
    assert len(talk.told()) == 1
    assert "Nothing was charged" in talk.told()[0]


async def test_a_refusal_leaves_nothing_in_the_channel(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    cap = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1)
    async with talking(slack_api, tmp_path, limits=[cap]) as talk:
        for _ in range(2):
            await talk.commands("/imagine", "a boat")
        assert len(talk.top()) == 1
        (told,) = talk.told()
        assert "1 of 1" in told


async def test_what_cannot_be_drawn_is_told_to_the_person_alone(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as talk:

        async def decline(order: Order) -> None:
            raise CannotDraw("That cannot be drawn.")

        talk.hand.meanwhile = decline
        await talk.commands("/imagine", "a boat")
        assert talk.top() == []
        assert talk.told() == ["That cannot be drawn. Nothing was charged."]
        assert talk.fake.direct(talk.member) == []


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
async def test_a_refusal_is_for_the_person_alone(talk: Talk, words: str, sentence: str):
    await talk.commands("/imagine", words)
    (told,) = talk.told()
    assert sentence in told
    assert talk.top() == talk.prompts == []
    (answer,) = talk.fake.calls.of("response_url")
    assert set(answer.arguments) == {"text", "response_type"}, "nothing relies on replacing"


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
    assert talk.told() == [ALONE]
    await talk.commands("/history", by=talk.guest)
    assert "surprise" not in talk.told(talk.guest)[0]
    await talk.commands("/history")
    assert "surprise" in talk.told()[-1]


async def test_what_is_private_is_worked_on_where_it_comes(talk: Talk):
    gate = held(talk)
    await talk.fake.command(talk.member, talk.art, "/imagine", "a surprise --private")
    (working,) = await talk.fake.until(
        lambda: [each for each in talk.fake.direct(talk.member) if each.text.endswith("Drawing …")], "news"
    )
    assert working.text == "a surprise\nDrawing …"
    gate.set()
    await talk.quiet()
    assert working.deleted
    (shown,) = [each for each in talk.fake.direct(talk.member) if each.files]
    assert f"<#{talk.art.id}>" in str(talk.thread(shown, talk.fake.dm(talk.member))[0].blocks)
    assert talk.top() == []


async def test_who_takes_no_direct_messages_is_told_before_anything_is_drawn(talk: Talk):
    talk.fake.fault("conversations.open", "user_disabled", times=9)
    await talk.commands("/imagine", "a surprise --private")
    assert "I cannot write to you in direct messages." in talk.told()[0]
    assert talk.prompts == []


async def test_in_direct_messages_with_easel(talk: Talk):
    dm = talk.fake.dm(talk.member)
    await talk.commands("/imagine", "a fox", at=dm)
    (shown,) = talk.top(dm)
    (working,) = [each for each in dm.messages.values() if each.deleted]
    assert working.text.startswith("a fox\n")
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
    await talk.commands("/image", "boat")
    (asked,) = talk.fake.ephemerals(talk.member, talk.art)
    (select,) = [each for block in asked.blocks for each in block.get("elements", []) if "options" in each]
    await talk.fake.choose(talk.member, asked, "easel:which", select["options"][1]["value"])
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
