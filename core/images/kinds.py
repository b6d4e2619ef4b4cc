"""What a file is, by its first bytes, so that a refusal can name it. Its name and its claimed type are never believed.

Signatures: the formats' own specifications, as collected in the WHATWG MIME Sniffing Standard and the freedesktop
shared-mime-info database. ISO media brands: https://mp4ra.org/registered-types/brands.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.i18n import say

AS_JPEG = say("Share it as JPEG or PNG and send it again.")
EXPORT = say("Export it as PNG and send that.")
A_PICTURE = say("Send a PNG, JPEG, WebP or GIF picture.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `readable` ones go on to the decoder; the others are refused with `label` and `remedy`."""

    label: str  # "a HEIC photo"
    readable: bool = False
    remedy: str = A_PICTURE


UNKNOWN = Kind("not a picture that Easel knows")
PNG = Kind(say("a PNG picture"), readable=True)
JPEG = Kind(say("a JPEG picture"), readable=True)
GIF = Kind(say("a GIF picture"), readable=True)
WEBP = Kind(say("a WebP picture"), readable=True)
HEIC = Kind(say("a HEIC photo"), remedy=AS_JPEG)
AVIF = Kind(say("an AVIF picture"), remedy=AS_JPEG)
VIDEO = Kind(say("a video"), remedy=say("Send one of its frames as a PNG or JPEG picture."))
SVG = Kind(say("an SVG drawing"), remedy=EXPORT)
WEB_PAGE = Kind(say("a web page"), remedy=say("Save the picture itself and send that."))

_PREFIXES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", Kind(say("a PDF document"), remedy=say("Export the page as PNG and send that."))),
    (b"II*\x00", Kind(say("a TIFF or raw camera picture"), remedy=AS_JPEG)),
    (b"MM\x00*", Kind(say("a TIFF or raw camera picture"), remedy=AS_JPEG)),
    (b"8BPS", Kind(say("a Photoshop document"), remedy=EXPORT)),
    (b"\xff\x0a", Kind(say("a JPEG XL picture"), remedy=AS_JPEG)),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", Kind(say("a JPEG XL picture"), remedy=AS_JPEG)),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", Kind(say("a JPEG 2000 picture"), remedy=AS_JPEG)),
    (b"\x00\x00\x01\x00", Kind(say("an icon file"), remedy=EXPORT)),
    (b"BM", Kind(say("a BMP picture"), remedy=AS_JPEG)),
    (b"\x1aE\xdf\xa3", VIDEO),
    (b"PK\x03\x04", Kind(say("a ZIP archive or an office document"))),
    (b"\x1f\x8b", Kind(say("a compressed archive"))),
    (b"MZ", Kind(say("a program"))),
    (b"\x7fELF", Kind(say("a program"))),
)

_BRANDS: dict[bytes, Kind] = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"avif", b"avis"), AVIF),
}


def kind_of(data: bytes) -> Kind:
    """Name the file by its first kilobyte; `UNKNOWN` when nothing matches. Never raises."""
    for prefix, kind in _PREFIXES:
        if data.startswith(prefix):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12].lower(), VIDEO)
    return _markup(data[:1024])


def _markup(head: bytes) -> Kind:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text):
        return SVG
    if text.startswith((b"<!doctype html", b"<html")):
        return WEB_PAGE
    return UNKNOWN
