"""Server-sent events, cut out of the bytes as they come: no line is ever held as a whole, be it twenty megabytes.

The rules are those of the HTML Standard, 9.2.6 ("Interpreting an event stream"): three kinds of line ends, comments,
one blank after the colon taken away, an empty line ends an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.providers.openai.json_stream import Malformed, find

NAME_BYTES_MAX: Final = 256  # of a field's name, and of an event's
_NAME_END: Final = re.compile(rb"[:\r\n]")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Data:
    """More of the event's data. Its lines are joined with line feeds."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The event is complete. `has_data`: otherwise it is none, by the standard."""

    name: str
    has_data: bool


class SseStream:
    """One stream. Feed it all its bytes."""

    def __init__(self) -> None:
        self._field = bytearray()  # the name of the field that is being read
        self._in_value = False
        self._value_begun = False
        self._event = bytearray()
        self._data_lines = 0
        self._after_cr = False

    @property
    def name(self) -> str:
        """The name that the current event has so far."""
        return self._event.decode("utf-8", "replace")

    def feed(self, data: bytes) -> Iterator[Data | Dispatch]:
        """What these bytes bring. Raises `Malformed`."""
        at, line_feed = 0, -1
        while at < len(data):
            if self._after_cr:
                self._after_cr = False
                if data[at] == 0x0A:
                    at += 1
                    continue
            if self._in_value:
                if line_feed < at:  # remembered: it may be far away, and carriage returns many
                    line_feed = find(data, b"\n", at, len(data))
                end = find(data, b"\r", at, line_feed)
                yield from self._value(data[at:end])
            else:
                name_end = _NAME_END.search(data, at)
                end = name_end.start() if name_end else len(data)
                self._named(data[at:end])
            mark = data[end : end + 1]
            at = end + 1
            if mark == b":":
                yield from self._value_begins()
            elif mark:
                self._after_cr = mark == b"\r"
                yield from self._line_ends()

    def _named(self, letters: bytes) -> None:
        self._field += letters
        if len(self._field) > NAME_BYTES_MAX:
            raise Malformed("not an event stream")

    def _value_begins(self) -> Iterator[Data]:
        self._in_value, self._value_begun = True, False
        if self._is(b"data"):
            self._data_lines += 1
            if self._data_lines > 1:
                yield Data(b"\n")
        elif self._is(b"event"):
            self._event.clear()

    def _value(self, letters: bytes) -> Iterator[Data]:
        if not self._value_begun and letters:
            self._value_begun = True
            letters = letters.removeprefix(b" ")
        if not letters:
            return
        if self._is(b"data"):
            yield Data(letters)
        elif self._is(b"event"):
            self._event += letters
            if len(self._event) > NAME_BYTES_MAX:
                raise Malformed("not an event stream")

    def _is(self, name: bytes) -> bool:
        return self._field.removeprefix(_BYTE_ORDER_MARK) == name

    def _line_ends(self) -> Iterator[Data | Dispatch]:
        if not self._in_value and self._field:  # a field without a colon has an empty value
            yield from self._value_begins()
        elif not self._in_value:
            yield Dispatch(self.name, has_data=self._data_lines > 0)
            self._event.clear()
            self._data_lines = 0
        self._in_value = False
        self._field.clear()
