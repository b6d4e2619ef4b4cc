"""The playground's limits, as a table: they are ours, so they are generous, but nothing in it is unbounded."""

from __future__ import annotations

from core.model import Capabilities

CAPABILITIES = Capabilities(
    file_bytes=64_000_000,  # nothing is uploaded anywhere: the page fetches the kept file itself
    message_bytes=640_000_000,
    files=10,  # as many as one request may ask for
    media_types=frozenset({"image/png", "image/jpeg", "image/webp"}),  # shown by every browser of the last five years
    text_characters=32_000,  # the longest prompt
    alt_characters=2_000,
    previews=True,
    progress_interval_us=200_000,
    ephemeral=True,
)

UPLOAD_BYTES = 20_000_000
JSON_BYTES = 512 * 1024  # the longest prompt, every character of it escaped, and room for the rest
ATTACHMENTS_PER_MESSAGE = 8
FILE_NAME_CHARACTERS = 100

MESSAGES_PER_PAGE = 50
MESSAGES_PER_PAGE_MAX = 200
EVENTS_PER_READ = 100
HISTORY_PER_PAGE = 24
HISTORY_IN_ANSWER = 8
SEARCH_CHARACTERS = 200

SUBSCRIBERS_MAX = 256  # open pages; each holds one socket and one small set of job ids
SUBSCRIBER_WRITE_SECONDS = 30.0  # a page that takes no byte for this long is let go, and resumes where it was
KEEP_ALIVE_SECONDS = 15.0
JOBS_WATCHED = 256
PREVIEWS_PER_JOB = 3
PREVIEW_BYTES = 2_000_000

THUMBNAIL_EDGE = 384  # pixels: twice the size at which a reply's preview or a history tile is shown
THUMBNAILS_BYTES = 24_000_000
FAMILY_AMONG = 300  # so many of a channel's newest pictures are looked through for branches of one
