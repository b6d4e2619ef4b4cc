"""Inference clusters that are FastAPI inside, vLLM-Omni 0.30.0 and SGLang 0.5.23. Unknown fields are ignored there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulators.image_api.answers import Answer, Visit, document
from emulators.image_api.personas.base import Persona, Route
from emulators.image_api.personas.plain import Plain, answer, picture_size, sized
from emulators.image_api.recorded import Part, Recorded
from emulators.image_api.refusals import Refusal
from emulators.image_api.usage import text_tokens

DEFAULT = (1024, 1024)


class _FastApi(Persona):
    serves = "Qwen/Qwen-Image"

    def routes(self) -> list[Route]:
        """Models and pictures."""
        return [
            Route("GET", "/models", self.models),
            Route("POST", "/images/generations", self.generations),
            Route("POST", "/images/edits", self.edits),
        ]

    def check_key(self, recorded: Recorded, key: str) -> None:
        """The key of `--api-key`."""
        try:
            super().check_key(recorded, key)
        except Refusal as refusal:
            raise Refusal(401, "Unauthorized") from refusal

    def refused(self, refusal: Refusal) -> Answer:
        """`detail`: a sentence, or the list of what failed validation."""
        if refusal.status == 401:
            return document({"error": "Unauthorized"}, 401)
        detail: Any = refusal.message
        if refusal.status == 422:
            where = ["body", refusal.param or "prompt"]
            detail = [{"type": "value_error", "loc": where, "msg": refusal.message, "input": None}]
        return document({"detail": detail}, refusal.status, refusal.headers)

    async def models(self, visit: Visit) -> Answer:
        """The one it serves."""
        return document({"object": "list", "data": [{"id": self.serves, "object": "model"}]})

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words."""
        raise NotImplementedError

    async def edits(self, visit: Visit) -> Answer:
        """Pictures from pictures."""
        raise NotImplementedError

    def form(self, recorded: Recorded) -> tuple[dict[str, str], list[Part]]:
        """The fields, and one or more pictures."""
        fields, pictures = recorded.fields(), recorded.files("image", "image[]")
        if recorded.parts is None or "prompt" not in fields:
            raise Refusal(422, "Field required", param="prompt")
        if not pictures:
            raise Refusal(400, "Field 'image' or 'url' is required")
        return fields, pictures


class VllmOmni(_FastApi):
    """`size` needs an x, the model has to be the one it serves, and the mask is called `mask_image`."""

    name = "vllm-omni"

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words."""
        body = visit.recorded.json_object()
        if not isinstance(body.get("prompt"), str):
            raise Refusal(422, "Field required", param="prompt")
        plain = Plain(
            prompt=body["prompt"], size=self._size(body, DEFAULT), count=_count(body), format=self._format(body)
        )
        return await self._answered(plain, visit)

    async def edits(self, visit: Visit) -> Answer:
        """Pictures from pictures. A `mask` is a field that it does not know."""
        fields, pictures = self.form(visit.recorded)
        masks = visit.recorded.files("mask_image")
        asked = {name: value for name, value in fields.items() if value != "auto"}
        plain = Plain(
            prompt=fields["prompt"],
            size=self._size(asked, picture_size(pictures[0].content)),
            count=_count(fields),
            format=self._format(fields),
            sources=tuple(each.content for each in pictures),
            mask=masks[0].content if masks else None,
        )
        return await self._answered(plain, visit)

    async def _answered(self, plain: Plain, visit: Visit) -> Answer:
        width, height = plain.size
        around = {"output_format": plain.format, "size": f"{width}x{height}", "cot_output": None, "metrics": None}
        return await answer(self.studio, plain, visit, each={"url": None, "revised_prompt": None}, around=around)

    def _size(self, asked: Mapping[str, Any], otherwise: tuple[int, int]) -> tuple[int, int]:
        model, size, how = asked.get("model"), asked.get("size"), asked.get("response_format")
        if model is not None and model != self.serves:
            raise Refusal(400, f"Model mismatch: request specifies '{model}' but server is running '{self.serves}'.")
        if how not in (None, "b64_json", "file"):
            raise Refusal(422, f"Only 'b64_json' or 'file' response format is supported, got: {how}",
                          param="response_format")  # fmt: skip
        if size is None:
            return otherwise
        if not isinstance(size, str) or "x" not in size:
            message = "Value error, size must be in format 'WIDTHxHEIGHT' (e.g., '1024x1024')"
            raise Refusal(422, message, param="size")
        return sized(size, otherwise)

    def _format(self, asked: Mapping[str, Any]) -> str:
        form = asked.get("output_format") or "png"
        if form not in ("png", "jpeg", "webp"):
            raise Refusal(400, f"Invalid output_format: {form}")
        return str(form)


class SgLang(_FastApi):
    """Generations answer addresses unless told otherwise, which needs a cloud bucket; a mask is not used."""

    name = "sglang"

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words."""
        body = visit.recorded.json_object()
        if not isinstance(body.get("prompt"), str):
            raise Refusal(422, "Field required", param="prompt")
        _base64_only(body.get("response_format") or "url")
        size = sized(str(body.get("size") or ""), DEFAULT)
        plain = Plain(prompt=body["prompt"], size=size, count=_clamped(body), format=_picked(body))
        return await self._answered(plain, visit)

    async def edits(self, visit: Visit) -> Answer:
        """Pictures from pictures."""
        fields, pictures = self.form(visit.recorded)
        _base64_only(fields.get("response_format") or "b64_json")
        plain = Plain(
            prompt=fields["prompt"],
            size=sized(fields.get("size", ""), picture_size(pictures[0].content)),
            count=_clamped(fields),
            format=_picked(fields),
            sources=tuple(each.content for each in pictures),
        )
        return await self._answered(plain, visit)

    async def _answered(self, plain: Plain, visit: Visit) -> Answer:
        words = text_tokens(plain.prompt)
        usage = {"prompt_tokens": words, "completion_tokens": 0, "total_tokens": words, "image_count": plain.count}
        around = {"id": "9d1c6f0e2b7a4c55", "usage": usage}
        return await answer(self.studio, plain, visit, each={"revised_prompt": plain.prompt}, around=around)


def _base64_only(how: str) -> None:
    if how.lower() == "url":
        raise Refusal(400, "response_format='url' requires cloud storage to be configured.")
    if how.lower() != "b64_json":
        raise Refusal(400, f"response_format={how} is not supported")


def _count(asked: Mapping[str, Any]) -> int:
    given = asked.get("n", 1)
    count = int(given) if str(given).lstrip("-").isdigit() else 0
    if not 1 <= count <= 10:
        raise Refusal(422, "Input should be between 1 and 10", param="n")
    return count


def _clamped(asked: Mapping[str, Any]) -> int:
    return max(1, min(int(asked.get("n") or 1), 10))


def _picked(asked: Mapping[str, Any]) -> str:
    form = str(asked.get("output_format") or "").lower()
    if form in ("png", "jpeg", "webp"):
        return form
    return "png" if asked.get("background") == "transparent" else "jpeg"
