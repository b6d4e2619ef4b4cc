"""/v1/responses: models that think, search and draw. What is stored outlives the client, so that it can ask again."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from typing import Any

from emulators.image_api import events, responses_items, responses_rules
from emulators.image_api.answers import Answer, Cut, Visit, document
from emulators.image_api.faults import Fault, stream_error
from emulators.image_api.refusals import Refusal
from emulators.image_api.responses_items import Kept
from emulators.image_api.rules import commission
from emulators.image_api.script import Step
from emulators.image_api.studio import Studio
from emulators.image_api.uploads import Upload, opened


class Responses:
    """The responses of one server."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.kept: dict[str, Kept] = {}

    async def create(self, visit: Visit) -> Answer:
        """POST /responses: at once in the background, as a stream, or when it is done."""
        body = visit.recorded.json_object()
        before = body.get("previous_response_id")
        task = responses_rules.task(body, {before: self._drawn(before)} if before in self.kept else {})
        script = self.studio.script
        steps = responses_items.allowed_steps(script, task)
        kept = Kept(id=f"resp_{secrets.token_hex(24)}", task=task, script=script, steps=steps, fault=visit.fault)
        if task.store:
            self.kept[kept.id] = kept
        if task.stream and visit.fault is not Fault.JSON_TO_STREAM:
            await self._draw(kept, len(steps))
            return Answer(media_type="text/event-stream", stream=_stream(kept, self.studio))
        if not task.background:
            kept.shown = len(steps) + 1
        if visit.fault is Fault.ERROR_IN_STREAM:
            return document({"error": stream_error()})
        return await self._answer(kept)

    async def poll(self, visit: Visit) -> Answer:
        """GET /responses/{id}: each time a step further."""
        kept = self._found(visit)
        if visit.recorded.query.get("stream") == "true":
            raise Refusal(400, "This response cannot be streamed: ask for it again without 'stream'.", param="stream")
        if visit.fault is Fault.ERROR_IN_STREAM:
            return document({"error": stream_error()})
        kept.polls += 1
        if not kept.cancelled and kept.polls > kept.script.polls_queued:
            kept.shown = min(kept.shown + 1, len(kept.steps) + 1)
        return await self._answer(kept)

    async def cancel(self, visit: Visit) -> Answer:
        """POST /responses/{id}/cancel: only what runs in the background; what is over stays as it is."""
        kept = self._found(visit)
        if not kept.task.background:
            raise Refusal(400, "Cannot cancel a synchronous response.")
        kept.cancelled = not kept.over
        return await self._answer(kept)

    async def delete(self, visit: Visit) -> Answer:
        """DELETE /responses/{id}."""
        kept = self._found(visit)
        del self.kept[kept.id]
        return document({"id": kept.id, "object": "response", "deleted": True})

    def _found(self, visit: Visit) -> Kept:
        wanted = visit.params["id"]
        if wanted not in self.kept:
            raise Refusal(404, f"Response with id '{wanted}' not found.")
        return self.kept[wanted]

    def _drawn(self, wanted: str) -> Upload | None:
        """The picture that a kept response ended with."""
        pictures = self.kept[wanted].pictures
        if not pictures:
            return None
        return opened(base64.b64decode(pictures[max(pictures)]), "previous_response_id")

    async def _answer(self, kept: Kept) -> Answer:
        await self._draw(kept, kept.done)
        body, pictures = responses_items.whole(kept)
        return Answer(pieces=events.document(body, *pictures))

    async def _draw(self, kept: Kept, steps: int) -> None:
        """The pictures of the first `steps` steps."""
        wish = kept.task.wish
        if wish is None or kept.fault is Fault.EMPTY_DATA:
            return
        for index, step in enumerate(kept.steps[:steps]):
            if step is Step.DRAW:
                kept.pictures[index] = await self.studio.base64_of(commission(wish, position=index), kept.fault)


async def _stream(kept: Kept, studio: Studio) -> AsyncIterator[bytes]:
    """Everything as events; the picture itself is in `response.output_item.done` and in `response.completed`."""
    number = 0

    def told(kind: str, value: dict[str, Any], *pictures: bytes) -> bytes:
        nonlocal number
        number += 1
        return b"".join(events.event({"type": kind, "sequence_number": number - 1, **value}, *pictures))

    kept.shown = 1
    first = {"response": responses_items.whole(kept)[0] | {"output": [], "status": "in_progress"}}
    yield told("response.created", first)
    yield told("response.in_progress", first)
    for index, step in enumerate(kept.steps):
        begun, done = (responses_items.item(kept, index, done=each) for each in (False, True))
        await asyncio.sleep(studio.pause_seconds)
        yield told("response.output_item.added", {"output_index": index, "item": begun})
        if kept.fault is Fault.ERROR_IN_STREAM and step is Step.DRAW:
            yield told("error", {key: stream_error()[key] for key in ("code", "message", "param")})
            return
        async for kind, value, picture in _between(kept, index, studio):
            yield told(kind, {"item_id": begun["id"], "output_index": index, **value}, *picture)
        pictures = [kept.pictures[index]] if done.get("result") == events.PICTURE else []
        last = told("response.output_item.done", {"output_index": index, "item": done}, *pictures)
        if kept.fault is Fault.TRUNCATED_STREAM and step is Step.DRAW:
            yield last[: len(last) // 2]
            raise Cut
        yield last
    if kept.fault is Fault.ENDED_STREAM:
        return
    kept.shown = len(kept.steps) + 1
    body, pictures = responses_items.whole(kept)
    yield told(f"response.{body['status']}", {"response": body}, *pictures)


async def _between(
    kept: Kept, index: int, studio: Studio
) -> AsyncIterator[tuple[str, dict[str, Any], tuple[bytes, ...]]]:
    """The events of a tool's call on its way."""
    match kept.steps[index]:
        case Step.SEARCH:
            for stage in ("in_progress", "searching", "completed"):
                yield f"response.web_search_call.{stage}", {}, ()
        case Step.DRAW:
            wish = kept.task.wish
            assert wish is not None, "a step that draws is dropped without the tool"
            yield "response.image_generation_call.in_progress", {}, ()
            yield "response.image_generation_call.generating", {}, ()
            for part in range(wish.partials):
                drawn = await studio.base64_of(commission(wish, position=index, part=(part + 1) / (wish.partials + 1)))
                value = {"partial_image_index": part, "partial_image_b64": events.PICTURE}
                yield "response.image_generation_call.partial_image", value, (drawn,)
            yield "response.image_generation_call.completed", {}, ()
        case _:
            return
