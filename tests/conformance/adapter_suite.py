"""What every chat platform's adapter promises the core (`core.ports.PlatformAdapter`), as tests that know no platform.

A platform joins by a `Stage`: a way to make a destination, to attach a file, and to look at what people see. The class
`AdapterPromises` is inherited by a test class that has a fixture `stage`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import pytest

from core import fitting
from core.errors import Gone
from core.model import (
    Actor,
    Cost,
    Destination,
    Finished,
    ImageId,
    ImageRef,
    ImageRequest,
    JobId,
    Operation,
    Outcome,
    Place,
    Plan,
    PostingPlan,
    Progress,
    Size,
    StageName,
    StoredImage,
    Unfinished,
    new_id,
)
from core.ports import BlobStore, PlatformAdapter

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of Easel's, as a person sees it."""

    id: str
    text: str
    images: tuple[ImageId, ...]
    revision: int  # grows when the message is changed


class Stage(Protocol):
    """A platform, set up for a test."""

    adapter: PlatformAdapter
    blobs: BlobStore
    actor: Actor
    place: Place

    async def asked(self) -> Destination:
        """Somebody asked for a picture: where its answer goes."""
        ...

    async def gone(self) -> Destination:
        """A place that was there once and is no more."""
        ...

    async def attached(self, data: bytes) -> ImageRef:
        """Somebody attached this file."""
        ...

    async def seen(self, *, by_another: bool = False) -> Sequence[Seen]:
        """Easel's messages that are done, oldest first, as the asking person sees them, or as another one does."""
        ...

    async def restarted(self) -> None:
        """The process ended, and another one goes on."""
        ...


class AdapterPromises:
    """The promises, one test each."""

    async def test_its_limits_can_be_kept(self, stage: Stage) -> None:
        limits = stage.adapter.capabilities(await stage.asked())
        assert 0 < limits.file_bytes <= limits.message_bytes
        assert limits.files >= 1
        assert limits.media_types & {"image/png", "image/jpeg"}
        assert limits.text_characters >= 500
        assert limits.progress_interval_us > 0

    async def test_its_destinations_survive_a_trip_through_a_database(self, stage: Stage) -> None:
        to = await stage.asked()
        again = Destination(**json.loads(json.dumps({"platform": to.platform, "token": to.token})))
        assert to.platform == stage.adapter.platform
        await stage.adapter.deliver(again, *await finished(stage, again))
        assert len(await stage.seen()) == 1

    async def test_it_opens_what_a_person_attached(self, stage: Stage) -> None:
        ref = await stage.attached(PNG)
        assert ref.platform == stage.adapter.platform
        assert (await stage.adapter.open(ref))[:8] == PNG[:8]

    @pytest.mark.parametrize("token", ["", "upload:", "upload:../../etc/passwd", "nonsense", "upload:" + "0" * 32])
    async def test_it_says_gone_for_what_it_cannot_open(self, stage: Stage, token: str) -> None:
        with pytest.raises(Gone):
            await stage.adapter.open(ImageRef(stage.adapter.platform, token=token))

    async def test_progress_never_raises(self, stage: Stage) -> None:
        platform = stage.adapter.platform
        for to in (await stage.asked(), await stage.gone(), Destination(platform, "nonsense"), Destination("x", "")):
            for stage_name in StageName:
                await stage.adapter.progress(to, Progress(JobId(new_id()), stage_name, ahead=3))
            await stage.adapter.progress(to, Progress(JobId(new_id()), StageName.DRAWING, preview=bytes(9_000_000)))
        assert await stage.seen() == []

    async def test_it_posts_every_picture_once_and_names_every_message(self, stage: Stage) -> None:
        to = await stage.asked()
        outcome, plan = await finished(stage, to, pictures=4)
        halves = replace(plan, messages=(plan.messages[0][:3], plan.messages[0][3:]))
        references = await stage.adapter.deliver(to, outcome, halves)
        seen = await stage.seen()
        assert [message.images for message in seen] == [
            tuple(file.image for file in files) for files in halves.messages
        ]
        assert [(ref.platform, ref.message) for ref in references] == [
            (stage.adapter.platform, message.id) for message in seen
        ]

    async def test_delivered_again_it_posts_nothing_twice(self, stage: Stage) -> None:
        to = await stage.asked()
        outcome, plan = await finished(stage, to)
        first = await stage.adapter.deliver(to, outcome, plan)
        before = await stage.seen()
        assert await stage.adapter.deliver(to, outcome, plan) == first
        assert await stage.seen() == before

    async def test_any_process_can_deliver(self, stage: Stage) -> None:
        to = await stage.asked()
        outcome, plan = await finished(stage, to)
        await stage.restarted()
        first = await stage.adapter.deliver(to, outcome, plan)
        await stage.restarted()
        assert await stage.adapter.deliver(to, outcome, plan) == first
        assert [message.images for message in await stage.seen()] == [tuple(file.image for file in plan.messages[0])]

    async def test_why_there_is_no_picture_is_told(self, stage: Stage) -> None:
        to = await stage.asked()
        outcome = unfinished(stage, to, "I cannot draw that. Nothing was charged. Ask for something else.")
        references = await stage.adapter.deliver(to, outcome, PostingPlan(messages=()))
        [message] = await stage.seen()
        assert [ref.message for ref in references] == [message.id]
        assert outcome.sentence in message.text

    async def test_a_private_answer_is_for_the_asker(self, stage: Stage) -> None:
        to = await stage.asked()
        outcome, plan = await finished(stage, to, private=True)
        await stage.adapter.deliver(to, outcome, plan)
        assert len(await stage.seen()) == 1
        assert await stage.seen(by_another=True) == []

    async def test_a_place_that_is_gone_is_said_to_be(self, stage: Stage) -> None:
        for to in (await stage.gone(), Destination(stage.adapter.platform, "nonsense")):
            with pytest.raises(Gone):
                await stage.adapter.deliver(to, *await finished(stage, to))

    async def test_late_news_change_nothing(self, stage: Stage) -> None:
        to = await stage.asked()
        outcome, plan = await finished(stage, to)
        await stage.adapter.deliver(to, outcome, plan)
        before = await stage.seen()
        await stage.adapter.progress(to, Progress(outcome.job, StageName.DRAWING, preview=PNG))
        assert await stage.seen() == before


async def finished(
    stage: Stage, to: Destination, *, pictures: int = 1, private: bool = False
) -> tuple[Finished, PostingPlan]:
    """An outcome with kept pictures, and how to post it."""
    job = JobId(new_id())
    request, plan = _request(stage, to), _plan(private=private)
    images = []
    for position in range(1, pictures + 1):
        blob = await stage.blobs.put(PNG)
        images.append(
            StoredImage(
                id=ImageId(new_id()),
                job=job,
                position=position,
                parent=None,
                blob=blob.key,
                media_type="image/png",
                size=Size(1, 1),
                size_bytes=blob.size_bytes,
                alt=f"Picture {position}",
                prompt="a fox",
                operation=Operation.GENERATE,
                provider=plan.provider,
                model=plan.model,
                place=stage.place,
                author=stage.actor.user,
                private=private,
                created_at_us=position,
            )
        )
    outcome = Finished(job, request, plan, tuple(images), ("A remark.",), Cost(pictures, 0, measured=True))
    return outcome, fitting.fit(outcome.images, outcome.remarks, stage.adapter.capabilities(to))


def unfinished(stage: Stage, to: Destination, sentence: str) -> Unfinished:
    """An outcome without a picture."""
    outcome: Outcome = Unfinished(JobId(new_id()), _request(stage, to), _plan(private=False), "cannot_draw", sentence)
    assert isinstance(outcome, Unfinished)
    return outcome


def _request(stage: Stage, to: Destination) -> ImageRequest:
    return ImageRequest(new_id(), stage.actor, stage.place, to, Operation.GENERATE, "a fox")


def _plan(*, private: bool) -> Plan:
    return Plan(
        provider="illustrator",
        model="illustrator",
        operation=Operation.GENERATE,
        text="a fox",
        size=Size(1, 1),
        private=private,
        seed=1,
        reserved=Cost(1, 0),
    )
