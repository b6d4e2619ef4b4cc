"""Hosted APIs that stand near OpenAI's: xAI (docs.x.ai) and OpenRouter (openrouter-rs, src/api/images.rs)."""

from __future__ import annotations

from collections.abc import Mapping
from math import isqrt
from typing import Any

from emulators.image_api.answers import Answer, Visit, document
from emulators.image_api.personas.base import Persona, Route
from emulators.image_api.personas.plain import Plain, answer
from emulators.image_api.recorded import Recorded
from emulators.image_api.refusals import Refusal
from emulators.image_api.uploads import Upload, from_url
from emulators.image_api.usage import drawn_tokens, picture_tokens, text_tokens

XAI_RATIOS = (
    "1:1", "3:4", "4:3", "9:16", "16:9", "2:3", "3:2", "9:19.5", "19.5:9", "9:20", "20:9", "1:2", "2:1", "auto",
)  # fmt: skip
EDGES = {"1k": 1024, "2k": 2048}
WRONG = "Client specified an invalid argument"


class XAi(Persona):
    """Ratios instead of sizes, JSON in both directions, JPEG by address."""

    name = "xai"
    known = ("model", "prompt", "n", "aspect_ratio", "resolution", "response_format", "user")
    serves = ("grok-imagine-image", "grok-imagine-image-quality")

    def routes(self) -> list[Route]:
        """Models and pictures."""
        return [
            Route("GET", "/models", self.models),
            Route("POST", "/images/generations", self.generations),
            Route("POST", "/images/edits", self.edits),
        ]

    def refused(self, refusal: Refusal) -> Answer:
        """A sentence for `code`, a sentence for `error`."""
        return document({"code": WRONG, "error": refusal.message}, refusal.status, refusal.headers)

    def check_key(self, recorded: Recorded, key: str) -> None:
        """A wrong key is a 400 here."""
        try:
            super().check_key(recorded, key)
        except Refusal as refusal:
            raise Refusal(400, refusal.message) from refusal

    async def models(self, visit: Visit) -> Answer:
        """Its own."""
        return document({"object": "list", "data": [{"id": each, "object": "model"} for each in self.serves]})

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words."""
        return await self._answered(self._body(visit, ()), (), visit)

    async def edits(self, visit: Visit) -> Answer:
        """Pictures from pictures: one `image`, or up to three `images`."""
        body = self._body(visit, ("image", "images"))
        if ("image" in body) == ("images" in body):
            raise Refusal(400, "Exactly one of image and images must be given.")
        given = body["images"] if "images" in body else [body["image"]]
        if not 1 <= len(given) <= 3:
            raise Refusal(400, "At most 3 images are supported.")
        pictures = tuple(_object_url(each, "image") for each in given)
        return await self._answered(body, pictures, visit)

    def _body(self, visit: Visit, more: tuple[str, ...]) -> Mapping[str, Any]:
        if visit.recorded.parts is not None:
            raise Refusal(415, "Expected request with `Content-Type: application/json`")
        body = visit.recorded.json_object()
        for name in body:
            if name not in (*self.known, *more):
                raise Refusal(400, f"Argument not supported: {name}")
        if body.get("model") not in self.serves:
            raise Refusal(404, f"The model {body.get('model')} does not exist or your team does not have access to it.")
        if not body.get("prompt"):
            raise Refusal(400, "Prompt must not be empty.")
        if body.get("aspect_ratio", "auto") not in XAI_RATIOS:
            raise Refusal(400, f"Invalid aspect_ratio: {body['aspect_ratio']}")
        if body.get("resolution", "1k") not in EDGES:
            raise Refusal(400, f"Invalid resolution: {body['resolution']}")
        if not 1 <= body.get("n", 1) <= 10:
            raise Refusal(400, "n must be between 1 and 10.")
        return body

    async def _answered(self, body: Mapping[str, Any], pictures: tuple[Upload, ...], visit: Visit) -> Answer:
        ratio = body.get("aspect_ratio", "auto")
        width, height = pictures[0].size if pictures and ratio == "auto" else _ratio(ratio)
        size = _of_ratio(width, height, EDGES[body.get("resolution", "1k")])
        plain = Plain(prompt=body["prompt"], size=size, count=body.get("n", 1), format="jpeg",
                      sources=tuple(each.data for each in pictures))  # fmt: skip
        url = body.get("response_format", "url") == "url"
        said = {"mime_type": "image/jpeg", "revised_prompt": ""}
        return await answer(self.studio, plain, visit, url=url, each=said)


class OpenRouter(Persona):
    """Its own image route; parameters that a model does not have are refused. Streams are not told of here."""

    name = "openrouter"
    prefix = "/api/v1"
    known = (
        "model", "prompt", "n", "size", "aspect_ratio", "resolution", "quality", "background", "output_format",
        "output_compression", "seed", "input_references", "user", "provider",
    )  # fmt: skip
    serves = ("openai/gpt-image-2", "google/gemini-3.1-flash-image")

    def routes(self) -> list[Route]:
        """Models and pictures."""
        return [Route("GET", "/models", self.models), Route("POST", "/images", self.images)]

    def refused(self, refusal: Refusal) -> Answer:
        """The status as a number in `code`."""
        error = {"code": refusal.status, "message": refusal.message, "metadata": {}}
        return document({"error": error, "user_id": "user_fake"}, refusal.status, refusal.headers)

    async def models(self, visit: Visit) -> Answer:
        """What can be had."""
        return document({"data": [{"id": each} for each in self.serves]})

    async def images(self, visit: Visit) -> Answer:
        """Pictures from words, and from `input_references`."""
        body = visit.recorded.json_object()
        for name in body:
            if name not in self.known:
                raise Refusal(400, f"Unrecognized key: {name}", param=name)
        model = body.get("model")
        if model not in self.serves:
            raise Refusal(400, f"{model} is not a valid model ID")
        if not body.get("prompt"):
            raise Refusal(400, "prompt: Required")
        pictures = [_reference(each) for each in body.get("input_references") or []]
        size = self._size(body, pictures)
        form, count = body.get("output_format", "png"), body.get("n", 1)
        plain = Plain(prompt=body["prompt"], size=size, count=count, format=form,
                      sources=tuple(each.data for each in pictures))  # fmt: skip
        went_in = text_tokens(plain.prompt) + sum(picture_tokens(*each.size) for each in pictures)
        came_out = count * drawn_tokens("gpt-image-2", body.get("quality", "low").replace("auto", "low"), *size)
        cost = round(went_in * 0.000008 + came_out * 0.00003, 6)
        usage = {"prompt_tokens": went_in, "completion_tokens": came_out, "total_tokens": went_in + came_out,
                 "cost": cost}  # fmt: skip
        said = {"media_type": f"image/{form}"}
        return await answer(self.studio, plain, visit, each=said, around={"model": model, "usage": usage})

    def _size(self, body: Mapping[str, Any], pictures: list[Upload]) -> tuple[int, int]:
        size = body.get("size", "auto")
        if size != "auto":
            width, _, height = str(size).partition("x")
            if not (width.isdigit() and height.isdigit()):
                raise Refusal(400, f"size: Invalid value {size}")
            return int(width), int(height)
        edge = {"1K": 1024, "2K": 2048, "4K": 4096}.get(str(body.get("resolution", "1K")).upper(), 1024)
        ratio = _ratio(body["aspect_ratio"]) if "aspect_ratio" in body else pictures[0].size if pictures else (1, 1)
        return _of_ratio(ratio[0], ratio[1], edge)


def _reference(value: Any) -> Upload:
    match value:
        case {"type": "image_url", "image_url": {"url": url}}:
            return from_url(url, "input_references")
        case _:
            raise Refusal(400, "input_references: Invalid input")


def _object_url(value: Any, field: str) -> Upload:
    if not isinstance(value, dict) or set(value) - {"url", "type"} or "url" not in value:
        raise Refusal(400, f"Invalid {field}: expected an object with a url.")
    return from_url(value["url"], field)


def _ratio(text: str) -> tuple[float, float]:
    if text == "auto":
        return 1, 1
    width, _, height = text.partition(":")
    return float(width), float(height)


def _of_ratio(width: float, height: float, edge: int) -> tuple[int, int]:
    """About a square's pixels, in steps of 16."""
    area = edge * edge
    wide, high = isqrt(round(area * width / height)), isqrt(round(area * height / width))
    return max(16, wide // 16 * 16), max(16, high // 16 * 16)
