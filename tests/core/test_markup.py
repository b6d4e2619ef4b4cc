"""Notes drawn on a picture: opened safely, refused where nobody reads them, sent beside their picture."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from emulators.image_api.server import FakeImageApi
from PIL import Image, ImageDraw
from support_house import BOARD, house
from support_image_api import image_api as image_api
from support_images import encoded, photo_png
from support_openai import change, drawing_with, pictures, told

from core.blobs.files import FileBlobs
from core.errors import BadFlagValue, UnusableMask
from core.images.markup import open_markup
from core.model import ImageRef, Operation, Size
from core.ports import SourceImage

PHOTO = photo_png("china")
SIZE = Size(640, 427)


def notes(width: int = 640, height: int = 427, *, ink: bool = True) -> bytes:
    """A circle around what is meant."""
    sheet = Image.new("RGBA", (width, height))
    if ink:
        ImageDraw.Draw(sheet).ellipse((width // 4, height // 4, width // 2, height // 2), outline="red", width=6)
    return encoded(sheet)


async def test_notes_stay_as_they_were_drawn() -> None:
    opened = Image.open(io.BytesIO(await open_markup(notes(), SIZE)))
    assert opened.mode == "RGBA"
    assert opened.tobytes() == Image.open(io.BytesIO(notes())).tobytes()


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        (notes(ink=False), "is empty"),
        (PHOTO, "hides the whole picture"),
        (encoded(Image.new("RGBA", (640, 427), "red")), "hides the whole picture"),
        (notes(300, 200), "has 300 x 200 pixels and the picture 640 x 427"),
        (b"\x89PNG\r\n\x1a\nrubbish", "could not be read|broken|not a picture"),
        (b"", "empty"),
    ],
)
async def test_a_sheet_that_cannot_be_used_is_refused(sheet: bytes, why: str) -> None:
    with pytest.raises(UnusableMask, match=why) as refusal:
        await open_markup(sheet, SIZE)
    assert "Nothing was charged." in refusal.value.sentence


async def test_where_nobody_reads_notes_they_are_refused(tmp_path: Path) -> None:
    picture, sheet = ImageRef(BOARD, token="photo", size=SIZE), ImageRef(BOARD, token="notes")
    async with house(tmp_path) as home:
        with pytest.raises(BadFlagValue, match="does not read notes"):
            await home.submit("move it there", operation=Operation.EDIT, attachments=(picture,), markup=sheet)


async def test_notes_go_out_beside_the_picture(image_api: FakeImageApi, tmp_path: Path) -> None:
    order = change(SourceImage(PHOTO, "image/png", SIZE), model="gpt-image-2.5-sunburst", markup=notes())
    async with drawing_with(image_api) as provider:
        assert provider.profile("gpt-image-2.5-sunburst").markup
        assert not provider.profile("gpt-image-2").markup
        events = await told(provider.edit(order, FileBlobs(tmp_path)))
    assert len(pictures(events)) == 1
    (asked,) = image_api.requests
    files = {part.name: part for part in asked.parts or () if part.filename}
    assert set(files) == {"image[]", "markup"}
    assert (files["markup"].filename, files["markup"].media_type) == ("markup.png", "image/png")
