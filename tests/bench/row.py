"""One line of the table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Something measured, beside a baseline measured in the same run."""

    name: str
    ours: float
    unit: str
    baseline_name: str = ""
    baseline: float | None = None
    target: str = ""
    met: bool | None = None  # None: nothing was promised

    @property
    def ratio(self) -> float | None:
        """Ours to the baseline's."""
        return None if not self.baseline else self.ours / self.baseline
