"""Pictures that were sent to the image API, and what it demands of them."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence
from dataclasses import dataclass

from emulators.image_api.recorded import Part
from emulators.image_api.refusals import INVALID_REQUEST, Refusal, missing
from PIL import Image, ImageOps, UnidentifiedImageError

PICTURES_MAX, PICTURE_BYTES, MASK_BYTES, URL_CHARACTERS = 16, 50_000_000, 4_000_000, 20_971_520
MEDIA_TYPES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/jpg": "JPEG", "image/webp": "WEBP"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that was sent, read and measured. `size` is upright: after its EXIF orientation."""

    field: str
    data: bytes
    format: str  # Pillow's name
    size: tuple[int, int]
    has_alpha: bool
    clear: bool  # some of it is fully transparent


def from_part(part: Part) -> Upload:
    """A file of a form. Its declared MIME type counts: bytes without a name go out as octet-stream, and are refused."""
    field = part.name.removesuffix("[]")
    if part.media_type not in MEDIA_TYPES:
        message = (
            f"Invalid file '{field}': unsupported mimetype ('{part.media_type or 'application/octet-stream'}'). "
            "Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'."
        )
        raise Refusal(400, message, code="unsupported_file_mimetype", param=field)
    upload = opened(part.content, field)
    if upload.format != MEDIA_TYPES[part.media_type]:
        raise _broken(field)
    return upload


def from_url(url: object, field: str) -> Upload:
    """A data URL of a JSON body. Other addresses are refused: the fake reaches for nothing."""
    if not isinstance(url, str) or not url:
        raise Refusal(400, f"Invalid '{field}': expected an image URL.", code="invalid_image_url", param=field)
    if len(url) > URL_CHARACTERS:
        raise Refusal(400, f"Invalid '{field}': string too long.", code="string_above_max_length", param=field)
    head, comma, text = url.partition(",")
    media_type = head.removeprefix("data:").removesuffix(";base64")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        raise Refusal(400, f"Error while downloading {url[:60]}.", code="invalid_image_url", param=field)
    if media_type not in MEDIA_TYPES:
        raise Refusal(400, f"Invalid MIME type in '{field}': {media_type}.", code="invalid_image_format", param=field)
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refusal(400, f"Invalid base64 in '{field}'.", code="invalid_base64", param=field) from error
    upload = opened(data, field)
    if upload.format != MEDIA_TYPES[media_type]:
        raise _broken(field)
    return upload


def opened(data: bytes, field: str) -> Upload:
    """A picture of any of the three kinds, decoded to its last row."""
    if len(data) >= PICTURE_BYTES:
        message = f"Invalid file '{field}': file is too large. The maximum size is 50MB."
        raise Refusal(400, message, code="file_too_large", param=field)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
            kind = picture.format or ""
            upright = ImageOps.exif_transpose(picture)
            has_alpha = upright.has_transparency_data
            clear = has_alpha and upright.convert("RGBA").getchannel("A").getextrema()[0] == 0
            return Upload(field, data, kind, upright.size, has_alpha, clear)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _broken(field) from error


def check_pictures(pictures: Sequence[Upload]) -> None:
    """One to sixteen."""
    if not pictures:
        raise missing("image")
    if len(pictures) > PICTURES_MAX:
        message = (
            f"Invalid 'image': array too long. Expected an array with maximum length {PICTURES_MAX}, "
            f"but got an array with length {len(pictures)} instead."
        )
        raise Refusal(400, message, code="array_above_max_length", param="image")


def check_mask(mask: Upload, first: Upload) -> None:
    """PNG with an alpha channel, under 4 MB, as large as the first picture."""
    if mask.format != "PNG":
        raise _mask("Invalid mask image format - mask image must be a PNG file.", "invalid_mask_image_format")
    if len(mask.data) >= MASK_BYTES:
        raise _mask("Invalid mask image - mask image must be less than 4 MB.", "mask_too_large")
    if mask.size != first.size:
        message = "Invalid mask image - mask size does not match image size."
        raise _mask(message, "invalid_mask_image_size")
    if not mask.has_alpha:
        message = "Invalid mask image format - mask image missing alpha channel."
        raise _mask(message, "invalid_mask_image_format")


def check_markup(markup: Upload, first: Upload) -> None:
    """PNG that is transparent somewhere, as large as the first picture stands upright."""
    if markup.format != "PNG" or not markup.clear:
        message = "Invalid markup image - markup must be a PNG file with transparent pixels."
        raise Refusal(400, message, code="invalid_markup_image", param="markup")
    if markup.size != first.size:
        message = "Invalid markup image - markup size does not match image size."
        raise Refusal(400, message, code="invalid_markup_image", param="markup")


def _mask(message: str, code: str) -> Refusal:
    return Refusal(400, message, kind=INVALID_REQUEST, code=code, param="mask")


def _broken(field: str) -> Refusal:
    message = f"Invalid image file or mode for '{field}', please check your image file."
    return Refusal(400, message, code="invalid_image_file", param=field)
