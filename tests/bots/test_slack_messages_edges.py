"""What happens to a message in Slack when it cannot simply be drawn: refusals, questions, closed doors, poor events."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from emulators.slack_api import payloads
from emulators.slack_api.server import FakeSlack
from support_house import Hand
from support_slack_api import no_proxies, picture, slack, slack_api  # noqa: F401
from support_slack_talk import BEACH, Talk, talking

from bots.slack import hints, messages
from bots.slack.answers import NOT_SHARED
from bots.slack.event import Event
from core.conversation.meaning import Why
from core.ports import EditOrder, Order
from core.quota import Limit, Scope, Unit, Window


@pytest.fixture
async def talk(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as it:
        yield it


def selects(message) -> list[dict]:
    rows = [each for block in message.blocks for each in block.get("elements", [])]
    return [each for each in rows if each["type"] == "static_select"]


# --- refusals --------------------------------------------------------------------------------------------------------


async def test_a_refusal_is_for_the_person_alone(talk: Talk):
    said = await talk.says("a boat --ar banana", mention=True)
    assert talk.thread(said) == []
    (sentence,) = talk.told()
    assert "--ar cannot be “banana”" in sentence
    assert "Nothing was charged" in sentence
    assert talk.told(talk.guest) == []


async def test_a_refusal_in_a_thread_stands_in_that_thread(talk: Talk):
    said = await talk.says("a boat", mention=True)
    await talk.says("make it --ar banana", thread=said.message)
    (told,) = talk.fake.ephemerals(talk.member, talk.art)
    assert told.thread == said.ts


async def test_a_refusal_in_direct_messages_takes_the_place_of_one_moment(talk: Talk):
    dm = talk.fake.dm(talk.member)
    said = await talk.says("a boat --ar banana", at=dm)
    (answer,) = talk.thread(said, dm)
    assert "--ar cannot be" in answer.text
    assert talk.fake.status_of(dm, said.ts) is None or talk.fake.status_of(dm, said.ts).text == ""


async def test_a_limit_is_told_and_nothing_stays_behind(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    one_a_day = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1)
    async with talking(slack_api, tmp_path, limits=(one_a_day,)) as talk:
        await talk.says("a boat", mention=True)
        said = await talk.says("an owl", mention=True)
        assert talk.prompts == ["a boat"]
        assert "You have used 1 of 1 image for today" in talk.told()[0]
        assert talk.thread(said) == []
        assert [each.arguments["status"] for each in talk.fake.calls.of("assistant.threads.setStatus")][-1] == ""


async def test_an_edit_without_words_costs_nothing(talk: Talk):
    said = await talk.says("a boat", mention=True)
    await talk.says("/edit", mention=True, thread=said.message)
    assert talk.prompts == ["a boat"]
    assert talk.told() == [hints.sentence(Why.NO_WORDS)]


async def test_what_a_person_wrote_calls_nobody_when_it_is_quoted(talk: Talk):
    await talk.says("a boat --ar <!channel>", mention=True)
    assert talk.told()
    assert not any("<!channel" in each or "<!here" in each for each in talk.told())


# --- which one? ------------------------------------------------------------------------------------------------------


async def three(talk: Talk, **more):
    said = await talk.says("a boat --n 3", **({"mention": True} | more))
    await talk.says("make it night", thread=said.message, at=more.get("at"))
    return said


async def test_of_several_pictures_it_is_asked_which_one_and_a_select_answers(talk: Talk):
    said = await three(talk)
    assert talk.prompts == ["a boat"]
    (question,) = [each for each in talk.thread(said) if selects(each) and "Choose one" in each.text]
    (select,) = [each for each in selects(question) if each["action_id"] == "easel:which"]
    assert len(select["options"]) == 3
    await talk.fake.choose(talk.guest, question, "easel:which", select["options"][1]["value"])
    await talk.quiet()
    assert any("nicht mehr offen" in each for each in talk.told(talk.guest))  # who reads German
    assert talk.prompts == ["a boat"]
    twice = [talk.fake.choose(talk.member, question, "easel:which", select["options"][1]["value"]) for _ in range(2)]
    await asyncio.gather(*twice)
    await talk.quiet()
    assert talk.prompts == ["a boat", "make it night"], "asked twice, drawn once"
    image = await talk.image_of(said)
    (parent,) = await talk.store.images([image.parent])
    assert parent.position == 2
    assert question.deleted


async def test_a_number_answers_too(talk: Talk):
    said = await three(talk)
    await talk.says("2", thread=said.message)
    image = await talk.image_of(said)
    (parent,) = await talk.store.images([image.parent])
    assert (parent.position, image.prompt) == (2, "make it night")


async def test_a_number_of_somebody_else_answers_nothing(talk: Talk):
    said = await three(talk)
    await talk.says("2", thread=said.message, by=talk.guest)
    assert talk.prompts == ["a boat"]


async def test_a_number_answers_no_question_that_is_past(talk: Talk):
    said = await three(talk)
    await talk.says("1: make it red --n 2", thread=said.message)
    await talk.says("2", thread=said.message)
    assert talk.prompts == ["a boat", "make it red"]


async def test_in_direct_messages_a_number_answers_wherever_it_is_typed(talk: Talk):
    dm = talk.fake.dm(talk.member)
    await three(talk, at=dm, mention=False)
    await talk.says("3", at=dm)
    assert talk.prompts == ["a boat", "make it night"]


async def test_a_number_in_front_chooses_at_once(talk: Talk):
    said = await talk.says("a boat --n 3", mention=True)
    await talk.says("2: make it night", thread=said.message)
    image = await talk.image_of(said)
    (parent,) = await talk.store.images([image.parent])
    assert parent.position == 2


# --- what cannot be seen, or is not there yet ------------------------------------------------------------------------


async def test_an_edit_whose_picture_cannot_be_seen_is_no_new_drawing(talk: Talk):
    root = await talk.says("my holiday", files=[BEACH])
    talk.fake.fault("conversations.replies", "missing_scope", needed="channels:history")
    await talk.says("make it snow", mention=True, thread=root.message)
    assert talk.prompts == []
    assert talk.told() == [hints.sentence(Why.UNSEEN_PICTURE)]
    await talk.says("/imagine a boat", mention=True, thread=root.message)
    assert talk.prompts == ["a boat"]


async def test_a_picture_that_was_deleted_is_not_drawn_anew(talk: Talk):
    await talk.commands("/imagine", "a boat")
    (shown,) = talk.top()
    image = await talk.image_of(shown)
    event = Event(talk.team.id, "", talk.team.bot.id, {"user_id": talk.member.id, "channel_id": talk.art.id})
    actor, place = await talk.desk.people.actor_of(event), await talk.desk.people.place_of(event)
    await talk.desk.studio.delete(image.id, actor, place)
    await talk.says("make it night", thread=shown)
    assert talk.told() == []
    await talk.says("make it night", thread=shown, mention=True)
    assert talk.prompts == ["a boat"]
    assert "was deleted" in talk.told()[0]


async def test_what_is_still_being_drawn_is_waited_for(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    go = asyncio.Event()

    async def wait(order: Order) -> None:
        await go.wait()

    async with talking(slack_api, tmp_path, hand=Hand(meanwhile=wait)) as talk:
        dm = talk.fake.dm(talk.member)
        said = await talk.fake.say(talk.member, dm, "a fox")
        await talk.fake.until(lambda: talk.hand.orders)
        await talk.fake.say(talk.member, dm, "make it blue", thread=said.message)
        await talk.fake.until(lambda: [each for each in talk.thread(said, dm) if "still being drawn" in each.text])
        go.set()
        await talk.quiet()
        assert talk.prompts == ["a fox"]
        await talk.says("make it blue", at=dm, thread=said.message)
        assert await talk.line(await talk.image_of(said, dm)) == ["a fox", "make it blue"]


async def test_while_it_is_drawn_the_thread_says_so_with_a_way_out(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    go = asyncio.Event()

    async def wait(order: Order) -> None:
        await go.wait()

    async with talking(slack_api, tmp_path, hand=Hand(meanwhile=wait)) as talk:
        said = await talk.fake.say(talk.member, talk.art, "a fox", mention=True)
        working = await talk.fake.until(lambda: [each for each in talk.thread(said) if "Drawing" in each.text])
        assert "easel:cancel" in str(working[0].blocks)
        assert talk.fake.status_of(talk.art, said.ts) is not None
        go.set()
        await talk.quiet()
        assert working[0].deleted
        assert len(talk.shown(said)) == 1


async def test_no_words_and_no_picture_are_answered(talk: Talk):
    await talk.says("", mention=True, files=[BEACH])
    await talk.says("what is this", mention=True, files=[("plan.pdf", b"%PDF-1.7 plan")])
    assert talk.told() == [hints.sentence(Why.NO_WORDS), hints.sentence(Why.NOT_A_PICTURE)]
    assert talk.prompts == []


# --- poor events -----------------------------------------------------------------------------------------------------


async def test_a_file_that_has_no_type_yet(talk: Talk):
    file = talk.fake.attach(talk.member, ("photo", picture("gold")))
    file.ready = False
    await talk.says("make it snow", mention=True, files=[file])
    assert isinstance(talk.hand.orders[-1], EditOrder)
    assert talk.fake.calls.of("files.info")


@pytest.mark.parametrize("first", ["app_mention", "message"])
async def test_a_mention_that_does_not_tell_of_its_files_waits_for_its_twin(talk: Talk, first: str):
    subscribed = set(talk.fake.events)
    talk.fake.events.clear()
    said = await talk.says("make it snow", mention=True, files=[BEACH])
    talk.fake.events |= subscribed
    message = payloads.message(said.message, talk.fake.base, event=True)
    mention = {key: value for key, value in message.items() if key not in ("files", "subtype")} | {
        "type": "app_mention"
    }
    told = [mention, message] if first == "app_mention" else [message, mention]
    events = [Event(talk.team.id, "", talk.team.bot.id, {"event": each}) for each in told]
    await asyncio.gather(*(messages.handle(talk.desk, each) for each in events))
    await talk.quiet()
    assert len(talk.hand.orders) == 1
    assert isinstance(talk.hand.orders[0], EditOrder), "never without the picture"


async def test_with_fewest_rights_a_mention_is_enough(tmp_path: Path, no_proxies):  # noqa: F811
    async with slack(profile="minimal") as fake, talking(fake, tmp_path) as talk:
        said = await talk.says("a lighthouse", mention=True)
        assert talk.prompts == ["a lighthouse"]
        await talk.says("make it night", mention=True, thread=said.message)
        assert talk.prompts == ["a lighthouse", "make it night"]
        assert isinstance(talk.hand.orders[-1], EditOrder)


# --- closed doors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["not_in_channel", "is_archived", "restricted_action"])
async def test_pitfall_8_where_nothing_can_be_posted_nothing_is_drawn(talk: Talk, reason: str):
    talk.fake.fault("chat.postMessage", reason, times=2)
    await talk.says("a boat", mention=True)
    assert talk.prompts == []
    (told,) = talk.told()
    assert "nothing was drawn or charged" in told
    await talk.says("a boat", mention=True)
    assert len(talk.told()) == 1, "said once"


async def test_when_slack_is_busy_the_picture_comes_all_the_same(talk: Talk):
    talk.fake.fault("chat.postMessage", status=503)
    said = await talk.says("a boat", mention=True)
    assert len(talk.shown(said)) == 1


async def test_people_of_other_organisations_are_told_once(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path) as talk:
        shared = talk.team.channel("fair", members=[talk.member, talk.guest], shared=True)
        await talk.says("hello you", at=shared)
        assert talk.told(at=shared) == []
        for _ in range(2):
            await talk.says("a boat", at=shared, mention=True)
        await talk.says("a boat", at=shared, mention=True, by=talk.guest)
        assert talk.told(at=shared) == [NOT_SHARED]
        assert talk.told(talk.guest, shared) == [NOT_SHARED]
        assert talk.prompts == []


async def test_shared_channels_can_be_allowed_and_files_there_are_stubs(slack_api: FakeSlack, tmp_path: Path):  # noqa: F811
    async with talking(slack_api, tmp_path, shared_channels=True) as talk:
        other = slack_api.workspace("Elsewhere", installed=False)
        stranger = other.person("Guest of theirs", is_admin=True)
        shared = talk.team.channel("fair", members=[talk.member, stranger], shared=True)
        await talk.says("make it snow", at=shared, mention=True, files=[BEACH], by=stranger)
        assert isinstance(talk.hand.orders[-1], EditOrder)


# --- questions in words ----------------------------------------------------------------------------------------------


async def test_a_greeting_is_answered_for_the_person_alone(talk: Talk):
    said = await talk.says("hi!", mention=True)
    assert talk.told() == [hints.HELLO]
    assert talk.thread(said) == []


async def test_help_quota_and_history_in_direct_messages(talk: Talk):
    dm = talk.fake.dm(talk.member)
    await talk.says("a fox", at=dm)
    for words, found in (("help", "Easel draws"), ("/quota", "No limit applies"), ("/history", "a fox")):
        said = await talk.says(words, at=dm)
        assert found in "".join(each.text for each in talk.thread(said, dm))
    assert talk.prompts == ["a fox"]


async def test_a_question_in_a_channel_is_answered_for_the_person_alone(talk: Talk):
    said = await talk.says("/quota", mention=True)
    assert talk.thread(said) == []
    assert "No limit applies" in talk.told()[0]


async def test_advice_is_given_once_in_a_place(talk: Talk):
    records = talk.desk.records
    assert await hints.due(records, Why.NO_PICTURE, "T1/C1/U1") == hints.sentence(Why.NO_PICTURE)
    assert await hints.due(records, Why.NO_PICTURE, "T1/C1/U1") is None
    assert await hints.due(records, Why.NO_PICTURE, "T1/C2/U1") is not None
    for _ in range(2):
        assert await hints.due(records, Why.NO_WORDS, "T1/C1/U1") is not None


@pytest.mark.parametrize("why", Why)
def test_every_hint_is_a_sentence_with_a_way_on(why: Why):
    assert hints.sentence(why).endswith(".")
    assert "<" not in hints.sentence(why)
