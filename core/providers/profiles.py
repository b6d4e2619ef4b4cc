"""How each kind of server wants to be asked: rows of `catalog/servers.toml`, and what a model can do there.

OpenAI's image API has many imitators, each with other field names, gaps and habits. What differs is data here, so that
the client has one way through and no `if` on a server's name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from core.errors import BadSettings
from core.model import Background, Mode, OutputFormat, Quality, Ratio, Resolution, Size
from core.options import LONG_EDGES
from core.ports import ModelProfile, ThinkingBudget
from core.providers.models import Model
from core.rows import read_rows

PROVIDER: Final = "openai"  # the name of every provider that is asked this way
GENERIC: Final = "generic"
_OF_ITSELF: Final = frozenset({"label", "source", "date", "hosts", "base_path"})  # never taken over by `like`


class Auth(StrEnum):
    """Where the key stands."""

    BEARER = "bearer"  # Authorization: Bearer KEY
    API_KEY = "api-key"  # api-key: KEY


class EditEncoding(StrEnum):
    """How pictures are handed in."""

    MULTIPART = "multipart"
    JSON = "json"  # an edit with its pictures as data URLs
    REFERENCES = "references"  # no edits: a generation that has pictures with it
    NONE = "none"


class MaskKind(StrEnum):
    """How a mask says where to edit."""

    ALPHA = "alpha"  # where it is transparent
    WHITE = "white"  # where it is white; its alpha is not looked at
    NONE = "none"  # it takes no mask


class Shape(StrEnum):
    """How a size is said."""

    SIZE = "size"  # "size": "1024x1536"
    RATIO = "ratio"  # "aspect_ratio": "2:3" and "resolution": "1k"


@dataclass(frozen=True, slots=True)
class Server:
    """One kind of server. Paths stand under the base URL; "" means that it has none; they may hold `{model}`."""

    name: str
    label: str
    source: str
    date: date
    hosts: tuple[str, ...]  # host names, or ".suffix" for all below it, by which a base URL is recognised
    auth: Auth
    generations: str
    edits: str
    responses: str
    moderations: str
    models: str
    edit_encoding: EditEncoding
    image_field: str
    image_field_single: str  # when there is one picture only
    mask_field: str
    mask_kind: MaskKind
    shape: Shape
    response_format: str  # "" is never sent
    sends: frozenset[str]  # the optional parameters that it takes; what is not here is left out
    size_auto: bool  # it takes the size "auto"; otherwise the size is left out when there is none
    streams: bool
    count_max: int  # pictures that one request may ask for
    picture_types: frozenset[str]  # media types of pictures that it takes
    formats: frozenset[OutputFormat]  # what it can answer
    strips: tuple[str, ...]  # regular expressions of what must not stand in a prompt
    priced_as: str  # its provider's name in the price table
    query: Mapping[str, str] = field(default_factory=dict, hash=False)  # of every request: {"api-version": "preview"}
    base_path: str = ""  # how the base URL's path ends, where one host is asked in two styles
    references_max: int = 16  # pictures handed in, the edited one included
    ratios: tuple[Ratio, ...] = ()  # with Shape.RATIO: those that it knows
    resolutions: tuple[str, ...] = ()  # with Shape.RATIO: those that it knows, in its own spelling, "1k"
    data_urls: bool = True  # pictures inside JSON are data URLs; otherwise bare base64
    moderates_pictures: bool = True  # its moderations take pictures too, not words only


@cache
def catalog() -> tuple[Server, ...]:
    """The servers that come with Easel."""
    return parse_servers(resources.files("core").joinpath("catalog", "servers.toml").read_text("utf-8"))


def server_of(base_url: str, name: str = "") -> Server:
    """The server of this name; without one the server whose host this is, or the generic one.

    Raises `BadSettings` for a name that is not in the catalog.
    """
    if name:
        found = next((server for server in catalog() if server.name == name), None)
        if found is None:
            known = ", ".join(server.name for server in catalog())
            raise BadSettings(f"There is no kind of server called {name}.", f"The known ones are {known}.")
        return found
    try:
        parts = urlsplit(base_url)
        host, path = (parts.hostname or "").rstrip("."), parts.path.rstrip("/")
    except ValueError:  # "http://[": no host that could be recognised
        host, path = "", ""
    theirs = [server for server in catalog() if _is_at(server, host)]
    exact = (server for server in theirs if server.base_path and path.endswith(server.base_path))
    plain = (server for server in theirs if not server.base_path)
    return next(exact, None) or next(plain, None) or server_of("", GENERIC)


def _is_at(server: Server, host: str) -> bool:
    return any(host.endswith(one) if one.startswith(".") else host == one for one in server.hosts)


def profile_of(
    model: Model, name: str, server: Server, *, previews: int, thinking: ThinkingBudget | None
) -> ModelProfile:
    """What a model can do at a server: what both of them can. `name` is what the operator calls the model."""
    takes = server.sends & model.parameters
    pictures = server.edit_encoding is not EditEncoding.NONE and bool(server.edits)
    streams = server.streams and model.streams and {"stream", "partial_images"} <= takes
    thinks = thinking is not None and bool(server.responses)
    return ModelProfile(
        provider=PROVIDER,
        model=name,
        label=model.label or name or server.label,
        edge_multiple=model.edge_multiple,
        longest_edge=model.longest_edge,
        pixels_min=model.pixels_min,
        pixels_max=model.pixels_max,
        ratio_max=model.ratio_max,
        sizes=_sizes(server) if server.shape is Shape.RATIO else model.sizes,
        qualities=model.qualities if "quality" in takes else frozenset({Quality.AUTO}),
        formats=_formats(model, server),
        backgrounds=model.backgrounds if "background" in takes else frozenset({Background.AUTO}),
        modes=frozenset(Mode) if thinks else frozenset({Mode.INSTANT}),
        count_max=model.count_max,
        references_max=min(model.references_max, server.references_max) if pictures else 0,
        markup=pictures and model.markup and "markup" in server.sends,
        masks=pictures and model.masks and server.mask_kind is not MaskKind.NONE,
        previews_max=max(0, min(previews, model.previews_max)) if streams else 0,
        repeatable=False,
        mask_is_guidance=True,
        priced_as=server.priced_as,
        thinking=thinking if thinks else None,
    )


def _formats(model: Model, server: Server) -> frozenset[OutputFormat]:
    """The formats that may be asked for. PNG is always among them, since it is what is planned when nobody chose.

    What a server that cannot be told sends instead is seen from the picture's own first bytes.
    """
    if "output_format" not in server.sends & model.parameters:
        return server.formats | {OutputFormat.PNG}
    return (model.formats & server.formats) | {OutputFormat.PNG}


def _sizes(server: Server) -> tuple[Size, ...]:
    """The sizes that a server's ratios and resolutions stand for, about: it says itself what it has drawn.

    A resolution is the long edge, and nothing is smaller than a 1K square, as `core.sizes` has it.
    """
    floor = LONG_EDGES[Resolution.ONE_K] ** 2
    sizes = []
    for resolution in server.resolutions:
        for ratio in server.ratios:
            stretch = max(ratio.width, ratio.height) / min(ratio.width, ratio.height)
            pixels = max(LONG_EDGES[Resolution(resolution.lower())] ** 2 / stretch, floor)
            unit = int(math.sqrt(pixels / (ratio.width * ratio.height)))  # whole, so that the shape is exact
            sizes.append(Size(unit * ratio.width, unit * ratio.height))
    return tuple(sizes)


def ratio_and_resolution(size: Size, server: Server) -> tuple[str, str]:
    """The server's own ratio and resolution for one of the sizes in its profile, or for the nearest of them."""
    known = dict(zip(_sizes(server), ((r, str(s)) for r in server.resolutions for s in server.ratios), strict=True))
    if size not in known:
        size = min(known, key=lambda one: _distance(one, size))
    resolution, ratio = known[size]
    return ratio, resolution


def _distance(one: Size, other: Size) -> tuple[float, float]:
    """How far apart two sizes are: first by shape, then by how many pixels they have."""
    shape = one.width * other.height / (one.height * other.width)
    area = one.width * one.height / (other.width * other.height)
    return round(max(shape, 1 / shape), 3), max(area, 1 / area)


def stripped(prompt: str, server: Server) -> str:
    """A person's words without what this server would take for an instruction to itself.

    Again until nothing is left: what stands around something taken out could otherwise become such an instruction.
    """
    before = None
    while prompt != before:
        before = prompt
        for pattern in server.strips:
            prompt = re.sub(pattern, " ", prompt)
    return prompt.strip() if server.strips else prompt


def parse_servers(text: str) -> tuple[Server, ...]:
    """Read rows in the form of `catalog/servers.toml`. Raises `BadSettings` that names the row and what is wrong."""
    return tuple(_row(row) for row in read_rows(text, "server", ("name",), _OF_ITSELF))


def _row(row: Mapping[str, Any]) -> Server:
    name = f"The server {row.get('name', '?')}"
    known = {one.name for one in fields(Server)}
    needed = {one.name for one in fields(Server) if one.default is MISSING and one.default_factory is MISSING}
    if wrong := sorted((needed - row.keys()) | (row.keys() - known)):
        raise BadSettings(f"{name} has a wrong or missing field: {', '.join(wrong)}.", "Mend the catalog.")
    try:
        return Server(**{**row, **_values(row)})
    except (ValueError, TypeError, re.error) as error:
        raise BadSettings(f"{name} cannot be used: {error}.", "Mend the catalog.") from error


def _values(row: Mapping[str, Any]) -> Mapping[str, Any]:
    for pattern in row["strips"]:
        re.compile(pattern)
    for name in ("count_max", "references_max"):
        if type(row.get(name, 1)) is not int or row.get(name, 1) < 1:
            raise ValueError(f"{name} is not a whole number from 1")
    for name in ("streams", "size_auto", "data_urls", "moderates_pictures"):
        if type(row.get(name, True)) is not bool:
            raise ValueError(f"{name} is neither true nor false")
    return {
        "hosts": tuple(row["hosts"]),
        "auth": Auth(row["auth"]),
        "edit_encoding": EditEncoding(row["edit_encoding"]),
        "mask_kind": MaskKind(row["mask_kind"]),
        "shape": Shape(row["shape"]),
        "sends": frozenset(row["sends"]),
        "picture_types": frozenset(row["picture_types"]),
        "formats": frozenset(OutputFormat(one) for one in row["formats"]),
        "strips": tuple(row["strips"]),
        "query": MappingProxyType(dict(row.get("query", {}))),
        "ratios": tuple(_ratio(one) for one in row.get("ratios", ())),
        "resolutions": tuple(row.get("resolutions", ())),
    }


def _ratio(said: str) -> Ratio:
    width, _, height = said.partition(":")
    return Ratio(int(width), int(height))
