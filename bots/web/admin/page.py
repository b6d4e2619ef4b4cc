"""The administrators' page and its HTTP interface.

Without the cookie that its link's token buys, nothing under `/admin/api` exists: the answer is the one for an address
that there is not. The page itself is the same for everybody and holds nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bots.web.admin import shown
from bots.web.admin.connecting import Connecting
from bots.web.admin.forms import KeyForm, OrderForm, ResolveForm, WordsForm
from bots.web.admin.settings import SettingsPart
from bots.web.forms import BadRequest, SessionForm, read
from bots.web.session import ADMINISTRATION, Session
from core.administration.docket import Which
from core.administration.homes import Home
from core.administration.overseeing import Overseeing
from core.administration.reading import VERBS
from core.administration.usage import By
from core.errors import EaselError, Later, NotAllowed, NotFound, OperatorError
from core.model import JobId, new_id

API = "/admin/api"
_DIGITS = 18  # of a number in an address: what fits into the database's integers
_JOB_CHARACTERS = 32

Asked = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Administration:
    """The page: `mount` puts it into the web server."""

    def __init__(
        self,
        overseeing: Overseeing,
        token: str,
        *,
        product_version: str = "",
        static: Path | None = None,
        connecting: Connecting | None = None,
    ) -> None:
        """`token` opens it; without `connecting` it connects nothing. Raises `BadSettings` for no token."""
        self._overseeing = overseeing
        self._session = Session(token, ADMINISTRATION)
        self._product_version = product_version
        self._connecting = connecting
        self._life = new_id()  # by which a page sees that Easel has started anew
        self._static = static or Path(str(files("bots.web") / "static"))

    def mount(self, app: web.Application) -> None:
        """Put the page and its interface into the web server."""
        router = app.router
        router.add_get("/admin", self._page)
        router.add_get("/admin/", self._page)
        router.add_post(f"{API}/session", self._told(self._sign_in))
        for method, path, handler in (
            ("GET", "/hello", self._hello),
            ("GET", "/limits", self._limits),
            ("GET", "/usage", self._usage),
            ("GET", "/usage.csv", self._table),
            ("GET", "/requests", self._requests),
            ("GET", "/providers", self._providers),
            ("GET", "/audit", self._audit),
            ("POST", "/orders", self._order),
            ("POST", "/key", self._own_key),
            ("POST", "/words", self._words),
            ("POST", "/resolve", self._resolve),
            *(SettingsPart(self._connecting).routes if self._connecting else ()),
        ):
            router.add_route(method, API + path, self._told(self._signed_in(handler)))
        router.add_route("*", API + "/{unknown:.*}", self._told(_nothing))

    # --- the door -------------------------------------------------------------------------------------------------

    def _signed_in(self, handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            if not self._session.holds(request):
                return await _nothing(request)
            return await handler(request)

        return checked

    def _told(self, handler: Handler) -> Handler:
        """Refusals become answers with their sentence; a fault stays a fault, and is logged."""

        async def told(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except EaselError as error:
                said = {"error": {"code": error.code, "sentence": f"{error.what} {error.remedy}".strip()}}
                return web.json_response(said, status=_status(error))

        return told

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        form = await read(request, SessionForm)
        if not self._session.opens(form.token):
            return await _nothing(request)
        response = web.Response(status=204)
        self._session.grant(response)
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._static / "admin.html", headers={"Cache-Control": "no-cache"})

    # --- reading --------------------------------------------------------------------------------------------------

    async def _hello(self, request: web.Request) -> web.Response:
        homes = await self._overseeing.homes()
        names = await self._overseeing.naming.workspaces(each.home for each in homes)
        return web.json_response(
            {
                "version": self._product_version,
                "workspaces": [shown.home(each, names.get(each.home, "")) for each in homes],
                "orders": [shown.order(each) for each in VERBS.values()],
                "connects": self._connecting is not None,
                "life": self._life,
            }
        )

    async def _limits(self, request: web.Request) -> web.Response:
        home, asked = _home(request), self._overseeing
        found = await asked.standing(home)
        names = await asked.naming.channels(home, [each.key for each in found.channels])
        said = shown.standing(found, await asked.policy(home), names, asked.now_us)
        return web.json_response({**said, "takes_key": asked.takes_keys})

    async def _usage(self, request: web.Request) -> web.Response:
        home, asked = _home(request), self._overseeing
        found = await asked.report(home, request.query.get("month", ""))
        names = await asked.naming.channels(home, [each.key for each in found.usage.broken_down[By.CHANNEL]])
        return web.json_response(shown.report(found, names))

    async def _table(self, request: web.Request) -> web.Response:
        home, month = _home(request), request.query.get("month", "")
        table = await self._overseeing.table(home, month)
        return web.Response(
            body=table.encode(),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="easel-usage.csv"'},
        )

    async def _requests(self, request: web.Request) -> web.Response:
        home, which, before = _home(request), request.query.get("which", ""), request.query.get("before", "")
        if which not in list(Which) or not _is_job(before or "0"):
            raise BadRequest("The page asked for something unexpected.", "Load it again.")
        asked = self._overseeing
        found = await asked.requests(home, Which(which), before)
        unsure = () if before else await asked.uncertain(home)
        names = await asked.naming.channels(home, [each.channel for each in (*found.lines, *unsure)])
        lines = [shown.line(each, names, asked.now_us) for each in unsure]
        return web.json_response({**shown.requests(found, names, asked.now_us), "uncertain": lines})

    async def _providers(self, request: web.Request) -> web.Response:
        return web.json_response(shown.works(await self._overseeing.works()))

    async def _audit(self, request: web.Request) -> web.Response:
        before = request.query.get("before", "")
        if before and not (before.isascii() and before.isdigit() and len(before) <= _DIGITS):
            raise BadRequest("The page asked for something unexpected.", "Load it again.")
        home = _home(request) if request.query.get("workspace") else None
        found = await self._overseeing.decisions(home, int(before) if before else None)
        return web.json_response({"decisions": [shown.decision(each) for each in found]})

    # --- doing ----------------------------------------------------------------------------------------------------

    async def _order(self, request: web.Request) -> web.Response:
        form = await read(request, OrderForm)
        answer = await self._overseeing.order(Home.read(form.workspace), form.words, _key(form.client_key))
        return web.json_response({"answer": answer})

    async def _own_key(self, request: web.Request) -> web.Response:
        form = await read(request, KeyForm)
        answer = await self._overseeing.give_key(Home.read(form.workspace), form.key, _key(form.client_key))
        return web.json_response({"answer": answer})

    async def _words(self, request: web.Request) -> web.Response:
        form = await read(request, WordsForm)
        home = Home.read(form.workspace)
        return web.json_response({"words": dict(await self._overseeing.words(home, form.jobs, _key(form.client_key)))})

    async def _resolve(self, request: web.Request) -> web.Response:
        form = await read(request, ResolveForm)
        home, job = Home.read(form.workspace), JobId(form.job)
        said = await self._overseeing.resolve(home, job, _key(form.client_key), billed=form.billed)
        return web.json_response({"answer": said})


async def _nothing(request: web.Request) -> web.Response:
    """What there is to see for whoever has no cookie, and at addresses that there are not."""
    said = {"error": {"code": "not_found", "sentence": "There is nothing here."}}
    return web.json_response(said, status=404)


def _home(request: web.Request) -> Home:
    return Home.read(request.query.get("workspace", ""))


def _key(client_key: object) -> str:
    return f"admin:{client_key}"


def _is_job(said: str) -> bool:
    return len(said) <= _JOB_CHARACTERS and all(sign in "0123456789abcdef" for sign in said)


def _status(error: EaselError) -> int:
    match error:
        case NotFound():
            return 404
        case NotAllowed():
            return 403
        case BadRequest():
            return 400
        case Later() | OperatorError():
            return 503
        case _:
            return 422
