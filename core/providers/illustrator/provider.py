"""The illustrator behind the port: it streams stages, two previews, the pictures and the usage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import CannotDraw
from core.model import Background, Mode, OutputFormat, Quality, Size, StageName
from core.ports import (
    BlobStore,
    Drawn,
    EditOrder,
    GenerateOrder,
    ModelProfile,
    Preview,
    ProviderEvent,
    Stage,
    Usage,
)
from core.providers.illustrator import charts, edits, edits_work, work
from core.providers.illustrator.edits_kept import opened
from core.providers.illustrator.edits_own import Own, Wish, revise_own
from core.providers.illustrator.edits_plan import Collage, Step
from core.providers.illustrator.pool import DrawingPool
from core.providers.illustrator.scene import Scene

if TYPE_CHECKING:
    from core.administration.chart import Chart

NAME = "illustrator"
LABEL = "Easel illustrator (not an AI model)"
PROFILE = ModelProfile(
    provider=NAME,
    model=NAME,
    label=LABEL,
    edge_multiple=2,
    longest_edge=4096,
    pixels_min=128 * 128,
    pixels_max=16_777_216,
    ratio_max=3.0,
    sizes=(),
    qualities=frozenset({Quality.AUTO, Quality.LOW, Quality.MEDIUM, Quality.HIGH}),
    formats=frozenset(OutputFormat),
    backgrounds=frozenset(Background),
    modes=frozenset({Mode.INSTANT}),
    count_max=10,
    references_max=10,  # a collage has as many
    masks=True,
    previews_max=2,
    repeatable=True,
)
PNG = "image/png"
NO_REFERENCES = "I cannot use further reference pictures; I left them out."


class Illustrator:
    """Draws with vectors what a vocabulary of drawings allows, and says what it does not. Fulfils `ImageProvider`."""

    def __init__(self, workers: int | None = None) -> None:
        self._pool = DrawingPool(workers)

    @property
    def name(self) -> str:
        """Its key in plans."""
        return NAME

    def profile(self, model: str) -> ModelProfile:
        """Its one model. Raises `CannotDraw` for another name."""
        if model != NAME:
            raise CannotDraw(f"The illustrator has no model called {model!r}.", f"Its only one is {NAME!r}.")
        return PROFILE

    async def warm(self) -> None:
        """Start the workers before the first person waits for them."""
        await self._pool.warm()

    async def aclose(self) -> None:
        """Stop the workers."""
        await self._pool.aclose()

    async def chart(self, chart: Chart) -> bytes:
        """A chart as a PNG. Raises `ProviderUnavailable` when its workers keep dying."""
        return await self._pool.run(charts.draw, chart)

    async def generate(self, order: GenerateOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from words. Raises `CannotDraw`, or `ProviderUnavailable` when its workers keep dying."""
        yield Stage(StageName.PLANNING)
        if len(order.references) > 1 and await self._pool.run(edits.wants_collage, order.text, order.quoted):
            told = _Told((), True)
            async for event in self._edited(_collage(order), into, told):
                yield event
            yield told.usage(1)
            return
        planned = await self._pool.run(work.plan_order, order)
        told = _Told(planned.remarks, planned.complete)
        async for event in self._drawn(planned.scenes, order.size, order.format, into, told):
            yield event
        yield told.usage(len(planned.scenes))

    async def edit(self, order: EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Change a picture: a scene of our own is drawn anew; other pictures, and masked parts, change as pixels."""
        yield Stage(StageName.PLANNING)
        revised = await self._revised(order)
        told = _Told((), True)
        if revised is not None:
            if order.references:
                told.add((NO_REFERENCES,))
            told.say(revised.remarks)
            told.add(revised.shortfalls)
            scenes = tuple(_variant(revised.scene, at) for at in range(order.count))
            async for event in self._drawn(scenes, revised.size, order.format, into, told, revised.after):
                yield event
            yield told.usage(order.count)
            return
        async for event in self._edited(order, into, told):
            yield event
        yield told.usage(1)

    async def _revised(self, order: EditOrder) -> Own | None:
        """The scene as the order wants it; None for a picture that is no scene of ours, or is painted on."""
        kept = opened(order.source.provider_state if order.mask is None else "")
        if kept.scene is None:
            return None
        if order.references:
            together = await self._pool.run(edits.wants_collage, order.text, order.quoted)
            if together:
                return None
        wish = Wish(
            text=order.text,
            quoted=order.quoted,
            without=order.without,
            style=order.style,
            size=order.size,
            source=kept.size or order.source.size,
            cut_out=order.background is Background.TRANSPARENT,
        )
        revised = await self._pool.run(revise_own, kept.scene, kept.after, wish)
        if revised.scene.seed != kept.scene.seed:  # another version was asked for: each time another one
            return replace(revised, scene=replace(revised.scene, seed=order.seed))
        return revised

    async def _drawn(
        self,
        scenes: Sequence[Scene],
        size: Size,
        output: OutputFormat,
        into: BlobStore,
        told: _Told,
        after: tuple[Step, ...] = (),
    ) -> AsyncGenerator[ProviderEvent, None]:
        """The scenes as pictures; previews when there is only one to wait for."""
        alone = len(scenes) == 1
        if alone:
            yield Preview(await self._pool.run(work.preview, scenes[0], size, False), PNG)
        yield Stage(StageName.DRAWING)
        if alone:
            yield Preview(await self._pool.run(edits_work.preview, scenes[0], size, True, after), PNG)
        tasks = [asyncio.ensure_future(self._pool.run(edits_work.draw, scene, size, output, after)) for scene in scenes]
        try:
            for task in tasks:
                picture = await task
                told.add(picture.remarks)
                blob = await into.put(picture.data)
                yield Drawn(blob, picture.size, output.media_type, picture.alt, picture.state)
        finally:
            await _abandon(tasks)
        yield Stage(StageName.CHECKING)

    async def _edited(self, order: EditOrder, into: BlobStore, told: _Told) -> AsyncGenerator[ProviderEvent, None]:
        """One picture, edited as pixels: the same instruction gives the same result, so that more would be copies."""
        others = tuple(picture.data for picture in order.references)
        masked = order.mask is not None
        plan = await self._pool.run(edits_work.plan_edit, order.text, order.quoted, masked, order.size, 1 + len(others))
        if others and not any(isinstance(step, Collage) for step in plan.steps):
            told.add((NO_REFERENCES,))
            others = ()
        yield Stage(StageName.DRAWING)
        done = await self._pool.run(edits.apply, plan, order.source.data, order.mask, order.format, order.size, others)
        told.say(done.remarks)
        told.add(done.shortfalls)
        if order.count > 1:
            told.say(("This edit has only one result, so you get one picture.",))
        blob = await into.put(done.data)
        yield Drawn(blob, Size(done.width, done.height), order.format.media_type, done.alt)
        yield Stage(StageName.CHECKING)


class _Told:
    """What is said at the end, each sentence once, and whether every wish was met."""

    def __init__(self, remarks: Sequence[str], complete: bool) -> None:
        self._remarks = dict.fromkeys(remarks)
        self._complete = complete

    def say(self, remarks: Sequence[str]) -> None:
        """Explanations: they change no charge."""
        self._remarks |= dict.fromkeys(remarks)

    def add(self, shortfalls: Sequence[str]) -> None:
        """What went short: an incomplete picture is not charged."""
        self.say(shortfalls)
        self._complete = self._complete and not shortfalls

    def usage(self, pictures: int) -> Usage:
        """The last event."""
        return Usage(images=pictures if self._complete else 0, nanodollars=0, remarks=tuple(self._remarks))


def _collage(order: GenerateOrder) -> EditOrder:
    """The pictures that came with the words, put together."""
    return EditOrder(
        job=order.job,
        model=order.model,
        text=order.text,
        quoted=order.quoted,
        count=order.count,
        format=order.format,
        references=order.references[1:],
        source=order.references[0],
        size=order.size,
    )


def _variant(scene: Scene, at: int) -> Scene:
    return replace(scene, seed=scene.seed + at)


async def _abandon(tasks: Sequence[asyncio.Future[work.Picture]]) -> None:
    """Nobody waits for these any more; work that has not begun never will."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task
