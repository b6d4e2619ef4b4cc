"""What Discord accepts as components: rows of a classic message, the layouts of "Components V2".

Stricter than the real one in one thing: a key that the reference does not name is refused, where Discord ignores it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from emulators.discord_api.refusals import form, length, require
from emulators.discord_api.values import CUSTOM_ID_MAX, SELECTS, V2_COMPONENTS_MAX, V2_TEXT_MAX, Part
from emulators.discord_api.world import walk

KEYS = {
    Part.ROW: {"components"},
    Part.BUTTON: {"style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"},
    Part.STRING_SELECT: {"options"},
    Part.USER_SELECT: {"default_values"},
    Part.ROLE_SELECT: {"default_values"},
    Part.MENTIONABLE_SELECT: {"default_values"},
    Part.CHANNEL_SELECT: {"default_values", "channel_types"},
    Part.SECTION: {"components", "accessory"},
    Part.TEXT: {"content"},
    Part.THUMBNAIL: {"media", "description", "spoiler"},
    Part.GALLERY: {"items"},
    Part.FILE: {"file", "spoiler", "name", "size"},
    Part.SEPARATOR: {"divider", "spacing"},
    Part.CONTAINER: {"components", "accent_color", "spoiler"},
    Part.TEXT_INPUT: {"custom_id", "style", "label", "min_length", "max_length", "required", "value", "placeholder"},
    Part.LABEL: {"label", "description", "component"},
    Part.FILE_UPLOAD: {"custom_id", "min_values", "max_values", "required", "file_types"},
    Part.RADIO: {"custom_id", "options", "required"},
    Part.CHECKBOXES: {"custom_id", "options", "required", "min_values", "max_values"},
    Part.CHECKBOX: {"custom_id", "default"},
}
SELECT_KEYS = {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required"}
OPTION_KEYS = {"label", "value", "description", "emoji", "default"}
LINK, PREMIUM = 5, 6
MEDIA_KEYS = {"url", "proxy_url", "height", "width", "content_type", "attachment_id", "loading_state", "flags"}


def check_message(parts: Any, *, v2: bool) -> list[dict[str, Any]]:
    """The components of a message, as they are stored; raises the refusal of a form."""
    require(isinstance(parts, list), "components", "Only iterables may be used in a ListType")
    everything = list(walk(parts))
    if v2:
        require(
            len(everything) <= V2_COMPONENTS_MAX, "components", "Must be 40 or fewer in total.", "BASE_TYPE_MAX_LENGTH"
        )
        words = sum(len(part.get("content") or "") for part in everything if part.get("type") == Part.TEXT)
        require(words <= V2_TEXT_MAX, "components", "Must be 4000 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    else:
        require(len(parts) <= 5, "components", "Must be 5 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for index, part in enumerate(parts):
        path = f"components.{index}"
        kind = _kind(part, path)
        tops = (Part.ROW, Part.SECTION, Part.TEXT, Part.GALLERY, Part.FILE, Part.SEPARATOR, Part.CONTAINER)
        allowed = tops if v2 else (Part.ROW,)
        require(
            kind in allowed,
            path,
            f'Value of field "type" must be one of {tuple(map(int, allowed))}.',
            "UNION_TYPE_CHOICES",
        )
        check(part, path)
    unique_ids(everything, "components")
    return _numbered(copy.deepcopy(parts))


def check(part: dict[str, Any], path: str) -> None:
    """One component and what is in it."""
    kind = _kind(part, path)
    allowed = KEYS[kind] | {"type", "id"} | (SELECT_KEYS if kind in SELECTS else set())
    for key in part:
        require(
            key in allowed, f"{path}.{key}", f"A component of type {int(kind)} has no such field.", "FAKE_UNKNOWN_FIELD"
        )
    if kind in CHECKS:
        CHECKS[kind](part, path)
    if kind in SELECTS:
        _select(part, path)


def unique_ids(everything: list[dict[str, Any]], path: str) -> None:
    """No two components of a message or modal share an id."""
    ids = [part["custom_id"] for part in everything if part.get("custom_id") is not None]
    require(
        len(ids) == len(set(ids)), path, "Component custom id cannot be duplicated", "COMPONENT_CUSTOM_ID_DUPLICATED"
    )


def custom_id(part: dict[str, Any], path: str) -> str:
    """1 to 100 characters."""
    require(part.get("custom_id") is not None, f"{path}.custom_id", "This field is required", "BASE_TYPE_REQUIRED")
    return length(part["custom_id"], f"{path}.custom_id", CUSTOM_ID_MAX, 1)


def options(part: dict[str, Any], path: str, at_least: int, at_most: int) -> None:
    """The options of a select, a radio group or checkboxes."""
    each = part.get("options")
    require(isinstance(each, list), f"{path}.options", "This field is required", "BASE_TYPE_REQUIRED")
    assert isinstance(each, list)
    counted = at_least <= len(each) <= at_most
    require(counted, f"{path}.options", f"Must be between {at_least} and {at_most} in length.", "BASE_TYPE_BAD_LENGTH")
    for index, option in enumerate(each):
        here = f"{path}.options.{index}"
        require(set(option) <= OPTION_KEYS, here, "An option has no such field.", "FAKE_UNKNOWN_FIELD")
        length(option.get("label"), f"{here}.label", 100, 1)
        length(option.get("value"), f"{here}.value", 100, 1)
        if option.get("description") is not None:
            length(option["description"], f"{here}.description", 100)
    values = [option["value"] for option in each]
    require(
        len(values) == len(set(values)),
        f"{path}.options",
        "The specified option value is already used",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    )


def bounds(part: dict[str, Any], path: str, least: int, most: int) -> None:
    """min_values and max_values."""
    low, high = part.get("min_values"), part.get("max_values")
    for name, value in (("min_values", low), ("max_values", high)):
        if value is not None:
            require(
                isinstance(value, int) and least <= value <= most,
                f"{path}.{name}",
                f"int value should be {least} to {most}.",
            )
    require(low is None or high is None or low <= high, f"{path}.max_values", "Must be at least min_values.")


def _kind(part: Any, path: str) -> Part:
    require(isinstance(part, dict), path, "Only dictionaries may be used in a DictType", "DICT_TYPE_CONVERT")
    try:
        return Part(part.get("type"))
    except ValueError:
        raise form(f"{path}.type", "BASE_TYPE_CHOICES", "This is no type of component.") from None


def _row(part: dict[str, Any], path: str) -> None:
    children = part.get("components")
    require(
        isinstance(children, list) and children, f"{path}.components", "This field is required", "BASE_TYPE_REQUIRED"
    )
    assert isinstance(children, list)
    kinds = [_kind(child, f"{path}.components.{index}") for index, child in enumerate(children)]
    selects = [kind for kind in kinds if kind != Part.BUTTON]
    fits = len(kinds) <= 5 if not selects else len(kinds) == 1 and kinds[0] in SELECTS
    require(
        fits, f"{path}.components", "A row holds up to five buttons or one select.", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"
    )
    for index, child in enumerate(children):
        check(child, f"{path}.components.{index}")


def _button(part: dict[str, Any], path: str) -> None:
    style = part.get("style")
    require(isinstance(style, int) and 1 <= style <= 6, f"{path}.style", "Value must be one of (1, 2, 3, 4, 5, 6).")
    if style == LINK:
        require(
            part.get("custom_id") is None,
            path,
            "A custom id and url cannot both be specified",
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        )
        length(part.get("url"), f"{path}.url", 512, 1)
    elif style != PREMIUM:
        require(
            part.get("url") is None,
            path,
            "A custom id and url cannot both be specified",
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        )
        custom_id(part, path)
    if part.get("label") is not None:
        length(part["label"], f"{path}.label", 80)
    require(
        part.get("label") or part.get("emoji") or style == PREMIUM,
        path,
        "A button must have a label or emoji",
        "BUTTON_COMPONENT_LABEL_REQUIRED",
    )


def _select(part: dict[str, Any], path: str) -> None:
    custom_id(part, path)
    if part.get("placeholder") is not None:
        length(part["placeholder"], f"{path}.placeholder", 150)
    bounds(part, path, 0, 25)
    if part["type"] == Part.STRING_SELECT:
        options(part, path, 1, 25)
        most = part.get("max_values") or 1
        require(most <= len(part["options"]), f"{path}.max_values", "Must be no more than the options.")


def _section(part: dict[str, Any], path: str) -> None:
    children = part.get("components")
    require(
        isinstance(children, list) and 1 <= len(children) <= 3,
        f"{path}.components",
        "Must be between 1 and 3 in length.",
    )
    for index, child in enumerate(children or ()):
        require(
            _kind(child, path) == Part.TEXT,
            f"{path}.components.{index}",
            "A section holds texts.",
            "UNION_TYPE_CHOICES",
        )
        check(child, f"{path}.components.{index}")
    accessory = part.get("accessory")
    require(accessory is not None, f"{path}.accessory", "This field is required", "BASE_TYPE_REQUIRED")
    require(
        _kind(accessory, path) in (Part.BUTTON, Part.THUMBNAIL),
        f"{path}.accessory",
        "A button or a thumbnail.",
        "UNION_TYPE_CHOICES",
    )
    check(dict(accessory or {}), f"{path}.accessory")


def _container(part: dict[str, Any], path: str) -> None:
    allowed = (Part.ROW, Part.SECTION, Part.TEXT, Part.GALLERY, Part.FILE, Part.SEPARATOR)
    for index, child in enumerate(part.get("components") or ()):
        here = f"{path}.components.{index}"
        require(_kind(child, here) in allowed, here, "Not in a container.", "UNION_TYPE_CHOICES")
        check(child, here)


def _media(holder: dict[str, Any], key: str, path: str) -> None:
    media = holder.get(key)
    require(
        isinstance(media, dict) and set(media) <= MEDIA_KEYS,
        f"{path}.{key}",
        "An object with a url.",
        "DICT_TYPE_CONVERT",
    )
    assert isinstance(media, dict)
    length(media.get("url"), f"{path}.{key}.url", 2048, 1)
    if holder.get("description") is not None:
        length(holder["description"], f"{path}.description", 1024)


def _gallery(part: dict[str, Any], path: str) -> None:
    items = part.get("items")
    require(isinstance(items, list) and 1 <= len(items) <= 10, f"{path}.items", "Must be between 1 and 10 in length.")
    for index, item in enumerate(items or ()):
        here = f"{path}.items.{index}"
        require(
            set(item) <= {"media", "description", "spoiler"}, here, "An item has no such field.", "FAKE_UNKNOWN_FIELD"
        )
        _media(item, "media", here)


def _file(part: dict[str, Any], path: str) -> None:
    _media(part, "file", path)
    require(
        part["file"]["url"].startswith(("attachment://", "http")), f"{path}.file.url", "Only attachment://<filename>."
    )


def _text(part: dict[str, Any], path: str) -> None:
    length(part.get("content"), f"{path}.content", V2_TEXT_MAX, 1)


CHECKS: dict[Part, Callable[[dict[str, Any], str], None]] = {
    Part.ROW: _row,
    Part.BUTTON: _button,
    Part.SECTION: _section,
    Part.CONTAINER: _container,
    Part.GALLERY: _gallery,
    Part.FILE: _file,
    Part.THUMBNAIL: lambda part, path: _media(part, "media", path),
    Part.TEXT: _text,
}


def _numbered(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A copy with the sequential ids that Discord gives, and without empty fields."""
    count = 0

    def number(part: dict[str, Any]) -> dict[str, Any]:
        nonlocal count
        count += 1
        own = {key: value for key, value in part.items() if value is not None}
        own["id"] = part.get("id") or count
        if "components" in own:
            own["components"] = [number(child) for child in own["components"]]
        for key in ("accessory", "component"):
            if key in own:
                own[key] = number(own[key])
        return own

    return [number(part) for part in parts]
