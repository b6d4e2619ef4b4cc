"""A person's ways to a picture in Slack, each on the whole Easel, by sockets and by signed HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import View
from support_house import Hand
from support_slack_api import no_proxies, picture, slack_api  # noqa: F401
from support_slack_whole import SlowHand, Whole, whole

from bots.slack.result_blocks import images_in
from bots.slack.shortcuts import EDIT
from core.ports import EditOrder, GenerateOrder

BEACH = ("beach.png", picture("gold"))
ONE_A_DAY = '[[limits]]\nscope = "user"\nunit = "images"\nwindow = "day"\namount = 1\n'


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def it(slack_api: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode) -> AsyncIterator[Whole]:  # noqa: F811
    async with whole(slack_api, tmp_path, monkeypatch, mode, hand=Hand()) as one:
        yield one
        await one.quiet()
        assert slack_api.pings() == []
        assert slack_api.orphans() == []
        assert all(each.acknowledged for each in slack_api.deliveries)


def orders(it: Whole) -> list[str]:
    assert it.hand is not None
    return [("edit " if isinstance(each, EditOrder) else "") + each.text for each in it.hand.orders]


async def form(it: Whole, title: str = "") -> View:
    """The form that opens, once it is filled in."""

    def seen() -> View | None:
        view = it.fake.view_of(it.member)
        return view if view is not None and "submit" in view.document and title in view.title else None

    found = await it.fake.until(seen, "a form", 10)
    assert found is not None
    return found


# --- messages --------------------------------------------------------------------------------------------------------


async def test_a_mention_draws_and_its_thread_goes_on(it: Whole) -> None:
    """J1, J2, J3: a thread as two people live it."""
    said = await it.drawn("a lighthouse", mention=True)
    assert [bool(each.files) for each in it.thread(said)] == [True, False], "the picture, its buttons, nothing else"
    await it.drawn("make it night", mention=True, thread=said.ts, count=1)
    shown = repr([(each.text, each.blocks) for each in it.thread(said)])
    assert "Editing the newest picture in this thread." in shown
    assert "replied to" not in shown
    await it.drawn("with a boat", thread=said.ts, by=it.guest)
    for words in (f"{it.guest.mention} what do you think?", "thanks!", "👍"):
        await it.fake.say(it.member, it.art, words, thread=said.ts, raw=words.startswith("<"))
    await it.quiet()
    assert orders(it) == ["a lighthouse", "edit make it night", "edit with a boat"]
    assert await it.lineage(it.controls(said)[-1]) == ["a lighthouse", "make it night", "with a boat"]
    mine = await it.drawn("black and white", mention=True, files=[BEACH])
    assert orders(it)[-1] == "edit black and white"
    assert await it.lineage(it.controls(mine)[-1]) == ["black and white"], "it is made of their own picture"
    assert it.told() == it.told(it.guest) == []


async def test_words_between_people_are_left_alone(it: Whole) -> None:
    root = await it.fake.say(it.member, it.art, "lunch?")
    await it.fake.say(it.guest, it.art, "at noon", thread=root.ts)
    await it.fake.say(it.guest, it.art, "", thread=root.ts, files=[BEACH])
    await it.quiet()
    assert it.thread(root) == it.top() == []
    assert it.fake.calls.of("users.info") == []


async def test_direct_messages_are_a_conversation(it: Whole) -> None:
    """J6: prompts to begin with, no mention, a status, each message a thread."""
    dm = it.fake.dm(it.member)
    await it.fake.open_home(it.member, tab="messages")
    await it.until(lambda: dm.id in it.fake.prompts, "suggestions")
    said = await it.drawn("a lighthouse", at=dm)
    statuses = [call.arguments["status"] for call in it.fake.calls.of("assistant.threads.setStatus")]
    assert statuses[0] == "is getting ready…"
    assert it.fake.statuses == {}, "nothing says so any more"
    await it.drawn("make it night", at=dm, thread=said.ts)
    await it.drawn("a boat", at=dm)
    assert orders(it) == ["a lighthouse", "edit make it night", "a boat"]


# --- commands --------------------------------------------------------------------------------------------------------


async def test_a_command_where_easel_is_a_member(it: Whole) -> None:
    """J7."""
    done = await it.fake.command(it.member, it.art, "/imagine", "a lighthouse --ar 3:2")
    assert done.error == ""
    await it.until(lambda: it.top() and it.controls(it.top()[-1]), "a picture")
    await it.until(lambda: len(it.top()) == 1, "what said that it is at work goes")
    (shown,) = it.top()
    assert shown.text.startswith("For *Member*: a lighthouse")
    assert it.told() == []
    await it.drawn("make it night", thread=shown.ts)
    assert orders(it) == ["a lighthouse", "edit make it night"]


@pytest.mark.parametrize("choice", ["join", "direct", "never"])
async def test_a_command_where_easel_is_no_member(it: Whole, choice: str) -> None:
    hall = it.team.channel("hall", members=[it.member], app=False)
    await it.fake.command(it.member, hall, "/imagine", "a lighthouse")
    await it.until(lambda: "I am not in this channel" in "".join(it.told(at=hall)), "the question")
    assert orders(it) == []
    (question,) = it.fake.ephemerals(it.member, hall)
    await it.fake.press(it.member, question, f"easel:{choice}")
    if choice == "never":
        await it.until(lambda: it.told(at=hall) == ["Then not. Nothing was drawn or charged."], "told")
        assert orders(it) == []
        return
    where = hall if choice == "join" else it.fake.dm(it.member)
    await it.until(lambda: it.top(where) and it.controls(it.top(where)[-1], where), "a picture")
    assert (it.team.bot in hall.members) is (choice == "join")
    await it.until(lambda: len(it.top(hall)) == (1 if choice == "join" else 0), "nothing else")


async def test_what_is_private_comes_alone_and_can_be_shared(it: Whole) -> None:
    dm = it.fake.dm(it.member)
    await it.fake.command(it.member, it.art, "/imagine", "a secret --private")
    await it.until(lambda: it.top(dm) and it.controls(it.top(dm)[-1], dm), "a picture")
    await it.until(lambda: len(it.top(dm)) == 1, "what said that it is at work goes")
    (shown,) = it.top(dm)
    assert it.top() == []
    await it.until(lambda: "One moment" not in "".join(it.told()), "it says where, or nothing any more")
    await it.fake.press(it.member, it.controls(shown, dm)[0], "easel:share")
    view = await form(it, "Share")
    await it.fake.submit(it.member, view)
    await it.until(lambda: [each for each in it.top() if each.files], "shared")
    assert len(orders(it)) == 1, "it is the same picture"
    assert it.fake.pings() == []


# --- buttons, shortcuts, the Home tab --------------------------------------------------------------------------------


async def test_every_button_under_a_picture(it: Whole) -> None:
    """J5."""
    said = await it.drawn("a lighthouse", mention=True)
    first = it.controls(said)[0]
    await it.fake.press(it.member, first, "easel:edit")
    await it.fake.submit(it.member, await form(it, "Edit"), {"instruction": "make it night"})
    await it.rested(said.ts, 2)
    for count, verb in enumerate(("redo", "vary", "finalise"), 3):
        await it.fake.press(it.guest, first, f"easel:{verb}")
        await it.rested(said.ts, count)
    assert orders(it)[1] == "edit make it night"
    await it.fake.press(it.member, first, "easel:details")
    await it.until(lambda: it.fake.view_of(it.member) and "a lighthouse" in repr(it.fake.view_of(it.member)), "details")
    await it.fake.close(it.member)
    await it.fake.press(it.member, first, "easel:delete")
    await it.until(lambda: first.deleted and len(it.files(said)) == 4, "gone, with its buttons")


async def test_of_several_pictures_one_is_chosen(it: Whole) -> None:
    said = await it.drawn("a lighthouse --n 3", mention=True)
    (controls,) = it.controls(said)
    assert len(it.files(said)[0].files) == 3
    action = next(each for block in controls.blocks for each in block.get("elements", ()) if "options" in each)
    await it.fake.choose(it.member, controls, action["action_id"], action["options"][1]["value"])
    await it.until(it.told, "its buttons")
    await it.fake.press(it.member, it.fake.ephemerals(it.member, it.art)[-1], "easel:redo")
    await it.rested(said.ts, 2)


async def test_an_edit_of_several_asks_which_one(it: Whole) -> None:
    said = await it.drawn("a lighthouse --n 2", mention=True)
    await it.fake.say(it.guest, it.art, "make it night", thread=said.ts)
    await it.until(lambda: [each for each in it.at_work(said) if "easel:which" in repr(each.blocks)], "the question")
    (question,) = it.at_work(said)
    action = next(each for block in question.blocks for each in block.get("elements", ()) if "options" in each)
    await it.fake.choose(it.guest, question, action["action_id"], action["options"][1]["value"])
    await it.rested(said.ts, 2)
    assert orders(it)[-1] == "edit make it night"
    await it.drawn("--ar 3:2 calm", thread=said.ts)
    assert len(await it.lineage(it.controls(said)[-1])) == 3


async def test_somebodys_picture_by_the_menu_of_its_message(it: Whole) -> None:
    """J4: a form, with a file of one's own beside it."""
    photo = await it.fake.say(it.guest, it.art, "my dog", files=[BEACH])
    await it.fake.shortcut(it.member, photo.message, EDIT)
    view = await form(it)
    await it.fake.submit(it.member, view, {"instruction": "on a boat"}, [("boat.png", picture("navy"))])
    await it.rested(photo.ts, 1)
    assert it.hand is not None
    order = it.hand.orders[-1]
    assert isinstance(order, EditOrder)
    assert order.text == "on a boat"
    assert len(order.references) == 1


async def test_the_home_tab_draws(it: Whole) -> None:
    await it.fake.open_home(it.member)
    home = await it.fake.until(lambda: it.fake.home_of(it.member), "the Home tab", 10)
    assert home is not None
    await it.fake.press(it.member, home, "easel:new")
    await it.fake.submit(it.member, await form(it), {"instruction": "a lighthouse"})
    dm = it.fake.dm(it.member)
    await it.until(lambda: [each for each in dm.messages.values() if images_in(each.blocks)], "a picture")
    await it.fake.open_home(it.member)
    await it.until(lambda: "a lighthouse" in repr(it.fake.home_of(it.member)), "it is among the recent ones")


# --- waiting, limits, restarts ---------------------------------------------------------------------------------------


async def test_while_it_is_drawn_there_is_a_way_out(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode,
) -> None:
    hand = SlowHand()
    async with whole(slack_api, tmp_path, monkeypatch, mode, hand=hand) as it:
        first = await it.fake.say(it.guest, it.art, "a lighthouse", mention=True)
        await hand.begun.wait()
        second = await it.fake.say(it.member, it.art, "a boat", mention=True)
        await it.until(lambda: "easel:cancel" in repr([each.blocks for each in it.thread(second)]), "Cancel")
        (waiting,) = it.thread(second)
        assert waiting.text.startswith("Waiting …")
        assert it.fake.statuses[it.art.id, second.ts].text.startswith("is waiting")
        await it.fake.press(it.guest, waiting, "easel:cancel")
        await it.until(lambda: it.told(it.guest), "it is not theirs to stop")
        await it.fake.press(it.member, waiting, "easel:cancel")
        await it.until(lambda: "easel:cancel" not in repr(waiting.blocks), "stopped")
        assert "Nothing was charged" in waiting.text
        await it.until(lambda: "Drawing" in it.thread(first)[0].text, "the other one goes on")
        hand.go.set()
        await it.rested(first.ts, 1)
        await it.quiet()
        assert [each.text for each in hand.orders] == ["a lighthouse"]
        assert it.fake.statuses == {}


async def test_a_limit_is_told_to_its_person_alone(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode,
) -> None:
    async with whole(slack_api, tmp_path, monkeypatch, mode, hand=Hand(), limits=ONE_A_DAY) as it:
        await it.drawn("a lighthouse", mention=True)
        said = await it.fake.say(it.member, it.art, "a boat", mention=True)
        await it.until(it.told, "told")
        assert "used 1 of 1 image" in it.told()[0]
        await it.until(lambda: it.thread(said) == [], "nothing says that we are at work")
        await it.quiet()
        assert it.fake.statuses == {}
        await it.drawn("a boat", mention=True, by=it.guest)
        assert orders(it) == ["a lighthouse", "a boat"]


async def test_a_restart_changes_nothing_for_people(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode,
) -> None:
    async with whole(slack_api, tmp_path, monkeypatch, mode, hand=Hand()) as it:
        said = await it.drawn("a lighthouse", mention=True)
    async with whole(slack_api, tmp_path, monkeypatch, mode, hand=Hand()) as it:
        await it.drawn("make it night", thread=said.ts)
        await it.fake.press(it.member, it.controls(said)[0], "easel:redo")
        await it.rested(said.ts, 3)
        line = [await it.lineage(each) for each in it.controls(said)]
        assert line[1] == ["a lighthouse", "make it night"]
        assert isinstance(it.hand.orders[-1], GenerateOrder)
