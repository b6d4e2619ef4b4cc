"""What happens on the fake Slack, whoever caused it: a message appears, changes, goes; and the app is told."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

from emulators.slack_api import payloads
from emulators.slack_api.deliveries import Delivery, Postman
from emulators.slack_api.faults import Faults
from emulators.slack_api.recorded import Calls, Seen
from emulators.slack_api.sockets import Sockets
from emulators.slack_api.values import FULL_EVENTS, FULL_SCOPES, HISTORY, MESSAGE_EVENTS, STATUS_SECONDS
from emulators.slack_api.world import (
    Bell,
    Channel,
    Clock,
    Enterprise,
    File,
    Installation,
    Message,
    Person,
    Status,
    View,
    Workspace,
)

if TYPE_CHECKING:
    from emulators.slack_api.tickets import Responding, Trigger

Payload = dict[str, Any]


class Host:
    """The world, the app in it, and what it is told."""

    app_id = "A0EASEL"
    app_name = "Easel"
    app_token = "xapp-1-A0EASEL-0000-fake"
    signing_secret = "0123456789abcdef0123456789abcdef"
    client_id = "1111111111.2222222222"
    client_secret = "c0ffee00c0ffee00c0ffee00c0ffee00"

    def __init__(self) -> None:
        self.clock, self.bell = Clock(), Bell()
        self.faults, self.calls = Faults(), Calls()
        self.sockets = Sockets(self.app_id, lambda: self.file_host, self.bell)
        self.postman = Postman(self.sockets, self.bell)
        self.scopes: set[str] = set(FULL_SCOPES)
        self.events: set[str] = set(FULL_EVENTS)
        self.commands: set[str] | None = None  # the slash commands of the manifest; None: any
        self.shortcuts: set[str] | None = None  # those in a message's menu
        self.tabs = {"home", "messages"}
        self.read_only = False  # whether nobody can write in the Messages tab
        self.teams: dict[str, Workspace] = {}
        self.enterprises: dict[str, Enterprise] = {}
        self.installations: list[Installation] = []
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.files_by_id: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}  # person id -> modals, the top one last
        self.homes: dict[str, View] = {}
        self.statuses: dict[tuple[str, str], Status] = {}
        self.prompts: dict[str, Payload] = {}
        self.reactions: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.responding: dict[str, Responding] = {}
        self.seen: list[Seen] = []
        self.errors: list[BaseException] = []
        self.redirect_uri = ""  # the app's own, for an authorize page that is given none
        self.token_rotation = False
        self.rate_limits = False
        self.share_after = 0.05
        self.command_replaces = False  # as reported: a command's response_url only ever says something new
        self.alt_txt = "kept"  # or "dropped": an upload with alternative text is never shared
        self.port = 0
        self._number = 0
        self._later: set[asyncio.Task[None]] = set()

    @property
    def file_host(self) -> str:
        """Where files, sockets and everything else live."""
        return f"127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        """The site."""
        return f"http://{self.file_host}"

    @property
    def api_base(self) -> str:
        """The Web API."""
        return f"{self.base}/api/"

    def id(self, letter: str) -> str:
        """A new id of a kind, such as C00000001A."""
        self._number += 1
        return f"{letter}0{self._number:07X}FK"

    # --- who and where ---

    def installation_of(self, team: Workspace) -> Installation | None:
        """The app's installation that reaches a workspace."""
        return next((each for each in self.installations if each.of(team) and not each.revoked), None)

    def me(self, team: Workspace) -> Person | None:
        """The app's bot user there."""
        found = self.installation_of(team)
        return None if found is None else found.bots[team.id]

    def reached(self, person: Person, channel: Channel | None = None) -> Workspace:
        """The workspace whose installation hears of what this person does: theirs, or (Slack Connect) the channel's."""
        if self.installation_of(person.team) is not None or channel is None:
            return person.team
        return channel.team

    def once(self, team: Workspace) -> Person:
        """The bot user that the app had there before it was taken out: a response_url outlives it."""
        return next(each.bots[team.id] for each in reversed(self.installations) if each.of(team))

    def dm(self, person: Person) -> Channel:
        """The conversation of a person with the app."""
        me = self.me(person.team)
        assert me is not None, f"the app is not installed in {person.team.name}"
        for channel in person.team.channels.values():
            if channel.kind == "im" and person in channel.members and me in channel.members:
                return channel
        return self.add_channel(person.team, "directmessage", "im", [person, me])

    def add_channel(self, team: Workspace, name: str, kind: str, members: list[Person]) -> Channel:
        """A new conversation."""
        letter = {"channel": "C", "group": "C", "im": "D", "mpim": "G"}[kind]
        channel = Channel(self.id(letter), team, name, kind, members)  # type: ignore[arg-type] # a Kind by its keys
        team.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    # --- messages ---

    def post(self, message: Message) -> list[Delivery]:
        """It is there, and whoever listens hears of it."""
        channel = message.channel
        message.versions.append((message.text, message.blocks))
        if message.only_for is not None:
            channel.ephemerals.append(message)
            self.bell.ring()
            return []
        channel.messages[message.ts] = message
        if message.user.bot_id:
            self.statuses.pop((channel.id, message.root), None)
        for file in message.files:
            file.shares.setdefault(channel.id, []).append(message)
            if channel not in file.places:
                file.places.append(channel)
        self.bell.ring()
        return self.tell_message(message)

    def tell_message(self, message: Message) -> list[Delivery]:
        """`message`, and `app_mention` besides when the app is meant."""
        channel = message.channel
        stub = channel.shared and message.user.team is not channel.team
        event = payloads.message(message, self.base, event=True, stub=stub)
        told = self.tell_channel(channel, event)
        me = self.me(channel.team)
        if me is None or me not in channel.members or channel.kind == "im" or message.user is me:
            return told
        if me.mention in message.text and message.subtype not in ("message_changed", "message_deleted"):
            mention = {key: value for key, value in event.items() if key not in ("channel_type", "subtype")}
            told += self.tell(channel, mention | {"type": "app_mention"}, "app_mention", "app_mentions:read")
        return told

    def tell_channel(self, channel: Channel, event: Payload) -> list[Delivery]:
        """An event of the kind message.*."""
        me = self.me(channel.team)
        if me is None or me not in channel.members:
            return []
        return self.tell(channel, event, MESSAGE_EVENTS[channel.kind], HISTORY[channel.kind])

    def tell(self, where: Channel | Workspace, event: Payload, subscription: str, scope: str) -> list[Delivery]:
        """Only if the app subscribed to it and has the scope for it."""
        team = where if isinstance(where, Workspace) else where.team
        found = self.installation_of(team)
        if subscription not in self.events or found is None or (scope and scope not in found.scopes):
            return []
        return [self.send_event(team, event, found, shared=isinstance(where, Channel) and where.shared)]

    def send_event(self, team: Workspace, event: Payload, found: Installation, *, shared: bool = False) -> Delivery:
        """The outer event."""
        enterprise = None if team.enterprise is None else team.enterprise.id
        authorization = {
            "enterprise_id": enterprise,
            "team_id": None if found.team is None else team.id,
            "user_id": found.bots[team.id].id,
            "is_bot": True,
            "is_enterprise_install": found.team is None,
        }
        wrapper: Payload = {
            "token": "verification",
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": enterprise,
            "api_app_id": self.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self.id("Ev"),
            "event_time": int(self.clock.now()),
            "authorizations": [authorization],
            "is_ext_shared_channel": shared,
            "event_context": f"4-{uuid.uuid4().hex}",
        }
        if enterprise is not None:
            wrapper["enterprise_id"] = enterprise
        return self.postman.send("events_api", wrapper)

    def joined(self, person: Person, channel: Channel) -> Payload:
        """The message that says so: it mentions whoever joined, and is nobody's words."""
        ts, words = self.clock.ts(), f"{person.mention} has joined the channel"
        event = {"type": "message", "subtype": "channel_join", "user": person.id, "text": words, "channel": channel.id}
        return event | {"ts": ts, "event_ts": ts, "channel_type": channel.kind}

    def change(
        self, message: Message, *, text: str | None = None, blocks: list[Payload] | None = None
    ) -> list[Delivery]:
        """An edit."""
        before = payloads.message(message, self.base)
        message.text = message.text if text is None else text
        message.blocks = message.blocks if blocks is None else blocks
        message.edited_ts = self.clock.ts()
        message.versions.append((message.text, message.blocks))
        self.bell.ring()
        if message.ephemeral:
            return []
        return self._changed(message, payloads.message(message, self.base), before)

    def _changed(self, message: Message, after: Payload, before: Payload) -> list[Delivery]:
        event = {"type": "message", "subtype": "message_changed", "message": after, "previous_message": before}
        return self.tell_channel(message.channel, event | self._hidden(message.channel))

    def _hidden(self, channel: Channel) -> Payload:
        ts = self.clock.ts()
        return {"hidden": True, "channel": channel.id, "channel_type": channel.kind, "ts": ts, "event_ts": ts}

    def remove(self, message: Message) -> list[Delivery]:
        """It is gone; a root with replies leaves a tombstone."""
        before = payloads.message(message, self.base)
        tombstone = bool(message.replies()) and not message.ephemeral
        message.deleted = True
        self.bell.ring()
        if message.ephemeral:
            return []
        if tombstone:
            gone = {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "ts": message.ts}
            return self._changed(message, gone | {"user": "USLACKBOT", "hidden": True, "thread_ts": message.ts}, before)
        event = {"type": "message", "subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before}
        return self.tell_channel(message.channel, event | self._hidden(message.channel))

    # --- files ---

    def later(self, work: Any) -> None:
        """Something that Slack does in its own time."""
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def sees_file(self, file: File, person: Person) -> bool:
        """Whether the app's bot may look at it: its own, or shared where it is a member, or given to it in a form."""
        if file.deleted:
            return False
        given = file.given and file.team is person.team
        return file.user is person or given or any(person in each.members for each in file.places)

    def status_of(self, channel: Channel, thread: Message | str) -> Status | None:
        """What the thread says that the app is doing, for two minutes or until the app says something."""
        root = thread if isinstance(thread, str) else thread.root
        found = self.statuses.get((channel.id, root))
        return None if found is None or self.clock.now() - found.at > STATUS_SECONDS else found
