"""The settings view's part of the administrators' interface: what is set, whether it works, and connecting more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from aiohttp import web
from aiohttp.typedefs import Handler

from bots.web.admin.connecting import Connecting, Line
from bots.web.admin.forms import GiveForm, PartForm, RestartForm
from bots.web.forms import read


class SettingsPart:
    """Its routes, for whoever guards the door."""

    def __init__(self, connecting: Connecting) -> None:
        self._connecting = connecting

    @property
    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        """Method, path below the interface, and who answers."""
        return (
            ("GET", "/settings", self._settings),
            ("GET", "/checks", self._checks),
            ("POST", "/connect", self._connect),
            ("POST", "/forget", self._forget),
            ("POST", "/restart", self._restart),
        )

    async def _settings(self, request: web.Request) -> web.Response:
        asked = self._connecting
        said = {
            "settings": [asdict(each) for each in asked.settings()],
            "parts": [asdict(each) for each in asked.states()],
        }
        return web.json_response(said)

    async def _checks(self, request: web.Request) -> web.Response:
        return web.json_response({"lines": _lines(await self._connecting.checked())})

    async def _connect(self, request: web.Request) -> web.Response:
        form = await read(request, GiveForm)
        return web.json_response({"lines": _lines(await self._connecting.give(form.part, form.secrets))})

    async def _forget(self, request: web.Request) -> web.Response:
        form = await read(request, PartForm)
        await self._connecting.forget(form.part)
        return web.json_response({})

    async def _restart(self, request: web.Request) -> web.Response:
        await read(request, RestartForm)
        self._connecting.restart()
        return web.json_response({})


def _lines(found: Sequence[Line]) -> list[dict[str, str]]:
    return [asdict(each) for each in found]
