"""Messages that were taken up and never answered: Easel ended between its reply and the request.

Such a reply would say for ever that one moment is needed. Whatever process looks next says what happened instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bots.discord.records import Working
from bots.discord.replies import WORKING, WORKING_NONCE, event_key, post
from bots.discord.rest import Unreachable
from core.errors import Later, OperatorError
from core.i18n import LANGUAGES, into

if TYPE_CHECKING:
    from bots.discord.desk import Desk

RESTARTED: Final = "I was restarted before I could begin. Nothing was charged. Say it again."
OLD_SECONDS: Final = 60.0  # far longer than a request takes to be admitted, so that nobody is still at it
AGAIN_SECONDS: Final = 30.0
_AT_WORK: Final = frozenset(into(language, WORKING) for language in LANGUAGES)  # as it may stand there

_log = structlog.stdlib.get_logger(__name__)


async def keep_mending(desk: Desk) -> None:
    """Until cancelled."""
    while True:
        try:
            await mend(desk)
        except OperatorError as error:  # a full disk is told, and tried again
            _log.error("mending_failed", code=error.code)
        await desk.clock.sleep(AGAIN_SECONDS)


async def mend(desk: Desk) -> int:
    """Look once; how many were told."""
    told = 0
    for left in await desk.records.unsettled(desk.clock.now_us() - int(OLD_SECONDS * 1_000_000)):
        if not await desk.studio.became_a_job(event_key(left.asked)):
            try:
                await _tell(desk, left)
                told += 1
            except Later:
                continue
            except Unreachable as error:
                _log.info("a reply stays as it is", message=left.asked, number=error.number)
        await desk.records.working_settled(left.asked)
    return told


async def _tell(desk: Desk, left: Working) -> None:
    """In the reply where there is one. Raises `Unreachable` and `Later`."""
    text = {"content": RESTARTED, "components": []}
    reply = left.reply or await _unknown_reply(desk, left)
    if reply is not None:
        await desk.rest.edit(left.channel, reply, text)
        return
    # Within minutes Discord answers with the reply that was posted and not written down.
    posted = await post(desk, left.channel, left.asked, text, WORKING_NONCE)
    if posted.get("content") != RESTARTED:
        await desk.rest.edit(left.channel, int(posted["id"]), text)


async def _unknown_reply(desk: Desk, left: Working) -> int | None:
    """It was posted, and Easel ended before that was written down."""
    try:
        newest = await desk.rest.newest(left.channel, after=left.asked, count=100)
    except Unreachable:  # without Read Message History there is only the nonce
        return None
    for each in newest:
        answered = (each.get("message_reference") or {}).get("message_id")
        if str(answered) == str(left.asked) and each.get("content") in _AT_WORK:
            return int(each["id"])
    return None
