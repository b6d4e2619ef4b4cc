"""From one clause to the steps that change a picture's shape: turning, cropping, extending, scaling."""

from __future__ import annotations

import math

from core.errors import CannotDraw
from core.model import Ratio, Size
from core.providers.illustrator.edits_clause import Clause
from core.providers.illustrator.edits_plan import LONG_EDGE_MAX, Fill, Part, Reshape, Scale, Scope, Step, Turn

RATIO_MAX = 5
PIXELS_MIN = 64  # smaller numbers are a ratio
EDGES = {"2": 2048, "4": 3840}
ZOOM = 16  # per cent from each edge
OFF = frozenset({"off", "away", "from"})


def geometry(clause: Clause) -> list[Step]:
    """The steps, if any. Raises `CannotDraw` for a shape that cannot be."""
    steps: list[Step] = []
    if clause.has("flip") and not clause.has("extend", "mirrored"):
        steps.append(Turn(mirror="vertical" if "vertical" in clause.values("directions") else "horizontal"))
    elif degrees := _degrees(clause):
        steps.append(Turn(degrees=degrees))
    if part := _part(clause):
        return [*steps, part]
    if (scale := _scale(clause)) is not None:
        steps.append(scale)
    wants = clause.has("crop"), clause.has("extend") or clause.has("mirrored", "blurred_sides", "bars")
    ratio = _ratio(clause)
    if ratio is not None or (any(wants) and not clause.values("effects") and not clause.has("rotate")):
        colour = (clause.first("colours") or "white") if clause.bars else "white"
        steps.append(Reshape(ratio, _fill(clause, *wants), _pixels(clause), colour))
    return steps


def _fill(clause: Clause, crop: bool, extend: bool) -> Fill:
    if crop:
        return Fill.CROP
    if clause.has("mirrored") or (extend and clause.has("flip")):
        return Fill.MIRROR
    if clause.has("blurred_sides"):
        return Fill.BLUR
    if clause.bars:
        return Fill.PAPER
    return Fill.EXTEND if extend else Fill.AUTO


def _part(clause: Clause) -> Part | None:
    """“Crop to the left half”, “cut off the bottom”, “zoom in”."""
    if not clause.has("crop", "keep", "cut_off", "zoom") or clause.quotes:
        return None
    if clause.scope is Scope.SUBJECT or (clause.has("zoom", "crop", "keep") and clause.unknown):
        return Part(subject=True)
    sides = [*clause.values("places"), *(way for way in clause.values("directions") if way in ("left", "right"))]
    if not sides:
        return Part(ZOOM, ZOOM, ZOOM, ZOOM) if clause.has("zoom") else None
    percent, share = clause.first("percents"), clause.first("shares")
    off = clause.has("cut_off") or not OFF.isdisjoint(clause.words.lower().split())
    cut = int(percent or share or 15) if off else 100 - int(percent or share or 50)
    if not 0 < cut < 95:
        raise CannotDraw(f"I cannot cut {cut} % of a picture away.", "Say a share between 5 % and 90 %.")
    if sides == ["centre"]:
        edge = cut // 2 if not off else cut
        return Part(min(45, edge), min(45, edge), min(45, edge), min(45, edge))
    gone = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"} if not off else {}
    lost = {gone.get(side, side) for side in sides if side != "centre"}
    left, top, right, bottom = (cut if edge in lost else 0 for edge in ("left", "top", "right", "bottom"))
    return Part(left, top, right, bottom)


def _scale(clause: Clause) -> Scale | None:
    times, edge = clause.first("times"), clause.first("edges")
    if clause.quotes or clause.has("text") or not (clause.has("upscale", "downscale") or edge or times):
        return None
    if edge is not None:
        return Scale(0, EDGES.get(edge, LONG_EDGE_MAX + 1))
    percent = clause.first("percents")
    if percent is not None and clause.has("upscale"):
        return Scale(100 + int(percent) if int(percent) < 100 else int(percent))
    if clause.has("downscale"):
        return Scale(int(percent)) if percent is not None and 5 <= int(percent) < 100 else Scale(50)
    factor = int(times or clause.first("numbers") or 2)
    return Scale(100 * factor) if factor < PIXELS_MIN else Scale(0, factor)  # “upscale it to 2000 pixels”


def _degrees(clause: Clause) -> int:
    if clause.has("upside_down"):
        return 180
    said = clause.first("angles") or (clause.first("numbers") if clause.has("rotate", "straighten") else None)
    way = next((value for value in clause.values("directions") if value in ("left", "right")), None)
    if clause.has("straighten") and said is None:
        raise CannotDraw("I cannot see by how much it leans.", "Say it in degrees: “straighten it by 2 degrees left”.")
    if not clause.has("rotate", "straighten") or (said is None and way is None and _turns_otherwise(clause)):
        return 0
    degrees = int(said) if said is not None else 90
    return (-degrees if way == "left" else degrees) % 360


def _turns_otherwise(clause: Clause) -> bool:
    """“Turn it into a sketch”, “turn the car red”: no turn at all."""
    others = ("effects", "colours", "shades", "quotes", "shapes", "ratios")
    return bool(set(clause.values("marks")) - {"rotate"} or clause.unknown or any(map(clause.values, others)))


def _ratio(clause: Clause) -> Ratio | None:
    said = clause.first("ratios") or clause.first("shapes")
    if said is None:
        return None
    width, height = (round(float(part) * 10) for part in said.split(":"))
    if not width or not height or max(width, height) > RATIO_MAX * min(width, height):
        raise CannotDraw(
            f"I cannot make a picture of {said}.", f"Ask for a ratio between {RATIO_MAX}:1 and 1:{RATIO_MAX}."
        )
    shared = math.gcd(width, height)
    return Ratio(width // shared, height // shared)


def _pixels(clause: Clause) -> Size | None:
    """“1920x1080” means pixels; “16:9” and “21 x 9” do not."""
    said = clause.first("ratios")
    if said is None or any("." in part or int(part) < PIXELS_MIN for part in said.split(":")):
        return None
    width, height = (int(part) for part in said.split(":"))
    if max(width, height) > LONG_EDGE_MAX:
        raise CannotDraw(
            f"I cannot make a picture of {width} x {height} pixels.",
            f"I can go up to {LONG_EDGE_MAX} on the longer edge.",
        )
    return Size(width, height)
