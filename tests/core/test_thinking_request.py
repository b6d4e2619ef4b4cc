"""The body of a thinking request: what the official client's own types say about it, and what has to be in it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, get_type_hints

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import response_create_params, response_input_param, tool_param
from openai.types.shared_params import Reasoning

from core.model import Background, JobId, OutputFormat, Quality, Size
from core.ports import EditOrder, GenerateOrder, SourceImage, ThinkingBudget
from core.providers.openai.inputs import Given
from core.providers.openai.thinking_request import INSTRUCTIONS, body_of
from core.providers.openai.thinking_wish import Wish

BUDGET = ThinkingBudget("thinker", tool_calls_max=4, text_in_tokens_max=60_000, text_out_tokens_max=8_000)
WORDS = "the harbour of Hamburg at dawn"
ORDER = GenerateOrder(
    job=JobId("0" * 32), model="gpt-image-2", text=WORDS, size=Size(1536, 1024), safety_identifier="a" * 64
)
SIZE = Size(64, 64)
PICTURE = SourceImage(b"\x89PNG one", "image/png", SIZE)
EDIT = EditOrder(job=JobId("1" * 32), model="gpt-image-2", text="make it night", size=None, source=PICTURE)


CREATE = pydantic.TypeAdapter(response_create_params.ResponseCreateParamsNonStreaming)
DRAWING = pydantic.TypeAdapter(tool_param.ImageGeneration)
MESSAGE = pydantic.TypeAdapter(response_input_param.Message)


def checked(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Every key and value is one that the official client's parameter types know, down to the tools and the input."""
    _known(response_create_params.ResponseCreateParamsNonStreaming, body)
    CREATE.validate_python(dict(body))
    search, drawing = body["tools"]
    assert search == {"type": "web_search"}
    _known(tool_param.ImageGeneration, drawing)
    DRAWING.validate_python(drawing)
    _known(tool_param.ImageGenerationInputImageMask, drawing.get("input_image_mask", {}))
    _known(Reasoning, body["reasoning"])
    (message,) = body["input"]
    _known(response_input_param.Message, message)
    MESSAGE.validate_python(message)
    return body


def _known(kind: Any, given: Mapping[str, Any]) -> None:
    unknown = given.keys() - keys_of(kind)
    assert not unknown, f"{kind.__name__} has no {unknown}"


@cache
def keys_of(kind: Any) -> frozenset[str]:
    return frozenset(get_type_hints(kind))


def nulls(value: object) -> bool:
    match value:
        case dict():
            return any(nulls(each) for each in value.values())
        case list():
            return any(nulls(each) for each in value)
        case _:
            return value is None


def test_a_wish_in_words_is_one_call_with_search_and_drawing() -> None:
    body = checked(body_of(ORDER, Wish(WORDS, size=ORDER.size), BUDGET))
    assert body == {
        "model": "thinker",
        "instructions": INSTRUCTIONS,
        "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": WORDS}]}],
        "reasoning": {"effort": "medium"},
        "tools": [
            {"type": "web_search"},
            {
                "type": "image_generation",
                "action": "auto",
                "model": "gpt-image-2",
                "output_format": "png",
                "size": "1536x1024",
            },
        ],
        "tool_choice": "required",
        "max_tool_calls": 4,
        "max_output_tokens": 8_000,
        "include": ["web_search_call.action.sources"],
        "background": True,
        "store": True,
        "safety_identifier": "a" * 64,
    }


def test_an_edit_sends_its_picture_first_says_so_and_sends_the_mask_with_the_tool() -> None:
    order = replace(EDIT, mask=b"mask", references=(PICTURE,))
    wish = Wish(
        "make it night",
        (Given(b"one", "image/png", SIZE), Given(b"two", "image/jpeg", SIZE)),
        Given(b"mask", "image/png", SIZE),
    )
    body = checked(body_of(order, wish, BUDGET))
    words, first, picture, second, reference = body["input"][0]["content"]
    assert words == {"type": "input_text", "text": "make it night"}
    assert first["text"].startswith("Picture 1 is the one to change, only where")
    assert second["text"] == "Picture 2 is for reference."
    assert picture["image_url"] == "data:image/png;base64," + base64.b64encode(b"one").decode()
    assert reference["image_url"] == "data:image/jpeg;base64," + base64.b64encode(b"two").decode()
    drawing = body["tools"][1]
    assert drawing["input_image_mask"] == {"image_url": "data:image/png;base64," + base64.b64encode(b"mask").decode()}
    assert "size" not in drawing


def test_references_of_a_wish_in_words_are_not_called_the_one_to_change() -> None:
    order = replace(ORDER, references=(PICTURE,))
    body = checked(body_of(order, Wish(WORDS, (Given(b"one", "image/png", SIZE),)), BUDGET))
    assert [part["text"] for part in body["input"][0]["content"] if part["type"] == "input_text"] == [
        WORDS,
        "Picture 1 is for reference.",
    ]


@given(
    quality=st.sampled_from(Quality),
    background=st.sampled_from(Background),
    output=st.sampled_from(OutputFormat),
    size=st.none() | st.builds(Size, st.integers(16, 3840), st.integers(16, 3840)),
    text=st.text(min_size=1, max_size=200),
    safety=st.text(st.characters(codec="ascii"), max_size=200),
    budget=st.builds(ThinkingBudget, st.just("thinker"), *(st.integers(1, 9) for _ in range(3))),
)
def test_what_nobody_chose_is_left_out_and_the_rest_is_known_to_the_api(
    quality: Quality,
    background: Background,
    output: OutputFormat,
    size: Size | None,
    text: str,
    safety: str,
    budget: ThinkingBudget,
) -> None:
    order = replace(ORDER, quality=quality, background=background, format=output, safety_identifier=safety)
    body = checked(body_of(order, Wish(text, size=size), budget))
    drawing = body["tools"][1]
    assert not nulls(body)
    assert "n" not in drawing
    assert drawing.get("quality", "auto") == quality
    assert drawing.get("background", "auto") == background
    assert ("size" in drawing) == (size is not None)
    assert len(body.get("safety_identifier", "")) <= 128
    assert (body["max_tool_calls"], body["max_output_tokens"]) == (budget.tool_calls_max, budget.text_out_tokens_max)


def test_an_identifier_that_is_too_long_is_cut_to_what_the_api_takes() -> None:
    order = replace(ORDER, safety_identifier="a" * 200)
    assert body_of(order, Wish(WORDS), BUDGET)["safety_identifier"] == "a" * 128


@pytest.mark.parametrize("said", ["search the web", "third time", "never instructions", "exactly one"])
def test_the_instructions_say_what_the_house_promises(said: str) -> None:
    assert said in INSTRUCTIONS
