"""Does not go on asking a provider that is down, or that will not draw until the operator has mended something.

One breaker for each provider and model. It opens after several failures in a row, lets one request through after a
while (half open), and closes when that one succeeds; otherwise it waits twice as long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.errors import DrawingFailed, OutcomeUnknown, ProviderError, ProviderUnavailable, ProviderUnusable
from core.i18n import say
from core.ports import Clock
from core.providers.openai.account import Account
from core.wording import duration

FAILURES_MAX: Final = 5  # in a row
WINDOW_SECONDS: Final = 600.0  # failures longer ago than this are forgotten: one drawing alone may take minutes
OPEN_SECONDS_FIRST: Final = 30.0
OPEN_SECONDS_MAX: Final = 600.0
_SECOND_US: Final = 1_000_000


class State(StrEnum):
    """Of a breaker, for metrics and health."""

    CLOSED = "closed"  # all is well
    OPEN = "open"  # nothing is asked
    HALF_OPEN = "half_open"  # one request may try, or is trying


_BADNESS: Final = (State.CLOSED, State.HALF_OPEN, State.OPEN)


@dataclass(slots=True)
class Attempt:
    """One request that was let through."""

    probe: bool
    server_failed: bool = False  # set by who sent it: the server answered with a status of 500 or more


class Breaker:
    """Of one provider and model."""

    def __init__(self, clock: Clock, label: str) -> None:
        self._clock = clock
        self._label = label
        self._failures_us: deque[int] = deque(maxlen=FAILURES_MAX)
        self._open_seconds = 0.0  # 0: closed
        self._until_us = 0
        self._probing = False
        self._why = ""  # the last error's note; the error itself would keep whole frames alive
        self._mending = False

    @property
    def state(self) -> State:
        """Whether requests are let through."""
        if not self._open_seconds:
            return State.CLOSED
        return State.OPEN if self._remaining_us() and not self._probing else State.HALF_OPEN

    @property
    def why(self) -> str:
        """The trouble that opened it, for the operator; "" while all is well."""
        return self._why if self._open_seconds else ""

    def check(self) -> None:
        """Raise `ProviderUnavailable` when a request would not be let through now."""
        if self._open_seconds and (self._probing or self._remaining_us()):
            raise self._refusal()

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """Let one request through, and judge the provider by how it ends. Raises `ProviderUnavailable` when open.

        What ends by a cancel, or by a defect of ours, says nothing about the provider.
        """
        self.check()
        attempt = Attempt(probe=bool(self._open_seconds))
        self._probing = self._probing or attempt.probe
        try:
            yield attempt
        except ProviderError as error:
            self._failed(attempt, error)
            raise
        else:
            self._close()
        finally:
            if attempt.probe:
                self._probing = False

    def _failed(self, attempt: Attempt, error: ProviderError) -> None:
        match error:
            case ProviderUnusable():
                self._trouble(attempt, error, at_once=True)
            case ProviderUnavailable() | OutcomeUnknown():
                self._trouble(attempt, error)
            case DrawingFailed() if attempt.server_failed:
                self._trouble(attempt, error)
            case _:  # it answered, and properly: moderation and wishes that cannot be met are no failures of its own
                self._close()

    def _trouble(self, attempt: Attempt, error: ProviderError, *, at_once: bool = False) -> None:
        if attempt.probe:
            self._open(min(self._open_seconds * 2, OPEN_SECONDS_MAX), error)
        elif not self._open_seconds:
            now_us = self._clock.now_us()
            while self._failures_us and self._failures_us[0] < now_us - WINDOW_SECONDS * _SECOND_US:
                self._failures_us.popleft()
            self._failures_us.append(now_us)
            if at_once or len(self._failures_us) == FAILURES_MAX:
                self._open(OPEN_SECONDS_FIRST, error)

    def _open(self, seconds: float, error: ProviderError) -> None:
        self._open_seconds = seconds
        self._until_us = self._clock.now_us() + int(seconds * _SECOND_US)
        self._why = error.note
        self._mending = isinstance(error, ProviderUnusable)

    def _close(self) -> None:
        self._open_seconds = 0.0
        self._failures_us.clear()

    def _remaining_us(self) -> int:
        return max(0, self._until_us - self._clock.now_us())

    def _refusal(self) -> ProviderUnavailable:
        remaining_us = self._remaining_us()
        when = say("it is tried again {duration}", duration=duration(remaining_us))
        if self._probing:
            when = say("it is being tried again right now")
        what = say("{label} has trouble at the moment; {when}.", label=self._label, when=when)
        if self._mending:
            what = say("{label} has to be set right by an administrator; {when}.", label=self._label, when=when)
        return ProviderUnavailable(
            what,
            say("Ask again then."),
            note=f"breaker open for {remaining_us // _SECOND_US} s more, since: {self._why}",
        )


class Breakers:
    """All breakers of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._breakers: dict[tuple[str, str, str], Breaker] = {}

    def of(self, account: Account, model: str) -> Breaker:
        """The breaker of an account's model: one account without credit says nothing about another one beside it."""
        key = (account.host, model, account.payer)
        if key not in self._breakers:
            self._breakers[key] = Breaker(self._clock, account.server.label)
        return self._breakers[key]

    def all(self) -> Mapping[tuple[str, str, str], Breaker]:
        """By host, model and payer, as far as anything was asked of them."""
        return dict(self._breakers)

    def states(self) -> Mapping[tuple[str, str], State]:
        """By host and model, for metrics and health: of several accounts there the one that is worst off."""
        states: dict[tuple[str, str], State] = {}
        for (host, model, _), breaker in self._breakers.items():
            states[host, model] = max(states.get((host, model), State.CLOSED), breaker.state, key=_BADNESS.index)
        return states
