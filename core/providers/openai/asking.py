"""One request to an image API, from the question to its pictures in the blob store.

What a server refuses by name is left out and the request is sent again: a refusal of that kind costs nothing. It is
remembered for the life of the process, so that nobody else's request has to be refused for it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from core.model import Background, StageName
from core.ports import BlobStore, Stage
from core.pricing import Price
from core.providers.openai.account import Account
from core.providers.openai.answers import Address, Answered, Picture, facts_of, found_in, nanodollars_of
from core.providers.openai.bodies import Question, parameters_of, sending_of
from core.providers.openai.connection import Connection
from core.providers.openai.decoding import Flaw
from core.providers.openai.failures import RefusedValue, UnknownParameter, no_picture
from core.providers.openai.fetching import Fetcher
from core.providers.openai.reading import Desk, Reading, Tell

NO_MASKS: Final = "This image service takes no mask, so it was only told in words what to change."
OPAQUE: Final = "This model draws no transparent background for us, so this one is opaque."
# What a person asked for and did not get, when a server refuses the parameter.
MISSED: Final[Mapping[str, str]] = {
    "size": "This image service chooses the size itself.",
    "aspect_ratio": "This image service chooses the shape itself.",
    "resolution": "This image service chooses the size itself.",
    "quality": "This image service chooses the quality itself.",
    "background": "This image service chooses the background itself.",
    "output_format": "This image service chooses the file format itself.",
}


class Asker:
    """Asks for one account, and remembers what its server refuses."""

    def __init__(self, account: Account, connection: Connection) -> None:
        self._account = account
        self._connection = connection
        self._desk = Desk()
        self._fetcher = Fetcher(account)
        self._dropped: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        self._opaque: set[str] = set()

    def lessened(self, question: Question) -> Question:
        """The question without what its model's server has refused before."""
        question = replace(question, dropped=question.dropped | self._dropped[question.name])
        if question.background is Background.TRANSPARENT and question.name in self._opaque:
            question = replace(question, background=Background.AUTO)
        return question if "n" in question.takes else replace(question, count=1)

    async def ask(self, wish: Question, price: Price | None, into: BlobStore, tell: Tell) -> Answered:
        """The pictures: as many as the question says, unless its server takes no `n`. Raises `ProviderError`."""
        while True:
            question = self.lessened(wish)
            try:
                answered = await self._asked(question, price, into, tell)
            except UnknownParameter as refused:
                if refused.parameter in self._dropped[wish.name] or refused.parameter not in parameters_of(question):
                    raise
                self._dropped[wish.name] |= {refused.parameter}
            except RefusedValue as refused:
                if question.background is not Background.TRANSPARENT or not _about_background(refused):
                    raise
                self._opaque.add(wish.name)
            else:
                return replace(answered, remarks=(*answered.remarks, *_missed(wish, question)))

    async def _asked(self, question: Question, price: Price | None, into: BlobStore, tell: Tell) -> Answered:
        """One POST, or as many as `Connection` makes of what did not begin."""
        async with self._desk.turns:
            await asyncio.sleep(0)
        # Pictures inside JSON become base64 here: tens of milliseconds.
        sending = await asyncio.to_thread(sending_of, question) if question.pictures else sending_of(question)
        async with self._connection.send(sending) as response:
            reading = Reading(self._account, question, response, into, self._desk, tell)
            document = await reading.document()
        tell(Stage(StageName.CHECKING))
        pictures: list[Picture] = []
        flaw = ""
        for found, entry in found_in(document)[: question.count]:
            one = await self._fetcher.fetch(found.url, into) if isinstance(found, Address) else found
            if isinstance(one, Flaw):
                flaw = flaw or one.why
            else:
                pictures.append(Picture(one, facts_of(document, entry, question.name, reading.request_id)))
        if not pictures:
            raise no_picture(reading.label, flaw or "nothing", request_id=reading.request_id)
        return Answered(tuple(pictures), nanodollars_of(document.get("usage"), price))


def _about_background(refused: RefusedValue) -> bool:
    return refused.parameter == "background" or "background" in refused.note.lower()


def _missed(wish: Question, question: Question) -> tuple[str, ...]:
    """What was asked for and left out, in sentences."""
    left_out = parameters_of(wish) - parameters_of(question)
    sentences = [MISSED[name] for name in MISSED if name in left_out & question.dropped]
    if wish.mask is not None and wish.server.mask_field in left_out:
        sentences.append(NO_MASKS)
    if wish.background is Background.TRANSPARENT and question.background is not Background.TRANSPARENT:
        sentences.append(OPAQUE)
    return tuple(dict.fromkeys(sentences))
