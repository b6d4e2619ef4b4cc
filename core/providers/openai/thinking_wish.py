"""An order made ready to be thought about: its words with the style in them, its pictures as models read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from core.model import Size
from core.ports import EditOrder, GenerateOrder, SourceImage
from core.providers.models import Model
from core.providers.openai.bodies import FLATTENED, prompt_of
from core.providers.openai.inputs import JPEG, PNG, Given, given, given_mask
from core.providers.profiles import MaskKind, Server
from core.sizes import fit

# A picture inside JSON has at most 20,971,520 characters (OpenAI's OpenAPI specification, `ImageRefParam.image_url`),
# and base64 takes four for three bytes.
PICTURE_BYTES_MAX: Final = 20_971_520 // 4 * 3 - 1024


@dataclass(frozen=True, slots=True)
class Wish:
    """What of an order goes into a request."""

    prompt: str
    pictures: tuple[Given, ...] = ()  # an edit's own picture first
    mask: Given | None = None  # of the first picture's size, alpha 0 is where the edit happens
    size: Size | None = None  # None: the model chooses


async def wish_of(order: GenerateOrder | EditOrder, server: Server, model: Model) -> Wish:
    """The wish of an order. Decoding and encoding happen in threads. Raises `CannotDraw` for unusable words."""
    sources = (order.source, *order.references) if isinstance(order, EditOrder) else order.references
    pictures = tuple([await _given(source, server) for source in sources])
    prompt = prompt_of(order, server)
    if any(picture.flattened for picture in pictures):
        prompt = f"{prompt}\n{FLATTENED}"
    wish = Wish(prompt, pictures, size=order.size)
    if not isinstance(order, EditOrder):
        return wish
    # "auto" would let the model choose the shape as well: an edit that keeps its source's size names the nearest one.
    size = order.size or fit(None, None, model, source=order.source.size).size
    mask = None if order.mask is None else await given_mask(order.mask, pictures[0], MaskKind.ALPHA)
    return replace(wish, mask=mask, size=size)


async def _given(source: SourceImage, server: Server) -> Given:
    picture = await given(source, server.picture_types & {PNG, JPEG})
    return picture if len(picture.data) <= PICTURE_BYTES_MAX else await given(source, frozenset({JPEG}))
