"""What a request may cost before it runs, and what it did cost after: tokens and integer nano-dollars.

The prices are data (`catalog/prices.toml`), each with its source and date. An estimate is a worst case, because it is
what gets reserved; the provider's own usage settles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, TypeVar

from core.errors import BadSettings
from core.model import Cost, Quality, Size
from core.money import NANODOLLARS
from core.money import parse_money as parse_money
from core.rows import best_fit, is_snapshot, read_rows
from core.wording import format_money as format_money

if TYPE_CHECKING:
    from core.ports import ThinkingBudget

T = TypeVar("T", int, tuple[int, int, int])

# OpenAI cuts a picture that it is given into patches of 32 pixels, at most 1536 (community.openai.com/t/1382940).
PICTURE_TOKENS_MAX: Final = 1536
PREVIEW_TOKENS: Final = 100  # each partial image costs so many output tokens more (OpenAI, image generation guide)
RATIO_MAX: Final = 3  # the models draw 3:1 to 1:3, and so far does the formula for their tokens go
# A size that the model chooses: reserved as a square of 1024 and six tenths more, enough for squares up to 1696 pixels.
# It need not keep to the rules for sizes (github.com/MicrosoftDocs/azure-ai-docs/pull/779); 1254x1254 has been seen. Of
# all sizes of about a megapixel the square has the most tokens.
AUTO_SQUARE: Final = Size(1024, 1024)
AUTO_TENTHS: Final = 16
TOKENS_MAX: Final = 100_000_000  # in one answer: more is no count, whatever a server says
ANSWER_NANODOLLARS_MAX: Final = 1_000 * NANODOLLARS  # likewise, of a cost that a server names itself


@dataclass(frozen=True, slots=True)
class Price:
    """What one family of models costs, in nano-dollars per token. The fields are those of `catalog/prices.toml`."""

    provider: str
    model: str  # how the names of these models begin; "" is for every other
    source: str
    date: date
    text_in: int = 0
    text_in_cached: int = 0
    image_in: int = 0
    image_in_cached: int = 0
    image_out: int = 0
    text_out: int = 0
    text_in_written: int = 0  # a token that is put into the cache, where that costs more than reading it in
    search: int = 0  # one search of the web
    picture: int = 0  # one picture drawn, where pictures are billed and not tokens
    picture_in: int = 0  # one picture handed in, likewise
    thinks: bool = False  # a text model: then a row is for its own name and its dated snapshots only
    reports_cost: bool = False  # its answers say what they cost; nothing else is believed then
    factors: Mapping[str, int] = field(default_factory=dict)  # quality -> factor of the formula
    counts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)  # quality -> square, portrait, landscape


_NUMBERS: Final = (
    *("text_in", "text_in_cached", "image_in", "image_in_cached", "image_out", "text_out"),
    *("text_in_written", "search", "picture", "picture_in"),
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider says that it counted. The cached and the written ones are not part of the others."""

    text_in: int = 0
    text_in_cached: int = 0
    image_in: int = 0
    image_in_cached: int = 0
    image_out: int = 0
    text_out: int = 0
    text_in_written: int = 0
    searches: int = 0  # of the web: billed by the piece


@dataclass(frozen=True, slots=True)
class PriceTable:
    """All prices. Of the rows that fit a model the longest name counts, and of equals the first."""

    rows: tuple[Price, ...]

    def find(self, provider: str, model: str, *, thinks: bool = False) -> Price:
        """The price of a model that draws, or that thinks. Raises `BadSettings` when there is none.

        Variants of a drawing model cost what their family costs; of a text model they cost up to 36 times as much
        (gpt-5.5-pro, gpt-5-mini), so a name that is not known to the letter has the price of the dearest.
        """
        mine = [
            row
            for row in self.rows
            if row.provider == provider and not (row.thinks and row.model and not is_snapshot(model, row.model))
        ]
        mine.sort(key=lambda row: row.thinks is not thinks)  # for the rows that are for every other name
        found = best_fit(mine, model)
        if found is None:  # a limit on money would not hold
            raise BadSettings(f"There is no price for the model {model} of {provider}.", "Add one to your prices.")
        return found

    def with_rows(self, rows: Iterable[Price]) -> PriceTable:
        """The table with an operator's own rows before these."""
        return PriceTable((*rows, *self.rows))


def parse_prices(text: str) -> PriceTable:
    """Read rows in the form of `catalog/prices.toml`. Raises `BadSettings` that names the row and what is wrong."""
    rows = read_rows(text, "price", ("provider", "thinks", "model"), ("source", "date"))
    return PriceTable(tuple(_row(row) for row in rows))


def _row(row: Mapping[str, Any]) -> Price:
    name = f"{row.get('provider', '?')} {row.get('model', '?')}"
    try:
        counts = {quality: tuple(tokens) for quality, tokens in row.get("counts", {}).items()}
        price = Price(**{**row, "counts": counts})
        qualities = [Quality(quality) for quality in (*price.factors, *counts)]
    except (TypeError, AttributeError) as error:  # a field missing, or one that there is not
        known = ", ".join(Price.__dataclass_fields__)
        raise BadSettings(f"The price of {name} has a wrong or missing field.", f"The fields are {known}.") from error
    except ValueError as error:
        raise BadSettings(f"The price of {name} names a quality that there is not: {error}.", "Mend it.") from error
    numbers = [getattr(price, kind) for kind in _NUMBERS]
    numbers += [*price.factors.values(), *(number for tokens in counts.values() for number in tokens)]
    if any(type(number) is not int or number < 0 for number in numbers):
        raise BadSettings(f"The price of {name} has a number that is not whole or is negative.", "Give nano-dollars.")
    if any(len(tokens) != 3 for tokens in counts.values()):
        raise BadSettings(f"The price of {name} needs three counts a quality.", "Give square, portrait, landscape.")
    if price.image_out and not qualities:
        raise BadSettings(f"The price of {name} is for tokens, but says not how many.", "Give factors or counts.")
    return price


@cache
def catalog() -> PriceTable:
    """The prices that come with Easel."""
    return parse_prices(resources.files("core").joinpath("catalog", "prices.toml").read_text("utf-8"))


def output_tokens(price: Price, size: Size | None, quality: Quality) -> int:
    """How many output tokens one picture takes; of a size that the model chooses for None. 0 where none are counted.

    The formula is the one in OpenAI's own price calculator, in integers (community.openai.com/t/1382699). It was not
    made for shapes beyond 3:1 and ends at 0 for them, so they count as 3:1. A row with both a formula and counts is for
    models of which nobody knows which it is: the dearer.
    """
    if size is None:
        return -(-AUTO_TENTHS * output_tokens(price, AUTO_SQUARE, quality) // 10)
    tokens = 0
    if price.factors:
        factor = _of_quality(price.factors, quality)
        longest, shortest = max(size.width, size.height), min(size.width, size.height)
        patches = max((2 * factor * shortest + longest) // (2 * longest), (2 * factor + RATIO_MAX) // (2 * RATIO_MAX))
        tokens = -(-factor * patches * (2_000_000 + size.width * size.height) // 4_000_000)
    if price.counts:
        square, portrait, landscape = _of_quality(price.counts, quality)
        fixed = square if size.width == size.height else portrait if size.width < size.height else landscape
        tokens = max(tokens, fixed)
    return tokens


def _of_quality(table: Mapping[str, T], quality: Quality) -> T:
    """The entry of a quality. `auto` is reserved as high, and a quality that is not in the table as its dearest."""
    wanted = Quality.HIGH if quality is Quality.AUTO else quality
    return table[wanted] if wanted in table else max(table.values())


def estimate(
    price: Price,
    *,
    size: Size | None,
    quality: Quality,
    count: int,
    text: str,
    pictures: int = 0,
    previews: int = 0,
    thinking: ThinkingBudget | None = None,
    table: PriceTable | None = None,
) -> Cost:
    """The most that a request costs: `count` pictures of this size, from `text` and so many pictures handed in.

    `text` is all that is sent, with the words that Easel adds. It has never more tokens than UTF-8 bytes: the models'
    encodings are built on bytes. What goes in counts once for each picture, since several pictures may need several
    calls. `thinking` adds what a model may use that thinks first, whose price is looked up in `table`.
    """
    drawing = Tokens(
        text_in=len(text.encode("utf-8", "surrogatepass")),
        image_in=pictures * PICTURE_TOKENS_MAX,
        image_out=output_tokens(price, size, quality) + previews * PREVIEW_TOKENS,
    )
    one = nanodollars(price, drawing) + price.picture + pictures * price.picture_in
    if thinking is not None:
        thinker = (table or catalog()).find(price.provider, thinking.model, thinks=True)
        one = _with_thinking(price, one, thinker, thinking)
    return Cost(images=count, nanodollars=count * one)


def _with_thinking(price: Price, drawing: int, thinker: Price, budget: ThinkingBudget) -> int:
    """The most that one picture costs when a model thinks first: at least one drawing, and every other call the dearer.

    A later drawing is given the earlier ones too, and the text model writes the prompts out of its own output tokens.
    """
    others = max(0, budget.tool_calls_max - 1)
    again = drawing + others * (PICTURE_TOKENS_MAX * price.image_in + price.picture_in)
    tools = drawing + others * max(again, thinker.search)
    prompts = budget.text_out_tokens_max * price.text_in
    went_in = budget.text_in_tokens_max * max(thinker.text_in, thinker.text_in_written)
    return tools + prompts + went_in + budget.text_out_tokens_max * thinker.text_out


def measured(price: Price, tokens: Tokens, images: int) -> Cost:
    """What a request cost by the provider's own count; `images` are those that count against an allowance."""
    return Cost(images=images, nanodollars=nanodollars(price, tokens), measured=True)


def nanodollars(price: Price, tokens: Tokens) -> int:
    """Tokens times prices.

    No price is published for words that GPT Image 2 and newer put out, because they put out none; should one ever say
    that it did, they are no gift: they count as picture.
    """
    return (
        tokens.text_in * price.text_in
        + tokens.text_in_cached * price.text_in_cached
        + tokens.text_in_written * max(price.text_in, price.text_in_written)
        + tokens.image_in * price.image_in
        + tokens.image_in_cached * price.image_in_cached
        + tokens.image_out * price.image_out
        + tokens.text_out * (price.text_out or price.image_out)
        + tokens.searches * price.search
    )


def settled(price: Price, usage: object) -> int | None:
    """What an answer cost by its own `usage`, or None when that cannot be known: the estimate is kept then.

    Where pictures are billed and not tokens, and the answer does not say what they cost, its tokens say nothing.
    """
    if price.reports_cost:
        return cost_of(usage)
    tokens = tokens_of(usage)
    return None if tokens is None or price.picture else nanodollars(price, tokens)


def cost_of(usage: object) -> int | None:
    """The cost that an answer names itself, in nano-dollars, a fraction of one rounded up; None when it names none.

    OpenRouter: `cost` in dollars, and with a key of one's own (`is_byok`) what its maker charges besides
    (openrouter.ai/docs/use-cases/usage-accounting). xAI: `cost_in_usd_ticks`, ten to a nano-dollar
    (docs.x.ai/developers/cost-tracking).
    """
    if not isinstance(usage, Mapping):
        return None
    ticks = usage.get("cost_in_usd_ticks")
    if ticks is not None:
        return _believable(Decimal(ticks) / 10) if type(ticks) is int else None
    parts = [usage.get("cost")]
    if usage.get("is_byok") is True:
        details = usage.get("cost_details")
        parts.append(details.get("upstream_inference_cost") if isinstance(details, Mapping) else None)
    dollars = [Decimal(repr(part)) for part in parts if type(part) in (int, float)]
    return _believable(sum(dollars, Decimal(0)) * NANODOLLARS) if len(dollars) == len(parts) else None


def _believable(cost: Decimal) -> int | None:
    if not cost.is_finite() or not 0 <= cost <= ANSWER_NANODOLLARS_MAX:
        return None
    return int(cost.to_integral_value(ROUND_CEILING))


def tokens_of(usage: object) -> Tokens | None:
    """The tokens in an answer's `usage`, as OpenAI's Images API and its imitators write it; None when they say nothing.

    None, too, when no picture's worth of tokens is counted (LocalAI counts none at all), and for anything that is no
    count. What the image model puts out is picture, whatever it is called: only `text_tokens` beside `image_tokens` are
    words. What goes in and is not told apart is taken for the dearer, a picture. Cached tokens are only believed when
    they are told apart. (openai-python, types/images_response.py and types/responses/response.py; SGLang and OpenRouter
    count prompt_tokens and completion_tokens.)
    """
    if not isinstance(usage, Mapping):
        return None
    names = ("input_tokens", "output_tokens") if "output_tokens" in usage else ("prompt_tokens", "completion_tokens")
    went_in, came_out = (_count(usage.get(name)) for name in names)
    inward = _parts(usage, "input_tokens_details", "text_tokens", "image_tokens")
    outward = _parts(usage, "output_tokens_details", "text_tokens", "image_tokens")
    cached = _parts(usage, "cached_tokens_details", "cached_text_tokens", "cached_image_tokens")
    if went_in is None or not came_out or inward is None or outward is None or cached is None:
        return None
    words = outward[0] if outward[1] else 0
    text_in, image_in = inward[0] - cached[0], went_in - inward[0] - cached[1]
    if text_in < 0 or image_in < 0 or sum(inward) > went_in or sum(outward) > came_out:
        return None
    return Tokens(text_in, cached[0], image_in, cached[1], image_out=came_out - words, text_out=words)


def _parts(usage: Mapping[str, Any], name: str, first: str, second: str) -> tuple[int, int] | None:
    """Two counts of a breakdown, zeros where there is none; None when it is there and cannot be used."""
    details = usage.get(name)
    if details is None:
        return 0, 0
    if not isinstance(details, Mapping):
        return None
    counts = _count(details.get(first, 0)), _count(details.get(second, 0))
    return None if counts[0] is None or counts[1] is None else (counts[0], counts[1])


def _count(value: object) -> int | None:
    """A count that can be one: whole, not negative, of this world. `True` and 3.0 are not."""
    return value if type(value) is int and 0 <= value <= TOKENS_MAX else None
