"""Several providers as one: when the first is not available, the next that the operator listed draws instead.

Only when certainly nothing was drawn, and never in silence: who drew it is said with the picture and kept with it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import assert_never

import structlog

from core.errors import OutcomeUnknown, ProviderUnavailable
from core.ports import (
    BlobStore,
    Drawn,
    EditOrder,
    GenerateOrder,
    ImageProvider,
    ModelProfile,
    Preview,
    ProviderEvent,
    Stage,
    Ticket,
    Usage,
)
from core.providers.adapting import Order, adapted

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that may draw."""

    provider: ImageProvider
    model: str

    @property
    def profile(self) -> ModelProfile:
        """What it can do."""
        return self.provider.profile(self.model)

    @property
    def mark(self) -> str:
        """What its tickets begin with, so that a later attempt takes them to the one who gave them."""
        return f"@{self.provider.name}/{self.model}/"


class FailOver:
    """An `ImageProvider` in its first candidate's place. The others take part only where that one is not available.

    `name`: its key in plans, the first candidate's. The candidates are not closed by it.
    """

    def __init__(self, name: str, candidates: Sequence[Candidate]) -> None:
        if not candidates:
            raise ValueError("nobody to draw")
        self._name = name
        self._first, self._others = candidates[0], tuple(candidates[1:])

    @property
    def name(self) -> str:
        """Its key in plans."""
        return self._name

    def profile(self, model: str) -> ModelProfile:
        """What the first can do. What is promised about repeating, and about masks, has to hold for all of them."""
        first = self._first.provider.profile(model)
        others = [candidate.profile for candidate in self._others]
        return replace(
            first,
            repeatable=first.repeatable and all(other.repeatable for other in others),
            mask_is_guidance=first.mask_is_guidance or any(other.mask_is_guidance for other in others),
        )

    def generate(self, order: GenerateOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from words. Raises `ProviderError`."""
        return self._drawn(order, into)

    def edit(self, order: EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from a picture. Raises `ProviderError`."""
        return self._drawn(order, into)

    async def _drawn(self, order: Order, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """One after another, until one draws. When none does, the first one's failure is what counts."""
        first: ProviderUnavailable | None = None
        for attempt in self._attempts(order):
            begun = False
            if first is not None:
                _log(first, attempt)
            try:
                async with aclosing(attempt.events(into)) as events:
                    async for event in events:
                        begun = begun or not isinstance(event, Stage)  # from here on something may have been drawn
                        yield attempt.signed(event)
                return
            except ProviderUnavailable as error:
                if begun:
                    raise
                if first is None:
                    first = error
                else:
                    first.note = f"{first.note}; {attempt.candidate.provider.name}: {error.note}"
        if first is None:  # with a ticket of somebody who is not listed any more
            raise OutcomeUnknown(
                "What was drawing this is not connected any more.",
                "A moderator can look this job up.",
                note="the ticket is of a candidate that is not listed",
            )
        raise first

    def _attempts(self, order: Order) -> Iterator[_Attempt]:
        """Who is asked, in order. An answer that was begun before is only to be had from the one who was asked."""
        first = Candidate(self._first.provider, order.model)
        if not order.ticket.startswith("@"):
            yield _Attempt(first, order)
            if order.ticket:
                return
        for candidate in self._others:
            if not order.ticket.startswith(candidate.mark if order.ticket else ""):
                continue
            profile = candidate.profile
            fitted = adapted(order, candidate.model, profile)
            if fitted is not None:
                # A ticket is of the mode in which it was given: in another one it would be drawn, and paid for, anew.
                mode = order.mode if order.ticket else fitted.order.mode
                same = replace(fitted.order, mode=mode, ticket=order.ticket.removeprefix(candidate.mark))
                yield _Attempt(candidate, same, (_who_drew(first.profile, profile), *fitted.remarks))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An order for one candidate. `remarks` are there where it is not the planned one."""

    candidate: Candidate
    order: Order
    remarks: tuple[str, ...] = ()

    def events(self, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        provider, order = self.candidate.provider, self.order
        match order:
            case GenerateOrder():
                return provider.generate(order, into)
            case EditOrder():
                return provider.edit(order, into)
            case _:
                assert_never(order)

    def signed(self, event: ProviderEvent) -> ProviderEvent:
        """The event with the name of who drew it, where that is not the planned one."""
        if not self.remarks:
            return event
        match event:
            case Drawn():
                return replace(event, provider=self.candidate.provider.name, model=self.candidate.model)
            case Usage():
                return replace(event, remarks=(*self.remarks, *event.remarks))
            case Ticket(ticket):
                return Ticket(f"{self.candidate.mark}{ticket}")
            case Stage() | Preview():
                return event
            case _:
                assert_never(event)


def _who_drew(first: ModelProfile, other: ModelProfile) -> str:
    if first.label == other.label:
        return f"{first.label} was not available where it is usually asked, so it was asked elsewhere."
    return f"{first.label} was not available, so {other.label} drew this."


def _log(unavailable: ProviderUnavailable, attempt: _Attempt) -> None:
    log.warning(
        "provider_fell_over",
        code=unavailable.code,
        note=unavailable.note,
        to_provider=attempt.candidate.provider.name,
        to_model=attempt.candidate.model,
    )
