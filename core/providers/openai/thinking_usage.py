"""What one thinking answer cost: the text model's tokens, the image model's tokens and the searches, each at its rate.

`usage` counts the model that thinks; what its tools used stands beside it in `tool_usage` (openai-python,
types/responses/response.py: "Usage reported by hosted tools, separate from base model `usage`. The field can be omitted
when tool usage is unavailable ... calls with missing or incomplete usage records may be skipped"). Where anything is
missing the sum would be too low, so there is none, and what was reserved stays the cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.pricing import Price, Tokens, nanodollars, settled

COUNT_MAX: Final = 100_000_000  # above it a count is no count: the sum has to fit into the ledger


def charged(document: Mapping[str, Any], thinking: Price, drawing: Price) -> int | None:
    """Nano-dollars of an answer with a picture in it, or None when the provider did not say all of it.

    `thinking` is the text model's price with the fee of a search, `drawing` the image model's.
    """
    tools = document.get("tool_usage")
    if not isinstance(tools, Mapping):
        return None
    # All that the image model puts out is charged as picture; none at all, with a picture drawn, is a skipped record.
    picture = settled(drawing, tools.get("image_gen"))
    text = _text_tokens(document.get("usage"), _searches(tools, document))
    return None if picture is None or text is None else nanodollars(thinking, text) + picture


def _text_tokens(usage: object, searches: int | None) -> Tokens | None:
    """Reasoning is part of the output tokens. Pictures that are looked at count as input text: there is one rate."""
    if not isinstance(usage, Mapping) or searches is None:
        return None
    details = usage.get("input_tokens_details")
    details = details if isinstance(details, Mapping) else {}
    went_in, came_out = _count(usage.get("input_tokens")), _count(usage.get("output_tokens"))
    cached, written = _count(details.get("cached_tokens", 0)), _count(details.get("cache_write_tokens", 0))
    if not went_in or came_out is None or cached is None or written is None or cached + written > went_in:
        return None
    return Tokens(
        text_in=went_in - cached - written,
        text_in_cached=cached,
        text_in_written=written,
        text_out=came_out,
        searches=searches,
    )


def _searches(tools: Mapping[str, Any], document: Mapping[str, Any]) -> int | None:
    """How many searches are billed. Nothing said and nothing searched is none."""
    said = tools.get("web_search")
    if isinstance(said, Mapping):
        return _count(said.get("num_requests"))
    output = document.get("output")
    items = output if isinstance(output, list) else []
    searched = any(isinstance(item, Mapping) and item.get("type") == "web_search_call" for item in items)
    return None if searched or said is not None else 0


def _count(value: object) -> int | None:
    """A count that can be one: whole, not negative, of this world. `True` and 3.0 are not."""
    return value if type(value) is int and 0 <= value <= COUNT_MAX else None
