"""Edits of a picture of ours: what a scene can express changes the scene, the rest is done to the pixels after it.

An instruction falls into parts. Each part is done, by the one way or the other, or named as not done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import CannotDraw
from core.model import Ratio, Size
from core.providers.illustrator.edits import EditPlan, plan, shortfall
from core.providers.illustrator.edits_clause import PAINT_IT, SUGGESTIONS
from core.providers.illustrator.edits_lexicon import fold, tokens
from core.providers.illustrator.edits_parts import parts_of
from core.providers.illustrator.edits_plan import (
    LONG_EDGE_MAX,
    PIXELS_MAX,
    Backdrop,
    Border,
    Collage,
    Effect,
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
from core.providers.illustrator.edits_reading import clauses
from core.providers.illustrator.planning import SUGGESTION
from core.providers.illustrator.reading import read, without_quotes
from core.providers.illustrator.revising import LISTED, PIXELS, REMOVE, AlreadySo, revise
from core.providers.illustrator.scene import Light, Scene, Weather
from core.providers.illustrator.tinting import colours
from core.providers.illustrator.words import tokens as subject_tokens
from core.sizes import Rules, fit, legal

RULES = Rules(edge_multiple=2, longest_edge=LONG_EDGE_MAX, pixels_min=128 * 128, pixels_max=PIXELS_MAX, ratio_max=3.0)
# A scene has these itself; the pixels only have a likeness of them.
OF_THE_SCENE = frozenset({Effect.NIGHT, Effect.SUNSET, Effect.FOG, Effect.RAIN, Effect.SNOW})
OF_THE_PIXELS = (Turn, Part, Reshape, Scale, Hue, Border, Watermark)
NEAREST = {  # of the colours of an edit, those that a drawing does not take
    "silver": "grey",
    "light_grey": "grey",
    "dark_grey": "grey",
    "navy": "blue",
    "light_blue": "blue",
    "light_green": "green",
    "dark_green": "green",
    "dark_red": "red",
    "cream": "white",
    "magenta": "pink",
    "lavender": "purple",
    "coral": "orange",
}
UNDONE = re.compile(
    r"\b(?:no|without|remove|delete|undo|take off|take away|get rid of|drop)\b|去掉|不要|なし|消して|없애|제거",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Own:
    """A picture of ours after an edit: its scene, what is done to its pixels after drawing, and its size."""

    scene: Scene
    after: tuple[Step, ...]
    size: Size
    shortfalls: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What the order says. `size` is None when none was asked for; `source` is the picture's own."""

    text: str
    quoted: tuple[str, ...]
    without: tuple[str, ...]
    style: str | None
    size: Size | None
    source: Size
    cut_out: bool = False


def revise_own(scene: Scene, after: tuple[Step, ...], wish: Wish) -> Own:
    """Carry out a wish, part by part. Raises `CannotDraw` when nothing of it can be done."""
    size = wish.size or wish.source
    cut_out = wish.cut_out and bool(scene.casts) and not scene.transparent
    begun = replace(scene, transparent=True) if cut_out else scene
    work = _Work(Own(begun, after, size), wish)
    styled = bool(wish.style) or bool(wish.without)
    if styled:
        work.restyle()
    refusals = work.all_parts()
    done = work.own
    if (done.scene, done.after, done.size) == (scene, after, wish.source):
        if refusals:
            raise refusals[0]
        if not wish.text.strip() and not wish.quoted:
            raise CannotDraw("You did not say what to change.", SUGGESTIONS)
        raise AlreadySo("The picture is like that already.", "Say what else to change.")
    missed = [refusal for refusal in refusals if not isinstance(refusal, AlreadySo)]
    return replace(done, shortfalls=(*done.shortfalls, *dict.fromkeys(_said(refusal) for refusal in missed)))


def _said(refusal: CannotDraw) -> str:
    return refusal.what if refusal.remedy == SUGGESTION else shortfall(refusal)


class _Work:
    """The picture as it becomes, part by part."""

    def __init__(self, own: Own, wish: Wish) -> None:
        self.own = own
        self._wish = wish

    def restyle(self) -> None:
        """What the order says beside its words: a style, and what is not wanted."""
        try:
            done = revise(self.own.scene, "", (), self._wish.without, self._wish.style, True)
        except AlreadySo:
            return
        self.own = replace(self.own, scene=done.scene or self.own.scene)

    def all_parts(self) -> list[CannotDraw]:
        """Do every part; the refusals of those that could not be done."""
        refusals: list[CannotDraw] = []
        removing = False
        for words, quotes in parts_of(self._wish.text, self._wish.quoted):
            removing = REMOVE.search(words) is not None or (removing and LISTED.match(words) is not None)
            told = f"remove {words.strip()}" if removing and not REMOVE.search(words) else words
            refusals += self._part(told, quotes)
        return refusals

    def _part(self, words: str, quotes: tuple[str, ...], *, whole: bool = True) -> list[CannotDraw]:
        try:
            if whole and _is_mixed(_planned(words, quotes)[0]):
                raise CannotDraw(f"I cannot: {words.strip()}.", SUGGESTIONS)  # piece by piece, then
            self._do(words, quotes)
        except CannotDraw as refusal:
            pieces = clauses(words, quotes) if whole else []
            if len(pieces) < 2:
                return [refusal]
            return [said for piece in pieces for said in self._part(piece.words, piece.quotes, whole=False)]
        return []

    def _do(self, words: str, quotes: tuple[str, ...]) -> None:
        """One part, by the way that suits it best, else by the other. Raises `CannotDraw`."""
        if not without_quotes(words, quotes).strip(" |.!?") and not quotes:
            return
        if self._undone(words):
            return
        planned, refusal = _planned(words, quotes)
        ways = [self._by_scene, self._by_pixels]
        if planned is not None and (PIXELS.search(without_quotes(words, quotes)) or _is_of_the_pixels(planned)):
            ways.reverse()
        refusals = [refusal] if refusal else []
        for way in ways:
            try:
                if way(words, quotes, planned):
                    return
            except CannotDraw as said:
                refusals.insert(0, said)
        raise _plainest(words, quotes, refusals)

    def _by_scene(self, words: str, quotes: tuple[str, ...], planned: EditPlan | None) -> bool:
        done = revise(self.own.scene, words, quotes, (), None, False)
        if done.scene is None:
            return False
        self.own = replace(self.own, scene=done.scene)
        return True

    def _by_pixels(self, words: str, quotes: tuple[str, ...], planned: EditPlan | None) -> bool:
        if planned is None:
            return False
        for step in planned.steps:
            self._take(step)
        return True

    def _take(self, step: Step) -> None:
        own = self.own
        if isinstance(step, Reshape):
            size = self._reshaped(step)
            self.own = replace(self.own, size=size)
        elif isinstance(step, Tone) and step.effect in OF_THE_SCENE and step.scope is Scope.ALL:
            self.own = replace(own, scene=_weathered(own.scene, step.effect))
        elif isinstance(step, Scale):
            self.own = replace(own, size=_scaled(own.size, step))
        elif isinstance(step, Tint) and (at := self._cast_of(step)) is not None:
            cast = replace(own.scene.casts[at], colour=NEAREST.get(step.colour, step.colour))
            casts = (*own.scene.casts[:at], cast, *own.scene.casts[at + 1 :])
            self.own = replace(own, scene=replace(own.scene, casts=casts))
        elif isinstance(step, Collage):
            raise CannotDraw("A collage needs at least two pictures.", "Attach 2 to 10 pictures to one message.")
        elif isinstance(step, Backdrop) and step.words:
            raise AlreadySo("The picture is like that already.", "Say what else to change.")
        elif isinstance(step, Backdrop) and own.scene.casts:
            if own.scene.texts:
                own = replace(own, shortfalls=(*own.shortfalls, "Without a background I set no text."))
            ground = (step,) if step.colour else ()
            kept = tuple(one for one in own.after if not isinstance(one, Backdrop))
            self.own = replace(own, scene=replace(own.scene, transparent=True), after=(*ground, *kept))
        else:
            if isinstance(step, Lettering) and own.scene.texts:
                step = replace(step, percent=step.percent * 55 // 100)  # beside a title: a note
            self.own = replace(own, after=(*own.after, step))

    def _cast_of(self, step: Tint) -> int | None:
        """Who of the scene a colour is for, when the words name somebody and the colour is one that drawings take."""
        senses = [token.sense for token in subject_tokens(step.of)[0] if token.sense is not None]
        named = {sense.value for sense in senses} if step.scope is Scope.SUBJECT else set()
        known = NEAREST.get(step.colour, step.colour) in colours()
        found = (at for at, cast in enumerate(self.own.scene.casts) if cast.drawing in named and known)
        return next(found, None)

    def _reshaped(self, step: Reshape) -> Size:
        """The scene is drawn anew in another shape: nothing is cut off, and nothing has to be made up at its sides."""
        if step.pixels is not None and legal(step.pixels, RULES):
            return step.pixels
        ratio = step.ratio or Ratio(self.own.size.width, self.own.size.height)
        fitted = fit(ratio, None, RULES, source=self.own.size)
        if fitted.remark:
            self.own = replace(self.own, shortfalls=(*self.own.shortfalls, fitted.remark))
        return fitted.size

    def _undone(self, words: str) -> bool:
        """“Remove the border”: the last of such steps is taken back."""
        if not UNDONE.search(words):
            return False
        said = {meaning.value for token in tokens(fold(words)) for meaning in token.meanings}
        for at in reversed(range(len(self.own.after))):
            if _name(self.own.after[at]) in said:
                self.own = replace(self.own, after=self.own.after[:at] + self.own.after[at + 1 :])
                return True
        return False


def _planned(words: str, quotes: tuple[str, ...]) -> tuple[EditPlan | None, CannotDraw | None]:
    try:
        planned = plan(words, quotes, has_mask=False, size=None)
    except CannotDraw as refusal:
        return None, refusal
    return (None, None) if planned.shortfalls else (planned, None)


def _is_of_the_pixels(planned: EditPlan) -> bool:
    def needs_pixels(step: Step) -> bool:
        match step:
            case Tone():
                return step.effect not in OF_THE_SCENE
            case Lettering():
                return step.across != "centre"
            case Backdrop():
                return not step.words
            case _:
                return isinstance(step, OF_THE_PIXELS)

    return any(needs_pixels(step) for step in planned.steps)


def _is_mixed(planned: EditPlan | None) -> bool:
    """“Night and a border”: the one is for the scene, the other for the pixels."""
    steps = planned.steps if planned is not None else ()
    of_scene = [isinstance(step, Tone) and step.effect in OF_THE_SCENE for step in steps]
    return any(of_scene) and not all(of_scene)


def _plainest(words: str, quotes: tuple[str, ...], refusals: Sequence[CannotDraw]) -> CannotDraw:
    """The refusal that tells most: what has no drawing, before what was not understood."""
    vague = (SUGGESTIONS, PAINT_IT, SUGGESTION)
    missing = read(without_quotes(words, quotes)).missing
    telling = [one for one in refusals if isinstance(one, AlreadySo) or one.remedy not in vague]
    if telling:
        return telling[0]
    if missing:
        return CannotDraw(f"I have no drawing for: {', '.join(missing)}.", "Name another thing, or leave it out.")
    return refusals[0] if refusals else CannotDraw(f"I cannot: {words.strip()}.", SUGGESTIONS)


def _weathered(scene: Scene, effect: Effect) -> Scene:
    """What the vocabulary of edits says of hour and weather, in languages in which that of scenes does not."""
    lights = {Effect.NIGHT: Light.NIGHT, Effect.SUNSET: Light.SUNSET}
    weathers = {Effect.FOG: Weather.FOG, Effect.RAIN: Weather.RAIN, Effect.SNOW: Weather.SNOW}
    changed = replace(scene, light=lights.get(effect, scene.light), weather=weathers.get(effect, scene.weather))
    if changed == scene:
        raise AlreadySo("The picture is like that already.", "Say what else to change.")
    return changed


def _scaled(size: Size, step: Scale) -> Size:
    factor = step.long_edge / max(size.width, size.height) if step.long_edge else step.percent / 100
    wanted = Size(round(size.width * factor / 2) * 2, round(size.height * factor / 2) * 2)
    if not legal(wanted, RULES):
        raise CannotDraw(
            f"I cannot make a picture of {wanted.width} x {wanted.height} pixels.",
            f"I can go up to {LONG_EDGE_MAX} on the longer edge.",
        )
    return wanted


def _name(step: Step) -> str:
    """What a step is called in the vocabulary of edits."""
    match step:
        case Tone():
            return step.effect.value
        case Border():
            return step.kind.value
        case Watermark():
            return "watermark"
        case Lettering():
            return "text"
        case Turn():
            return "flip" if step.mirror else "rotate"
        case _:
            return type(step).__name__.lower()
