"""`make pictures`: what Easel looks like in Slack, drawn of what really stands in the fake Slack at the end of a story.

Slack itself cannot be run here: the page is ours, after Slack's own light theme, near enough to judge by. With a folder
as argument, all pictures are put there; without, the README's two.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from emulators.slack_api.people import Said
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Message
from support_slack_api import PROXIES, picture, slack
from support_slack_look import Look, page, shot
from support_slack_whole import SlowHand, Whole, whole

DOCS = Path(__file__).parents[2] / "docs"
POSTER = 'a poster that says "Grand Opening" with a fox and balloons at sunset --ar 2:1'
LIMITS = (
    '[[limits]]\nscope = "user"\nunit = "images"\nwindow = "day"\namount = 2\n'
    '[[limits]]\nscope = "workspace"\nunit = "images"\nwindow = "week"\namount = 400\n'
)


class Camera:
    """Takes what people see in one Slack."""

    def __init__(self, it: Whole, chromium: Path, folder: Path) -> None:
        self.it, self.chromium, self.folder = it, chromium, folder

    def look(self) -> Look:
        fake = self.it.fake
        files = {each.id: each.data for each in fake.files_by_id.values() if not each.deleted}
        people = {each.id: each.name for each in fake.people.values()}
        return Look(people, {each.id: each.name for each in fake.channels.values()}, files)

    def said(self, messages: Iterable[Message]) -> list[str]:
        look = self.look()
        return [
            look.message(each.user.name, text=each.text, blocks=_ours(each), files=[file.id for file in each.files])
            for each in messages
        ]

    def thread(self, root: Said | Message) -> str:
        message = root.message if isinstance(root, Said) else root
        everything = [message, *self.it.fake.messages(message.channel, message)]
        return self.look().thread(message.channel.name, self.said(everything))

    async def take(self, name: str, *surfaces: str, width: int = 720) -> None:
        path = await shot(self.chromium, page(*surfaces), self.folder / f"{name}.png", width=width, scale=1.5)
        print(path, f"{path.stat().st_size // 1024} KB")  # noqa: T201


def _ours(message: Message) -> list[dict[str, object]]:
    """What a person types is shown as words; the blocks are an app's."""
    return message.blocks if message.user.bot_id and not message.files else []


async def main(folder: Path | None) -> None:
    """Take them."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("No Chromium on this machine; install it with: apt-get install chromium")
    for name in PROXIES:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as temporary:
        async with slack() as fake:
            await _drawing(
                fake, Path(temporary) / "drawing", Path(found), folder or DOCS, everything=folder is not None
            )
        if folder is not None:
            async with slack() as fake:
                await _waiting(fake, Path(temporary) / "waiting", Path(found), folder)


async def _drawing(fake: FakeSlack, data: Path, chromium: Path, folder: Path, *, everything: bool) -> None:
    """A poster, its edit in the thread, and the form; then the other answers."""
    async with whole(fake, data, None, "socket", limits=LIMITS) as it:
        camera = Camera(it, chromium, folder)
        it.member.name = "Designer"
        said = await it.drawn(POSTER, mention=True)
        await it.drawn("make it night", thread=said.ts)
        await camera.take("slack", camera.thread(said))
        await fake.press(it.member, it.controls(said)[-1], "easel:edit")
        await it.until(lambda: "submit" in (_view(it) or {}), "the form")
        await camera.take("slack-edit", camera.look().modal(_view(it)), width=600)
        await fake.close(it.member)
        if everything:
            await _others(it, camera, said)


async def _others(it: Whole, camera: Camera, said: Said) -> None:
    fake, dm = it.fake, it.fake.dm(it.guest)
    await fake.press(it.member, it.controls(said)[-1], "easel:details")
    await it.until(lambda: "Made from" in repr(_view(it)), "details")
    await camera.take("slack-details", camera.look().modal(_view(it)), width=600)
    refused = await fake.say(it.member, it.art, "one more", mention=True)
    await it.until(lambda: it.told() and not it.thread(refused), "refused")
    for name in ("/quota", "/history", "/help"):
        await fake.command(it.member, it.art, name)
        await it.quiet()
    await camera.take("slack-words", *camera.said(fake.ephemerals(it.member, it.art)))
    await fake.open_home(it.member)
    home = await fake.until(lambda: fake.home_of(it.member), "the Home tab")
    await it.quiet()
    assert home is not None
    await camera.take("slack-home", camera.look().home(home.document))
    await fake.command(it.guest, it.art, "/imagine", "a boat --private")
    await it.until(lambda: [each for each in it.top(dm) if it.controls(each, dm)], "in private")
    await it.quiet()
    (private,) = [each for each in it.top(dm) if each.files]
    await camera.take("slack-private", camera.thread(private), *camera.said(fake.ephemerals(it.guest, it.art)))
    await fake.command(it.guest, it.art, "/imagine", "a cat --ar 3:2")
    await it.until(lambda: [each for each in it.top() if each.files and it.controls(each)], "a command's picture")
    await it.quiet()
    (shown,) = [each for each in it.top() if each.files]
    await camera.take("slack-command", camera.thread(shown), *camera.said(fake.ephemerals(it.guest, it.art)))
    other = it.team.person("Moderator")
    it.art.members.append(other)
    several = await it.drawn("a fox --n 2", mention=True, by=other)
    await fake.say(other, it.art, "make it night", thread=several.ts)
    await it.until(lambda: "easel:which" in repr([each.blocks for each in it.thread(several)]), "which one")
    await camera.take("slack-several", camera.thread(several))


async def _waiting(fake: FakeSlack, data: Path, chromium: Path, folder: Path) -> None:
    """Somebody else's picture is being drawn, and ours waits."""
    hand = SlowHand()
    async with whole(fake, data, None, "socket", hand=hand) as it:
        camera = Camera(it, chromium, folder)
        await fake.say(it.guest, it.art, "a boat", mention=True)
        await hand.begun.wait()
        said = await fake.say(it.member, it.art, "a balloon", mention=True)
        await it.until(lambda: "Waiting" in "".join(each.text for each in it.thread(said)), "waiting")
        await camera.take("slack-waiting", camera.thread(said))
        dm = it.fake.dm(it.member)
        alone = await fake.say(it.member, dm, "", files=[("cat.png", picture("grey"))])
        await it.quiet()
        await camera.take("slack-hint", camera.thread(alone))
        hand.go.set()
        await it.rested(said.ts, 1)


def _view(it: Whole) -> dict[str, object]:
    view = it.fake.view_of(it.member)
    return {} if view is None else view.document


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
