"""/v1/moderations: scores by the words that stand in a text, so that a test can have any of them."""

from __future__ import annotations

import secrets
from typing import Any

from emulators.image_api.answers import Answer, Visit, document
from emulators.image_api.refusals import Refusal, missing, not_one_of, unknown_parameter, wrong_type
from emulators.image_api.uploads import from_url

MODELS = ("omni-moderation-latest", "omni-moderation-2024-09-26")
CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip
# Only these are scored for pictures (types/moderation.py of the official SDK).
OF_PICTURES = {c for c in CATEGORIES if c.startswith(("self-harm", "violence")) or c == "sexual"}
WORDS = {
    "forbidden": {"violence": 0.9},
    "gory": {"violence": 0.8, "violence/graphic": 0.95},
    "insulting": {"harassment": 0.85},
    "hateful": {"hate": 0.92},
    "naked": {"sexual": 0.88},
    "doubtful": {"violence": 0.4, "sexual": 0.3},
}
FLAGGED_FROM, QUIET = 0.5, 0.000_01


async def moderations(visit: Visit) -> Answer:
    """POST /moderations: a text, several texts (one result each), or a mixed list (one result)."""
    body = visit.recorded.json_body()
    if not isinstance(body, dict):
        raise Refusal(400, "Invalid body: expected a JSON object.")
    for name in body:
        if name not in ("input", "model"):
            raise unknown_parameter(name)
    model = body.get("model", MODELS[0])
    if model not in MODELS:
        raise not_one_of("model", model, MODELS)
    results = _results(body.get("input"))
    return document({"id": f"modr-{secrets.token_hex(16)}", "model": MODELS[1], "results": results})


def _results(given: Any) -> list[dict[str, Any]]:
    if isinstance(given, str):
        return [_result(given, pictures=0)]
    if given is None:
        raise missing("input")
    if not isinstance(given, list) or not given:
        raise wrong_type("input", "one of a string, an array of strings, or an array of objects", given)
    if all(isinstance(each, str) for each in given):
        return [_result(each, pictures=0) for each in given]
    words: list[str] = []
    pictures = 0
    for i, each in enumerate(given):
        match each:
            case {"type": "text", "text": str() as text}:
                words.append(text)
            case {"type": "image_url", "image_url": {"url": url}}:
                from_url(url, f"input[{i}].image_url.url")
                pictures += 1
            case _:
                raise Refusal(400, f"Invalid 'input[{i}]': expected a text or an image_url object.", param="input")
    return [_result("\n".join(words), pictures)]


def _result(text: str, pictures: int) -> dict[str, Any]:
    scores = dict.fromkeys(CATEGORIES, QUIET)
    for word, raised in WORDS.items():
        if word in text.lower():
            for category, score in raised.items():
                scores[category] = max(scores[category], score)
    flags = {category: score >= FLAGGED_FROM for category, score in scores.items()}
    applied = {
        category: (["text"] if text else []) + (["image"] if pictures and category in OF_PICTURES else [])
        for category in CATEGORIES
    }
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": scores,
        "category_applied_input_types": applied,
    }
