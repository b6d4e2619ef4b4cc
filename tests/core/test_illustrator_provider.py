"""The illustrator's own promises: it says what it cannot do, edits its own scenes, and never stalls the event loop."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from support_images import photo_png

from core.blobs.files import FileBlobs
from core.errors import CannotDraw, ProviderUnavailable
from core.model import Background, JobId, OutputFormat, Size
from core.ports import Drawn, EditOrder, GenerateOrder, Order, Preview, ProviderEvent, SourceImage, Stage, Usage
from core.providers.illustrator.edits_kept import opened
from core.providers.illustrator.pool import DrawingPool
from core.providers.illustrator.provider import LABEL, Illustrator
from core.providers.illustrator.scene import Light, Scene, Setting, Weather

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIZE = Size(256, 256)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def illustrator() -> AsyncIterator[Illustrator]:
    provider = Illustrator(1)
    yield provider
    await provider.aclose()


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


def wish(text: str, *quoted: str, **changes: object) -> GenerateOrder:
    order = GenerateOrder(
        job=JobId("0" * 32),
        model="illustrator",
        text=text,
        quoted=quoted,
        size=SIZE,
        seed=3,
    )
    return replace(order, **changes)  # type: ignore[arg-type]  # each test names fields of the order


async def told(events: AsyncIterator[ProviderEvent]) -> tuple[list[Drawn], Usage]:
    seen = [event async for event in events]
    usage = seen[-1]
    assert isinstance(usage, Usage)
    return [event for event in seen if isinstance(event, Drawn)], usage


def scene_in(picture: Drawn) -> Scene:
    scene = opened(picture.provider_state).scene
    assert scene is not None
    return scene


class Studio:
    """Draws one picture and edits it again and again, as a person replies to each result."""

    def __init__(self, illustrator: Illustrator, blobs: FileBlobs, picture: Drawn) -> None:
        self._illustrator, self._blobs, self._picture = illustrator, blobs, picture

    @property
    def scene(self) -> Scene:
        return scene_in(self._picture)

    async def say(self, text: str, *quoted: str, size: Size | None = None, style: str | None = None) -> Drawn:
        old = self._picture
        source = SourceImage(await self._blobs.read(old.blob.key), old.media_type, old.size, old.provider_state)
        order = EditOrder(
            job=JobId("1" * 32),
            model="illustrator",
            text=text,
            quoted=quoted,
            size=size,
            style=style,
            seed=3,
            source=source,
        )
        (self._picture,), usage = await told(self._illustrator.edit(order, self._blobs))
        assert usage.images == 1
        return self._picture


async def drawn(illustrator: Illustrator, blobs: FileBlobs, text: str, *quoted: str) -> Studio:
    (picture,), _ = await told(illustrator.generate(wish(text, *quoted), blobs))
    return Studio(illustrator, blobs, picture)


async def test_its_name_never_claims_to_be_more_than_it_is(illustrator: Illustrator) -> None:
    assert illustrator.profile("illustrator").label == LABEL == "Easel illustrator (not an AI model)"
    with pytest.raises(CannotDraw):
        illustrator.profile("gpt-image-2")


async def test_it_streams_stages_and_two_previews(illustrator: Illustrator, blobs: FileBlobs) -> None:
    order = wish("a poster with a fox", "Hello", size=Size(1024, 768))
    events = [event async for event in illustrator.generate(order, blobs)]
    kinds = [event.name.value if isinstance(event, Stage) else type(event).__name__ for event in events]
    assert kinds == ["planning", "Preview", "drawing", "Preview", "Drawn", "checking", "Usage"]
    sketch, lettered = (event.data for event in events if isinstance(event, Preview))
    assert sketch != lettered


async def test_a_missing_drawing_is_said_and_not_charged(illustrator: Illustrator, blobs: FileBlobs) -> None:
    pictures, usage = await told(illustrator.generate(wish("a dog and a wristwatch"), blobs))
    assert len(pictures) == 1
    assert usage == Usage(images=0, nanodollars=0, remarks=("I have no drawing for: wristwatch.",))


async def test_nothing_to_draw_is_refused_by_name(illustrator: Illustrator, blobs: FileBlobs) -> None:
    with pytest.raises(CannotDraw) as caught:
        await told(illustrator.generate(wish("a vintage wristwatch"), blobs))
    assert "wristwatch" in caught.value.sentence
    assert "Nothing was charged." in caught.value.sentence


async def test_a_style_that_is_only_near_is_said(illustrator: Illustrator, blobs: FileBlobs) -> None:
    _, usage = await told(illustrator.generate(wish("a dog", style="oil"), blobs))
    assert usage.images == 0
    assert "Oil painting" in usage.remarks[0]
    (picture,), usage = await told(illustrator.generate(wish("a dog", style="night"), blobs))
    assert usage.images == 1
    assert scene_in(picture).light is Light.NIGHT


async def test_a_storyboard_keeps_its_hero(illustrator: Illustrator, blobs: FileBlobs) -> None:
    story = "Mila the fox finds a map. She sails across the sea. At night she meets an octopus."
    pictures, usage = await told(illustrator.generate(wish(story, count=3, panels=True), blobs))
    scenes = [scene_in(picture) for picture in pictures]
    assert usage.images == 3
    assert [scene.panel for scene in scenes] == [1, 2, 3]
    assert {scene.casts[0].drawing for scene in scenes} == {"🦊"}
    assert [scene.caption for scene in scenes] == story.replace(". ", ".|").split("|")
    assert [[cast.drawing for cast in scene.casts] for scene in scenes] == [["🦊"], ["🦊"], ["🦊", "🐙"]]
    assert scenes[2].light is Light.NIGHT
    assert scenes[2].setting is Setting.SEA  # where the panel before was


async def test_a_conversation_changes_the_scene_and_nothing_else(illustrator: Illustrator, blobs: FileBlobs) -> None:
    studio = await drawn(illustrator, blobs, "a fox and a boat by the sea", "Market")
    before = studio.scene
    await studio.say("make it night")
    assert studio.scene == replace(before, light=Light.NIGHT)
    wide = await studio.say("", size=Size(480, 160))
    assert wide.size == Size(480, 160)
    assert studio.scene == replace(before, light=Light.NIGHT)
    await studio.say('change the title to "Night Swim"', "Night Swim")
    assert studio.scene.texts == ("Night Swim",)
    await studio.say("add two whales and let it snow")
    assert [(cast.drawing, cast.count) for cast in studio.scene.casts] == [("🦊", 1), ("⛵", 1), ("🐋", 2)]
    assert studio.scene.weather is Weather.SNOW
    await studio.say("remove the boat and replace the fox with a cat")
    assert [cast.drawing for cast in studio.scene.casts] == ["🐈", "🐋"]
    await studio.say("remove the text")
    assert studio.scene.texts == ()


async def test_an_instruction_about_pixels_edits_the_pixels_and_the_scene_stays_one(
    illustrator: Illustrator, blobs: FileBlobs
) -> None:
    studio = await drawn(illustrator, blobs, "a fox on a hill")
    assert await is_grey(blobs, await studio.say("black and white"))
    night = await studio.say("make it night")
    assert scene_in(night).light is Light.NIGHT
    assert await is_grey(blobs, night), "what was done to the pixels is done again"
    banner = await studio.say("add a fox, crop to 3:1 and add a red border")
    assert banner.size.width == 3 * banner.size.height
    assert scene_in(banner).casts[0].count == 2
    with Image.open(io.BytesIO(await blobs.read(banner.blob.key))) as picture:
        assert picture.convert("RGB").getpixel((2, 2)) == (214, 40, 40)
    plain = await studio.say("remove the border")
    with Image.open(io.BytesIO(await blobs.read(plain.blob.key))) as picture:
        assert picture.convert("RGB").getpixel((2, 2)) != (214, 40, 40)


async def is_grey(blobs: FileBlobs, picture: Drawn) -> bool:
    with Image.open(io.BytesIO(await blobs.read(picture.blob.key))) as file:
        red, green, blue = file.convert("RGB").split()
    return red.tobytes() == green.tobytes() == blue.tobytes()


@pytest.mark.parametrize("text", ["add a wristwatch", "make it more honest", "remove the fox"])
async def test_an_edit_it_cannot_do_is_refused(illustrator: Illustrator, blobs: FileBlobs, text: str) -> None:
    studio = await drawn(illustrator, blobs, "a fox")
    with pytest.raises(CannotDraw):
        await studio.say(text)


async def test_an_edit_by_halves_is_not_charged_and_names_what_is_missing(
    illustrator: Illustrator, blobs: FileBlobs
) -> None:
    (fox,), _ = await told(illustrator.generate(wish("a fox"), blobs))
    source = SourceImage(await blobs.read(fox.blob.key), fox.media_type, fox.size, fox.provider_state)
    order = EditOrder(
        job=JobId("1" * 32), model="illustrator", text="make it night, add a wristwatch", size=None, source=source
    )
    (picture,), usage = await told(illustrator.edit(order, blobs))
    assert scene_in(picture).light is Light.NIGHT
    assert usage.images == 0
    assert "I have no drawing for: wristwatch." in usage.remarks[0]


async def test_a_photograph_edited_by_halves_is_not_charged_either(illustrator: Illustrator, blobs: FileBlobs) -> None:
    source = SourceImage(photo_png("china"), "image/png", Size(640, 427))
    order = EditOrder(job=JobId("1" * 32), model="illustrator", text="sepia and add a dragon", size=None, source=source)
    (picture,), usage = await told(illustrator.edit(order, blobs))
    assert picture.alt == "The picture in sepia."
    assert usage.images == 0
    assert usage.remarks == ("I could not: add a dragon.",)


async def test_pictures_that_come_with_a_prompt_for_a_collage_are_put_together(
    illustrator: Illustrator, blobs: FileBlobs
) -> None:
    pictures = tuple(SourceImage(photo_png(name), "image/png", Size(640, 427)) for name in ("china", "flower"))
    order = wish("a collage of these photos", references=pictures)
    (picture,), usage = await told(illustrator.generate(order, blobs))
    assert (usage.images, usage.remarks) == (1, ())
    assert picture.size == SIZE
    assert picture.alt.startswith("A collage of the pictures")


async def test_several_pictures_become_a_collage(illustrator: Illustrator, blobs: FileBlobs) -> None:
    one, other = (SourceImage(photo_png(name), "image/png", Size(640, 427)) for name in ("china", "flower"))
    order = EditOrder(
        job=JobId("1" * 32),
        model="illustrator",
        text="put them side by side",
        size=None,
        source=one,
        references=(other,),
    )
    (picture,), usage = await told(illustrator.edit(order, blobs))
    assert usage.images == 1
    assert usage.remarks == ()
    assert picture.size.width > 2.5 * picture.size.height


async def test_a_hero_who_is_named_last_still_comes_first(illustrator: Illustrator, blobs: FileBlobs) -> None:
    story = "A fox wakes up. An octopus greets the fox."
    pictures, _ = await told(illustrator.generate(wish(story, count=2, panels=True), blobs))
    assert [[cast.drawing for cast in scene_in(picture).casts] for picture in pictures] == [["🦊"], ["🦊", "🐙"]]


async def test_a_killed_worker_is_replaced_and_the_picture_still_comes(blobs: FileBlobs) -> None:
    provider = Illustrator(1)
    try:
        victim = await provider._pool.run(os.getpid)
        os.kill(victim, signal.SIGKILL)
        pictures, _ = await told(provider.generate(wish("a fox"), blobs))
        assert len(pictures) == 1
        assert await provider._pool.run(os.getpid) != victim
    finally:
        await provider.aclose()


async def test_a_worker_that_dies_of_the_work_itself_is_given_up() -> None:
    pool = DrawingPool(1)
    try:
        with pytest.raises(ProviderUnavailable):
            await pool.run(os._exit, 1)
    finally:
        await pool.aclose()
    with pytest.raises(ProviderUnavailable):
        await pool.run(os.getpid)


async def test_the_event_loop_does_not_stall_while_a_large_picture_is_drawn(
    illustrator: Illustrator, blobs: FileBlobs
) -> None:
    await illustrator.warm()
    drawing = asyncio.create_task(told(illustrator.generate(wish("a fox by the sea", size=Size(2048, 2048)), blobs)))
    late: list[float] = []
    while not drawing.done():
        before = time.monotonic()
        await asyncio.sleep(0.005)
        late.append(time.monotonic() - before - 0.005)
    await drawing
    late.sort()
    assert len(late) > 20, "a render in this process would have let the loop run a few times only"
    assert late[len(late) // 2] < 0.05


async def test_a_text_that_nobody_could_read_is_refused_or_said(illustrator: Illustrator, blobs: FileBlobs) -> None:
    with pytest.raises(CannotDraw, match="5,000 characters"):
        await told(illustrator.generate(wish("a fox", "word " * 1000), blobs))
    _, usage = await told(illustrator.generate(wish("a fox", "word " * 200, size=Size(128, 128)), blobs))
    assert usage.images == 0
    assert "too small to read" in usage.remarks[0]


async def test_markup_in_a_text_is_only_text(illustrator: Illustrator, blobs: FileBlobs) -> None:
    evil = '</svg><image href="/etc/passwd"/>&x;'
    (picture,), usage = await told(illustrator.generate(wish("a fox", evil), blobs))
    assert usage.images == 1
    assert evil in picture.alt


async def test_a_reference_it_cannot_use_is_said_and_not_charged(illustrator: Illustrator, blobs: FileBlobs) -> None:
    (picture,), _ = await told(illustrator.generate(wish("a fox"), blobs))
    reference = SourceImage(await blobs.read(picture.blob.key), "image/png", SIZE)
    _, usage = await told(illustrator.generate(wish("a fox", references=(reference,)), blobs))
    assert usage.images == 0
    assert "reference" in usage.remarks[0]


async def test_a_jpeg_of_a_cut_out_figure_stands_on_white(illustrator: Illustrator, blobs: FileBlobs) -> None:
    order = wish("a fox", background=Background.TRANSPARENT, format=OutputFormat.JPEG)
    (picture,), _ = await told(illustrator.generate(order, blobs))
    with Image.open(io.BytesIO(await blobs.read(picture.blob.key))) as opened:
        assert opened.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


async def test_each_picture_of_several_can_be_drawn_alone_from_its_own_seed(
    illustrator: Illustrator, blobs: FileBlobs
) -> None:
    three, _ = await told(illustrator.generate(wish("two boats on the sea", count=3, seed=7), blobs))
    alone, _ = await told(illustrator.generate(wish("two boats on the sea", seed=9), blobs))
    assert alone[0].blob.key == three[2].blob.key
    assert len({picture.blob.key for picture in three}) == 3


async def test_another_version_is_another_one_each_time(illustrator: Illustrator, blobs: FileBlobs) -> None:
    (first,), _ = await told(illustrator.generate(wish("two boats on the sea"), blobs))
    source = SourceImage(await blobs.read(first.blob.key), "image/png", SIZE, first.provider_state)
    said = {name: getattr(wish("a variation"), name) for name in Order.__dataclass_fields__}
    versions = {first.blob.key}
    for seed in (11, 12):
        order = EditOrder(**{**said, "seed": seed}, size=None, source=source)
        (version,), usage = await told(illustrator.edit(order, blobs))
        versions.add(version.blob.key)
        assert usage.images == 1
        assert scene_in(version).casts == scene_in(first).casts
    assert len(versions) == 3
