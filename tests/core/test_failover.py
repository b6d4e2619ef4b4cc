"""When one provider is not available the next one draws: only then, adapted, and never in silence."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core.blobs.files import FileBlobs
from core.errors import (
    CannotDraw,
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderBusy,
    ProviderError,
    ProviderUnavailable,
    ProviderUnusable,
)
from core.model import Background, JobId, Mode, OutputFormat, Quality, Size, StageName
from core.ports import (
    BlobStore,
    Drawn,
    EditOrder,
    GenerateOrder,
    ModelProfile,
    Preview,
    ProviderEvent,
    SourceImage,
    Stage,
    Ticket,
    Usage,
)
from core.providers.adapting import adapted
from core.providers.failover import Candidate, FailOver
from core.providers.illustrator.provider import Illustrator
from core.sizes import legal

PROFILE = ModelProfile(
    provider="openai",
    model="gpt-image-2",
    label="GPT Image 2",
    edge_multiple=16,
    longest_edge=3840,
    pixels_min=655_360,
    pixels_max=8_294_400,
    ratio_max=3.0,
    sizes=(),
    qualities=frozenset({Quality.AUTO, Quality.LOW, Quality.MEDIUM, Quality.HIGH}),
    formats=frozenset(OutputFormat),
    backgrounds=frozenset(Background),
    modes=frozenset(Mode),
    count_max=10,
    references_max=16,
    masks=True,
    previews_max=2,
    repeatable=False,
    mask_is_guidance=True,
)
PLAIN = replace(
    PROFILE,
    provider="home",
    model="small",
    label="Home server",
    edge_multiple=64,
    longest_edge=1024,
    pixels_min=64 * 64,
    pixels_max=1024 * 1024,
    qualities=frozenset({Quality.LOW, Quality.MEDIUM}),
    formats=frozenset({OutputFormat.PNG}),
    backgrounds=frozenset({Background.AUTO}),
    modes=frozenset({Mode.INSTANT}),
    count_max=2,
    references_max=0,
    masks=False,
)
ORDER = GenerateOrder(
    job=JobId("1" * 32), model="gpt-image-2", text="a fox and a boat by the sea", size=Size(1024, 1024)
)
SOURCE = SourceImage(b"PNG", "image/png", Size(1024, 1024))
EDIT = EditOrder(job=JobId("2" * 32), model="gpt-image-2", text="make it night", size=None, source=SOURCE)
BUSY = ProviderBusy("OpenAI has too much to do.", note="status 503")
UNAVAILABLE = (
    ProviderUnavailable("It cannot be reached."),
    BUSY,
    ProviderUnusable("The key is bad."),
)
CERTAIN_OF_NOTHING = (
    OutcomeUnknown("Lost."),
    DrawingFailed("Broken."),
    Moderated("No."),
    CannotDraw("No such thing."),
)


@dataclass
class Hand:
    """Draws what it is told to, or fails, after the events that come first."""

    profile_: ModelProfile
    error: ProviderError | None = None
    before: tuple[ProviderEvent, ...] = (Stage(StageName.DRAWING),)
    orders: list[GenerateOrder | EditOrder] = field(default_factory=list)
    closed: int = 0

    @property
    def name(self) -> str:
        return self.profile_.provider

    def profile(self, model: str) -> ModelProfile:
        return replace(self.profile_, model=model)

    def generate(self, order: GenerateOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        return self._drawn(order, into)

    def edit(self, order: EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        return self._drawn(order, into)

    async def _drawn(self, order: GenerateOrder | EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        self.orders.append(order)
        try:
            for event in self.before:
                yield event
            if self.error is not None:
                raise self.error
            size = order.size or Size(1024, 1024)
            yield Drawn(await into.put(b"picture"), size, "image/png")
            yield Usage(1, 5, ("Its own remark.",))
        finally:
            self.closed += 1


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


def pair(first: Hand, *others: Hand) -> FailOver:
    return FailOver(first.name, [Candidate(hand, hand.profile_.model) for hand in (first, *others)])


async def events(provider: FailOver, order: GenerateOrder | EditOrder, blobs: FileBlobs) -> list[ProviderEvent]:
    stream = provider.generate(order, blobs) if isinstance(order, GenerateOrder) else provider.edit(order, blobs)
    return [event async for event in stream]


def usage_of(told: list[ProviderEvent]) -> Usage:
    assert isinstance(told[-1], Usage)
    return told[-1]


def drawn_of(told: list[ProviderEvent]) -> Drawn:
    return next(event for event in told if isinstance(event, Drawn))


async def test_while_the_first_one_draws_nobody_else_is_asked(blobs: FileBlobs) -> None:
    first, second = Hand(PROFILE), Hand(PLAIN)
    provider = pair(first, second)
    told = await events(provider, ORDER, blobs)
    assert provider.name == "openai"
    assert first.orders == [ORDER]
    assert second.orders == []
    assert drawn_of(told).provider == ""
    assert usage_of(told).remarks == ("Its own remark.",)


@pytest.mark.parametrize("error", UNAVAILABLE, ids=lambda error: error.code)
async def test_when_the_first_is_not_available_the_second_draws_and_it_is_said(
    blobs: FileBlobs, error: ProviderError
) -> None:
    first, second = Hand(PROFILE, error), Hand(PLAIN)
    with capture_logs() as logged:
        told = await events(pair(first, second), ORDER, blobs)
    assert [order.model for order in second.orders] == ["small"]
    picture = drawn_of(told)
    assert (picture.provider, picture.model) == ("home", "small")
    assert usage_of(told).remarks == ("GPT Image 2 was not available, so Home server drew this.", "Its own remark.")
    assert [(line["event"], line["to_provider"], line["code"]) for line in logged] == [
        ("provider_fell_over", "home", error.code)
    ]
    assert (first.closed, second.closed) == (1, 1)


@pytest.mark.parametrize("error", CERTAIN_OF_NOTHING, ids=lambda error: error.code)
async def test_nobody_else_draws_when_something_may_have_been_drawn_or_was_declined(
    blobs: FileBlobs, error: ProviderError
) -> None:
    first, second = Hand(PROFILE, error), Hand(PLAIN)
    with pytest.raises(type(error)):
        await events(pair(first, second), ORDER, blobs)
    assert second.orders == []


@pytest.mark.parametrize("order", [ORDER, EDIT], ids=["generate", "edit"])
@pytest.mark.parametrize("begun", ["ticket", "drawn", "preview"])
async def test_nobody_else_draws_after_a_beginning(
    blobs: FileBlobs, order: GenerateOrder | EditOrder, begun: str
) -> None:
    beginnings: dict[str, ProviderEvent] = {
        "ticket": Ticket("resp_1"),
        "drawn": Drawn(await blobs.put(b"one"), Size(1, 1), "image/png"),
        "preview": Preview(b"P", "image/png"),
    }
    first, second = Hand(PROFILE, BUSY, (beginnings[begun],)), Hand(PROFILE)
    with pytest.raises(ProviderBusy):
        await events(pair(first, second), order, blobs)
    assert second.orders == []


async def test_when_nobody_is_available_the_first_ones_failure_counts_with_everybodys_notes(blobs: FileBlobs) -> None:
    first, second = Hand(PROFILE, BUSY), Hand(PLAIN, ProviderUnavailable("Down.", note="not connected"))
    with pytest.raises(ProviderBusy) as caught:
        await events(pair(first, second), ORDER, blobs)
    assert caught.value.what == BUSY.what
    assert "status 503" in caught.value.note
    assert "home: not connected" in caught.value.note


async def test_a_third_one_draws_when_the_second_cannot_either(blobs: FileBlobs) -> None:
    third = Hand(replace(PLAIN, provider="third", label="Third"))
    hands = (Hand(PROFILE, ProviderBusy("Busy.")), Hand(PLAIN, ProviderUnavailable("Down.")), third)
    told = await events(pair(*hands), ORDER, blobs)
    assert drawn_of(told).provider == "third"
    assert usage_of(told).remarks[0] == "GPT Image 2 was not available, so Third drew this."


async def test_a_second_ones_refusal_counts(blobs: FileBlobs) -> None:
    with pytest.raises(Moderated):
        await events(pair(Hand(PROFILE, ProviderBusy("Busy.")), Hand(PLAIN, Moderated("No."))), ORDER, blobs)


async def test_what_the_second_cannot_do_at_all_is_not_asked_of_it(blobs: FileBlobs) -> None:
    second = Hand(PLAIN)
    story = replace(ORDER, panels=True, count=4)
    with_reference = replace(ORDER, references=(SOURCE,))
    for order in (EDIT, story, with_reference):
        with pytest.raises(ProviderBusy):
            await events(pair(Hand(PROFILE, ProviderBusy("Busy.")), second), order, blobs)
    masked = replace(EDIT, mask=b"PNG")
    with pytest.raises(ProviderBusy):
        await events(pair(Hand(PROFILE, ProviderBusy("Busy.")), Hand(replace(PLAIN, references_max=4))), masked, blobs)
    assert second.orders == []


@pytest.mark.parametrize(
    ("change", "value", "remark"),
    [
        ({"size": Size(1536, 1024)}, ("size", Size(960, 640)), "960x640 instead of 1536x1024"),
        ({"quality": Quality.HIGH}, ("quality", Quality.MEDIUM), ""),
        ({"quality": Quality.AUTO}, ("quality", Quality.MEDIUM), ""),
        ({"format": OutputFormat.WEBP}, ("format", OutputFormat.PNG), "The file is PNG"),
        ({"background": Background.TRANSPARENT}, ("background", Background.AUTO), "transparent"),
        ({"background": Background.OPAQUE}, ("background", Background.AUTO), ""),
        ({"mode": Mode.THINKING}, ("mode", Mode.INSTANT), "did not think"),
        ({"count": 5}, ("count", 2), "at most 2"),
    ],
)
def test_an_order_is_fitted_to_what_the_other_knows_and_what_people_see_of_it_is_said(
    change: dict[str, object], value: tuple[str, object], remark: str
) -> None:
    fitted = adapted(replace(ORDER, **change), "small", PLAIN)  # type: ignore[arg-type]  # each row names fields of the order
    assert fitted is not None
    name, wanted = value
    assert getattr(fitted.order, name) == wanted
    assert fitted.order.model == "small"
    assert isinstance(fitted.order.size, Size)
    assert legal(fitted.order.size, PLAIN)
    assert len(fitted.remarks) == (1 if remark else 0)
    assert remark in " ".join(fitted.remarks)


def test_what_the_other_can_do_stays_as_it_is() -> None:
    order = replace(ORDER, quality=Quality.LOW, count=2, seed=7, without=("text",), quoted=("Ahoy",))
    fitted = adapted(order, "small", PLAIN)
    assert fitted is not None
    assert fitted.order == replace(order, model="small")
    assert fitted.remarks == ()


def test_an_edit_that_keeps_its_size_keeps_it() -> None:
    fitted = adapted(EDIT, "small", replace(PLAIN, references_max=1))
    assert fitted is not None
    assert fitted.order.size is None


async def test_an_answer_is_taken_up_only_where_it_was_begun(blobs: FileBlobs) -> None:
    begun = (Ticket("resp_9"),)
    first, second = (
        Hand(PROFILE, ProviderBusy("Busy.")),
        Hand(replace(PROFILE, provider="azure", model="dep"), None, begun),
    )
    told = await events(pair(first, second), ORDER, blobs)
    ticket = next(event for event in told if isinstance(event, Ticket))
    again = replace(ORDER, ticket=ticket.id)
    told = await events(pair(first, second), again, blobs)
    assert len(first.orders) == 1
    assert second.orders[-1].ticket == "resp_9"
    assert drawn_of(told).provider == "azure"
    own = replace(ORDER, ticket="resp_1")
    with pytest.raises(ProviderBusy):
        await events(pair(first, second), own, blobs)
    assert first.orders[-1] == own
    assert len(second.orders) == 2
    with pytest.raises(OutcomeUnknown):
        await events(pair(first), again, blobs)


async def test_an_answer_that_is_on_the_way_is_never_drawn_anew_in_another_mode(blobs: FileBlobs) -> None:
    """Thinking was turned off between two starts: the ticket's order must not become one that draws at once."""
    second = Hand(replace(PROFILE, provider="azure", model="dep", modes=frozenset({Mode.INSTANT})))
    order = replace(ORDER, mode=Mode.THINKING, ticket="@azure/dep/resp_9")
    await events(pair(Hand(PROFILE), second), order, blobs)
    assert (second.orders[-1].mode, second.orders[-1].ticket) == (Mode.THINKING, "resp_9")


def test_promises_hold_for_everybody() -> None:
    repeatable = replace(PLAIN, repeatable=True, mask_is_guidance=False)
    of: Callable[..., ModelProfile] = lambda *profiles: pair(*map(Hand, profiles)).profile("m")  # noqa: E731
    assert of(repeatable).repeatable
    assert of(repeatable, repeatable).repeatable
    assert not of(repeatable, PROFILE).repeatable
    assert of(repeatable, PROFILE).mask_is_guidance
    assert not of(repeatable, repeatable).mask_is_guidance
    assert of(PROFILE, repeatable).label == "GPT Image 2"
    assert of(PROFILE, repeatable).sizes == PROFILE.sizes


async def test_two_of_one_name_are_told_apart(blobs: FileBlobs) -> None:
    told = await events(pair(Hand(PROFILE, ProviderBusy("Busy.")), Hand(PROFILE)), ORDER, blobs)
    assert "asked elsewhere" in usage_of(told).remarks[0]


async def test_the_illustrator_draws_in_the_place_of_an_image_api(blobs: FileBlobs) -> None:
    illustrator = Illustrator(1)
    try:
        first = Hand(PROFILE, ProviderBusy("Busy."))
        provider = FailOver("openai", [Candidate(first, "gpt-image-2"), Candidate(illustrator, "illustrator")])
        order = replace(ORDER, mode=Mode.THINKING, quality=Quality.HIGH, format=OutputFormat.JPEG)
        told = await events(provider, order, blobs)
        picture = drawn_of(told)
        assert (picture.provider, picture.model, picture.media_type) == ("illustrator", "illustrator", "image/jpeg")
        assert usage_of(told).remarks[:2] == (
            "GPT Image 2 was not available, so Easel illustrator (not an AI model) drew this.",
            "It did not think before it drew.",
        )
    finally:
        await illustrator.aclose()


def test_somebody_has_to_be_listed() -> None:
    with pytest.raises(ValueError, match="nobody"):
        FailOver("openai", [])
