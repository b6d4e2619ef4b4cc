"""The command table: what the platforms need of it, and that forms, flags and help say the same."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum

import pytest

from core.commands import COMMANDS, FLAGS, Command, Does, Flag, Kind, Option, Takes, options_from
from core.errors import BadFlagValue
from core.help import help_text
from core.model import Background, Mode, Options, OutputFormat, Quality, Ratio, Resolution
from core.options import SETTINGS
from core.presets import presets
from core.prompt import parse

BY_NAME = {command.name: command for command in COMMANDS}
ALL_OPTIONS = [(command, option) for command in COMMANDS for option in command.options]
DRAWING = [(command, option) for command, option in ALL_OPTIONS if command.does not in (Does.USAGE, Does.PRIVACY)]


def option(command: str, name: str) -> Option:
    return next(one for one in BY_NAME[command].options if one.name == name)


def test_the_commands_of_the_table() -> None:
    drawing, telling = ["imagine", "edit", "storyboard"], ["history", "image", "character"]
    assert list(BY_NAME) == [*drawing, *telling, "usage", "easel", "quota", "privacy", "help"]
    assert {command.does for command in COMMANDS} == set(Does)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_is_one_that_discord_takes(command: Command) -> None:
    # Discord, Application Commands, "Application Command Structure" and "Option Structure".
    names = [one.name for one in command.options]
    assert len(names) == len(set(names)) <= 25
    for name in (command.name, *names):
        assert re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", name)
    for summary in (command.summary, *(one.summary for one in command.options)):
        assert 1 <= len(summary) <= 100
    required = [one.required for one in command.options]
    assert required == sorted(required, reverse=True)
    for one in command.options:
        assert len(one.choices) <= 25
        assert bool(one.choices) == (one.kind is Kind.CHOICE)
        assert (one.minimum is None) == (one.maximum is None) == (one.kind is not Kind.INTEGER)
        assert all(1 <= len(choice.label) <= 100 for choice in one.choices)


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("resolution", Resolution),
        ("quality", Quality),
        ("format", OutputFormat),
        ("background", Background),
        ("mode", Mode),
    ],
)
def test_menus_offer_all_that_the_model_of_values_knows(name: str, members: type[StrEnum]) -> None:
    for command in ("imagine", "edit"):
        assert [choice.value for choice in option(command, name).choices] == [member.value for member in members]
    assert [choice.value for choice in option("imagine", "style").choices] == list(presets())


@pytest.mark.parametrize(("command", "one"), DRAWING, ids=lambda part: part.name)
def test_every_choice_and_bound_of_a_menu_is_accepted(command: Command, one: Option) -> None:
    for choice in one.choices:
        assert options_from({one.name: choice.value}) != Options()
    if one.minimum is not None and one.maximum is not None:
        for value in (one.minimum, one.maximum):
            assert options_from({one.name: value}) == Options(count=value)
        for value in (one.minimum - 1, one.maximum + 1):
            with pytest.raises(BadFlagValue, match=f"{one.name} cannot be “{value}”.*from {one.minimum}"):
                options_from({one.name: value})
    if one.kind in (Kind.TEXT, Kind.IMAGE, Kind.IMAGES) and one.name not in SETTINGS:
        assert options_from({one.name: "anything at all"}) == Options()


def test_a_whole_form() -> None:
    chosen = options_from(
        {
            "prompt": "a cat --ar 9:9:9",
            "ratio": "16:9",
            "resolution": "2k",
            "quality": "high",
            "count": 4,
            "style": "poster",
            "format": "webp",
            "background": "transparent",
            "mode": "thinking",
            "private": True,
            "references": None,
        }
    )
    assert chosen == Options(
        ratio=Ratio(16, 9),
        resolution=Resolution.TWO_K,
        quality=Quality.HIGH,
        count=4,
        style="poster",
        format=OutputFormat.WEBP,
        background=Background.TRANSPARENT,
        mode=Mode.THINKING,
        private=True,
    )
    assert options_from({"ratio": None, "style": "", "private": False}) == Options(private=False)


def test_a_form_may_say_any_ratio_and_a_number_as_text() -> None:
    assert options_from({"ratio": "7:3", "count": "3"}) == Options(ratio=Ratio(7, 3), count=3)


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("quality", "best", "auto, low, medium, high, xhigh or max"),
        ("ratio", "wider", "a ratio such as 3:2"),
        ("count", True, "a whole number from 1 to 10"),
        ("panels", 1, "a whole number from 2 to 8"),
        ("style", "art nouveau", "flat, outline, poster"),
        ("colour", "red", "There are ratio, resolution"),
    ],
)
def test_a_wrong_value_names_the_option_and_what_it_accepts(name: str, value: str | int, accepted: str) -> None:
    with pytest.raises(BadFlagValue) as refused:
        options_from({name: value})
    assert name in refused.value.what
    assert accepted in refused.value.remedy


@pytest.mark.parametrize("one", FLAGS, ids=lambda flag: flag.name)
def test_every_flag_works_as_its_help_writes_it(one: Flag) -> None:
    said = parse(f"a cat {one.example}")
    assert said.text == "a cat"
    assert said.options != Options()
    for alias in one.aliases:
        value = "" if one.takes is Takes.NOTHING else f" {SETTINGS[one.sets].example}"
        assert parse(f"a cat --{alias}{value}") == said


def test_flags_and_aliases_are_told_apart() -> None:
    names = [name for flag in FLAGS for name in (flag.name, *flag.aliases)]
    assert len(names) == len(set(names))


def test_every_field_of_the_options_can_be_set_by_a_flag() -> None:
    everything = parse("a cat " + " ".join(flag.example for flag in FLAGS)).options
    assert all(getattr(everything, one.name) for one in fields(Options))


def test_help() -> None:
    overview = help_text(None)
    assert all(f"`/{command.name}`" in overview for command in COMMANDS)
    assert help_text("  ") == overview
    assert all(flag.example in help_text("flags") for flag in FLAGS)
    assert all(name in help_text("styles") for name in presets())
    for command in COMMANDS:
        explained = help_text(f"/{command.name}")
        assert command.summary in explained
        assert all(f"`{one.name}` {one.summary}" in explained for one in command.options)
    assert "From 1 to 10." in help_text("imagine")
    for flag in FLAGS:
        assert flag.example in help_text(f"--{flag.aliases[0] if flag.aliases else flag.name}")
    assert help_text("resolution") == help_text("—size")
    assert "no help about “soup”" in help_text("soup")
    assert len(help_text("x" * 5000)) < 300
