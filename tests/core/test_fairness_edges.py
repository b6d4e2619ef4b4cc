"""Turns, number by number."""

from __future__ import annotations

from core.fairness import ROOT, FairQueue, Flow, serve


def test_a_turn_moves_the_parent_by_one_and_the_flow_by_its_share() -> None:
    assert serve(10, 0) == (11, 11)
    assert serve(10, 1) == (11, 11)
    assert serve(10, 7) == (11, 17)
    assert serve(10, 7, weight=2) == (11, 14)
    assert serve(10, 7, weight=0) == (11, 17)


def test_the_root_has_a_row_of_its_own() -> None:
    assert FairQueue().flows == (Flow(ROOT, ROOT),)
