"""Every failure of an image API: the right error, one sentence for the person, one line for the operator."""

# ruff: noqa: E501 - a table of cases, one a line

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.errors import (
    CannotDraw,
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderBusy,
    ProviderError,
    ProviderUnavailable,
    ProviderUnusable,
)
from core.providers.openai.failure_body import told_of
from core.providers.openai.failure_rows import ROWS, row_of
from core.providers.openai.failures import (
    CATEGORIES,
    NotThere,
    RefusedValue,
    UnknownParameter,
    failure_of,
)

HTML = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


def envelope(
    code: str | int | None = None, kind: str = "invalid_request_error", message: str = "No.", **more: Any
) -> Any:
    return {"error": {"message": message, "type": kind, "param": None, "code": code, **more}}


def moderation(stage: str, *categories: str) -> Any:
    details = {"moderation_stage": stage, "categories": list(categories)}
    return envelope("moderation_blocked", "image_generation_user_error", moderation_details=details)


def of_size(message: str) -> Any:
    return envelope("invalid_value", "image_generation_user_error", message, param="size")


@dataclass(frozen=True)
class Case:
    """What a server answers, and what becomes of it. `what`: how the sentence begins."""

    name: str
    status: int
    body: Any  # JSON unless it is text
    error: type[ProviderError]
    what: str
    has: Mapping[str, Any] = field(default_factory=dict)  # the error's attributes


DECLINED = "OpenAI's safety check declined"
LOST = "OpenAI was asked, and its answer was lost on the way."
FAULT = "OpenAI had a fault of its own and drew nothing."
BUSY = "OpenAI is asked for more pictures than it allows at the moment."
OVERLOADED = "OpenAI has too much to do at the moment."
NO_MODEL = "OpenAI does not have the model that Easel is set to."
NOT_FOUND = "OpenAI was not found where Easel is told to look."
NO_CREDIT = "OpenAI draws nothing more because the account there has no credit left."
NOT_LET_IN = "OpenAI does not let Easel in."
AWAY = "Something on the way to OpenAI turned this request away."
UNKNOWN_OPTION = "OpenAI does not know one of the options of this request."
BAD_PICTURE = "OpenAI cannot use the picture that was handed in."
NO_SIZE = "OpenAI does not draw this size."
NOT_ACCEPTED = "OpenAI did not accept this request."

ENVOY = "upstream connect error or disconnect/reset before headers. reset reason: "

CASES = (
    Case("a proxy's 503 after it had passed the request on", 503, f"{ENVOY}connection termination", OutcomeUnknown, LOST),
    Case("a proxy's 503 without a reason", 503, "upstream connect error or disconnect/reset before headers", OutcomeUnknown, LOST),
    Case("a proxy's 503 before it could", 503, f"{ENVOY}remote connection failure, transport failure reason: x", ProviderBusy, OVERLOADED),
    Case("a proxy's 503 with too much to do", 503, f"{ENVOY}overflow", ProviderBusy, OVERLOADED),
    # --- the words or the picture
    Case("moderation, input", 400, moderation("input", "sexual"), Moderated, f"{DECLINED} your words, because of sexual content.", {"stage": "input", "categories": ("sexual",)}),
    Case("moderation, output", 400, moderation("output", "violence/graphic", "self-harm"), Moderated, f"{DECLINED} the finished picture, because of graphic violence and self-harm.", {"stage": "output"}),
    Case("moderation, unknown stage", 400, moderation("unknown"), Moderated, f"{DECLINED} this request.", {"stage": "unknown", "categories": ()}),
    Case("moderation, a category of tomorrow", 400, moderation("input", "<b>new"), Moderated, f"{DECLINED} your words.", {"categories": ()}),
    Case("moderation, three", 400, moderation("input", "hate", "sexual", "violence"), Moderated, f"{DECLINED} your words, because of hate, sexual content and violence."),
    Case("moderation, in the message", 400, envelope("moderation_blocked", message="Rejected by the safety system. safety_violations=[sexual, violence]."), Moderated, f"{DECLINED} this request, because of sexual content and violence.", {"categories": ("sexual", "violence")}),
    Case("older wording", 400, envelope("content_policy_violation"), Moderated, f"{DECLINED} this request."),
    Case("azure", 400, {"created": 1, **envelope("contentFilter", inner_error={"content_filter_results": {"sexual": {"filtered": True}, "self_harm": {"filtered": True}, "hate": {"filtered": False}}})}, Moderated, f"{DECLINED} this request, because of sexual content and self-harm."),
    Case("litellm", 400, envelope("400", message="litellm.ContentPolicyViolationError: OpenAIException - Your request was rejected by the safety system."), Moderated, f"{DECLINED} this request."),
    Case("xai", 400, {"code": "Client specified an invalid argument", "error": "Generated image rejected by content moderation."}, Moderated, f"{DECLINED} this request."),
    Case("openrouter", 403, {"error": {"code": 403, "message": "Your input was flagged", "metadata": {"reasons": ["violence"], "flagged_input": "…"}}}, Moderated, f"{DECLINED} this request, because of violence."),
    # --- the operator
    Case("billing limit", 400, envelope("billing_hard_limit_reached"), ProviderUnusable, "OpenAI draws nothing more because the spending limit there is reached."),
    Case("quota", 429, envelope("insufficient_quota", "insufficient_quota"), ProviderUnusable, NO_CREDIT),
    Case("credits", 402, envelope(402), ProviderUnusable, NO_CREDIT),
    Case("bad key", 401, envelope("invalid_api_key"), ProviderUnusable, NOT_LET_IN),
    Case("azure's gateway, bad key", 401, {"statusCode": 401, "message": "Access denied due to invalid subscription key."}, ProviderUnusable, NOT_LET_IN),
    Case("bad key, no body", 401, "", ProviderUnusable, NOT_LET_IN),
    Case("bad key, by another status", 400, envelope("invalid_api_key"), ProviderUnusable, NOT_LET_IN),
    Case("not verified", 403, envelope(None, message="Your organization must be verified to use the model `gpt-image-2`."), ProviderUnusable, "OpenAI wants to know the organization behind Easel before it draws."),
    Case("forbidden", 403, envelope("unsupported_country_region_territory"), ProviderUnusable, "OpenAI does not allow Easel to draw."),
    Case("forbidden, no body", 403, "", ProviderUnusable, "OpenAI does not allow Easel to draw."),
    Case("no model", 404, envelope("model_not_found"), NotThere, NO_MODEL),
    Case("no model, by status 403", 403, envelope("model_not_found"), NotThere, NO_MODEL),
    Case("no deployment", 404, envelope("DeploymentNotFound"), NotThere, NO_MODEL),
    Case("vllm, no model", 400, {"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404}, NotThere, NO_MODEL),
    Case("openrouter, no model", 400, {"error": {"code": 400, "message": "gpt-image-2 is not a valid model ID"}}, NotThere, NO_MODEL),
    Case("retired", 410, envelope(None), NotThere, "OpenAI no longer has what Easel asks for; it was retired."),
    Case("nothing there", 404, "", NotThere, NOT_FOUND),
    Case("nothing there, page", 404, HTML, NotThere, NOT_FOUND),
    Case("no such method", 405, {"detail": "Method Not Allowed"}, NotThere, NOT_FOUND),
    Case("moved", 301, HTML, ProviderUnusable, "OpenAI is somewhere else than where Easel is told to look."),
    Case("moved for now", 307, "", ProviderUnusable, "OpenAI is somewhere else than where Easel is told to look."),
    Case("a login page", 200, HTML, ProviderUnusable, "A web page came back where OpenAI was to answer."),
    Case("a proxy's password", 407, HTML, ProviderUnusable, "The way to OpenAI is closed."),
    # --- the wish
    Case("unknown parameter", 400, envelope("unknown_parameter", message="Unknown parameter: 'moderation'.", param="moderation"), UnknownParameter, UNKNOWN_OPTION, {"parameter": "moderation"}),
    Case("unknown parameter, inside", 400, envelope("unknown_parameter", param="tools[0].n"), UnknownParameter, UNKNOWN_OPTION, {"parameter": "tools"}),
    Case("input fidelity", 400, envelope("invalid_input_fidelity_model", "image_generation_user_error", param="input_fidelity"), UnknownParameter, UNKNOWN_OPTION, {"parameter": "input_fidelity"}),
    Case("unknown parameter, in words", 400, envelope("400", message="Unknown parameter: 'background'."), UnknownParameter, UNKNOWN_OPTION, {"parameter": "background"}),
    Case("xai, unknown parameter", 400, {"error": "Argument not supported: size"}, UnknownParameter, UNKNOWN_OPTION, {"parameter": "size"}),
    Case("litellm, unknown parameter", 400, envelope("400", message="litellm.UnsupportedParamsError: Setting `style` is not supported by openai, gpt-image-2."), UnknownParameter, UNKNOWN_OPTION, {"parameter": "style"}),
    Case("litellm, by status 500", 500, envelope("500", message="UnsupportedParamsError: openai does not support parameters: ['quality'], for model=x."), UnknownParameter, UNKNOWN_OPTION, {"parameter": "quality"}),
    Case("fastapi, unknown parameter", 422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "n"], "msg": "Extra inputs are not permitted", "input": 2}]}, UnknownParameter, UNKNOWN_OPTION, {"parameter": "n"}),
    Case("a parameter that cannot be left out", 400, envelope("unknown_parameter", param="prompt"), CannotDraw, UNKNOWN_OPTION),
    Case("a parameter without a name", 400, envelope("unknown_parameter"), CannotDraw, UNKNOWN_OPTION),
    Case("size, multiple", 400, of_size("Width and height must both be divisible by 16."), RefusedValue, "OpenAI draws no such size; both edges have to be multiples of 16.", {"parameter": "size"}),
    Case("size, edge", 400, of_size("The longest edge must be less than or equal to 3840."), RefusedValue, "This size has too long an edge for OpenAI."),
    Case("size, small", 400, of_size("Requested resolution is below the current minimum pixel budget."), RefusedValue, "This size is too small for OpenAI."),
    Case("size, large", 400, of_size("Requested resolution exceeds the current pixel budget."), RefusedValue, "This size is too large for OpenAI."),
    Case("size, otherwise", 400, of_size("Invalid."), RefusedValue, NO_SIZE),
    Case("fastapi, size", 422, {"detail": [{"type": "value_error", "loc": ["body", "size"], "msg": "Invalid size", "input": "auto"}]}, RefusedValue, NO_SIZE, {"parameter": "size"}),
    Case("quality", 400, envelope("invalid_value", param="quality"), RefusedValue, "OpenAI does not know this quality."),
    Case("background", 400, envelope("invalid_value", param="background", message="Transparent background is not supported for this model."), RefusedValue, "OpenAI cannot draw this background.", {"parameter": "background"}),
    Case("background, without its name", 400, envelope(None, message="Transparent background is not supported for this model."), RefusedValue, "OpenAI cannot draw this background.", {"parameter": ""}),
    Case("format", 400, envelope("invalid_value", param="output_format"), RefusedValue, "OpenAI cannot make this kind of file."),
    Case("count", 400, envelope("invalid_value", param="n"), RefusedValue, "OpenAI does not draw so many pictures at once."),
    Case("too many words", 400, envelope("string_above_max_length", param="prompt"), CannotDraw, "These are too many words for OpenAI."),
    Case("a bad picture", 400, envelope("invalid_image_file", "image_generation_user_error", param="image"), CannotDraw, BAD_PICTURE),
    Case("a bad picture, no parameter", 400, envelope("invalid_image_format"), CannotDraw, BAD_PICTURE),
    Case("a bad mask", 400, envelope("invalid_value", param="mask"), CannotDraw, BAD_PICTURE),
    Case("too much", 413, HTML, CannotDraw, "The pictures that were handed in are too large for OpenAI."),
    Case("anything else that is refused", 400, envelope("brand_new"), CannotDraw, NOT_ACCEPTED),
    Case("fastapi, text", 400, {"detail": "Bad things."}, CannotDraw, NOT_ACCEPTED),
    Case("fastapi, a field", 422, {"detail": [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}]}, CannotDraw, NOT_ACCEPTED),
    Case("sd-server, refused", 400, {"error": "prompt required"}, CannotDraw, NOT_ACCEPTED),
    # --- not now
    Case("rate", 429, envelope("rate_limit_exceeded", "requests"), ProviderBusy, BUSY, {"after_seconds": None}),
    Case("slow down", 429, envelope("slow_down", "rate_limit_error"), ProviderBusy, BUSY),
    Case("rate, page", 429, HTML, ProviderBusy, BUSY),
    Case("rate, no body", 429, "", ProviderBusy, BUSY),
    Case("rate, by another status", 400, envelope("rate_limit_exceeded"), ProviderBusy, BUSY),
    Case("overloaded", 503, envelope("server_is_overloaded", "service_unavailable_error"), ProviderBusy, OVERLOADED),
    Case("overloaded, page", 503, HTML, ProviderBusy, OVERLOADED),
    Case("overloaded, no body", 503, "", ProviderBusy, OVERLOADED),
    Case("overloaded, by another status", 500, envelope("overloaded_error", "overloaded_error"), ProviderBusy, OVERLOADED),
    Case("cloudflare, refused", 521, HTML, ProviderUnavailable, "OpenAI cannot be reached at the moment."),
    Case("cloudflare, unreachable", 523, HTML, ProviderUnavailable, "OpenAI cannot be reached at the moment."),
    Case("a firewall", 403, HTML, ProviderUnavailable, AWAY),
    Case("a gateway's own", 400, HTML, ProviderUnavailable, AWAY),
    # --- asked, and then
    Case("server error", 500, envelope("server_error", "server_error"), DrawingFailed, FAULT),
    Case("server error, text", 500, {"error": "generate_image returned no results"}, DrawingFailed, FAULT),
    Case("server error, two fields", 500, {"error": "server_error", "message": "CUDA out of memory"}, DrawingFailed, FAULT),
    Case("server error, fastapi", 500, {"detail": "Internal Server Error"}, DrawingFailed, FAULT),
    Case("server error, no body", 500, "", DrawingFailed, FAULT),
    Case("server error, plain text", 500, "Internal Server Error", DrawingFailed, FAULT),
    Case("server error, page", 500, HTML, OutcomeUnknown, LOST),
    Case("bad gateway", 502, HTML, OutcomeUnknown, LOST),
    Case("bad gateway, json", 502, envelope("bad_gateway"), OutcomeUnknown, LOST),
    Case("gateway timeout", 504, HTML, OutcomeUnknown, LOST),
    Case("gateway timeout, no body", 504, "", OutcomeUnknown, LOST),
    Case("cloudflare timeout", 524, HTML, OutcomeUnknown, LOST),
    Case("request timeout", 408, "", OutcomeUnknown, LOST),
    Case("an odd success", 200, {"ok": True}, DrawingFailed, "OpenAI sent an answer that holds no picture."),
    Case("no content", 204, "", DrawingFailed, "OpenAI sent an answer that holds no picture."),
)  # fmt: skip
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def bytes_of(case: Case) -> tuple[bytes, dict[str, str]]:
    if isinstance(case.body, str):
        kind = "text/html" if case.body == HTML else "text/plain"
        return case.body.encode(), {"content-type": kind, "x-request-id": "req_1234"}
    return json.dumps(case.body).encode(), {"content-type": "application/json", "x-request-id": "req_1234"}


@each
def test_a_failure_is_the_right_error_with_a_sentence_and_a_note(case: Case) -> None:
    body, headers = bytes_of(case)
    failure = failure_of(case.status, headers, body, label="OpenAI")
    assert type(failure) is case.error
    assert failure.what == case.what
    assert {name: getattr(failure, name) for name in case.has} == case.has
    assert failure.remedy.endswith(".")
    assert failure.note.startswith(f"status {case.status}")
    assert "req_1234" in failure.note


def test_every_row_is_shown_by_a_case() -> None:
    fitting = {id(row_of(told_of(case.status, bytes_of(case)[1]["content-type"], bytes_of(case)[0]))) for case in CASES}
    assert [row.what for row in ROWS if id(row) not in fitting] == []


@each
def test_no_sentence_shows_what_a_server_says(case: Case) -> None:
    body, headers = bytes_of(case)
    sentence = failure_of(case.status, headers, body, label="OpenAI").sentence
    for shown in ("nginx", "<", "{", "req_", "litellm", "CUDA", "pixel budget", "_", str(case.status)):
        assert shown not in sentence


def test_what_is_charged_is_said_by_the_kind_of_error() -> None:
    said = {case.name: failure_of(case.status, bytes_of(case)[1], bytes_of(case)[0], label="OpenAI") for case in CASES}
    assert "Nothing was charged." in said["server error"].sentence
    assert said["server error"].may_be_billed
    assert "stays reserved" in said["bad gateway"].sentence
    assert not said["rate"].may_be_billed


def test_with_pictures_handed_in_not_only_the_words_may_be_meant() -> None:
    body = json.dumps(moderation("input", "sexual")).encode()
    failure = failure_of(400, {}, body, label="OpenAI", pictures=True)
    assert "your words or your pictures" in failure.sentence


def test_all_categories_of_the_moderation_api_have_plain_words() -> None:
    known = (
        "harassment harassment/threatening hate hate/threatening illicit illicit/violent self-harm self-harm/intent "
        "self-harm/instructions sexual sexual/minors violence violence/graphic"
    )
    assert set(known.split()) <= CATEGORIES.keys()
    assert not any(set(words) & set("/_<>") for words in CATEGORIES.values())
