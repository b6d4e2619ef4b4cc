"""What an outcome looks like in Slack: pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bots.slack.destination import Spot, encode
from bots.slack.posting import Part, Showing, parts, progress_text, status_text
from bots.slack.result_blocks import images_in
from core import fitting
from core.model import (
    Actor,
    Capabilities,
    Cost,
    Finished,
    ImageId,
    ImageRequest,
    JobId,
    Operation,
    Place,
    Plan,
    PostingPlan,
    Progress,
    Size,
    StageName,
    StoredImage,
    Unfinished,
)

COMMANDED = Spot(team="T1", channel="C1", user="U1", name="Mem*ber*", words="a fox")
WRITTEN = Spot(team="T1", channel="C1", user="U1", name="Member", thread="1.0", asked="1.0")
LIMITS = Capabilities(10_000_000, 10_000_000, 10, frozenset({"image/png"}), 1500, 1000, False, 1, True)


def _finished(spot: Spot, pictures: int = 1, **more: Any) -> tuple[Finished, PostingPlan]:
    plan = Plan(
        provider="p", model="m", operation=Operation.GENERATE, text="a fox <!channel>", size=Size(64, 48), private=False
    )
    place = Place("slack", "T1", "C1")
    images = tuple(
        StoredImage(
            id=ImageId(f"image{number}"), job=JobId("job"), position=number, parent=None, blob="b",
            media_type="image/png", size=Size(64, 48), size_bytes=10, alt=f"A fox, {number}.", prompt="a fox",
            operation=Operation.GENERATE, provider="p", model="m", place=place, author="U1", private=False,
            created_at_us=number,
        )
        for number in range(1, pictures + 1)
    )  # fmt: skip
    request = ImageRequest("k", Actor("slack", "T1", "U1", "M"), place, encode(spot), Operation.GENERATE, "a fox")
    outcome = replace(Finished(JobId("job"), request, plan, images, (), Cost(pictures, 60_000_000)), **more)
    return outcome, fitting.fit(images, ["See https://example.org/a?b=1&c=2 for *facts*."], LIMITS)


def _parts(spot: Spot, pictures: int = 1, *, private: bool = False, split: bool = False, **showing: bool) -> list[Part]:
    outcome, plan = _finished(spot, pictures)
    if split:
        plan = replace(plan, messages=tuple((file,) for file in plan.messages[0]))
    made = parts(spot, outcome, plan, lambda provider, model: "Painter", Showing(**showing), private=private)
    for part in made:
        for block in part.blocks:
            Block.parse(block).validate_json()  # type: ignore[union-attr]  # a known type of block
    return list(made)


def _said(part: Part) -> str:
    return str(part.blocks)


def test_a_commands_picture_says_who_asked_for_what() -> None:
    [part] = _parts(COMMANDED)
    assert part.comment == "For *Mem∗ber∗*: a fox &lt;!channel&gt;"
    assert "For *" not in _said(part)
    assert images_in(list(part.blocks)) == part.images == ("image1",)


def test_a_threads_picture_says_who_asked_under_it() -> None:
    [part] = _parts(WRITTEN)
    assert part.comment == ""
    assert "For *Member*" in _said(part)
    assert "64 × 48" in _said(part)
    assert "Painter" in _said(part)


def test_nobody_is_named_where_one_person_alone_sees_it() -> None:
    [part] = _parts(COMMANDED, private=True)
    assert part.comment == "a fox &lt;!channel&gt;"
    assert "<#C1>" in _said(part)
    assert "easel:share" in _said(part)
    [part] = _parts(WRITTEN, private=True)
    assert "Member" not in _said(part) + part.comment + part.text
    [part] = _parts(replace(WRITTEN, direct=True))
    assert "Member" not in _said(part) + part.comment + part.text
    assert "easel:share" not in _said(part)


def test_several_messages_say_everything_once() -> None:
    first, middle, last = _parts(WRITTEN, 3, split=True)
    assert "For *Member*" in _said(first)
    assert "facts" in _said(first)
    assert "64 × 48" not in _said(first)
    assert "facts" not in _said(middle) + _said(last)
    assert "64 × 48" not in _said(middle)
    assert "64 × 48" in _said(last)
    assert all(part.text for part in (first, middle, last))


def test_a_remarks_address_can_be_followed_and_its_words_format_nothing() -> None:
    [part] = _parts(WRITTEN)
    assert "See <https://example.org/a?b=1&amp;c=2> for ∗facts∗." in part.text


def test_a_price_is_said_where_the_operator_wants_it() -> None:
    [plain], [priced] = _parts(WRITTEN), _parts(WRITTEN, price=True)
    assert "$0.06" not in _said(plain)
    assert "$0.06" in _said(priced)


def test_why_there_is_no_picture_is_one_sentence() -> None:
    outcome, _ = _finished(WRITTEN)
    no = Unfinished(outcome.job, outcome.request, outcome.plan, "code", "I cannot draw <that>.")
    [part] = parts(WRITTEN, no, PostingPlan(()), lambda provider, model: "", Showing(), private=False)
    assert part == Part((), "", "I cannot draw &lt;that&gt;.", ())


@pytest.mark.parametrize("stage", list(StageName))
def test_every_stage_has_words(stage: StageName) -> None:
    update = Progress(JobId("job"), stage, ahead=1200)
    assert progress_text(update)
    assert status_text(update).startswith("is ")
    if stage is StageName.QUEUED:
        assert "1,200" in progress_text(update)
        assert "1,200" in status_text(update)
        assert "next" in progress_text(replace(update, ahead=0)) + status_text(replace(update, ahead=0))
