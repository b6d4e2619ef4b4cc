"""Somebody answers a picture that they see, before all of its messages are posted and the core knows of it."""

from __future__ import annotations

from pathlib import Path

from emulators.slack_api.server import FakeSlack
from support_house import until
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_talk import talking

from bots.slack.posts import State
from bots.slack.result_blocks import images_in


async def test_the_next_step_is_made_of_the_picture_that_stands_there(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with talking(slack_api, tmp_path) as talk:
        slack_api.slow("chat.postMessage", 1.0)  # its buttons take a while
        root = await slack_api.say(talk.member, talk.art, "a lighthouse", mention=True)
        await slack_api.until(lambda: talk.shown(root), "the picture", 10)

        async def is_known() -> bool:
            (post,) = await talk.desk.records.posts.in_thread(talk.team.id, talk.art.id, root.ts)
            return post.state is State.UNDER

        await until(is_known)
        await slack_api.say(talk.member, talk.art, "make it night", thread=root.ts)
        slack_api.slow("chat.postMessage", 0)
        await talk.quiet()
        assert len(talk.shown(root)) == 2
        images = await talk.store.images([each for one in talk.thread(root) for each in images_in(one.blocks)])
        lines = sorted([await talk.line(each) for each in images])
        assert lines == [["a lighthouse"], ["a lighthouse", "make it night"]]
