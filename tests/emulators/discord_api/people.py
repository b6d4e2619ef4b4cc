"""The people: what they do with their client, and what they see there. A client offers only what is possible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulators.discord_api import asking, writing
from emulators.discord_api.modals import Modal, fill
from emulators.discord_api.values import Asked, Part
from emulators.discord_api.world import Channel, Message, walk

if TYPE_CHECKING:
    from emulators.discord_api.host import Host
    from emulators.discord_api.interactions import Interaction

SECONDS = 5.0


@dataclass(eq=False, repr=False)
class Seen:
    """What a person sees come of something asked of the application. It grows; `until` waits for it."""

    asked: Interaction
    host: Host

    @property
    def failed(self) -> bool:
        """Whether it says "The application did not respond"."""
        return self.asked.too_late

    @property
    def message(self) -> Message:
        """The answer: the message that was posted, or the one that was changed."""
        assert self.asked.original is not None, f"no message answers {self.asked.data}: {self.asked.callback!r}"
        return self.asked.original

    @property
    def messages(self) -> list[Message]:
        """The answer and all follow-ups that are still there."""
        return [each for each in self.asked.messages if not each.deleted]

    @property
    def modal(self) -> Modal:
        """The form that opened."""
        assert self.asked.modal is not None, (
            f"no modal answers {self.asked.data}: {self.asked.callback!r} {self.messages}"
        )
        return self.asked.modal

    @property
    def ephemeral(self) -> bool:
        """Whether the answer is for this person's eyes only."""
        return self.message.ephemeral

    @property
    def text(self) -> str:
        """All words of the answer and its follow-ups."""
        return "\n".join(each.text for each in self.messages)

    async def until(self, predicate: Callable[[Message], object], seconds: float = SECONDS) -> Message:
        """The first of the answers that looks like that, sooner or later."""

        def look() -> Message | None:
            own = self.asked.messages or ([self.asked.original] if self.asked.original else [])
            return next((each for each in own if not each.deleted and predicate(each)), None)

        return await self.asked.bell.until(look, lambda: f"the answers are {self.asked.messages}", seconds)

    async def done(self, seconds: float = SECONDS) -> Message:
        """The answer, once it no longer says that the application is thinking."""
        return await self.until(lambda message: not message.loading, seconds)

    async def picture(self, seconds: float = SECONDS) -> Message:
        """The first answer that has files."""
        return await self.until(lambda message: message.files, seconds)

    def __repr__(self) -> str:
        what = "failed" if self.failed else self.asked.callback
        return f"<seen {what!r} {self.asked.messages}>"


@dataclass(eq=False, repr=False)
class Person:
    """Somebody with an account. Bots are people too."""

    id: int
    name: str
    host: Host
    bot: bool = False
    locale: str = "en-US"
    dms_open: bool = True
    installed: bool = False  # has the application in the own account

    @property
    def is_app(self) -> bool:
        """Whether this is the application under test."""
        return self.host.app is self

    @property
    def mention(self) -> str:
        """How one writes to them."""
        return f"<@{self.id}>"

    def dm(self) -> Channel:
        """The conversation with the application."""
        return self.host.direct(self)

    def sees(self, channel: Channel) -> list[Message]:
        """The channel as this person sees it: everybody's messages and the own ephemeral ones, in order."""
        return [each for each in channel.history.values() if not each.deleted and each.only_for in (None, self)]

    async def until(
        self, channel: Channel, predicate: Callable[[Message], object], seconds: float = SECONDS
    ) -> Message:
        """The newest message that this person sees there and that looks like that."""
        look = lambda: next((each for each in reversed(self.sees(channel)) if predicate(each)), None)  # noqa: E731
        return await self.host.world.bell.until(look, lambda: f"{self.name} sees {self.sees(channel)}", seconds)

    async def slash(self, channel: Channel, name: str, /, *, wait: bool = True, **values: Any) -> Seen:
        """Use a slash command, as in `slash(channel, "imagine", prompt="a fox", image=Upload("a.png", data))`.

        A subcommand is a second word. Raises AssertionError for what the client would not offer.
        """
        data = asking.slash(self, channel, name, values)
        return await self._ask(Asked.COMMAND, channel, data, name=data["name"], wait=wait)

    async def autocomplete(
        self, channel: Channel, name: str, option: str, typed: str, /, **values: Any
    ) -> list[dict[str, Any]]:
        """What is offered while this is typed into that option."""
        data = asking.slash(self, channel, name, values | {option: typed}, focused=option)
        seen = await self._ask(Asked.AUTOCOMPLETE, channel, data, name=data["name"], wait=True)
        assert not seen.failed, "Loading options failed"
        return seen.asked.choices or []

    async def menu(self, message: Message, name: str, *, wait: bool = True) -> Seen:
        """Use Apps > `name` on a message."""
        data = asking.menu(self, message, name)
        return await self._ask(Asked.COMMAND, message.channel, data, name=name, wait=wait)

    async def click(self, message: Message, button: str, *, wait: bool = True) -> Seen:
        """Press the button with this custom id, label, or custom id that begins so."""
        assert message in self.sees(message.channel), f"{self.name} does not see {message}"
        found = find(message.components, button)
        assert found["type"] == Part.BUTTON, found
        return await self._press(message, found, {"custom_id": found["custom_id"], "component_type": 2}, wait)

    async def select(self, message: Message, menu: str, values: Iterable[str], *, wait: bool = True) -> Seen:
        """Choose from a select."""
        assert message in self.sees(message.channel), f"{self.name} does not see {message}"
        found, chosen = find(message.components, menu), list(values)
        known = [option["value"] for option in found.get("options", ())]
        assert set(chosen) <= set(known), f"the client offers {known}"
        data = {"custom_id": found["custom_id"], "component_type": found["type"], "values": chosen}
        return await self._press(message, found, data, wait)

    async def forge(
        self, message: Message, custom_id: str, *, kind: int = 2, values: Iterable[str] = (), wait: bool = True
    ) -> Seen:
        """What a hostile client can do: press something on a message that is not there."""
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
        data |= {"values": list(values)} if kind != Part.BUTTON else {}
        return await self._ask(Asked.COMPONENT, message.channel, data, source=message, wait=wait)

    async def _press(self, message: Message, found: dict[str, Any], data: dict[str, Any], wait: bool) -> Seen:
        assert not found.get("disabled"), f"{found} is greyed out"
        return await self._ask(Asked.COMPONENT, message.channel, data, source=message, wait=wait)

    async def submit(self, modal: Modal, values: dict[str, Any] | None = None, *, wait: bool = True) -> Seen:
        """Send a form off: values by custom id; what is not named keeps its default. Uploads are lists of `Upload`."""
        channel = modal.asked.channel
        keep = lambda upload: self.host.keep(upload, channel, ephemeral=True)  # noqa: E731
        filled = fill(modal, values or {}, keep)
        return await self.submit_raw(modal, filled, wait=wait)

    async def submit_raw(self, modal: Modal, data: dict[str, Any], *, wait: bool = True) -> Seen:
        """What a hostile client can do: send any answer to a form."""
        files = data.pop("files", [])
        if files:
            data["resolved"] = {"attachments": {str(each.id): self.host.shown.attachment(each) for each in files}}
        source = modal.asked.source
        return await self._ask(Asked.MODAL, modal.asked.channel, data, source=source, wait=wait)

    async def _ask(
        self,
        kind: Asked,
        channel: Channel,
        data: dict[str, Any],
        *,
        name: str = "",
        source: Message | None = None,
        wait: bool,
    ) -> Seen:
        asked = await asking.ask(self, kind, channel, data, name=name, source=source)
        if wait:
            answered = lambda: asked.callback is not None or asked.too_late  # noqa: E731
            seconds = self.host.acknowledge_seconds + 2
            await asked.bell.until(answered, lambda: "no answer", seconds)
        return Seen(asked, self.host)

    async def say(self, channel: Channel, text: str = "", **more: Any) -> Message:
        """Write a message; see `writing.say` for `reply_to`, `ping`, `mention`, `files`, `embeds`, `components`."""
        return await writing.say(self, channel, text, **more)

    async def forward(self, message: Message, to: Channel) -> Message:
        """Forward a message."""
        return await writing.forward(self, message, to)

    async def edit(self, message: Message, text: str) -> Message:
        """Rewrite an own message."""
        return await writing.edit(self, message, text)

    async def delete(self, message: Message) -> None:
        """Delete a message; an ephemeral one is dismissed."""
        await self.host.remove(message)

    def __repr__(self) -> str:
        return f"<{self.name}>"


def find(components: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    """A component by custom id, label, or the beginning of the id; exactly one must fit."""
    parts = [part for part in walk(components) if part.get("custom_id")]
    fits: list[Callable[[dict[str, Any]], bool]] = [
        lambda part: bool(part["custom_id"] == wanted),
        lambda part: bool(part.get("label") == wanted),
        lambda part: bool(re.match(re.escape(wanted), part["custom_id"])),
    ]
    for fit in fits:
        found = [part for part in parts if fit(part)]
        if found:
            assert len(found) == 1, f"{wanted!r} fits {[part['custom_id'] for part in found]}"
            return found[0]
    raise AssertionError(f"{wanted!r} is none of {[(part['custom_id'], part.get('label')) for part in parts]}")
