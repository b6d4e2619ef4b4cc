"""Buttons, forms, shortcuts and the Home tab in the fake Slack, on the stage of `support_slack_talk`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import support_slack_talk
from emulators.slack_api.people import Attached, Said
from emulators.slack_api.pressing import Acted
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Message, Person, View
from support_slack_talk import Talk, talking

from bots.slack.handlers import handlers_of
from bots.slack.result_blocks import images_in
from core.model import ImageId, StoredImage


@dataclass
class Stage:
    """What people press, fill in and open; everything returns when all is quiet."""

    talk: Talk

    @property
    def fake(self) -> FakeSlack:
        return self.talk.fake

    async def press(
        self, on: Message | View, action: str, *, by: Person | None = None, value: str | None = None
    ) -> Acted:
        acted = await self.fake.press(by or self.talk.member, on, f"easel:{action}", value)
        await self.talk.quiet()
        return acted

    async def choose(self, on: Message | View, action: str, option: str, *, by: Person | None = None) -> Acted:
        acted = await self.fake.choose(by or self.talk.member, on, f"easel:{action}", option)
        await self.talk.quiet()
        return acted

    async def shortcut(self, message: Message, callback_id: str, *, by: Person | None = None) -> Acted:
        acted = await self.fake.shortcut(by or self.talk.member, message, callback_id)
        await self.talk.quiet()
        return acted

    async def submit(
        self, values: dict[str, Any], files: Sequence[Attached] = (), *, by: Person | None = None
    ) -> Acted:
        """Send the form that is open."""
        acted = await self.fake.submit(by or self.talk.member, None, values, files)
        await self.talk.quiet()
        return acted

    async def opens_home(self, *, by: Person | None = None, tab: str = "home") -> View | None:
        await self.fake.open_home(by or self.talk.member, tab)
        await self.talk.quiet()
        return self.fake.home_of(by or self.talk.member)

    def form(self, by: Person | None = None) -> View:
        """The form that is open before this person."""
        view = self.fake.view_of(by or self.talk.member)
        assert view is not None, "no form is open"
        return view

    def words(self, by: Person | None = None) -> str:
        """What can be read in it."""
        return "\n".join(_words(self.form(by).blocks))

    async def drawn(self, words: str = "a lighthouse", **more: Any) -> tuple[Said, Message, StoredImage]:
        """A picture in a thread: what asked for it, the message with its buttons, and the picture itself."""
        said = await self.talk.says(words, mention=True, **more)
        controls = self.controls(said)[-1]
        (image,) = await self.talk.store.images(images_in(controls.blocks)[:1])
        return said, controls, image

    def controls(self, said: Said | Message, by: Person | None = None) -> list[Message]:
        """The messages with buttons of pictures in this thread."""
        return [
            each
            for each in self.talk.thread(said, said.channel if isinstance(said, Message) else None)
            if images_in(each.blocks)
        ]

    async def private(self, words: str = "a secret") -> tuple[Message, StoredImage]:
        """A private picture: the message with its buttons, in the person's direct messages."""
        await self.talk.commands("/imagine", f"{words} --private")
        found = [each for each in self.fake.direct(self.talk.member) if images_in(each.blocks)]
        return found[-1], await self.image(images_in(found[-1].blocks)[0])

    async def image(self, identity: ImageId) -> StoredImage:
        found = await self.talk.store.image(identity)
        assert found is not None
        return found

    def only_for(self, person: Person) -> list[Message]:
        """The messages in the channel that this person alone sees."""
        return self.fake.ephemerals(person, self.talk.art)


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") in ("plain_text", "mrkdwn") else []
        return own + [word for each in value.values() for word in _words(each)]
    return [word for each in value for word in _words(each)] if isinstance(value, list) else []


@asynccontextmanager
async def staged(fake: FakeSlack, folder: Path, monkeypatch: pytest.MonkeyPatch, **said: Any) -> AsyncIterator[Stage]:
    """The stage of messages and commands, where buttons and forms are answered, too."""
    monkeypatch.setattr(support_slack_talk, "_handlers", handlers_of)
    async with talking(fake, folder, **said) as talk:
        talk.guest.locale = "en-US"  # here everybody reads the same words; languages have stories of their own
        yield Stage(talk)
