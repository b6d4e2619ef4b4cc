"""The styles: readable, unambiguous, and few enough for a chat's menu."""

from __future__ import annotations

from core.presets import preset, presets
from core.providers.illustrator.scene import Style


def test_every_style_is_found_by_its_name_and_by_its_other_names() -> None:
    for name, style in presets().items():
        assert preset(name) is style
        assert preset(f" {name.upper()} ") is style
        for alias in style.aliases:
            assert preset(alias) is style
    assert preset("nouveau") is None


def test_no_two_styles_share_a_name() -> None:
    names = [name for style in presets().values() for name in (style.name, *style.aliases)]
    assert len(names) == len(set(names))
    assert all(name == name.casefold() and " " not in name for name in names)


def test_the_menu_fits_and_every_style_says_something() -> None:
    assert 10 <= len(presets()) <= 25
    for style in presets().values():
        assert style.words.endswith(".")
        assert style.label
        assert style.illustrator in {"night", *Style}
