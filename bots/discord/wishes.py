"""A slash command on Discord as a wish: its options, and the files and pictures that stand in them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bots.discord.commands import PICTURE, PICTURES, Parsed
from core.conversation import wishes
from core.conversation.wishes import Wish
from core.errors import NoSource
from core.model import ImageRef, Operation

MASK: Final = "mask"


def wish_of(parsed: Parsed) -> Wish:
    """The command without its pictures. Raises a `Refused` for options that cannot be."""
    return wishes.wish_of(parsed.command, {name: value for name, value in parsed.options.items() if name != PICTURE})


def with_files(wish: Wish, files: Mapping[str, ImageRef], *, found: bool = False) -> Wish:
    """The wish with what was put into its options. `found`: one of Easel's own is meant, too.

    Raises `NoSource` for an edit that has only things to look at.
    """
    image, *others = (files.get(name) for name in PICTURES)
    further = tuple(each for each in others if each is not None)
    if wish.operation is Operation.EDIT and further and image is None and not found:
        raise NoSource(
            "You gave pictures to look at, and none to change.",
            f"Put the one to change into “image”, or find it with “{PICTURE}”.",
        )
    return replace(wish, image=image, further=further, mask=files.get(MASK))
