"""The forms: inside Discord's limits, and read back safely whatever comes."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.discord.modals import FILES_MAX, INSTRUCTION_CHARACTERS, About, Filled, Purpose, about_of, modal, read_modal
from core.commands import options_from
from core.model import Quality, Ratio

IMAGE = "0123456789abcdef0123456789abcdef"
EDIT = About(Purpose.EDIT, IMAGE)
LABEL = 18


def submitted(about: About, *, upload: dict[str, Any] | None = None, **values: object) -> dict[str, Any]:
    """What Discord sends when this form is filled in."""
    kinds = {"instruction": 4, "ratio": 3, "quality": 3, "which": 3, "private": 23, "files": 19}
    components = [
        {
            "type": LABEL,
            "id": number,
            "component": {
                "type": kinds[name],
                "id": number + 20,
                "custom_id": name,
                ("values" if isinstance(value, list) else "value"): value,
            },
        }
        for number, (name, value) in enumerate(values.items(), start=1)
    ]
    return {"custom_id": about.custom_id, "components": components, "resolved": {"attachments": upload or {}}}


def read(data: object) -> Filled:
    filled = read_modal(data)
    assert filled is not None
    return filled


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("names", [(), ("beach.jpg",), ("a.png", "", "c" * 300), tuple(f"{n}.png" for n in range(40))])
def test_a_form_is_inside_the_limits_of_discord(purpose: Purpose, names: tuple[str, ...]) -> None:
    form = modal(About(purpose, IMAGE), names=names)
    assert 1 <= len(form["title"]) <= 45
    assert 1 <= len(form["custom_id"]) <= 100
    assert 1 <= len(form["components"]) <= 5
    inner = [each["component"] for each in form["components"]]
    assert len({each["custom_id"] for each in inner}) == len(inner)
    for label in form["components"]:
        assert label["type"] == LABEL
        assert 1 <= len(label["label"]) <= 45
        assert len(label.get("description", "")) <= 100
        component = label["component"]
        assert len(component.get("placeholder", "")) <= (150 if component["type"] == 3 else 100)
        if component["type"] == 3:
            assert 1 <= len(component["options"]) <= 25
            assert component["max_values"] <= len(component["options"])
            for option in component["options"]:
                assert 1 <= len(option["label"]) <= 100
                assert 1 <= len(option["value"]) <= 100
            assert len({option["value"] for option in component["options"]}) == len(component["options"])


def test_the_library_reads_the_same_kinds_of_fields() -> None:
    """The numbers of the component types are those of discord.py."""
    names = {each["component"]["custom_id"]: each["component"]["type"] for each in modal(EDIT)["components"]}
    assert names == {
        "instruction": discord.ComponentType.text_input.value,
        "ratio": discord.ComponentType.string_select.value,
        "quality": discord.ComponentType.string_select.value,
        "private": discord.ComponentType.checkbox.value,
        "files": discord.ComponentType.file_upload.value,
    }
    assert {each["type"] for each in modal(EDIT)["components"]} == {discord.ComponentType.label.value}


def test_several_pictures_are_asked_about_and_one_is_not() -> None:
    assert "which" not in _names(modal(About(Purpose.KEPT, IMAGE), names=("a.png",)))
    several = modal(About(Purpose.KEPT, IMAGE), names=("a.png", "", "c.png"))
    which = next(each["component"] for each in several["components"] if each["component"]["custom_id"] == "which")
    assert [option["label"] for option in which["options"]] == ["1. a.png", "Picture 2", "3. c.png"]
    assert (which["min_values"], which["max_values"]) == (1, 1)
    looking = modal(About(Purpose.REFERENCE, IMAGE), names=("a.png", "b.png"))
    which = next(each["component"] for each in looking["components"] if each["component"]["custom_id"] == "which")
    assert which["max_values"] == 2, "a new picture may look at all of them"


def _names(form: dict[str, Any]) -> list[str]:
    return [each["component"]["custom_id"] for each in form["components"]]


def test_a_private_picture_ticks_the_box() -> None:
    ticked = [
        each["component"]["default"]
        for form in (modal(EDIT, private=True), modal(EDIT))
        for each in form["components"]
        if each["component"]["custom_id"] == "private"
    ]
    assert ticked == [True, False]


def test_everything_that_was_filled_in_is_read() -> None:
    upload = {"5": {"id": "5", "url": "https://cdn.discordapp.com/x", "filename": "hat.png", "size": 12}}
    filled = read(
        submitted(
            EDIT,
            upload=upload,
            instruction="  give it a hat ",
            ratio=["16:9"],
            quality=["high"],
            private=True,
            files=["5"],
        )
    )
    assert (filled.about, filled.instruction, filled.private) == (EDIT, "give it a hat", True)
    options = options_from(filled.look)
    assert (options.ratio, options.quality) == (Ratio(16, 9), Quality.HIGH)
    assert [(each.id, each.name, each.size_bytes) for each in filled.files] == [("5", "hat.png", 12)]


def test_what_was_left_open_stays_open() -> None:
    filled = read(submitted(EDIT, instruction="night", ratio=[], quality=[], private=False, files=[]))
    assert filled == Filled(EDIT, "night")
    assert read(submitted(EDIT)) == Filled(EDIT, "")


def test_rows_of_older_clients_are_read_too() -> None:
    row = {"type": 1, "components": [{"type": 4, "custom_id": "instruction", "value": "night"}]}
    assert read({"custom_id": EDIT.custom_id, "components": [row]}).instruction == "night"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_custom_id_says_what_it_is_about(purpose: Purpose) -> None:
    about = About(purpose, IMAGE)
    assert about_of(about.custom_id) == about


def test_the_custom_ids_are_pinned() -> None:
    """Forms that are open while Easel is upgraded are understood by the new one."""
    assert [About(purpose, IMAGE).custom_id for purpose in Purpose] == [
        f"easel:m:edit:{IMAGE}",
        f"easel:m:kept:{IMAGE}",
        f"easel:m:ref:{IMAGE}",
    ]


@pytest.mark.parametrize(
    "custom_id",
    [
        None,
        7,
        "",
        "easel:m:edit:",
        f"easel:m:burn:{IMAGE}",
        f"easel:edit:{IMAGE}",
        f"easel:m:edit:{IMAGE}\n",
        "x" * 5000,
        f"easel:m:edit:{IMAGE}:more",
        "easel:m:edit:../../etc",
        "easel:m:edit:" + "a" * 100,
        "easel:m:edit:" + "１" * 32,
    ],
)
def test_a_form_that_is_not_ours_is_nobodys(custom_id: object) -> None:
    assert about_of(custom_id) is None
    assert read_modal({"custom_id": custom_id, "components": []}) is None


def test_only_what_was_offered_counts() -> None:
    filled = read(
        submitted(
            EDIT,
            instruction="x" * 9000,
            ratio=["99:1"],
            quality=["free", "high"],
            private="true",
            which=["0", "3", "x"],
        )
    )
    assert len(filled.instruction) == INSTRUCTION_CHARACTERS
    assert filled.look == {}
    assert filled.private is False
    assert filled.which == (3,)


def test_only_files_that_discord_resolved_are_files() -> None:
    known = {str(n): {"id": str(n), "url": f"https://cdn.discordapp.com/{n}", "size": 1} for n in range(1, 20)}
    filled = read(submitted(EDIT, upload=known, instruction="x", files=["77", "1", "1", "2"]))
    assert [each.id for each in filled.files] == ["1", "2"]
    many = read(submitted(EDIT, upload=known, instruction="x", files=[str(n) for n in range(1, 20)]))
    assert len(many.files) == FILES_MAX
    broken = {"1": {"url": 5}, "2": "file", "³": {"url": "https://cdn.discordapp.com/3"}}
    assert read(submitted(EDIT, upload=broken, instruction="x", files=["1", "2", "³"])).files == ()


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["instruction", "files", EDIT.custom_id]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["custom_id", "components", "component", "type", "value", "values", "resolved", "attachments", "1"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(JUNK, JUNK)
def test_nothing_that_is_sent_breaks_the_reading(components: object, resolved: object) -> None:
    read_modal(components)
    filled = read({"custom_id": EDIT.custom_id, "components": components, "resolved": resolved})
    assert len(filled.files) <= FILES_MAX
    assert set(filled.look) <= {"ratio", "quality"}
    options_from(filled.look)
