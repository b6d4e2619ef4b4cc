"""What Discord accepts as a modal, and what a person's filled-in modal sends back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulators.discord_api.components import bounds, check, custom_id, options, unique_ids
from emulators.discord_api.refusals import length, require
from emulators.discord_api.uploads import Upload
from emulators.discord_api.values import CUSTOM_ID_MAX, SELECTS, Part
from emulators.discord_api.world import Attachment, walk

if TYPE_CHECKING:
    from emulators.discord_api.interactions import Interaction

FIELDS = (*SELECTS, Part.TEXT_INPUT, Part.FILE_UPLOAD, Part.RADIO, Part.CHECKBOXES, Part.CHECKBOX)


@dataclass(eq=False)
class Modal:
    """A form that a person sees; `fields` by custom id."""

    title: str
    custom_id: str
    components: list[dict[str, Any]]
    asked: Interaction

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """What can be filled in."""
        return {part["custom_id"]: part for part in walk(self.components) if part.get("custom_id")}

    @property
    def labels(self) -> list[str]:
        """What stands above the fields."""
        return [str(part.get("label") or part.get("content") or "") for part in self.components]


def check_modal(data: Any, asked: Interaction) -> Modal:
    """A modal, or the refusal of its form."""
    require(isinstance(data, dict), "data", "This field is required", "BASE_TYPE_REQUIRED")
    require(
        set(data) <= {"title", "custom_id", "components"}, "data", "A modal has no such field.", "FAKE_UNKNOWN_FIELD"
    )
    length(data.get("title"), "data.title", 45, 1)
    length(data.get("custom_id"), "data.custom_id", CUSTOM_ID_MAX, 1)
    parts = data.get("components")
    require(
        isinstance(parts, list) and 1 <= len(parts) <= 5,
        "data.components",
        "Must be between 1 and 5 in length.",
        "BASE_TYPE_BAD_LENGTH",
    )
    for index, part in enumerate(parts):
        path = f"data.components.{index}"
        kind = part.get("type") if isinstance(part, dict) else None
        require(
            kind in (Part.ROW, Part.TEXT, Part.LABEL),
            path,
            'Value of field "type" must be one of (1, 10, 18).',
            "UNION_TYPE_CHOICES",
        )
        if kind == Part.ROW:
            children = part.get("components") or []
            fits = len(children) == 1 and children[0].get("type") == Part.TEXT_INPUT
            require(fits, path, "A row of a modal holds one text input.", "UNION_TYPE_CHOICES")
            length(children[0].get("label"), f"{path}.components.0.label", 45, 1)
            _field(children[0], f"{path}.components.0")
        elif kind == Part.LABEL:
            _label(part, path)
        else:
            check(part, path)
    unique_ids(list(walk(parts)), "data.components")
    return Modal(data["title"], data["custom_id"], parts, asked)


def _label(part: dict[str, Any], path: str) -> None:
    allowed = {"type", "id", "label", "description", "component"}
    require(set(part) <= allowed, path, "A label has no such field.", "FAKE_UNKNOWN_FIELD")
    length(part.get("label"), f"{path}.label", 45, 1)
    if part.get("description") is not None:
        length(part["description"], f"{path}.description", 100)
    inner = part.get("component")
    require(
        isinstance(inner, dict) and inner.get("type") in FIELDS,
        f"{path}.component",
        "No such field.",
        "UNION_TYPE_CHOICES",
    )
    assert isinstance(inner, dict)
    if inner["type"] == Part.TEXT_INPUT:
        require(
            inner.get("label") is None,
            f"{path}.component.label",
            "Not inside a label.",
            "TEXT_INPUT_COMPONENT_LABEL_NOT_ALLOWED",
        )
    _field(inner, f"{path}.component")


def _field(part: dict[str, Any], path: str) -> None:
    check(part, path)
    custom_id(part, path)
    kind = Part(part["type"])
    if kind == Part.TEXT_INPUT:
        require(part.get("style") in (1, 2), f"{path}.style", "Value must be one of (1, 2).")
        most = part.get("max_length") or 4000
        require(1 <= most <= 4000, f"{path}.max_length", "int value should be 1 to 4000.")
        require(0 <= (part.get("min_length") or 0) <= most, f"{path}.min_length", "int value should be 0 to 4000.")
        length(part.get("value") or "", f"{path}.value", most)
        length(part.get("placeholder") or "", f"{path}.placeholder", 100)
    elif kind == Part.FILE_UPLOAD:
        bounds(part, path, 0, 10)
        require(part.get("max_values") != 0, f"{path}.max_values", "int value should be 1 to 10.")
    elif kind == Part.RADIO:
        options(part, path, 2, 10)
    elif kind == Part.CHECKBOXES:
        options(part, path, 1, 10)
        bounds(part, path, 0, 10)


def fill(modal: Modal, values: dict[str, Any], store: Callable[[Upload], Attachment]) -> dict[str, Any]:
    """What the client sends for these values: by custom id, a text, choices, uploads or a tick. Defaults where none."""
    unknown = set(values) - set(modal.fields)
    assert not unknown, f"the modal {modal.title!r} has no {unknown}; it has {sorted(modal.fields)}"
    sent: list[Attachment] = []

    def answer(part: dict[str, Any]) -> dict[str, Any]:
        given = values.get(part["custom_id"])
        own: dict[str, Any] = {"type": part["type"], "id": part.get("id") or 0, "custom_id": part["custom_id"]}
        if part["type"] == Part.FILE_UPLOAD:
            files: list[Attachment] = [store(upload) for upload in _uploads(given, part)]
            sent.extend(files)
            return own | {"values": [str(file.id) for file in files]}
        return own | _typed(part, given)

    parts: list[dict[str, Any]] = []
    for part in modal.components:
        if part["type"] == Part.LABEL:
            parts.append({"type": 18, "id": part.get("id") or 0, "component": answer(part["component"])})
        elif part["type"] == Part.ROW:
            parts.append({"type": 1, "id": part.get("id") or 0, "components": [answer(part["components"][0])]})
        else:
            parts.append({"type": 10, "id": part.get("id") or 0})
    return {"custom_id": modal.custom_id, "components": parts, "files": sent}


def _uploads(given: Any, part: dict[str, Any]) -> list[Upload]:
    files = list(given or [])
    required = part.get("required", True)
    least = part.get("min_values", 1) if required else 0
    assert least <= len(files) <= part.get("max_values", 1), (
        f"the client takes {least} to {part.get('max_values', 1)} files"
    )
    return files


def _typed(part: dict[str, Any], given: Any) -> dict[str, Any]:
    kind, required = Part(part["type"]), part.get("required", True)
    marked = [option["value"] for option in part.get("options", ()) if option.get("default")]
    known = {option["value"] for option in part.get("options", ())}
    if kind == Part.TEXT_INPUT:
        text = part.get("value") or "" if given is None else str(given)
        assert text or not required, f"{part['custom_id']} must be filled in"
        least, most = part.get("min_length") or 0, part.get("max_length") or 4000
        assert not text or least <= len(text) <= most, f"{part['custom_id']} takes {least} to {most} characters"
        return {"value": text}
    if kind == Part.CHECKBOX:
        return {"value": bool(part.get("default", False) if given is None else given)}
    if kind == Part.RADIO:
        chosen = given if given is not None else next(iter(marked), None)
        assert chosen in known or (chosen is None and not required), f"{chosen!r} is not one of {sorted(known)}"
        return {"value": chosen}
    several = list(marked if given is None else [given] if isinstance(given, str) else given)
    assert not known or set(several) <= known, f"{several!r} are not all of {sorted(known)}"
    least = part.get("min_values", 1) if required else 0
    assert least <= len(several) <= part.get("max_values", 1), f"{part['custom_id']}: {len(several)} chosen"
    return {"values": several}
