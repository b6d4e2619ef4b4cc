"""What an instruction does to a scene of our own: all of it or nothing, in many languages, and never a pretence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import CannotDraw
from core.providers.illustrator.planning import scene_of
from core.providers.illustrator.reading import read
from core.providers.illustrator.revising import revise
from core.providers.illustrator.scene import Cast, Light, Scene, Setting, Style, Weather

FOX, BOAT = Cast("🦊", "fox"), Cast("⛵", "boat")


def market() -> Scene:
    return scene_of(read("a fox and a boat by the sea"), ("Market", "Friday"), None, 1)


def said(text: str, *quoted: str) -> Scene | None:
    scene = revise(market(), text, quoted, (), None, False).scene
    return scene and replace(scene, names=market().names)


NIGHT = replace(market(), light=Light.NIGHT)
CHANGES = {
    "make it night": NIGHT,
    "turn day into night, please": NIGHT,
    "改成夜晚": NIGHT,
    "夜にして": NIGHT,
    "밤으로 바꿔줘": NIGHT,
    "रात कर दो": NIGHT,
    "اجعلها في الليل": NIGHT,
    "ทำให้เป็นกลางคืน": NIGHT,
    "mach es Nacht": NIGHT,
    "hazlo de noche": NIGHT,
    "make it snow in the city": replace(market(), weather=Weather.SNOW, setting=Setting.CITY),
    "change the background to a forest": replace(market(), setting=Setting.FOREST),
    "outline style": replace(market(), style=Style.OUTLINE),
    "without the sun": replace(market(), features=("-sun",)),
    "add a boat": replace(market(), casts=(FOX, replace(BOAT, count=2))),
    "add a hat to the fox": replace(market(), casts=(replace(FOX, holds=("👒",)), BOAT)),
    "give the fox a balloon": replace(market(), casts=(replace(FOX, holds=("🎈",)), BOAT)),
    "replace the fox with a cat": replace(market(), casts=(Cast("🐈", "cat"), BOAT)),
    "make the fox a cat": replace(market(), casts=(Cast("🐈", "cat"), BOAT)),
    "remove the boat": replace(market(), casts=(FOX,)),
    "去掉船": replace(market(), casts=(FOX,)),
    "remove the fox, the boat and make it night": replace(NIGHT, casts=()),
    "another version": replace(market(), seed=2),
    "make the fox blue": replace(market(), casts=(replace(FOX, colour="blue"), BOAT)),
    "make the boat bigger": replace(market(), casts=(FOX, replace(BOAT, size="big"))),
    "make the boats red": replace(market(), casts=(FOX, replace(BOAT, colour="red"))),
    "make it three boats": replace(market(), casts=(FOX, replace(BOAT, count=3))),
    "give the fox a red balloon": replace(market(), casts=(replace(FOX, holds=("🎈",), tints=("🎈=red",)), BOAT)),
    "make the title gold": replace(market(), ink="#d4a83c"),
    "move the title to the bottom": replace(market(), text_place="bottom"),
}


@pytest.mark.parametrize("text", CHANGES)
def test_what_is_said_is_done_and_nothing_else(text: str) -> None:
    assert said(text) == CHANGES[text]


@pytest.mark.parametrize(
    ("text", "quoted", "texts"),
    [
        ("replace “Market” with “Bazaar”", ("Market", "Bazaar"), ("Bazaar", "Friday")),
        ("change the title to “Fair”", ("Fair",), ("Fair", "Friday")),
        ("add the text “Free”", ("Free",), ("Market", "Friday", "Free")),
        ("remove the text “Friday”", ("Friday",), ("Market",)),
        ("no text", (), ()),
        ("remove the title", (), ()),
        ("remove the subtitle", (), ("Market",)),
        ("translate the title into “市場”", ("市場",), ("市場", "Friday")),
    ],
)
def test_texts(text: str, quoted: tuple[str, ...], texts: tuple[str, ...]) -> None:
    scene = said(text, *quoted)
    assert scene is not None
    assert scene.texts == texts
    assert scene.casts == market().casts


@pytest.mark.parametrize(
    "text",
    [
        "move the boat to the left",
        "make it night and then make the boat louder",
        "zoom out",
        "black and white",
        "rotate it left",
        "remove the rain",
        "",
    ],
)
def test_what_no_scene_can_express_is_left_to_the_pixels(text: str) -> None:
    assert said(text) is None


def test_nothing_is_done_by_halves() -> None:
    with pytest.raises(CannotDraw, match="wristwatch"):
        said("make it night and add a wristwatch")


def test_what_is_so_already_and_what_leaves_nothing_is_refused() -> None:
    with pytest.raises(CannotDraw, match="like that already"):
        said("put it by the sea")
    bare = scene_of(read("a fox"), (), None, 1)
    with pytest.raises(CannotDraw, match="Nothing would be left"):
        revise(bare, "remove the fox", (), (), None, False)


def test_another_size_alone_is_a_change() -> None:
    assert revise(market(), "", (), (), None, True).scene == market()
