"""What people do in a Slack client, and what they see: write, attach, edit, look."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from emulators.slack_api import payloads, text
from emulators.slack_api.deliveries import Delivery
from emulators.slack_api.host import Host
from emulators.slack_api.methods_files import look_at, tell_shared
from emulators.slack_api.world import Channel, File, Message, Person, View

Attached = File | bytes | tuple[str, bytes]


@dataclass
class Said:
    """A message that somebody wrote, and what the app was told of it."""

    message: Message
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def ts(self) -> str:
        """Its id."""
        return self.message.ts

    async def settled(self) -> Said:
        """Once every delivery is acknowledged or given up."""
        for each in self.deliveries:
            await each.settled.wait()
        return self


PING = re.compile(r"<(?:@[UW][A-Z0-9]+|!(?:channel|here|everyone|subteam)[^>]*)[^>]*>")


def _marked_up(message: Message) -> Iterator[str]:
    """Every text of all its versions in which Slack looks for mentions."""
    for words, blocks in message.versions:
        yield words  # beside blocks, too: it is what a notification shows
        yield from _mrkdwn(blocks)


def _mrkdwn(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "markdown"):
            yield str(value.get("text", ""))
        for each in value.values():
            yield from _mrkdwn(each)
    elif isinstance(value, list):
        for each in value:
            yield from _mrkdwn(each)


class People(Host):
    """The person's side: messages and what can be seen."""

    def attach(self, person: Person, given: Attached, *, title: str = "", alt: str = "", fresh: bool = False) -> File:
        """A file of a person's; a `fresh` one Slack looks at only later: no type, no size until then."""
        if isinstance(given, File):
            return given
        name, data = given if isinstance(given, tuple) else ("image.png", given)
        file = File(self.id("F"), person.team, person, name, title, data, alt, len(data), self.clock.now())
        file.uploaded = file.completed = True
        self.files_by_id[file.id] = file
        if fresh:
            self.later(self._look_later(file))
        else:
            look_at(file)
        return file

    async def _look_later(self, file: File) -> None:
        await asyncio.sleep(self.share_after)
        look_at(file)
        self.bell.ring()

    def compose(self, person: Person, channel: Channel, words: str, thread: Message | str | None) -> Message:
        """A message that nobody sees yet."""
        assert person in channel.members, f"{person} is not in {channel}"
        assert channel.kind != "im" or not self.read_only, "sending messages to this app has been turned off"
        message = Message(self.clock.ts(), channel, person, words, client_msg_id=str(uuid.uuid4()))
        message.thread = thread.root if isinstance(thread, Message) else thread or ""
        assert not message.thread or message.thread in channel.messages, f"no thread {message.thread} in {channel}"
        return message

    async def say(
        self,
        person: Person,
        channel: Channel,
        words: str,
        *,
        thread: Message | str | None = None,
        files: Sequence[Attached] = (),
        mention: bool = False,
        raw: bool = False,
        broadcast: bool = False,
        fresh: bool = False,
    ) -> Said:
        """Somebody writes. The client mangles what is typed, unless `raw`; `mention` puts the app's @name in front."""
        typed = text.typed(words, raw=raw)
        if mention:
            me = self.me(channel.team)
            assert me is not None, f"the app is not installed in {channel.team.name}"
            typed = f"{me.mention} {typed}".rstrip()
        message = self.compose(person, channel, typed, thread)
        message.files = [self.attach(person, each, fresh=fresh) for each in files]
        message.blocks = text.rich(words) if words else []
        message.broadcast = broadcast
        message.subtype = "file_share" if files else "thread_broadcast" if broadcast else ""
        told = self.post(message)
        for file in message.files:
            tell_shared(self, file, channel)
        return Said(message, told)

    async def edit(self, person: Person, message: Message, words: str, *, raw: bool = False) -> Said:
        """Somebody changes what they wrote."""
        assert message.user is person, "only one's own messages can be edited"
        return Said(message, self.change(message, text=text.typed(words, raw=raw), blocks=text.rich(words)))

    async def remove_message(self, person: Person, message: Message) -> Said:
        """Somebody deletes what they wrote (an administrator: what anybody wrote)."""
        assert message.user is person or person.is_admin, "only one's own messages can be deleted"
        return Said(message, self.remove(message))

    async def react(self, person: Person, message: Message, name: str) -> list[Delivery]:
        """Somebody reacts."""
        self.reactions.setdefault((message.channel.id, message.ts), []).append((person.id, name))
        item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
        event = {"type": "reaction_added", "user": person.id, "reaction": name, "item": item}
        event |= {"item_user": message.user.id, "event_ts": self.clock.ts()}
        return self.tell(message.channel, event, "reaction_added", "reactions:read")

    async def bot_says(
        self,
        channel: Channel,
        words: str,
        *,
        files: Sequence[Attached] = (),
        blocks: Sequence[payloads.Payload] = (),
        attachments: Sequence[payloads.Payload] = (),
        thread: Message | str | None = None,
    ) -> Said:
        """Another app writes."""
        other = Person(self.id("U"), channel.team, "Another app", bot_id=self.id("B"), app_id="A0OTHER")
        self.people[other.id] = other
        message = Message(self.clock.ts(), channel, other, words, list(blocks), list(attachments))
        message.thread = thread.root if isinstance(thread, Message) else thread or ""
        message.subtype, message.files = "bot_message", [self.attach(other, each) for each in files]
        return Said(message, self.post(message))

    async def slackbot_says(self, channel: Channel, words: str) -> Said:
        """Slack itself writes: an automatic answer."""
        slackbot = self.people.setdefault("USLACKBOT", Person("USLACKBOT", channel.team, "Slackbot"))
        message = Message(self.clock.ts(), channel, slackbot, words, subtype="slackbot_response")
        return Said(message, self.post(message))

    async def enter(self, person: Person, channel: Channel) -> list[Delivery]:
        """Somebody joins a channel; everybody there is told so by a message."""
        channel.members.append(person)
        return self.tell_channel(channel, self.joined(person, channel))

    # --- what is seen ---

    def messages(self, channel: Channel, thread: Message | str | None = None) -> list[Message]:
        """The top level of a channel; or what hangs under a thread's root, without the root itself."""
        root = thread.root if isinstance(thread, Message) else thread or ""
        here = [each for each in channel.messages.values() if not each.deleted]
        return [each for each in here if each.thread == root or (not root and each.broadcast)]

    def ephemerals(self, person: Person, channel: Channel) -> list[Message]:
        """What this person alone sees there."""
        return [each for each in channel.ephemerals if each.only_for is person and not each.deleted]

    def direct(self, person: Person) -> list[Message]:
        """Everything in the person's DM with the app, whoever wrote it."""
        return [each for each in self.dm(person).messages.values() if not each.deleted]

    def view_of(self, person: Person) -> View | None:
        """The form that is open before them, the topmost."""
        stack = self.stacks.get(person.id, [])
        return stack[-1] if stack else None

    def home_of(self, person: Person) -> View | None:
        """Their Home tab."""
        return self.homes.get(person.id)

    def file(self, name: str) -> File:
        """A file by its id."""
        return self.files_by_id[name]

    def files(self, channel: Channel | None = None) -> list[File]:
        """Files of the app that can be seen (in a channel)."""
        mine = [each for each in self.files_by_id.values() if each.user.app_id == self.app_id and not each.deleted]
        return [each for each in mine if each.shared and (channel is None or channel.id in each.shares)]

    def orphans(self) -> list[File]:
        """Uploads of the app that are kept and that nobody can see: waste, and perhaps a loss."""
        mine = [each for each in self.files_by_id.values() if each.user.app_id == self.app_id and not each.deleted]
        return [each for each in mine if each.uploaded and not each.shared]

    def pings(self) -> list[str]:
        """Words by which the app called somebody: <@…>, <!channel> and the like, where Slack makes mentions of them."""
        mine = [
            each for channel in self.channels.values() for each in (*channel.messages.values(), *channel.ephemerals)
        ]
        said = [words for each in mine if each.user.app_id == self.app_id for words in _marked_up(each)]
        return [found.group() for words in said for found in PING.finditer(words)]

    def shown(self, message: Message) -> payloads.Payload:
        """A message as the API would show it."""
        return payloads.message(message, self.base)
