"""What is asked, as one HTTP request: pure, from an order, a model's row and a server's row.

One way through for all servers: pictures always make it an edit (a client that drew them from the words alone when it
streamed lost them), what is open or unknown is left out, and nothing is ever sent as null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never
from urllib.parse import quote

import pybase64

from core.characters import introduction
from core.errors import CannotDraw
from core.model import Background, OutputFormat, Quality, Size
from core.ports import EditOrder, Order
from core.presets import style_words
from core.providers.models import Model
from core.providers.openai.connection import Sending
from core.providers.openai.inputs import Given
from core.providers.openai.json_body import Base64Text
from core.providers.profiles import EditEncoding, Server, Shape, ratio_and_resolution, stripped

PROMPT_CHARACTERS_MAX: Final = 32_000  # OpenAI Images: "The maximum length is 32000 characters"
EVENTS: Final = "text/event-stream"
JSON: Final = "application/json"
RECOMPOSED: Final = "Recompose this picture for its new format. Change nothing else."
FLATTENED: Final = "The flat grey areas of the given pictures stand for transparency."
Part = tuple[str, tuple[str | None, bytes | str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request: what a server is asked to draw, in our terms. `dropped`: parameters that it has refused by name."""

    server: Server
    model: Model
    name: str  # the model's, as the operator gave it
    prompt: str
    count: int = 1
    size: Size | None = None
    quality: Quality = Quality.AUTO
    format: OutputFormat = OutputFormat.PNG
    background: Background = Background.AUTO
    safety_identifier: str = ""
    previews: int | None = None  # None: no stream
    pictures: tuple[Given, ...] = ()
    mask: Given | None = None
    markup: Given | None = None
    dropped: frozenset[str] = frozenset()

    @property
    def takes(self) -> frozenset[str]:
        """The optional parameters that may be sent."""
        return (self.server.sends & self.model.parameters) - self.dropped


def prompt_of(order: Order, server: Server, text: str | None = None, *, shown: Sequence[str] | None = None) -> str:
    """The words that a model reads: the person's own, whom the pictures show, the style's and what to leave out.

    `shown` are the characters on the pictures that go out, where those are not simply the order's own. `text` stands
    for the order's own words where they are told in parts. Raises `CannotDraw` when the server's own markup was all
    there was, or when there is more than a prompt may hold.
    """
    said = order.text if text is None else text
    if not said.strip() and isinstance(order, EditOrder):
        said = RECOMPOSED
    words = [
        said.strip(),
        introduction(shown_in(order) if shown is None else shown),
        style_words(order.style, order.style_words),
        f"Do not show: {', '.join(order.without)}." if order.without else "",
    ]
    if not stripped(said, server).strip():
        raise CannotDraw("Nothing of these words can be sent to the image service.", "Say it in other words.")
    prompt = stripped("\n".join(word for word in words if word), server)
    if len(prompt) > PROMPT_CHARACTERS_MAX:
        raise CannotDraw("These words are too long for the image service.", "Say it shorter.")
    return prompt


def shown_in(order: Order) -> tuple[str, ...]:
    """Whom each of the order's pictures shows, in the order in which they are sent; empty for nobody in particular."""
    sources = (order.source, *order.references) if isinstance(order, EditOrder) else order.references
    return tuple(source.shows for source in sources)


def sending_of(question: Question) -> Sending:
    """The request. Raises `CannotDraw` when there are pictures and the server takes none."""
    server = question.server
    if not question.pictures:
        return _sending(question, server.generations, json=_fields(question))
    match server.edit_encoding:
        case EditEncoding.MULTIPART:
            return _sending(question, server.edits, parts=_parts(question))
        case EditEncoding.JSON:
            return _sending(question, server.edits, json={**_fields(question), **_pictures(question)})
        case EditEncoding.REFERENCES:
            path = server.edits or server.generations
            return _sending(question, path, json={**_fields(question), **_pictures(question)})
        case EditEncoding.NONE:
            raise CannotDraw("This image service draws from words only.", "Ask without pictures.")
        case _:
            assert_never(server.edit_encoding)


def parameters_of(question: Question) -> frozenset[str]:
    """The names of everything in the request that may be left out of it."""
    mask = {question.server.mask_field} if _has_mask(question) else set()
    return frozenset(_fields(question)) - {"model", "prompt"} | mask


def _has_mask(question: Question) -> bool:
    return question.mask is not None and question.server.mask_field not in question.dropped


def _sending(
    question: Question, path: str, *, json: Mapping[str, Any] | None = None, parts: Sequence[Part] = ()
) -> Sending:
    return Sending(
        path=path.replace("{model}", quote(question.name, safe="")),
        model=question.name,
        json=json,
        parts=parts,
        images=question.count,
        accept=f"{EVENTS}, {JSON}" if "stream" in _fields(question) else JSON,
    )


def _fields(question: Question) -> dict[str, Any]:
    """Everything but the pictures, in a fixed order."""
    takes, server = question.takes, question.server
    optional: dict[str, Any] = {
        "n": question.count,
        "size": str(question.size) if question.size and server.shape is Shape.SIZE else None,
        "quality": None if question.quality is Quality.AUTO else question.quality.value,
        "background": None if question.background is Background.AUTO else question.background.value,
        "output_format": question.format.value if question.format in question.model.formats & server.formats else None,
        "stream": None if question.previews is None else True,
        "partial_images": question.previews,
        "safety_identifier": question.safety_identifier or None,
    }
    if question.previews is None or "stream" not in takes:
        takes -= {"stream", "partial_images"}
    fields = {"model": question.name, "prompt": question.prompt}
    fields |= {name: value for name, value in optional.items() if value is not None and name in takes}
    own: dict[str, str] = {"response_format": server.response_format} if server.response_format else {}
    if question.size and server.shape is Shape.RATIO:
        own["aspect_ratio"], own["resolution"] = ratio_and_resolution(question.size, server)
    return fields | {name: value for name, value in own.items() if name not in question.dropped}


def _parts(question: Question) -> tuple[Part, ...]:
    """Multipart: the words first, then the files, each with a name and its type.

    A file without them goes out as application/octet-stream, which is refused (openai-node issue 1468).
    """
    server = question.server
    parts: list[Part] = [(name, (None, _text(value), None)) for name, value in _fields(question).items()]
    field = server.image_field_single if len(question.pictures) == 1 else server.image_field
    for number, picture in enumerate(question.pictures, start=1):
        parts.append((field, (f"picture-{number}.{picture.extension}", picture.data, picture.media_type)))
    if question.mask is not None and _has_mask(question):
        mask = question.mask
        parts.append((server.mask_field, (f"mask.{mask.extension}", mask.data, mask.media_type)))
    if question.markup is not None:  # never left out: the words alone would mean something else
        parts.append(
            ("markup", (f"markup.{question.markup.extension}", question.markup.data, question.markup.media_type))
        )
    return tuple(parts)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pictures(question: Question) -> dict[str, Any]:
    """Pictures inside JSON."""
    server = question.server
    said = [_said(picture, server) for picture in question.pictures]
    if len(said) == 1 and server.image_field_single != server.image_field:
        pictures: dict[str, Any] = {server.image_field_single: said[0]}
    else:
        pictures = {server.image_field: said}
    if question.mask is not None and _has_mask(question):
        pictures[server.mask_field] = _said(question.mask, server)
    return pictures


def _said(picture: Given, server: Server) -> Any:
    text = pybase64.b64encode_as_string(picture.data)
    if not server.data_urls:
        return Base64Text(text)
    url = Base64Text(f"data:{picture.media_type};base64,{text}")
    if server.edit_encoding is EditEncoding.REFERENCES:  # openrouter-rs, src/api/images.rs
        return {"type": "image_url", "image_url": {"url": url}}
    return {"url": url}  # docs.x.ai, image edits
