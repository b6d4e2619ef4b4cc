"""What the adapter needs of Discord's HTTP interface, on discord.py's clients and their handling of rate limits.

What answers an interaction needs the application's id and the interaction's token alone: it works in a process without
a bot token and without a gateway. Everything else needs `use`, with a client that is logged in.

No error and no log line of this module holds an address: the addresses of interactions contain their tokens.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import aiohttp
import discord
from discord.http import HTTPClient, Route, handle_message_parameters
from discord.webhook.async_ import AsyncWebhookAdapter

from bots.discord import limits
from bots.discord.downloads import Downloads
from core.errors import DeliveryError, Later
from core.settings_discord import FILE_HOSTS

Payload = dict[str, Any]

# None of Easel's messages notifies anybody, whatever words of people they repeat.
SILENT: Final[Payload] = {"parse": [], "users": [], "roles": [], "replied_user": False}
_BUSY_SECONDS: Final = 5.0
_DAY_MINUTES: Final = 1440

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
UNKNOWN_WEBHOOK: Final = 10015  # an interaction that was never answered, or whose time is over
INVALID_WEBHOOK_TOKEN: Final = 50027
TOO_MANY_EDITS: Final = 30046  # of a message that is older than an hour: a new one is the way
REQUEST_TOO_LARGE: Final = 40005
FILE_TOO_LARGE: Final = 50045


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way to Discord. `name` is ASCII; `alt` at most 1024 characters."""

    name: str
    data: bytes
    alt: str = ""
    spoiler: bool = False


class Unreachable(DeliveryError):
    """Discord says no, and asking again would change nothing. `number` is its own code, 0 when it gave none.

    https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
    """

    code = "unreachable"

    def __init__(self, number: int, status: int) -> None:
        super().__init__("Discord did not take the message.")
        self.number = number
        self.status = status

    @property
    def ended(self) -> bool:
        """Whether it means that this interaction can never be answered again."""
        return self.status == 401 or self.number in (UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN)

    @property
    def too_large(self) -> bool:
        """Whether a smaller copy may be taken."""
        return self.status == 413 or self.number in (REQUEST_TOO_LARGE, FILE_TOO_LARGE)


class Rest:
    """Discord over HTTP. Raises `Unreachable` when Discord says no, and `Later` when it is busy or away."""

    def __init__(self, session: aiohttp.ClientSession, *, file_hosts: frozenset[str] = frozenset(FILE_HOSTS)) -> None:
        self._session = session
        self._webhooks = AsyncWebhookAdapter()  # type: ignore[no-untyped-call]  # discord.py forgot its annotation
        self._http: HTTPClient | None = None
        self._downloads = Downloads(session, file_hosts)

    @classmethod
    @asynccontextmanager
    async def opened(cls, *, file_hosts: frozenset[str] = frozenset(FILE_HOSTS)) -> AsyncIterator[Rest]:
        """With a session of its own, closed in the end. Where the interface is, `discord.http.Route.BASE` says."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield cls(session, file_hosts=file_hosts)

    def use(self, http: HTTPClient | None) -> None:
        """From now on, the bot's own requests go through this client, which is logged in (`Client.http`)."""
        self._http = http

    @property
    def has_bot(self) -> bool:
        """Whether more than answers to interactions is possible."""
        return self._http is not None

    # --- answers to an interaction: application and token alone ---------------------------------------------------

    async def original(self, application: int, token: str) -> Payload:
        """The original response."""
        return await _told(self._webhooks.get_original_interaction_response(application, token, session=self._session))

    async def edit_original(
        self, application: int, token: str, payload: Payload, files: Sequence[Upload] | None = None
    ) -> Payload:
        """Change the original response; the message as it is now. `files`: instead of all before; None keeps those."""
        with _message(payload, files) as told:
            return await _told(
                self._webhooks.edit_original_interaction_response(application, token, session=self._session, **told)
            )

    async def delete_original(self, application: int, token: str) -> None:
        """Take the original response away."""
        await _asked(self._webhooks.delete_original_interaction_response(application, token, session=self._session))

    async def follow_up(
        self, application: int, token: str, payload: Payload, files: Sequence[Upload] | None = None
    ) -> Payload:
        """A further response. `flags: 64` makes it ephemeral. It knows no nonce: sent again it is another one."""
        with _message(payload, files) as told:
            return await _told(
                self._webhooks.execute_webhook(application, token, session=self._session, wait=True, **told)
            )

    # --- messages, as the bot -------------------------------------------------------------------------------------

    async def send(
        self, channel: int, payload: Payload, files: Sequence[Upload] | None = None, *, nonce: str = ""
    ) -> Payload:
        """Post. The same nonce within a few minutes posts nothing again, and answers with the message that is there."""
        said = {**payload, "nonce": nonce, "enforce_nonce": True} if nonce else payload
        return await self._post(Route("POST", "/channels/{channel_id}/messages", channel_id=channel), said, files)

    async def edit(
        self, channel: int, message: int, payload: Payload, files: Sequence[Upload] | None = None
    ) -> Payload:
        """Change a message of ours. `files`: instead of all that it had; None keeps those."""
        route = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", channel_id=channel, message_id=message)
        return await self._post(route, payload, files)

    async def delete(self, channel: int, message: int) -> None:
        """Take a message of ours away."""
        await _asked(self._bot().delete_message(channel, message))

    async def message(self, channel: int, message: int) -> Payload:
        """A message as it is now. Without the privileged intent only our own messages have words and pictures."""
        return await _told(self._bot().get_message(channel, message))

    async def newest(self, channel: int, *, after: int | None = None, count: int = 50) -> list[Payload]:
        """The newest messages of a channel, or the first ones after a message."""
        messages: list[Payload] = await _asked(self._bot().logs_from(channel, count, after=after))
        return messages

    async def start_thread(self, channel: int, message: int, name: str) -> int:
        """Make a thread of a message; its id, which is the message's. It is archived after a day without words."""
        thread = await _asked(
            self._bot().start_thread_with_message(channel, message, name=name, auto_archive_duration=_DAY_MINUTES)
        )
        return int(thread["id"])

    async def name_of(self, guild: int, channel: int = 0) -> str:
        """How people call this channel or thread of the guild, or for none the guild; "" for a channel elsewhere."""
        if not channel:
            return str((await _told(self._bot().get_guild(guild, with_counts=False))).get("name") or "")
        found = await _told(self._bot().get_channel(channel))
        return str(found.get("name") or "") if str(found.get("guild_id")) == str(guild) else ""

    async def direct_channel(self, user: int) -> int:
        """The channel of direct messages with a person."""
        channel = await _asked(self._bot().start_private_message(user))
        return int(channel["id"])

    # --- files ----------------------------------------------------------------------------------------------------

    async def fresh_url(self, url: str) -> str | None:
        """An attachment's address, signed anew; None when Discord gives none.

        https://docs.discord.com/developers/reference#signed-attachment-cdn-urls : an address lives about a day.
        """
        request = self._bot().request(Route("POST", "/attachments/refresh-urls"), json={"attachment_urls": [url]})
        answer = await _asked(request)
        fresh = (answer.get("refreshed_urls") or [{}])[0].get("refreshed")
        return fresh if isinstance(fresh, str) else None

    def is_file(self, url: str) -> bool:
        """Whether this address is one of Discord's files."""
        return self._downloads.allowed(url)

    async def download(self, url: str, *, bytes_max: int = limits.OPEN_BYTES) -> bytes:
        """A file of Discord's. Raises `Gone`, `UnusableImage` when it is larger, and `Later`."""
        return await self._downloads.bytes_of(url, bytes_max)

    async def _post(self, route: Route, payload: Payload, files: Sequence[Upload] | None) -> Payload:
        http = self._bot()
        with _message(payload, files) as told:
            if told["multipart"]:
                asked = http.request(route, files=told["files"], form=told["multipart"])
            else:
                asked = http.request(route, json=told["payload"])
            return await _told(asked)

    def _bot(self) -> HTTPClient:
        if self._http is None:
            raise Later("Discord is not connected at the moment.", "It will be tried again.")
        return self._http


@contextmanager
def _message(payload: Payload, uploads: Sequence[Upload] | None) -> Iterator[dict[str, Any]]:
    """One message as discord.py's clients take it: as JSON, or with files as a form, which it reads while it sends."""
    said = {"allowed_mentions": SILENT, **payload}
    files = [
        discord.File(io.BytesIO(each.data), each.name, description=each.alt or None, spoiler=each.spoiler)
        for each in uploads or ()
    ]
    if uploads is not None:
        said["attachments"] = [file.to_dict(index) for index, file in enumerate(files)]
    try:
        if files:
            form = handle_message_parameters(files=files).multipart or []
            words = {"name": "payload_json", "value": json.dumps(said)}
            yield {"payload": None, "multipart": [words, *form[1:]], "files": files}
        else:
            yield {"payload": said, "multipart": None, "files": None}
    finally:
        for file in files:
            file.close()


async def _told(request: Coroutine[Any, Any, Any]) -> Payload:
    message: Payload = await _asked(request)
    return message


async def _asked(request: Coroutine[Any, Any, Any]) -> Any:
    """The answer, or what it means that there is none."""
    try:
        async with asyncio.timeout(limits.REQUEST_SECONDS):
            return await request
    except discord.RateLimited as error:
        raise Later("Discord asks for patience.", after_seconds=error.retry_after) from None
    except discord.HTTPException as error:
        _refused(error)
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise Later("Discord does not answer at the moment.", after_seconds=_BUSY_SECONDS) from None
    except KeyError:  # discord.py looks for "retry_after" in every 429, also where Discord says none
        raise Unreachable(0, 429) from None
    except RuntimeError:  # aiohttp's "Session is closed": this process is going down, and another one goes on
        raise Later("Discord is not connected at the moment.", after_seconds=_BUSY_SECONDS) from None


def _refused(error: discord.HTTPException) -> NoReturn:
    """Without its cause: that one's words name the address."""
    if error.status == 429 and error.code != TOO_MANY_EDITS:
        raise Later("Discord asks for patience.", after_seconds=_retry_after(error)) from None
    if error.status >= 500:
        raise Later("Discord has trouble at the moment.", after_seconds=_BUSY_SECONDS) from None
    raise Unreachable(error.code, error.status) from None


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return max(1.0, float(error.response.headers.get("Retry-After", "")))
    except ValueError:
        return _BUSY_SECONDS
