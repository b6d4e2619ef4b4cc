"""From an outcome to messages on Discord, each exactly once, by whichever way is left.

The answer to the interaction is edited while its token lives. After that the answer is a message in the channel, whose
nonce comes from the job, or a direct message when it was private. What can be posted nowhere is told at the person's
next command. An expired token is never tried again.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, assert_never

import structlog

from bots.discord import components, limits
from bots.discord.answers import EPHEMERAL, shown
from bots.discord.destination import PLATFORM, Spot
from bots.discord.news import Tokens
from bots.discord.posting import Part, Payload
from bots.discord.records import ASKED, Records
from bots.discord.refitting import refitted
from bots.discord.rest import Rest, Unreachable, Upload
from core.administration.approvals import approval_id
from core.errors import DeliveryError, Gone, Later
from core.model import Finished, JobId, MessageRef, Outcome, Unfinished
from core.ports import BlobStore, Clock

log = structlog.get_logger()

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
INVALID_FORM: Final = 50035
REPLY_NEEDS_HISTORY: Final = 160002
FILTERED: Final = frozenset({20009, 200000, 200001, 240000})  # explicit content, AutoMod, harmful links

_EPOCH_MS: Final = 1_420_070_400_000
_SPARE_US: Final = 60_000_000  # Discord's clock is another one

BY_MESSAGE: Final = "This took longer than Discord keeps an answer open, so it comes as a message."
AFTER_APPROVAL: Final = "Somebody had to agree to this first, so it comes as a message."
NOT_EDITED: Final = "The answer could not be edited any more, so it comes as a message."
BY_DIRECT_MESSAGE: Final = "This is for you alone, and the answer could not be edited any more: so it comes here."
_NOTES: Final = (BY_MESSAGE, AFTER_APPROVAL, NOT_EDITED, BY_DIRECT_MESSAGE)
KEPT_PRIVATE: Final = "The picture is private: only the person who asked sees it."


@dataclass(frozen=True, slots=True)
class Errand:
    """One message that has to arrive."""

    job: JobId
    number: int  # of the message within the outcome, from 0
    spot: Spot
    part: Part
    private: bool
    begun_at_us: int = 0  # when an earlier attempt was made, that may have arrived; 0 for none
    approval: str = ""  # under which somebody would have been asked to agree to it

    @property
    def nonce(self) -> str:
        """The same for every attempt at this message; Discord takes 25 characters."""
        digest = sha256(f"{self.job}|{self.number}".encode()).digest()
        return base64.b32encode(digest[:15]).decode().lower()


class Delivering:
    """Posts. Raises `Gone` when no way is left and `Later` when Discord is busy or away."""

    def __init__(self, rest: Rest, records: Records, blobs: BlobStore, clock: Clock, tokens: Tokens) -> None:
        self._rest = rest
        self._records = records
        self._blobs = blobs
        self._clock = clock
        self._tokens = tokens

    async def deliver(self, spot: Spot, outcome: Outcome, parts: Sequence[Part]) -> tuple[MessageRef, ...]:
        """One reference for each part. What an earlier attempt posted is not posted again."""
        posted = await self._records.posted(outcome.job)
        private = spot.private or (outcome.plan.private and not spot.alone)
        refs = []
        for number, part in enumerate(parts):
            before = posted.get(number)
            ref = before.ref if before is not None else None
            if ref is None:
                begun_at_us = 0 if before is None else before.begun_at_us
                approval = approval_id(outcome.request)
                errand = Errand(outcome.job, number, spot, part, private, begun_at_us, approval)
                ref = await self._arrived(errand, outcome)
                await self._records.post_done(outcome.job, number, ref)
            refs.append(ref)
        return tuple(refs)

    async def leave(self, spot: Spot, outcome: Outcome, why: DeliveryError) -> None:
        """It is not posted any more: the person finds it in the inbox, with what `deliver` left there if that knew."""
        given_up = Gone("I tried for hours.") if isinstance(why, Later) else why
        await self._records.put_in_inbox(spot.user, outcome.job, _letter(given_up, spot, outcome))

    async def _arrived(self, errand: Errand, outcome: Outcome) -> MessageRef:
        """By some way, or the inbox."""
        try:
            return await self._fitting(errand)
        except Unreachable as error:
            log.info("discord takes no post", job=errand.job, number=error.number, status=error.status)
            gone = _gone(error)
            await self._records.put_in_inbox(errand.spot.user, errand.job, _letter(gone, errand.spot, outcome))
            raise gone from None

    async def _fitting(self, errand: Errand) -> MessageRef:
        """Once more with smaller copies, if that may help."""
        try:
            return await self._post(errand)
        except Unreachable as error:
            if not error.too_large or not errand.part.files:
                raise
            smaller = await refitted(errand.part, errand.spot, self._blobs)
            if smaller is None:
                raise
        return await self._post(replace(errand, part=smaller))

    async def _post(self, errand: Errand) -> MessageRef:
        """The ladder. A rung that Discord does not take leads to the next one."""
        for rung in (self._by_original, self._by_follow_up, self._by_placeholder):
            try:
                ref = await rung(errand)
            except Unreachable as error:
                if error.too_large:
                    raise
                if error.ended:
                    self._tokens.dies(errand.spot.interaction)
                log.info("discord, another way", job=errand.job, number=error.number, status=error.status)
            else:
                if ref is not None:
                    return ref
        return await self._by_message(errand)

    # --- the rungs: None means that this way is not open --------------------------------------------------------

    async def _by_original(self, errand: Errand) -> MessageRef | None:
        """The answer that the person looks at already. Done twice, it is the same answer."""
        spot = errand.spot
        if errand.number or not spot.original or not self._lives(spot) or errand.private != spot.private:
            return None
        files = await self._uploads(errand.part)
        message = await self._rest.edit_original(spot.application, spot.interaction, errand.part.payload(), files)
        return _ref(message)

    async def _by_follow_up(self, errand: Errand) -> MessageRef | None:
        """A further answer: for one person alone, or where the bot may post nothing of its own."""
        spot = errand.spot
        if not self._lives(spot) or not (errand.private or spot.foreign or not spot.original):
            return None
        before = _found(await self._newest(errand, spot.channel), errand)
        if before is not None:
            return before
        hidden = errand.private and not spot.private and spot.original and not errand.number
        if hidden:  # the first further answer would become the public original, were that still "thinking"
            text = {"content": KEPT_PRIVATE, "components": []}
            await self._rest.edit_original(spot.application, spot.interaction, text, [])
        payload = errand.part.payload() | ({"flags": EPHEMERAL} if errand.private else {})
        files = await self._uploads(errand.part)
        message = await self._rest.follow_up(spot.application, spot.interaction, payload, files)
        ref = _ref(message)
        if hidden:
            await self._records.post_done(errand.job, errand.number, ref)
            await self._tidy(self._rest.delete_original(spot.application, spot.interaction))
        return ref

    async def _by_placeholder(self, errand: Errand) -> MessageRef | None:
        """Our own message in the channel that says that we are at work."""
        spot = errand.spot
        if errand.number or spot.placeholder is None or errand.private:
            return None
        files = await self._uploads(errand.part)
        return _ref(await self._rest.edit(spot.channel, spot.placeholder, errand.part.payload(), files))

    async def _by_message(self, errand: Errand) -> MessageRef:
        """A message of its own: in the channel, or where only the person sees it."""
        spot = errand.spot
        alone = errand.private or spot.foreign
        channel = await self._rest.direct_channel(spot.user) if alone else spot.channel
        newest = await self._newest(errand, channel)
        before = _found(newest, errand)
        if before is not None:
            return before
        payload = errand.part.payload("" if errand.number or not spot.interaction else await self._why(errand))
        if spot.reply_to is not None and not alone:
            payload["message_reference"] = {"message_id": str(spot.reply_to), "fail_if_not_exists": False}
        message = await self._sent(channel, payload, await self._uploads(errand.part), errand.nonce)
        ref = _ref(message)
        stale = None if errand.number else await self._stale(errand, newest)
        if stale is not None:
            await self._records.post_done(errand.job, errand.number, ref)
            await self._tidy(self._rest.delete(spot.channel, stale))
        return ref

    async def _why(self, errand: Errand) -> str:
        """It is a message of its own, and not the answer that the person waits for."""
        if errand.private or errand.spot.foreign:
            return BY_DIRECT_MESSAGE
        if await self._records.noted(ASKED, errand.approval) is not None:
            return AFTER_APPROVAL
        return NOT_EDITED if self._lives(errand.spot) else BY_MESSAGE

    # --- what they share ----------------------------------------------------------------------------------------

    async def _sent(self, channel: int, payload: Payload, files: list[Upload], nonce: str) -> Payload:
        """As a reply where that is possible."""
        try:
            return await self._rest.send(channel, payload, files, nonce=nonce)
        except Unreachable as error:
            if error.number not in (REPLY_NEEDS_HISTORY, INVALID_FORM) or "message_reference" not in payload:
                raise
            bare = {key: value for key, value in payload.items() if key != "message_reference"}
            return await self._rest.send(channel, bare, files, nonce=nonce)

    async def _newest(self, errand: Errand, channel: int) -> Sequence[Payload]:
        """Where an earlier attempt may have posted what it did not write down: a nonce is known for minutes only.

        An answer whose token has died since may have been edited, too, and nobody heard that it was.
        """
        since_us = errand.begun_at_us
        if not since_us:
            await self._records.post_begun(errand.job, errand.number)
            asked_at_us = errand.spot.expires_at_us - limits.TOKEN_SECONDS * 1_000_000
            since_us = asked_at_us if errand.spot.original and not errand.number else 0
        if not since_us or not self._rest.has_bot:
            return ()
        try:
            return await self._rest.newest(channel, after=snowflake_at(since_us - _SPARE_US), count=100)
        except Unreachable:  # without Read Message History there is only the nonce
            return ()

    async def _stale(self, errand: Errand, newest: Sequence[Payload]) -> int | None:
        """The message that still says that we are at work: remembered, or known by its button."""
        known = errand.spot.placeholder or await self._records.original(errand.job)
        if known is not None:
            return known
        at_work = (each for each in newest if components.cancels(each.get("components"), errand.job))
        return next((int(each["id"]) for each in at_work if _is_ours(each, errand)), None)

    async def _uploads(self, part: Part) -> list[Upload]:
        return [
            Upload(file.name, await self._blobs.read(file.blob), file.alt[: limits.ALT_CHARACTERS], part.spoiler)
            for file in part.files
        ]

    def _lives(self, spot: Spot) -> bool:
        return self._tokens.lives(spot, self._clock.now_us())

    async def _tidy(self, request: Coroutine[None, None, None]) -> None:
        """What says "at work" has said it. That it stays, or is gone already, does no harm."""
        with contextlib.suppress(DeliveryError):
            await request


def snowflake_at(at_us: int) -> int:
    """The id before all ids of that moment (https://docs.discord.com/developers/reference#snowflakes)."""
    return max(0, at_us // 1000 - _EPOCH_MS) << 22


def _ref(message: Payload) -> MessageRef:
    content = str(message.get("content", ""))
    note = next((each for each in _NOTES if content.startswith(each)), "")
    return MessageRef(PLATFORM, str(message["channel_id"]), str(message["id"]), note)


def _found(newest: Sequence[Payload], errand: Errand) -> MessageRef | None:
    return next((_ref(each) for each in newest if _is_the_one(each, errand)), None)


def _is_ours(message: Payload, errand: Errand) -> bool:
    author = message.get("author") or {}
    return str(errand.spot.application) in (str(author.get("id")), str(message.get("application_id")))


def _is_the_one(message: Payload, errand: Errand) -> bool:
    """Whether it is this part of this job: ours, with its pictures, or without any and with its words."""
    if not _is_ours(message, errand):
        return False
    if errand.part.images:
        return components.images_under(message.get("components")) == errand.part.images
    return str(message.get("content", "")).endswith(errand.part.payload()["content"])


def _gone(error: Unreachable) -> Gone:
    """What it means, and what to do, in one sentence each."""
    match error.number:
        case 10003:  # Unknown Channel
            return Gone("The channel that this was for is no more.")
        case 50007:  # Cannot send messages to this user
            return Gone(
                "Discord lets me send you no direct message, and this was for you alone.",
                "Allow direct messages from this server's members, or ask without “private”.",
            )
        case 50083 | 160005:  # archived, locked
            return Gone("The thread that this was for is closed.", "Ask in its channel, or have it opened again.")
        case number if number in FILTERED:
            return Gone("This server's rules for messages did not let it through.")
        case _ if error.status == 403:
            return Gone(
                "I may not post there.",
                "Ask a moderator to give me “Send Messages” and “Attach Files” in that channel.",
            )
        case _ if error.too_large:
            return Gone("The picture could not be made small enough for that place.")
        case _:
            return Gone("Discord did not take the message.")


def _letter(why: DeliveryError, spot: Spot, outcome: Outcome) -> str:
    """For the inbox: which answer it is about, and where the picture is."""
    match outcome:
        case Finished():
            where = _where(spot)
            return f"The picture that you asked for in {where} could not be posted. {why.sentence} Look into /history."
        case Unfinished():
            return about_it(spot, outcome)
        case _:
            assert_never(outcome)


def about_it(spot: Spot, outcome: Unfinished) -> str:
    """For the person, where they do not see what they asked for."""
    return f"About what you asked for in {_where(spot)}: {shown(outcome.sentence, limits.REMARK_CHARACTERS)}"


def _where(spot: Spot) -> str:
    return "your direct messages" if spot.guild is None else f"<#{spot.channel}>"
