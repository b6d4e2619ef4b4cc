"""All that is asked of Slack's Web API, for each workspace with its own token.

Everything raises `Unreachable` when Slack says no (`reason` is its own word), `Later` when it is busy or away, and
`Gone` where Easel is not installed any more. Nothing that is posted calls anybody, and nothing unfolds a link.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, NewType
from urllib.parse import urlsplit

import aiohttp

from bots.slack import limits
from bots.slack.asking import Asking, Payload, Request, Sleep, Unreachable
from bots.slack.downloads import Downloads, address_on
from bots.slack.tokens import Tokens
from core.errors import Later
from core.http import is_loopback

FileId = NewType("FileId", str)

API_BASE: Final = "https://slack.com/api/"
FILE_HOSTS: Final = frozenset({"files.slack.com", "files.slack-gov.com"})
_RESPONSE_HOSTS: Final = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
_SILENT: Final[Payload] = {"link_names": False, "parse": "none"}
_FOLDED: Final[Payload] = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way to Slack. `name` is ASCII; `title` is what people see, `alt` what screen readers read."""

    name: str
    data: bytes
    title: str = ""
    alt: str = ""


class Api:
    """Slack over HTTP. One for a process; `within` for what belongs to an Enterprise Grid."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        *,
        api_base: str = API_BASE,
        file_hosts: frozenset[str] = FILE_HOSTS,
        sleep: Sleep = asyncio.sleep,
        enterprise: str = "",
    ) -> None:
        """`file_hosts`: `name`, or `name:port`; no other host is ever sent a token."""
        self._session = session
        self._tokens = tokens
        self._api_base = api_base
        self._file_hosts = file_hosts
        self._sleep = sleep
        self._enterprise = enterprise
        self._asking = Asking(session, api_base, sleep)
        self._downloads = Downloads(session, file_hosts)

    @classmethod
    @asynccontextmanager
    async def opened(
        cls,
        tokens: Tokens,
        *,
        api_base: str = API_BASE,
        file_hosts: frozenset[str] = FILE_HOSTS,
        sleep: Sleep = asyncio.sleep,
    ) -> AsyncIterator[Api]:
        """With a session of its own, closed in the end. A proxy of the environment is not used for this machine."""
        async with aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=not is_loopback(api_base),
            timeout=aiohttp.ClientTimeout(total=limits.REQUEST_SECONDS),
        ) as session:
            yield cls(session, tokens, api_base=api_base, file_hosts=file_hosts, sleep=sleep)

    def within(self, enterprise: str) -> Api:
        """The same, for workspaces of this Enterprise Grid; for none ("") it is this one."""
        if enterprise == self._enterprise:
            return self
        return Api(
            self._session,
            self._tokens,
            api_base=self._api_base,
            file_hosts=self._file_hosts,
            sleep=self._sleep,
            enterprise=enterprise,
        )

    # --- messages -------------------------------------------------------------------------------------------------

    async def post(self, team: str, channel: str, text: str, blocks: Sequence[Payload] = (), thread: str = "") -> str:
        """Post; the message's ts. Sent again it is another message. `text` is mrkdwn, as every text here."""
        said = _message(text, blocks, thread) | _FOLDED
        answer = await self._ask(team, lambda web: web.chat_postMessage(channel=channel, **said), again=False)
        return str(answer["ts"])

    async def update(self, team: str, channel: str, ts: str, text: str, blocks: Sequence[Payload] = ()) -> None:
        """Change a message of ours. Without blocks it has none afterwards."""
        said = {"text": text, "blocks": list(blocks), **_SILENT}
        await self._ask(team, lambda web: web.chat_update(channel=channel, ts=ts, **said))

    async def delete(self, team: str, channel: str, ts: str) -> None:
        """Take a message of ours away."""
        await self._ask(team, lambda web: web.chat_delete(channel=channel, ts=ts))

    async def ephemeral(
        self, team: str, channel: str, user: str, text: str, blocks: Sequence[Payload] = (), thread: str = ""
    ) -> str:
        """A message that only this person sees, until they look elsewhere for long; its ts. It cannot be changed."""
        said = _message(text, blocks, thread)
        answer = await self._ask(
            team, lambda web: web.chat_postEphemeral(channel=channel, user=user, **said), again=False
        )
        return str(answer["message_ts"])

    async def replies(self, team: str, channel: str, thread: str, *, count: int = 100) -> list[Payload]:
        """The messages of a thread, its root first. Only where our own tables do not know: for some apps Slack answers
        once a minute (https://docs.slack.dev/apis/web-api/rate-limits)."""
        answer = await self._ask(team, lambda web: web.conversations_replies(channel=channel, ts=thread, limit=count))
        return [each for each in answer.get("messages") or () if isinstance(each, dict)]

    async def newest(self, team: str, channel: str, *, count: int = 50) -> list[Payload]:
        """The newest messages of a channel, the newest first. A fallback, too, for direct messages."""
        answer = await self._ask(team, lambda web: web.conversations_history(channel=channel, limit=count))
        return [each for each in answer.get("messages") or () if isinstance(each, dict)]

    async def respond(self, response_url: str, payload: Payload) -> None:
        """Answer a command or a click where nothing else may be posted: five times, for half an hour.

        `payload`: `text`, `blocks`, `replace_original`, `delete_original`, `response_type`. No token is sent.
        """
        hosts = _RESPONSE_HOSTS | {urlsplit(self._api_base).netloc.rpartition("@")[2]}
        address = address_on(response_url, hosts)
        if address is None:
            raise Unreachable("foreign_response_url")
        try:
            async with self._session.post(address, json=payload, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError):
            raise Later("Slack does not answer at the moment.") from None
        if status == 429 or status >= 500:
            raise Later("Slack has trouble at the moment.")
        if status != 200:
            raise Unreachable("expired_url" if status == 404 else "used_url")

    # --- threads that work ----------------------------------------------------------------------------------------

    async def status(
        self, team: str, channel: str, thread: str, status: str, loading_messages: Sequence[str] = ()
    ) -> None:
        """What happens, in small letters under a thread: gone with the next message, after two minutes, or with ""."""
        more: Payload = {"loading_messages": list(loading_messages)} if loading_messages else {}
        await self._ask(
            team,
            lambda web: web.assistant_threads_setStatus(channel_id=channel, thread_ts=thread, status=status, **more),
        )

    async def suggest(self, team: str, channel: str, prompts: Sequence[tuple[str, str]], title: str = "") -> None:
        """Up to four `(title, message)` that a person may send by a click, in their direct messages with Easel."""
        said: Payload = {
            "channel_id": channel,
            "prompts": [{"title": label, "message": message} for label, message in prompts],
        }
        if title:
            said["title"] = title
        await self._ask(team, lambda web: web.assistant_threads_setSuggestedPrompts(**said))

    # --- places and people ----------------------------------------------------------------------------------------

    async def direct_channel(self, team: str, user: str) -> str:
        """The channel of direct messages with a person."""
        answer = await self._ask(team, lambda web: web.conversations_open(users=user))
        return str(answer["channel"]["id"])

    async def channel(self, team: str, channel: str) -> Payload:
        """What Slack says of a channel: `is_member`, `is_private`, `is_ext_shared`, …"""
        answer = await self._ask(team, lambda web: web.conversations_info(channel=channel))
        found: Payload = answer["channel"]
        return found

    async def name_of(self, team: str) -> str:
        """How the workspace is called, which needs no scope; "" when the token speaks for all of a Grid."""
        answer = await self._ask(team, lambda web: web.auth_test())
        return str(answer.get("team") or "") if answer.get("team_id") == team else ""

    async def join(self, team: str, channel: str) -> None:
        """Become a member of a public channel."""
        await self._ask(team, lambda web: web.conversations_join(channel=channel))

    async def person(self, team: str, user: str) -> Payload:
        """What Slack says of a person, their language and time zone included."""
        answer = await self._ask(team, lambda web: web.users_info(user=user, include_locale=True))
        found: Payload = answer["user"]
        return found

    async def user_groups(self, team: str) -> list[Payload]:
        """The workspace's user groups that are in use, each with its `users`."""
        more: Payload = {"team_id": team} if self._enterprise and team.startswith("T") else {}
        answer = await self._ask(team, lambda web: web.usergroups_list(include_users=True, **more))
        return [each for each in answer.get("usergroups") or () if isinstance(each, dict)]

    # --- forms and the Home tab -----------------------------------------------------------------------------------

    async def open_view(self, team: str, trigger: str, view: Payload) -> str:
        """Show a form; its id. A trigger lives for three seconds and opens one form."""
        answer = await self._ask(team, lambda web: web.views_open(trigger_id=trigger, view=view), again=False)
        return str(answer["view"]["id"])

    async def push_view(self, team: str, trigger: str, view: Payload) -> str:
        """Show a form upon a form; its id."""
        answer = await self._ask(team, lambda web: web.views_push(trigger_id=trigger, view=view), again=False)
        return str(answer["view"]["id"])

    async def update_view(self, team: str, view_id: str, view: Payload) -> None:
        """Show another form in its place."""
        await self._ask(team, lambda web: web.views_update(view_id=view_id, view=view))

    async def publish_home(self, team: str, user: str, view: Payload) -> None:
        """What this person sees in Easel's Home tab."""
        await self._ask(team, lambda web: web.views_publish(user_id=user, view=view))

    # --- files ----------------------------------------------------------------------------------------------------

    async def upload(
        self, team: str, channel: str, thread: str, files: Sequence[Upload], comment: str = "", *, alt: bool = False
    ) -> list[FileId]:
        """Send files and have them shown as one message, at the top level without a `thread`.

        They appear a moment later: `shares` says when. `alt`: with the alternative texts.
        """
        named = [(await self.send(team, each, alt=alt), each.title or each.name) for each in files]
        await self.share(team, channel, thread, named, comment)
        return [file for file, _ in named]

    async def send(self, team: str, upload: Upload, *, alt: bool = False) -> FileId:
        """Send one file; nobody sees it before `share`. What is never shared, Slack throws away."""
        more: Payload = {"alt_txt": upload.alt[: limits.ALT_CHARACTERS]} if alt and upload.alt else {}
        answer = await self._ask(
            team,
            lambda web: web.files_getUploadURLExternal(filename=upload.name, length=len(upload.data), **more),
        )
        await self._send_bytes(str(answer["upload_url"]), upload)
        return FileId(str(answer["file_id"]))

    async def share(
        self, team: str, channel: str, thread: str, files: Sequence[tuple[FileId, str]], comment: str = ""
    ) -> None:
        """Have sent files, `(id, title)`, shown as one message. Slack answers before they are."""
        said: Payload = {"files": [{"id": file, "title": title} for file, title in files], "channel_id": channel}
        said |= {"thread_ts": thread} if thread else {}
        said |= {"initial_comment": comment} if comment else {}
        await self._ask(team, lambda web: web.files_completeUploadExternal(**said), again=False)

    async def file(self, team: str, file: str) -> Payload:
        """What Slack says of a file. It is the only way to know one of a channel that is shared with others."""
        answer = await self._ask(team, lambda web: web.files_info(file=file))
        found: Payload = answer["file"]
        return found

    async def shares(self, team: str, file: str, channel: str) -> str | None:
        """The ts of the message that shows this file in this channel; None as long as there is none."""
        return share_in(await self.file(team, file), channel)

    async def delete_file(self, team: str, file: str) -> None:
        """Delete a file of ours, wherever it is shown."""
        await self._ask(team, lambda web: web.files_delete(file=file))

    def is_file(self, url: str) -> bool:
        """Whether this address is one of Slack's files."""
        return self._downloads.allowed(url)

    async def download(self, team: str, url: str, bytes_max: int = limits.OPEN_BYTES) -> bytes:
        """A file of Slack's. Raises `Gone`, `UnusableImage` when it is larger, and `Later`."""
        return await self._downloads.bytes_of(url, await self._tokens.of(team, self._enterprise), bytes_max)

    # --- what they share ------------------------------------------------------------------------------------------

    async def _send_bytes(self, url: str, upload: Upload) -> None:
        """The address is the permission: no token goes there."""
        if urlsplit(url).scheme != "https" and not is_loopback(url):
            raise Unreachable("plain_upload_url")
        timeout = aiohttp.ClientTimeout(total=limits.UPLOAD_SECONDS)
        headers = {"Content-Type": "application/octet-stream"}
        try:
            async with self._session.post(
                url, data=upload.data, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError):
            raise Later("Slack does not take files at the moment.") from None
        if status != 200:
            raise Later("Slack does not take files at the moment.")

    async def _ask(self, team: str, request: Request, *, again: bool = True) -> Payload:
        token = await self._tokens.of(team, self._enterprise)
        return await self._asking.ask(token.get_secret_value(), request, again=again)


def share_in(file: Payload, channel: str) -> str | None:
    """The ts of the message that shows a file in a channel, as files.info has it; None as long as there is none."""
    shares = file.get("shares")
    for visibility in shares.values() if isinstance(shares, dict) else ():
        shown = visibility.get(channel) if isinstance(visibility, dict) else None
        if isinstance(shown, list) and shown and isinstance(shown[0], dict):
            return str(shown[0].get("ts", "")) or None
    return None


def _message(text: str, blocks: Sequence[Payload], thread: str) -> dict[str, Any]:
    said: Payload = {"text": text, **_SILENT}
    if blocks:
        said["blocks"] = list(blocks)
    if thread:
        said["thread_ts"] = thread
    return said


__all__ = ["API_BASE", "FILE_HOSTS", "Api", "FileId", "Unreachable", "Upload", "share_in"]
