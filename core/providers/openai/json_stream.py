"""A JSON document that arrives in pieces: its large strings are handed on as they come, the small rest is kept.

An answer of an image API is a few hundred bytes of JSON around megabytes of base64. This reader follows the document's
structure, byte for byte as it comes in (RFC 8259), and diverts the strings at the wanted places. What remains, with
`null` in their places, goes through the standard library's parser at the end, so that the result is exactly what that
parser would have said. Whatever a server sends, memory stays bounded: depth, length of a string, number of diverted
strings and the size of the rest all have limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, NoReturn

Step = str | int
Place = tuple[Step, ...]  # where a value stands: ("data", 0, "b64_json")
Pattern = tuple[str | None, ...]  # where wanted strings stand; None is any number of an array

DEPTH_MAX: Final = 64
STRING_BYTES_MAX: Final = 256 * 1024  # of a string that is kept
REST_BYTES_MAX: Final = 2 * 1024 * 1024  # of everything that is kept
DIVERTED_MAX: Final = 64

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_STRUCTURE: Final = re.compile(rb'["{}\[\],]')
_STRING: Final = re.compile(rb'["\\]')
_ESCAPES: Final = {
    b'"': b'"',
    b"\\": b"\\",
    b"/": b"/",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
}
_HEX: Final = re.compile(rb"u[0-9a-fA-F]{4}")
_HALF: Final = re.compile("[\ud800-\udfff]")  # half of a surrogate pair: no encoding can carry it
_NOT_ASCII: Final = b"\xff"  # stands for a letter that no base64 has


class Malformed(ValueError):
    """The document is not JSON, or is more than an answer can be."""


class Unfinished(Malformed):
    """The document ends in its middle. `empty` when there was nothing at all."""

    def __init__(self, *, empty: bool) -> None:
        super().__init__("the document is empty" if empty else "the document breaks off")
        self.empty = empty


@dataclass(frozen=True, slots=True)
class Begin:
    """A wanted string begins."""

    place: Place


@dataclass(frozen=True, slots=True)
class Piece:
    """More of the wanted string: its letters, unescaped. What is not ASCII comes as a byte above 127."""

    letters: bytes


@dataclass(frozen=True, slots=True)
class End:
    """The wanted string is complete."""


Event = Begin | Piece | End


class _In(Enum):
    STRUCTURE = auto()
    STRING = auto()  # an ordinary one, or a key
    WANTED = auto()


@dataclass(slots=True)
class _Frame:
    """An open object (`step` is the key being read or just read) or an open array (`step` is the index)."""

    closer: bytes
    step: Step
    before_key: bool


class JsonStream:
    """One document. Feed it all its bytes, use up the events of each `feed`, then ask for `document`."""

    def __init__(self, wanted: Sequence[Pattern]) -> None:
        self._wanted = frozenset(wanted)
        self._rest = bytearray()
        self._frames: list[_Frame] = []
        self._mode = _In.STRUCTURE
        self._started = 0  # where in the rest the string began that is being read
        self._is_key = False
        self._skip = False  # the last byte was a backslash in an ordinary string
        self._escape: bytes | None = None  # what came of an escape in a wanted string
        self._diverted: list[Place] = []

    @property
    def rest(self) -> bytes:
        """What was kept so far."""
        return bytes(self._rest)

    def feed(self, data: bytes) -> Iterator[Event]:
        """The wanted strings' events in these bytes. Raises `Malformed`."""
        at = 0
        while at < len(data):
            match self._mode:
                case _In.STRUCTURE:
                    at, begun = self._structure(data, at)
                    if begun:
                        yield Begin(self._diverted[-1])
                case _In.STRING:
                    at = self._string(data, at)
                case _In.WANTED:
                    at, letters, ended = self._letters(data, at)
                    if letters:
                        yield Piece(letters)
                    if ended:
                        yield End()

    def document(self, values: Sequence[object]) -> Any:
        """The parsed rest, with these values in the places of the diverted strings, in their order.

        Raises `Unfinished` when something is missing, `Malformed` when it is no JSON.
        """
        text = bytes(self._rest).removeprefix(_BYTE_ORDER_MARK)
        if self._frames or self._mode is not _In.STRUCTURE or not text.strip():
            raise Unfinished(empty=not text.strip())
        parsed = parse(text)
        for place, value in zip(self._diverted, values, strict=True):
            _put(parsed, place, value)
        return parsed

    def _structure(self, data: bytes, at: int) -> tuple[int, bool]:
        """Read on outside strings, past the next mark: where it goes on, and whether a wanted string begins there."""
        found = _STRUCTURE.search(data, at)
        end = found.start() if found else len(data)
        self._keep(data[at:end])
        if not found:
            return end, False
        mark = found.group()
        if mark == b'"':
            return end + 1, self._open_string()
        self._keep(mark)
        match mark:
            case b"{" | b"[":
                self._open(mark)
            case b",":
                self._next()
            case _:
                if not self._frames or self._frames.pop().closer != mark:
                    raise Malformed("a bracket closes what is not open")
        return end + 1, False

    def _open(self, mark: bytes) -> None:
        if len(self._frames) >= DEPTH_MAX:
            raise Malformed("nested too deeply")
        is_object = mark == b"{"
        self._frames.append(_Frame(b"}" if is_object else b"]", "" if is_object else 0, before_key=is_object))

    def _next(self) -> None:
        if not self._frames:
            raise Malformed("a comma outside everything")
        frame = self._frames[-1]
        if isinstance(frame.step, int):
            frame.step += 1
        else:
            frame.before_key = True

    def _open_string(self) -> bool:
        """A string begins; is it a wanted one?"""
        self._is_key = bool(self._frames) and self._frames[-1].before_key
        place = tuple(frame.step for frame in self._frames)
        if not self._is_key and tuple(None if isinstance(step, int) else step for step in place) in self._wanted:
            if len(self._diverted) >= DIVERTED_MAX:
                raise Malformed("too many pictures")
            self._diverted.append(place)
            self._keep(b"null")
            self._mode = _In.WANTED
            return True
        self._started = len(self._rest)
        self._keep(b'"')
        self._mode = _In.STRING
        return False

    def _string(self, data: bytes, at: int) -> int:
        """Read on in a string that is kept as it stands, escapes included."""
        if self._skip:
            self._skip = False
            self._keep(data[at : at + 1])
            return at + 1
        found = _STRING.search(data, at)
        end = found.end() if found else len(data)
        self._keep(data[at:end])
        if len(self._rest) - self._started > STRING_BYTES_MAX:
            raise Malformed("a string is too long")
        if found and found.group() == b"\\":
            self._skip = True
        elif found:
            self._mode = _In.STRUCTURE
            if self._is_key:
                self._frames[-1].step = str(parse(bytes(self._rest[self._started :])))
                self._frames[-1].before_key = False
        return end

    def _letters(self, data: bytes, at: int) -> tuple[int, bytes, bool]:
        """Read on in a wanted string: where it goes on, its letters so far, and whether that was all of it."""
        letters: list[bytes] = []
        ended = False
        quote = -1
        while at < len(data):
            if self._escape is not None:
                self._escape += data[at : at + 1]
                at += 1
                letters.append(self._unescaped())
                continue
            # Two searches for one byte each: a pattern for either takes fifty times as long, most of a picture's cost.
            if quote < at:
                quote = find(data, b'"', at, len(data))
            end = find(data, b"\\", at, quote)
            letters.append(data[at:end])
            at = end + 1
            if end < quote:
                self._escape = b""
            elif end < len(data):
                self._mode = _In.STRUCTURE
                ended = True
                break
        return min(at, len(data)), letters[0] if len(letters) == 1 else b"".join(letters), ended

    def _unescaped(self) -> bytes:
        """The letter that an escape stands for, or nothing yet."""
        escape = self._escape or b""
        if escape[:1] != b"u":
            if escape not in _ESCAPES:
                raise Malformed("no such escape")
            self._escape = None
            return _ESCAPES[escape]
        if len(escape) < len("u0000"):
            return b""
        if not _HEX.fullmatch(escape):
            raise Malformed("no such escape")
        self._escape = None
        letter = int(escape[1:], 16)
        return bytes([letter]) if letter < 128 else _NOT_ASCII

    def _keep(self, data: bytes) -> None:
        self._rest += data
        if len(self._rest) > REST_BYTES_MAX:
            raise Malformed("too long")


def find(data: bytes, mark: bytes, start: int, end: int) -> int:
    """Where the mark stands, or `end`."""
    at = data.find(mark, start, end)
    return end if at < 0 else at


def parse(text: bytes) -> Any:
    """A small JSON text, strictly: UTF-8 only, no NaN. Raises `Malformed`. Halves of surrogate pairs become U+FFFD."""
    try:
        parsed = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    return _whole(parsed) if b"\\ud" in text.lower() else parsed


def _no_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON")


def _whole(value: Any) -> Any:
    """The same without halves of surrogate pairs."""
    match value:
        case str():
            return _HALF.sub("\ufffd", value)
        case list():
            return [_whole(each) for each in value]
        case dict():
            return {_whole(key): _whole(each) for key, each in value.items()}
        case _:
            return value


def _put(document: Any, place: Place, value: object) -> None:
    """Set what stands at a place, which is a `null` of ours."""
    for step in place[:-1]:
        document = _at(document, step)
    if not place or _at(document, place[-1]) is not None:
        raise Malformed("a name stands twice")
    document[place[-1]] = value


def _at(document: Any, step: Step) -> Any:
    try:
        return document[step]
    except (KeyError, IndexError, TypeError) as error:
        raise Malformed("a name stands twice") from error
