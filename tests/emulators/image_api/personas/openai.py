"""api.openai.com: the Images API as the official SDK and OpenAPI document describe it."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from typing import Any

from emulators.image_api import events, rules, usage
from emulators.image_api.answers import Answer, Cut, Visit, document
from emulators.image_api.faults import Fault, stream_error
from emulators.image_api.models import MODELS, THINKERS
from emulators.image_api.moderations import moderations
from emulators.image_api.personas.base import Persona, Route
from emulators.image_api.recorded import Part, Recorded
from emulators.image_api.refusals import Refusal, no_such_model, unknown_parameter
from emulators.image_api.responses import Responses
from emulators.image_api.rules import Wish, commission
from emulators.image_api.studio import Studio
from emulators.image_api.uploads import Upload, from_part, from_url


class OpenAi(Persona):
    """OpenAI itself."""

    name = "openai"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.thinking = Responses(studio)

    def routes(self) -> list[Route]:
        """Everything that draws, and what stands beside it."""
        return [
            Route("GET", "/models", self.list_models),
            Route("GET", "/models/{id}", self.one_model),
            Route("POST", "/moderations", moderations),
            Route("POST", "/responses", self.thinking.create),
            Route("GET", "/responses/{id}", self.thinking.poll),
            Route("DELETE", "/responses/{id}", self.thinking.delete),
            Route("POST", "/responses/{id}/cancel", self.thinking.cancel),
            Route("POST", "/images/generations", self.generations),
            Route("POST", "/images/edits", self.edits),
        ]

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words."""
        return await self.answer(rules.generation(visit.recorded.json_body()), visit, "image_generation")

    async def edits(self, visit: Visit) -> Answer:
        """Pictures from pictures: a form, or a JSON body with data URLs."""
        recorded = visit.recorded
        wish = self.edit_form(recorded) if recorded.parts is not None else self.edit_json(recorded.json_body())
        return await self.answer(wish, visit, "image_edit")

    async def list_models(self, visit: Visit) -> Answer:
        """All models."""
        return document({"object": "list", "data": [described(name) for name in (*MODELS, *THINKERS)]})

    async def one_model(self, visit: Visit) -> Answer:
        """One model, or 404; the real API has answered 404 for models that worked."""
        name = visit.params["id"]
        if name not in (*MODELS, *THINKERS):
            raise no_such_model(name)
        return document(described(name))

    def edit_form(self, recorded: Recorded, model: str = "") -> Wish:
        """The multipart body: one `image`, or several `image[]`; `mask` and `markup` as files."""
        parts = recorded.parts or []
        check_form(parts)
        pictures = [from_part(each) for each in parts if each.name in ("image", "image[]")]
        mask, markup = (_one_file(parts, name) for name in ("mask", "markup"))
        values = rules.typed(recorded.fields()) | ({"model": model} if model else {})
        return rules.edit(values, pictures, mask, markup, known=rules.EDIT)

    def edit_json(self, body: Any) -> Wish:
        """The JSON body: `images` of `image_url` or `file_id`."""
        values = dict(body) if isinstance(body, dict) else {}
        listed = values.pop("images", None) or []
        pictures = [_referenced(each, f"images[{i}]") for i, each in enumerate(listed)]
        mask, markup = (
            _referenced(each, name) if (each := values.pop(name, None)) is not None else None
            for name in ("mask", "markup")
        )
        return rules.edit(values, pictures, mask, markup, known=rules.EDIT_JSON)

    async def answer(self, wish: Wish, visit: Visit, kind: str) -> Answer:
        """The pictures: one document, or events."""
        if visit.fault is Fault.ERROR_IN_STREAM and not wish.stream:
            return document({"error": stream_error()})
        if wish.stream and visit.fault is not Fault.JSON_TO_STREAM:
            return Answer(media_type="text/event-stream", stream=self._events(wish, visit, kind))
        return await self._document(wish, visit)

    async def _document(self, wish: Wish, visit: Visit) -> Answer:
        commissions = [commission(wish, position=i) for i in range(wish.count)]
        drawn = await asyncio.gather(*(self.studio.base64_of(each, visit.fault) for each in commissions))
        data: list[dict[str, str]] = [{"b64_json": events.PICTURE} for _ in drawn]
        if visit.fault is Fault.EMPTY_DATA:
            data, drawn = [], []
        if visit.fault is Fault.URL_INSTEAD:
            kind = f"image/{wish.format}"
            data, drawn = [{"url": self.studio.publish(base64.b64decode(each), kind)} for each in drawn], []
        body: dict[str, Any] = {
            "created": int(time.time()),
            "background": wish.background,
            "data": data,
            "output_format": wish.format,
            "quality": wish.quality,
            "size": said(wish.pixels),
            "usage": usage_of(wish, pair=True),
            "safety_identifier": wish.safety_identifier,
        }
        return Answer(pieces=events.document(body, *drawn))

    async def _events(self, wish: Wish, visit: Visit, kind: str) -> AsyncIterator[bytes]:
        shared = {
            "created_at": int(time.time()),
            "size": said(wish.pixels),
            "quality": wish.quality,
            "background": wish.background,
            "output_format": wish.format,
        }
        for index in range(wish.partials):
            part = await self.studio.base64_of(commission(wish, part=(index + 1) / (wish.partials + 1)))
            head = {"type": f"{kind}.partial_image", "b64_json": events.PICTURE, **shared, "partial_image_index": index}
            for piece in events.event(head, part):
                yield piece
            await asyncio.sleep(self.studio.pause_seconds)
        if visit.fault is Fault.ENDED_STREAM or visit.fault is Fault.EMPTY_DATA:
            return
        if visit.fault is Fault.ERROR_IN_STREAM:
            for piece in events.event({"type": "error", "error": stream_error()}, name="error"):
                yield piece
            return
        finished = await self.studio.base64_of(commission(wish), visit.fault)
        last: dict[str, Any] = {"type": f"{kind}.completed", "b64_json": events.PICTURE, **shared}
        last["usage"] = usage_of(wish, pair=False)
        if wish.safety_identifier is not None:
            last["safety_identifier"] = wish.safety_identifier
        if visit.fault is Fault.URL_INSTEAD:
            last["url"] = self.studio.publish(base64.b64decode(finished), f"image/{wish.format}")
            del last["b64_json"]
        pieces = events.event(last, *(() if "url" in last else (finished,)))
        if visit.fault is Fault.TRUNCATED_STREAM:
            yield pieces[0]
            yield pieces[1]
            yield pieces[2][: len(pieces[2]) // 2]
            raise Cut
        for piece in pieces:
            yield piece


def check_form(parts: list[Part]) -> None:
    """Files are files, plain fields are none, and no field but `image[]` comes twice."""
    seen: set[str] = set()
    for part in parts:
        is_file = part.name in ("image", "image[]", "mask", "markup")
        if is_file and part.filename is None:
            message = f"Invalid type for '{part.name}': expected a file, but got a string instead."
            raise Refusal(400, message, code="invalid_type", param=part.name.removesuffix("[]"))
        if not is_file and part.filename is not None:
            raise unknown_parameter(part.name)
        if part.name in seen and part.name != "image[]":
            hint = " You provided multiple values; use the array syntax instead e.g. 'image[]=<value>'."
            message = f"Duplicate parameter: '{part.name}'.{hint}"
            raise Refusal(400, message, code="duplicate_parameter", param=part.name)
        seen.add(part.name)
    if {"image", "image[]"} <= seen:
        raise Refusal(400, "Duplicate parameter: 'image'.", code="duplicate_parameter", param="image")


def described(name: str) -> dict[str, Any]:
    """A model, as /v1/models lists it."""
    return {"id": name, "object": "model", "created": 1_776_729_600, "owned_by": "system"}


def usage_of(wish: Wish, *, pair: bool) -> dict[str, Any]:
    """What it cost."""
    sources = [each.size for each in wish.sources]
    return usage.of_pictures(
        wish.model, wish.quality, wish.pixels, wish.prompt,
        count=wish.count, partials=wish.partials, sources=sources, pair=pair,
    )  # fmt: skip


def said(size: tuple[int, int]) -> str:
    """1024x1024."""
    return f"{size[0]}x{size[1]}"


def _one_file(parts: list[Part], name: str) -> Upload | None:
    found = next((each for each in parts if each.name == name), None)
    return from_part(found) if found else None


def _referenced(value: Any, field: str) -> Upload:
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in ("image_url", "file_id"):
        message = f"Invalid '{field}': exactly one of 'image_url' and 'file_id' is expected."
        raise Refusal(400, message, code="invalid_value", param=field)
    if "file_id" in value:
        raise Refusal(404, f"No such File object: {value['file_id']}", param=field)
    return from_url(value["image_url"], field)
