"""`make pictures`: what becomes of the prompts that an empty channel offers, small, beside their words."""

from __future__ import annotations

import io

from PIL import Image
from support_prompts import STATIC, drawn, offered

SHOWN = (144, 216)  # twice the size on the page
FOLDER = STATIC / "prompts"


def main() -> None:
    """Draw each prompt once, as Easel would."""
    FOLDER.mkdir(exist_ok=True)
    for one in offered():
        picture, remarks = drawn(one)
        if remarks:
            raise SystemExit(f"{one.prompt}: {' '.join(remarks)}")
        with Image.open(io.BytesIO(picture.data)) as whole:
            whole.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS).save(
                FOLDER / f"{one.lang}.webp", quality=82, method=6
            )


if __name__ == "__main__":
    main()
