"""What a limit allows: whose usage counts, what is reserved and settled, and what a refusal says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import QuotaExceeded
from core.model import Actor, Cost, Place
from core.quota import (
    Bucket,
    Counted,
    Decision,
    Hold,
    Limit,
    Scope,
    Unit,
    Window,
    applicable,
    decide,
    settlement,
    unit_of,
    validate,
)
from core.quota_words import refusal


def us(text: str) -> int:
    """Microseconds of an ISO time with its offset."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


NOON = us("2026-11-23T12:00:00+00:00")
MEMBER = Actor("web", "demo", "u1", "Member", roles=("member",))
GENERAL = Place("web", "demo", "general")


def images(scope: Scope, selector: str, amount: int, window: Window = Window.DAY) -> Limit:
    return Limit(scope, selector, Unit.IMAGES, window, amount)


def holder(limit: Limit, actor: Actor = MEMBER, place: Place = GENERAL) -> str | None:
    found = applicable([limit], actor, place, NOON)
    return found[0].holder if found else None


def ask(limit: Limit, used: int, cost: Cost, *, actor: Actor = MEMBER) -> Decision:
    applied = applicable([limit], actor, GENERAL, NOON)
    return decide(applied, {applied[0].buckets[-1]: Counted(0, used)}, cost)


# --- whose usage counts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (images(Scope.EVERYONE, "*", 1), "everyone"),
        (images(Scope.WORKSPACE, "*", 1), "web:demo"),
        (images(Scope.WORKSPACE, "demo", 1), "web:demo"),
        (images(Scope.WORKSPACE, "other", 1), None),
        (images(Scope.CHANNEL, "*", 1), "web:demo:general"),
        (images(Scope.CHANNEL, "general", 1), "web:demo:general"),
        (images(Scope.CHANNEL, "art", 1), None),
        (images(Scope.USER, "*", 1), "web:demo:u1"),
        (images(Scope.USER, "u1", 1), "web:demo:u1"),
        (images(Scope.USER, "u2", 1), None),
        (images(Scope.ROLE, "everyone", 1), "web:demo:u1"),
        (images(Scope.ROLE, "member", 1), "web:demo:u1"),
        (images(Scope.ROLE, "designer", 1), None),
    ],
)
def test_a_selector_says_whom_a_limit_is_about(limit: Limit, expected: str | None) -> None:
    assert holder(limit) == expected


def test_tenants_never_share_a_bucket() -> None:
    limit = images(Scope.USER, "*", 1)
    people = [
        Actor("web", "demo", "u1", ""),
        Actor("slack", "demo", "u1", ""),
        Actor("web", "other", "u1", ""),
        Actor("web", "a:b", "c", ""),
        Actor("web", "a", "b:c", ""),
        Actor("web", "a%3Ab", "c", ""),
    ]
    assert len({holder(limit, actor) for actor in people}) == len(people)


def test_a_limit_on_everyone_counts_all_time_zones_together() -> None:
    limit = Limit(Scope.EVERYONE, "*", Unit.MONEY, Window.MONTH, 10)
    now = us("2026-11-30T20:00+00:00")  # December already in India
    berlin = applicable([limit], MEMBER, Place("web", "a", "c", time_zone="Europe/Berlin"), now)
    kolkata = applicable([limit], MEMBER, Place("web", "b", "c", time_zone="Asia/Kolkata"), now)
    assert berlin[0].buckets == kolkata[0].buckets


def test_of_a_members_roles_the_most_generous_counts_and_caps_hold_besides() -> None:
    limits = [
        images(Scope.ROLE, "everyone", 5),
        images(Scope.ROLE, "member", 30),
        images(Scope.ROLE, "designer", 100),
        images(Scope.ROLE, "member", 7, Window.HOUR),
        images(Scope.CHANNEL, "*", 50),
    ]

    def caps(*roles: str) -> list[int]:
        actor = Actor("web", "demo", "u1", "", roles=roles)
        return sorted(each.limit.amount for each in applicable(limits, actor, GENERAL, NOON))

    assert caps() == [5, 50]
    assert caps("member") == [7, 30, 50]
    assert caps("member", "designer") == [7, 50, 100]
    assert caps("designer", "member") == [7, 50, 100]
    assert caps("designer") == [50, 100]


def test_whoever_changes_roles_keeps_what_they_used() -> None:
    limits = [images(Scope.ROLE, "everyone", 5), images(Scope.ROLE, "designer", 100)]
    designer = Actor("web", "demo", "u1", "", roles=("designer",))
    guest = Actor("web", "demo", "u1", "")
    decision = decide(applicable(limits, designer, GENERAL, NOON), {}, Cost(5, 0))
    counted = {hold.bucket: Counted(hold.amount, 0) for hold in decision.holds}
    later = decide(applicable(limits, guest, GENERAL, NOON), counted, Cost(1, 0))
    assert not later.allowed
    assert (later.allowances[0].used, later.allowances[0].cap) == (5, 5)
    promoted = decide(applicable(limits, designer, GENERAL, NOON), counted, Cost(95, 0))
    assert promoted.allowed
    assert not decide(applicable(limits, designer, GENERAL, NOON), counted, Cost(96, 0)).allowed


def test_buckets_come_in_one_order_whatever_the_roles() -> None:
    """Two writers that lock the same buckets lock them in the same order."""
    limits = [
        Limit(Scope.ROLE, "designer", Unit.IMAGES, Window.DAY, 1),
        Limit(Scope.ROLE, "member", Unit.IMAGES, Window.DAY, 2),
        Limit(Scope.ROLE, "designer", Unit.MONEY, Window.DAY, 2),
        Limit(Scope.ROLE, "member", Unit.MONEY, Window.DAY, 1),
        images(Scope.USER, "*", 9),
        images(Scope.CHANNEL, "*", 9),
    ]
    both = Actor("web", "demo", "u1", "", roles=("designer", "member"))
    for actor in (MEMBER, both):
        names = [each.buckets[-1].limit_id for each in applicable(limits, actor, GENERAL, NOON)]
        assert names == ["channel:*:images:day", "role:images:day", "role:money:day", "user:*:images:day"]


# --- decisions -----------------------------------------------------------------------------------------------------


def test_all_limits_that_apply_must_allow() -> None:
    limits = [images(Scope.USER, "*", 10), images(Scope.CHANNEL, "*", 3), images(Scope.EVERYONE, "*", 100)]
    applied = applicable(limits, MEMBER, GENERAL, NOON)
    allowed = decide(applied, {}, Cost(3, 0))
    assert allowed.allowed
    assert [(hold.bucket.limit_id, hold.amount) for hold in allowed.holds] == [
        ("channel:*:images:day", 3),
        ("everyone:*:images:day", 3),
        ("user:*:images:day", 3),
    ]
    refused = decide(applied, {}, Cost(4, 0))
    assert not refused.allowed
    assert refused.holds == ()
    assert [each.refused for each in refused.allowances] == [True, False, False]
    assert refused.allowances[0].limit_id == "channel:*:images:day"


def test_what_is_reserved_counts_like_what_is_settled() -> None:
    applied = applicable([images(Scope.USER, "*", 10)], MEMBER, GENERAL, NOON)
    bucket = applied[0].buckets[-1]
    assert decide(applied, {bucket: Counted(4, 5)}, Cost(1, 0)).allowed
    assert not decide(applied, {bucket: Counted(5, 5)}, Cost(1, 0)).allowed
    assert decide(applied, {bucket: Counted(4, 5)}, Cost(1, 0)).allowances[0].remaining == 1


def test_a_unit_of_which_nothing_is_asked_refuses_nothing() -> None:
    money = Limit(Scope.USER, "*", Unit.MONEY, Window.MONTH, 100)
    free = ask(money, 150, Cost(1, 0))
    assert free.allowed
    assert [hold.amount for hold in free.holds] == [0], "what it really costs has its place"
    assert free.allowances[0].remaining == 0
    assert not ask(money, 150, Cost(1, 1)).allowed


def test_jobs_in_flight_count_what_is_open_and_nothing_that_is_done() -> None:
    limit = Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 2)
    applied = applicable([limit], MEMBER, GENERAL, NOON)
    bucket = Bucket("user:*:jobs:none", "web:demo:u1", 0)
    assert decide(applied, {bucket: Counted(1, 99)}, Cost(4, 0)).holds == (Hold(bucket, 1),)
    refused = decide(applied, {bucket: Counted(2, 0)}, Cost(4, 0))
    assert not refused.allowed
    assert refused.allowances[0].resets_at_us is None
    assert settlement(Hold(bucket, 1), Cost(4, 7)) == Counted(pending=-1, posted=0)


def test_a_settlement_hits_the_stored_bucket_with_the_real_cost() -> None:
    day = Bucket("role:images:day", "web:demo:u1", NOON)
    money = Bucket("user:u:1:money:rolling_day", "web:demo:u1", NOON)
    assert settlement(Hold(day, 4), Cost(3, 50)) == Counted(-4, 3)
    assert settlement(Hold(money, 40), Cost(3, 50)) == Counted(-40, 50)
    assert settlement(Hold(money, 40), Cost(0, 0)) == Counted(-40, 0)
    assert (unit_of(day), unit_of(money)) == (Unit.IMAGES, Unit.MONEY)


def test_of_two_limits_with_one_id_the_stricter_counts() -> None:
    applied = applicable([images(Scope.USER, "*", 9), images(Scope.USER, "*", 4)], MEMBER, GENERAL, NOON)
    assert [each.limit.amount for each in applied] == [4]


# --- what is said --------------------------------------------------------------------------------------------------


def said(limit: Limit, used: int, cost: Cost) -> str:
    return refusal(ask(limit, used, cost), NOON, "Europe/Berlin").sentence


def test_a_refusal_names_the_limit_what_remains_and_when_it_resets() -> None:
    per_day = images(Scope.ROLE, "member", 30)
    assert said(per_day, 30, Cost(1, 0)) == (
        "You have used 30 of 30 images for today; it resets at 01:00 (in 12 hours). Nothing was charged."
    )
    assert said(per_day, 28, Cost(4, 0)) == (
        "You have used 28 of 30 images for today, and this request needs 4 images; it resets at 01:00 (in 12 hours). "
        "Nothing was charged. Ask for 2 images at most."
    )
    assert said(per_day, 0, Cost(31, 0)) == (
        "The limit is 30 images a day for each person with the role member, and this request needs 31 images. "
        "Nothing was charged. Ask for 30 images at most."
    )


def test_refusals_of_every_unit_and_window_say_what_to_do() -> None:
    month = Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 20_000_000_000)
    assert said(month, 19_900_000_000, Cost(1, 210_700_000)) == (
        "This workspace has used $19.90 of $20.00 for this month, and this request may cost up to $0.22; it resets on "
        "Tuesday, 1 December at 01:00 (in 8 days). Nothing was charged. "
        "Ask for fewer or smaller images, or a lower quality."
    )
    rolling = images(Scope.CHANNEL, "*", 3, Window.ROLLING_DAY)
    assert said(rolling, 3, Cost(1, 0)) == (
        "This channel has used 3 of 3 images for the last 24 hours; enough is free again on Tuesday, 24 November "
        "at 14:00 (in 25 hours). Nothing was charged."
    )
    nothing = images(Scope.ROLE, "everyone", 0)
    assert said(nothing, 0, Cost(1, 0)).endswith("Ask an administrator.")
    jobs = applicable([Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3)], MEMBER, GENERAL, NOON)
    busy = decide(jobs, {jobs[0].buckets[0]: Counted(3, 0)}, Cost(1, 0))
    assert refusal(busy, NOON, "UTC").sentence == (
        "You have 3 of 3 requests in progress at this moment. Nothing was charged. "
        "Try again when one of them is finished."
    )


def test_a_refusal_names_every_limit_that_refused_the_longest_first() -> None:
    limits = [images(Scope.USER, "*", 1, Window.HOUR), images(Scope.CHANNEL, "*", 1), images(Scope.EVERYONE, "*", 9)]
    applied = applicable(limits, MEMBER, GENERAL, NOON)
    decision = decide(applied, {each.buckets[-1]: Counted(0, 1) for each in applied}, Cost(1, 0))
    error = refusal(decision, NOON, "UTC")
    assert isinstance(error, QuotaExceeded)
    assert error.what.startswith("This channel has used 1 of 1 image for today")
    assert "You have used 1 of 1 image for this hour" in error.what
    assert "Everyone" not in error.what
    assert [each.refused for each in error.allowances] == [True, True, False]


def test_contradictions_are_named() -> None:
    good = [images(Scope.USER, "*", 5), Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3)]
    assert validate(good) == ()
    for bad, word in [
        (Limit(Scope.USER, "*", Unit.JOBS, Window.DAY, 3), "jobs in flight"),
        (images(Scope.USER, "*", 3, Window.NONE), "needs a window"),
        (images(Scope.USER, "*", -1), "negative"),
        (images(Scope.EVERYONE, "demo", 1), "everyone"),
        (images(Scope.USER, "", 1), "no selector"),
        (good[0], "twice"),
    ]:
        problems = validate([*(good if word == "twice" else []), bad])
        assert len(problems) == 1
        assert word in problems[0]
