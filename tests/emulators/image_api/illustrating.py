"""Pictures by Easel's own illustrator, for people who try the API mode without a key."""

from __future__ import annotations

import re

from emulators.image_api.pictures import Commission, changing, encoded, nudged, opened, plate
from PIL import Image, ImageChops, ImageFilter

from core.errors import CannotDraw
from core.model import Background, JobId, OutputFormat, Size
from core.ports import GenerateOrder
from core.providers.illustrator import edits, work
from core.quotes import CLOSERS, OPENER, content

_OPENER = re.compile(OPENER)


def illustrator(commission: Commission) -> bytes:
    """Draw what the words say; what the illustrator has no drawing for becomes a test plate with the words on it."""
    try:
        picture = _edited(commission) if commission.sources else _drawn(commission)
    except CannotDraw:
        return plate(commission)
    if commission.part < 1:
        picture = picture.filter(ImageFilter.GaussianBlur(24 * (1 - commission.part)))
    return encoded(picture, commission.format, commission.compression)


def quoted(words: str) -> tuple[str, ...]:
    """The texts in quotation marks."""
    found: list[str] = []
    at = 0
    while opener := _OPENER.search(words, at):
        closer = CLOSERS[opener[0]].search(words, opener.end())
        at = opener.end() if closer is None else closer.end()
        if closer is not None:
            found.append(content(words[opener.start() : closer.end()]))
    return tuple(filter(None, found))


def _drawn(commission: Commission) -> Image.Image:
    width, height = commission.size
    order = GenerateOrder(
        job=JobId("fake"),
        model="illustrator",
        text=commission.prompt,
        quoted=quoted(commission.prompt),
        background=Background.TRANSPARENT if commission.transparent else Background.AUTO,
        seed=commission.position,
        size=Size(width, height),
    )
    scene = work.plan_order(order).scenes[0]
    picture = opened(work.draw(scene, Size(width, height), OutputFormat.PNG).data)
    picture = picture.convert("RGBA" if commission.transparent else "RGB")
    return picture if picture.size == commission.size else picture.resize(commission.size)


def _edited(commission: Commission) -> Image.Image:
    """Pixels changed by instruction. As with the real API nothing outside a mask stays exactly as it was."""
    source = opened(commission.sources[0]).convert("RGB").resize(commission.size, Image.Resampling.LANCZOS)
    size = Size(*commission.size)
    mask = _mask(commission) if commission.mask is not None else None
    plan = edits.plan(commission.prompt, quoted(commission.prompt), has_mask=mask is not None, size=size)
    done = opened(edits.apply(plan, encoded(source, "png"), mask, OutputFormat.PNG, size).data)
    return done if mask is None else nudged(done.convert("RGB"))


def _mask(commission: Commission) -> bytes:
    """As the illustrator wants it: alpha 0 or 255."""
    assert commission.mask is not None, "an edit without a mask has none to convert"
    region = changing(commission.mask, commission.size, commission.mask_is_white)
    mask = Image.new("RGBA", commission.size)
    mask.putalpha(ImageChops.invert(region.point([255 if value >= 128 else 0 for value in range(256)])))
    return encoded(mask, "png")
