"""Everything that is known to go wrong between a client and an image API, to be ordered one by one."""

from __future__ import annotations

from enum import StrEnum

from emulators.image_api.refusals import Refusal, cannot, moderation_blocked, no_such_model


class Fault(StrEnum):
    """What one request shall meet."""

    PASS = "pass"  # nothing: lets one request by, so that a later one is hit
    MODERATION_INPUT = "moderation_input"
    MODERATION_OUTPUT = "moderation_output"
    CONTENT_POLICY = "content_policy"
    AZURE_FILTER = "azure_filter"
    RATE_LIMIT = "rate_limit"
    RATE_LIMIT_BARE = "rate_limit_bare"
    SLOW_DOWN = "slow_down"
    OVERLOADED = "overloaded"
    BILLING_LIMIT = "billing_limit"
    INSUFFICIENT_QUOTA = "insufficient_quota"
    UNVERIFIED = "unverified"
    BAD_KEY = "bad_key"
    MODEL_NOT_FOUND = "model_not_found"
    INVALID_SIZE = "invalid_size"
    NO_TRANSPARENCY = "no_transparency"  # a preview that this account does not have
    UNKNOWN_PARAMETER = "unknown_parameter"
    SERVER_ERROR = "server_error"
    HTML_502 = "html_502"
    HTML_504 = "html_504"
    HTML_200 = "html_200"
    HANG = "hang"
    DROP = "drop"
    HALF_BODY = "half_body"
    HEARTBEATS = "heartbeats"  # signs of life, and never more: comments in a stream, spaces before a document
    TRUNCATED_STREAM = "truncated_stream"  # cut in the middle of the last event
    ENDED_STREAM = "ended_stream"  # ends properly, but before the last event
    ERROR_IN_STREAM = "error_in_stream"
    EMPTY_DATA = "empty_data"
    NOT_BASE64 = "not_base64"
    NOT_A_PICTURE = "not_a_picture"
    JSON_TO_STREAM = "json_to_stream"
    URL_INSTEAD = "url_instead"
    STRING_ERROR = "string_error"
    FASTAPI_DETAIL = "fastapi_detail"
    EMPTY_BODY_404 = "empty_body_404"


SPOILS_ANSWER = frozenset(
    {
        Fault.TRUNCATED_STREAM, Fault.ENDED_STREAM, Fault.ERROR_IN_STREAM, Fault.EMPTY_DATA,
        Fault.NOT_BASE64, Fault.NOT_A_PICTURE, Fault.JSON_TO_STREAM, Fault.URL_INSTEAD, Fault.HALF_BODY, Fault.PASS,
    }
)  # fmt: skip
_HTML = """<html>\r
<head><title>{0}</title></head>\r
<body>\r
<center><h1>{0}</h1></center>\r
<hr><center>nginx</center>\r
</body>\r
</html>\r
"""
NO_MODEL = "gpt-image-9"


def page(fault: Fault) -> tuple[int, str] | None:
    """Status and HTML of what a proxy says, where the fault is that."""
    match fault:
        case Fault.HTML_502:
            return 502, _HTML.format("502 Bad Gateway")
        case Fault.HTML_504:
            return 504, _HTML.format("504 Gateway Time-out")
        case Fault.HTML_200:
            return 200, _HTML.format("Sign in to the network")
        case _:
            return None


def raw(fault: Fault) -> tuple[int, object] | None:
    """Status and body of what is not in OpenAI's envelope, where the fault is that. A body of None is empty."""
    match fault:
        case Fault.STRING_ERROR:
            return 500, {"error": "generate_image returned no results"}
        case Fault.FASTAPI_DETAIL:
            wrong = {
                "type": "value_error",
                "loc": ["body", "size"],
                "msg": "Value error, Invalid size",
                "input": "auto",
            }
            return 422, {"detail": [wrong]}
        case Fault.EMPTY_BODY_404:
            return 404, None
        case Fault.AZURE_FILTER:
            message = "Your task failed as a result of our safety system."
            inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_results": {}}
            error = {"code": "contentFilter", "message": message, "inner_error": inner}
            return 400, {"created": 1_795_000_000, "error": error}
        case _:
            return None


def refusal(fault: Fault, request_id: str, model: str, parameter: str) -> Refusal:
    """The error in OpenAI's envelope."""
    match fault:
        case Fault.MODERATION_INPUT:
            return moderation_blocked("input", ("sexual",), request_id)
        case Fault.MODERATION_OUTPUT:
            return moderation_blocked("output", ("violence",), request_id)
        case Fault.CONTENT_POLICY:
            message = "Your request was rejected as a result of our safety system."
            return Refusal(400, message, code="content_policy_violation")
        case Fault.UNVERIFIED:
            message = (
                f"Your organization must be verified to use the model `{model}`. Please go to: "
                "https://platform.openai.com/settings/organization/general and click on Verify Organization. If you "
                "just verified, it can take up to 15 minutes for access to propagate."
            )
            return Refusal(403, message)
        case Fault.BAD_KEY:
            return Refusal(401, "Incorrect API key provided: sk-f********gone.", code="invalid_api_key")
        case Fault.MODEL_NOT_FOUND:
            return no_such_model(model or NO_MODEL)
        case Fault.INVALID_SIZE:
            return cannot("Width and height must both be divisible by 16.", "size")
        case Fault.NO_TRANSPARENCY:
            return cannot("Transparent background is not supported for this model.", "background")
        case Fault.UNKNOWN_PARAMETER:
            message = f"Unknown parameter: '{parameter}'."
            return Refusal(400, message, code="unknown_parameter", param=parameter)
        case _:
            return _load_or_money(fault, model)


def _load_or_money(fault: Fault, model: str) -> Refusal:
    match fault:
        case Fault.RATE_LIMIT | Fault.RATE_LIMIT_BARE:
            message = (
                f"Rate limit reached for {model or NO_MODEL} in organization org-fake on input-images per min: "
                "Limit 5, Used 5, Requested 1. Please try again in 1s."
            )
            headers = {"retry-after": "1"} if fault is Fault.RATE_LIMIT else {}
            return Refusal(429, message, kind="input-images", code="rate_limit_exceeded", headers=headers)
        case Fault.SLOW_DOWN:
            message = "The server is receiving more requests than it can serve. Slow down."
            return Refusal(429, message, kind="rate_limit_error", code="slow_down")
        case Fault.OVERLOADED:
            message = "Our servers are currently overloaded. Please try again later."
            return Refusal(503, message, kind="service_unavailable_error", code="server_is_overloaded")
        case Fault.BILLING_LIMIT:
            return Refusal(400, "Billing hard limit has been reached", code="billing_hard_limit_reached")
        case Fault.INSUFFICIENT_QUOTA:
            message = "You exceeded your current quota, please check your plan and billing details."
            return Refusal(429, message, kind="insufficient_quota", code="insufficient_quota")
        case Fault.SERVER_ERROR:
            message = "The server had an error while processing your request. Sorry about that!"
            return Refusal(500, message, kind="server_error", code="server_error")
        case _:
            raise AssertionError(f"{fault} is no error in the envelope")


def stream_error() -> dict[str, object]:
    """The error object inside a stream that had begun well."""
    message = "The server had an error while processing your request. Sorry about that!"
    return {"message": message, "type": "server_error", "param": None, "code": "server_error"}
