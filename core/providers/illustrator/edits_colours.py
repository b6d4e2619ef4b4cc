"""The colours that have names in an edit."""

from __future__ import annotations

from PIL import Image

COLOURS: dict[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "black": (16, 16, 18),
    "grey": (128, 128, 132),
    "red": (214, 40, 40),
    "orange": (240, 130, 30),
    "yellow": (250, 208, 44),
    "green": (46, 152, 70),
    "teal": (20, 160, 160),
    "blue": (38, 98, 210),
    "purple": (128, 62, 180),
    "pink": (240, 110, 170),
    "brown": (122, 78, 44),
    "gold": (212, 168, 60),
    "silver": (192, 196, 204),
    "navy": (24, 40, 92),
    "light_blue": (142, 202, 240),
    "light_green": (158, 222, 158),
    "dark_green": (22, 84, 48),
    "dark_red": (132, 24, 40),
    "light_grey": (214, 216, 220),
    "dark_grey": (66, 68, 74),
    "cream": (245, 234, 208),
    "magenta": (212, 36, 150),
    "lavender": (186, 164, 226),
    "coral": (248, 124, 98),
}


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour's name, or of "#rrggbb" or "#rgb"."""
    if not colour.startswith("#"):
        return COLOURS[colour]
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def spoken(colour: str) -> str:
    """The colour as a person says it."""
    return colour.replace("_", " ")


def flat(size: tuple[int, int], colour: str) -> Image.Image:
    """One colour."""
    return Image.new("RGB", size, rgb(colour))
