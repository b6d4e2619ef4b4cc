"""Asking a server what it supports: the free questions one after another, then one picture."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Final

from core.errors import ProviderError
from core.images.provenance import carries_credentials
from core.ports import BlobStore, Preview, ProviderEvent
from core.pricing import Price
from core.providers import models
from core.providers.openai.account import Account
from core.providers.openai.answers import Address, found_in, nanodollars_of
from core.providers.openai.bodies import EVENTS, Question, parameters_of, sending_of
from core.providers.openai.connection import Connection
from core.providers.openai.decoding import Flaw, KeptPicture, Wanted, kept
from core.providers.openai.failures import NotThere, UnknownParameter, no_picture
from core.providers.openai.fetching import Fetcher
from core.providers.openai.probing import (
    EDITS,
    MASK,
    MODELS,
    MODERATIONS,
    NAMES,
    REQUESTS_MAX,
    Found,
    Heard,
    Manner,
    Probe,
    Sample,
    Verdict,
    cut,
    ends_all,
    looks_like,
    manner_of,
    names_of_models,
    tells_size_apart,
    told,
    verdict_of,
)
from core.providers.openai.probing_requests import (
    NOBODYS,
    bare_probe,
    bare_question,
    edit_probe,
    estimated_nanodollars,
    has_masks,
    models_probe,
    moderations_probe,
    nobodys_probe,
    option_probes,
    sample_question,
)
from core.providers.openai.reading import Desk, Reading
from core.providers.profiles import PROVIDER

DOCUMENT_BYTES_MAX: Final = 16 * 1024 * 1024  # of a list of models
BARE_TRIES: Final = 2  # where something that Easel always sends is refused by name
SAMPLE_TRIES: Final = 2
_MILLISECOND_NS: Final = 1_000_000
_ECHOED: Final = ("model", "size", "quality", "background", "output_format", "safety_identifier")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came of it, in words."""

    question: str
    answer: str


class Prober:
    """Asks one account's server. `found` is what is known so far; `into` is a place for pictures that nobody keeps."""

    def __init__(
        self, account: Account, connection: Connection, into: BlobStore, *, moderation_model: str, found: Found
    ) -> None:
        self.found = found
        self._account = account
        self._model = models.catalog().find(PROVIDER, account.model)
        self._connection = connection
        self._into = into
        self._moderation_model = moderation_model
        self._dropped: frozenset[str] = frozenset()
        self._stopped = False
        self._bare_probe: Probe | None = None
        self._bare_heard = Heard()

    async def free(self, *, may_draw: bool) -> AsyncGenerator[Asked, None]:
        """Everything that costs nothing. `may_draw`: a server that draws a picture of 1x1 pixels bills nothing for it.

        Ends early when asking on makes no sense; `found.failure` says why then.
        """
        yield await self._models()
        if may_draw:
            async for asked in self._bare():
                yield asked
        else:
            label = self._account.server.label
            yield Asked("pictures of 1x1 pixels", f"not asked for, since {label} might draw and bill them")
        if self.found.failure is None:
            yield await self._moderations()
        if self._goes_on():
            async for asked in self._options():
                yield asked
        if self._goes_on():
            async for asked in self._edits():
                yield asked

    async def sample(self, price: Price, at_most_nanodollars: int) -> Asked:
        """Draw one picture, if it costs no more than was agreed to. Never raises for what the server is."""
        question = sample_question(self._account, self._model, price, self.found)
        said = f"one picture of {question.size}"
        for left in reversed(range(SAMPLE_TRIES)):
            try:
                drawn = await self._drawn(question, price)
            except UnknownParameter as refused:  # costs nothing; sent again without it
                enough = not left or self.found.requests >= REQUESTS_MAX
                if enough or refused.parameter not in parameters_of(question):
                    return self._failed(said, refused)
                self.found = self.found.with_finding(refused.parameter, Verdict.REFUSED)
                question = sample_question(self._account, self._model, price, self.found)
                if estimated_nanodollars(question, price) > at_most_nanodollars:
                    return self._failed(f"{said}, which might cost more without {refused.parameter}", refused)
            except ProviderError as failure:
                return self._failed(said, failure)
            else:
                self.found = replace(self.found, sample=drawn, failure=None)
                return Asked(said, f"drawn in {drawn.whole_ms / 1000:.1f} s")
        raise AssertionError("the last try returns")

    # --- the free ones

    async def _models(self) -> Asked:
        probe = models_probe(self._account.server)
        heard = await self._document(probe)
        if heard.failure is not None:
            self._note(MODELS, Verdict.ABSENT if isinstance(heard.failure, NotThere) else Verdict.UNCLEAR, heard)
            return Asked(probe.said, f"{told(heard.failure)} That alone proves nothing.")
        listed = names_of_models(heard.document)
        self._note(MODELS, Verdict.TAKEN, heard)
        self.found = replace(self.found, listed=listed)
        among = f"{self._account.model} is {'among them' if self._account.model in listed else 'not among them'}"
        return Asked(probe.said, f"{len(listed)} models; {among}")

    async def _moderations(self) -> Asked:
        probe = moderations_probe(self._account.server, self._moderation_model)
        heard = await self._document(probe)
        if heard.failure is not None:
            absent = isinstance(heard.failure, NotThere)
            self._note(MODERATIONS, Verdict.ABSENT if absent else Verdict.UNCLEAR, heard)
            return Asked(probe.said, "not there" if absent else told(heard.failure))
        works = isinstance(heard.document.get("results"), list)
        self._note(MODERATIONS, Verdict.TAKEN if works else Verdict.UNCLEAR, heard)
        return Asked(probe.said, "works" if works else "answers something else")

    async def _bare(self) -> AsyncIterator[Asked]:
        """The first question about pictures. Its answer says whether more may be asked in this way."""
        for left in reversed(range(BARE_TRIES)):
            question = bare_question(self._account, self._model, self._dropped)
            probe = bare_probe(question)
            heard = await self._picture(probe, question)
            failure = heard.failure
            refused = failure.parameter if isinstance(failure, UnknownParameter) else ""
            if left and refused in parameters_of(question) - {"size"}:
                self._dropped |= {refused}
                self.found = self.found.with_finding(refused, Verdict.REFUSED)
                yield Asked(probe.said, f"{refused} is refused by its name; asked again without it")
                continue
            self._judge_bare(heard)
            self._bare_heard, self._bare_probe = heard, probe
            yield Asked(probe.said, self._of_manner(heard))
            return

    def _judge_bare(self, heard: Heard) -> None:
        self.found = replace(self.found, manner=manner_of(heard))
        self._see(heard)
        if ends_all(heard.failure):
            self.found = replace(self.found, failure=heard.failure)

    def _of_manner(self, heard: Heard) -> str:
        said = told(heard.failure) if heard.failure else ""
        match self.found.manner:
            case Manner.REFUSED:
                return "refused for its size, so that more can be asked without anything being drawn"
            case Manner.DREW:
                return "drawn nevertheless; nothing more is asked in this way"
            case Manner.FAILED:
                return f"{said} It may have begun to draw, so nothing more is asked in this way."
            case _:
                return said

    async def _options(self) -> AsyncIterator[Asked]:
        """One option at a time; the first one is nobody's."""
        assert self._bare_probe is not None
        for probe in (nobodys_probe(self._bare_probe), *option_probes(self._bare_probe, self._model, self.found)):
            if not self._goes_on(keep=3):  # for the edits, and for the picture itself
                return
            verdict, heard = await self._option(probe)
            if probe.feature == NAMES:
                self.found = replace(self.found, names_checked=verdict is Verdict.REFUSED)
            if ends_all(heard.failure):  # of a kind that was good for an answer a moment ago
                self.found = replace(self.found, failure=heard.failure)
            yield Asked(probe.said, self._said(verdict, heard))

    async def _edits(self) -> AsyncIterator[Asked]:
        """With a mask first, since that answers both; without it where it was the mask that was minded."""
        if has_masks(self._account.server):
            probe = edit_probe(self._account, self._model, self._dropped, masked=True)
            verdict, heard = await self._option(probe)
            yield Asked(probe.said, self._said(verdict, heard))
            if verdict in (Verdict.TAKEN, Verdict.NOT_REFUSED):
                self.found = self.found.with_finding(EDITS, Verdict.TAKEN)
            elif isinstance(heard.failure, NotThere):
                self.found = self.found.with_finding(EDITS, Verdict.ABSENT).with_finding(MASK, Verdict.NOT_ASKED)
            if self.found.verdict(EDITS) is not Verdict.NOT_ASKED:
                return
        if self._goes_on():
            probe = edit_probe(self._account, self._model, self._dropped, masked=False)
            verdict, heard = await self._option(probe)
            yield Asked(probe.said, self._said(verdict, heard))

    async def _option(self, probe: Probe) -> tuple[Verdict, Heard]:
        heard = await self._picture(probe, bare_question(self._account, self._model, self._dropped))
        checked = self.found.names_checked or NOBODYS in probe.options
        verdict = verdict_of(probe, heard, self._bare_heard, names_checked=checked)
        self._note(probe.feature, verdict, heard)
        self._stopped = self._stopped or not tells_size_apart(heard)
        return verdict, heard

    def _said(self, verdict: Verdict, heard: Heard) -> str:
        if isinstance(heard.failure, NotThere):
            return "not there"
        if heard.failure is None:
            return "drawn nevertheless; nothing more is asked in this way"
        stopped = "; nothing more is asked in this way" if self._stopped else ""
        return told(heard.failure) + stopped if verdict is Verdict.UNCLEAR else verdict.value

    def _goes_on(self, keep: int = 1) -> bool:
        """Whether more may be asked for pictures of 1x1 pixels, with so many requests kept for later."""
        can = self.found.manner is Manner.REFUSED and self.found.failure is None and not self._stopped
        return can and self.found.requests + keep < REQUESTS_MAX

    # --- one request

    async def _document(self, probe: Probe) -> Heard:
        """The answer to a question that is not about pictures."""
        self._count()
        try:
            async with self._connection.send(probe.sending) as response:
                document = await kept(response, self._into, Wanted(places=(), total_bytes_max=DOCUMENT_BYTES_MAX))
                return Heard(document if isinstance(document, dict) else {}, dict(response.headers))
        except ProviderError as failure:
            return Heard(failure=failure)

    async def _picture(self, probe: Probe, question: Question) -> Heard:
        """The answer to a question about pictures; a picture that comes is read and forgotten."""
        self._count()
        try:
            async with self._connection.send(probe.sending) as response:
                reading = Reading(self._account, question, response, self._into, Desk(), _unheard)
                return Heard(await reading.document(), dict(response.headers))
        except ProviderError as failure:
            return Heard(failure=failure)

    async def _drawn(self, question: Question, price: Price) -> Sample:
        """One picture, with everything that comes with it. Raises `ProviderError`."""
        self._count()
        began_ns, previews_ns = time.perf_counter_ns(), list[int]()

        def tell(event: ProviderEvent) -> None:
            if isinstance(event, Preview):
                previews_ns.append(time.perf_counter_ns())

        async with self._connection.send(sending_of(question)) as response:
            reading = Reading(self._account, question, response, self._into, Desk(), tell)
            document = await reading.document()
            headers = dict(response.headers)
        picture, as_address = await self._one(document, reading)
        whole_ns = time.perf_counter_ns()
        self._see(Heard(headers=headers))
        usage = document.get("usage")
        assert question.size is not None
        return Sample(
            asked_size=question.size,
            asked_quality=question.quality,
            size=picture.size if picture else None,
            media_type=picture.media_type if picture else "",
            as_address=as_address,
            stream_asked=question.previews is not None,
            streamed=headers.get("content-type", "").startswith(EVENTS),
            previews=len(previews_ns),
            first_preview_ms=(previews_ns[0] - began_ns) // _MILLISECOND_NS if previews_ns else None,
            whole_ms=(whole_ns - began_ns) // _MILLISECOND_NS,
            echo=_echo(document),
            usage_given=isinstance(usage, dict) and bool(usage),
            nanodollars=nanodollars_of(usage, price),
            estimated_nanodollars=estimated_nanodollars(question, price),
            credentials=picture is not None and carries_credentials(await self._into.path(picture.blob.key)),
        )

    async def _one(self, document: Any, reading: Reading) -> tuple[KeptPicture | None, bool]:
        for found, _ in found_in(document):
            match found:
                case KeptPicture():
                    return found, False
                case Address(url):
                    fetched = await Fetcher(self._account).fetch(url, self._into)
                    return fetched if isinstance(fetched, KeptPicture) else None, True
                case Flaw(why):
                    raise no_picture(reading.label, why, request_id=reading.request_id)
        raise no_picture(reading.label, "nothing", request_id=reading.request_id)

    def _failed(self, said: str, failure: ProviderError) -> Asked:
        self.found = replace(self.found, failure=failure)
        return Asked(said, told(failure))

    def _note(self, feature: str, verdict: Verdict, heard: Heard) -> None:
        note = told(heard.failure) if heard.failure is not None and verdict is Verdict.UNCLEAR else ""
        self.found = self.found.with_finding(feature, verdict, note)
        self._see(heard)

    def _see(self, heard: Heard) -> None:
        self.found = replace(self.found, looks_like=self.found.looks_like or looks_like(heard))

    def _count(self) -> None:
        self.found = replace(self.found, requests=self.found.requests + 1)


def _unheard(_: ProviderEvent) -> None:
    """A preview of a picture that nobody wanted."""


def _echo(document: Any) -> tuple[tuple[str, str], ...]:
    """What the answer says of the picture, as far as it is words."""
    said = ((name, document.get(name)) for name in _ECHOED)
    return tuple((name, cut(value)) for name, value in said if isinstance(value, str) and value)
