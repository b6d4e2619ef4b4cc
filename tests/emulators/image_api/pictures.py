"""Pictures, really drawn: what the fake answers with. An `Artist` is a plain function; it runs in a thread."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps


@dataclass(frozen=True, slots=True)
class Commission:
    """One picture to draw. `part` of 1 is finished; less is a preview of it."""

    prompt: str
    size: tuple[int, int]
    format: str = "png"
    compression: int = 100
    transparent: bool = False
    position: int = 0  # of n
    part: float = 1.0
    sources: tuple[bytes, ...] = ()
    mask: bytes | None = None
    mask_is_white: bool = False  # white is what changes; otherwise alpha 0 is
    quality: str = "low"


Artist = Callable[[Commission], bytes]


def plate(commission: Commission) -> bytes:
    """A test plate: colours by the prompt, a pattern, the prompt's words; an edit tints the uploaded picture."""
    if commission.sources:
        return encoded(_edited(commission), commission.format, commission.compression)
    width, height = commission.size
    scale = next(each for each in (4, 2, 1) if width % each == height % each == 0)
    small = _generated(replace(commission, size=(width // scale, height // scale)))
    if commission.format == "png":
        return _magnified_png(small, scale)
    return encoded(small.resize(commission.size, Image.Resampling.NEAREST), commission.format, commission.compression)


def heavy(file_bytes: int) -> Artist:
    """Plates that are as heavy as real pictures: a PNG is padded to `file_bytes` with a chunk that nobody reads."""

    def draw(commission: Commission) -> bytes:
        data = plate(commission)
        missing = file_bytes - len(data) - 12
        if commission.format != "png" or missing <= 0 or commission.part < 1:
            return data
        noise = hashlib.shake_128(commission.prompt.encode()).digest(missing)
        return data[:-12] + _chunk(b"noIs", noise) + data[-12:]

    return draw


def encoded(picture: Image.Image, kind: str, compression: int = 100) -> bytes:
    """The picture as a file; quickly rather than small."""
    out = io.BytesIO()
    match kind:
        case "jpeg":
            picture.convert("RGB").save(out, "JPEG", quality=max(1, min(95, compression)))
        case "webp":
            picture.save(out, "WEBP", quality=compression, method=0)
        case _:
            picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _magnified_png(small: Image.Image, scale: int) -> bytes:
    """The picture `scale` times as large, as a PNG, in half the time that Pillow takes: rows repeat, and say so.

    Filter 2 of PNG is the difference to the row above, which for a repeated row is zeros.
    """
    width, height = small.width * scale, small.height * scale
    raw = small.resize((width, small.height), Image.Resampling.NEAREST).tobytes()
    row = len(raw) // small.height
    again = (b"\x02" + bytes(row)) * (scale - 1)
    packer = zlib.compressobj(1)
    packed = [packer.compress(b"\0" + raw[at : at + row] + again) for at in range(0, len(raw), row)]
    header = struct.pack(">IIBBBBB", width, height, 8, 6 if small.mode == "RGBA" else 2, 0, 0, 0)
    body = b"".join((*packed, packer.flush()))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def opened(data: bytes) -> Image.Image:
    """A picture, upright: RGBA where it has transparency, otherwise RGB."""
    with Image.open(io.BytesIO(data)) as picture:
        upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        plain.info.clear()  # no colour profile and no metadata goes on into what is drawn from it
        return plain


def _palette(commission: Commission) -> list[tuple[int, int, int]]:
    digest = hashlib.sha256(f"{commission.prompt}\n{commission.position}".encode()).digest()
    return [(digest[i], digest[i + 1], digest[i + 2]) for i in range(0, 18, 3)]


def _generated(commission: Commission) -> Image.Image:
    width, height = commission.size
    colours = _palette(commission)
    kind, ground = ("RGBA", (0, 0, 0, 0)) if commission.transparent else ("RGB", colours[0])
    picture = Image.new(kind, (width, height), ground)
    pen = ImageDraw.Draw(picture)
    bands = max(1, round(8 * commission.part))
    edges = [height * i // 8 for i in range(9)]
    for i, (top, bottom) in enumerate(list(pairwise(edges))[:bands]):
        pen.rectangle((width // 8, top, width - width // 8, bottom - 1), fill=colours[1 + i % 5])
    pen.ellipse((width // 4, height // 4, 3 * width // 4, 3 * height // 4), fill=colours[5])
    _write(pen, commission)
    return picture


def _write(pen: ImageDraw.ImageDraw, commission: Commission) -> None:
    width, height = commission.size
    font = ImageFont.load_default(size=max(12, min(width, height) // 24))
    words = commission.prompt[:120].replace("\n", " ")
    lines = [words[i : i + 30] for i in range(0, len(words), 30)]
    pen.multiline_text((width // 16, height // 16), "\n".join(lines), font=font, fill="white", stroke_width=1,
                       stroke_fill="black")  # fmt: skip


def _edited(commission: Commission) -> Image.Image:
    """The first picture tinted, further ones along its foot. As in the real API nothing stays exactly as it was."""
    source = opened(commission.sources[0])
    source = source.convert("RGB").resize(commission.size, Image.Resampling.BILINEAR)
    strength = (0.45 if commission.mask is None else 0.8) * commission.part
    tinted = Image.blend(source, Image.new("RGB", source.size, _palette(commission)[0]), strength)
    pen = ImageDraw.Draw(tinted)
    edge = max(8, min(commission.size) // 6)
    for i, further in enumerate(commission.sources[1:]):
        small = ImageOps.fit(opened(further).convert("RGB"), (edge, edge))
        tinted.paste(small, (i * edge % max(1, commission.size[0] - edge), commission.size[1] - edge))
    if commission.mask is None:
        _write(pen, commission)
        return tinted
    return Image.composite(tinted, nudged(source), changing(commission.mask, commission.size, commission.mask_is_white))


def nudged(picture: Image.Image) -> Image.Image:
    """Every pixel a little different: the real API draws the whole picture anew, whatever a mask says."""
    return picture.point([value + 9 if value < 128 else value - 9 for value in range(256)] * 3)


def changing(mask: bytes, size: tuple[int, int], white: bool) -> Image.Image:
    """Where a mask lets a picture of this size change, as `L`."""
    with Image.open(io.BytesIO(mask)) as picture:
        if white:
            return picture.convert("L").resize(size)
        return ImageChops.invert(picture.convert("RGBA").getchannel("A")).resize(size)
