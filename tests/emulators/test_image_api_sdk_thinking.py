"""Thinking at the fake image API, asked by the official client: stages, sources, pictures, and every way to end."""

import openai
import pytest
from emulators.image_api.official import sdk
from emulators.image_api.script import THOROUGH, Ending, Script, Step
from openai.types.responses import Response
from support_image_api import drawn, image_api  # noqa: F401

MODEL = "gpt-image-2"
TOOLS = [{"type": "web_search"}, {"type": "image_generation", "model": MODEL, "quality": "low", "size": "1024x1024"}]
TASK = {
    "model": "gpt-5.5",
    "input": "a kite over Leicester",
    "tools": TOOLS,
    "tool_choice": "required",
    "include": ["web_search_call.action.sources"],
}


async def test_thinking_in_the_background(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        response = await client.responses.create(background=True, max_tool_calls=3, **TASK)
        assert (response.status, response.output) == ("queued", [])
        stages = []
        while response.status in ("queued", "in_progress"):
            response = await client.responses.retrieve(response.id)
            stages.append(response.output[-1].type)
    assert stages == ["reasoning", "web_search_call", "image_generation_call", "message", "message"]
    Response.model_validate(response.model_dump())
    thought, search, drawing, message = response.output
    assert thought.type == "reasoning"
    assert [each.url for each in search.action.sources][1] == "https://www.rmg.co.uk/stories/kites"
    assert drawn(drawing.result).size == (1024, 1024)
    assert (drawing.status, drawing.quality, drawing.size) == ("completed", "low", "1024x1024")
    (text,) = message.content
    for note in text.annotations:
        assert note.url in text.text[note.start_index : note.end_index]
    assert response.tool_usage.image_gen.output_tokens == 196
    assert response.tool_usage.web_search.num_requests == 1
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens
    assert image_api.posts == 1, "polls are not billed"


async def test_a_second_client_takes_up_a_response(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        started = await client.responses.create(background=True, **TASK)
    async with sdk(image_api) as client:
        for _ in range(5):
            response = await client.responses.retrieve(started.id)
        again = await client.responses.retrieve(started.id)
    assert response.status == again.status == "completed"
    assert again.output[2].result == response.output[2].result


async def test_cancelling(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        response = await client.responses.create(background=True, **TASK)
        await client.responses.retrieve(response.id)
        assert (await client.responses.cancel(response.id)).status == "cancelled"
        assert (await client.responses.retrieve(response.id)).status == "cancelled"
        done = await client.responses.create(**TASK)
        assert done.status == "completed"
        with pytest.raises(openai.BadRequestError, match="synchronous"):
            await client.responses.cancel(done.id)
        with pytest.raises(openai.NotFoundError):
            await client.responses.retrieve("resp_0000")


async def test_thinking_as_a_stream(image_api):  # noqa: F811
    image_api.script = THOROUGH
    tools = [TOOLS[0], {**TOOLS[1], "partial_images": 1}]
    async with sdk(image_api) as client:
        events = [event async for event in await client.responses.create(stream=True, **{**TASK, "tools": tools})]
    kinds = [event.type for event in events]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert kinds.count("response.web_search_call.searching") == 2
    assert kinds.count("response.image_generation_call.partial_image") == 2
    results = [
        event.item.result
        for event in events
        if event.type == "response.output_item.done" and event.item.type == "image_generation_call"
    ]
    assert len(set(results)) == 2, "the second drawing is another one"
    final = events[-1].response
    assert final.output[5].result == results[1]
    assert final.tool_usage.image_gen.output_tokens == 2 * (196 + 100)


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (Script(ending=Ending.FAILED), "failed"),
        (Script(ending=Ending.OUT_OF_TOKENS), "incomplete"),
        (Script(ending=Ending.FILTERED, steps=(Step.THINK,)), "incomplete"),
        (Script(steps=(Step.THINK, Step.DRAW_BLOCKED)), "completed"),
        (Script(steps=(Step.THINK, Step.REFUSE)), "completed"),
    ],
)
async def test_how_thinking_may_end(image_api, script, status):  # noqa: F811
    image_api.script = script
    async with sdk(image_api) as client:
        response = await client.responses.create(**TASK)
    assert response.status == status
    match script:
        case Script(ending=Ending.FAILED):
            assert response.error.code == "server_error"
        case Script(ending=Ending.OUT_OF_TOKENS | Ending.FILTERED as reason):
            assert response.incomplete_details.reason == reason.value
        case Script(steps=(_, Step.DRAW_BLOCKED)):
            assert response.output[1].error.moderation_details.categories == ["violence"]
        case _:
            assert response.output[1].content[0].type == "refusal"


async def test_tool_calls_beyond_the_cap_do_not_happen(image_api):  # noqa: F811
    image_api.script = THOROUGH
    async with sdk(image_api) as client:
        response = await client.responses.create(max_tool_calls=3, **TASK)
        forced = await client.responses.create(**{**TASK, "tool_choice": {"type": "image_generation"}})
    kinds = [item.type for item in response.output]
    assert kinds.count("web_search_call") + kinds.count("image_generation_call") == 3
    assert "web_search_call" not in [item.type for item in forced.output], "forcing the image tool suppresses search"


async def test_editing_what_an_earlier_response_drew(image_api):  # noqa: F811
    async with sdk(image_api) as client:
        first = await client.responses.create(**TASK)
        second = await client.responses.create(previous_response_id=first.id, **TASK)
    assert first.output[2].action == "generate"
    assert second.output[2].action == "edit"
    assert second.output[2].result != first.output[2].result
