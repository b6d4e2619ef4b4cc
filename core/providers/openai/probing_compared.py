"""What was found beside what Easel would have assumed, and what to write into easel.toml where that matters. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from core.model import OutputFormat
from core.providers.models import Model
from core.providers.openai.account import Account
from core.providers.openai.probing import EDITS, MASK, MODELS, MODERATIONS, NAMES, Found, Sample, Verdict
from core.providers.openai.probing_requests import has_masks, options_of
from core.providers.profiles import EditEncoding, Server, Shape, catalog

LISTED_MAX: Final = 5  # models that are named as a suggestion
_FOUND: Final = (Verdict.TAKEN, Verdict.REFUSED, Verdict.VALUE_REFUSED, Verdict.ABSENT)


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the profile. `differs` only where both are known."""

    name: str
    assumed: str
    found: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a difference; `toml` is what to write into easel.toml, where that is it."""

    sentence: str
    toml: str = ""


def compared(found: Found, account: Account, model: Model) -> tuple[Compared, ...]:
    """The whole profile."""
    return (*_features(found, account, model), *(_of_sample(found.sample, account, model) if found.sample else ()))


def _features(found: Found, account: Account, model: Model) -> Iterator[Compared]:
    server = account.server
    if found.verdict(MODELS) is not Verdict.NOT_ASKED:
        listed = "in the list" if account.model in found.listed else "not in the list, which proves nothing"
        said = listed if found.listed else "there is no list, which proves nothing"
        yield Compared(f"the model {account.model}", "", said)
    yield _service(found, MODERATIONS, assumed=bool(server.moderations))
    if found.verdict(NAMES) is not Verdict.NOT_ASKED:
        passed = "refused" if found.names_checked else "passed over"
        yield Compared("unknown options", "", passed)
    for option in options_of(model):
        if option.name == "stream":
            yield _stream(found, assumed=_assumes(server, model, "stream"))
        else:
            yield _yes_or_no(found, option.name, assumed=_assumes(server, model, option.name))
    yield _service(found, EDITS, assumed=_edits(server))
    yield _yes_or_no(found, MASK, assumed=_edits(server) and model.masks and has_masks(server))
    thinks = f"with {account.thinking_model}" if account.thinking_model else "no"
    yield Compared("thinking", thinks, "not asked: it cannot be tried for nothing")


def _yes_or_no(found: Found, feature: str, *, assumed: bool) -> Compared:
    verdict = found.verdict(feature)
    note = found.findings[feature].note if feature in found.findings else ""
    said = f"{verdict.value}: {note}" if note else verdict.value
    return Compared(feature, "taken" if assumed else "not taken", said, _contradicts(verdict, assumed=assumed))


def _service(found: Found, feature: str, *, assumed: bool) -> Compared:
    line = _yes_or_no(found, feature, assumed=assumed)
    works = found.verdict(feature) is Verdict.TAKEN
    return replace(line, assumed="there" if assumed else "not there", found="works" if works else line.found)


def _stream(found: Found, *, assumed: bool) -> Compared:
    """That the option is taken does not mean that events come: only the picture itself shows that."""
    line = _yes_or_no(found, "stream", assumed=assumed)
    return replace(line, differs=_stream_contradicts(found, assumed=assumed))


def _stream_contradicts(found: Found, *, assumed: bool) -> bool:
    if assumed:
        return _streams_not(found)
    return found.sample is not None and found.sample.streamed


def _contradicts(verdict: Verdict, *, assumed: bool) -> bool:
    return verdict in _FOUND and (verdict is Verdict.TAKEN) != assumed


def _assumes(server: Server, model: Model, option: str) -> bool:
    takes = server.sends & model.parameters
    return option in takes and (option != "stream" or (server.streams and model.streams))


def _edits(server: Server) -> bool:
    return server.edit_encoding is not EditEncoding.NONE and bool(server.edits)


def _of_sample(sample: Sample, account: Account, model: Model) -> Iterator[Compared]:
    came = "as an address" if sample.as_address else "as base64"
    yield Compared("the picture comes", "as base64", came, sample.as_address)
    if sample.stream_asked:
        seen = f"{sample.previews} unfinished picture{'' if sample.previews == 1 else 's'}"
        streamed = f"as events, with {seen}" if sample.streamed else "in one piece"
        yield Compared("an answer to a stream", "as events", streamed, not sample.streamed)
    if sample.size is not None:
        server, other = account.server, sample.size != sample.asked_size  # ratios stand for sizes only about
        yield Compared("size", str(sample.asked_size), str(sample.size), server.shape is Shape.SIZE and other)
        wanted = OutputFormat.PNG.media_type if "output_format" in server.sends & model.parameters else ""
        differs = bool(wanted) and sample.media_type != wanted
        yield Compared("format", wanted or "whatever it sends", sample.media_type, differs)
    for name, value in sample.echo:
        yield Compared(f"it says: {name}", "", value)
    yield _usage(sample)
    yield Compared("content credentials", "", "yes, C2PA" if sample.credentials else "none")
    first = (
        f", the first unfinished picture after {_seconds(sample.first_preview_ms)}" if sample.first_preview_ms else ""
    )
    yield Compared("time", "", f"{_seconds(sample.whole_ms)}{first}")


def _usage(sample: Sample) -> Compared:
    estimated = sample.estimated_nanodollars
    at_most = f"at most {dollars(estimated)}" if estimated else "nothing that Easel knows of"
    if sample.nanodollars is None:
        said = "usage that counts nothing" if sample.usage_given else "no usage"
        return Compared("cost", at_most, f"{said}: the estimate is kept")
    if not estimated and not sample.nanodollars:
        return Compared("cost", at_most, "usage is given, and nothing has a price")
    dearer = sample.nanodollars > estimated
    agrees = "more than" if dearer else "within"
    return Compared("cost", at_most, f"{dollars(sample.nanodollars)} by its own usage, {agrees} the estimate", dearer)


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.1f} s"


def dollars(nanodollars: int) -> str:
    """`$0.0062`: to a hundredth of a cent, rounded up."""
    return f"${-(-nanodollars // 100_000) / 10_000:.4f}"


def advice(found: Found, account: Account, model: Model, *, checks: bool) -> tuple[Advice, ...]:
    """What matters. `checks`: the settings want the safety check asked."""
    return tuple(_advice(found, account, model, checks=checks))


def _advice(found: Found, account: Account, model: Model, *, checks: bool) -> Iterator[Advice]:
    server, sample = account.server, found.sample
    if not found.can_draw and found.listed and account.model not in found.listed:
        yield _other_model(found)
    other = _other_server(found, account, model)
    if other is not None:
        yield other
    elif _assumes(server, model, "stream") and account.previews and _streams_not(found):
        yield Advice("It does not stream, so unfinished pictures need not be asked for:", "[openai]\npreviews = 0")
    if checks and found.verdict(MODERATIONS) is Verdict.ABSENT:
        yield Advice("It has no safety check to ask:", '[moderation]\ncheck = "off"')
    if sample is not None and sample.nanodollars is not None and sample.nanodollars > sample.estimated_nanodollars:
        yield Advice(
            f"The picture cost {dollars(sample.nanodollars)}, more than the {dollars(sample.estimated_nanodollars)} "
            "that Easel reserves for it. Say in [[prices]] what you pay, or limits on money will not hold:",
            f'[[prices]]\nprovider = "{server.priced_as}"\nmodel = "{account.model}"\n# image_out = ...',
        )


def _streams_not(found: Found) -> bool:
    answered = found.sample is not None and found.sample.stream_asked and not found.sample.streamed
    return answered or found.verdict("stream") is Verdict.REFUSED


def _other_model(found: Found) -> Advice:
    pictured = [name for name in found.listed if "image" in name.lower()] or list(found.listed)
    named = ", ".join(pictured[:LISTED_MAX])
    return Advice(
        f"The server names other models: {named}. To draw with one of them:", f'[openai]\nmodel = "{pictured[0]}"'
    )


def _other_server(found: Found, account: Account, model: Model) -> Advice | None:
    """The row that fits better: the one that the server says it is, or one that fewer findings speak against."""
    server = account.server
    named = next((one for one in catalog() if one.name == found.looks_like and one is not server), None)
    if named is not None and named.name != server.name:
        return _as(named, f"It says that it is {named.label}, and is asked as {server.label}.", server)
    if found.looks_like == server.name or not found.names_checked:  # too little is known to be wise about it
        return None
    against = _against(server, found, model)
    fitting = min(
        (one for one in catalog() if _reached_alike(one, server)), key=lambda one: _against(one, found, model)
    )
    if _against(fitting, found, model) < against:
        return _as(fitting, f"What was found fits {fitting.label} better than {server.label}.", server)
    return None


def _as(server: Server, why: str, now: Server) -> Advice:
    priced = "" if server.priced_as == now.priced_as else f" Pictures then have the prices of {server.priced_as}."
    return Advice(f"{why}{priced} To have it asked so:", f'[openai]\nserver = "{server.name}"')


def _reached_alike(one: Server, other: Server) -> bool:
    """Whether a request for one would reach the other at all."""
    alike = (one.auth, one.generations, one.query, one.shape) == (
        other.auth,
        other.generations,
        other.query,
        other.shape,
    )
    return alike and one.response_format == other.response_format


def _against(server: Server, found: Found, model: Model) -> int:
    """How much of what was found speaks against a row."""
    assumed = {one.name: _assumes(server, model, one.name) for one in options_of(model) if one.name != "stream"}
    assumed[MODERATIONS] = bool(server.moderations)
    assumed[EDITS] = _edits(server)
    assumed[MASK] = _edits(server) and model.masks and has_masks(server)
    wrong = sum(_contradicts(found.verdict(name), assumed=said) for name, said in assumed.items())
    return wrong + _stream_contradicts(found, assumed=_assumes(server, model, "stream"))
