"""Says what was done to a picture, for people who do not see it: the result's alt text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from core.providers.illustrator.edits_plan import (
    Backdrop,
    Border,
    Effect,
    Erase,
    Lettering,
    Reshape,
    Scope,
    Step,
    Tint,
    Tone,
    Turn,
)

EFFECTS: dict[Effect, str] = {
    Effect.NIGHT: "at night",
    Effect.WARM: "in warmer colours",
    Effect.COOL: "in cooler colours",
    Effect.BLACK_AND_WHITE: "in black and white",
    Effect.SEPIA: "in sepia",
    Effect.BRIGHTER: "brighter",
    Effect.DARKER: "darker",
    Effect.MORE_CONTRAST: "with more contrast",
    Effect.LESS_CONTRAST: "with less contrast",
    Effect.VIVID: "in vivid colours",
    Effect.FADED: "in faded colours",
    Effect.BLUR: "blurred",
    Effect.SHARPEN: "sharpened",
    Effect.SKETCH: "as a pencil sketch",
    Effect.INVERT: "with inverted colours",
    Effect.PIXELATE: "pixelated",
    Effect.VIGNETTE: "with darkened corners",
}


def described(steps: Sequence[Step], *, masked: bool) -> str:
    """One sentence: "The picture at night, cropped to 3:1, with the text “Hello” at the bottom."."""
    what = "A painted part of the picture" if masked else "The picture"
    return f"{what} {', '.join(_step(step) for step in steps)}."


def _step(step: Step) -> str:
    match step:
        case Tone():
            return _where(EFFECTS[step.effect], step.scope)
        case Tint():
            return _where(f"coloured {step.colour}", step.scope)
        case Backdrop():
            return f"on a {step.colour} background" if step.colour else "with its background removed"
        case Erase():
            return "filled from its surroundings"
        case Turn():
            return f"mirrored {step.mirror}ly" if step.mirror else f"turned by {step.degrees} degrees"
        case Reshape():
            return f"in the shape {step.pixels or step.ratio}" if step.ratio else "in another shape"
        case Border():
            return f"with a {step.colour} border"
        case Lettering():
            return f"with the text “{step.text}” at the {step.side.value}"
        case _:
            assert_never(step)


def _where(what: str, scope: Scope) -> str:
    return what if scope is Scope.ALL else f"with its {scope.value} {what}"
