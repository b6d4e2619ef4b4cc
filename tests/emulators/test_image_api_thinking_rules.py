"""The rules of the Responses API and of moderation, as far as a client that draws can break them."""

import base64

import pytest
from support_image_api import asked, image_api, refused, scenery  # noqa: F401
from support_images import mask_of

USER = "image_generation_user_error"
URL = "data:image/png;base64," + base64.b64encode(scenery()).decode()
TOOL = {"type": "image_generation", "model": "gpt-image-2"}
SHOWN = {"type": "input_image", "image_url": URL, "detail": "auto"}


def said(*content):
    return {"input": [{"type": "message", "role": "user", "content": list(content)}]}


RESPONSE_RULES = [
    ({"quality": "low"}, "quality", "unknown_parameter"),
    ({"model": None}, "model", "missing_required_parameter"),
    ({"model": "gpt-image-2"}, "model", "model_not_found"),
    ({"input": None}, "input", "missing_required_parameter"),
    ({"tools": [{**TOOL, "n": 1}]}, "tools[0].n", "unknown_parameter"),
    ({"tools": [{"type": "web_search"}, {**TOOL, "size": "800x800"}]}, "tools[1].size", "invalid_value"),
    ({"tools": [{**TOOL, "quality": "max"}]}, "tools[0].quality", "invalid_value"),
    ({"tools": [{**TOOL, "action": "draw"}]}, "tools[0].action", "invalid_value"),
    ({"tools": [{**TOOL, "input_fidelity": None}]}, "tools", "invalid_input_fidelity_model"),
    ({"tools": [{**TOOL, "response_format": "url"}]}, "tools[0].response_format", "unknown_parameter"),
    ({"tools": [{"type": "dalle"}]}, "tools[0].type", "invalid_value"),
    ({"tools": [{"type": "web_search", "queries": 3}]}, "tools[0].queries", "unknown_parameter"),
    ({"tool_choice": {"type": "web_search"}}, "tool_choice", None),
    ({"max_tool_calls": 0}, "max_tool_calls", "integer_below_min_value"),
    ({"max_output_tokens": 8}, "max_output_tokens", "integer_below_min_value"),
    ({"reasoning": "high"}, "reasoning", "invalid_type"),
    ({"include": "web_search_call.action.sources"}, "include", "invalid_type"),
    ({"input": []}, "input", "invalid_type"),
    ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input[0].type", "invalid_value"),
    ({"input": [7]}, "input[0]", "invalid_type"),
    (
        {"input": [{"type": "reasoning"}, {"type": "image_generation_call", "id": "ig_1", "status": "completed"}]},
        "input[1].result",
        "missing_required_parameter",
    ),
    ({"input": [{"role": "user", "content": "x", "name": "y"}]}, "input[0].name", "unknown_parameter"),
    ({"input": [{"role": "user", "content": 7}]}, "input[0].content", "invalid_type"),
    (said("x"), "input[0].content[0]", "invalid_type"),
    ({"tools": TOOL}, "tools", "invalid_type"),
    (
        {"tools": [{**TOOL, "input_image_mask": URL}]},
        "tools[0].input_image_mask.image_url",
        "missing_required_parameter",
    ),
    ({"reasoning": {"effort": "deep"}}, "reasoning.effort", "invalid_value"),
    ({"reasoning": {"depth": 1}}, "reasoning.depth", "unknown_parameter"),
    ({"include": ["web_search_call.sources"]}, "include[0]", "invalid_value"),
    ({"safety_identifier": "x" * 129}, "safety_identifier", "string_above_max_length"),
    ({"background": True, "store": False}, "background", None),
    ({"previous_response_id": "resp_gone"}, "previous_response_id", "previous_response_not_found"),
    (said({"type": "text", "text": "x"}), "input[0].content[0].type", "invalid_value"),
    (said({"type": "input_text", "text": 7}), "input[0].content[0].text", "invalid_type"),
    (said({**SHOWN, "image_url": "https://example.org/a.png"}), "input[0].content[0].image_url", "invalid_image_url"),
    (said({**SHOWN, "image_url": URL[:-400]}), "input[0].content[0].image_url", "invalid_image_file"),
    (said({**SHOWN, "detail": "huge"}), "input[0].content[0].detail", "invalid_value"),
    ({"input": [{"type": "image_generation_call", "id": "ig_1"}]}, "input", None),
    ({"input": [{"role": "bot", "content": "x"}]}, "input[0].role", "invalid_value"),
]


@pytest.mark.parametrize(("change", "param", "code"), RESPONSE_RULES)
async def test_a_response_is_refused(asked, image_api, change, param, code):  # noqa: F811
    body = {"model": "gpt-5.5", "input": "a kite", "tools": [TOOL], **change}
    answer = await asked.post("/responses", json=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["param"], error["code"]) == (param, code), error["message"]


async def test_a_mask_of_the_image_tool_belongs_to_the_first_picture(asked):  # noqa: F811
    url = "data:image/png;base64," + base64.b64encode(mask_of((640, 427), (100, 100, 300, 300))).decode()
    tool = {**TOOL, "input_image_mask": {"image_url": url}, "output_format": "jpeg"}
    body = {"model": "gpt-5.5", "tools": [tool], **said({"type": "input_text", "text": "a red roof"}, SHOWN)}
    good = await asked.post("/responses", json=body)
    assert good.status_code == 200, good.text[:300]
    assert next(item for item in good.json()["output"] if "action" in item)["action"] == "edit"
    alone = await asked.post("/responses", json={**body, "input": "a red roof"})
    refused(alone, "tools[0].input_image_mask", "invalid_value", USER)


async def test_files_are_not_kept_here(asked):  # noqa: F811
    body = {"model": "gpt-5.5", **said({"type": "input_image", "file_id": "file-1", "detail": "auto"})}
    refused(await asked.post("/responses", json=body), "input[0].content[0]", None, status=404)


async def test_moderation_is_strict_too(asked):  # noqa: F811
    for body, param, code in (
        ({}, "input", "missing_required_parameter"),
        (["x"], None, None),
        ({"input": 7}, "input", "invalid_type"),
        ({"input": []}, "input", "invalid_type"),
        ({"input": "x", "threshold": 1}, "threshold", "unknown_parameter"),
        ({"input": [{"type": "input_text", "text": "x"}]}, "input", None),
        ({"input": [{"type": "image_url", "image_url": {"url": "x"}}]}, "input[0].image_url.url", "invalid_image_url"),
    ):
        refused(await asked.post("/moderations", json=body), param, code)
    other = await asked.post("/moderations", json={"input": "x", "model": "text-moderation-007"})
    refused(other, "model", "invalid_value", USER)
