"""Hostile and unlucky input, through the whole core: one clear sentence each, no charge, and the house still stands."""

from __future__ import annotations

import io
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
import support_images as files
from PIL import Image
from support_house import BOARD, DAILY, house, used

from core.errors import EmptyPrompt, PromptTooLong
from core.model import ImageRef, Operation
from core.ports import EditOrder


def peak_mb() -> float:
    """The most memory that this process ever had resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (files.bomb, "13300 x 13300"),
        (files.truncated, "damaged"),
        (files.heic, "HEIC"),
        (files.svg, "SVG"),
        (lambda: b"", "empty"),
        (lambda: b"MZ\x90\x00 not a picture", "a program"),
    ],
    ids=["bomb", "truncated", "heic", "svg", "empty", "executable"],
)
async def test_a_file_that_cannot_be_used_gets_one_sentence_and_costs_nothing(
    tmp_path: Path, make: Callable[[], bytes], says: str
) -> None:
    before_mb = peak_mb()
    async with house(tmp_path, limits=DAILY) as home:
        home.board.files["x"] = make()
        attached = (ImageRef(BOARD, token="x", name="holiday.png"),)
        admitted = await home.submit("make it night", operation=Operation.EDIT, attachments=attached)
        told = await home.board.unfinished(admitted.job)
        assert told.code == "unusable_image"
        assert says in told.sentence
        assert told.sentence.count("Nothing was charged.") == 1
        assert "\n" not in told.sentence
        assert "Traceback" not in told.sentence
        assert (await used(home), home.hand.orders) == (0, [])
        still = await home.submit("a square")
        await home.board.finished(still.job)
    assert peak_mb() - before_mb < 150, "what is hostile is decoded elsewhere, and not at all when it is too large"


@pytest.mark.parametrize("make", [files.polyglot, files.animated_gif, files.rotated_with_gps, files.heavy_metadata])
async def test_what_is_odd_but_a_picture_is_rewritten_before_a_provider_sees_it(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    async with house(tmp_path) as home:
        home.board.files["x"] = make()
        attached = (ImageRef(BOARD, token="x", name="holiday.png"),)
        admitted = await home.submit("make it night", operation=Operation.EDIT, attachments=attached)
        await home.board.finished(admitted.job)
        (order,) = home.hand.orders
        assert isinstance(order, EditOrder)
        assert order.source.data != make()
        assert not order.source.data.endswith(make()[-64:]), "nothing rides along behind the picture"
        with Image.open(io.BytesIO(order.source.data)) as seen:
            assert not getattr(seen, "is_animated", False)
            assert not seen.getexif()
            assert set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


async def test_a_mask_of_another_size_is_refused_with_both_sizes(tmp_path: Path) -> None:
    async with house(tmp_path, limits=DAILY) as home:
        home.board.files |= {"photo": files.photo_png("china"), "mask": files.mask_of((100, 50), (10, 10, 20, 20))}
        admitted = await home.submit(
            "make it red",
            operation=Operation.EDIT,
            attachments=(ImageRef(BOARD, token="photo"),),
            mask=ImageRef(BOARD, token="mask"),
        )
        told = await home.board.unfinished(admitted.job)
        assert told.code == "unusable_mask"
        assert "100" in told.sentence
        assert "640" in told.sentence
        assert await used(home) == 0


async def test_words_that_are_too_many_or_none(tmp_path: Path) -> None:
    async with house(tmp_path, limits=DAILY) as home:
        with pytest.raises(PromptTooLong, match="40,000"):
            await home.submit("word " * 8000)
        with pytest.raises(EmptyPrompt):
            await home.submit(" \u202e\u2066\x00\x07 ")
        assert await used(home) == 0


async def test_control_and_bidi_characters_never_reach_a_provider(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        admitted = await home.submit("a \u202ehguor\u202c sea\x00 \u2067مرحبا\u2069 and क्‍ष")
        await home.board.finished(admitted.job)
        (order,) = home.hand.orders
        assert not set(order.text) & set("\u202e\u202c\u2067\u2069\x00")
        assert "क्‍ष" in order.text, "a joiner that spells a word stays"
        assert "مرحبا" in order.text
