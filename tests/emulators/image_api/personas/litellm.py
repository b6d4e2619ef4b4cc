"""The LiteLLM proxy 1.109.1 in front of OpenAI (llms/openai/image_generation, proxy/image_endpoints/endpoints.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from emulators.image_api import rules
from emulators.image_api.answers import Answer, Visit, document
from emulators.image_api.personas.base import Route
from emulators.image_api.personas.openai import OpenAi, usage_of
from emulators.image_api.refusals import Refusal
from emulators.image_api.rules import Wish

KNOWN_BUT_UNSUPPORTED = ("response_format", "style")


class LiteLlm(OpenAi):
    """A gateway: known parameters that it has not on its list are errors, unknown ones are passed on; no streams."""

    name = "litellm"

    def routes(self) -> list[Route]:
        """Pictures, words and models."""
        return [each for each in super().routes() if "/responses" not in each.path]

    def refused(self, refusal: Refusal) -> Answer:
        """The code is the status as text; what is null elsewhere is the word None."""
        error = {
            "message": f"litellm.BadRequestError: OpenAIException - {refusal.message}",
            "type": refusal.kind,
            "param": refusal.param or "None",
            "code": str(refusal.status),
        }
        return document({"error": error}, refusal.status, refusal.headers)

    async def generations(self, visit: Visit) -> Answer:
        """Pictures from words."""
        body = visit.recorded.json_body()
        _supported(body)
        return await self._answered(rules.generation(body), visit)

    async def edits(self, visit: Visit) -> Answer:
        """Pictures from pictures: `image` or `image[]`, never both."""
        if visit.recorded.parts is None:
            raise Refusal(422, "Field required: image", param="image")
        if {"image", "image[]"} <= {part.name for part in visit.recorded.parts}:
            raise Refusal(422, "Cannot specify both 'image' and 'image[]'", param="image")
        _supported(visit.recorded.fields())
        return await self._answered(self.edit_form(visit.recorded), visit)

    async def _answered(self, wish: Wish, visit: Visit) -> Answer:
        """JSON even to a stream; what it cost stands in a header."""
        answer = await self.answer(replace(wish, stream=False, partials=0), visit, "image")
        tokens = usage_of(replace(wish, partials=0), pair=False)
        details = tokens["input_tokens_details"]
        cost = tokens["output_tokens"] * 30 + details["text_tokens"] * 5 + details["image_tokens"] * 8
        answer.headers["x-litellm-response-cost"] = f"{cost / 1_000_000}"
        answer.headers["x-litellm-model-id"] = wish.model
        return answer


def _supported(asked: Any) -> None:
    for name in KNOWN_BUT_UNSUPPORTED:
        if isinstance(asked, dict) and name in asked:
            raise Refusal(500, f"litellm.UnsupportedParamsError: Setting `{name}` is not supported", param=name)
