"""The rules of POST /v1/responses, as far as pictures are drawn with it: a body in, a `Task` or a refusal out. Pure.

Sources: types/responses/response_create_params.py and tool_param.py of the official Python SDK 3.54.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulators.image_api import rules
from emulators.image_api.models import THINKERS
from emulators.image_api.refusals import INVALID_REQUEST, Refusal, missing, not_one_of, unknown_parameter, wrong_type
from emulators.image_api.rules import Wish
from emulators.image_api.uploads import Upload, from_url
from emulators.image_api.values import flag, text, whole, word

KNOWN = {
    "background", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model",
    "parallel_tool_calls", "previous_response_id", "prompt_cache_key", "reasoning", "safety_identifier",
    "service_tier", "store", "stream", "temperature", "text", "tool_choice", "tools", "top_p", "truncation", "user",
}  # fmt: skip
SEARCH_TOOLS = ("web_search", "web_search_2025_08_26")
SEARCH_KEYS = {"type", "external_web_access", "filters", "search_context_size", "user_location"}
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
INCLUDABLE = (
    "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
    "message.input_image.image_url", "computer_call_output.output.image_url", "code_interpreter_call.outputs",
    "reasoning.encrypted_content", "message.output_text.logprobs",
)  # fmt: skip
INSTRUCTIONS_MAX, IDENTIFIER_MAX, OUTPUT_TOKENS_MIN = 1_000_000, 128, 16
ROLES = ("user", "system", "developer", "assistant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a response is to do."""

    body: Mapping[str, Any]
    words: str  # everything that is to be read, for counting
    pictures: tuple[Upload, ...]
    wish: Wish | None  # the image tool as it is set; None without it
    may_search: bool
    tells_sources: bool
    tool_calls_max: int | None
    background: bool
    stream: bool
    store: bool


def task(body: Mapping[str, Any], earlier: Mapping[str, Upload | None]) -> Task:
    """Check a body. `earlier`: the response before it where it is kept, with the picture that it drew last."""
    for name in body:
        if name not in KNOWN:
            raise unknown_parameter(name)
    _model(body)
    background, stream, store = flag(body, "background"), flag(body, "stream"), body.get("store") is not False
    if background and not store:
        raise Refusal(400, "Background responses require 'store' to be true.", param="background")
    text(body, "instructions", INSTRUCTIONS_MAX)
    text(body, "safety_identifier", IDENTIFIER_MAX)
    whole(body, "max_output_tokens", OUTPUT_TOKENS_MIN, 1_000_000, 4096)
    calls_max = whole(body, "max_tool_calls", 1, 1000, 0) or None
    _reasoning(body)
    include = _include(body)
    words, pictures = _input(body)
    previous = body.get("previous_response_id")
    if previous is not None:
        if previous not in earlier:
            message = f"Previous response with id '{previous}' not found."
            raise Refusal(400, message, code="previous_response_not_found", param="previous_response_id")
        drawn = earlier[previous]
        pictures = [*pictures, *([drawn] if drawn else [])]
    wish, may_search = _tools(body, words, pictures)
    forced = _choice(body)
    return Task(
        body=body,
        words=f"{body.get('instructions') or ''}\n{words}",
        pictures=tuple(pictures),
        wish=wish if forced != "none" else None,
        may_search=may_search and forced in ("auto", "required"),
        tells_sources="web_search_call.action.sources" in include,
        tool_calls_max=calls_max,
        background=background,
        stream=stream,
        store=store,
    )


def _model(body: Mapping[str, Any]) -> None:
    model = body.get("model")
    if model is None:
        raise missing("model")
    if not isinstance(model, str) or not model.startswith(THINKERS):
        message = f"The requested model '{model}' does not exist."
        raise Refusal(400, message, code="model_not_found", param="model")


def _reasoning(body: Mapping[str, Any]) -> None:
    reasoning = body.get("reasoning")
    if reasoning is None:
        return
    if not isinstance(reasoning, dict):
        raise wrong_type("reasoning", "an object", reasoning)
    for name in reasoning:
        if name not in ("effort", "summary", "generate_summary", "context", "mode"):
            raise unknown_parameter(f"reasoning.{name}")
    effort = reasoning.get("effort")
    if effort is not None and effort not in EFFORTS:
        raise not_one_of("reasoning.effort", effort, EFFORTS, kind=INVALID_REQUEST)


def _include(body: Mapping[str, Any]) -> list[str]:
    include = body.get("include") or []
    if not isinstance(include, list):
        raise wrong_type("include", "an array", include)
    for i, each in enumerate(include):
        if each not in INCLUDABLE:
            raise not_one_of(f"include[{i}]", each, INCLUDABLE, kind=INVALID_REQUEST)
    return include


def _input(body: Mapping[str, Any]) -> tuple[str, list[Upload]]:
    given = body.get("input")
    if given is None:
        raise missing("input")
    if isinstance(given, str):
        return given, []
    if not isinstance(given, list) or not given:
        raise wrong_type("input", "one of a string or an array of input items", given)
    words: list[str] = []
    pictures: list[Upload] = []
    kinds: list[str] = []
    for i, item in enumerate(given):
        if not isinstance(item, dict):
            raise wrong_type(f"input[{i}]", "an object", item)
        kinds.append(str(item.get("type", "message")))
        if kinds[-1] == "message":
            _message(item, f"input[{i}]", words, pictures)
        elif kinds[-1] == "image_generation_call":
            _drawn_before(item, i, kinds)
        elif kinds[-1] != "reasoning":
            raise not_one_of(f"input[{i}].type", kinds[-1], ("message", "reasoning", "image_generation_call"),
                             kind=INVALID_REQUEST)  # fmt: skip
    return "\n".join(words), pictures


def _drawn_before(item: Mapping[str, Any], i: int, kinds: list[str]) -> None:
    """An earlier drawing by its id alone: refused without the reasoning before it (community 1358313)."""
    if "reasoning" not in kinds:
        message = (
            f"Item '{item.get('id')}' of type 'image_generation_call' was provided without its required 'reasoning' "
            "item: 'rs_fake'."
        )
        raise Refusal(400, message, param="input")
    for name in ("result", "status"):
        if name not in item:
            raise missing(f"input[{i}].{name}")


def _message(item: Mapping[str, Any], where: str, words: list[str], pictures: list[Upload]) -> None:
    if item.get("role") not in ROLES:
        raise not_one_of(f"{where}.role", item.get("role"), ROLES, kind=INVALID_REQUEST)
    for name in item:
        if name not in ("type", "role", "content", "status", "id", "phase"):
            raise unknown_parameter(f"{where}.{name}")
    content = item.get("content")
    if isinstance(content, str):
        words.append(content)
        return
    if not isinstance(content, list):
        raise wrong_type(f"{where}.content", "one of a string or an array", content)
    for i, part in enumerate(content):
        _content(part, f"{where}.content[{i}]", words, pictures)


def _content(part: Any, where: str, words: list[str], pictures: list[Upload]) -> None:
    if not isinstance(part, dict):
        raise wrong_type(where, "an object", part)
    match part.get("type"):
        case "input_text":
            _only(part, where, {"type", "text"})
            if not isinstance(part.get("text"), str):
                raise wrong_type(f"{where}.text", "a string", part.get("text"))
            words.append(part["text"])
        case "input_image":
            _only(part, where, {"type", "image_url", "file_id", "detail"})
            if part.get("detail", "auto") not in ("auto", "low", "high", "original"):
                raise not_one_of(f"{where}.detail", part["detail"], ("auto", "low", "high", "original"),
                                 kind=INVALID_REQUEST)  # fmt: skip
            if part.get("file_id"):
                raise Refusal(404, f"No such File object: {part['file_id']}", param=where)
            pictures.append(from_url(part.get("image_url"), f"{where}.image_url"))
        case other:
            raise not_one_of(f"{where}.type", other, ("input_text", "input_image"), kind=INVALID_REQUEST)


def _only(part: Mapping[str, Any], where: str, known: set[str]) -> None:
    for name in part:
        if name not in known:
            raise unknown_parameter(f"{where}.{name}")


def _tools(body: Mapping[str, Any], words: str, pictures: list[Upload]) -> tuple[Wish | None, bool]:
    tools = body.get("tools") or []
    if not isinstance(tools, list):
        raise wrong_type("tools", "an array", tools)
    wish, may_search = None, False
    for i, tool in enumerate(tools):
        kind = tool.get("type") if isinstance(tool, dict) else None
        if kind == "image_generation":
            mask = _mask(tool, f"tools[{i}].input_image_mask")
            wish = rules.tool(tool, f"tools[{i}]", words[: rules.PROMPT_MAX] or " ", pictures, mask)
        elif kind in SEARCH_TOOLS:
            _only(tool, f"tools[{i}]", SEARCH_KEYS)
            word(tool, "search_context_size", ("low", "medium", "high"), "medium")
            may_search = True
        else:
            raise not_one_of(f"tools[{i}].type", kind, ("web_search", "image_generation"), kind=INVALID_REQUEST)
    return wish, may_search


def _mask(tool: Mapping[str, Any], where: str) -> Upload | None:
    given = tool.get("input_image_mask")
    if given is None:
        return None
    if not isinstance(given, dict) or "image_url" not in given:
        raise missing(f"{where}.image_url")
    _only(given, where, {"image_url", "file_id"})
    return from_url(given["image_url"], f"{where}.image_url")


def _choice(body: Mapping[str, Any]) -> str:
    """`auto`, `required`, `none`, or the kind of the tool that is forced: then no other is called."""
    choice = body.get("tool_choice", "auto")
    if choice in ("auto", "required", "none"):
        return str(choice)
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind == "allowed_tools" and isinstance(choice.get("tools"), list):
        return "required" if any(each.get("type") in SEARCH_TOOLS for each in choice["tools"]) else "image_generation"
    offered = [each.get("type") for each in body.get("tools") or [] if isinstance(each, dict)]
    if kind not in offered:
        message = f"Tool choice '{kind}' not found in 'tools' parameter."
        raise Refusal(400, message, param="tool_choice")
    return str(kind)
