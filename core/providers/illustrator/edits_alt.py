"""Says what was done to a picture, for people who do not see it: the result's alt text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from core.providers.illustrator.edits_colours import spoken
from core.providers.illustrator.edits_plan import (
    Backdrop,
    Border,
    Collage,
    Effect,
    Erase,
    Frame,
    Hue,
    Lettering,
    Part,
    Reshape,
    Scale,
    Scope,
    Step,
    Tint,
    Tone,
    Turn,
    Watermark,
)

EFFECTS: dict[Effect, str] = {
    Effect.NIGHT: "at night",
    Effect.SUNSET: "at sunset",
    Effect.FOG: "in fog",
    Effect.RAIN: "in rain",
    Effect.SNOW: "in falling snow",
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
    Effect.ENHANCE: "with balanced light and colours",
    Effect.BLUR: "blurred",
    Effect.SHARPEN: "sharpened",
    Effect.DENOISE: "with less noise",
    Effect.SKETCH: "as a pencil sketch",
    Effect.POSTERIZE: "in a few flat colours",
    Effect.GRAIN: "with film grain",
    Effect.INVERT: "with inverted colours",
    Effect.PIXELATE: "pixelated",
    Effect.VIGNETTE: "with darkened corners",
}


def described(steps: Sequence[Step], *, masked: bool) -> str:
    """One sentence: "The picture at night, cropped to 3:1, with the text “Hello” at the bottom."."""
    what = "A painted part of the picture" if masked else "The picture"
    if steps and isinstance(steps[0], Collage):
        what, steps = "A collage of the pictures", steps[1:]
    return f"{what} {', '.join(_step(step) for step in steps)}".strip() + "."


def _step(step: Step) -> str:
    match step:
        case Tone():
            return _where(EFFECTS[step.effect], step.scope, step.of)
        case Tint():
            shade = "coloured" if step.strength >= 100 else "tinged"
            return _where(f"{shade} {spoken(step.colour)}", step.scope, step.of)
        case Hue():
            return _where(f"with its hues turned by {step.degrees} degrees", step.scope, step.of)
        case Backdrop():
            if step.words:
                return "with its subject before a drawn background"
            return f"on a {spoken(step.colour)} background" if step.colour else "with its background removed"
        case Erase():
            return "filled from its surroundings"
        case Lettering():
            across = "" if step.across == "centre" else f" {step.across}"
            return f"with the text “{step.text}” at the {step.side.value}{across}"
        case Watermark():
            return f"with the watermark “{step.text}”"
        case Turn() | Part() | Reshape() | Scale() | Border() | Collage():
            return _form(step)
        case _:
            assert_never(step)


def _form(step: Turn | Part | Reshape | Scale | Border | Collage) -> str:
    match step:
        case Turn():
            return f"mirrored {step.mirror}ly" if step.mirror else f"turned by {step.degrees} degrees"
        case Part():
            return "cropped to its subject" if step.subject else "cropped to a part"
        case Reshape():
            return f"in the shape {step.pixels or step.ratio}" if step.ratio else "in another shape"
        case Scale():
            return "enlarged" if step.long_edge or step.percent > 100 else "scaled down"
        case Border():
            return _frame(step)
        case Collage():
            return "in a collage"
        case _:
            assert_never(step)


def _frame(border: Border) -> str:
    match border.kind:
        case Frame.BORDER:
            return f"with a {spoken(border.colour)} border"
        case Frame.POLAROID:
            return "as an instant photograph"
        case Frame.ROUNDED:
            return "with round corners"
        case Frame.SHADOW:
            return "with a shadow"
        case _:
            assert_never(border.kind)


def _where(what: str, scope: Scope, of: str) -> str:
    match scope:
        case Scope.ALL:
            return what
        case Scope.COLOUR:
            return f"with all that was {spoken(of)} {what}"
        case Scope.GREENERY:
            return f"with its green {what}"
        case Scope.SUBJECT | Scope.BACKGROUND | Scope.SKY | Scope.WATER:
            return f"with its {scope.value} {what}"
        case _:
            assert_never(scope)
