"""The prompts that the playground's empty channel offers, read from the page itself, and drawn without a server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from core.model import JobId, OutputFormat, Size
from core.ports import GenerateOrder
from core.prompt import Prompt, parse
from core.providers.illustrator.planning import plan_order
from core.providers.illustrator.work import Picture, draw

STATIC = Path(__file__).parents[1] / "bots" / "web" / "static"
_OFFER = re.compile(r"""lang: "(?P<lang>[\w-]+)",\s+words: "(?P<words>[^"]+)",\s+prompt:\s+(['"])(?P<prompt>.+?)\3""")
SEED = 3
WIDTH = 480  # pixels, four times as wide as it is shown


@dataclass(frozen=True, slots=True)
class Offered:
    """A card of the empty channel."""

    lang: str
    words: str
    prompt: str

    @property
    def said(self) -> Prompt:
        """The prompt as Easel understands it, without its command."""
        return parse(self.prompt.removeprefix("/imagine "))


def offered() -> tuple[Offered, ...]:
    """All cards, in their order."""
    page = (STATIC / "js" / "empty.js").read_text(encoding="utf-8")
    return tuple(Offered(found["lang"], found["words"], found["prompt"]) for found in _OFFER.finditer(page))


def drawn(one: Offered, seed: int = SEED) -> tuple[Picture, tuple[str, ...]]:
    """The card's picture, two to three, and what would be said beside it."""
    said = one.said
    size = Size(WIDTH, WIDTH * 3 // 2)
    order = GenerateOrder(
        job=JobId("0" * 32), model="illustrator", text=said.text, quoted=said.quoted, size=size, seed=seed
    )
    planned = plan_order(order)
    return draw(planned.scenes[0], size, OutputFormat.PNG), planned.remarks
