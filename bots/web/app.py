"""The playground's HTTP interface: from a request to the part of the playground that knows, and back as JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.resources import files
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bots.web import foreseeing, gallery, limits, own_data, present
from bots.web.adapter import WebAdapter
from bots.web.channel import ChannelLog
from bots.web.conversation import Conversation
from bots.web.events import EventStream
from bots.web.forms import (
    DIGITS_MAX,
    ActionForm,
    ChoiceForm,
    MessageForm,
    PersonForm,
    PlaceForm,
    SessionForm,
    id_or_none,
    number_or_none,
    read,
)
from bots.web.live import Live
from bots.web.people import Person, Roster
from bots.web.pictures import Pictures
from bots.web.reading import language_of, reading, status_of
from bots.web.session import Session
from bots.web.thumbnails import Thumbnails
from bots.web.uploads import Uploads
from core.errors import EaselError, Later, NotFound, WhichPicture
from core.help import help_text
from core.model import ImageId, JobId, Verb
from core.ports import BlobStore, Clock, Database
from core.store.migrate import migrate
from core.studio import Studio

_HEX = "[0-9a-f]{32}"


class Playground:
    """Everything of the browser playground in one piece: `adapter` for the core, `mount` for the web server.

    The studio needs the adapter and the playground needs the studio, so the studio comes second, with `attach`.
    """

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        clock: Clock,
        *,
        token: str,
        provider_label: str,
        reads_notes: bool = False,
        product_version: str,
        roster: Roster | None = None,
        label_of: Callable[[str, str], str] | None = None,
        help_for: Callable[[str], str] | None = None,
        static: Path | None = None,
    ) -> None:
        """`token` opens it; `reads_notes`: the model reads what is drawn on it. Raises `BadSettings` for no token."""
        self._clock = clock
        self._session = Session(token)
        self._provider_label = provider_label
        self._reads_notes = reads_notes
        self._product_version = product_version
        self._database = database
        self._roster = roster or Roster()
        self._label_of = label_of or (lambda provider, model: provider_label)
        self._static = static or Path(str(files("bots.web") / "static"))
        self._log = ChannelLog(database)
        self._live = Live(clock)
        self.uploads = Uploads(database, blobs, clock)
        self._pictures = Pictures(blobs, self.uploads, self._live, self._roster, Thumbnails(blobs))
        self._events = EventStream(self._log, self._live, self._roster)
        self._conversation = Conversation(
            self._log,
            self._live,
            self.uploads,
            self._roster,
            clock,
            help_for or (lambda topic: help_text(topic or None)),
        )
        self._studio: Studio | None = None
        self.adapter = WebAdapter(self._log, self._live, self.uploads, self._roster, self._label_of, clock)

    async def prepare(self) -> None:
        """Bring the playground's own tables up to date. Raises `NewerSchema`."""
        await migrate(self._database, namespace="web", package="bots.web.migrations")

    def attach(self, studio: Studio) -> None:
        """From now on, this is who is asked."""
        self._studio = studio

    @property
    def pages(self) -> int:
        """How many pages are open now."""
        return self._live.pages

    def send_away(self) -> None:
        """End the streams of all open pages; they come back by themselves, to the next process."""
        self._live.close()

    def mount(self, app: web.Application) -> None:
        """Put the page and its interface into the web server; open pages are sent away when it stops."""
        router = app.router
        router.add_get("/", self._page)
        router.add_static("/static", self._static, append_version=False)
        router.add_post("/api/session", self._told(self._sign_in))
        for method, path, handler in (
            ("GET", "/api/hello", self._hello),
            ("GET", "/api/messages", self._messages),
            ("POST", "/api/messages", self._say),
            ("GET", "/api/events", self._stream),
            ("POST", "/api/foresee", self._foresee),
            ("POST", "/api/actions", self._press),
            ("POST", "/api/choices", self._decide),
            ("POST", f"/api/jobs/{{job:{_HEX}}}/cancel", self._cancel),
            ("POST", "/api/uploads", self._upload),
            ("GET", f"/api/uploads/{{upload:{_HEX}}}", self._show_upload),
            ("GET", f"/api/images/{{image:{_HEX}}}", self._show_image),
            ("GET", f"/api/images/{{image:{_HEX}}}/details", self._details),
            ("GET", f"/api/previews/{{job:{_HEX}}}/{{number:[0-9]{{1,6}}}}", self._show_preview),
            ("GET", "/api/quota", self._quota),
            ("GET", "/api/own-data", self._own_data),
            ("POST", "/api/own-data/delete", self._erase),
            ("GET", "/api/history", self._history),
            ("*", "/api/{unknown:.*}", self._unknown),
        ):
            router.add_route(method, path, self._told(self._signed_in(handler)))

        async def close(app: web.Application) -> None:
            self.send_away()  # before the server waits for open connections, since these would stay open for ever

        app.on_shutdown.append(close)

    # --- the door -------------------------------------------------------------------------------------------------

    def _signed_in(self, handler: Handler) -> Handler:
        @wraps(handler)
        async def checked(request: web.Request) -> web.StreamResponse:
            if not self._session.holds(request):
                sentence = "Open the link that Easel printed when it started: it holds the key to this page."
                return web.json_response({"error": {"code": "signed_out", "sentence": sentence}}, status=401)
            return await handler(request)

        return checked

    def _told(self, handler: Handler) -> Handler:
        """Refusals become answers with their sentence, and nothing else does: a fault stays a fault, and is logged."""

        @wraps(handler)
        async def told(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except EaselError as error:
                return self._refusal(request, error)
            except web.HTTPRequestEntityTooLarge:
                sentence = "This is more than Easel takes at once. Nothing was charged. Send less."
                return web.json_response({"error": {"code": "too_large", "sentence": sentence}}, status=413)

        return told

    def _refusal(
        self, request: web.Request, error: EaselError, person: str = "", *, veiled: bool = False
    ) -> web.Response:
        """`person`: whose eyes the pictures to choose from are for."""
        shown = present.error(error, person, self._clock.now_us(), veiled=veiled, language=language_of(request))
        return web.json_response(shown, status=status_of(error))

    async def _sign_in(self, request: web.Request) -> web.Response:
        form = await read(request, SessionForm)
        if not self._session.opens(form.token):
            sentence = "This link's key is not the right one. Use the link that Easel printed when it started."
            return web.json_response({"error": {"code": "signed_out", "sentence": sentence}}, status=401)
        response = web.Response(status=204)
        self._session.grant(response)
        return response

    # --- reading --------------------------------------------------------------------------------------------------

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._static / "index.html", headers={"Cache-Control": "no-cache"})

    async def _hello(self, request: web.Request) -> web.Response:
        anybody = self._roster.actor(self._roster.people[0])
        own = () if self._studio is None else await self._studio.own_styles(anybody)
        return web.json_response(
            {
                "product": {"name": "Easel", "version": self._product_version},
                "provider": {"label": self._provider_label, "markup": self._reads_notes},
                **present.tables(self._roster, foreseeing.flags(own), own),
                "limits": {
                    "file_bytes": limits.UPLOAD_BYTES,
                    "text_characters": limits.CAPABILITIES.text_characters,
                },
                "seq": await self._log.seq(),
            }
        )

    async def _messages(self, request: web.Request) -> web.Response:
        person, channel = self._person(request), self._roster.channel(request.query.get("channel", ""))
        thread = id_or_none(request, "thread")
        before = number_or_none(request, "before")
        limit = min(number_or_none(request, "limit") or limits.MESSAGES_PER_PAGE, limits.MESSAGES_PER_PAGE_MAX)
        seq = await self._log.seq()  # before the messages: an event between the two comes twice rather than never
        found = await self._log.timeline(channel.id, person.id, thread=thread, before=before, limit=limit + 1)
        shown = found[-limit:]
        replied = await self._log.messages([each.reply_to for each in shown if each.reply_to], person.id)
        messages = [
            present.message(each, person.id, self._roster, replied, self._live, person.locale) for each in shown
        ]
        return web.json_response({"messages": messages, "more": len(found) > limit, "seq": seq})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        person, channel = self._person(request), self._roster.channel(request.query.get("channel", ""))
        after = number_or_none(request, "after")
        resumed = request.headers.get("Last-Event-ID", "")
        if resumed.isascii() and resumed.isdigit() and len(resumed) <= DIGITS_MAX:
            after = max(after or 0, int(resumed))
        return await self._events.serve(
            request, channel.id, person.id, await self._log.seq() if after is None else after
        )

    async def _quota(self, request: web.Request) -> web.Response:
        person, channel = self._person(request), self._roster.channel(request.query.get("channel", ""))
        allowances = await self._ask().allowances(self._roster.actor(person), self._roster.place(channel))
        now_us = self._clock.now_us()
        return web.json_response(
            {"allowances": [present.allowance(each, now_us, person.locale) for each in allowances]}
        )

    async def _history(self, request: web.Request) -> web.Response:
        person, channel = self._person(request), self._roster.channel(request.query.get("channel", ""))
        return web.json_response(await gallery.page(request, self._ask(), self._log, self._roster, person, channel))

    async def _own_data(self, request: web.Request) -> web.Response:
        return await own_data.zipped(self._ask(), self._roster.actor(self._person(request)))

    async def _erase(self, request: web.Request) -> web.Response:
        form = await read(request, PlaceForm)
        person = reading(self._roster.person(form.person), request)
        channel = self._roster.channel(form.channel)
        await self._conversation.erase(person, channel, self._ask())
        return web.Response(status=204)

    async def _show_image(self, request: web.Request) -> web.StreamResponse:
        thumb = request.query.get("size") == "thumb"
        image = ImageId(request.match_info["image"])
        return await self._pictures.image(self._ask(), image, self._person(request), thumb=thumb)

    async def _details(self, request: web.Request) -> web.Response:
        person = self._person(request)
        details = await self._pictures.details(self._ask(), ImageId(request.match_info["image"]), person)
        return web.json_response(present.details(details, person, self._roster, self._label_of))

    async def _show_upload(self, request: web.Request) -> web.StreamResponse:
        return await self._pictures.upload(request.match_info["upload"], self._person(request))

    async def _show_preview(self, request: web.Request) -> web.StreamResponse:
        job, number = JobId(request.match_info["job"]), int(request.match_info["number"])
        return await self._pictures.preview(job, number, self._person(request))

    async def _unknown(self, request: web.Request) -> web.Response:
        raise NotFound("There is nothing here.", "Reload the page.")

    # --- doing ----------------------------------------------------------------------------------------------------

    async def _say(self, request: web.Request) -> web.Response:
        form = await read(request, MessageForm)
        try:
            heard = await self._conversation.say(form, self._ask(), language_of(request))
        except WhichPicture as error:
            veiled = await self._ask().veils(self._roster.actor(self._roster.person(form.person)))
            return self._refusal(request, error, form.person, veiled=veiled)
        return web.json_response({"message": heard.message, "job": heard.job}, status=202)

    async def _foresee(self, request: web.Request) -> web.Response:
        form = await read(request, MessageForm)
        return web.json_response(await foreseeing.foreseen(form, self._conversation, self._ask(), language_of(request)))

    async def _press(self, request: web.Request) -> web.Response:
        form = await read(request, ActionForm)
        person = self._roster.person(form.person)
        if form.verb is Verb.DETAILS:
            details = await self._pictures.details(self._ask(), ImageId(form.image), person)
            return web.json_response({"details": present.details(details, person, self._roster, self._label_of)})
        if form.verb is Verb.DELETE:
            await self._conversation.delete(form, self._ask())
            return web.Response(status=204)
        return web.json_response(
            {"job": await self._conversation.press(form, self._ask(), language_of(request))}, status=202
        )

    async def _decide(self, request: web.Request) -> web.Response:
        told = await self._conversation.decide(await read(request, ChoiceForm), self._ask())
        return web.json_response({"told": told})

    async def _cancel(self, request: web.Request) -> web.Response:
        person = self._roster.person((await read(request, PersonForm)).person)
        cancelled = await self._conversation.cancel(JobId(request.match_info["job"]), person, self._ask())
        return web.json_response({"cancelled": cancelled})

    async def _upload(self, request: web.Request) -> web.Response:
        person = request.query.get("person")
        who = self._roster.people[0].id if person is None else self._roster.person(person).id
        return await self._pictures.receive(request, who, mask=request.query.get("purpose") == "mask")

    # --- small things ---------------------------------------------------------------------------------------------

    def _ask(self) -> Studio:
        if self._studio is None:
            raise Later("Easel is still starting.", after_seconds=1)
        return self._studio

    def _person(self, request: web.Request) -> Person:
        return reading(self._roster.person(request.query.get("person", "")), request)
