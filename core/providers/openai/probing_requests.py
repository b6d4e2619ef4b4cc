"""The questions themselves: which requests find out what a server supports, made as the real ones are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from PIL import Image

from core import pricing
from core.images.masks import png
from core.model import Background, Quality, Size
from core.pricing import Price
from core.providers.models import Model
from core.providers.openai.account import Account
from core.providers.openai.bodies import EVENTS, JSON, Question, sending_of
from core.providers.openai.connection import Sending
from core.providers.openai.inputs import Given
from core.providers.openai.probing import (
    EDITS,
    GENERATIONS,
    MASK,
    MODELS,
    MODERATIONS,
    NAMES,
    Found,
    Probe,
    Verdict,
)
from core.providers.profiles import EditEncoding, MaskKind, Server, Shape, profile_of

WORDS: Final = "A plain grey pebble on a white table."
IMPOSSIBLE: Final = Size(1, 1)
IMPOSSIBLE_RATIO: Final = "1:1000"
USUAL: Final = Size(1024, 1024)
NOBODYS: Final = "easel_check"  # an option that no server has
_EDGE: Final = 64  # of the picture that is handed in, in pixels
_BEST_FIRST: Final = (Quality.MAX, Quality.XHIGH, Quality.HIGH, Quality.MEDIUM, Quality.LOW)


@dataclass(frozen=True, slots=True)
class Option:
    """Something optional in a request, with the value that tells the most."""

    name: str
    fields: Mapping[str, Any]
    said: str

    @property
    def asks(self) -> frozenset[str]:
        """The names whose refusal answers the question; a compression needs a format that is not in question here."""
        return frozenset(self.fields) if len(self.fields) == 1 or self.name == "stream" else frozenset({self.name})


def options_of(model: Model) -> tuple[Option, ...]:
    """What is asked after, in the order of how much Easel has to do with it."""
    best = next((one for one in _BEST_FIRST if one in model.qualities), Quality.HIGH).value
    see_through = Background.TRANSPARENT.value
    return (
        Option("quality", {"quality": best}, f"quality = {best}"),
        Option("stream", {"stream": True, "partial_images": 1}, "stream with one unfinished picture"),
        Option("n", {"n": 2}, "n = 2"),
        Option("output_format", {"output_format": "webp"}, "output_format = webp"),
        Option("background", {"background": see_through}, f"background = {see_through}"),
        Option("safety_identifier", {"safety_identifier": NOBODYS}, "safety_identifier"),
        Option(
            "output_compression",
            {"output_format": "jpeg", "output_compression": 50},
            "output_compression = 50, with jpeg",
        ),
        Option("moderation", {"moderation": "auto"}, "moderation = auto"),
        Option("complexity", {"complexity": "low"}, "complexity = low"),
    )


def models_probe(server: Server) -> Probe:
    """What models are there. A list is no promise: models have been seen to draw that were not on it."""
    return Probe(MODELS, MODELS, Sending(path=server.models or "/models", method="GET", model=MODELS))


def moderations_probe(server: Server, model: str) -> Probe:
    """Whether words can be checked. Free of charge at OpenAI."""
    body = {"model": model, "input": WORDS}
    path = server.moderations or "/moderations"
    return Probe(MODERATIONS, MODERATIONS, Sending(path=path, model=MODERATIONS, json=body))


def bare_question(account: Account, model: Model, dropped: frozenset[str] = frozenset()) -> Question:
    """One picture from words, and nothing that could be left out but its size."""
    return Question(
        server=replace(account.server, sends=frozenset({"size"})),
        model=replace(model, parameters=frozenset({"size"})),
        name=account.model,
        prompt=WORDS,
        size=IMPOSSIBLE if account.server.shape is Shape.SIZE else USUAL,
        dropped=dropped,
    )


def bare_probe(question: Question) -> Probe:
    """A picture of 1x1 pixels, which a strict server refuses."""
    return Probe(GENERATIONS, "a picture of 1x1 pixels, to be refused", _impossible(sending_of(question)))


def nobodys_probe(bare: Probe) -> Probe:
    """The same with an option that no server has: are unknown names refused?"""
    return _with(bare, Option(NAMES, {NOBODYS: 1}, "an option that nobody has"))


def option_probes(bare: Probe, model: Model, found: Found) -> Iterator[Probe]:
    """The same with one option more, for each that nothing is known of yet."""
    for option in options_of(model):
        if found.verdict(option.name) is Verdict.NOT_ASKED:
            yield _with(bare, option)


def edit_probe(account: Account, model: Model, dropped: frozenset[str], *, masked: bool) -> Probe:
    """A picture from a picture, in the way that the server is thought to want it; its size is impossible again."""
    server = account.server
    if server.edit_encoding is EditEncoding.NONE or not server.edits:  # perhaps it has learnt it
        server = replace(
            server, edits="/images/edits", edit_encoding=EditEncoding.MULTIPART, image_field_single="image"
        )
    question = replace(bare_question(replace(account, server=server), model, dropped), pictures=(_picture("RGB"),))
    if masked:
        question = replace(question, mask=_picture("RGBA" if server.mask_kind is MaskKind.ALPHA else "RGB"))
        options = frozenset({MASK, server.mask_field})
        return Probe(
            MASK,
            "a picture from a picture, with a mask, 1x1 pixels again",
            replace(_impossible(sending_of(question)), model=EDITS),
            options,
        )
    sending = replace(_impossible(sending_of(question)), model=EDITS)
    return Probe(EDITS, "a picture from a picture, 1x1 pixels again", sending)


def has_masks(server: Server) -> bool:
    """Whether there is a way to hand in a mask that could be asked after."""
    return server.mask_kind is not MaskKind.NONE and bool(server.mask_field)


def sample_question(account: Account, model: Model, price: Price, found: Found) -> Question:
    """The one real picture: lowest quality, smallest size, and one unfinished picture where there may be one."""
    refused = frozenset(name for name, one in found.findings.items() if one.verdict is Verdict.REFUSED)
    streams = may_stream(account.server, model, found)
    server = account.server
    if streams:
        server = replace(server, sends=server.sends | {"stream", "partial_images"})
    quality = Quality.LOW if "quality" in (server.sends & model.parameters) - refused else Quality.AUTO
    return Question(
        server=server,
        model=model,
        name=account.model,
        prompt=WORDS,
        size=smallest_size(account, model, price, quality),
        quality=quality,
        previews=1 if streams else None,
        dropped=refused,
    )


def may_stream(server: Server, model: Model, found: Found) -> bool:
    """Whether a stream is worth asking for."""
    assumed = server.streams and {"stream", "partial_images"} <= server.sends & model.parameters
    verdict = found.verdict("stream")
    return verdict is Verdict.TAKEN or (assumed and verdict in (Verdict.NOT_ASKED, Verdict.NOT_REFUSED))


def smallest_size(account: Account, model: Model, price: Price, quality: Quality) -> Size:
    """The cheapest of the ordinary sizes that a model draws. One that nobody knows is asked for the most usual size."""
    profile = profile_of(model, account.model, account.server, previews=0, thinking=None)
    if not model.model and not profile.sizes:
        return USUAL
    step, area = profile.edge_multiple, profile.pixels_min
    edges = range(step, profile.longest_edge + 1, step)
    sizes = profile.sizes or tuple(
        Size(width, height)
        for height in edges
        for width in (-(-area // (height * step)) * step,)
        if height <= width <= min(profile.longest_edge, 2 * height)
    )

    def dearness(size: Size) -> tuple[int, int]:
        return size.width * size.height, pricing.output_tokens(price, size, quality)

    return min(sizes, key=dearness)


def estimated_nanodollars(question: Question, price: Price) -> int:
    """The most that the sample may cost. What cannot be asked for is chosen by the server, and reckoned so."""
    return pricing.estimate(
        price,
        size=None if "size" in question.dropped else question.size,
        quality=question.quality,
        count=1,
        text=question.prompt,
        previews=question.previews or 0,
    ).nanodollars


def _impossible(sending: Sending) -> Sending:
    """Ask for no picture at all, as far as pacing goes, and for a shape that there is not."""
    if sending.json is not None and "aspect_ratio" in sending.json:
        return replace(sending, images=0, json={**sending.json, "aspect_ratio": IMPOSSIBLE_RATIO})
    return replace(sending, images=0)


def _with(bare: Probe, option: Option) -> Probe:
    sending = replace(
        bare.sending,
        json={**(bare.sending.json or {}), **option.fields},
        accept=f"{EVENTS}, {JSON}" if option.name == "stream" else JSON,
    )
    return Probe(option.name, option.said, sending, option.asks)


def _picture(mode: str) -> Given:
    """A small grey square; as a mask, one that is to be edited everywhere (transparent, or white)."""
    colour = {"RGB": (255, 255, 255), "RGBA": (0, 0, 0, 0)}[mode]
    return Given(png(Image.new(mode, (_EDGE, _EDGE), colour)), "image/png", Size(_EDGE, _EDGE))
