"""The commands that Discord is given, held against its own rules, and what is read from an interaction."""

from __future__ import annotations

import contextlib
import copy
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.discord import locales
from bots.discord.commands import (
    MENUS,
    NotUnderstood,
    digest,
    focused,
    options_of,
    parse_options,
    payload,
    suggested_pictures,
    suggested_styles,
)
from core.commands import COMMANDS, Choice, Command, Does, Kind, Option, options_from
from core.model import ImageId, JobId, Operation, Place, Size, StoredImage
from core.presets import presets

Json = dict[str, Any]
SLASH = {command.name: command for command in COMMANDS}


# --- Discord's rules: "Application Commands", the tables of each structure, and "Naming" -----------------------------


def is_name(name: str) -> bool:
    r"""`^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, and lower case where there is such a thing."""
    fits = (
        sign in "-_'" or unicodedata.category(sign)[0] in "LN" or unicodedata.name(sign, "").startswith("DEVANAGARI")
        for sign in name
    )
    return 1 <= len(name) <= 32 and all(fits) and name == name.lower()


def longest(field: str, of: Json) -> int:
    """What counts towards the 8,000 characters: the longest of a field's languages."""
    return max(len(of[field]), *map(len, of.get(f"{field}_localizations", {}).values()), 0)


def problems(said: list[Json]) -> list[str]:
    """All that Discord would refuse."""
    found = []
    names = [(each["type"], each["name"]) for each in said]
    found += ["two of one name"] if len(names) != len(set(names)) else []
    found += ["more than 100"] if sum(kind == 1 for kind, _ in names) > 100 else []
    found += ["more than 15 menus"] if sum(kind == 3 for kind, _ in names) > 15 else []
    for each in said:
        found += [f"{each['name']}: {problem}" for problem in (_slash(each) if each["type"] == 1 else _menu(each))]
    return found


def _menu(menu: Json) -> list[str]:
    named = (menu["name"], *menu["name_localizations"].values())
    return [f"name {name}" for name in named if not 1 <= len(name) <= 32] + ["described"] * ("description" in menu)


def _slash(command: Json) -> list[str]:
    options = command["options"]
    found = [*_named(command), *(problem for option in options for problem in _option(option))]
    required = [option["required"] for option in options]
    found += ["required ones come first"] if required != sorted(required, reverse=True) else []
    found += ["more than 25 options"] if len(options) > 25 else []
    for locale in (None, *locales.LOCALES):
        names = [name_in(option, locale) for option in options]
        found += [f"two options of one name in {locale}"] if len(names) != len(set(names)) else []
    characters = longest("name", command) + longest("description", command)
    for option in options:
        characters += longest("name", option) + longest("description", option)
        characters += sum(longest("name", each) + len(str(each["value"])) for each in option.get("choices", ()))
    found += ["more than 8,000 characters"] if characters > 8000 else []
    return found


def _named(of: Json) -> list[str]:
    names = (of["name"], *of["name_localizations"].values())
    described = (of["description"], *of["description_localizations"].values())
    unknown = {*of["name_localizations"], *of["description_localizations"]} - set(locales.LOCALES)
    return [
        *(f"name {name}" for name in names if not is_name(name)),
        *(f"description {text}" for text in described if not 1 <= len(text) <= 100),
        *(f"locale {locale}" for locale in unknown),
    ]


def _option(option: Json) -> list[str]:
    found = _named(option)
    choices = option.get("choices", [])
    found += ["more than 25 choices"] if len(choices) > 25 else []
    found += ["choices and autocomplete"] if choices and option.get("autocomplete") else []
    for choice in choices:
        names = (choice["name"], *choice.get("name_localizations", {}).values())
        found += [f"choice {name}" for name in names if not 1 <= len(name) <= 100]
        found += ["value"] if not 1 <= len(choice["value"]) <= 100 else []
    length = option.get("max_length", 1)
    found += ["max_length"] if not 1 <= length <= 6000 or ("max_length" in option and option["type"] != 3) else []
    found += ["bounds"] if "min_value" in option and option["type"] not in (4, 10) else []
    found += ["autocomplete"] if option.get("autocomplete") and option["type"] not in (3, 4, 10) else []
    found += ["file_types"] if "file_types" in option and option["type"] != 11 else []
    return found


def name_in(of: Json, locale: str | None) -> str:
    return of["name"] if locale is None else of["name_localizations"].get(locale, of["name"])


def test_discord_takes_what_it_is_given() -> None:
    assert problems(payload()) == []


def first(said: list[Json], name: str) -> Json:
    return next(each for each in said if each["name"] == name)


BREACHES: dict[str, Callable[[list[Json]], object]] = {
    "two of one name": lambda said: said.append(said[0]),
    "name Imagine": lambda said: said[0].update(name="Imagine"),
    "name zeich nen": lambda said: said[0]["name_localizations"].update(de="zeich nen"),
    "description ": lambda said: said[0].update(description=""),
    "more than 25 options": lambda said: said[0].update(options=said[0]["options"] * 2),
    "required ones come first": lambda said: said[0]["options"].reverse(),
    "two options of one name in ja": lambda said: said[0]["options"][1]["name_localizations"].update(ja="説明"),
    "more than 8,000 characters": lambda said: [each.update(name="x" * 700) for each in said[0]["options"]],
    "max_length": lambda said: said[0]["options"][0].update(max_length=32_000),
    "choices and autocomplete": lambda said: said[0]["options"][1].update(autocomplete=True),
    "file_types": lambda said: said[0]["options"][0].update(file_types=["image"]),
    "described": lambda said: said[-1].update(description="a menu has none"),
    "locale tlh": lambda said: said[0]["name_localizations"].update(tlh="image"),
}


@pytest.mark.parametrize("problem", BREACHES)
def test_the_rules_are_noticed_when_they_are_broken(problem: str) -> None:
    said = copy.deepcopy(payload())
    BREACHES[problem](said)
    assert any(problem in each for each in problems(said))


# --- what they are ---------------------------------------------------------------------------------------------------


def test_every_command_of_the_table_and_three_menus() -> None:
    said = payload()
    assert [each["name"] for each in said if each["type"] == 1] == list(SLASH)
    assert [each["name"] for each in said if each["type"] == 3] == list(MENUS)
    assert len(said) == len(SLASH) + 3


def test_everywhere_for_everybody_and_only_administration_is_for_administrators() -> None:
    administers = {"usage", "easel"}
    for each in payload():
        if each["name"] in administers:
            assert each["default_member_permissions"] == "32", "Manage Server"
            assert (each["contexts"], each["integration_types"]) == ([0], [0])
            continue
        assert each["integration_types"] == [0, 1], "in servers, and for a person alone"
        assert each["contexts"] == [0, 1, 2], "in servers, with Easel, and among friends"
        assert each["default_member_permissions"] is None
        assert each["nsfw"] is False
    assert administers <= {each["name"] for each in payload()}


@pytest.mark.parametrize("command", ["imagine", "edit"])
def test_pictures_are_several_options_of_one_file_and_nothing_but_pictures_is_offered(command: str) -> None:
    options = first(payload(), command)["options"]
    files = [each for each in options if each["type"] == 11]
    masks = ["mask"] if command == "edit" else []
    assert sorted(each["name"] for each in files) == ["image", "image2", "image3", "image4", *masks]
    assert all(each["file_types"] == ["image"] for each in files)


def test_kinds_and_bounds_are_the_cores() -> None:
    options = {each["name"]: each for each in first(payload(), "imagine")["options"]}
    assert (options["prompt"]["type"], options["prompt"]["required"], options["prompt"]["max_length"]) == (
        3,
        True,
        6000,
    )
    assert (options["count"]["type"], options["count"]["min_value"], options["count"]["max_value"]) == (4, 1, 10)
    assert options["private"]["type"] == 5
    assert [each["value"] for each in options["quality"]["choices"]][:2] == ["auto", "low"]
    assert options["style"]["autocomplete"] is True
    assert options["picture"]["autocomplete"] is True
    assert first(payload(), "image")["options"][0]["autocomplete"] is True
    for command in ("imagine", "edit", "storyboard"):
        (named,) = (each for each in first(payload(), command)["options"] if each["name"] == "character")
        assert (named["type"], named["autocomplete"], named["required"]) == (3, True, False)
    kept = {each["name"]: each for each in first(payload(), "character")["options"]}
    assert list(kept) == ["name", "image", "picture", "remove", "shared"]
    assert (kept["name"]["autocomplete"], kept["name"]["max_length"], kept["picture"]["autocomplete"]) == (
        True,
        40,
        True,
    )


def test_a_menu_that_outgrows_discord_is_searched_instead() -> None:
    many = tuple(Choice(str(number), f"Number {number}") for number in range(26))
    long = Command("long", "A long menu.", Does.QUOTA, (Option("which", Kind.CHOICE, "Which.", choices=many),))
    option = payload([long])[0]["options"][0]
    assert option["autocomplete"] is True
    assert "choices" not in option
    assert problems(payload([long])) == []


def test_the_digest_is_of_what_is_said_and_not_of_how_it_is_ordered() -> None:
    said = payload()
    assert digest(said) == digest(payload())
    assert digest([dict(reversed(each.items())) for each in said]) == digest(said)
    for change in ({"description": "Another."}, {"nsfw": True}):
        assert digest([{**said[0], **change}, *said[1:]]) != digest(said)
    assert digest(said[1:]) != digest(said)


# --- languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", locales.languages(), ids=lambda each: each.locale)
def test_a_language_says_everything_and_nothing_that_is_not_asked(language: locales.Language) -> None:
    assert set(language.commands) == set(SLASH)
    assert set(language.menus) == set(MENUS)
    asked = {f"{command.name}.{option.name}" for command in COMMANDS for option in options_of(command)}
    for key in asked:
        assert language.option(*key.split(".")) is not None, key
    used = {key if key in language.options else key.split(".")[1] for key in asked} - {"image3", "image4"}
    assert set(language.options) == used, "no words that nobody sees"
    menus = {option.name: option for command in COMMANDS for option in options_of(command) if option.choices}
    named_alike_everywhere = {"format"}  # PNG, JPEG and WebP
    assert set(language.choices) == set(menus) - named_alike_everywhere
    for name, labels in language.choices.items():
        assert list(labels) == [choice.value for choice in menus[name].choices]
        assert len(set(labels.values())) == len(labels), "two entries that cannot be told apart"


def test_further_pictures_are_numbered_in_every_language() -> None:
    options = {each["name"]: each for each in first(payload(), "imagine")["options"]}
    assert options["image4"]["name_localizations"]["ja"] == "画像4"
    assert options["image4"]["name_localizations"]["fr"] == "image4"


def test_latin_america_reads_the_spanish_of_spain_and_others_read_english() -> None:
    assert locales.language("es-419") is locales.language("es-ES") is not None
    assert locales.language("nl") is None
    assert locales.language("") is None


# --- what comes back -------------------------------------------------------------------------------------------------


def filed(identity: str = "5", **fields: object) -> Json:
    return {"id": identity, "url": "https://cdn.discordapp.com/a.png", "filename": "a.png", "size": 9, **fields}


def test_a_command_as_discord_sends_it() -> None:
    data = {
        "id": "1",
        "name": "edit",
        "type": 1,
        "options": [
            {"name": "instruction", "type": 3, "value": "make it night"},
            {"name": "image2", "type": 11, "value": "5"},
            {"name": "count", "type": 4, "value": 2},
            {"name": "private", "type": 5, "value": True},
        ],
        "resolved": {"attachments": {"5": filed(width=640, height=480), "6": filed("6")}},
    }
    command, options, attachments = parse_options(data)
    assert command is SLASH["edit"]
    assert options == {"instruction": "make it night", "count": 2, "private": True}
    assert list(attachments) == ["image2"], "a file that no option names is not taken"
    file = attachments["image2"]
    assert (file.id, file.name, file.size_bytes, file.size) == ("5", "a.png", 9, Size(640, 480))
    assert options_from(options).count == 2


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"name": "dream"},
        {"name": ["imagine"]},
        {"name": "imagine", "options": 3},
        {"name": "imagine", "options": ["prompt"]},
        {"name": "imagine", "options": [{"name": "colour", "value": "red"}]},
        {"name": "imagine", "options": [{"name": "prompt", "value": 3}]},
        {"name": "imagine", "options": [{"name": "prompt"}]},
        {"name": "imagine", "options": [{"name": "count", "value": True}]},
        {"name": "imagine", "options": [{"name": "count", "value": "3"}]},
        {"name": "imagine", "options": [{"name": "private", "value": 1}]},
        {"name": "imagine", "options": [{"name": "image", "value": "5"}]},
        {
            "name": "imagine",
            "options": [{"name": "image", "value": ["5"]}],
            "resolved": {"attachments": {"5": filed()}},
        },
        {"name": "imagine", "options": [{"name": "image", "value": "5"}], "resolved": {"attachments": {"5": {}}}},
        {
            "name": "imagine",
            "options": [{"name": "image", "value": "5"}],
            "resolved": {"attachments": {"5": filed(size="9")}},
        },
    ],
)
def test_what_is_no_command_of_ours_is_refused_with_advice(data: object) -> None:
    with pytest.raises(NotUnderstood, match=r"I do not know this command.*Restart Discord"):
        parse_options(data)


KEYS = ["name", "options", "value", "resolved", "attachments", "focused", "5"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["imagine", "prompt", "image"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner),
    max_leaves=12,
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(options=JSON, resolved=JSON)
def test_nothing_that_is_sent_breaks_the_reading(options: object, resolved: object) -> None:
    data = {"name": "imagine", "options": options, "resolved": resolved}
    focused(data)
    with contextlib.suppress(NotUnderstood):
        assert parse_options(data).command is SLASH["imagine"]


# --- while typing ----------------------------------------------------------------------------------------------------


def typing(command: str, **values: str) -> Json:
    rows = [{"name": name, "type": 3, "value": value, "focused": True} for name, value in values.items()]
    return {"name": command, "options": [{"name": "count", "type": 4, "value": "x"}, *rows]}


def test_what_is_being_typed() -> None:
    focus = focused(typing("imagine", style="wat"))
    assert focus is not None
    assert (focus.command, focus.option, focus.typed) == (SLASH["imagine"], "style", "wat")
    for data in (None, {"name": "dream"}, typing("imagine"), typing("imagine", colour="red"), {"name": "imagine"}):
        assert focused(data) is None


STYLE = next(option for option in SLASH["imagine"].options if option.name == "style")


def test_styles_are_found_in_the_persons_language_and_in_english() -> None:
    assert suggested_styles(STYLE, "aqua", "de") == [{"name": "Aquarell", "value": "watercolour"}]
    assert suggested_styles(STYLE, " WATER", "de") == [{"name": "Aquarell", "value": "watercolour"}]
    assert suggested_styles(STYLE, "water", "nl") == [{"name": "Watercolour", "value": "watercolour"}]
    assert [each["value"] for each in suggested_styles(STYLE, "", "ja")] == list(presets())
    assert suggested_styles(STYLE, "no such thing", "ja") == []


PICTURE = StoredImage(
    id=ImageId("f" * 32),
    job=JobId("job"),
    position=1,
    parent=None,
    blob="",
    media_type="image/png",
    size=Size(64, 64),
    size_bytes=1,
    alt="A square",
    prompt="a lighthouse\nat dusk",
    operation=Operation.GENERATE,
    provider="p",
    model="m",
    place=Place("discord", "1", "2"),
    author="3",
    private=False,
    created_at_us=0,
)


def test_pictures_are_named_by_their_words_and_chosen_by_their_number() -> None:
    second = replace(PICTURE, position=2, prompt="long " * 60)
    mute = replace(PICTURE, prompt="", alt="")
    named = suggested_pictures([PICTURE, second, mute])
    assert named[0] == {"name": "a lighthouse at dusk", "value": "f" * 32}
    assert named[1]["name"].endswith("… (2)")
    assert len(named[1]["name"]) <= 100
    assert named[2]["name"] == "Without words", "Discord takes no empty name"
    assert len(suggested_pictures([PICTURE] * 40)) == 25
