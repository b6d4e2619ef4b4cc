"""Styles that have a name: what `--style poster` means to a model that reads words, and to the embedded illustrator.

The presets themselves are data (`catalog/presets.toml`); this module reads them once and answers by name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Preset:
    """One style. `words` is a sentence to add to a prompt; `illustrator` is the embedded illustrator's keyword."""

    name: str
    label: str
    aliases: tuple[str, ...]
    words: str
    illustrator: str


@cache
def presets() -> Mapping[str, Preset]:
    """All styles by their names, in the order of the menus."""
    text = resources.files("core").joinpath("catalog", "presets.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["presets"]
    return MappingProxyType({row["name"]: Preset(**{**row, "aliases": tuple(row["aliases"])}) for row in rows})


def preset(name: str) -> Preset | None:
    """The style of this name or alias, in any case; `None` when there is none."""
    return _by_any_name().get(name.strip().casefold())


def style_words(name: str | None, own: str = "") -> str:
    """What a style adds to a prompt: its `own` words where it is a workspace's, the preset's else; "" for no style."""
    if own or not name:
        return own
    known = preset(name)
    return "" if known is None else known.words


@cache
def _by_any_name() -> Mapping[str, Preset]:
    return MappingProxyType({name: style for style in presets().values() for name in (*style.aliases, style.name)})
