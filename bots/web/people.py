"""Who uses the playground, and where: a few demo people, named by role, and a few channels.

They are there so that a newcomer sees limits, roles and private pictures at work before a real server is connected. All
of them share one session: whoever holds the token may be any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import NotFound
from core.model import Actor, Place

PLATFORM = "web"
WORKSPACE = "playground"
SOMEBODY = "somebody"  # the author of messages whose author had everything of theirs deleted
EASEL = "easel"  # the author of Easel's own messages; no person may have this id


@dataclass(frozen=True, slots=True)
class Person:
    """One of the demo people."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    is_admin: bool = False
    locale: str = "en"  # as their browser says it: nobody has one of their own here


@dataclass(frozen=True, slots=True)
class Channel:
    """A room of the playground. Every demo person may read and write in every one."""

    id: str
    name: str
    topic: str


DEMO_PEOPLE = (
    Person("guest", "Guest"),
    Person("member", "Member", ("member",)),
    Person("designer", "Designer", ("designer",)),
    Person("moderator", "Moderator", ("moderator",), is_admin=True),
)

DEMO_CHANNELS = (
    Channel("studio", "studio", "Say what you would like to see"),
    Channel("sketches", "sketches", "Quick drafts and variations"),
    Channel("posters", "posters", "Posters, banners and invitations"),
)


class Roster:
    """Looks people and channels up by the ids that a page sends: an unknown id is `NotFound`, and is never echoed."""

    def __init__(
        self,
        people: tuple[Person, ...] = DEMO_PEOPLE,
        channels: tuple[Channel, ...] = DEMO_CHANNELS,
        *,
        time_zone: str = "UTC",
    ) -> None:
        self._people: Mapping[str, Person] = MappingProxyType({person.id: person for person in people})
        self._channels: Mapping[str, Channel] = MappingProxyType({channel.id: channel for channel in channels})
        self._time_zone = time_zone
        if {EASEL, SOMEBODY} & self._people.keys():
            raise ValueError("no person may be called like Easel itself")

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone, in the order in which they are offered."""
        return tuple(self._people.values())

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Every channel, in the order in which they are listed."""
        return tuple(self._channels.values())

    def person(self, person: str) -> Person:
        """The person with this id. Raises `NotFound`."""
        try:
            return self._people[person]
        except KeyError:
            raise NotFound("There is no such person in this playground.", "Choose one from the list.") from None

    def channel(self, channel: str) -> Channel:
        """The channel with this id. Raises `NotFound`."""
        try:
            return self._channels[channel]
        except KeyError:
            raise NotFound("There is no such channel in this playground.", "Choose one from the list.") from None

    def actor(self, person: Person) -> Actor:
        """The person in the core's terms."""
        return Actor(
            platform=PLATFORM,
            workspace=WORKSPACE,
            user=person.id,
            name=person.name,
            roles=person.roles,
            locale=person.locale,
            is_admin=person.is_admin,
        )

    def place(self, channel: Channel, thread: str | None = None) -> Place:
        """The channel, or a thread in it, in the core's terms."""
        return Place(
            platform=PLATFORM, workspace=WORKSPACE, channel=channel.id, thread=thread, time_zone=self._time_zone
        )

    def name_of(self, author: str) -> str:
        """The name to show for a message's author; an author who is gone from the list keeps their id."""
        if author in (EASEL, SOMEBODY):
            return author.capitalize()
        person = self._people.get(author)
        return person.name if person else author
