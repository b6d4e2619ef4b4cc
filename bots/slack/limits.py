"""Slack's limits, as a table: each with where it is said. Looked up in November 2026."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

# Slack itself takes up to 1 GB a file (https://slack.com/help/articles/201330736). These are ours: a picture travels
# through this process's memory, and a free workspace has 5 GB in all.
FILE_BYTES: Final = 50 * MIB
MESSAGE_BYTES: Final = 100 * MIB
FILES: Final = 10  # of one message: as many as Slack's own composer takes
# https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object : "png, jpg, jpeg, and gif".
MEDIA_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/gif"})

# https://docs.slack.dev/reference/methods/chat.postMessage : "best results, limit to 4,000 characters".
TEXT_CHARACTERS: Final = 4000
SECTION_CHARACTERS: Final = 3000  # https://docs.slack.dev/reference/block-kit/blocks/section-block
REMARK_CHARACTERS: Final = 1500  # who asked, size, price and model have the rest of a section
TITLE_CHARACTERS: Final = 200  # of a file; ours: what a list of files shows
ALT_CHARACTERS: Final = 1000  # https://docs.slack.dev/reference/methods/files.getUploadURLExternal : alt_txt_too_large

# Block Kit reference: https://docs.slack.dev/reference/block-kit
BLOCKS: Final = 50
BLOCKS_OF_VIEW: Final = 100
ACTIONS: Final = 25  # elements of an actions block
CONTEXT_ELEMENTS: Final = 10
BUTTON_CHARACTERS: Final = 75
VALUE_CHARACTERS: Final = 2000  # of a button
ID_CHARACTERS: Final = 255  # action_id, block_id
OPTIONS: Final = 100
OPTION_CHARACTERS: Final = 75
OPTION_VALUE_CHARACTERS: Final = 150
HEADER_CHARACTERS: Final = 150
METADATA_CHARACTERS: Final = 3000  # private_metadata of a view
VIEW_TITLE_CHARACTERS: Final = 24
INPUT_CHARACTERS: Final = 3000  # plain_text_input
INPUT_FILES: Final = 10  # file_input
INPUT_FILE_BYTES: Final = 10 * MIB

# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses : "up to 5 times within 30 minutes".
RESPONSES: Final = 5
RESPONSE_SECONDS: Final = 30 * 60
RESPONSE_SPARE_SECONDS: Final = 60  # for slow requests, and clocks that differ

# chat.update is in tier 3 (50 a minute for each workspace, https://docs.slack.dev/apis/web-api/rate-limits).
PROGRESS_SECONDS: Final = 3.0
# https://docs.slack.dev/reference/methods/assistant.threads.setStatus : gone after two minutes without a message.
STATUS_SECONDS: Final = 75.0

# The seconds between looks at a file that is to appear, because completeUploadExternal answers before it is shared
# (https://github.com/slackapi/bolt-js/issues/2115). Together half a minute; an upload with an alternative text that
# is not shared soon never will be (https://github.com/slackapi/python-slack-sdk/issues/1818).
SHARE_SECONDS: Final = (0.5, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0, 6.0, 6.0)
SHARE_WITH_ALT_SECONDS: Final = (0.5, 0.5, 1.0, 2.0, 4.0)

REQUEST_SECONDS: Final = 30.0
UPLOAD_SECONDS: Final = 90.0
RETRIES: Final = 2
RETRY_AFTER_SECONDS: Final = 10.0  # a longer wait than this is left to whoever comes back later
OPEN_BYTES: Final = 50 * MIB  # more than the core's opener takes, so that its own sentence is the one that is read
REDIRECTS: Final = 3
