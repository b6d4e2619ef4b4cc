"""A server's administrators and members on the fake Discord: who may draw how much, said and kept in chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulators.discord_api.asking import slash
from emulators.discord_api.interactions import Asked
from emulators.discord_api.people import Person, Seen
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Permission
from emulators.discord_api.world import Message
from structlog.testing import capture_logs
from support_discord_api import discord_api  # noqa: F401
from support_discord_easel import Easel, easel
from support_house import Hand
from support_office import telling

from bots.discord.delivering import AFTER_APPROVAL, BY_DIRECT_MESSAGE
from core.errors import Moderated

COST = 225_000_000  # what the provider says of each drawing, in nano-dollars
ENOUGH = 20 * 60  # seconds, after which Discord takes no answer to an interaction


@pytest.fixture
async def home(discord_api: FakeDiscord, tmp_path: Path) -> AsyncIterator[Easel]:  # noqa: F811 - the fixture
    async with easel(discord_api, tmp_path, hand=Hand(name="openai", nanodollars=COST)) as at_work:
        yield at_work


def moderator(home: Easel, name: str = "Moderator") -> Person:
    role = home.fake.role(home.guild, f"{name}s", Permission.MANAGE_GUILD)
    return home.fake.user(name, guilds=[home.guild], roles=[role])


async def order(home: Easel, by: Person, words: str) -> str:
    seen = await by.slash(home.art, "easel", order=words)
    answer = await seen.done()
    assert answer.ephemeral
    return answer.text


async def asked(home: Easel, what: str = "asks for") -> Message:
    return await home.member.until(home.art, lambda message: what in message.text and not message.ephemeral)


# --- approvals -------------------------------------------------------------------------------------------------------


async def test_what_costs_more_is_asked_about_and_comes_when_somebody_agreed(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "approval above $0.01")
    seen = await home.member.slash(home.art, "imagine", prompt="a *fox* @everyone")
    told = await seen.until(lambda message: "somebody has to agree" in message.text)
    assert told.ephemeral
    question = await asked(home)
    assert question.text.startswith("Member asks for a picture that may cost up to $0.")
    assert "“a \\*fox\\* @\u200beveryone”" in question.text, "nothing in it formats or calls"
    agree, decline = question.custom_ids()
    assert (agree.split(":")[1], decline.split(":")[1]) == ("agree", "decline")
    refused = await home.member.click(question, "easel:agree")
    assert "Somebody else has to agree" in (await refused.until(lambda each: each.ephemeral)).text
    assert (await asked(home)).custom_ids() == [agree, decline]
    assert home.hand.orders == []
    await boss.click(question, "easel:agree")
    picture = await home.member.until(home.art, lambda message: message.files)
    assert picture.text.startswith(f"{AFTER_APPROVAL}\nFor **Member**")
    await boss.until(home.art, lambda message: message.text.endswith("Moderator agreed."))
    assert (await asked(home)).custom_ids() == []


async def test_a_picture_comes_to_its_place_however_late_somebody_agrees(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "approval above $0.01")
    await home.member.slash(home.art, "imagine", prompt="a fox")
    await asked(home, "a fox")
    secret = await home.member.slash(home.art, "imagine", prompt="a secret", private=True)
    await secret.until(lambda message: "somebody has to agree" in message.text)
    await asked(home, "something private")
    questions = [each for each in home.art.messages() if "asks for" in each.text]
    assert len(questions) == 2
    assert all("secret" not in each.text for each in questions)
    assert questions[1].text.startswith("Member asks for something private that may cost up to $0.")
    home.fake.advance(ENOUGH)
    for question in questions:
        await boss.click(question, "easel:agree")
    picture = await home.member.until(home.art, lambda message: message.files)
    assert picture.text.startswith(AFTER_APPROVAL)
    letter = await home.member.until(home.member.dm(), lambda message: message.files)
    assert letter.text.startswith(BY_DIRECT_MESSAGE)
    await home.quiet()
    assert [len(each.files) for each in home.art.messages() if each.files] == [1], "the private one is not there"


async def test_a_reply_becomes_the_picture_when_somebody_agreed(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "approval above $0.01")
    await home.member.say(home.art, f"{home.fake.app.mention} a fox")
    reply = await home.member.until(home.art, lambda message: "somebody has to agree" in message.text)
    await boss.click(await asked(home), "easel:agree")
    picture = await home.member.until(home.art, lambda message: message.files)
    assert picture.id == reply.id


async def test_what_is_declined_does_not_come(home: Easel) -> None:
    boss, other = moderator(home), moderator(home, "Second")
    await order(home, boss, "approval above $0.01")
    await home.member.slash(home.art, "imagine", prompt="a fox")
    question = await asked(home)
    agree, decline = question.custom_ids()
    await boss.click(question, decline)
    await boss.until(home.art, lambda message: message.text.endswith("Moderator declined."))
    await home.quiet()
    await other.forge(question, agree)
    late = await other.until(home.art, lambda message: message.ephemeral)
    assert "declined this already" in late.text
    assert home.hand.orders == []


async def refused_after_all(home: Easel, boss: Person) -> Message:
    """The only question that there is, answered with a yes that no limit allows any more."""
    await order(home, boss, "limit 0 images a day for everyone")
    question = await asked(home, "asks for a picture")
    agree, decline = question.custom_ids()
    await boss.click(question, agree)
    told = await boss.until(home.art, lambda message: "Moderator agreed, but a limit has nothing left" in message.text)
    assert (told.id, told.custom_ids()) == (question.id, [])
    await boss.forge(question, decline)
    late = await boss.until(home.art, lambda message: message.ephemeral and "not wait any more" in message.text)
    assert late
    assert home.hand.orders == []
    return told


async def test_what_a_limit_refuses_although_it_was_agreed_to(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "approval above $0.01")
    seen = await home.member.slash(home.art, "imagine", prompt="a fox")
    await refused_after_all(home, boss)
    letter = await seen.until(lambda message: "Moderator agreed, and yet it is not drawn" in message.text)
    assert letter.ephemeral
    assert "0 images a day" in letter.text
    assert f"About what you asked for in <#{home.art.id}>" in letter.text


async def test_who_asked_long_ago_hears_directly_what_a_limit_refused(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "approval above $0.01")
    await home.member.slash(home.art, "imagine", prompt="a fox")
    await asked(home)
    home.fake.advance(ENOUGH)
    await refused_after_all(home, boss)
    letter = await home.member.until(home.member.dm(), lambda message: "agreed, and yet" in message.text)
    assert "0 images a day" in letter.text


async def test_a_reply_says_what_a_limit_refused(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "approval above $0.01")
    await home.member.say(home.art, f"{home.fake.app.mention} a fox")
    reply = await home.member.until(home.art, lambda message: "somebody has to agree" in message.text)
    await refused_after_all(home, boss)
    told = await home.member.until(home.art, lambda message: "agreed, and yet" in message.text)
    assert told.id == reply.id


async def test_where_nobody_can_be_asked_nothing_waits(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "approval above $0.01")
    home.fake.fault("POST", f"/channels/{home.art.id}/messages", status=403, code=50013)
    seen = await home.member.slash(home.art, "imagine", prompt="a fox")
    await seen.until(lambda message: "may not ask in this channel" in message.text)
    row = await home.database.fetch_one("SELECT COUNT(*) FROM approval")
    assert row is not None
    assert row[0] == 0


# --- alerts ----------------------------------------------------------------------------------------------------------


async def test_an_alert_is_told_once_in_its_channel(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "budget $0.27")
    await order(home, boss, "alerts here")
    await home.drawn()
    for _ in range(2):
        await telling(home.database, home.adapter).turn()
    told = [each.text for each in home.art.messages() if "The budget of" in each.text]
    (sentence,) = told
    assert sentence.startswith("The budget of $0.27 a month for this workspace is used up to 80 %"), sentence


async def test_an_alert_for_a_channel_that_is_gone_is_logged_and_not_tried_for_ever(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "budget $0.27")
    await order(home, boss, "alerts here")
    await home.drawn()
    await home.fake.close_channel(home.art)
    with capture_logs() as lines:
        for _ in range(2):
            await telling(home.database, home.adapter).turn()
    assert [each["event"] for each in lines if each["event"].startswith("alert")] == ["alert_lost"]


# --- what is seen under a result -------------------------------------------------------------------------------------


async def test_a_workspace_says_what_is_told_under_its_results_and_buttons_tell_their_price(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "limit 5 images a day for everyone")
    plain = await home.drawn("a fox")
    assert "left of" not in plain.text
    assert "$" not in plain.text
    labels = [each["label"] for row in plain.components for each in row["components"]]
    assert [label.partition(" · ~$")[0] for label in labels[:4]] == ["Edit", "Redo", "Vary", "Finalise"]
    assert ["~$0." in label for label in labels[:4]] == [False, True, True, True]
    await order(home, boss, "quota on")
    assert "cost" in await order(home, boss, "price on")
    told = await home.drawn("a fox")
    assert "3 images left of 5 images a day for each person" in told.text
    assert "$0.23" in told.text
    await order(home, boss, "quota off")
    assert "left of" not in (await home.drawn("a fox")).text


# --- asking for more -------------------------------------------------------------------------------------------------


async def test_who_has_used_up_their_allowance_asks_for_more_and_is_given_it_once(home: Easel) -> None:
    boss, other = moderator(home), moderator(home, "Second")
    await order(home, boss, "limit 1 image a day for everyone")
    await home.drawn("a fox")
    seen = await home.member.slash(home.art, "imagine", prompt="a fox")
    refused = await seen.until(lambda message: "You have used 1 of 1 image" in message.text)
    assert refused.ephemeral
    for _ in range(2):
        await home.member.forge(refused, "easel:more:images")
    question = await asked(home, "asks for more")
    await home.quiet()
    assert len([each for each in home.art.messages() if "asks for more" in each.text]) == 1
    (give,) = question.custom_ids()
    await home.member.forge(question, give)
    await home.member.until(home.art, lambda message: "Only administrators" in message.text)
    await boss.click(question, give)
    await home.member.until(home.art, lambda message: f"<@{home.member.id}> has 5 images more" in message.text)
    await other.forge(question, give)
    await other.until(home.art, lambda message: "Somebody has given this already" in message.text)
    for _ in range(5):
        await home.drawn("a fox")
    seen = await home.member.slash(home.art, "imagine", prompt="a fox")
    await seen.until(lambda message: "You have used 6 of 6 images" in message.text)


async def test_a_cap_that_people_share_is_not_asked_about(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "limit 1 image a day for here")
    await home.drawn("a fox")
    seen = await home.member.slash(home.art, "imagine", prompt="a fox")
    refused = await seen.until(lambda message: "has used 1 of 1 image" in message.text)
    assert refused.components == [], "an extra would not help"


# --- a day in the office ---------------------------------------------------------------------------------------------


async def test_a_role_has_an_allowance_of_its_own(home: Easel) -> None:
    boss = moderator(home)
    role = home.fake.role(home.guild, "Designers")
    designer = home.fake.user("Designer", guilds=[home.guild], roles=[role])
    await order(home, boss, "limit 1 image a day for everyone")
    told = await order(home, boss, f"limit 3 images a day for <@&{role.id}>")
    assert f"<@&{role.id}>" in told
    for _ in range(3):
        await home.drawn("a fox", by=designer)
    await home.drawn("a fox")
    seen = await home.member.slash(home.art, "imagine", prompt="a fox")
    await seen.until(lambda message: "You have used 1 of 1 image" in message.text)


async def test_a_workspaces_month_in_dollars_ends(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "budget $0.50")
    await home.drawn("a fox")
    await home.drawn("a fox")
    seen = await home.member.slash(home.art, "imagine", prompt="a fox")
    refused = await seen.until(lambda message: "This workspace has used $0.45 of $0.50" in message.text)
    assert "1 December" in refused.text or "resets" in refused.text
    used = await (await boss.slash(home.art, "usage")).done()
    assert "2 images, $0.45, measured" in used.text


async def test_what_moderation_declines_is_given_back(home: Easel) -> None:
    async def declines(_: object) -> None:
        raise Moderated("This was declined.", "Say it another way.")

    boss = moderator(home)
    await order(home, boss, "limit 1 image a day for everyone")
    home.hand.meanwhile = declines
    seen = await home.member.slash(home.art, "imagine", prompt="a fox")
    await seen.until(lambda message: "This was declined" in message.text)
    home.hand.meanwhile = None
    await home.drawn("a fox")


async def test_a_pause_holds_for_everybody_until_it_is_ended(home: Easel) -> None:
    boss = moderator(home)
    await order(home, boss, "pause until Monday")
    for person in (home.member, boss):
        seen = await person.slash(home.art, "imagine", prompt="a fox")
        await seen.until(lambda message: "The reason given: until Monday" in message.text)
    await order(home, boss, "resume")
    await home.drawn("a fox")


async def test_a_member_decides_nothing(home: Easel) -> None:
    """Discord shows the command to administrators; an old client, or a server's own setting, may show it to others."""
    boss = moderator(home)

    async def uses(command: str, **values: object) -> Seen:
        data = slash(boss, home.art, command, values)
        return await home.member._ask(Asked.COMMAND, home.art, data, name=command, wait=True)

    seen = await uses("easel", order="grant 99 images to me")
    await seen.until(lambda message: "Only administrators decide this" in message.text)
    seen = await uses("usage")
    await seen.until(lambda message: "Only administrators read" in message.text)
