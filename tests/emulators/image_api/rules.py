"""The rules of /v1/images/generations and /v1/images/edits: values in, a `Wish` or a refusal out. Pure.

Sources: the parameter types of the official Python SDK 3.54.0, OpenAI's OpenAPI document, and the error texts that
people have posted; where no text is known, the wording is modelled on its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from emulators.image_api import models
from emulators.image_api.models import MODELS, RETIRED, Model
from emulators.image_api.refusals import (
    INVALID_REQUEST,
    Refusal,
    cannot,
    missing,
    no_such_model,
    not_one_of,
    out_of_range,
    too_long,
    unknown_parameter,
    wrong_type,
)
from emulators.image_api.uploads import Upload, check_mask, check_markup, check_pictures

PROMPT_MAX, IDENTIFIER_MAX, COUNT_MAX, PARTIALS_MAX = 32_000, 128, 10, 3
SHARED = {
    "prompt", "model", "n", "size", "quality", "background", "output_format", "output_compression", "stream",
    "partial_images", "complexity", "frame_count", "frame_duration_ms", "svg", "safety_identifier", "user",
}  # fmt: skip
GENERATION = SHARED | {"moderation"}
EDIT = SHARED | {"input_fidelity"}
EDIT_JSON = EDIT | {"moderation", "images", "mask", "markup"}
LEGACY_ONLY = ("response_format", "style")  # of the retired models: known, and refused by name all the same
WHOLE = {"n", "output_compression", "partial_images", "frame_count", "frame_duration_ms"}
_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")
AUTO_EDGE = 1254  # what `auto` really gave once: not even a multiple of 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A request that passed: nothing is left open but `size`, where None is `auto`."""

    model: str
    prompt: str
    count: int = 1
    size: tuple[int, int] | None = None
    quality: str = "low"
    background: str = "opaque"
    format: str = "png"
    compression: int = 100
    stream: bool = False
    partials: int = 0
    safety_identifier: str | None = None
    sources: tuple[Upload, ...] = ()
    mask: Upload | None = None

    @property
    def pixels(self) -> tuple[int, int]:
        """The size that is drawn."""
        if self.size is not None:
            return self.size
        if MODELS[self.model].fixed_sizes:
            return _nearest(self.sources[0].size if self.sources else (1, 1))
        if not self.sources:
            return AUTO_EDGE, AUTO_EDGE
        width, height = self.sources[0].size
        scale = AUTO_EDGE * AUTO_EDGE / (width * height)
        longest = models.EDGE_MAX
        return (
            max(256, min(longest, isqrt(round(width * width * scale)))),
            max(256, min(longest, isqrt(round(height * height * scale)))),
        )


def generation(body: Any) -> Wish:
    """A body of /v1/images/generations."""
    values = _object(body)
    _known(values, GENERATION)
    return _wish(values, sources=(), mask=None, markup=None)


def edit(
    values: Mapping[str, Any],
    pictures: Sequence[Upload],
    mask: Upload | None,
    markup: Upload | None,
    *,
    known: set[str],
) -> Wish:
    """An edit: its plain values and its files."""
    _known(values, known)
    return _wish(values, sources=tuple(pictures), mask=mask, markup=markup, edits=True)


def typed(fields: Mapping[str, str]) -> dict[str, Any]:
    """The text fields of a form as the values that they stand for; what cannot be read so is kept as text."""
    values: dict[str, Any] = {}
    for name, text in fields.items():
        if name in WHOLE and re.fullmatch(r"-?\d{1,9}", text):
            values[name] = int(text)
        elif name == "stream" and text in ("true", "false"):
            values[name] = text == "true"
        else:
            values[name] = text
    return values


def check_size(name: str, row: Model) -> tuple[int, int] | None:
    """The pixels of a size that the model can draw; None for `auto`."""
    if name == "auto":
        return None
    if row.fixed_sizes:
        if name not in row.fixed_sizes:
            raise not_one_of("size", name, (*row.fixed_sizes, "auto"))
        width, _, height = name.partition("x")
        return int(width), int(height)
    found = _SIZE.fullmatch(name)
    if not found:
        raise cannot(f"Invalid size '{name}'. Expected 'auto' or WIDTHxHEIGHT, for example '1536x864'.", "size")
    width, height = int(found[1]), int(found[2])
    if width % models.EDGE_MULTIPLE or height % models.EDGE_MULTIPLE:
        raise cannot("Width and height must both be divisible by 16.", "size")
    if max(width, height) > models.EDGE_MAX:
        raise cannot("The longest edge must be less than or equal to 3840.", "size")
    if max(width, height) > models.RATIO_MAX * min(width, height):
        raise cannot("The requested aspect ratio must be between 1:3 and 3:1.", "size")
    if width * height < models.PIXELS_MIN:
        raise cannot("Requested resolution is below the current minimum pixel budget.", "size")
    if width * height > models.PIXELS_MAX:
        raise cannot("Requested resolution exceeds the current pixel budget.", "size")
    return width, height


def _wish(
    values: Mapping[str, Any], *, sources: tuple[Upload, ...], mask: Upload | None, markup: Upload | None,
    edits: bool = False,
) -> Wish:  # fmt: skip
    prompt = _prompt(values)
    model = _model(values)
    row = MODELS[model]
    if edits:
        check_pictures(sources)
        _fidelity(values, row)
        _overlays(sources, mask, markup, row)
    stream = _flag(values, "stream")
    count = _whole(values, "n", 1, COUNT_MAX, 1)
    if stream and count != 1:
        raise cannot("Streaming is only supported with n=1.", "n")
    if "partial_images" in values and values["partial_images"] and not stream:
        raise cannot("partial_images is only supported when stream is true.", "partial_images")
    quality = _word(values, "quality", (*row.qualities, "auto"), "auto")
    form, background = _format_and_background(values, row)
    _previews(values, row)
    identifier = _text(values, "safety_identifier", IDENTIFIER_MAX) or _text(values, "user", 10_000) or None
    return Wish(
        model=model,
        prompt=prompt,
        count=count,
        size=check_size(_text(values, "size", 100) or "auto", row),
        quality="low" if quality == "auto" else quality,
        background="opaque" if background == "auto" else background,
        format=form,
        compression=_compression(values, form),
        stream=stream,
        partials=_whole(values, "partial_images", 0, PARTIALS_MAX, 0),
        safety_identifier=identifier,
        sources=sources,
        mask=mask,
    )


def _object(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise Refusal(400, "Invalid body: expected a JSON object.")
    return body


def _known(values: Mapping[str, Any], known: set[str]) -> None:
    for name in values:
        if name not in known:
            raise unknown_parameter(name)


def _prompt(values: Mapping[str, Any]) -> str:
    if "prompt" not in values:
        raise missing("prompt")
    prompt = values["prompt"]
    if not isinstance(prompt, str):
        raise wrong_type("prompt", "a string", prompt)
    if not prompt:
        message = (
            "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead."
        )
        raise Refusal(400, message, code="empty_string", param="prompt")
    if len(prompt) > PROMPT_MAX:
        raise too_long("prompt", len(prompt), PROMPT_MAX)
    return prompt


def _model(values: Mapping[str, Any]) -> str:
    model = values.get("model")
    if model is None:
        raise missing("model")
    if not isinstance(model, str):
        raise wrong_type("model", "a string", model)
    if model in RETIRED:  # both statuses have been seen for retired models
        status = 410 if model.startswith("dall-e") else 404
        raise Refusal(status, f"The model `{model}` has been deprecated. {RETIRED[model]}", code="model_not_found")
    if model not in MODELS:
        raise no_such_model(model)
    return model


def _fidelity(values: Mapping[str, Any], row: Model) -> None:
    """Even null is too much for a model without it (pydantic-ai 5413)."""
    if "input_fidelity" not in values:
        return
    if not row.fidelity:
        message = f"The model '{values.get('model')}' does not support the 'input_fidelity' parameter."
        raise cannot(message, "input_fidelity", "invalid_input_fidelity_model")
    _word(values, "input_fidelity", row.fidelity, "low")


def _overlays(sources: tuple[Upload, ...], mask: Upload | None, markup: Upload | None, row: Model) -> None:
    if mask is not None and markup is not None:
        raise cannot("The 'mask' and 'markup' parameters are mutually exclusive.", "markup")
    if mask is not None:
        check_mask(mask, sources[0])
    if markup is not None:
        if not row.markup:
            raise cannot("The 'markup' parameter is not supported for this model.", "markup")
        check_markup(markup, sources[0])


def _format_and_background(values: Mapping[str, Any], row: Model) -> tuple[str, str]:
    form = _word(
        values, "output_format", ("png", "jpeg", "webp", *(f for f in row.formats if f in ("gif", "svg"))), "png"
    )
    if form in ("gif", "svg"):
        raise Refusal(403, f"Your project does not have access to the {form.upper()} preview.", param="output_format")
    background = _word(values, "background", ("transparent", "opaque", "auto"), "auto")
    if background == "transparent":
        if form == "jpeg":
            message = "Transparent background is not supported for JPEG output. Use 'png' or 'webp'."
            raise cannot(message, "background")
        if row.fixed_sizes == () and not row.markup and values["prompt"].startswith("no transparency"):
            raise cannot("Transparent background is not supported for this model.", "background")
    return form, background


def _compression(values: Mapping[str, Any], form: str) -> int:
    level = _whole(values, "output_compression", 0, 100, 100)
    if form == "png" and level != 100:
        message = "Compression less than 100 is not supported for PNG output format."
        raise cannot(message, "output_compression")
    return level


def _previews(values: Mapping[str, Any], row: Model) -> None:
    """What only some models have."""
    for name in ("frame_count", "frame_duration_ms"):
        if values.get(name) is not None:
            raise cannot(f"The '{name}' parameter is only supported with output_format 'gif'.", name)
    if values.get("svg") is not None:
        raise cannot("The 'svg' parameter is only supported with output_format 'svg'.", "svg")
    if values.get("complexity") is not None:
        if not row.complexity:
            message = f"The model '{values['model']}' does not support the 'complexity' parameter."
            raise cannot(message, "complexity", "unsupported_parameter")
        _word(values, "complexity", ("low", "medium", "high"), "high")
    if values.get("moderation") is not None:
        _word(values, "moderation", ("low", "auto"), "auto")


def _word(values: Mapping[str, Any], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = values.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise wrong_type(name, f"one of {', '.join(allowed)}", value)
    if value not in allowed:
        raise not_one_of(name, value, allowed)
    return value


def _whole(values: Mapping[str, Any], name: str, least: int, most: int, default: int) -> int:
    value = values.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type(name, "an integer", value)
    if not least <= value <= most:
        raise out_of_range(name, value, least, most)
    return value


def _flag(values: Mapping[str, Any], name: str) -> bool:
    value = values.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise wrong_type(name, "a boolean", value)
    return value


def _text(values: Mapping[str, Any], name: str, most: int) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value)
    if len(value) > most:
        raise too_long(name, len(value), most)
    return value


def _nearest(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if width > height * 5 // 4:
        return 1536, 1024
    return (1024, 1536) if height > width * 5 // 4 else (1024, 1024)
