"""What exists on the fake Slack: workspaces, people, channels, messages, files, views. Plain records, no sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from emulators.slack_api.values import Kind

T = TypeVar("T")
Payload = dict[str, Any]


class Clock:
    """The wall clock, and how far a test has moved it on."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._newest = 0

    def now(self) -> float:
        """Seconds since 1970, as this Slack sees them."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Later."""
        self.ahead += seconds

    def ts(self) -> str:
        """The id of a message: a moment that no other has."""
        self._newest = max(int(self.now() * 1_000_000), self._newest + 1)
        return f"{self._newest // 1_000_000}.{self._newest % 1_000_000:06d}"


class Bell:
    """Rung at every change that somebody could see."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Something changed."""
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, look: Callable[[], T], what: Callable[[], str], seconds: float) -> T:
        """Look again at every change (and four times a second) until `look` finds something."""
        deadline = time.monotonic() + seconds
        while True:
            heard = self._next
            found = look()
            if found:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not seen within {seconds} s; {what()}")
            with suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), min(left, 0.25))


@dataclass(eq=False)
class Enterprise:
    """An Enterprise Grid: several workspaces of one organisation."""

    id: str
    name: str


def _nobody(*_: object, **__: object) -> Any:
    raise AssertionError("a workspace is made by the fake")


@dataclass(eq=False)
class Workspace:
    """A workspace. `person` and others are put there by the fake: a workspace makes its own people."""

    id: str
    name: str
    domain: str
    enterprise: Enterprise | None = None
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    installation: Installation | None = None
    person: Callable[..., Person] = field(repr=False, default=_nobody)
    channel: Callable[..., Channel] = field(repr=False, default=_nobody)
    user_group: Callable[..., UserGroup] = field(repr=False, default=_nobody)

    @property
    def bot_token(self) -> str:
        """The token of the app's bot here (an xoxb)."""
        assert self.installation is not None, f"the app is not installed in {self.name}"
        return self.installation.token

    @property
    def bot(self) -> Person:
        """The app's bot user here."""
        assert self.installation is not None, f"the app is not installed in {self.name}"
        return self.installation.bots[self.id]


@dataclass(eq=False)
class UserGroup:
    """People who can be mentioned together: @art."""

    id: str
    team: Workspace
    handle: str
    members: list[Person]
    disabled: bool = False

    @property
    def mention(self) -> str:
        """What writes itself as @handle."""
        return f"<!subteam^{self.id}|@{self.handle}>"


@dataclass(eq=False)
class Person:
    """Somebody with an account; a bot has a `bot_id`, too."""

    id: str
    team: Workspace
    name: str
    locale: str = "en-US"
    tz: str = "Europe/Berlin"
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    deleted: bool = False
    bot_id: str = ""
    app_id: str = ""

    @property
    def mention(self) -> str:
        """What writes itself as @name."""
        return f"<@{self.id}>"

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"


@dataclass(eq=False)
class Installation:
    """The app in a workspace, or in a whole Enterprise Grid (`team` is None then)."""

    token: str
    scopes: set[str]
    team: Workspace | None
    enterprise: Enterprise | None = None
    bots: dict[str, Person] = field(default_factory=dict)  # team id -> the bot user there
    refresh_token: str = ""
    expires_at: float = 0.0  # 0: never
    revoked: str = ""  # what Slack says about the token since
    older: dict[str, float] = field(default_factory=dict)  # tokens that it had before, and until when they work

    def of(self, team: Workspace) -> bool:
        """Whether it reaches this workspace."""
        return team.id in self.bots


@dataclass(eq=False)
class File:
    """A file with its real bytes. `ready` once Slack has looked at it; `shares` once it appeared somewhere."""

    id: str
    team: Workspace
    user: Person
    name: str
    title: str = ""
    data: bytes = b""
    alt_txt: str = ""
    length: int = 0
    created: float = 0.0
    uploaded: bool = False
    completed: bool = False
    ready: bool = False
    deleted: bool = False
    mode: str = "hosted"
    external_url: str = ""
    given: bool = False  # to the app, in a form
    redirect: str = ""  # downloads are sent there
    size: tuple[int, int] | None = None
    shares: dict[str, list[Message]] = field(default_factory=dict)  # channel id -> messages
    places: list[Channel] = field(default_factory=list)

    @property
    def shared(self) -> bool:
        """Whether anybody can see it in a conversation."""
        return any(not each.deleted for group in self.shares.values() for each in group)

    def __repr__(self) -> str:
        return f"<{self.id} {self.name}, {len(self.data)} bytes>"


@dataclass(eq=False)
class Message:
    """A message as it is now; `versions` holds how it was. An ephemeral one has `only_for`."""

    ts: str
    channel: Channel
    user: Person
    text: str = ""
    blocks: list[Payload] = field(default_factory=list)
    attachments: list[Payload] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    thread: str = ""  # ts of the root that it hangs under; "" at the top level
    subtype: str = ""
    client_msg_id: str = ""
    broadcast: bool = False
    only_for: Person | None = None
    edited_ts: str = ""
    deleted: bool = False
    arguments: Payload = field(default_factory=dict)  # what the app said when it posted it
    versions: list[tuple[str, list[Payload]]] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The thread it is in, or would start."""
        return self.thread or self.ts

    @property
    def ephemeral(self) -> bool:
        """Whether one person alone sees it."""
        return self.only_for is not None

    def replies(self) -> list[Message]:
        """What hangs under it."""
        return [each for each in self.channel.messages.values() if each.thread == self.ts and not each.deleted]

    def __repr__(self) -> str:
        gone = " (deleted)" if self.deleted else ""
        return f"<{self.user.name}: {self.text[:60]!r} {self.files or ''} thread={self.thread}{gone}>"


@dataclass(eq=False)
class Channel:
    """A conversation of any kind."""

    id: str
    team: Workspace
    name: str
    kind: Kind = "channel"
    members: list[Person] = field(default_factory=list)
    archived: bool = False
    shared: bool = False  # with another organisation (Slack Connect)
    teams: list[Workspace] = field(default_factory=list)  # the others, when shared
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    posted_at: float = 0.0  # for the rate limit

    @property
    def is_private(self) -> bool:
        """Whether only its members know of it."""
        return self.kind != "channel"

    def find(self, ts: str) -> Message | None:
        """A message that is still there."""
        found = self.messages.get(ts)
        return None if found is None or found.deleted else found

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.id}>"


@dataclass(eq=False)
class View:
    """A modal or a Home tab."""

    id: str
    person: Person
    document: Payload
    hash: str
    installation: Installation
    team: Workspace  # whose installation it is; the person may be of another (Slack Connect)
    root_id: str = ""
    previous_id: str = ""
    state: dict[str, dict[str, Payload]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    versions: list[Payload] = field(default_factory=list)

    @property
    def blocks(self) -> list[Payload]:
        """What it shows."""
        blocks: list[Payload] = self.document["blocks"]
        return blocks

    @property
    def title(self) -> str:
        """Its heading."""
        return str(self.document.get("title", {}).get("text", ""))


@dataclass
class Status:
    """What a thread says that the app is doing."""

    text: str
    loading_messages: list[str]
    at: float
