"""One job, drawn: the sources opened safely, the provider asked, its pictures gathered. Writes nothing but blobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypedDict, assert_never

from core.errors import (
    CannotDraw,
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    Refused,
)
from core.finishing import Finishing, Marked
from core.i18n import into, say
from core.identity import Pseudonyms
from core.model import (
    Background,
    ImageId,
    ImageRequest,
    JobId,
    Mode,
    Operation,
    OutputFormat,
    Plan,
    Quality,
    StageName,
    StoredImage,
    new_id,
)
from core.moderation import workspace_of
from core.originals import Opened, Originals
from core.ports import (
    BlobStore,
    Clock,
    Drawn,
    EditOrder,
    GenerateOrder,
    ImageProvider,
    ModelProfile,
    PlatformAdapter,
    Preview,
    ProviderEvent,
    SafetyCheck,
    Stage,
    Ticket,
    Usage,
)
from core.providers.own_accounts import OwnAccounts
from core.store.store import ClaimedJob, Store
from core.telling import Teller


@dataclass(frozen=True, slots=True)
class Drawing:
    """What came of a job: its pictures, durable, and what they cost."""

    images: tuple[StoredImage, ...]
    usage: Usage


class Draughtsman:
    """Draws claimed jobs with the provider that their plan names."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        providers: Mapping[str, ImageProvider],
        adapters: Mapping[str, PlatformAdapter],
        pseudonyms: Pseudonyms,
        clock: Clock,
        *,
        seconds_max: float,
        safety_check: SafetyCheck | None = None,
        own_accounts: OwnAccounts | None = None,
    ) -> None:
        self._own_accounts = own_accounts
        self._store = store
        self._blobs = blobs
        self._providers = providers
        self.originals = Originals(store, blobs, adapters)
        self.adapters, self.pseudonyms = adapters, pseudonyms
        self._clock = clock
        self._seconds_max = seconds_max
        self._safety_check = safety_check
        self._finishing = Finishing(store, blobs)

    def repeatable(self, provider: str, model: str) -> bool:
        """Asking this model twice costs nothing."""
        return provider in self._providers and self._providers[provider].profile(model).repeatable

    async def draw(
        self,
        job: ClaimedJob,
        teller: Teller,
        asking: Callable[[], Awaitable[None]],
        keep: Callable[[str], Awaitable[None]],
    ) -> Drawing:
        """Open the sources, then call `asking` (which makes durable that the provider is asked), then draw.

        `keep` makes a ticket durable, before the provider's next event is waited for. A job that comes with a ticket is
        not asked for again: its answer is taken up.

        Raises `Refused` for a source that cannot be used or is not there any more, `ProviderError` when no picture
        came, and `OutcomeUnknown` when it is not known whether one was made and billed.
        """
        tickets = [job.ticket] if job.ticket else []

        async def keeping(ticket: str) -> None:
            await keep(ticket)
            tickets.append(ticket)

        try:
            return await self._draw(job, teller, asking, keeping)
        except (Refused, CannotDraw, ProviderUnavailable) as error:
            if not tickets:
                raise
            # With a ticket "nothing was drawn" is certain no more: the answer cannot be had, and may be billed.
            note = error.note if isinstance(error, ProviderError) else ""
            raise DrawingFailed(error.what, error.remedy, note=note) from error
        except Moderated as declined:  # free at the door; behind a ticket somebody had thought and searched by then
            declined.may_be_billed = bool(tickets)
            raise

    async def _draw(
        self,
        job: ClaimedJob,
        teller: Teller,
        asking: Callable[[], Awaitable[None]],
        keep: Callable[[str], Awaitable[None]],
    ) -> Drawing:
        async with self._drawer(job) as provider:
            return await self._draw_with(provider, job, teller, asking, keep)

    @asynccontextmanager
    async def _drawer(self, job: ClaimedJob) -> AsyncIterator[ImageProvider]:
        """With the account that was to pay when it was admitted, and no other. Raises `ProviderUnavailable`."""
        provider = self._providers.get(job.plan.provider)
        if provider is None or (job.plan.own_key and self._own_accounts is None):
            raise ProviderUnavailable(say("What was to draw this is not connected any more."), say("Ask again."))
        if job.plan.own_key and self._own_accounts is not None:
            async with self._own_accounts.drawing(job.request.place) as own:
                yield own
        else:
            yield provider

    async def _draw_with(
        self,
        provider: ImageProvider,
        job: ClaimedJob,
        teller: Teller,
        asking: Callable[[], Awaitable[None]],
        keep: Callable[[str], Awaitable[None]],
    ) -> Drawing:
        plan, profile = job.plan, provider.profile(job.plan.model)
        teller.stage(StageName.READING)
        opened = await self.originals.open(plan)
        if self._safety_check is not None and not profile.repeatable and not job.ticket:
            names = (source.shows for source in plan.sources)
            words = (plan.text, plan.style_words, *plan.without, *names)
            said = "\n".join(filter(None, words)).strip()  # all that a provider is sent
            await self._safety_check.check(said, opened.pictures, workspace_of(job.request.place))
        await asking()
        pictures, usage = await self._answer(self._ask(provider, job, opened), job, profile, teller, keep)
        if profile.mask_is_guidance or not profile.repeatable:  # it was asked over a network
            marked = _marked(plan, profile, opened)
            finish = await self._finishing.finish(pictures, plan, marked)
            pictures, usage = list(finish.pictures), replace(usage, remarks=(*usage.remarks, *finish.remarks))
        parent = opened.first if plan.operation is Operation.EDIT else _draft(job.request)
        images = [self._stored(job, picture, number, parent) for number, picture in enumerate(pictures, start=1)]
        return Drawing(tuple(images), replace(usage, remarks=_told(usage.remarks, plan.language)))

    async def _answer(
        self,
        events: AsyncGenerator[ProviderEvent, None],
        job: ClaimedJob,
        profile: ModelProfile,
        teller: Teller,
        keep: Callable[[str], Awaitable[None]],
    ) -> tuple[list[Drawn], Usage]:
        """All of it, or what came in time and is paid for. Else it is free where asking again is, unknown elsewhere."""
        pictures: list[Drawn] = []
        try:
            async with asyncio.timeout(self._seconds_max):
                return pictures, await _gather(events, pictures, teller, keep)
        except (TimeoutError, _BrokeOff) as error:
            late = isinstance(error, TimeoutError)
            what = say("The answer took too long.") if late else say("The answer broke off.")
            if profile.repeatable:  # nothing was paid, so nothing is held
                raise ProviderUnavailable(what, say("Ask again, or for something simpler.")) from error
            if pictures and late:  # what the others cost is not known: the estimate stays
                only = say("Only {n} of {count} pictures came in time.", n=len(pictures), count=job.plan.count)
                return pictures, Usage(len(pictures), None, (only,) if len(pictures) < job.plan.count else ())
            raise OutcomeUnknown(what, say("A moderator can look this job up.")) from error

    def _ask(self, provider: ImageProvider, job: ClaimedJob, opened: Opened) -> AsyncGenerator[ProviderEvent, None]:
        plan = job.plan
        said = _said(job, self.pseudonyms.of(job.request.actor))
        pictures = opened.pictures
        match plan.operation:
            case Operation.GENERATE | Operation.STORYBOARD:
                panels = plan.operation is Operation.STORYBOARD
                return provider.generate(
                    GenerateOrder(**said, size=plan.size, references=pictures, panels=panels), self._blobs
                )
            case Operation.EDIT:
                size = None if plan.keep_size else plan.size
                return provider.edit(
                    EditOrder(
                        **said,
                        size=size,
                        source=pictures[0],
                        references=pictures[1:],
                        mask=opened.mask,
                        markup=opened.markup,
                    ),
                    self._blobs,
                )
            case Operation.SHOW:
                raise AssertionError("a job that only shows starts as generated and is never drawn")
            case _:
                assert_never(plan.operation)

    def _stored(self, job: ClaimedJob, picture: Drawn, position: int, parent: ImageId | None) -> StoredImage:
        request, plan = job.request, job.plan
        return StoredImage(
            id=ImageId(new_id()),
            job=job.id,
            position=position,
            parent=parent,
            blob=picture.blob.key,
            media_type=picture.media_type,
            size=picture.size,
            size_bytes=picture.blob.size_bytes,
            alt=_whole(picture.alt) or plan.text,
            prompt=request.prompt,
            operation=plan.operation,
            provider=picture.provider or plan.provider,
            model=picture.model or plan.model,
            place=request.place,
            author=request.actor.user,
            private=plan.private,
            created_at_us=self._clock.now_us(),
            provider_state=picture.provider_state,
            facts=tuple((_whole(name), _whole(value)) for name, value in picture.facts),
        )


def _told(remarks: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple(_whole(into(language, remark)) for remark in remarks)


def _whole(text: str) -> str:
    """A provider's JSON may hold half a character (a lone surrogate), which no column can: the picture is not lost."""
    return text.encode("utf-8", "replace").decode()


def _draft(request: ImageRequest) -> ImageId | None:
    """The picture that a finalised one was drafted as: chosen by the button, though not drawn from."""
    return request.chosen.image if request.chosen is not None else None


class _Said(TypedDict):
    """The fields that every order has."""

    job: JobId
    model: str
    text: str
    quoted: tuple[str, ...]
    quality: Quality
    count: int
    style: str | None
    style_words: str
    format: OutputFormat
    background: Background
    mode: Mode
    without: tuple[str, ...]
    seed: int
    safety_identifier: str
    ticket: str


def _said(job: ClaimedJob, safety_identifier: str) -> _Said:
    plan = job.plan
    return _Said(
        job=job.id,
        model=plan.model,
        text=plan.text,
        quoted=plan.quoted,
        quality=plan.quality,
        count=plan.count,
        style=plan.style,
        style_words=plan.style_words,
        format=plan.format,
        background=plan.background,
        mode=plan.mode,
        without=plan.without,
        seed=plan.seed or 0,
        safety_identifier=safety_identifier,
        ticket=job.ticket,
    )


def _marked(plan: Plan, profile: ModelProfile, opened: Opened) -> Marked | None:
    """What has to be put back after this edit; None where the model keeps to the mask, or there is none."""
    if plan.operation is not Operation.EDIT or opened.mask is None or not profile.mask_is_guidance:
        return None
    return Marked(opened.pictures[0], opened.mask)


class _BrokeOff(Exception):
    """The provider's events ended before its pictures and its `Usage` were there."""


async def _gather(
    events: AsyncGenerator[ProviderEvent, None],
    pictures: list[Drawn],
    teller: Teller,
    keep: Callable[[str], Awaitable[None]],
) -> Usage:
    """Pass the news on and collect the pictures. A provider that ends without its `Usage` broke its promise."""
    usage: Usage | None = None
    stage = StageName.DRAWING
    async with aclosing(events) as stream:
        async for event in stream:
            match event:
                case Stage(name):
                    stage = name
                    teller.stage(name)
                case Ticket(ticket):
                    await keep(ticket)
                case Preview(data, media_type):
                    teller.preview(stage, data, media_type)
                case Drawn():
                    pictures.append(event)
                case Usage():
                    usage = event
                case _:
                    assert_never(event)
    if usage is None or not pictures:
        raise _BrokeOff
    return usage
