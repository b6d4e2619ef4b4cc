"""What an answer says, read from any shape of it: stages, the picture that counts, ends and facts."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pybase64
import pytest
import support_images as files
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import Response as SdkResponse
from PIL import Image

from core.blobs.files import FileBlobs
from core.errors import CannotDraw, DrawingFailed, Moderated, ProviderError
from core.http import Response
from core.model import StageName
from core.providers.openai.decoding import Arrived, Arriving, arrived
from core.providers.openai.thinking_answer import (
    Asked,
    Status,
    call_of,
    facts_of,
    id_of,
    is_id,
    remark_of,
    stage_of,
    status_of,
    trouble_of,
)
from core.providers.openai.thinking_responses import WANTED

ASKED = Asked("OpenAI", hidden=("a very secret wish",))
THINK = {"type": "reasoning", "summary": []}
SEARCH = {"type": "web_search_call", "status": "completed"}
SAY = {"type": "message", "content": [{"type": "output_text", "text": "Done.", "annotations": []}]}


class Bucket:
    """A writer that keeps nothing."""

    def write(self, data: bytes) -> None:
        pass


def picture(data: bytes = files.encoded(Image.new("RGB", (20, 10)))) -> Arrived:
    arriving = Arriving(Bucket())
    arriving.add(pybase64.b64encode(data))
    arriving.end()
    return Arrived(arriving, None)  # type: ignore[arg-type]  # never kept here


def drawing(status: str | None = "completed", result: object = None, **more: Any) -> dict[str, Any]:
    return {"type": "image_generation_call", "status": status, "result": result, **more}


def answer(*items: object, **more: Any) -> dict[str, Any]:
    return {"id": "resp_1", "status": "completed", "output": list(items), **more}


@pytest.mark.parametrize(
    ("items", "stage"),
    [
        ([], None),
        ([THINK], StageName.PLANNING),
        ([THINK, SEARCH], StageName.SEARCHING),
        ([THINK, SEARCH, THINK], StageName.PLANNING),
        ([SEARCH, SEARCH], StageName.SEARCHING),
        ([THINK, SAY], StageName.PLANNING),  # words between the tools are no check of anything
        ([drawing("generating")], StageName.DRAWING),
        ([THINK, drawing()], StageName.DRAWING),
        ([drawing(), THINK], StageName.CHECKING),
        ([drawing(), SEARCH], StageName.CHECKING),
        ([drawing(), drawing("in_progress")], StageName.CHECKING),
        ([drawing(), SAY], StageName.CHECKING),
        ([{"type": "something_new"}, THINK, {"type": "something_new"}], StageName.PLANNING),
        (["not an item", None, 7], None),
    ],
)
def test_the_stage_is_that_of_the_newest_item(items: list[object], stage: StageName | None) -> None:
    assert stage_of({"output": items}) is stage


def test_stages_only_go_on_to_checking_never_back() -> None:
    items = [THINK, SEARCH, THINK, drawing(), THINK, SEARCH, drawing(), SAY]
    seen = [stage_of({"output": items[: shown + 1]}) for shown in range(len(items))]
    assert seen[4:] == [StageName.CHECKING] * 4


def test_the_last_drawing_that_is_finished_and_a_picture_counts() -> None:
    first, second = picture(), picture()
    found = call_of(answer(drawing(result=first), drawing(result=second), drawing("generating", picture()), SAY))
    assert found is not None
    assert found.picture is second
    broken = picture(b"<p>no picture</p>")
    found = call_of(answer(drawing(result=first), drawing(result=broken), drawing("failed", picture())))
    assert found is not None
    assert found.picture is first


@pytest.mark.parametrize("status", ["failed", "in_progress", "generating", "queued", 7])
def test_a_drawing_that_is_not_finished_does_not_count(status: Any) -> None:
    assert call_of(answer(drawing(status, picture()))) is None


@pytest.mark.parametrize("result", [None, "", "text", 7, ["x"], {"blob": "x"}])
def test_a_result_that_is_no_picture_does_not_count(result: object) -> None:
    assert call_of(answer(drawing(result=result))) is None


def test_a_server_that_leaves_out_the_status_is_understood() -> None:
    done = {"id": "resp_1", "output": [drawing(None, picture())]}
    assert status_of(done, ASKED) is Status.COMPLETED
    assert trouble_of(done, Status.COMPLETED, ASKED) is None


@pytest.mark.parametrize("document", [{}, {"status": "resting"}, {"status": 7}, {"output": []}, {"output": "x"}])
def test_a_status_that_there_is_not_is_a_failed_drawing(document: dict[str, Any]) -> None:
    with pytest.raises(DrawingFailed, match="no picture"):
        status_of(document, ASKED)


def test_a_document_that_is_only_an_error_is_that_error() -> None:
    blocked = {"error": {"code": "moderation_blocked", "message": "no", "type": "image_generation_user_error"}}
    with pytest.raises(Moderated):
        status_of(blocked, ASKED)


ENDS: list[tuple[dict[str, Any], type[ProviderError], str]] = [
    (answer(), DrawingFailed, "sent no picture"),
    (answer(SAY), DrawingFailed, "sent no picture"),
    (answer({"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}), Moderated, "declined to draw"),
    (
        answer(
            drawing("failed", error={"moderation_details": {"moderation_stage": "input", "categories": ["sexual"]}})
        ),
        Moderated,
        "your words, because of sexual content",
    ),
    (answer(status="cancelled"), DrawingFailed, "told to stop"),
    (answer(status="incomplete", incomplete_details={"reason": "max_output_tokens"}), DrawingFailed, "out of room"),
    (answer(status="incomplete", incomplete_details=None), DrawingFailed, "out of room"),
    (answer(status="incomplete", incomplete_details={"reason": "content_filter"}), Moderated, "safety check"),
    (answer(status="failed", error={"code": "server_error", "message": "x"}), DrawingFailed, "fault of its own"),
    (answer(status="failed", error={"code": "rate_limit_exceeded", "message": "x"}), DrawingFailed, "more pictures"),
    (answer(status="failed", error={"code": "image_content_policy_violation", "message": "x"}), Moderated, "declined"),
    (answer(status="failed", error={"code": "invalid_prompt", "message": "x"}), Moderated, "declined"),
    (answer(status="failed", error={"code": "image_too_small", "message": "x"}), CannotDraw, "another picture"),
    (answer(status="failed", error=None), DrawingFailed, "sent no picture"),
]


@pytest.mark.parametrize(("document", "kind", "said"), ENDS)
def test_every_end_without_a_picture_has_its_error(document: dict[str, Any], kind: type[Any], said: str) -> None:
    trouble = trouble_of(document, status_of(document, ASKED), ASKED)
    assert type(trouble) is kind
    assert said in trouble.sentence
    assert "resp_1" in trouble.note


def test_an_edit_that_is_declined_may_be_so_for_its_picture() -> None:
    details = {"moderation_details": {"moderation_stage": "input", "categories": ["sexual"]}}
    trouble = trouble_of(answer(drawing("failed", error=details)), Status.COMPLETED, Asked("OpenAI", pictures=True))
    assert trouble is not None
    assert "your words or your pictures" in trouble.sentence


def test_an_operators_note_never_repeats_the_persons_words() -> None:
    error = {"code": "server_error", "message": "could not draw: a very secret wish"}
    trouble = trouble_of(answer(status="failed", error=error), Status.FAILED, ASKED)
    assert trouble is not None
    assert "could not draw" in trouble.note
    assert "secret wish" not in trouble.note + trouble.sentence


@pytest.mark.parametrize("status", [Status.QUEUED, Status.IN_PROGRESS])
def test_what_has_not_ended_is_no_trouble(status: Status) -> None:
    assert not status.ended
    assert trouble_of(answer(status=status.value), status, ASKED) is None


def test_facts_say_who_thought_what_was_asked_and_where_to_find_it() -> None:
    call = drawing(result=picture(), revised_prompt="A kite\n\u202eover\x00 the harbour.", quality="low")
    document = answer(THINK, SEARCH, SEARCH, drawing(), call, model="gpt-5.5")
    found = call_of(document)
    assert found is not None
    assert dict(facts_of(document, found)) == {
        "Thought by": "gpt-5.5",
        "Web searches": "2",
        "Drawn": "2 times, the last one counts",
        "Quality": "low",
        "Revised prompt": "A kite over the harbour.",
        "Response": "resp_1",
    }
    bare = {"output": [drawing(None, picture())]}
    only = call_of(bare)
    assert only is not None
    assert facts_of(bare, only) == ()


def test_only_what_broke_off_is_remarked() -> None:
    assert [status for status in Status if remark_of(status)] == [Status.INCOMPLETE]


@given(st.text(max_size=40))
def test_an_id_is_one_plain_segment_of_an_address(text: str) -> None:
    if is_id(text):
        assert text.isascii()
        assert not set(text) & set("/?#%\\ \n")
        assert text not in (".", "..")
        assert id_of({"id": text}) == text
    else:
        assert id_of({"id": text}) is None


def test_ids_as_they_are_given() -> None:
    assert is_id("resp_68b0c7d2a4e881a0b1f2e3d4c5b6a79801234567890abcde")
    assert is_id("resp_" + "bGl0ZWxsbTpjdXN0b21fbGxtX3Byb3ZpZGVyOm9wZW5haQ==")  # LiteLLM's hold a route
    assert id_of({"id": 7}) is None


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([*Status, "image_generation_call"])
)
NAMES = st.sampled_from(
    ["id", "type", "status", "output", "result", "error", "incomplete_details", "reason", "content", "code", "model"]
)
SHAPES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)


@given(st.dictionaries(NAMES, SHAPES, max_size=8))
def test_no_shape_of_answer_is_taken_for_a_picture_or_breaks_the_reading(document: dict[str, Any]) -> None:
    stage_of(document)
    assert call_of(document) is None
    with contextlib.suppress(ProviderError):
        status = status_of(document, ASKED)
        trouble = trouble_of(document, status, ASKED)
        assert (trouble is None) == (not status.ended)


# --- the whole document, as it comes over the wire -------------------------------------------------------------------


async def read(document: object, blobs: FileBlobs) -> Any:
    async with arrived(Response(200, json=document), blobs, WANTED) as parsed:
        return parsed


async def test_a_mask_that_the_answer_repeats_is_passed_over(tmp_path: Path) -> None:
    mask = "data:image/png;base64," + "A" * 3_000_000
    tool = {"type": "image_generation", "input_image_mask": {"image_url": mask}}
    echoed = answer(status="in_progress", tools=[{"type": "web_search"}, tool])
    document = await read(echoed, FileBlobs(tmp_path))
    assert status_of(document, ASKED) is Status.IN_PROGRESS


async def test_an_answer_that_the_official_client_accepts_is_read_alike(tmp_path: Path) -> None:
    data = pybase64.b64encode_as_string(files.encoded(Image.new("RGB", (20, 10))))
    whole = {
        **answer({"id": "rs_1", **THINK}, {"id": "ig_1", **drawing(result=data)}, model="gpt-5.5"),
        "object": "response", "created_at": 1_795_000_000, "parallel_tool_calls": True, "tool_choice": "required",
        "tools": [],
    }  # fmt: skip
    parsed = SdkResponse.model_validate(whole, strict=True)
    found = call_of(await read(whole, FileBlobs(tmp_path)))
    assert found is not None
    assert found.item["id"] == parsed.output[1].id
    assert (found.picture.flaw, status_of(whole, ASKED).value) == (None, parsed.status)
