"""The safety check of words and pictures before anything is drawn: the API's `/moderations`, which costs nothing.

Sources: openai-python 3.54.0, types/moderation.py and types/moderation_create_params.py, for what is sent and answered;
one request takes one picture at most ("Number of images (2) exceeds maximum of 1", `too_many_images`, seen 2026-04-23,
github.com/antiwork/gumroad/pull/4709), so several pictures are several requests, each with the words beside it.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from PIL import Image

from core.errors import ProviderError, ProviderUnavailable
from core.http import Response
from core.i18n import say
from core.images.encoding import fit
from core.moderation import CATEGORIES, Check, ModerationRules, OnTrouble, Scores, Verdict, declined, judge
from core.ports import SourceImage
from core.providers.openai.account import Account
from core.providers.openai.connection import Connection, Sending

SECONDS_MAX: Final = 10.0  # a person waits for it, and it usually answers in under a second
AT_ONCE: Final = 4
ANSWER_BYTES_MAX: Final = 256_000  # a real one has 2 KB
EDGE_MAX: Final = 768  # pixels: enough to see what a picture shows
JPEG_QUALITY: Final = 85

_log = structlog.get_logger()


class Moderator:
    """Asks one account's server what it makes of a request, and holds the answer against the operator's rules."""

    def __init__(
        self, account: Account, connection: Connection, rules: ModerationRules, *, seconds_max: float = SECONDS_MAX
    ) -> None:
        self._path = account.server.moderations
        self._connection = connection
        self._seconds_max = seconds_max
        self.rules = rules

    async def check(self, prompt: str, pictures: Sequence[SourceImage], workspace: str) -> None:
        """Return when it may be drawn. `workspace` is named as in the settings: `discord:123`.

        Raises `Moderated` with the categories when it is declined. When the check cannot be asked, the rules say
        whether that is let through (and logged) or raises `ProviderUnavailable`. The word lists are not its business:
        `core.moderation.check_words` needs nobody to be asked.
        """
        questions = self._questions(prompt, pictures)
        if not questions:
            return
        slots = asyncio.Semaphore(AT_ONCE)
        until = asyncio.get_running_loop().time() + self._seconds_max
        answers = await asyncio.gather(*(self._answer(prompt, picture, slots, until) for picture in questions))
        verdicts = [judge(answer, self.rules, workspace) for answer in answers if isinstance(answer, Scores)]
        verdict = _together(verdicts)
        if not verdict.allowed:
            raise declined(verdict)
        failures = [answer for answer in answers if isinstance(answer, ProviderError)]
        if failures:
            self._in_trouble(failures[0])

    def _questions(self, prompt: str, pictures: Sequence[SourceImage]) -> list[SourceImage | None]:
        """What is asked about besides the words: each picture, or nothing."""
        if self.rules.check is Check.OFF:
            return []
        if self.rules.check is Check.ALL and pictures:
            return list(pictures)
        return [None] if prompt.strip() else []

    async def _answer(
        self, prompt: str, picture: SourceImage | None, slots: asyncio.Semaphore, until: float
    ) -> Scores | ProviderError:
        """The scores, or why there are none: one question's trouble must not hide another one's answer."""
        try:
            async with asyncio.timeout_at(until), slots:
                return await self._ask(prompt, picture)
        except ProviderError as error:
            return error
        except TimeoutError:
            return ProviderUnavailable("The safety check took too long.", note="moderation check: timeout")

    async def _ask(self, prompt: str, picture: SourceImage | None) -> Scores:
        asked: str | list[dict[str, Any]] = prompt
        if picture is not None:
            url = await asyncio.to_thread(_data_url, picture.data)
            words = [{"type": "text", "text": prompt}] if prompt.strip() else []
            asked = [*words, {"type": "image_url", "image_url": {"url": url}}]
        model = self.rules.model
        sending = Sending(path=self._path, model=model, json={"model": model, "input": asked}, repeatable=True)
        async with self._connection.send(sending) as response:
            body = await _read(response)
        scores = scores_of(body)
        if scores is None:
            raise ProviderUnavailable("The safety check gave no answer.", note="moderation check: malformed answer")
        return scores

    def _in_trouble(self, failure: ProviderError) -> None:
        is_allowed = self.rules.on_trouble is OnTrouble.ALLOW
        _log.warning("moderation_unavailable", let_through=is_allowed, code=failure.code, note=failure.note)
        if not is_allowed:
            raise ProviderUnavailable(
                say("The safety check could not be asked, and nothing is drawn here without it."),
                say("Try again in a few minutes."),
                note=failure.note,
            ) from failure


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    found = {category for verdict in verdicts for category in verdict.categories}
    known = tuple(category for category in CATEGORIES if category in found)
    return Verdict(known or tuple(sorted(found)), any(verdict.in_picture for verdict in verdicts))


def _data_url(data: bytes) -> str:
    """The picture in small, on white where it is transparent. Only pictures that Easel itself encoded come here."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
        is_transparent = opened.has_transparency_data
        small = fit(opened.convert("RGBA" if is_transparent else "RGB"), EDGE_MAX, EDGE_MAX)
    if is_transparent:
        paper = Image.new("RGBA", small.size, (255, 255, 255, 255))
        small = Image.alpha_composite(paper, small).convert("RGB")
    out = io.BytesIO()
    small.save(out, "JPEG", quality=JPEG_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode("ascii")


async def _read(response: Response) -> bytes:
    """The body, up to what a real answer could have; a longer or a compressed one reads as nothing."""
    body = bytearray()
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        return b""  # it was not asked for, and could unfold to any size
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > ANSWER_BYTES_MAX:
            return b""
    return bytes(body)


def scores_of(body: bytes) -> Scores | None:
    """What an answer says; of several results the worst. None when it is not an answer: it says nothing then."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested to no end
        return None
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list) or not results:
        return None
    read = [_result(result) for result in results]
    known = [scores for scores in read if scores is not None]
    if len(known) < len(read):
        return None
    worst: dict[str, float] = {}
    for scores in known:
        for category, score in scores.scores.items():
            worst[category] = max(score, worst.get(category, 0.0))
    return Scores(
        flagged=any(scores.flagged for scores in known),
        named=frozenset().union(*(scores.named for scores in known)),
        scores=worst,
        pictured=frozenset().union(*(scores.pictured for scores in known)),
    )


def _result(result: object) -> Scores | None:
    if not isinstance(result, dict):
        return None
    categories, scores = _table(result, "categories"), _table(result, "category_scores")
    flagged = result.get("flagged")
    if categories is None or scores is None or not isinstance(flagged, bool | None):
        return None
    if flagged is None and not categories and not scores:
        return None
    if not all(isinstance(is_named, bool | None) for is_named in categories.values()):
        return None
    measured = {category: score for category, score in scores.items() if score is not None}  # illicit may be null
    if not all(_is_score(score) for score in measured.values()):
        return None
    named = frozenset(category for category, is_named in categories.items() if is_named)
    looked = _table(result, "category_applied_input_types") or {}
    return Scores(
        flagged=bool(flagged) or bool(named),
        named=named,
        scores={category: float(score) for category, score in measured.items()},
        pictured=frozenset(
            category for category, kinds in looked.items() if isinstance(kinds, list) and "image" in kinds
        ),
    )


def _table(result: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """One of a result's tables: empty when it is left out, None when it is none."""
    found = result.get(name)
    if found is None:
        return {}
    return found if isinstance(found, dict) else None


def _is_score(score: object) -> bool:
    return isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1  # NaN is neither
