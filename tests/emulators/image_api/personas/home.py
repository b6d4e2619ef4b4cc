"""Servers at home: stable-diffusion.cpp's sd-server (routes_openai.cpp) and LocalAI (endpoints/openai/image.go)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from emulators.image_api.answers import Answer, Visit, document
from emulators.image_api.moderations import moderations
from emulators.image_api.personas.base import Persona, Route
from emulators.image_api.personas.plain import Plain, answer, picture_size, sized
from emulators.image_api.recorded import Recorded
from emulators.image_api.refusals import Refusal
from emulators.image_api.uploads import opened

_EXTRA = re.compile(r"<sd_cpp_extra_args>(.*?)</sd_cpp_extra_args>")
DEFAULT = (512, 512)


class SdServer(Persona):
    """It knows six words and reads nothing else; the model's name is not looked at, and there is no key."""

    name = "sd-server"

    def routes(self) -> list[Route]:
        """Models and pictures."""
        return [
            Route("GET", "/models", self.models),
            Route("POST", "/images/generations", self.generations),
            Route("POST", "/images/edits", self.edits),
        ]

    def check_key(self, recorded: Recorded, key: str) -> None:
        """There is none."""

    def refused(self, refusal: Refusal) -> Answer:
        """A plain string; what its parser throws says `server_error` there."""
        if refusal.kind == "server_error":
            return document({"error": "server_error", "message": refusal.message}, refusal.status)
        return document({"error": refusal.message}, refusal.status, refusal.headers)

    async def models(self, visit: Visit) -> Answer:
        """The one it has loaded."""
        return document({"data": [{"id": "sd-cpp-local", "object": "model", "owned_by": "local"}]})

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words."""
        if not visit.recorded.body:
            raise Refusal(400, "empty body")
        try:
            body = json.loads(visit.recorded.body)
        except ValueError as error:
            raise Refusal(500, "[json.exception.parse_error.101] parse error", kind="server_error") from error
        for name, kind in (("prompt", str), ("n", int), ("size", str), ("output_format", str)):
            if name in body and not isinstance(body[name], kind):
                message = f"[json.exception.type_error.302] type must be {kind.__name__}, but is another"
                raise Refusal(500, message, kind="server_error")
        prompt = _prompt(body.get("prompt", ""))
        form = _format(body.get("output_format", "png"), ("png", "jpeg", "webp"))
        plain = Plain(
            prompt=prompt,
            size=sized(body.get("size", ""), DEFAULT),
            count=max(1, body.get("n", 1)),
            format=form,
            compression=body.get("output_compression", 100),
        )
        return await answer(self.studio, plain, visit, around={"output_format": form})

    async def edits(self, visit: Visit) -> Answer:
        """Pictures from pictures. The mask is read as grey: white is where it changes."""
        recorded = visit.recorded
        if recorded.parts is None:
            raise Refusal(400, "Content-Type must be multipart/form-data")
        fields = recorded.fields()
        prompt = _prompt(fields.get("prompt", ""))
        pictures = recorded.files("image[]") or recorded.files("image")[:1]
        if not pictures:
            raise Refusal(400, "at least one image[] required")
        masks = recorded.files("mask")
        form = _format(fields.get("output_format", "png"), ("png", "jpeg"))
        plain = Plain(
            prompt=prompt,
            size=sized(fields.get("size", ""), picture_size(pictures[0].content)),
            count=int(fields.get("n", "1")),
            format=form,
            sources=tuple(each.content for each in pictures),
            mask=masks[0].content if masks else None,
        )
        return await answer(self.studio, plain, visit, around={"output_format": form})


class LocalAi(Persona):
    """No edits: a picture goes with a generation as bare base64. Answers addresses unless told otherwise."""

    name = "localai"
    loaded = ("stablediffusion", "flux.1-dev")

    def routes(self) -> list[Route]:
        """Models, words, pictures, and its own inpainting."""
        return [
            Route("GET", "/models", self.models),
            Route("POST", "/moderations", self.moderations),
            Route("POST", "/images/generations", self.generations),
            Route("POST", "/images/inpainting", self.inpainting),
        ]

    def refused(self, refusal: Refusal) -> Answer:
        """The status as a number in `code`."""
        error = {"code": refusal.status, "message": refusal.message, "type": ""}
        return document({"error": error}, refusal.status, refusal.headers)

    async def models(self, visit: Visit) -> Answer:
        """What is installed."""
        return document({"object": "list", "data": [{"id": each, "object": "model"} for each in self.loaded]})

    async def moderations(self, visit: Visit) -> Answer:
        """Of words only."""
        given = visit.recorded.json_object().get("input")
        if isinstance(given, list) and not all(isinstance(each, str) for each in given):
            raise Refusal(400, "input must be a string or an array of strings")
        return await moderations(visit)

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words, and from `file`, `files` or `ref_images`."""
        body = visit.recorded.json_object()
        prompt, _, _unwanted = str(body.get("prompt", "")).partition("|")
        plain = Plain(
            prompt=prompt,
            size=self._checked(body),
            count=body.get("n") or 1,
            sources=tuple(_bare(each) for each in _listed(body)),
        )
        return await self._answered(plain, visit, body)

    async def inpainting(self, visit: Visit) -> Answer:
        """A form of `image` and `mask`; white is where it changes."""
        recorded = visit.recorded
        pictures, masks = recorded.files("image"), recorded.files("mask")
        if not pictures or not masks:
            raise Refusal(400, "missing image or mask file")
        fields = recorded.fields()
        self._checked(fields)
        source = pictures[0].content
        plain = Plain(prompt=fields.get("prompt", ""), size=picture_size(source), sources=(source,),
                      mask=masks[0].content)  # fmt: skip
        return await self._answered(plain, visit, fields)

    def _checked(self, asked: Mapping[str, Any]) -> tuple[int, int]:
        if asked.get("model") not in self.loaded:
            raise Refusal(500, f"could not load model - all backends returned error: {asked.get('model')}")
        size = str(asked.get("size", ""))
        return sized(size, DEFAULT) if "x" in size else DEFAULT

    async def _answered(self, plain: Plain, visit: Visit, asked: Mapping[str, Any]) -> Answer:
        zeros = {"input_tokens": 0, "input_tokens_details": {"text_tokens": 0, "image_tokens": 0},
                 "output_tokens": 0, "total_tokens": 0}  # fmt: skip
        around = {"id": "3f3c1d42-6b0a-4f0e-9f0e-2f8b1c7d5a11", "usage": zeros}
        url = asked.get("response_format") != "b64_json"
        return await answer(self.studio, plain, visit, url=url, around=around)


def _prompt(text: str) -> str:
    if not text:
        raise Refusal(400, "prompt required")
    found = _EXTRA.search(text)
    if found:
        try:
            json.loads(found[1])
        except ValueError as error:
            raise Refusal(400, "invalid sd_cpp_extra_args") from error
    return _EXTRA.sub("", text)


def _format(name: str, allowed: tuple[str, ...]) -> str:
    if name not in allowed:
        raise Refusal(400, f"invalid output_format, must be one of [{', '.join(allowed)}]")
    return name


def _listed(body: Mapping[str, Any]) -> list[str]:
    single = [body["file"]] if body.get("file") else []
    return [*single, *(body.get("files") or []), *(body.get("ref_images") or [])]


def _bare(text: str) -> bytes:
    """Base64 without any address around it."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refusal(500, "illegal base64 data at input byte 4") from error
    opened(data, "file")
    return data
