"""What arrived, kept as it came: tests look here to see what a client really sent."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from typing import Any

from emulators.image_api.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body. `filename` and `media_type` are None where the client said nothing."""

    name: str
    filename: str | None
    media_type: str | None
    content: bytes

    @property
    def text(self) -> str:
        """A plain field's value."""
        return self.content.decode()


@dataclass(slots=True, kw_only=True)
class Recorded:
    """One request. `began_at` and `finished_at` are `time.perf_counter()`: body read, and last byte handed over."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    json: Any | None = None
    parts: list[Part] | None = None
    began_at: float = field(default_factory=time.perf_counter)
    finished_at: float | None = None
    unreadable: Refusal | None = None  # why `json` or `parts` could not be read; answered after key and faults
    status: int | None = None  # what was answered; None while it is open, or when the connection was cut

    def json_body(self) -> Any:
        """The JSON document of a request that has to have one."""
        if self.parts is not None or self.json is None:
            message = "Unsupported content type. This API method only accepts 'application/json' requests."
            raise Refusal(400, message, code="unsupported_content_type")
        return self.json

    def json_object(self) -> dict[str, Any]:
        """The same, where it has to be an object."""
        body = self.json_body()
        if not isinstance(body, dict):
            raise Refusal(400, "Invalid body: expected a JSON object.")
        return body

    def fields(self) -> dict[str, str]:
        """The plain fields of a multipart body."""
        return {part.name: part.text for part in self.parts or () if part.filename is None}

    def files(self, *names: str) -> list[Part]:
        """The files of a multipart body, in their order; with names, only those fields."""
        parts = self.parts or ()
        return [part for part in parts if part.filename is not None and (not names or part.name in names)]


def read_json(body: bytes) -> Any:
    """A JSON body, or the refusal for one that is none."""
    try:
        return json.loads(body)
    except ValueError as error:
        message = (
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP "
            "library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)"
        )
        raise Refusal(400, message) from error


def read_multipart(content_type: str, body: bytes) -> list[Part]:
    """The parts of a multipart body, strictly: a boundary, a name for each part, and the closing line."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise Refusal(400, "Could not parse multipart form: no boundary was given.")
    line = b"--" + boundary.encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + line)
    if len(pieces) < 2 or pieces[0] or not pieces[-1].startswith(b"--"):
        raise Refusal(400, "Could not parse multipart form: it is not closed.")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, gap, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    message = HeaderParser().parsestr(head.decode("utf-8", "surrogateescape"))
    name = message.get_param("name", header="content-disposition")
    if not gap or message.get_content_disposition() != "form-data" or not isinstance(name, str):
        raise Refusal(400, "Could not parse multipart form: a part has no name.")
    given = message["content-type"]
    return Part(name, message.get_filename(), message.get_content_type() if given else None, content)
