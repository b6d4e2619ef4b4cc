"""How a provider is, as those who run Easel see it: a value, whoever measures it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """Whether it is asked."""

    WELL = "well"
    TRYING = "trying"  # after trouble: one request may try
    RESTING = "resting"  # after trouble: nothing is asked for a while


@dataclass(frozen=True, slots=True)
class Health:
    """One model at one place. `images_per_minute`: how fast it is asked now; None while no limit is known."""

    provider: str
    model: str
    label: str
    host: str = ""  # "" = inside this process
    condition: Condition = Condition.WELL
    why: str = ""  # the last trouble, for the operator: a status, a code, never anybody's words
    images_per_minute: float | None = None
    waiting: int = 0  # requests that wait for their turn


Examine = Callable[[], Sequence[Health]]
