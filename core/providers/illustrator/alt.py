"""Says in words what a picture shows, for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from core.providers.illustrator.layouts.table import LAYOUTS
from core.providers.illustrator.layouts.typographic import is_bare
from core.providers.illustrator.scene import INDOORS, Cast, Layout, Light, Scene, Setting, Style, Weather

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
    Setting.FARM: "on a farm",
    Setting.VILLAGE: "in a village street",
    Setting.GARDEN: "in a garden",
    Setting.MARKET: "at a market",
    Setting.STAGE: "on a stage",
    Setting.KITCHEN: "in a kitchen",
    Setting.OFFICE: "in an office",
    Setting.CLASSROOM: "in a classroom",
    Setting.STATION: "in a space station",
}
HOURS = {Light.DAY: "", Light.SUNSET: "at sunset", Light.DAWN: "at dawn", Light.NIGHT: "under a night sky"}
WEATHERS = {Weather.CLEAR: "", Weather.RAIN: "in the rain", Weather.SNOW: "in the snow", Weather.FOG: "in fog"}
STYLES = {
    Style.FLAT: "",
    Style.OUTLINE: "Drawn in outline.",
    Style.DUOTONE: "Printed in two colours.",
    Style.PASTEL: "In pastel colours.",
    Style.VINTAGE: "In faded colours.",
    Style.PAPERCUT: "Cut from paper.",
    Style.BLUEPRINT: "Drawn as a blueprint.",
    Style.PIXEL: "In large pixels.",
    Style.CHALK: "Drawn with chalk on a blackboard.",
    Style.WATERCOLOUR: "Painted as in watercolour.",
    Style.OIL: "Painted as in oil.",
}
RELATIONS = {
    "on": "on",
    "in": "in",
    "under": "under",
    "behind": "behind",
    "before": "in front of",
    "above": "above",
    "beside": "beside",
}
EXTRAS = {"rainbow": "a rainbow", "fireworks": "fireworks"}
PRINTED = frozenset({"Poster", "Banner", "Blog cover"})  # without a text they are pictures like others
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def alt_text(scene: Scene) -> str:
    """One or two sentences: kind, title, things, place, hour, weather, style."""
    opening = _panels(scene) if scene.parts else _opening(scene, _shown(scene))
    return " ".join(part for part in (opening, STYLES[scene.style]) if part)


def _shown(scene: Scene) -> str:
    """Things, place, hour and weather."""
    things = _things(scene)
    extras = _listed([EXTRAS[name] for name in scene.features if name in EXTRAS])
    if scene.transparent:
        return f"{things} on a transparent background"
    if LAYOUTS[scene.layout].placed or not scene.casts:
        weather = WEATHERS[scene.weather] if _outdoors(scene) else ""
        where = " ".join(part for part in (PLACES[scene.setting], _hour(scene), weather) if part)
    else:
        where = ""
    return " ".join(part for part in (_listed([p for p in (things, extras) if p]) or "a view", where) if part)


def _opening(scene: Scene, shown: str) -> str:
    if scene.layout is Layout.PANEL:
        caption = f" Caption: “{scene.caption}”" if scene.caption else ""
        return f"Panel {scene.panel} of {scene.panels}: {shown}.{caption}"
    kind = LAYOUTS[scene.layout].label
    if told := LAYOUTS[scene.layout].describe(scene):
        return f"{kind} titled {_quoted(scene.texts[:2])}: {told}." if scene.texts else f"{kind}: {told}."
    if scene.texts:
        lines = f" Further text: {_quoted(scene.texts[1:])}." if scene.texts[1:] else ""
        bare = is_bare(scene) and scene.layout in (Layout.POSTER, Layout.BANNER, Layout.LOGO)
        return f"{kind or 'Poster'} titled “{scene.texts[0]}”{'' if bare else f': {shown}'}.{lines}"
    return f"{kind if kind and kind not in PRINTED else 'Illustration'}: {shown}."


def _panels(scene: Scene) -> str:
    """What is seen, told and said in each panel."""
    title = f" titled “{scene.texts[0]}”" if scene.texts else ""
    parts = []
    for part in scene.parts:
        told = f" Caption: “{part.caption}”" if part.caption else ""
        said = f" Said: {_quoted(part.texts)}." if part.texts else ""
        parts.append(f"{part.panel}. {_shown(part)}.{told}{said}")
    return f"{LAYOUTS[scene.layout].label} of {len(parts)} panels{title}: {' '.join(parts)}"


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)


def _outdoors(scene: Scene) -> bool:
    return scene.setting not in INDOORS | {Setting.SPACE, Setting.UNDERWATER}


def _hour(scene: Scene) -> str:
    if scene.setting in INDOORS and scene.light is Light.NIGHT:
        return "at night"
    return "" if scene.setting in (Setting.SPACE, Setting.UNDERWATER) else HOURS[scene.light]


def _things(scene: Scene) -> str:
    """All that is there; what others are on, under or behind is named with the first of them."""
    told: set[str] = set()
    parts: list[str] = []
    for cast in scene.casts:
        if any(_target(other, scene) is cast for other in scene.casts):
            continue
        text, last = _thing(cast, scene), cast
        while (target := _target(last, scene)) is not None:
            again = target.drawing in told
            text += f" {RELATIONS[last.relation]} {f'the {target.name}' if again else _thing(target, scene)}"
            if again:
                break
            told.add(target.drawing)
            last = target
        parts.append(text)
    return _listed(parts)


def _target(cast: Cast, scene: Scene) -> Cast | None:
    if cast.relation not in RELATIONS:
        return None
    return next((other for other in scene.casts if other.drawing == cast.to and other is not cast), None)


def _thing(cast: Cast, scene: Scene) -> str:
    names = dict(pair.split("=", 1) for pair in scene.names)
    tints = dict(pair.split("=", 1) for pair in cast.tints)

    def described(drawing: str) -> str:
        return f"{tints.get(drawing, '')} {names.get(drawing, 'something')}".strip()

    look = " ".join(word for word in (cast.size, cast.colour) if word and word not in cast.name.split())
    text = _counted(f"{look} {cast.name}" if look else cast.name, cast.count)
    if cast.mount:
        text += f" on {_counted(described(cast.mount), 1)}"
    if cast.holds:
        text += f" with {_listed([_counted(described(held), 1) for held in cast.holds])}"
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
