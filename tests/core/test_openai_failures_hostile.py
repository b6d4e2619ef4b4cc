"""Hostile answers and headers: whatever a server sends becomes an error with a sentence, and gives nothing away."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import (
    CannotDraw,
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderBusy,
    ProviderError,
    ProviderUnusable,
)
from core.providers.openai.failure_body import told_in
from core.providers.openai.failures import (
    RefusedValue,
    UnknownParameter,
    failure_in_event,
    failure_of,
    request_id_of,
    retry_after,
)


def envelope(code: str | None = None, **more: Any) -> Any:
    return {"error": {"message": "No.", "type": "invalid_request_error", "param": None, "code": code, **more}}


# --- inside an answer ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "moderation_blocked", "moderation_details": {"moderation_stage": "output"}}, Moderated),
        ({"code": "server_error", "message": "Sorry"}, DrawingFailed),
        ({"code": "rate_limit_exceeded", "message": "Slow"}, DrawingFailed),
        ({"code": "server_is_overloaded"}, DrawingFailed),
        ({"code": "billing_hard_limit_reached"}, ProviderUnusable),
        ({"code": "invalid_value", "param": "size", "type": "image_generation_user_error"}, RefusedValue),
        ({"error": {"code": "unknown_parameter", "param": "complexity"}}, UnknownParameter),
        ({"type": "image_generation_user_error", "code": "brand_new"}, CannotDraw),
        ({}, DrawingFailed),
        ({"message": ["no", "text"], "code": {"a": 1}}, DrawingFailed),
    ],
)
def test_inside_an_answer_nothing_is_certain_to_be_free_but_what_was_refused(
    error: dict[str, Any], kind: type[ProviderError]
) -> None:
    failure = failure_in_event(error, label="OpenAI", request_id="req_9")
    assert type(failure) is kind
    assert "req_9" in failure.note


# --- hostile answers -----------------------------------------------------------------------------------------------

NAMES = (
    *("error", "detail", "errors", "message", "code", "type", "param", "loc", "msg"),
    *("moderation_details", "categories", "moderation_stage", "inner_error", "content_filter_results"),
    *("metadata", "reasons"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(status=st.integers(100, 999), body=JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=200))
def test_any_answer_becomes_an_error_with_a_sentence_and_one_line(status: int, body: bytes) -> None:
    failure = failure_of(status, {"content-type": "application/json"}, body, label="OpenAI")
    assert failure.sentence.isprintable()
    assert failure.note.isprintable()
    assert len(failure.note) < 1000
    assert isinstance(told_in({"error": failure.note}).message, str)


@pytest.mark.parametrize(
    "body",
    [b"[" * 60_000, b'{"error":' * 10_000, b"<title" * 10_000, b'{"error": "' + b"a-" * 30_000 + b'"}', b"9" * 60_000],
)
def test_bodies_made_to_break_parsers_do_not(body: bytes) -> None:
    assert type(failure_of(500, {}, body, label="OpenAI")) in (DrawingFailed, OutcomeUnknown)


def test_what_must_not_be_repeated_is_not_in_the_note() -> None:
    body = json.dumps(envelope("x", message="The prompt 'my secret garden' and key hunter2hunter2 are bad.")).encode()
    failure = failure_of(400, {}, body, label="OpenAI", hidden=["my secret garden", "hunter2hunter2", ""])
    assert "secret garden" not in failure.note
    assert "hunter2" not in failure.note
    assert "are bad" in failure.note


@pytest.mark.parametrize(
    "key",
    [
        "sk-proj-abcDEF123456_ghi",
        "sk-fake-0123456789abcdef",
        "xai-0123456789abcdefXYZ",
        "0123456789abcdef0123456789abcdef",
        "Bearer abcdef.ghijkl",
        "gsk_abcdefghijklmnop123",
        "AbCdEf0123456789_-AbCdEf0123456789",
    ],
)
def test_what_looks_like_a_key_is_not_in_the_note(key: str) -> None:
    failure = failure_of(400, {}, json.dumps(envelope("x", message=f"Bad: {key} (see docs)")).encode(), label="OpenAI")
    assert key not in failure.note
    assert "(see docs)" in failure.note


def test_people_may_not_make_easel_believe_that_its_key_is_bad() -> None:
    for words in ("invalid_api_key", "billing hard limit", "must be verified", "The model does not exist"):
        body = json.dumps(envelope("brand_new", message=f"Cannot draw {words!r}.")).encode()
        assert type(failure_of(400, {}, body, label="OpenAI")) is CannotDraw


def test_a_long_message_is_cut_and_made_one_line() -> None:
    body = json.dumps(envelope("x", message="word\n\x1b[31m" * 1000)).encode()
    note = failure_of(400, {}, body, label="OpenAI").note
    assert note.isprintable()
    assert 300 < len(note) < 400


def test_the_persons_input_in_a_fastapi_error_is_never_read() -> None:
    body = json.dumps({"detail": [{"loc": ["body", "prompt"], "msg": "Too long", "input": "my words"}]}).encode()
    assert "my words" not in failure_of(422, {}, body, label="OpenAI").note


# --- headers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "3600"}, 120.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "later"}, None),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT", "date": "Mon, 23 Nov 2026 12:00:20 GMT"}, 10.0),
        ({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2099 12:00:30 GMT"}, 120.0),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, now_us=1_795_435_200_000_000) == seconds


def test_a_date_without_any_clock_says_nothing() -> None:
    assert retry_after({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}) is None


def test_busy_says_when_to_ask_again() -> None:
    failure = failure_of(429, {"retry-after": "90"}, b"", label="OpenAI")
    assert isinstance(failure, ProviderBusy)
    assert failure.after_seconds == 90
    assert failure.sentence.endswith("Ask again in 2 minutes.")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"x-request-id": "req_abc"}, "req_abc"),
        ({"apim-request-id": "1234-abcd"}, "1234-abcd"),
        ({"x-request-id": "a b\nc", "cf-ray": "8f00-FRA"}, "8f00-FRA"),
        ({"x-request-id": string.ascii_letters * 10}, ""),
        ({}, ""),
    ],
)
def test_the_request_can_be_found_again(headers: dict[str, str], found: str) -> None:
    assert request_id_of(headers) == found
