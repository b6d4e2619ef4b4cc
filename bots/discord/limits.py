"""Discord's limits, as a table: each with where it is said. Looked up in November 2026."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

# https://docs.discord.com/developers/reference#uploading-files : 10 MiB for everybody; servers with boosts have 50 or
# 100 MiB, and an interaction says its own (`attachment_size_limit`).
FILE_BYTES: Final = 10 * MIB
# Create Message: "the maximum request size is 25 MiB"; the rest is room for words and multipart borders.
REQUEST_BYTES: Final = 24 * MIB
FILES: Final = 10  # Create Message
# Reference, "Image Formatting": what is shown as a picture in a message (a GIF, too, but Easel makes none).
MEDIA_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/webp"})

TEXT_CHARACTERS: Final = 2000  # Create Message, `content`
ALT_CHARACTERS: Final = 1024  # Attachment, `description`
# Remarks may fill this much of a message; who asked, size, price and model have the rest.
REMARK_CHARACTERS: Final = 1500
CUSTOM_ID_CHARACTERS: Final = 100  # Components reference
BUTTONS_PER_ROW: Final = 5
ROWS: Final = 5
CHOICES: Final = 25  # of a select, and of an option
DESCRIPTION_CHARACTERS: Final = 100  # of a choice in a select

# Receiving and Responding: "interaction tokens are valid for 15 minutes". One is kept for slow uploads and clocks that
# differ: a dead token answers 401, and ten thousand of those in ten minutes ban the address (Rate Limits, "Invalid
# Request Limit").
TOKEN_SECONDS: Final = 15 * 60
TOKEN_SPARE_SECONDS: Final = 60

# Edits share the limit of their webhook or channel, about 5 in 5 seconds: result and buttons need some of that.
PROGRESS_SECONDS: Final = 2.0
# A request that takes longer is begun again later: uploads of 24 MiB included.
REQUEST_SECONDS: Final = 90.0
PREVIEW_BYTES: Final = 4 * MIB  # an unfinished picture is not worth a longer upload

OPEN_BYTES: Final = 50 * MIB  # more than the core's opener takes, so that its own sentence is the one that is read
