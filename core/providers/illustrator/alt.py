"""Says in words what a picture shows, for those who do not see it."""

from __future__ import annotations

from core.providers.illustrator.layouts.table import LAYOUTS
from core.providers.illustrator.scene import Cast, Layout, Light, Scene, Setting, Style, Weather

PLACES = {
    Setting.PLAIN: "",
    Setting.SEA: "by the sea",
    Setting.CITY: "in a city street",
    Setting.FOREST: "in a forest",
    Setting.HILLS: "among green hills",
    Setting.MOUNTAINS: "before snowy mountains",
    Setting.DESERT: "in a desert",
    Setting.SPACE: "in space",
    Setting.ROOM: "in a room",
    Setting.UNDERWATER: "under water",
}
HOURS = {Light.DAY: "", Light.SUNSET: "at sunset", Light.DAWN: "at dawn", Light.NIGHT: "under a night sky"}
WEATHERS = {Weather.CLEAR: "", Weather.RAIN: "in the rain", Weather.SNOW: "in the snow", Weather.FOG: "in fog"}
STYLES = {
    Style.FLAT: "",
    Style.OUTLINE: "Drawn in outline.",
    Style.DUOTONE: "Printed in two colours.",
    Style.PASTEL: "In pastel colours.",
    Style.VINTAGE: "In faded colours.",
}
EXTRAS = {"rainbow": "a rainbow", "fireworks": "fireworks"}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def alt_text(scene: Scene) -> str:
    """One or two sentences: kind, title, things, place, hour, weather, style."""
    things = _listed([_thing(cast, scene) for cast in scene.casts])
    extras = _listed([EXTRAS[name] for name in scene.features if name in EXTRAS])
    where = " ".join(
        part
        for part in (PLACES[scene.setting], _hour(scene), WEATHERS[scene.weather] if _outdoors(scene) else "")
        if part
    )
    shown = " ".join(part for part in (_listed([p for p in (things, extras) if p]) or "a view", where) if part)
    if scene.transparent:
        shown = f"{things} on a transparent background"
    return " ".join(part for part in (_opening(scene, shown), STYLES[scene.style]) if part)


def _opening(scene: Scene, shown: str) -> str:
    if scene.layout is Layout.PANEL:
        caption = f" Caption: “{scene.caption}”" if scene.caption else ""
        return f"Panel {scene.panel} of {scene.panels}: {shown}.{caption}"
    if scene.texts:
        kind = LAYOUTS[scene.layout].label or "Poster"
        lines = f" Further text: {', '.join(f'“{text}”' for text in scene.texts[1:])}." if scene.texts[1:] else ""
        return f"{kind} titled “{scene.texts[0]}”: {shown}.{lines}"
    return f"Illustration: {shown}."


def _outdoors(scene: Scene) -> bool:
    return scene.setting not in (Setting.ROOM, Setting.SPACE, Setting.UNDERWATER)


def _hour(scene: Scene) -> str:
    if scene.setting is Setting.ROOM and scene.light is Light.NIGHT:
        return "at night"
    return "" if scene.setting in (Setting.SPACE, Setting.UNDERWATER) else HOURS[scene.light]


def _thing(cast: Cast, scene: Scene) -> str:
    names = dict(pair.split("=", 1) for pair in scene.names)
    text = _counted(cast.name, cast.count)
    if cast.mount:
        text += f" on {_counted(names.get(cast.mount, 'something'), 1)}"
    if cast.holds:
        text += f" with {_listed([_counted(names.get(held, 'something'), 1) for held in cast.holds])}"
    return text


def _counted(name: str, count: int) -> str:
    if not name.isascii():
        return name if count == 1 else f"{name} ({count})"
    if count > 1:
        return f"{NUMBERS[min(count, 12)]} {name if name.endswith('s') else name + 's'}"
    if name.endswith("s") and not name.endswith(("us", "ss")):
        return name
    vowel = name[:1] in "aeiou" and not name.startswith(("uni", "eu", "one", "use"))
    return f"{'an' if vowel else 'a'} {name}"


def _listed(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
