"""What is not drawn, who says so, and how long a person then waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Moderated
from core.model import Place
from core.moderation import (
    CATEGORIES,
    ModerationRules,
    Scores,
    Verdict,
    check_words,
    cooling,
    declined,
    in_plain_words,
    judge,
    resting,
    workspace_of,
)
from core.moderation_words import WordList, folded, is_usable

MINUTE_US = 60_000_000


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("cudgel", "a CUDGEL on a table"),
        ("cudgel", "a ｃｕｄｇｅｌ"),  # full width
        ("cudgel", "cud\u200bgel, cud\u00adgel"),  # not seen, but there
        ("cudgel", "a c.u.d.g.e.l"),
        ("cudgel", "c u d g e l please"),
        ("cudgel", "c_u-d*g e.l"),
        ("cudgel", "draw 画cudgel图"),  # Han on both sides is no part of a Latin word
        ("cudgel", "the cudgel's end"),
        ("big stick", "a BIG\n stick"),
        ("big stick", "big-stick"),
        ("Straße", "eine STRASSE"),
        ("sıkıcı", "ÇOK SIKICI"),
        ("şiddet", "ŞİDDET"),
        ("ΟΔΟΣ", "οδος"),
        ("लाठी", "एक लाठी है"),
        ("سكس", "سـكـس"),  # stretched
        ("暴力", "不要暴力的图"),
        ("ไม้", "ถือไม้ใหญ่"),
        ("폭력", "폭력은 싫어요"),  # an ending is written on to it
        ("ｶﾅ", "これはカナです"),  # half-width kana
        ("C++", "learn c++ today"),
        ("🔨", "a 🔨\ufe0f and nails"),
        ("$tick", "a $TICK"),
    ],
)
def test_an_entry_is_found(entry, text):
    assert WordList([entry]).find(text) == entry


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("ass", "a class of assassins in brass"),
        ("cudgel", "cudgels"),
        ("big stick", "stick big"),
        ("big stick", "big"),
        ("C++", "the letter C"),
        ("लाठ", "एक लाठी है"),  # a vowel sign belongs to its word
        ("ab", "a b"),  # two words of one letter
        ("cudgel", "c u d"),
        ("暴力", "暴风 力量"),
        ("cudgel", ""),
    ],
)
def test_what_only_looks_like_it_is_not(entry, text):
    assert WordList([entry]).find(text) is None


def test_an_empty_list_finds_nothing():
    assert WordList().find("anything") is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_usable_entry_is_found_in_itself_however_it_is_written(entry, other):
    words = WordList([entry])
    assert (words.find(entry) is not None) == is_usable(entry)
    assert (words.find(entry.upper()) is None) == (words.find(folded(entry.upper())) is None)
    words.find(other)  # never raises


def test_a_refusal_by_a_word_names_it_in_the_lists_own_spelling():
    inside = {"discord:1": WordList(["pike"]), "*": WordList(["axe"])}
    rules = ModerationRules(words=WordList(["Cudgel"]), words_in=inside)
    for text, entry in (("a CUDGEL", "Cudgel"), ("an axe", "axe")):
        with pytest.raises(Moderated, match=f"“{entry}” is on the list of words") as refused:
            check_words(text, rules, "slack:9")
        assert (refused.value.stage, refused.value.categories) == ("input", ("word-list",))
        assert "Nothing was charged." in refused.value.sentence
    check_words("a pike", rules, "slack:9")
    with pytest.raises(Moderated, match="“pike”"):
        check_words("a pike", rules, "discord:1")


def scored(**scores: float) -> Scores:
    named = {name.replace("__", "/").replace("_", "-"): score for name, score in scores.items()}
    over = frozenset(name for name, score in named.items() if score > 0.5)
    return Scores(flagged=bool(over), named=over, scores=named)


def test_a_threshold_is_the_highest_score_that_is_drawn():
    rules = ModerationRules(thresholds={"violence": 0.6})
    assert judge(scored(violence=0.6), rules, "w:1").allowed
    assert judge(scored(violence=0.61), rules, "w:1") == Verdict(("violence",))


def test_the_nearest_threshold_counts():
    rules = ModerationRules(
        thresholds={"violence": 0.1},
        thresholds_in={"*": {"violence": 0.4, "sexual": 0.2}, "discord:7": {"violence": 0.9}},
    )
    assert judge(scored(violence=0.5, sexual=0.5), rules, "discord:7").categories == ("sexual",)
    assert judge(scored(violence=0.5), rules, "discord:8").categories == ("violence",)
    assert judge(scored(violence=0.3), rules, "discord:8").allowed


def test_without_a_threshold_the_checks_own_flag_counts():
    flagged = Scores(flagged=True, named=frozenset({"sexual"}), scores={"sexual": 0.4, "violence": 0.99})
    assert judge(flagged, ModerationRules(), "w:1").categories == ("sexual",)
    assert judge(flagged, ModerationRules(thresholds={"sexual": 0.5}), "w:1").allowed


def test_one_allows_all_of_a_category_and_nothing_else():
    rules = ModerationRules(thresholds={"violence": 1.0})
    full = Scores(flagged=True, named=frozenset({"violence"}), scores={"violence": 1.0})
    assert judge(full, rules, "w:1").allowed
    assert judge(Scores(flagged=True, named=frozenset({"violence"})), rules, "w:1").allowed  # flagged without a score
    assert not judge(Scores(flagged=True, named=frozenset({"sexual"})), rules, "w:1").allowed


def test_a_flag_for_something_unheard_of_refuses():
    tolerant = ModerationRules(thresholds={"violence": 1.0})
    for named in (frozenset(), frozenset({"new/danger"}), frozenset({"new/danger", "violence"})):
        verdict = judge(Scores(flagged=True, named=named), tolerant, "w:1")
        assert verdict.categories == ("other",)
        assert "something that is not drawn here" in declined(verdict).sentence


def test_the_sentence_is_plain_and_says_what_to_do():
    error = declined(Verdict(("violence", "violence/graphic", "sexual"), in_picture=True))
    assert error.sentence == (
        "This was not drawn: your words or your picture were taken for violence, graphic violence or sexual content. "
        "Nothing was charged. Say it in other words; if that was a mistake, ask a moderator here."
    )
    assert (error.stage, error.categories) == ("input", ("violence", "violence/graphic", "sexual"))
    assert error.note == "moderation check: violence, violence/graphic, sexual"
    assert "helpline" in declined(Verdict(("self-harm/intent",))).sentence
    assert "/" not in in_plain_words(CATEGORIES)


def times(*minutes: float) -> list[int]:
    return [int(minute * MINUTE_US) for minute in minutes]


@pytest.mark.parametrize(
    ("refusals", "now", "until"),
    [
        ((0, 1), 2, None),
        ((0, 1, 2), 2, 32),
        ((0, 1, 2), 31.9, 32),
        ((0, 1, 2), 32, None),
        ((0, 15, 30), 30, None),  # not within the span
        ((0, 15, 29), 30, 59),
        ((0, 1, 2, 40), 40, None),
        ((0, 1, 2, 3), 4, 33),  # one that was under way when the break began makes it longer
        ((), 0, None),
        ((5, 6, 7), 2, None),  # a clock that was put back
    ],
)
def test_three_refusals_in_half_an_hour_are_half_an_hours_break(refusals, now, until):
    found = cooling(times(*refusals), int(now * MINUTE_US), ModerationRules())
    assert found == (None if until is None else until * MINUTE_US)


def test_nobody_waits_where_the_operator_does_not_want_it():
    assert cooling(times(1, 1, 1, 1), MINUTE_US, ModerationRules(cool_down_refusals=0)) is None


@given(st.lists(st.integers(0, 200 * MINUTE_US), max_size=12), st.integers(0, 300 * MINUTE_US), st.integers(1, 4))
def test_a_break_always_ends(refusals, now_us, allowed):
    rules = ModerationRules(cool_down_refusals=allowed)
    until_us = cooling(refusals, now_us, rules)
    if until_us is not None:
        assert now_us < until_us <= now_us + rules.cool_down_us
        assert cooling(refusals, until_us, rules) is None or max(refusals) > now_us
        assert sum(now_us - rules.cool_down_us * 2 < at_us <= now_us for at_us in refusals) >= allowed


def test_a_break_says_when_it_is_over():
    assert resting(12 * MINUTE_US, 0).sentence == (
        "Several of your requests were declined, so Easel takes no new one from you for a while. "
        "Nothing was charged. Try again in 12 minutes, with something else."
    )


def test_a_place_has_the_workspaces_name_of_the_settings():
    assert workspace_of(Place("discord", "123", "9")) == "discord:123"
