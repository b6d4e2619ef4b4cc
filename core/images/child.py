"""Decodes one hostile picture in a process of its own, then ends. Run by its path; imports nothing of Easel.

Why a process: Pillow's decoders have had heap overflows (GHSA-8g5g-8vmr-9782, in the JPEG decoder, mended in 13.0), and
an allow-list of formats does not help against the next one. Here the damage is a dead child: no secrets in its
environment, bounded memory and time, no way to write a file.

Protocol: the file on standard input; a job as JSON in `argv[1]`; on standard output four bytes (big endian: the length
of the JSON that follows), the JSON answer, then the picture. Answer: `{"error": code, "width", "height"}` or
`{"media_type", "width", "height", "animated"}`.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings

# All before the limits: afterwards there are few file descriptors left.
from PIL import (
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

PLUGINS = (GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
Answer = dict[str, object]


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Give up what a decoder does not need, before the first hostile byte."""
    wanted = [
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_FSIZE, 0),  # pipes are not files: the answer still goes out
        (resource.RLIMIT_CORE, 0),
    ]
    if sys.platform == "linux":
        # macOS refuses or ignores an address space limit; there the pixel cap and the clock bound the child.
        wanted.append((resource.RLIMIT_AS, memory_bytes))
    for which, amount in wanted:
        _, hard = resource.getrlimit(which)
        lower = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        # One second lies between the signal that says why (SIGXCPU) and the one that cannot be held off.
        spare = int(which == resource.RLIMIT_CPU and lower != hard)
        resource.setrlimit(which, (lower, lower + spare))


def decode(data: bytes, job: dict[str, int]) -> tuple[Answer, bytes]:
    """Open, check the header, decode the first frame, make it upright sRGB, re-encode it. No metadata survives."""
    # Our own check below names the size; Pillow's then guards whatever a decoder allocates later.
    Image.MAX_IMAGE_PIXELS = None
    picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = picture.size
    refusal = _refusal(width, height, job)
    if refusal:
        return {"error": refusal, "width": width, "height": height}, b""
    Image.MAX_IMAGE_PIXELS = job["pixels"]
    lossy = picture.format in ("JPEG", "MPO") and not job["lossless"]
    # An MPO (a JPEG with a second view inside) counts frames, too, but is no animation.
    animated = picture.format in ("GIF", "WEBP", "PNG") and bool(getattr(picture, "is_animated", False))
    edge = job["long_edge"] or max(picture.size)
    if max(picture.size) > edge:
        picture.draft("", (edge, edge))  # a JPEG is decoded at a half or a quarter where that is enough
    picture.load()
    picture = _finished(picture, edge)
    media_type, encoded = _encode(picture, lossy=lossy)
    answer: Answer = {
        "media_type": media_type,
        "width": picture.width,
        "height": picture.height,
        "animated": animated,
    }
    return answer, encoded


def _refusal(width: int, height: int, job: dict[str, int]) -> str:
    if width * height > job["pixels"]:
        return "pixels"
    if min(width, height) < job["short_edge"]:
        return "tiny"
    return "thin" if max(width, height) > job["ratio"] * min(width, height) else ""


def _finished(picture: Image.Image, edge: int) -> Image.Image:
    """Scaled, in sRGB, upright: in the order that needs the least memory."""
    profile = picture.info.get("icc_profile")
    exif = picture.getexif()
    transparent = picture.has_transparency_data and not picture.mode.startswith("I")
    plain = _averageable(picture, transparent=transparent)
    if max(plain.size) > edge:
        factor = edge / max(plain.size)
        shape = (max(1, round(plain.width * factor)), max(1, round(plain.height * factor)))
        plain = plain.resize(shape, Image.Resampling.BICUBIC, reducing_gap=2.0)
    plain = _srgb(plain, profile)
    return _upright(plain, exif)


def _averageable(picture: Image.Image, *, transparent: bool) -> Image.Image:
    """Neither palette nor 16 bits: a mode that can be scaled and converted without clipping."""
    if transparent:
        return picture.convert("RGBA")
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I")
    if picture.mode in ("I", "F"):
        # The upper byte of 16 bits; Pillow's own conversion would clip everything above 255 to white.
        return picture.point(lambda value: value * (1 / 257)).convert("L")
    return picture if picture.mode in ("L", "CMYK", "RGB") else picture.convert("RGB")


def _srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA in sRGB. A colour profile that cannot be used is left out, as browsers do."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        picture = converted or picture
    picture = picture.convert(mode)
    if mode == "RGBA" and picture.getchannel("A").getextrema()[0] == 255:
        return picture.convert("RGB")
    return picture


def _upright(picture: Image.Image, exif: Image.Exif) -> Image.Image:
    if exif:
        picture.info["exif"] = exif.tobytes()
    return ImageOps.exif_transpose(picture)


def _encode(picture: Image.Image, *, lossy: bool) -> tuple[str, bytes]:
    """What came as an opaque JPEG stays one, at a quality that loses nothing that is seen; everything else is PNG."""
    picture.info = {}  # Pillow would write a JPEG's comment, and a PNG's profile and texts, back out of it
    out = io.BytesIO()
    if lossy and picture.mode == "RGB":
        picture.save(out, "JPEG", quality=95, subsampling=0)
        return "image/jpeg", out.getvalue()
    picture.save(out, "PNG", compress_level=3)
    return "image/png", out.getvalue()


def main() -> int:
    """One picture in, one answer out."""
    job: dict[str, int] = json.loads(sys.argv[1])
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    limit(job["memory_bytes"], job["cpu_seconds"])
    data = sys.stdin.buffer.read()
    try:
        answer, picture = decode(data, job)
    except MemoryError:
        answer, picture = {"error": "memory"}, b""
    except Exception:  # noqa: BLE001 - a decoder may raise anything on hostile bytes; the child ends right here
        answer, picture = {"error": "damaged"}, b""
    head = json.dumps(answer).encode()
    sys.stdout.buffer.write(len(head).to_bytes(4, "big") + head + picture)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
