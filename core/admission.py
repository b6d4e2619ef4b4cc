"""From a request to a job: permission, prompt, source, size, price, and one transaction. Admitted or refused.

Nothing here waits for the network, and nothing is written before the one transaction that writes everything
(`Store.admit`): a refusal leaves no trace, and an admitted request is durable when `admit` returns.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar, assert_never

from core import pricing, prompt, sizes, sources
from core.access import visible
from core.errors import BadFlagValue, NotAllowed
from core.fairness import service_cost
from core.model import (
    Admitted,
    Background,
    Cost,
    ImageRef,
    ImageRequest,
    Mode,
    Operation,
    Options,
    OutputFormat,
    Plan,
    Quality,
    Size,
    Source,
    StoredImage,
)
from core.options import PANELS
from core.ports import Clock, ImageProvider, JobQueue, ModelProfile
from core.quota import Limit
from core.store.store import Store

RECENT_US = 3_600_000_000  # "my newest picture in this channel of the last hour"
STORYBOARD_PANELS = 4
SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Rules:
    """What requests are held against. A value: new rules replace it whole."""

    provider: str
    model: str
    limits: Sequence[Limit] = ()
    waiting_max: int = 200
    waiting_max_per_person: int = 5
    blocked_users: frozenset[str] = frozenset()


Choice = TypeVar("Choice", bound=StrEnum)


class Admission:
    """Turns requests into jobs."""

    def __init__(
        self, store: Store, queue: JobQueue, providers: Mapping[str, ImageProvider], rules: Rules, clock: Clock
    ) -> None:
        self._store = store
        self._queue = queue
        self._providers = providers
        self._clock = clock
        self.rules = rules

    async def admit(self, request: ImageRequest) -> Admitted:
        """Reserve and queue. Raises a `Refused` that says why, what remains, and when it resets."""
        self._permit(request)
        plan = await self._plan(request)
        return await self._store.admit(
            request,
            plan,
            self.rules.limits,
            service_cost=service_cost(plan.size, plan.count),
            waiting_max=self.rules.waiting_max,
            waiting_max_per_person=self.rules.waiting_max_per_person,
            queue=self._queue,
        )

    async def show(self, request: ImageRequest, image: StoredImage, remark: str) -> Admitted:
        """Post a kept picture again. Nothing is drawn and nothing is charged."""
        self._permit(request)
        plan = Plan(
            provider=image.provider,
            model=image.model,
            operation=Operation.SHOW,
            text=image.prompt,
            size=image.size,
            format=OutputFormat(image.media_type.removeprefix("image/")),
            private=bool(request.options.private),
            remarks=(remark,) if remark else (),
        )
        return await self._store.admit_shown(request, plan, [image.id], self._queue)

    def _permit(self, request: ImageRequest) -> None:
        if request.actor.user in self.rules.blocked_users:
            raise NotAllowed("You may not use Easel here.", "Ask a moderator.")

    async def _plan(self, request: ImageRequest) -> Plan:
        """Close everything that the person left open."""
        profile = self._providers[self.rules.provider].profile(self.rules.model)
        edit = request.operation is Operation.EDIT
        said = prompt.parse(request.prompt, request.options, allow_empty=edit)
        chosen = said.options
        chosen_sources, first_size = await self._sources(request)
        _within(profile, len(chosen_sources), request.mask is not None)
        shape = _shape(profile, chosen, first_size) if edit else _free_shape(profile, chosen)
        count = _count(profile, request.operation, chosen.count)
        quality = _known(profile, "quality", chosen.quality or Quality.AUTO, profile.qualities)
        return Plan(
            provider=profile.provider,
            model=profile.model,
            operation=request.operation,
            text=said.text,
            quoted=said.quoted,
            size=shape.size,
            quality=quality,
            count=count,
            style=chosen.style,
            format=_known(profile, "format", chosen.format or OutputFormat.PNG, profile.formats),
            background=_known(profile, "background", chosen.background or Background.AUTO, profile.backgrounds),
            mode=_known(profile, "mode", chosen.mode or Mode.INSTANT, profile.modes),
            without=chosen.without,
            private=bool(chosen.private),
            seed=chosen.seed if chosen.seed is not None else secrets.randbelow(SEEDS),
            sources=chosen_sources,
            mask=request.mask,
            reserved=_worst_case(profile, shape.size, quality, count, said.text, len(chosen_sources)),
            remarks=_remarks(chosen_sources, shape.remark),
            keep_size=shape.keep,
        )

    async def _sources(self, request: ImageRequest) -> tuple[tuple[Source, ...], Size | None]:
        """The pictures to start from, each allowed to this person, and the first one's size where that is known."""
        match request.operation:
            case Operation.EDIT:
                chosen = sources.choose(await self._clues(request))
            case Operation.GENERATE | Operation.STORYBOARD:
                chosen = tuple(
                    Source(ref, "Using the picture you attached as a reference.") for ref in request.attachments
                )
            case Operation.SHOW:
                chosen = ()
            case _:
                assert_never(request.operation)
        known = [await self._size(source.ref, request) for source in chosen]
        return chosen, known[0] if known else None

    async def _size(self, ref: ImageRef, request: ImageRequest) -> Size | None:
        """What size a source has, if that is known by now. Raises `NotFound` for ours that are not theirs to see."""
        if ref.image is None:
            return ref.size
        return visible(await self._store.image(ref.image), request.actor, request.place).size

    async def _clues(self, request: ImageRequest) -> sources.Clues:
        """Look further than the message only when the message itself says nothing: the rules go from near to far."""
        clues = sources.Clues(
            attachments=request.attachments,
            chosen=request.chosen,
            pick=request.pick,
            replied=request.replied,
            replied_by=request.replied_by,
            thread_newest=None,
            mine_recent=None,
            by_command=not request.replied_by,
        )
        if request.attachments or request.chosen or request.replied or request.replied_by:
            return clues
        if request.place.thread is not None:
            clues = replace(clues, thread_newest=_ref(await self._store.newest_in_thread(request.place)))
        if clues.thread_newest is None:
            since_us = self._clock.now_us() - RECENT_US
            newest = await self._store.newest_by(request.actor, request.place, since_us)
            clues = replace(clues, mine_recent=_ref(newest))
        return clues


def _ref(image: StoredImage | None) -> ImageRef | None:
    return None if image is None else ImageRef(image.place.platform, image=image.id)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The size to draw, whether an edit keeps its source's own instead, and what to say about it."""

    size: Size
    keep: bool = False
    remark: str = ""


def _free_shape(profile: ModelProfile, wish: Options) -> _Shape:
    fitted = sizes.fit(wish.ratio, wish.resolution, profile)
    return _Shape(fitted.size, remark=fitted.remark)


def _shape(profile: ModelProfile, wish: Options, source: Size | None) -> _Shape:
    """An edit keeps its source's size unless another one was asked for; a resolution alone keeps its shape."""
    if wish.ratio is None and (wish.resolution is None or source is None):
        remark = "" if wish.resolution is None else "The picture keeps its own size, which was not known beforehand."
        return _Shape(source or sizes.fit(None, None, profile).size, keep=True, remark=remark)
    fitted = sizes.fit(wish.ratio, wish.resolution, profile, source=source)
    return _Shape(fitted.size, remark=fitted.remark)


def _within(profile: ModelProfile, pictures: int, masked: bool) -> None:
    if pictures > profile.references_max:
        raise BadFlagValue(
            f"{profile.label} takes {profile.references_max} pictures at most, and this request has {pictures}.",
            "Leave some out.",
        )
    if masked and not profile.masks:
        raise BadFlagValue(f"{profile.label} takes no painted areas.", "Describe the place in words.")


def _count(profile: ModelProfile, operation: Operation, wish: int | None) -> int:
    if operation is Operation.STORYBOARD:
        count = wish or STORYBOARD_PANELS
        if count not in PANELS:
            raise BadFlagValue(f"A story has {PANELS[0]} to {PANELS[-1]} pictures, not {count}.", "Ask for as many.")
        return count
    count = wish or 1
    if not 1 <= count <= profile.count_max:
        raise BadFlagValue(
            f"{profile.label} draws 1 to {profile.count_max} pictures at a time, not {count}.", "Ask for fewer."
        )
    return count


def _known(profile: ModelProfile, what: str, wish: Choice, among: frozenset[Choice]) -> Choice:
    """The wish, if this model knows it. Never replaced in silence by something that the person did not ask for."""
    if wish not in among:
        known = ", ".join(sorted(among))
        raise BadFlagValue(f"{profile.label} does not know the {what} {wish}.", f"It knows: {known}.")
    return wish


def _worst_case(profile: ModelProfile, size: Size, quality: Quality, count: int, text: str, pictures: int) -> Cost:
    price = pricing.catalog().find(profile.provider, profile.model)
    previews = profile.previews_max if count == 1 else 0
    return pricing.estimate(
        price, size=size, quality=quality, count=count, text=text, pictures=pictures, previews=previews
    )


def _remarks(chosen: tuple[Source, ...], size_remark: str) -> tuple[str, ...]:
    return tuple(remark for remark in (*(source.why for source in chosen), size_remark) if remark)
