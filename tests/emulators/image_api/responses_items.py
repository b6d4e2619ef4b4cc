"""The documents of the Responses API: items, usage, and the response around them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from emulators.image_api import events, usage
from emulators.image_api.faults import Fault
from emulators.image_api.responses_rules import Task
from emulators.image_api.script import Ending, Script, Step

DRAWS = (Step.DRAW, Step.DRAW_BLOCKED)
CALLS = (Step.SEARCH, *DRAWS)
REASONING_TOKENS, SEARCH_TOKENS, SAYING_TOKENS = 120, 900, 40
VIOLATION = {
    "message": "Your request was rejected by the safety system. safety_violations=[violence].",
    "type": "image_generation_user_error",
    "code": "moderation_blocked",
    "param": None,
    "moderation_details": {"moderation_stage": "output", "categories": ["violence"]},
}


@dataclass(slots=True, kw_only=True)
class Kept:
    """A response as the server keeps it. `shown` is how many of its steps have been seen to begin."""

    id: str
    task: Task
    script: Script
    steps: tuple[Step, ...]
    fault: Fault  # what its request met: a broken picture is one in every poll
    pictures: dict[int, bytes] = field(default_factory=dict)  # base64 of each finished drawing, by its step
    made_at: int = field(default_factory=lambda: int(time.time()))
    polls: int = 0
    shown: int = 0
    cancelled: bool = False

    @property
    def done(self) -> int:
        """How many steps are finished."""
        return len(self.steps) if self.shown > len(self.steps) else max(0, self.shown - 1)

    @property
    def over(self) -> bool:
        """Nothing will change any more."""
        return self.cancelled or (self.shown > len(self.steps) and self.script.ending is not Ending.NEVER)

    @property
    def status(self) -> str:
        """As the API says it."""
        if self.cancelled:
            return "cancelled"
        if not self.over:
            return "in_progress" if self.shown else "queued"
        match self.script.ending:
            case Ending.FAILED:
                return "failed"
            case Ending.OUT_OF_TOKENS | Ending.FILTERED:
                return "incomplete"
            case _:
                return "completed"


def allowed_steps(script: Script, task: Task) -> tuple[Step, ...]:
    """The script without tools that were not given, and without calls beyond `max_tool_calls`: those are ignored."""
    steps: list[Step] = []
    calls = 0
    for step in script.steps:
        if (step is Step.SEARCH and not task.may_search) or (step in DRAWS and task.wish is None):
            continue
        if step in CALLS:
            calls += 1
            if task.tool_calls_max is not None and calls > task.tool_calls_max:
                continue
        steps.append(step)
    return tuple(steps)


def item(kept: Kept, index: int, *, done: bool) -> dict[str, Any]:
    """One output item. Where a drawing has its picture, `events.PICTURE` stands for it."""
    step, status = kept.steps[index], "completed" if done else "in_progress"
    tail = f"{kept.id.removeprefix('resp_')}{index:02x}"
    match step:
        case Step.THINK:
            return {"id": f"rs_{tail}", "type": "reasoning", "summary": []}
        case Step.SEARCH:
            return {"id": f"ws_{tail}", "type": "web_search_call", "status": status, "action": _action(kept)}
        case Step.DRAW:
            return _drawing(kept, index, done=done) | {"id": f"ig_{tail}"}
        case Step.DRAW_BLOCKED:
            call = {"id": f"ig_{tail}", "type": "image_generation_call", "result": None}
            return call | ({"status": "failed", "error": VIOLATION} if done else {"status": "generating"})
        case Step.SAY:
            content = [_said(kept)] if done else []
            return {"id": f"msg_{tail}", "type": "message", "status": status, "role": "assistant", "content": content}
        case Step.REFUSE:
            refusal = [{"type": "refusal", "refusal": "I can't help with drawing that."}] if done else []
            return {"id": f"msg_{tail}", "type": "message", "status": status, "role": "assistant", "content": refusal}


def output(kept: Kept) -> list[dict[str, Any]]:
    """The items so far: those that are finished, and the one that has begun."""
    return [item(kept, i, done=i < kept.done) for i in range(min(kept.shown, len(kept.steps)))]


def whole(kept: Kept) -> tuple[dict[str, Any], list[bytes]]:
    """The response, and the pictures for its places."""
    items = output(kept)
    pictures = [kept.pictures[i] for i, each in enumerate(items) if each.get("result") == events.PICTURE]
    body, ended = kept.task.body, kept.over and not kept.cancelled
    response: dict[str, Any] = {
        "id": kept.id,
        "object": "response",
        "created_at": kept.made_at,
        "status": kept.status,
        "background": kept.task.background,
        "error": _error(kept),
        "incomplete_details": {"reason": kept.script.ending.value} if kept.status == "incomplete" else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": body.get("max_tool_calls"),
        "metadata": body.get("metadata") or {},
        "model": body["model"],
        "output": items,
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
        "previous_response_id": body.get("previous_response_id"),
        "reasoning": {"effort": "medium", "summary": None, **(body.get("reasoning") or {})},
        "safety_identifier": body.get("safety_identifier"),
        "store": kept.task.store,
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": [{k: v for k, v in tool.items() if k != "input_image_mask"} for tool in body.get("tools") or []],
        "usage": text_usage(kept) if ended and kept.script.tells_usage else None,
    }
    if ended and kept.script.tells_tool_usage:
        response["tool_usage"] = tool_usage(kept)
    return response, pictures


def text_usage(kept: Kept) -> dict[str, Any]:
    """What the model that thinks has used. It looks at the pictures that it is given, and at its own drawings."""
    sizes = [each.size for each in kept.task.pictures]
    if kept.task.wish is not None:
        sizes += [kept.task.wish.pixels] * kept.steps.count(Step.DRAW)
    went_in = usage.text_tokens(kept.task.words) + sum(usage.picture_tokens(*size) for size in sizes)
    went_in += SEARCH_TOKENS * kept.steps.count(Step.SEARCH)
    thought = REASONING_TOKENS * kept.steps.count(Step.THINK)
    came_out = thought + SAYING_TOKENS * sum(step not in (Step.THINK, Step.SEARCH) for step in kept.steps)
    return {
        "input_tokens": went_in,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": came_out,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": went_in + came_out,
    }


def tool_usage(kept: Kept) -> dict[str, Any]:
    """What the tools have used, all calls together."""
    return {
        "image_gen": drawing_usage(kept.task, kept.steps.count(Step.DRAW)),
        "web_search": {"num_requests": kept.steps.count(Step.SEARCH)},
    }


def drawing_usage(task: Task, calls: int) -> dict[str, Any]:
    """The image tool's tokens for a number of drawings; zeros for none. Only a stream has unfinished pictures."""
    wish = task.wish
    if wish is None or not calls:
        nothing = {"image_tokens": 0, "text_tokens": 0}
        return {"input_tokens": 0, "input_tokens_details": nothing, "output_tokens": 0,
                "output_tokens_details": nothing, "total_tokens": 0}  # fmt: skip
    sources: Sequence[tuple[int, int]] = [each.size for each in wish.sources]
    partials = wish.partials * calls if task.stream else 0
    return usage.of_pictures(
        wish.model, wish.quality, wish.pixels, wish.prompt, count=calls, partials=partials, sources=sources
    )


def _error(kept: Kept) -> dict[str, Any] | None:
    if kept.status != "failed":
        return None
    return {"code": "server_error", "message": "An error occurred while processing your request."}


def _action(kept: Kept) -> dict[str, Any]:
    query = kept.task.words.strip()[-60:]
    action: dict[str, Any] = {"type": "search", "query": query, "queries": [query]}
    if kept.task.tells_sources:
        action["sources"] = [{"type": "url", "url": each.url} for each in kept.script.sources]
    return action


def _drawing(kept: Kept, index: int, *, done: bool) -> dict[str, Any]:
    wish = kept.task.wish
    assert wish is not None, "a step that draws is dropped without the tool"
    call: dict[str, Any] = {"type": "image_generation_call", "status": "completed" if done else "generating"}
    call["action"] = "edit" if wish.sources else "generate"
    if not done:
        return call | {"result": None}
    width, height = wish.pixels
    return call | {
        "background": wish.background,
        "output_format": wish.format,
        "quality": wish.quality,
        "size": f"{width}x{height}",
        "result": events.PICTURE if index in kept.pictures else None,
        "revised_prompt": f"{wish.prompt.strip()}, composed with care.",
    }


def _said(kept: Kept) -> dict[str, Any]:
    text = "Here is your picture."
    notes: list[dict[str, Any]] = []
    for source in kept.script.sources if Step.SEARCH in kept.steps else ():
        start = len(text) + 1
        text += f" ([{source.title}]({source.url}))"
        notes.append({"type": "url_citation", "start_index": start, "end_index": len(text), "url": source.url,
                      "title": source.title})  # fmt: skip
    return {"type": "output_text", "text": text, "annotations": notes, "logprobs": []}
