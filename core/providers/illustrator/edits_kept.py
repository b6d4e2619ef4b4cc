"""What is done to a picture of ours after it was drawn (a border, black and white), kept with its scene.

The scene is drawn anew for the next edit, and these steps are then done again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from core.model import Size
from core.providers.illustrator.edits_plan import (
    Backdrop,
    Border,
    Effect,
    Frame,
    Hue,
    Lettering,
    Part,
    Scope,
    Side,
    Step,
    Tint,
    Tone,
    Turn,
    Watermark,
)
from core.providers.illustrator.scene import Scene, from_state, to_state

KEY = "after"
MOST = 24  # a conversation longer than this has lost its first effects from sight
KEPT: dict[str, type] = {
    one.__name__: one for one in (Tone, Tint, Hue, Backdrop, Turn, Part, Lettering, Watermark, Border)
}
VALUES: dict[str, type[Enum]] = {"effect": Effect, "scope": Scope, "side": Side, "kind": Frame}


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture's scene, the steps after its drawing, and the size at which it was drawn (None: its own)."""

    scene: Scene | None
    after: tuple[Step, ...] = ()
    size: Size | None = None


def state_of(scene: Scene, after: Sequence[Step], size: Size) -> str:
    """The scene, the size of its drawing and the steps as compact JSON; without steps just the scene's own."""
    state = to_state(scene)
    if not after:
        return state
    steps = [[type(step).__name__, asdict(step)] for step in after[-MOST:]]
    kept = {"size": [size.width, size.height], "steps": steps}
    return json.dumps({**json.loads(state), KEY: kept}, ensure_ascii=False, separators=(",", ":"))


def opened(state: str) -> Kept:
    """What a picture's state holds; no scene where there is none that this version reads."""
    try:
        fields = json.loads(state) if state else None
        if not isinstance(fields, dict) or KEY not in fields:
            return Kept(from_state(state))
        kept = fields.pop(KEY)
        steps = tuple(_step(name, values) for name, values in kept["steps"])
        return Kept(from_state(json.dumps(fields)), steps, Size(*kept["size"]))
    except (ValueError, TypeError, KeyError):
        return Kept(None)


def _step(name: str, values: dict[str, Any]) -> Step:
    step: Step = KEPT[name](**{key: VALUES[key](value) if key in VALUES else value for key, value in values.items()})
    return step
