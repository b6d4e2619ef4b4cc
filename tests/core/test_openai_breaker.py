"""A provider that is down is left alone for a while, and asked again by one request at a time."""

from __future__ import annotations

import pytest
from support_connection import account_at
from support_store import NOON_US, SECOND_US

from core.errors import (
    CannotDraw,
    DrawingFailed,
    Moderated,
    OutcomeUnknown,
    ProviderBusy,
    ProviderError,
    ProviderUnavailable,
    ProviderUnusable,
)
from core.providers.openai.breaker import FAILURES_MAX, Breaker, Breakers, State

TROUBLE: tuple[ProviderError, ...] = (
    ProviderBusy("Busy."),
    ProviderUnavailable("Down."),
    OutcomeUnknown("Lost."),
)
NO_TROUBLE: tuple[ProviderError, ...] = (
    Moderated("No."),
    CannotDraw("No such size."),
    DrawingFailed("It sent no picture."),
)


class StillClock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.at_us = NOON_US

    def now_us(self) -> int:
        return self.at_us

    async def sleep(self, seconds: float) -> None:
        self.pass_(seconds)

    def pass_(self, seconds: float) -> None:
        self.at_us += int(seconds * SECOND_US)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def breaker(clock: StillClock) -> Breaker:
    return Breaker(clock, "OpenAI")


def fail(breaker: Breaker, error: ProviderError, *, server_failed: bool = False) -> None:
    with pytest.raises(type(error)):
        _attempt(breaker, error, server_failed)


def _attempt(breaker: Breaker, error: ProviderError, server_failed: bool) -> None:
    with breaker.attempt() as attempt:
        attempt.server_failed = server_failed
        raise error


def succeed(breaker: Breaker) -> None:
    with breaker.attempt():
        pass


def opened(breaker: Breaker) -> Breaker:
    for _ in range(FAILURES_MAX):
        fail(breaker, TROUBLE[0])
    assert breaker.state is State.OPEN
    return breaker


@pytest.mark.parametrize("error", TROUBLE, ids=lambda error: error.code)
def test_five_troubles_in_a_row_open_it(breaker: Breaker, error: ProviderError) -> None:
    for _ in range(FAILURES_MAX - 1):
        fail(breaker, error)
        assert breaker.state is State.CLOSED
    fail(breaker, error)
    assert breaker.state is State.OPEN
    with pytest.raises(ProviderUnavailable):
        breaker.check()


def test_a_fault_of_the_servers_own_counts_and_an_answer_without_a_picture_does_not(breaker: Breaker) -> None:
    for _ in range(FAILURES_MAX * 2):
        fail(breaker, DrawingFailed("It sent no picture."))
    assert breaker.state is State.CLOSED
    for _ in range(FAILURES_MAX):
        fail(breaker, DrawingFailed("It broke."), server_failed=True)
    assert breaker.state is State.OPEN


@pytest.mark.parametrize("error", NO_TROUBLE, ids=lambda error: error.code)
def test_what_people_wish_for_never_counts(breaker: Breaker, error: ProviderError) -> None:
    for _ in range(FAILURES_MAX * 2):
        fail(breaker, error)
    assert breaker.state is State.CLOSED
    for _ in range(FAILURES_MAX - 1):
        fail(breaker, TROUBLE[0])
    fail(breaker, error)
    fail(breaker, TROUBLE[0])
    assert breaker.state is State.CLOSED, "it answered in between"


def test_a_success_in_between_forgets_the_troubles(breaker: Breaker) -> None:
    for _ in range(FAILURES_MAX - 1):
        fail(breaker, TROUBLE[0])
    succeed(breaker)
    for _ in range(FAILURES_MAX - 1):
        fail(breaker, TROUBLE[0])
    assert breaker.state is State.CLOSED


def test_troubles_of_long_ago_are_forgotten(breaker: Breaker, clock: StillClock) -> None:
    for _ in range(FAILURES_MAX * 2):
        fail(breaker, TROUBLE[0])
        clock.pass_(151)
    assert breaker.state is State.CLOSED


def test_what_the_operator_has_to_mend_opens_it_at_once(breaker: Breaker) -> None:
    fail(breaker, ProviderUnusable("The key is bad.", note="status 401"))
    assert breaker.state is State.OPEN
    with pytest.raises(ProviderUnavailable) as caught:
        breaker.check()
    assert "administrator" in caught.value.sentence
    assert "status 401" in caught.value.note


def test_when_open_it_says_when_it_is_tried_again(breaker: Breaker, clock: StillClock) -> None:
    opened(breaker)
    with pytest.raises(ProviderUnavailable) as caught, breaker.attempt():
        raise AssertionError("let through")
    assert caught.value.what == "OpenAI has trouble at the moment; it is tried again in less than a minute."
    clock.pass_(30)
    assert breaker.state is State.HALF_OPEN
    fail(breaker, TROUBLE[0])
    clock.pass_(30)
    fail_at_minute = pytest.raises(ProviderUnavailable, match="in less than a minute")
    with fail_at_minute:
        breaker.check()


def test_one_request_tries_and_the_others_wait_for_it(breaker: Breaker, clock: StillClock) -> None:
    opened(breaker)
    clock.pass_(30)
    with breaker.attempt():
        assert breaker.state is State.HALF_OPEN
        with pytest.raises(ProviderUnavailable, match="right now"), breaker.attempt():
            raise AssertionError("a second one was let through")
    assert breaker.state is State.CLOSED
    succeed(breaker)


def test_every_failed_try_doubles_the_wait_up_to_ten_minutes(breaker: Breaker, clock: StillClock) -> None:
    opened(breaker)
    waits = []
    for _ in range(7):
        waited = 0
        while breaker.state is State.OPEN:
            clock.pass_(1)
            waited += 1
        waits.append(waited)
        fail(breaker, TROUBLE[1])
    assert waits == [30, 60, 120, 240, 480, 600, 600]


def test_after_a_success_the_first_wait_is_short_again(breaker: Breaker, clock: StillClock) -> None:
    opened(breaker)
    clock.pass_(30)
    fail(breaker, TROUBLE[0])
    clock.pass_(60)
    succeed(breaker)
    opened(breaker)
    clock.pass_(30)
    assert breaker.state is State.HALF_OPEN


def test_a_try_that_was_cancelled_says_nothing_and_the_next_one_may_try(breaker: Breaker, clock: StillClock) -> None:
    opened(breaker)
    clock.pass_(30)
    with pytest.raises(KeyboardInterrupt), breaker.attempt():
        raise KeyboardInterrupt
    assert breaker.state is State.HALF_OPEN
    succeed(breaker)
    assert breaker.state is State.CLOSED


def test_what_was_let_through_before_it_opened_does_not_make_the_wait_longer(
    breaker: Breaker, clock: StillClock
) -> None:
    slow = breaker.attempt()
    slow.__enter__()
    opened(breaker)
    clock.pass_(20)
    late = ProviderBusy("Busy.")
    assert not slow.__exit__(ProviderBusy, late, None)
    clock.pass_(10)
    assert breaker.state is State.HALF_OPEN


def test_each_model_of_each_account_has_its_own(clock: StillClock) -> None:
    breakers = Breakers(clock)
    account, home = account_at("https://api.openai.com/v1"), account_at("http://127.0.0.1:8080/v1")
    opened(breakers.of(account, "gpt-image-2"))
    succeed(breakers.of(account, "gpt-image-1-mini"))
    succeed(breakers.of(home, "gpt-image-2"))
    succeed(breakers.of(account_at("https://api.openai.com/v1", "another-key"), "gpt-image-2"))
    assert breakers.states() == {
        ("api.openai.com", "gpt-image-2"): State.OPEN,
        ("api.openai.com", "gpt-image-1-mini"): State.CLOSED,
        ("127.0.0.1:8080", "gpt-image-2"): State.CLOSED,
    }
