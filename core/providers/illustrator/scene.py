"""What a picture holds, apart from its pixels: the values between reading the words and drawing, and their stored form.

A scene travels with its picture as `provider_state`, so that "make it night" changes the scene and draws it anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

STATE_VERSION = 1


class Layout(StrEnum):
    """How picture and text share the sheet. Each has its row in `layouts/table.py`."""

    SCENE = "scene"
    POSTER = "poster"
    BANNER = "banner"
    COVER = "cover"  # of a blog's article
    THUMBNAIL = "thumbnail"  # of a video
    CAROUSEL = "carousel"
    LOGO = "logo"
    MENU = "menu"
    PRODUCT = "product"  # alone on white
    LIFESTYLE = "lifestyle"  # a product where it is used
    INFOGRAPHIC = "infographic"
    DIAGRAM = "diagram"
    MOCKUP = "mockup"
    CARD = "card"
    COMIC = "comic"
    STORYBOARD = "storyboard"  # its panels on one sheet
    PANEL = "panel"  # one panel of a storyboard, as a picture of its own
    ICONS = "icons"


class Setting(StrEnum):
    """Where it takes place. PLAIN is a sheet of colour: a picture of a thing, or of nothing but text."""

    PLAIN = "plain"
    SEA = "sea"
    CITY = "city"
    FOREST = "forest"
    HILLS = "hills"
    MOUNTAINS = "mountains"
    DESERT = "desert"
    SPACE = "space"
    ROOM = "room"
    UNDERWATER = "underwater"
    FARM = "farm"
    VILLAGE = "village"
    GARDEN = "garden"
    MARKET = "market"
    STAGE = "stage"
    KITCHEN = "kitchen"
    OFFICE = "office"
    CLASSROOM = "classroom"
    STATION = "station"


class Light(StrEnum):
    """The time of day."""

    DAY = "day"
    SUNSET = "sunset"
    DAWN = "dawn"
    NIGHT = "night"


class Weather(StrEnum):
    """What falls from the sky."""

    CLEAR = "clear"
    RAIN = "rain"
    SNOW = "snow"
    FOG = "fog"


class Style(StrEnum):
    """How it is drawn."""

    FLAT = "flat"
    OUTLINE = "outline"
    DUOTONE = "duotone"
    PASTEL = "pastel"
    VINTAGE = "vintage"
    PAPERCUT = "papercut"
    BLUEPRINT = "blueprint"
    PIXEL = "pixel"
    CHALK = "chalk"
    WATERCOLOUR = "watercolour"
    OIL = "oil"


# Under a roof: no weather, and nothing in the sky.
INDOORS = frozenset({Setting.ROOM, Setting.KITCHEN, Setting.OFFICE, Setting.CLASSROOM, Setting.STAGE, Setting.STATION})
AT_NIGHT = frozenset({"moon", "stars", "fireworks"})  # features that ask for a night unless another hour is named


@dataclass(frozen=True, slots=True)
class Cast:
    """Something in the picture: which drawing, how often, what it holds and what it sits on (drawings, too)."""

    drawing: str  # an emoji: the key of its illustration
    name: str
    count: int = 1
    holds: tuple[str, ...] = ()
    mount: str = ""
    colour: str = ""  # a name of colours.toml; "" leaves the drawing as it is
    size: str = ""  # "tiny", "small", "big" or "huge"; "" is its usual size
    relation: str = ""  # "on", "in", "under", "behind", "before", "beside" or "above", with `to`
    to: str = ""  # the drawing of the cast that it stands in this relation to
    tints: tuple[str, ...] = ()  # colours of what it holds or sits on, "🚗=red"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list that the words hold: a line of a menu, a box of a diagram, a part of a mockup."""

    text: str
    detail: str = ""  # a price, a number, a second line
    kind: str = ""  # what the layout takes it for
    drawing: str = ""
    to: tuple[int, ...] = ()  # the entries that it leads to, from 0


@dataclass(frozen=True, slots=True)
class Scene:
    """All that decides a picture, with its size. The same scene and size give the same bytes."""

    layout: Layout
    setting: Setting
    light: Light
    weather: Weather
    style: Style
    features: tuple[str, ...]  # "moon", "sun", "stars", "clouds", "rainbow"; "-moon" where none is wanted
    casts: tuple[Cast, ...]
    texts: tuple[str, ...]
    seed: int
    names: tuple[str, ...] = ()  # what the drawings that are held or sat on are called, "🎈=balloon"
    caption: str = ""
    panel: int = 0  # a storyboard's panel, from 1
    panels: int = 0
    transparent: bool = False
    season: str = ""  # "spring", "summer" or "autumn"; winter is its snow
    parts: tuple[Scene, ...] = ()  # a comic's or storyboard's panels
    entries: tuple[Entry, ...] = ()
    ink: str = ""  # the texts' colour where it can be read, "#rrggbb"; "" leaves it to the palette
    text_place: str = ""  # "top" or "bottom" where somebody asked for it


def to_state(scene: Scene) -> str:
    """The scene as compact JSON."""
    return json.dumps({"v": STATE_VERSION, **asdict(scene)}, ensure_ascii=False, separators=(",", ":"))


def from_state(state: str) -> Scene | None:
    """The scene in a picture's state; None when there is none that this version reads (an older or foreign picture)."""
    try:
        fields = json.loads(state) if state else None
        if not isinstance(fields, dict) or fields.pop("v", None) != STATE_VERSION:
            return None
        return _scene(fields)
    except (ValueError, TypeError, KeyError):
        return None


def _scene(fields: dict[str, Any]) -> Scene:
    listed = ("holds", "tints")
    fields["casts"] = tuple(
        Cast(**cast | {name: tuple(cast.get(name, ())) for name in listed}) for cast in fields["casts"]
    )
    for name in ("features", "texts", "names"):
        fields[name] = tuple(fields[name])
    fields["parts"] = tuple(_scene(part) for part in fields.get("parts", ()))
    fields["entries"] = tuple(Entry(**{**entry, "to": tuple(entry["to"])}) for entry in fields.get("entries", ()))
    fields["layout"] = Layout(fields["layout"])
    fields["setting"] = Setting(fields["setting"])
    fields["light"] = Light(fields["light"])
    fields["weather"] = Weather(fields["weather"])
    fields["style"] = Style(fields["style"])
    return Scene(**fields)
