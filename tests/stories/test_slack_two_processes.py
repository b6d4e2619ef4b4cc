"""Two Easels on one data folder and one Slack, as while a new version takes over: nothing is lost or drawn twice."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from emulators.slack_api.server import FakeSlack
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_easel import easel


async def test_sockets_of_both_and_one_goes(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    """Each envelope goes to any of the sockets; a mention's twin may reach the other process."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(easel(slack_api, tmp_path))
        old = AsyncExitStack()
        two = await old.enter_async_context(easel(slack_api, tmp_path))
        await slack_api.connected(2)
        people = [one.member, one.team.person("Guest")]  # five requests of one person wait at most
        one.art.members.append(people[1])
        said = [await slack_api.say(people[n % 2], one.art, f"boat {n}", mention=True) for n in range(8)]
        await slack_api.until(lambda: len(one.controls()) == 8, "all of them", 20)
        await one.quiet()
        via = {each.via for delivery in slack_api.deliveries for each in delivery.attempts}
        assert len(via) == 2, "both have heard something"
        assert sorted(each.text for each in [*one.hand.orders, *two.hand.orders]) == sorted(
            f"boat {number}" for number in range(8)
        )
        more = [asyncio.create_task(slack_api.say(one.member, one.art, f"fox {n}", mention=True)) for n in range(4)]
        await asyncio.gather(*more)
        await old.aclose()  # the old version stops: it finishes what it has acknowledged
        await slack_api.until(lambda: len(one.controls()) == 12, "those, too", 60)
        await one.quiet()
        assert len(one.shown()) == 12
        drawn = [each.text for each in [*one.hand.orders, *two.hand.orders]]
        assert sorted(each for each in drawn if each.startswith("fox")) == [f"fox {number}" for number in range(4)]
        for each in said:
            ours = [reply for reply in slack_api.messages(one.art, each.ts) if reply.user is one.team.bot]
            assert len(ours) == 2, "a picture and its buttons"
