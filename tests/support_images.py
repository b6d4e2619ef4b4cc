"""Pictures for tests: two real photographs, and the files that people and attackers really send. Nothing is stored."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw

GPS_MARK = b"EASEL-GPS-CANARY"
COMMENT_MARK = b"EASEL-COMMENT-CANARY"


@cache
def photograph(name: str) -> bytes:
    """A real photograph from scikit-learn's wheel, 640 x 427 JPEG: `china` (a temple) or `flower` (a dahlia)."""
    import sklearn.datasets

    return (Path(sklearn.datasets.__file__).parent / "images" / f"{name}.jpg").read_bytes()


def opened(data: bytes) -> Image.Image:
    """The decoded picture, RGB or RGBA."""
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def encoded(picture: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


@cache
def photo_png(name: str) -> bytes:
    """A photograph without loss from here on."""
    return encoded(opened(photograph(name)))


def mask_of(size: tuple[int, int], box: tuple[int, int, int, int]) -> bytes:
    """A mask as the brush makes it: an ellipse in `box` is painted (alpha 0), the rest is opaque."""
    alpha = Image.new("L", size, 255)
    ImageDraw.Draw(alpha).ellipse(box, fill=0)
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    mask.putalpha(alpha)
    return encoded(mask)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@cache
def bomb(edge: int = 13_300) -> bytes:
    """A one-colour PNG of `edge` squared pixels in about 21 kB, written row by row."""
    packer = zlib.compressobj(9)
    row = bytes((edge + 7) // 8 + 1)  # one bit a pixel
    body = b"".join(packer.compress(row) for _ in range(edge)) + packer.flush()
    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def truncated() -> bytes:
    """A photograph whose transfer broke off."""
    return photograph("china")[:60_000]


def polyglot() -> bytes:
    """A PNG that is a ZIP archive, too."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("payload.html", "<script>PAYLOAD</script>")
    return encoded(Image.new("RGB", (64, 48), "teal")) + archive.getvalue()


def animated_gif() -> bytes:
    """Three frames: red, green, blue."""
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "lime", "blue")]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)


def heic() -> bytes:
    """The beginning of a HEIC file."""
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + b"meta" + bytes(200)


def svg() -> bytes:
    """A drawing with a script inside."""
    return b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def rotated_with_gps() -> bytes:
    """A phone's photo: stored lying, to be shown upright (orientation 6), with a place, a comment and XMP."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = GPS_MARK.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0), 29: GPS_MARK.decode()})
    picture = opened(photograph("china"))
    return encoded(picture, "JPEG", exif=exif, comment=COMMENT_MARK, xmp=b"<x:xmpmeta>" + GPS_MARK + b"</x:xmpmeta>")


def cmyk_jpeg() -> bytes:
    """A picture for print."""
    return encoded(opened(photograph("flower")).convert("CMYK"), "JPEG")


def sixteen_bit_grey() -> bytes:
    """A 16-bit greyscale PNG: a ramp from black to white."""
    ramp = b"".join(struct.pack("<H", column * 65_535 // 255) for column in range(256))
    return encoded(Image.frombytes("I;16", (256, 32), ramp * 32))


def palette_with_transparency() -> bytes:
    """A PNG of 8 colours, one of them transparent: a red disc on nothing."""
    disc = Image.new("P", (64, 64), 0)
    disc.putpalette([0, 0, 0, 255, 0, 0] + [9] * 18)
    ImageDraw.Draw(disc).ellipse((8, 8, 55, 55), fill=1)
    return encoded(disc, transparency=0)


def with_profile() -> bytes:
    """A PNG in a colour space other than sRGB (Lab's D50 white as XYZ), so that its numbers must change."""
    return encoded(
        Image.new("RGB", (64, 64), (200, 40, 40)), icc_profile=ImageCms.ImageCmsProfile(_swapped_profile()).tobytes()
    )


def _swapped_profile() -> io.BytesIO:
    """SRGB with its red and green primaries exchanged: whoever applies it turns red into green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132], "big")
    for index in range(count):
        at = 132 + 12 * index
        name = bytes(profile[at : at + 4])
        profile[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(name, name)
    return io.BytesIO(bytes(profile))


def heavy_metadata() -> bytes:
    """A small PNG with one megabyte of text, compressed to a few kilobytes."""
    text = zlib.compress(b"A" * 1_000_000)
    plain = encoded(Image.new("RGB", (64, 48), "navy"))
    return plain[:33] + _chunk(b"zTXt", b"Comment\x00\x00" + text) + plain[33:]
