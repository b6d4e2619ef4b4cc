"""Numbers that look random and are the same on every machine and Python: SplitMix64 (Steele, Lea, Flood 2014)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
MASK = (1 << 64) - 1


class Chance:
    """A stream of numbers for one purpose of one picture: what another purpose draws does not disturb it."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._state = int.from_bytes(hashlib.sha256(f"{seed}/{purpose}".encode()).digest()[:8], "big")

    def unit(self) -> float:
        """From 0 up to, and without, 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return (mixed ^ (mixed >> 31)) / 2**64

    def between(self, low: float, high: float) -> float:
        """From `low` to `high`."""
        return low + (high - low) * self.unit()

    def choose(self, among: Sequence[T]) -> T:
        """One of them."""
        return among[int(self.unit() * len(among))]
