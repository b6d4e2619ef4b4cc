"""Changes a picture of ours by changing its scene (hour, weather, place, style, text, things) and drawing it anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import CannotDraw
from core.providers.illustrator.edits_colours import rgb
from core.providers.illustrator.edits_lexicon import fold
from core.providers.illustrator.edits_lexicon import tokens as edit_tokens
from core.providers.illustrator.planning import SUGGESTION, check_length, shortfalls
from core.providers.illustrator.reading import Reading, read, without_quotes
from core.providers.illustrator.recasting import ADD, REPLACE, recast
from core.providers.illustrator.scene import AT_NIGHT, Layout, Light, Scene, Setting, Style, Weather
from core.providers.illustrator.styling import chosen

REMOVE = re.compile(
    r"\b(remove|delete|erase|take away|take out|get rid of|drop|lose|hide|"
    r"entferne|supprime|enlève|quita|elimina|remova|togli)\b"
    r"|去掉|删除|移除|不要|हटाओ|हटाएं|মুছে|احذف|أزل|ลบ",
    re.IGNORECASE,
)
REMOVE_AFTER = re.compile(r"(\S+?)(?:を消して|を削除|を取り除|(?:을|를) (?:제거|지워|빼))")
APPEND = re.compile(
    r"\b(add|append|also|another line|second line|subtitle|below|underneath|extra)\b|添加|加上|追加|추가|जोड़",
    re.IGNORECASE,
)
TEXT_WORDS = re.compile(
    r"\b(text|texts|title|titles|subtitle|tagline|words|lettering|writing|caption|headline|heading|slogan|letters)\b|"
    r"文字|标题|タイトル|글자|제목|शीर्षक|শিরোনাম|عنوان|ข้อความ",
    re.IGNORECASE,
)
# Where one wish ends and the next begins; "the boat and the fox" stays one.
PART = re.compile(
    r"[,;.。，；、](?!\d)\s*|\b(?:and|then|und|et|y|e)\s+(?=(?:then\s+)?(?:add|remove|delete|erase|replace|change|make|put|set|"
    r"turn|swap|write|draw|place|give|use|let|take|hide|rename|move|crop|blur|rotate|flip|mirror|extend|sharpen|upscale|"
    r"round|tint|paint|colou?r|brighten|darken|translate|watermark|pad|zoom)\b)",
    re.IGNORECASE,
)
LISTED = re.compile(r"\s*(?:and\s+)?(?:the|all|my|any)\b", re.IGNORECASE)  # "remove the fox, the boat"
POLITE = re.compile(
    r"[\s|!]*(?:please|thanks|thank you|now|ok|okay|and|then|bitte|por favor|s'il te plaît|请|谢谢)?[\s|!]*",
    re.IGNORECASE,
)
TRANSLATE = re.compile(
    r"\b(?:translate|translation|übersetze|traduis|traduce|traduza|traduz)\b|翻译|翻訳|번역", re.IGNORECASE
)
SECOND = re.compile(r"\b(?:subtitle|second (?:line|text)|lower (?:line|text)|tagline)\b", re.IGNORECASE)
TEXT_PLACE = "|"  # what reading leaves where a quoted text was
AGAIN = re.compile(
    r"\b(again|another version|another one|different(ly)?|vary|variation|redo|reshuffle|rearrange|new composition)\b",
    re.IGNORECASE,
)
# Instructions about pixels, not about what is in the picture; the pixel editor knows them.
PIXELS = re.compile(
    r"black[- ]and[- ]white|\bb&w\b|"
    r"\b(gr[ae]yscale|sepia|blur\w*|rotat\w*|flip\w*|mirror\w*|crop\w*|extend\w*|pencil|invert\w*|"
    r"contrast|bright(er|ness)|dark(er|en)|saturat\w*|warm(er)?|cool(er)?|hue|sharpen\w*|border|vignette|pixelate\w*|grain|noise|"
    r"resize|tint)\b|黑白|模糊|旋转|翻转|裁剪|白黒|モノクロ|ぼかし|흑백|흐리게",
    re.IGNORECASE,
)


class AlreadySo(CannotDraw):
    """Nothing had to be changed."""


@dataclass(frozen=True, slots=True)
class Revised:
    """The changed scene, or None when the instruction is not about the scene at all."""

    scene: Scene | None
    remarks: tuple[str, ...] = ()


def revise(
    scene: Scene, text: str, quoted: Sequence[str], without: Sequence[str], style: str | None, reshaped: bool
) -> Revised:
    """Apply an instruction to a scene. `reshaped` tells that another size was asked for, which is a change of its own.

    Raises `CannotDraw` when a part of it names a thing for which there is no drawing: an edit by halves is none.
    """
    words = without_quotes(text, quoted)
    if PIXELS.search(words):
        return Revised(None)
    changed = _styled(scene, style)
    removing = False
    parts = PART.split(words)
    for at, part in enumerate(parts):
        named = TEXT_PLACE in part or (at == len(parts) - 1 and TEXT_PLACE not in words)
        removing = REMOVE.search(part) is not None or (removing and LISTED.match(part) is not None)
        after = _step(changed, part, quoted if named else (), without, removing)
        if after is None:
            return Revised(None)
        changed = after
    if scene.parts:
        changed = replace(changed, parts=_in_each_panel(scene.parts, text, without, style))
    check_length(changed.texts)
    if changed == scene and not reshaped:
        if not words.strip(" |"):
            return Revised(None)
        raise AlreadySo("The picture is like that already.", "Say what else to change.")
    some = changed.casts or changed.texts or changed.features or changed.entries
    if not some and changed.setting is Setting.PLAIN:
        raise CannotDraw("Nothing would be left in the picture.", "Say what to put in its place.")
    return Revised(changed)


def _in_each_panel(panels: Sequence[Scene], text: str, without: Sequence[str], style: str | None) -> tuple[Scene, ...]:
    """The same wish in every panel of a sheet; a panel that it says nothing about stays as it was."""
    changed: list[Scene] = []
    for panel in panels:
        try:
            changed.append(revise(panel, text, (), without, style, True).scene or panel)
        except CannotDraw:
            changed.append(panel)
    return tuple(changed)


def _step(scene: Scene, part: str, quoted: Sequence[str], without: Sequence[str], removing: bool) -> Scene | None:
    """One wish of several: "remove the boat", "and replace the fox with a cat". None: it means nothing to a scene."""
    if TRANSLATE.search(part) and not quoted:
        raise CannotDraw("I cannot translate.", "Say the words: change the title to “…”.")
    told = REMOVE.sub(" without ", REMOVE_AFTER.sub(r" without \1 ", TRANSLATE.sub(" change ", part)))
    if removing and not REMOVE.search(part):
        told = f"without {told}"
    reading = read(told, (), without)
    changed = recast(_atmosphere(scene, _aim(told, reading)), reading, part)
    changed = _lettered(_texts(changed, part, quoted, reading), part, quoted)
    if AGAIN.search(part):
        changed = replace(changed, seed=changed.seed + 1)
    unmet = shortfalls(reading)
    if unmet and (changed != scene or ADD.search(part)):
        raise CannotDraw(" ".join(unmet), SUGGESTION)
    atmosphere = (
        reading.light or reading.weather or reading.setting or reading.style or reading.features or reading.season
    )
    understood = changed != scene or (atmosphere and not reading.casts) or POLITE.fullmatch(part)
    return changed if understood and not unmet else None


def _aim(told: str, reading: Reading) -> Reading:
    """Of "turn day into night" only what is after the preposition is wanted."""
    match = REPLACE.search(told)
    aim = read(told[match.end() :]) if match else reading
    return aim if aim.light or aim.weather or aim.setting else reading


def _styled(scene: Scene, style: str | None) -> Scene:
    preset = chosen(style)
    if preset.shortfall:
        raise CannotDraw(preset.shortfall.partition(";")[0] + ".", "Try the styles flat, outline, duotone or night.")
    return replace(scene, style=preset.style or scene.style, light=preset.light or scene.light)


def _atmosphere(scene: Scene, reading: Reading) -> Scene:
    unwanted = [f"-{name}" for name in reading.excluded if name.isascii()]
    kept = [name for name in scene.features if f"-{name}" not in unwanted and name.lstrip("-") not in reading.features]
    setting = Setting(reading.setting) if reading.setting else scene.setting
    weather = Weather(reading.weather) if reading.weather else scene.weather
    outdoors = setting is Setting.PLAIN and (reading.light or reading.weather or reading.features)
    light = Light(reading.light) if reading.light else scene.light
    if not reading.light and AT_NIGHT & set(reading.features):
        light = Light.NIGHT
    return replace(
        scene,
        light=light,
        weather=Weather.CLEAR if reading.no_weather and reading.no_weather == weather else weather,
        setting=Setting.HILLS if outdoors and not scene.casts else setting,
        style=Style(reading.style or scene.style),
        season=reading.season or scene.season,
        features=tuple(dict.fromkeys([*kept, *reading.features, *unwanted])),
        layout=Layout(reading.layout) if reading.layout and scene.layout is not Layout.PANEL else scene.layout,
    )


def _lettered(scene: Scene, words: str, quoted: Sequence[str]) -> Scene:
    """The colour and the place of the texts: "in gold", "move the title to the bottom"."""
    if not scene.texts or not (quoted or TEXT_WORDS.search(words)):
        return scene
    said = list(edit_tokens(fold(words.replace(TEXT_PLACE, " "))))
    colour = next((value for token in said if (value := token.value("colours"))), "")
    place = next((value for token in said if (value := token.value("places")) in ("top", "bottom")), "")
    ink = "#" + bytes(rgb(colour)).hex() if colour else scene.ink
    return replace(scene, ink=ink, text_place=place or scene.text_place)


def _texts(scene: Scene, words: str, quoted: Sequence[str], reading: Reading) -> Scene:
    texts = list(scene.texts)
    gone = not quoted and (reading.no_text or (REMOVE.search(words) and TEXT_WORDS.search(words)))
    if gone and SECOND.search(words) and len(texts) > 1:
        return replace(scene, texts=(texts[0], *texts[2:]))
    if gone:
        return replace(
            scene, texts=(), caption="", layout=scene.layout if scene.layout is Layout.PANEL else Layout.SCENE
        )
    if not quoted:
        return scene
    if reading.no_text or (REMOVE.search(words) and all(text in texts for text in quoted)):
        return replace(scene, texts=tuple(text for text in texts if text not in quoted))
    if len(quoted) >= 2 and quoted[0] in texts:
        texts[texts.index(quoted[0])] = quoted[1]
    elif APPEND.search(words) and texts:
        texts += [text for text in quoted if text not in texts]
    else:
        texts = [*quoted, *texts[len(quoted) :]]
    layout = Layout.POSTER if scene.layout is Layout.SCENE else scene.layout
    if layout is Layout.PANEL:
        return replace(scene, caption=" ".join(quoted))
    return replace(scene, texts=tuple(texts), layout=layout)
