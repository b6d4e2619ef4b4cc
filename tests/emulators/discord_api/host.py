"""What happens on the fake Discord, whoever caused it: a message appears, changes, goes; and everybody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulators.discord_api import payloads
from emulators.discord_api.cdn import Cdn
from emulators.discord_api.drafts import Draft, apply, mention
from emulators.discord_api.gateway import Gateway
from emulators.discord_api.payloads import Shown
from emulators.discord_api.sessions import Session
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import ACKNOWLEDGE_SECONDS, NONCE_SECONDS, TOKEN_SECONDS, Flag, Intent, Kind, Sort
from emulators.discord_api.world import Attachment, Channel, Guild, Message, World

if TYPE_CHECKING:
    from emulators.discord_api.interactions import Interaction
    from emulators.discord_api.people import Person

CONTENT_LIMITED = 1 << 19  # the application's flag GATEWAY_MESSAGE_CONTENT_LIMITED


class Host:
    """The world, its files, its gateway and the application."""

    app: Person

    def __init__(self) -> None:
        self.world = World()
        self.cdn = Cdn(self.world)
        self.token = ""
        self.gateway = Gateway(lambda: self.token, self._welcome, self.world.bell.ring)
        self.shown: Shown
        self.gateway_url = ""
        self.acknowledge_seconds = ACKNOWLEDGE_SECONDS
        self.token_seconds = TOKEN_SECONDS
        self.commands: dict[int | None, list[dict[str, Any]]] = {}
        self.syncs = 0

    @property
    def message_content(self) -> bool:
        """Whether the message content intent is switched on in the portal; it decides over REST, too."""
        return bool(self.gateway.allowed & Intent.MESSAGE_CONTENT)

    @message_content.setter
    def message_content(self, on: bool) -> None:
        self.gateway.allowed = self.gateway.allowed & ~Intent.MESSAGE_CONTENT | (
            Intent.MESSAGE_CONTENT if on else Intent(0)
        )

    def application(self) -> dict[str, Any]:
        """The partial application of READY."""
        return {"id": str(self.app.id), "flags": CONTENT_LIMITED if self.message_content else 0}

    def _welcome(self, session: Session) -> tuple[dict[str, Any], list[Any]]:
        homes = [each for each in self.world.guilds.values() if each.has_bot and session.wants(each.id)]
        ready = {
            "v": 10,
            "user": payloads.user(self.app) | {"verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": str(each.id), "unavailable": True} for each in homes],
            "session_id": session.id,
            "resume_gateway_url": self.gateway_url,
            "shard": list(session.shard),
            "application": self.application(),
            "private_channels": [],
        }
        if not session.intents & Intent.GUILDS:
            return ready, []
        return ready, [payloads.guild(each, self.app) for each in homes]

    def keep(self, upload: Upload, channel: Channel, *, ephemeral: bool = False) -> Attachment:
        """A file goes to the CDN."""
        folder = self.app.id if ephemeral else channel.id
        return self.cdn.keep(upload, folder, ephemeral=ephemeral)

    async def post(self, message: Message, draft: Draft) -> Message:
        """A new message, as drafted; the same nonce twice within minutes is the same message."""
        again = self._already(message, draft)
        if again is not None:
            return again
        apply(draft, message, lambda upload: self.keep(upload, message.channel, ephemeral=message.ephemeral))
        mention(message, self.world, draft.allowed_mentions)
        message.nonce = draft.nonce
        if draft.nonce is not None and draft.enforce_nonce:
            self.world.by_nonce[(message.author.id, message.channel.id, draft.nonce)] = message
        return await self.announce(message)

    def _already(self, message: Message, draft: Draft) -> Message | None:
        if draft.nonce is None or not draft.enforce_nonce:
            return None
        found = self.world.by_nonce.get((message.author.id, message.channel.id, draft.nonce))
        recent = found is not None and self.world.clock.now() - found.posted_at < NONCE_SECONDS
        return found if recent else None

    async def announce(self, message: Message) -> Message:
        """It is there: the people look, the application hears of it unless it is ephemeral."""
        self.world.add_message(message)
        if message.author is self.app and not message.ephemeral:
            message.channel.announced.append(message)
        self.ring(message)
        await self._unarchive(message.channel)
        await self.tell_message("MESSAGE_CREATE", message)
        return message

    async def _unarchive(self, channel: Channel) -> None:
        if channel.is_thread and channel.archived and not channel.locked:
            channel.archived = False
            await self.tell_place("THREAD_UPDATE", channel)

    def ring(self, message: Message) -> None:
        """Whoever waits for something to happen to this message, looks."""
        self.world.bell.ring()
        if message.interaction is not None:
            message.interaction.bell.ring()

    async def change(self, message: Message, draft: Draft) -> Message:
        """An edit; it ends the "thinking"."""
        apply(draft, message, lambda upload: self.keep(upload, message.channel, ephemeral=message.ephemeral))
        if "content" in draft.explicit:
            mention(message, self.world, draft.allowed_mentions)
        if message.flags & Flag.LOADING:
            message.flags &= ~Flag.LOADING
        else:
            message.edited_at = self.world.clock.now()
        message.remember()
        self.ring(message)
        await self.tell_message("MESSAGE_UPDATE", message)
        return message

    async def remove(self, message: Message) -> None:
        """It is gone."""
        message.deleted = True
        message.channel.history.pop(message.id, None)
        self.ring(message)
        if message.ephemeral:
            return
        guild = message.channel.guild
        gone = {"id": str(message.id), "channel_id": str(message.channel.id)}
        gone |= {} if guild is None else {"guild_id": str(guild.id)}
        await self._tell(message.channel, "MESSAGE_DELETE", lambda session: gone)

    async def tell_message(self, event: str, message: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE, censored for each session by its own intents."""
        if message.ephemeral:
            return
        guild = message.channel.guild

        def render(session: Session) -> dict[str, Any]:
            shown = self.shown.message(message, content=bool(session.intents & Intent.MESSAGE_CONTENT))
            shown["channel_type"] = int(message.channel.kind)
            if guild is not None:
                shown["guild_id"] = str(guild.id)
                if message.author.id in guild.members and message.interaction is None:
                    shown["member"] = {k: v for k, v in payloads.member(guild, message.author).items() if k != "user"}
            return shown

        await self._tell(message.channel, event, render)

    async def _tell(self, channel: Channel, event: str, render: Any) -> None:
        if not self.sees(channel):
            return
        guild_id = None if channel.guild is None else channel.guild.id
        intent = Intent.DIRECT_MESSAGES if guild_id is None else Intent.GUILD_MESSAGES
        await self.gateway.dispatch(event, guild_id, intent, render)

    def sees(self, channel: Channel) -> bool:
        """Whether the application is there at all."""
        if channel.guild is None:
            return self.app in channel.recipients
        return channel.guild.has_bot and bool(channel.permissions(self.app.id))

    async def tell_place(self, event: str, channel: Channel) -> None:
        """A channel or thread came, changed or went."""
        if channel.guild is None or not channel.guild.has_bot:
            return
        shown = payloads.channel(channel)
        self.world.bell.ring()
        await self.gateway.dispatch(event, channel.guild.id, Intent.GUILDS, lambda session: shown)

    async def tell_guild(self, event: str, guild: Guild) -> None:
        """GUILD_CREATE, GUILD_DELETE."""
        whole = payloads.guild(guild, self.app) if event == "GUILD_CREATE" else {"id": str(guild.id)}
        await self.gateway.dispatch(event, guild.id, Intent.GUILDS, lambda session: whole)

    async def tell_interaction(self, asked: Interaction, payload: dict[str, Any]) -> None:
        """INTERACTION_CREATE needs no intent."""
        guild = asked.channel.guild
        await self.gateway.dispatch(
            "INTERACTION_CREATE", None if guild is None else guild.id, Intent(0), lambda s: payload
        )

    def new_message(self, channel: Channel, author: Person, *, sort: Sort = Sort.DEFAULT) -> Message:
        """A message that nobody sees yet."""
        return Message(self.world.clock.snowflake(), channel, author, self.world, sort=sort)

    def direct(self, person: Person) -> Channel:
        """The conversation of a person with the application."""
        for channel in self.world.channels.values():
            if channel.kind == Kind.DM and person in channel.recipients and self.app in channel.recipients:
                return channel
        channel = self.world.add_channel("dm", Kind.DM)
        channel.recipients = [person, self.app]
        return channel
