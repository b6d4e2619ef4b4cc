"""What is kept of a picture that was asked for over a network: its facts, and what the mask kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import structlog
from PIL import Image, ImageChops
from support_credentials import with_credentials
from support_house import BOARD, DAILY, MEMBER, WALL, House, house, used
from support_images import encoded, mask_of, opened, photo_png
from support_painter import Painter, spending

from core.blobs.files import FileBlobs
from core.images import masks
from core.images.masks import difference, editable
from core.model import Finished, ImageRef, ImageRequest, Operation, Size
from core.ports import Drawn
from core.providers.illustrator.provider import Illustrator

BOX = (100, 80, 400, 300)
PHOTO = Size(640, 427)


def inverted(size: tuple[int, int] = (640, 427), kind: str = "PNG") -> bytes:
    """The photograph of another kind altogether, in this size."""
    return encoded(ImageChops.invert(opened(photo_png("china"))).resize(size), kind)


def masked(home: House, prompt: str = "make it night", *, token: str = "photo") -> ImageRequest:
    """An edit of a photograph with a brush's mask."""
    home.board.files |= {"photo": photo_png("china"), "mask": mask_of((640, 427), BOX)}
    photo = ImageRef(BOARD, token=token, name="temple.png", size=PHOTO)
    return home.request(prompt, operation=Operation.EDIT, attachments=(photo,), mask=ImageRef(BOARD, token="mask"))


async def drawn(home: House, request: ImageRequest) -> Finished:
    return await home.board.finished((await home.studio.submit(request)).job)


async def facts(home: House, finished: Finished) -> dict[str, str]:
    return dict((await home.studio.details(finished.images[0].id, MEMBER, WALL)).facts)


def kept_files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in (folder / "blobs").glob("??/*")]


# --- the pixel lock --------------------------------------------------------------------------------------------------


async def test_what_was_not_marked_is_put_back_and_the_details_say_so(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Painter(files=[inverted()])) as home:
        finished = await drawn(home, masked(home))
        (image,) = finished.images
        told = await facts(home, finished)
    (data,) = kept_files(tmp_path)
    before, after, redrawn = opened(photo_png("china")), opened(data), opened(inverted())
    outside = ImageChops.invert(editable(mask_of((640, 427), BOX)))
    assert sum(ImageChops.darker(difference(before, after), outside).histogram()[1:]) == 0
    assert after.getpixel((250, 190)) == redrawn.getpixel((250, 190)), "inside it is the provider's"
    assert list(told.items()) == [
        ("Changed outside the mask", "100.0 % of the pixels, put back"),
        ("Content credentials", "none: the file was put together anew"),
    ]
    assert (image.size, image.media_type, image.size_bytes) == (PHOTO, "image/png", len(data))
    assert not [remark for remark in finished.remarks if "stretched" in remark or "PNG" in remark]


@pytest.mark.parametrize(
    ("pixels", "said"), [(0, "nothing"), (10, "less than 0.1 % of the pixels"), (2000, "0.9 % of the pixels, put back")]
)
async def test_how_much_was_changed_outside(tmp_path: Path, pixels: int, said: str) -> None:
    picture = opened(photo_png("china"))
    for at in range(pixels):
        x, y = at % 640, at // 640  # above the mask
        picture.putpixel((x, y), tuple(255 - value for value in picture.getpixel((x, y))))  # type: ignore[misc, union-attr] # RGB
    async with house(tmp_path, hand=Painter(files=[encoded(picture)])) as home:
        assert (await facts(home, await drawn(home, masked(home))))["Changed outside the mask"].startswith(said)


async def test_another_size_is_fitted_and_another_shape_is_said(tmp_path: Path) -> None:
    files = [inverted((1280, 848)), inverted((800, 800), "JPEG"), inverted((800, 800))]
    painter = Painter(files=files, remarks=("The provider's own.",))
    async with house(tmp_path, hand=painter) as home:
        finished = await drawn(home, masked(home))
    assert [image.size for image in finished.images] == [PHOTO] * 3
    assert finished.remarks[-2] == "The provider's own."
    assert finished.remarks[-1].startswith("The answer came in another shape, 800x800, and was fitted")
    assert len([remark for remark in finished.remarks if "shape" in remark]) == 1


async def test_whoever_wanted_another_kind_of_file_is_told_why_it_is_a_png(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Painter(files=[inverted(kind="WEBP")])) as home:
        finished = await drawn(home, masked(home, "make it night --format webp"))
    assert finished.images[0].media_type == "image/png"
    assert "It is a PNG of your picture's size, 640x427" in finished.remarks[-1]


async def test_a_file_that_cannot_be_put_together_is_kept_as_it_came(tmp_path: Path) -> None:
    broken = with_credentials(inverted())[:-5000]
    async with house(tmp_path, limits=DAILY, hand=Painter(files=[broken])) as home:
        with structlog.testing.capture_logs() as lines:
            finished = await drawn(home, masked(home))
        assert "could not be put back" in finished.remarks[-1]
        assert await facts(home, finished) == {"Content credentials": "yes, C2PA"}
        assert await used(home) == 1
    assert kept_files(tmp_path) == [broken]
    assert [line["event"] for line in lines if line["log_level"] == "warning"] == ["pixel_lock_failed"]


async def test_bytes_that_an_earlier_picture_has_stay(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Painter(files=[inverted()])) as home:
        home.board.files["photo"] = photo_png("china")
        photo = ImageRef(BOARD, token="photo", size=PHOTO)
        free = await drawn(home, home.request("as it comes", operation=Operation.EDIT, attachments=(photo,)))
        assert "Changed outside the mask" not in await facts(home, free)
        finished = await drawn(home, masked(home))
        assert {free.images[0].blob, finished.images[0].blob} == {
            path.parent.name + path.name for path in (tmp_path / "blobs").glob("??/*")
        }


async def test_two_pictures_of_the_same_bytes_are_both_locked(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Painter(files=[inverted(), inverted()])) as home:
        finished = await drawn(home, masked(home))
        assert len({image.id for image in finished.images}) == 2
    assert len(kept_files(tmp_path)) == 1


async def test_a_provider_that_keeps_to_the_mask_is_left_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        finished = await drawn(home, masked(home))
        assert finished.images[0].size == Size(64, 64)
        assert await facts(home, finished) == {}


async def test_so_is_one_that_is_paid(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Painter(mask_is_guidance=False)) as home:
        finished = await drawn(home, masked(home))
        assert finished.images[0].size == Size(64, 64)
        assert await facts(home, finished) == {"Content credentials": "none"}


async def test_the_state_of_a_picture_that_is_not_kept_is_not_kept_either(tmp_path: Path) -> None:
    said = Drawn(await FileBlobs(tmp_path / "b").put(b"x"), PHOTO, "image/png", provider_state="resp_1")
    async with house(tmp_path, hand=Painter(files=[inverted()], drawn=said)) as home:
        assert (await drawn(home, masked(home))).images[0].provider_state == ""
        assert (await drawn(home, home.request("a square"))).images[0].provider_state == "resp_1"


# --- facts and provenance --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("signed", [True, False])
async def test_credentials_stay_and_are_told(tmp_path: Path, kind: str, signed: bool) -> None:
    plain = encoded(Image.new("RGB", (64, 64), "teal"), kind)
    data = with_credentials(plain) if signed else plain
    async with house(tmp_path, hand=Painter(files=[data])) as home:
        finished = await drawn(home, home.request("a square"))
        assert await facts(home, finished) == {"Content credentials": "yes, C2PA" if signed else "none"}
    assert kept_files(tmp_path) == [data], "not a byte was touched"


async def test_what_the_provider_noted_comes_first_and_who_drew_it_is_who_did(tmp_path: Path) -> None:
    noted = (("Words as drawn", "a teal square"), ("Source", "one"), ("Source", "two"))
    blob = await FileBlobs(tmp_path / "elsewhere").put(b"x")
    said = Drawn(blob, Size(64, 64), "image/png", facts=noted, provider="understudy", model="understudy-2")
    async with house(tmp_path, hand=Painter(drawn=said)) as home:
        finished = await drawn(home, home.request("a square"))
        assert (finished.images[0].provider, finished.images[0].model) == ("understudy", "understudy-2")
        assert list((await facts(home, finished)).items()) == [
            ("Words as drawn", "a teal square"),
            ("Source", "one; two"),
            ("Content credentials", "none"),
        ]
    assert await spending(tmp_path) == [("billed", "understudy", 0)]


async def test_half_a_character_in_what_is_noted_loses_no_picture(tmp_path: Path) -> None:
    blob = await FileBlobs(tmp_path / "elsewhere").put(b"x")
    said = Drawn(blob, Size(64, 64), "image/png", alt="a \ud800", facts=(("Words as drawn", "a \udfff square"),))
    async with house(tmp_path, limits=DAILY, hand=Painter(drawn=said, remarks=("Sources: \ud83d",))) as home:
        finished = await drawn(home, home.request("a square"))
        assert (finished.images[0].alt, finished.remarks[-1]) == ("a ?", "Sources: ?")
        assert (await facts(home, finished))["Words as drawn"] == "a ? square"


async def test_nothing_is_said_of_the_illustrators_files() -> None:
    profile = Illustrator.profile(Illustrator.__new__(Illustrator), "illustrator")
    assert profile.repeatable
    assert not profile.mask_is_guidance


async def test_the_loop_is_not_held_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    lock = masks.lock

    def watched(original: bytes, edited: bytes, mask: bytes) -> masks.Locked:
        threads.append(threading.current_thread())
        return lock(original, edited, mask)

    monkeypatch.setattr(masks, "lock", watched)
    async with house(tmp_path, hand=Painter(files=[inverted()])) as home:
        await drawn(home, masked(home))
    assert threads
    assert threading.main_thread() not in threads
