"""The rules of /v1/images/generations and /v1/images/edits: values in, a `Wish` or a refusal out. Pure.

Sources: the parameter types of the official Python SDK 3.54.0, OpenAI's OpenAPI document, and the error texts that
people have posted; where no text is known, the wording is modelled on its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulators.image_api import sizes
from emulators.image_api.models import MODELS, RETIRED, Model
from emulators.image_api.pictures import Commission
from emulators.image_api.refusals import (
    Refusal,
    cannot,
    missing,
    no_such_model,
    too_long,
    unknown_parameter,
    wrong_type,
)
from emulators.image_api.uploads import Upload, check_markup, check_mask, check_pictures
from emulators.image_api.values import flag, text, whole, word

PROMPT_MAX, IDENTIFIER_MAX, COUNT_MAX, PARTIALS_MAX = 32_000, 128, 10, 3
SHARED = {
    "prompt", "model", "n", "size", "quality", "background", "output_format", "output_compression", "stream",
    "partial_images", "complexity", "frame_count", "frame_duration_ms", "svg", "safety_identifier", "user",
}  # fmt: skip
GENERATION = SHARED | {"moderation"}
EDIT = SHARED | {"input_fidelity"}
EDIT_JSON = EDIT | {"moderation", "images", "mask", "markup"}
TOOL = SHARED - {"prompt", "n", "stream", "safety_identifier", "user"} | {
    "type", "action", "moderation", "input_fidelity", "input_image_mask",
}  # fmt: skip
TOOL_MODEL = "gpt-image-2.6-sunburst"  # what the tool draws with when it is not told
WHOLE = {"n", "output_compression", "partial_images", "frame_count", "frame_duration_ms"}


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
        return sizes.chosen(MODELS[self.model], self.sources[0].size if self.sources else None)


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


def tool(
    values: Mapping[str, Any], where: str, prompt: str, pictures: Sequence[Upload], mask: Upload | None
) -> Wish:  # fmt: skip
    """The image tool of a response. `where` is its place, `tools[1]`, which its refusals name."""
    for name in values:
        if name not in TOOL:
            raise unknown_parameter(f"{where}.{name}")
    try:
        word(values, "action", ("generate", "edit", "auto"), "auto")
        asked = {name: value for name, value in values.items() if name not in ("type", "action", "input_image_mask")}
        asked = {"model": TOOL_MODEL, **asked, "prompt": prompt, "stream": True}
        row = MODELS[_model(asked)]
        _fidelity(asked, row)
        if mask is not None and not pictures:
            raise cannot("A mask needs an input image.", "input_image_mask")
        return _wish(asked, sources=tuple(pictures), mask=mask, markup=None, edits=bool(pictures))
    except Refusal as refusal:
        refusal.param = "tools" if refusal.code == "invalid_input_fidelity_model" else f"{where}.{refusal.param}"
        raise


def typed(fields: Mapping[str, str]) -> dict[str, Any]:
    """The text fields of a form as the values that they stand for; what cannot be read so is kept as text."""
    values: dict[str, Any] = {}
    for name, given in fields.items():
        if name in WHOLE and re.fullmatch(r"-?\d{1,9}", given):
            values[name] = int(given)
        elif name == "stream" and given in ("true", "false"):
            values[name] = given == "true"
        else:
            values[name] = given
    return values


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
    stream = flag(values, "stream")
    count = whole(values, "n", 1, COUNT_MAX, 1)
    if stream and count != 1:
        raise cannot("Streaming is only supported with n=1.", "n")
    partials = whole(values, "partial_images", 0, PARTIALS_MAX, 0)
    quality = word(values, "quality", (*row.qualities, "auto"), "auto")
    form, background = _format_and_background(values, row)
    _previews(values, row)
    identifier = text(values, "safety_identifier", IDENTIFIER_MAX) or text(values, "user", 10_000) or None
    return Wish(
        model=model,
        prompt=prompt,
        count=count,
        size=sizes.check_size(text(values, "size", 100) or "auto", row),
        quality="low" if quality == "auto" else quality,
        background="opaque" if background == "auto" else background,
        format=form,
        compression=_compression(values, form),
        stream=stream,
        partials=partials if stream else 0,
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
    word(values, "input_fidelity", row.fidelity, "low")


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
    form = word(
        values, "output_format", ("png", "jpeg", "webp", *(f for f in row.formats if f in ("gif", "svg"))), "png"
    )
    if form in ("gif", "svg"):
        raise Refusal(403, f"Your project does not have access to the {form.upper()} preview.", param="output_format")
    background = word(values, "background", ("transparent", "opaque", "auto"), "auto")
    if background == "transparent" and form == "jpeg":
        message = "Transparent background is not supported for JPEG output. Use 'png' or 'webp'."
        raise cannot(message, "background")
    return form, background


def _compression(values: Mapping[str, Any], form: str) -> int:
    level = whole(values, "output_compression", 0, 100, 100)
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
        word(values, "complexity", ("low", "medium", "high"), "high")
    if values.get("moderation") is not None:
        word(values, "moderation", ("low", "auto"), "auto")


def commission(wish: Wish, *, position: int = 0, part: float = 1.0) -> Commission:
    """What the artist is told."""
    return Commission(
        prompt=wish.prompt,
        size=wish.pixels,
        format=wish.format,
        compression=wish.compression,
        transparent=wish.background == "transparent",
        position=position,
        part=part,
        sources=tuple(each.data for each in wish.sources),
        mask=wish.mask.data if wish.mask else None,
        quality=wish.quality,
    )
