"""files.*: the upload in three steps, whose last is done only later; and how files are looked at and fetched."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from aiohttp import web
from emulators.slack_api import blocks as kit
from emulators.slack_api import payloads
from emulators.slack_api.api import Asked, Payload, Rule, takes
from emulators.slack_api.host import Host
from emulators.slack_api.methods_chat import thread_of
from emulators.slack_api.recorded import Seen
from emulators.slack_api.refusals import Refusal, require
from emulators.slack_api.world import Channel, File, Message
from PIL import Image, UnidentifiedImageError

ALT_CHARACTERS = 1000
LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"


async def upload_url(asked: Asked) -> Payload:
    """files.getUploadURLExternal."""
    length = asked.get("length")
    require(length > 0, "invalid_arguments", "length must be greater than 0")
    alt = str(asked.get("alt_txt") or "")
    require(len(alt) <= ALT_CHARACTERS, "alt_txt_too_large")
    file = File(asked.host.id("F"), asked.team, asked.me, str(asked.get("filename")), length=length, alt_txt=alt)
    file.created = asked.host.clock.now()
    asked.host.files_by_id[file.id] = file
    return {"upload_url": f"{asked.host.base}/upload/v1/{file.id}", "file_id": file.id}


async def receive(request: web.Request, host: Host) -> web.Response:
    """POST of the bytes: the address itself is the permission, so a token has no business here."""
    see(host, request)
    try:
        await host.faults.before("upload")
    except Refusal as refused:
        return web.Response(status=refused.status if refused.status != 200 else 500, text=refused.error)
    file = host.files_by_id.get(request.match_info["file"])
    if file is None or file.uploaded:
        return web.Response(status=404, text="not found")
    if "Authorization" in request.headers:
        return web.Response(status=400, text="no token here, please")
    if request.content_type == "multipart/form-data":
        parts = [each for each in (await request.post()).values() if isinstance(each, web.FileField)]
        data = parts[0].file.read() if parts else b""
    else:
        data = await request.read()
    if len(data) != file.length:
        return web.Response(status=400, text=f"expected {file.length} bytes, got {len(data)}")
    file.data, file.uploaded = data, True
    return web.Response(text=f"OK - {len(data)}")


async def complete(asked: Asked) -> Payload:
    """files.completeUploadExternal: one message with all the files, in Slack's own time."""
    given = asked.get("files")
    require(isinstance(given, list) and given, "invalid_arguments", "files")
    files = [_uploaded(asked, each) for each in given]
    channels = _channels(asked)
    thread = ""
    if asked.get("thread_ts"):
        require(len(channels) == 1, "invalid_arguments", "thread_ts needs exactly one channel")
        thread = thread_of(asked, channels[0])
    comment = str(asked.get("initial_comment") or "")
    blocks: list[Payload] = []
    if asked.get("blocks") and not comment:
        markdown = any(each.get("type") == "markdown" for each in asked.get("blocks"))
        require(not markdown, "internal_error")
        blocks = kit.validate(asked.get("blocks"), kit.MESSAGE)
    for file, one in zip(files, given, strict=True):
        file.title, file.completed = str(one.get("title") or file.name), True
    lost = asked.host.faults.never_shares() or (asked.host.alt_txt == "dropped" and any(each.alt_txt for each in files))
    asked.host.later(_share(asked, files, [] if lost else channels, thread, (comment, blocks)))
    return {"files": [payloads.file(each, asked.host.base) for each in files]}


def _uploaded(asked: Asked, one: Any) -> File:
    require(isinstance(one, dict) and set(one) <= {"id", "title", "highlight_type"}, "invalid_arguments", "files")
    file = asked.host.files_by_id.get(str(one.get("id")))
    mine = file is not None and file.user is asked.me and file.uploaded and not file.deleted
    require(mine, "file_not_found")
    assert file is not None
    require(not file.completed, "file_already_completed", "an upload can be completed once")
    return file


def _channels(asked: Asked) -> list[Channel]:
    names = [str(asked.get("channel_id") or ""), *str(asked.get("channels") or "").split(",")]
    channels = []
    for name in (each.strip() for each in names if each.strip()):
        asked.arguments["channel"] = name
        channel = asked.channel()
        require(not channel.archived, "is_archived")
        channels.append(channel)
    return channels


async def _share(
    asked: Asked, files: list[File], channels: list[Channel], thread: str, said: tuple[str, list[Payload]]
) -> None:
    await asyncio.sleep(asked.host.share_after)
    for file in files:
        look_at(file)
    for channel in channels:
        message = Message(asked.host.clock.ts(), channel, asked.me, said[0], said[1], files=list(files))
        message.thread, message.subtype, message.arguments = thread, "file_share", asked.arguments
        asked.host.post(message)
        for file in files:
            tell_shared(asked.host, file, channel)
    asked.host.bell.ring()


def look_at(file: File) -> None:
    """Slack finds out what it is."""
    file.ready = True
    try:
        with Image.open(io.BytesIO(file.data)) as image:
            file.size = image.size
    except (UnidentifiedImageError, OSError):
        file.size = None


def tell_shared(host: Host, file: File, channel: Channel) -> None:
    """file_shared, for those who subscribed to it."""
    event = {"type": "file_shared", "file_id": file.id, "user_id": file.user.id, "file": {"id": file.id}}
    host.tell(channel, event | {"channel_id": channel.id, "event_ts": host.clock.ts()}, "file_shared", "files:read")


def visible(asked: Asked) -> File:
    """A file that the app may look at."""
    file = asked.host.files_by_id.get(str(asked.get("file")))
    require(file is not None and file.completed and asked.host.sees_file(file, asked.me), "file_not_found")
    assert file is not None
    return file


async def info(asked: Asked) -> Payload:
    """files.info."""
    shown = payloads.file(visible(asked), asked.host.base)
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


async def delete(asked: Asked) -> Payload:
    """files.delete: one's own."""
    file = asked.host.files_by_id.get(str(asked.get("file")))
    require(file is not None and file.uploaded, "file_not_found")
    assert file is not None
    require(not file.deleted, "file_deleted")
    require(file.user is asked.me, "cant_delete_file")
    drop(asked.host, file)
    return {}


def drop(host: Host, file: File) -> None:
    """Nobody has it any more; the messages that showed it stay, and show that there was one."""
    file.deleted = True
    for message in [each for group in file.shares.values() for each in group if not each.deleted]:
        host.change(message)
    host.bell.ring()


async def download(request: web.Request, host: Host) -> web.StreamResponse:
    """GET of a private address. Without a token that may see it there is a login page, and status 200."""
    see(host, request)
    try:
        await host.faults.before("download")
    except Refusal as refused:
        return web.Response(status=refused.status if refused.status != 200 else 500, text=refused.error)
    file = host.files_by_id.get(request.match_info["file"].partition("-")[2])
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    found = next((each for each in host.installations if each.token == token and not each.revoked), None)
    bots = [] if found is None or "files:read" not in found.scopes else found.bots.values()
    if file is None or not any(host.sees_file(file, each) for each in bots):
        return web.Response(status=302, headers={"Location": f"{host.base}/login?redir={request.path}"})
    if file.redirect:
        return web.Response(status=302, headers={"Location": file.redirect})
    if "thumb" in request.match_info:
        return web.Response(body=await asyncio.to_thread(_thumbnail, file.data, 360), content_type="image/png")
    return web.Response(body=file.data, content_type=payloads.kind_of(file)[0])


def _thumbnail(data: bytes, side: int) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((side, side))
        image.save(out, "PNG")
    return out.getvalue()


async def login(request: web.Request) -> web.Response:
    """Where those go who may not see a file."""
    return web.Response(text=LOGIN, content_type="text/html")


def see(host: Host, request: web.Request) -> None:
    """Note what this request carried."""
    authorization = request.headers.get("Authorization", "")
    host.seen.append(Seen(request.host, request.method, request.path, authorization))


METHODS = {
    "files.getUploadURLExternal": Rule(
        upload_url, takes("filename snippet_type alt_txt", ints="length"), ("filename", "length"), ("files:write",)
    ),
    "files.completeUploadExternal": Rule(
        complete,
        takes("channel_id channels thread_ts initial_comment", jsons="files blocks"),
        ("files",),
        ("files:write",),
    ),
    "files.info": Rule(info, takes("file cursor", ints="count page limit"), ("file",), ("files:read",)),
    "files.delete": Rule(delete, takes("file"), ("file",), ("files:write",)),
}
