"""What a person left open, closed: how large, how many, how good, in which mode, and what it costs at worst.

Pure: it looks at the wish, the model's profile and the prices only. `core.admission` finds out the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from core import pricing, sizes
from core.errors import BadFlagValue
from core.i18n import Said, counted, say
from core.model import Background, Cost, Mode, Operation, Options, OutputFormat, Quality, Ratio, Resolution, Size
from core.options import PANELS, spoken
from core.ports import ModelProfile
from core.presets import style_words
from core.pricing import PriceTable
from core.prompt import Prompt

STORYBOARD_PANELS: Final = 4
# What Easel itself may add to the person's words: which panel of how many, what to keep, what to leave out.
ADDED_BYTES: Final = 600
ONE_AT_A_TIME: Final = say("Drawn without thinking first, which is for one picture at a time.")

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Shape:
    """The size to draw, whether an edit keeps its source's own instead, and what to say about it.

    `guessed`: nobody said beforehand what size the source has.
    """

    size: Size
    keep: bool = False
    remark: str = ""
    guessed: bool = False


def shape(profile: ModelProfile, wish: Options) -> Shape:
    """The size of a new picture."""
    fitted = sizes.fit(wish.ratio, wish.resolution, profile)
    return Shape(fitted.size, remark=fitted.remark)


def shape_of_edit(profile: ModelProfile, wish: Options, source: Size | None) -> Shape:
    """An edit keeps its source's size unless another one was asked for; a resolution alone keeps its shape."""
    if wish.ratio is None and (wish.resolution is None or source is None):
        remark = (
            "" if wish.resolution is None else say("The picture keeps its own size, which was not known beforehand.")
        )
        size = source or sizes.fit(None, None, profile).size
        return Shape(size, keep=True, remark=remark, guessed=source is None)
    fitted = sizes.fit(wish.ratio, wish.resolution, profile, source=source)
    return Shape(fitted.size, remark=fitted.remark)


def check_pictures(
    profile: ModelProfile,
    pictures: int,
    characters: Sequence[str] = (),
    *,
    masked: bool,
    marked: bool = False,
    mode: Mode | None = None,
) -> None:
    """Raises `BadFlagValue` for more pictures than the model takes, and for a mask or notes where it takes none.

    `characters`: the names of those of the pictures that come along by name.
    """
    if pictures > profile.references_max:
        raise BadFlagValue(_too_many(profile, pictures, characters), say("Leave some out."))
    if masked and not profile.masks:
        raise BadFlagValue(
            say("{label} takes no painted areas.", label=profile.label), say("Describe the place in words.")
        )
    if marked and not profile.markup:
        raise BadFlagValue(
            say("{label} does not read notes that are drawn on a picture.", label=profile.label),
            say("Say it in words."),
        )
    if marked and mode is Mode.THINKING:
        raise BadFlagValue(say("Notes that are drawn on a picture are for drawing at once."), say("Leave --think out."))
    if masked and marked:
        raise BadFlagValue(
            say("A picture takes a painted area or drawn notes, not both."), say("Leave one of them out.")
        )


def _too_many(profile: ModelProfile, pictures: int, characters: Sequence[str]) -> Said:
    most = counted("{n} picture at most", "{n} pictures at most", profile.references_max)
    if profile.references_max == 0:
        most = say("no pictures to start from")
    if not characters:
        return say(
            "{label} takes {most}, and this request has {count}.", label=profile.label, most=most, count=pictures
        )
    return say(
        "{label} takes {most}, and this request has {count}, {names} among them.",
        label=profile.label,
        most=most,
        count=pictures,
        names=spoken(characters, "and"),
    )


def count_of(profile: ModelProfile, operation: Operation, wish: int | None) -> int:
    """How many pictures. Raises `BadFlagValue`."""
    if operation is Operation.STORYBOARD:
        count = wish or STORYBOARD_PANELS
        if count not in PANELS:
            raise BadFlagValue(
                say(
                    "A story has {least} to {most} pictures, not {count}.",
                    least=PANELS[0],
                    most=PANELS[-1],
                    count=count,
                ),
                say("Ask for as many."),
            )
        return count
    count = wish or 1
    if not 1 <= count <= profile.count_max:
        raise BadFlagValue(
            say(
                "{label} draws 1 to {count_max} pictures at a time, not {count}.",
                label=profile.label,
                count_max=profile.count_max,
                count=count,
            ),
            say("Ask for fewer."),
        )
    return count


def known(profile: ModelProfile, what: str, wish: Choice, among: frozenset[Choice]) -> Choice:
    """The wish, if this model knows it. Never replaced in silence by something that the person did not ask for."""
    if wish not in among:
        raise BadFlagValue(
            say("{label} does not know the {what} {wish}.", label=profile.label, what=what, wish=wish),
            say("It knows: {names}.", names=", ".join(sorted(among))),
        )
    return wish


def mode_of(
    profile: ModelProfile, wish: Mode | None, usual: Mode, operation: Operation, count: int
) -> tuple[Mode, str]:
    """The mode and what to say about it. A wish is kept or refused; the workspace's usual mode only where it can be."""
    alone = count == 1 and operation is not Operation.STORYBOARD
    if wish is not None:
        mode = known(profile, "mode", wish, profile.modes)
        if mode is Mode.THINKING and not alone:
            raise BadFlagValue(
                say("Thinking first is for one picture at a time."), say("Ask for one, or leave --think out.")
            )
        return mode, ""
    if usual not in profile.modes:
        return Mode.INSTANT, ""
    return (usual, "") if alone or usual is Mode.INSTANT else (Mode.INSTANT, ONE_AT_A_TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A wish with nothing left open."""

    operation: Operation
    shape: Shape
    count: int
    quality: Quality
    format: OutputFormat
    background: Background
    mode: Mode
    remarks: tuple[str, ...]


def closed(profile: ModelProfile, operation: Operation, wish: Options, source: Size | None, usual: Mode) -> Closed:
    """Close what is open. `source` is the size of the picture to start from, where there is one and it is known.

    Raises `BadFlagValue` for what this model does not do.
    """
    found = shape_of_edit(profile, wish, source) if operation is Operation.EDIT else shape(profile, wish)
    count = count_of(profile, operation, wish.count)
    mode, on_mode = mode_of(profile, wish.mode, usual, operation, count)
    unseeded = wish.seed is not None and not profile.repeatable
    return Closed(
        operation=operation,
        shape=found,
        count=count,
        quality=known(profile, "quality", wish.quality or Quality.AUTO, profile.qualities),
        format=known(profile, "format", wish.format or OutputFormat.PNG, profile.formats),
        background=known(profile, "background", wish.background or Background.AUTO, profile.backgrounds),
        mode=mode,
        remarks=(
            found.remark,
            on_mode,
            say("{label} has no seeds: --seed does nothing.", label=profile.label) if unseeded else "",
        ),
    )


def worst_case(
    prices: PriceTable, profile: ModelProfile, wish: Closed, said: Prompt, pictures: int, own_style: str = ""
) -> Cost:
    """The most that a request can cost with this model: what is reserved. `pictures` are handed in, a mask too.

    `own_style`: the words of a style that is no preset.
    """
    story = wish.operation is Operation.STORYBOARD
    # A panel's prompt holds the whole story and then the panel's own part of it, which may be nearly all.
    style = style_words(said.options.style, own_style)
    words = " ".join((said.text * (1 + story), style, *said.options.without))
    return pricing.estimate(
        prices.find(profile.priced_as or profile.provider, profile.model),
        size=_drawn_size(profile, wish.shape),
        quality=wish.quality,
        count=wish.count,
        text=words + " " * ADDED_BYTES,
        # The later panels of a story are drawn from the first one, which is shown while it is drawn.
        pictures=pictures + story,
        previews=profile.previews_max if wish.count == 1 or story else 0,
        thinking=profile.thinking if wish.mode is Mode.THINKING else None,
        table=prices,
    )


def _drawn_size(profile: ModelProfile, found: Shape) -> Size:
    """What is asked for at most: of an edit that keeps its source's size, the nearest that the model draws.

    Of a source whose size is not known, the dearest: a square as large as there is one.
    """
    if found.guessed:
        return sizes.fit(Ratio(1, 1), Resolution.FOUR_K, profile).size
    return sizes.fit(None, None, profile, source=found.size).size if found.keep else found.size
