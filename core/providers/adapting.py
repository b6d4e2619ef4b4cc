"""An order, as another model than the planned one can draw it. Pure: what has to change is said in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from core import sizes
from core.model import Background, Mode, OutputFormat, Quality
from core.ports import EditOrder, GenerateOrder, ModelProfile

Order = GenerateOrder | EditOrder
_QUALITIES: Final = (Quality.LOW, Quality.MEDIUM, Quality.HIGH, Quality.XHIGH, Quality.MAX)  # rising


@dataclass(frozen=True, slots=True)
class Adapted:
    """An order that its model can draw, and what is different from the wish."""

    order: Order
    remarks: tuple[str, ...]


def adapted(order: Order, model: str, profile: ModelProfile) -> Adapted | None:
    """The order for this model. None when what the model cannot do is the point of it: a picture, a mask, a story."""
    if not _has_a_point(order, profile):
        return None
    remarks = [*_about_count(order, profile), *_about_look(order, profile)]
    same = _same(order, model, profile)
    if order.size is not None and not sizes.legal(order.size, profile):
        size = sizes.fit(None, None, profile, source=order.size).size
        same = replace(same, size=size)
        remarks.append(f"It is {size} instead of {order.size}, which is no size of this model.")
    return Adapted(same, tuple(remarks))


def _has_a_point(order: Order, profile: ModelProfile) -> bool:
    pictures = order.references or isinstance(order, EditOrder)
    masked = isinstance(order, EditOrder) and order.mask is not None
    marked = isinstance(order, EditOrder) and order.markup is not None
    panels = isinstance(order, GenerateOrder) and order.panels
    return (
        not (pictures and not profile.references_max)
        and not (masked and not profile.masks)
        and not (marked and not profile.markup)
        and not (panels and order.count > profile.count_max)
    )


def _same(order: Order, model: str, profile: ModelProfile) -> Order:
    return replace(
        order,
        model=model,
        count=min(order.count, profile.count_max),
        mode=_mode(order, profile),
        quality=_quality(order.quality, profile),
        format=_format(order.format, profile),
        background=_background(order.background, profile),
    )


def _about_count(order: Order, profile: ModelProfile) -> list[str]:
    if order.count <= profile.count_max:
        return []
    return [f"It draws at most {profile.count_max} at a time."]


def _about_look(order: Order, profile: ModelProfile) -> list[str]:
    remarks = []
    if _mode(order, profile) is not order.mode:
        remarks.append("It did not think before it drew.")
    made = _format(order.format, profile)
    if made is not order.format:
        remarks.append(f"The file is {made.value.upper()}, because it makes no {order.format.value.upper()}.")
    if order.background is Background.TRANSPARENT and Background.TRANSPARENT not in profile.backgrounds:
        remarks.append("It cannot draw a transparent background.")
    return remarks


def _mode(order: Order, profile: ModelProfile) -> Mode:
    return order.mode if order.mode in profile.modes else Mode.INSTANT


def _quality(wish: Quality, profile: ModelProfile) -> Quality:
    """The same, or the nearest below it, or the lowest there is; what is left open stays open where it can."""
    if wish in profile.qualities or not profile.qualities:
        return wish
    if wish is Quality.AUTO:
        wish = Quality.MEDIUM
    known = [quality for quality in _QUALITIES if quality in profile.qualities]
    below = [quality for quality in known if _QUALITIES.index(quality) <= _QUALITIES.index(wish)]
    return (below[-1] if below else known[0]) if known else Quality.AUTO


def _format(wish: OutputFormat, profile: ModelProfile) -> OutputFormat:
    if wish in profile.formats or not profile.formats:
        return wish
    return OutputFormat.PNG if OutputFormat.PNG in profile.formats else min(profile.formats)


def _background(wish: Background, profile: ModelProfile) -> Background:
    return wish if wish in profile.backgrounds else Background.AUTO
