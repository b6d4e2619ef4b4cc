"""What exists on the fake Discord: guilds, roles, channels, messages. Plain records; nothing here talks to a socket."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from emulators.discord_api.clock import Clock
from emulators.discord_api.values import (
    ALL_PERMISSIONS,
    EVERYONE,
    FILE_BYTES_BY_TIER,
    NOTHING,
    PLAIN,
    THREADS,
    Flag,
    Kind,
    Permission,
    Sort,
)

if TYPE_CHECKING:
    from emulators.discord_api.interactions import Interaction
    from emulators.discord_api.people import Person

T = TypeVar("T")
ADMINISTRATOR, VIEW_CHANNEL = int(Permission.ADMINISTRATOR), int(Permission.VIEW_CHANNEL)


class Bell:
    """Rung at every change that somebody can see."""

    def __init__(self) -> None:
        self._next: asyncio.Event = asyncio.Event()

    def ring(self) -> None:
        """Something changed."""
        self._next.set()
        self._next = asyncio.Event()

    async def until(
        self, look: Callable[[], T | None], what: Callable[[], str], seconds: float, *, beat_seconds: float = 60.0
    ) -> T:
        """Look again at every change until `look` finds something; `what` says what was there instead.

        With a short beat it also looks when nothing rang, for what happens elsewhere.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            heard = self._next
            found = look()
            if found:
                return found
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise AssertionError(f"not seen within {seconds} s; {what()}")
            with suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), min(left, beat_seconds))


@dataclass(eq=False)
class Role:
    """A role of a guild."""

    id: int
    name: str
    permissions: Permission
    position: int = 1


@dataclass(eq=False)
class Guild:
    """A server. Without `has_bot` its people can only bring the application along themselves."""

    id: int
    name: str
    everyone: Role
    tier: int = 0
    has_bot: bool = True
    locale: str = "en-US"
    owner_id: int = 0
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, list[Role]] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    @property
    def file_bytes(self) -> int:
        """The largest file that may be uploaded here."""
        return FILE_BYTES_BY_TIER[self.tier]

    def base_permissions(self, user_id: int) -> Permission:
        """What a member may do where no channel says otherwise."""
        if user_id == self.owner_id:
            return ALL_PERMISSIONS
        granted = int(self.everyone.permissions)  # plain integers: an IntFlag's arithmetic is slow
        for role in self.members.get(user_id, ()):
            granted |= int(role.permissions)
        return ALL_PERMISSIONS if granted & ADMINISTRATOR else Permission(granted)


@dataclass
class Overwrite:
    """What a channel grants and takes from a role or a member."""

    allow: Permission = NOTHING
    deny: Permission = NOTHING


@dataclass(eq=False)
class Attachment:
    """A file in a message, with its real bytes."""

    id: int
    name: str
    data: bytes
    folder: int
    description: str | None = None
    spoiler: bool = False
    ephemeral: bool = False
    size: tuple[int, int] | None = None
    content_type: str | None = None

    def __repr__(self) -> str:
        return f"<{self.name}, {len(self.data)} bytes, {self.description!r}>"


@dataclass
class Version:
    """How a message once looked."""

    at: float
    content: str
    files: list[str]
    components: list[dict[str, Any]]


@dataclass(eq=False)
class Message:
    """A message, as it is now; `versions` holds how it was."""

    id: int
    channel: Channel
    author: Person
    world: World
    content: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    flags: Flag = PLAIN
    sort: Sort = Sort.DEFAULT
    reference: dict[str, Any] | None = None
    replied: Message | None = None
    snapshots: list[Message] = field(default_factory=list)
    mentions: list[Person] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pings_reply: bool = False
    nonce: str | None = None
    interaction: Interaction | None = None
    only_for: Person | None = None
    thread: Channel | None = None
    hidden_files: set[int] = field(default_factory=set)  # shown through components or embeds
    edited_at: float | None = None
    deleted: bool = False
    posted_at: float = 0.0
    versions: list[Version] = field(default_factory=list)

    @property
    def files(self) -> list[Attachment]:
        """What a person sees as files and pictures, however they are shown."""
        return self.attachments

    @property
    def ephemeral(self) -> bool:
        """Whether one person alone sees it."""
        return self.only_for is not None

    @property
    def loading(self) -> bool:
        """Whether it says that the application is thinking."""
        return bool(self.flags & Flag.LOADING)

    @property
    def text(self) -> str:
        """All words that a person reads: the content, the embeds' and the components' texts."""
        words = [self.content]
        for embed in self.embeds:
            words += [str(embed[key]) for key in ("title", "description") if embed.get(key)]
            words += [f"{each['name']} {each['value']}" for each in embed.get("fields", ())]
        words += [part["content"] for part in walk(self.components) if part.get("type") == 10]
        return "\n".join(word for word in words if word)

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """Its buttons, in order."""
        return [part for part in walk(self.components) if part.get("type") == 2]

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons."""
        return [str(button.get("label") or "") for button in self.buttons]

    @property
    def selects(self) -> list[dict[str, Any]]:
        """Its select menus."""
        return [part for part in walk(self.components) if part.get("type") in (3, 5, 6, 7, 8)]

    def custom_ids(self) -> list[str]:
        """The ids of everything that can be pressed."""
        return [part["custom_id"] for part in walk(self.components) if part.get("custom_id")]

    async def until(self, predicate: Callable[[Message], object], seconds: float = 5.0) -> Message:
        """Wait until this message looks like that."""
        return await self.world.bell.until(
            lambda: self if predicate(self) else None, lambda: f"it is {self!r}", seconds
        )

    def remember(self) -> None:
        """Keep how it looks now."""
        names = [file.name for file in self.attachments]
        self.versions.append(Version(self.world.clock.now(), self.content, names, list(self.components)))

    def __repr__(self) -> str:
        marks = [mark for mark in ("ephemeral", "loading", "deleted") if getattr(self, mark)]
        return f"<message {' '.join(marks)} {self.author.name}: {self.text!r} {self.attachments} {self.labels}>"


def walk(parts: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Every component of a tree, outside in."""
    for part in parts:
        if isinstance(part, dict):
            yield part
            yield from walk(part.get("components") or ())
            yield from walk([part[key] for key in ("accessory", "component") if part.get(key)])


@dataclass(eq=False)
class Channel:
    """A place for messages: a text channel, a thread, a direct message."""

    id: int
    name: str
    kind: Kind
    world: World
    guild: Guild | None = None
    parent: Channel | None = None
    nsfw: bool = False
    recipients: list[Person] = field(default_factory=list)
    owner_id: int = 0
    archived: bool = False
    locked: bool = False
    deleted: bool = False
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    history: dict[int, Message] = field(default_factory=dict)
    announced: deque[Message] = field(default_factory=deque)
    typed_at: list[float] = field(default_factory=list)

    @property
    def is_thread(self) -> bool:
        """Whether it hangs on another channel."""
        return self.kind in THREADS

    def messages(self) -> list[Message]:
        """What everybody here sees, in order."""
        return [each for each in self.history.values() if not each.deleted and not each.ephemeral]

    def permissions(self, user_id: int) -> Permission:
        """What somebody may do here; roles first, then the channel, everyone before roles before the member."""
        if self.guild is None:
            return ALL_PERMISSIONS & ~Permission.ADMINISTRATOR
        base = self.guild.base_permissions(user_id)
        granted = int(base)
        if granted & ADMINISTRATOR:
            return base
        overwrites = self.parent.overwrites if self.parent and self.is_thread else self.overwrites
        steps = [[self.guild.everyone.id], [role.id for role in self.guild.members.get(user_id, ())], [user_id]]
        for step in steps:
            allow, deny = 0, 0
            for each in step:
                if each in overwrites:
                    allow, deny = allow | int(overwrites[each].allow), deny | int(overwrites[each].deny)
            granted = granted & ~deny | allow
        return Permission(granted) if granted & VIEW_CHANNEL else Permission(0)

    async def next(self, seconds: float = 5.0) -> Message:
        """The application's next message here that everybody sees; each is handed out once."""
        look: Callable[[], Message | None] = lambda: self.announced.popleft() if self.announced else None  # noqa: E731
        return await self.world.bell.until(look, lambda: f"#{self.name} shows {self.messages()}", seconds)

    async def until(self, predicate: Callable[[Message], object], seconds: float = 5.0) -> Message:
        """The newest message here, seen by everybody, that looks like that."""
        look = lambda: next((each for each in reversed(self.messages()) if predicate(each)), None)  # noqa: E731
        return await self.world.bell.until(look, lambda: f"#{self.name} shows {self.messages()}", seconds)

    def __repr__(self) -> str:
        return f"<#{self.name} {self.id}>"


class World:
    """All of it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.bell = Bell()
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.users: dict[int, Person] = {}
        self.attachments: dict[int, Attachment] = {}
        self.interactions: dict[str, Interaction] = {}
        self.by_nonce: dict[tuple[int, int, str], Message] = {}

    def add_guild(
        self, name: str, *, guild_id: int, tier: int, has_bot: bool, everyone: Permission = EVERYONE
    ) -> Guild:
        """A new guild."""
        guild_id = guild_id or self.clock.guild_snowflake()
        role = Role(guild_id, "@everyone", everyone, 0)
        guild = Guild(guild_id, name, role, tier=tier, has_bot=has_bot, roles={role.id: role})
        self.guilds[guild_id] = guild
        return guild

    def add_channel(self, name: str, kind: Kind, *, channel_id: int = 0, guild: Guild | None = None) -> Channel:
        """A new channel."""
        channel = Channel(channel_id or self.clock.snowflake(), name, kind, self, guild=guild)
        self.channels[channel.id] = channel
        if guild is not None:
            guild.channels[channel.id] = channel
        return channel

    def add_message(self, message: Message) -> Message:
        """A message is there from now on."""
        message.posted_at = message.posted_at or self.clock.now()
        message.channel.history[message.id] = message
        message.remember()
        return message
