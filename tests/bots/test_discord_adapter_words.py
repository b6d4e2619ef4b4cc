"""What stands in a message on Discord: who asked, what was done, what it was; and nothing that pings or spoofs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord import limits, posting
from bots.discord.destination import Spot
from bots.discord.posting import Part, Showing, progress_text
from core.model import (
    Actor,
    Allowance,
    Cost,
    Destination,
    Finished,
    ImageId,
    ImageRequest,
    JobId,
    Operation,
    Place,
    Plan,
    PlannedFile,
    PostingPlan,
    Progress,
    Size,
    StageName,
    StoredImage,
    Unfinished,
)

SPOT = Spot(1, 2, 3, 4, name="Member")
PLAN = Plan(provider="p", model="m", operation=Operation.GENERATE, text="a fox", size=Size(64, 48), seed=1)
REQUEST = ImageRequest(
    "e", Actor("discord", "3", "4", "Member"), Place("discord", "3", "2"), Destination("discord", ""),
    Operation.GENERATE, "a fox",
)  # fmt: skip
IMAGE = StoredImage(
    id=ImageId("a" * 32), job=JobId("j"), position=1, parent=None, blob="0" * 64, media_type="image/png",
    size=Size(64, 48), size_bytes=1, alt="A fox.", prompt="a fox", operation=Operation.GENERATE, provider="p",
    model="m", place=REQUEST.place, author="4", private=False, created_at_us=0,
)  # fmt: skip
ALLOWANCES = (
    Allowance("1", "2 requests at a time for each person", "jobs", 2, 2, None),
    Allowance("2", "30 images a day for each person", "images", 30, 12, 1),
    Allowance("3", "$5.00 a month for this workspace", "money", 5_000_000_000, 4_995_000_000, 1),
)


def made(pictures: int = 1, **more: Any) -> Finished:
    images = tuple(replace(IMAGE, id=ImageId(f"{number:032x}"), position=number) for number in range(1, pictures + 1))
    finished = Finished(JobId("j"), REQUEST, PLAN, images, (), Cost(pictures, 60_000_000, measured=True), ALLOWANCES)
    return replace(finished, **more)


def posted(
    outcome: Finished | Unfinished, *remarks: str, spot: Spot = SPOT, showing: Showing | None = None, split: int = 10
) -> tuple[Part, ...]:
    images = outcome.images if isinstance(outcome, Finished) else ()
    files = [PlannedFile(each.id, each.blob, "easel-1.png", each.alt, each.media_type, each.size) for each in images]
    messages = tuple(tuple(files[start : start + split]) for start in range(0, len(files), split))
    return posting.parts(
        spot, outcome, PostingPlan(messages, remarks), lambda provider, model: f"{provider} {model} (a_b)",
        showing or Showing(),
    )  # fmt: skip


def text(*remarks: str, **more: Any) -> str:
    [part] = posted(made(), *remarks, **more)
    assert part.payload()["content"] == part.content
    return part.content


def test_a_result_says_for_whom_why_and_what() -> None:
    assert text("Editing the picture you chose.") == (
        "For **Member**\nEditing the picture you chose.\n-# 64 × 48 · 1 image · p m \\(a\\_b\\)"
    )


def test_the_price_is_said_where_the_operator_wants_it() -> None:
    assert "$" not in text()
    assert "1 image · $0.06 · p m" in text(showing=Showing(price=True))


def test_what_remains_is_said_where_the_operator_wants_it() -> None:
    """Of several allowances the one that ends first; requests in flight are none."""
    assert "left" not in text()
    assert "· <$0.01 left of $5.00 a month for this workspace ·" in text(showing=Showing(quota=True)).replace("\\", "")
    [part] = posted(made(allowances=ALLOWANCES[:2]), showing=Showing(quota=True))
    assert "· 18 images left of 30 images a day for each person ·" in part.content
    [part] = posted(made(allowances=ALLOWANCES[:1]), showing=Showing(quota=True))
    assert "left" not in part.content


def test_what_was_not_charged_is_said() -> None:
    [part] = posted(made(charged=Cost(0, 0)))
    assert "not charged" in part.content


def test_a_picture_that_is_only_shown_again_has_no_price() -> None:
    [part] = posted(made(plan=replace(PLAN, operation=Operation.SHOW)), showing=Showing(price=True, quota=True))
    assert part.content.endswith("-# 64 × 48 · p m \\(a\\_b\\)")


def test_a_private_answer_names_nobody() -> None:
    [part] = posted(made(plan=replace(PLAN, private=True)))
    assert "Member" not in part.content


def test_who_asked_first_and_what_it_was_last() -> None:
    first, second = posted(made(4), "A remark.", split=3)
    assert first.content == "For **Member**\nA remark."
    assert second.content == "-# 64 × 48 · 4 images · p m \\(a\\_b\\)"
    assert (len(first.images), len(second.images)) == (3, 1)
    assert first.components[0]["components"][0]["placeholder"] == "Which one?"
    assert second.components[0]["components"][0]["label"] == "Edit"


@pytest.mark.parametrize(
    "name",
    ["@everyone", "<@123456789012345678>", "**x**", "`x`", "[a](https://evil.example)", "a\nb", "\u202eb", "x" * 500],
)  # fmt: skip
def test_a_name_can_ping_nobody_and_look_like_nothing_else(name: str) -> None:
    first = text(spot=replace(SPOT, name=name)).splitlines()[0]
    assert first.startswith("For **")
    assert first.endswith("**")
    bare = first[6:-2]
    assert "@everyone" not in bare
    assert "<@" not in bare.replace("\\<", "")
    assert "**" not in bare.replace("\\*", "")
    assert "](" not in bare.replace("\\]", "")
    assert "\u202e" not in bare
    assert len(bare) <= 130


@given(st.text(max_size=4000))
def test_no_remark_pings_or_breaks_the_line(remark: str) -> None:
    content = text(remark)
    assert len(content) <= limits.TEXT_CHARACTERS
    assert content.startswith("For **Member**\n")
    assert content.endswith("p m \\(a\\_b\\)")
    assert "@everyone" not in content
    assert "<@" not in content.replace("\\<", "")


def test_sources_are_plain_links_without_a_preview() -> None:
    said = text("It looked at: A_b (https://example.org/a_b?c=1&d=2), and https://example.com/x.")
    assert "<https://example.org/a_b?c=1&d=2>\\), and <https://example.com/x>." in said
    assert "A\\_b" in said


@pytest.mark.parametrize("address", ["http://evil.example/", "javascript:x", "https://"])
def test_only_a_safe_address_is_a_link(address: str) -> None:
    assert "<" not in text(f"See {address} there").replace("\\<", "")


def test_a_link_is_never_cut_in_half() -> None:
    said = text("x" * 1880 + " https://example.org/" + "path" * 60 + " more")
    assert said.count("<https") == said.count(">")
    assert "x…\n-# " in said


def test_the_first_remarks_are_said_and_the_last_line_stays() -> None:
    said = text(*[f"Remark {number}. " + "word " * 60 for number in range(20)])
    assert "Remark 0." in said
    assert "Remark 19." not in said
    assert said.endswith("p m \\(a\\_b\\)")
    assert len(said) <= limits.TEXT_CHARACTERS


def test_why_there_is_no_picture_is_all_that_is_said() -> None:
    [part] = posted(Unfinished(JobId("j"), REQUEST, PLAN, "cannot_draw", "I cannot draw that. Ask for something else."))
    assert part.content == "For **Member**\nI cannot draw that. Ask for something else."
    assert part.payload()["components"] == []


def test_a_note_stands_first_and_everything_still_fits() -> None:
    [part] = posted(made(), *["word " * 390])
    noted = part.payload("It comes as a message.")["content"]
    assert noted.startswith("It comes as a message.\nFor **Member**")
    assert len(noted) <= limits.TEXT_CHARACTERS


def test_pictures_are_veiled_when_the_place_or_the_operator_wants_it() -> None:
    assert [posted(made())[0].spoiler, posted(made(), spot=replace(SPOT, spoiler=True))[0].spoiler] == [False, True]
    assert posted(made(), showing=Showing(spoiler=True))[0].spoiler


@pytest.mark.parametrize("stage", StageName)
def test_every_stage_has_words(stage: StageName) -> None:
    assert progress_text(Progress(JobId("j"), stage)).endswith((" …", "next."))


def test_how_many_come_first_is_said() -> None:
    assert progress_text(Progress(JobId("j"), StageName.QUEUED, ahead=2)) == "Waiting … 2 before you."
    assert progress_text(Progress(JobId("j"), StageName.QUEUED)) == "Waiting … you are next."
