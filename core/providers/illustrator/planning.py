"""From an order's words to scenes: what was read, completed by what suits it, and what the person has to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import CannotDraw
from core.model import Background
from core.ports import GenerateOrder
from core.providers.illustrator.figures import figures
from core.providers.illustrator.layouts.choosing import advice, asked_for, of_preset
from core.providers.illustrator.layouts.form import Prompt
from core.providers.illustrator.layouts.table import LAYOUTS
from core.providers.illustrator.reading import Reading, read, without_quotes
from core.providers.illustrator.scene import AT_NIGHT, Layout, Light, Scene, Setting, Style, Weather
from core.providers.illustrator.story import panels
from core.providers.illustrator.styling import Chosen, chosen
from core.providers.illustrator.words import tokens

TEXT_MOST = 1200  # characters; more would be set too small to read, and slowly
SUGGESTION = (
    "Name a thing and a place, such as “a fox in a boat on the sea at night”, "
    "or put a text for a poster in quotation marks."
)
SPACE_FARERS = frozenset({"🧑‍🚀", "👩‍🚀", "👨‍🚀", "🚀", "🛸", "👽", "👾", "🪐", "🛰️", "☄️"})


@dataclass(frozen=True, slots=True)
class Planned:
    """The scenes to draw. `complete` is false when a wish could not be met; then nothing is charged."""

    scenes: tuple[Scene, ...]
    remarks: tuple[str, ...]
    complete: bool


def plan_order(order: GenerateOrder) -> Planned:
    """Plan what an order asks for. Raises `CannotDraw` when there is nothing in it that could be drawn."""
    layout = _layout_of(order)
    taken = LAYOUTS[layout].take(order.text, order.quoted)
    reading = read(taken.text, order.quoted, order.without)
    texts = () if reading.no_text else tuple(order.quoted if taken.texts is None else taken.texts)
    check_length((*texts, *(f"{entry.text}{entry.detail}" for entry in taken.entries)))
    if not reading.says_something and not texts and not taken.entries:
        raise CannotDraw(taken.lacking, taken.advice) if taken.lacking else nothing_to_draw(reading, layout)
    transparent = order.background is Background.TRANSPARENT
    if transparent and not reading.casts:
        raise CannotDraw("A picture without a background needs something in it.", SUGGESTION)
    scene = scene_of(reading, texts, order.style, order.seed)
    scene = replace(scene, layout=_settled(layout, scene), transparent=transparent, entries=taken.entries)
    remarks = [*([f"{taken.lacking} {taken.advice}".strip()] if taken.lacking else []), *shortfalls(reading)]
    if chosen(order.style).shortfall:
        remarks.append(chosen(order.style).shortfall)
    if order.references:
        remarks.append("I cannot draw from reference pictures; I drew from your words alone.")
    if transparent and texts:
        remarks.append("Without a background I set no text.")
    if order.panels:
        scenes = panels(scene, order.text, order.count, order.without)
    else:
        prompt = Prompt(order.text, tuple(order.quoted), order.without, order.count)
        scenes = LAYOUTS[scene.layout].plan(scene, prompt)
    notes = (taken.note,) if taken.note and order.count == 1 else ()
    return Planned(scenes, (*remarks, *notes), not remarks)


def check_length(texts: Sequence[str]) -> None:
    """Refuse a text that nobody could read in one picture."""
    length = sum(len(text) for text in texts)
    if length > TEXT_MOST:
        raise CannotDraw(f"The text for the picture has {length:,} characters.", f"Use at most {TEXT_MOST:,}.")


def nothing_to_draw(reading: Reading, layout: Layout) -> CannotDraw:
    """The refusal for words in which nothing was found, naming them where they name something."""
    unknown = reading.missing or reading.unread
    how = advice(layout) or SUGGESTION
    if unknown:
        return CannotDraw(f"I have no drawing for: {', '.join(unknown)}.", how)
    return CannotDraw("I found nothing in these words that I can draw.", how)


def shortfalls(reading: Reading) -> tuple[str, ...]:
    """What was asked for and cannot be in the picture, as sentences."""
    remarks: list[str] = []
    if reading.missing:
        remarks.append(f"I have no drawing for: {', '.join(reading.missing)}.")
    if reading.unread:
        remarks.append(f"I did not understand: {', '.join(reading.unread)}.")
    return (*remarks, *reading.remarks)


def scene_of(reading: Reading, texts: Sequence[str], style: str | None, seed: int) -> Scene:
    """A whole scene from a reading: what was left open is chosen to suit the rest."""
    preset = chosen(style)
    setting = Setting(reading.setting) if reading.setting else _setting(reading)
    unwanted = tuple(f"-{name}" for name in reading.excluded if name.isascii())
    return Scene(
        layout=_layout(reading, texts),
        setting=setting,
        light=_light(reading, preset, setting),
        weather=Weather(reading.weather) if reading.weather else Weather.CLEAR,
        style=Style(reading.style) if reading.style else preset.style or Style.FLAT,
        features=(*reading.features, *unwanted),
        casts=reading.casts,
        texts=tuple(texts),
        seed=seed,
        names=reading.names,
        season=reading.season,
    )


def _layout(reading: Reading, texts: Sequence[str]) -> Layout:
    """What was asked for; a text makes a scene a poster."""
    asked = Layout(reading.layout) if reading.layout else Layout.SCENE
    return Layout.POSTER if asked is Layout.SCENE and texts else asked


def _layout_of(order: GenerateOrder) -> Layout:
    """The layout of an order's words, or of its style: known before its words are read for anything else."""
    asked = asked_for(tokens(without_quotes(order.text, order.quoted))[0]) or of_preset(order.style)
    return Layout(asked) if asked else Layout.SCENE


def _settled(layout: Layout, scene: Scene) -> Layout:
    return scene.layout if layout is Layout.SCENE else layout


def _setting(reading: Reading) -> Setting:
    """Where it takes place when nobody says: at home in its element, outdoors in any weather, else on a plain sheet."""
    drawings = [cast.mount or cast.drawing for cast in reading.casts]
    if drawings and all(drawing in figures().water for drawing in drawings):
        return Setting.SEA
    if any(drawing in SPACE_FARERS for drawing in drawings):
        return Setting.SPACE
    outdoors = reading.light or reading.weather or reading.features or reading.season
    return Setting.HILLS if outdoors else Setting.PLAIN


def _light(reading: Reading, preset: Chosen, setting: Setting) -> Light:
    if reading.light:
        return Light(reading.light)
    if preset.light is not None:
        return preset.light
    if setting is Setting.SPACE or AT_NIGHT & set(reading.features):
        return Light.NIGHT
    return Light.DAY
