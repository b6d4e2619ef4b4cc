"""Sentences in the reader's language: the catalogues hold what the code says, and nothing that is said ever breaks."""

from __future__ import annotations

import ast
import copy
import json
import pickle
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import wording, worker
from core.actions import label_of
from core.commands import COMMANDS, FLAGS
from core.errors import NotAllowed, OutcomeUnknown
from core.i18n import (
    ENGLISH,
    LANGUAGES,
    Cents,
    Said,
    catalogue,
    counted,
    into,
    is_wordless,
    joined,
    language_of,
    listed,
    named,
    phrase,
    places,
    preferred,
    say,
)
from core.model import Actor, Allowance, Cost, Destination, ImageRequest, Operation, Place, Plan, Size, Verb
from core.providers.openai.failure_rows import ROWS, Meaning
from core.quota import Decision
from core.quota_words import refusal
from core.store import codec

ROOT = Path(__file__).parent.parent.parent
OTHERS = tuple(language for language in LANGUAGES if language != ENGLISH)
EXTRA = "{amount} {every} {holder}"  # without words, and in another order in some languages
HOUR_US, DAY_US = wording.HOUR_US, wording.DAY_US
NOON_US = 1_790_164_800_000_000  # Wednesday, 23 September 2026, 12:00 UTC

every_language = pytest.mark.parametrize("language", OTHERS)
VERBS = tuple(map(label_of, Verb))
quickly = settings(max_examples=100, derandomize=True, deadline=None)


# --- what the code says --------------------------------------------------------------------------------------------


@cache
def _all_calls() -> tuple[ast.Call, ...]:
    files = (*ROOT.glob("core/**/*.py"), *ROOT.glob("bots/**/*.py"))
    texts = (text for file in files if "i18n" in (text := file.read_text(encoding="utf-8")))
    return tuple(node for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def _calls(name: str) -> Iterator[ast.Call]:
    return (call for call in _all_calls() if _is(call.func, name))


def _is(called: ast.expr, name: str) -> bool:
    """`say(...)` of the core, `i18n.say(...)` where a room has a `say` of its own."""
    if isinstance(called, ast.Attribute):
        return called.attr == name and isinstance(called.value, ast.Name) and called.value.id == "i18n"
    return isinstance(called, ast.Name) and called.id == name


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


@cache
def said_in_code() -> frozenset[str]:
    written = {text for call in _calls("say") if call.args and (text := _text(call.args[0]))}
    tables = {
        *wording._USED.values(),
        *wording._RUNNING.values(),
        worker.BROKEN,
        *(command.summary for command in COMMANDS),
        *(option.summary for command in COMMANDS for option in command.options),
        *(flag.help for flag in FLAGS),
        *(text for row in ROWS if row.meaning is not Meaning.MODERATED for text in (row.what, row.remedy)),
    }
    return frozenset(text for text in written | tables if not is_wordless(text)) | {
        "{before} or {last}",
        "{before} and {last}",
    }


@cache
def counted_in_code() -> frozenset[str]:
    return frozenset(text for call in _calls("counted") if (text := _text(call.args[1])))


def test_the_code_says_enough_to_look_at() -> None:
    assert len(said_in_code()) > 400
    assert len(counted_in_code()) > 10


@every_language
def test_a_catalogue_has_what_the_code_says_and_nothing_else(language: str) -> None:
    words = catalogue(language)
    free = {text for text in words.sentences if is_wordless(text) or text == EXTRA}
    assert set(words.sentences) - free == said_in_code()
    assert set(words.plurals) == counted_in_code()


@every_language
def test_a_translation_has_the_places_of_its_template(language: str) -> None:
    words = catalogue(language)
    wrong = [text for text, said in words.sentences.items() if places(said) != places(text) or not said.strip()]
    assert wrong == []
    for text, forms in words.plurals.items():
        assert places(forms["other"]) == places(text) == {"n"}
        assert all(places(form) <= {"n"} and form.strip() for form in forms.values()), text


@every_language
def test_a_translation_keeps_markup_commands_and_lines(language: str) -> None:
    words = catalogue(language)
    for text, said in words.sentences.items():
        for mark in ("**", "`", "\n", "/help", "/history", "/imagine", "/privacy", "--"):
            if "`" in text and mark == "--":
                continue  # an example's own words
            assert said.count(mark) == text.count(mark), (language, text)
        assert said.startswith(("- ", "• ")) == text.startswith(("- ", "• ")), (language, text)


@every_language
def test_what_stands_on_buttons_fits(language: str) -> None:
    """Slack takes 30 characters in the buttons of a confirmation (Block Kit, confirmation dialog), Discord 80."""
    words = catalogue(language).sentences
    for label in ("Delete for good", "Keep it", "Delete everything", "Cancel", "Ask for more", *map(str, VERBS)):
        assert len(words[label]) <= 30, label


@every_language
def test_plurals_are_those_that_the_language_has(language: str) -> None:
    forms = {form for rows in catalogue(language).plurals.values() for form in rows}
    assert forms == ({"other"} if language in ("ja", "ko", "zh-CN") else {"one", "other"})


# --- saying ----------------------------------------------------------------------------------------------------------


def test_what_is_said_is_its_english_and_stays_what_it_was() -> None:
    said = say("Only the person who asked may cancel this.")
    assert said == "Only the person who asked may cancel this."
    assert json.dumps(said) == '"Only the person who asked may cancel this."'
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert into("de", again) == "Abbrechen kann das nur, wer darum gebeten hat."
    assert type(said[:4]) is str
    assert into("de", said[:4]) == "Only"


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "1 image", "2 images"),
        ("de", "1 Bild", "2 Bilder"),
        ("es-ES", "1 imagen", "2 imágenes"),
        ("fr", "1 image", "2 images"),
        ("pt-BR", "1 imagem", "2 imagens"),
        ("ja", "1枚", "2枚"),
        ("ko", "그림 1개", "그림 2개"),
        ("zh-CN", "1 张图片", "2 张图片"),
        ("hi", "1 चित्र", "2 चित्र"),
    ],
)
def test_plurals(language: str, one: str, two: str) -> None:
    assert into(language, wording.amount("images", 1)) == one
    assert into(language, wording.amount("images", 2)) == two


def test_nothing_is_one_in_some_languages_and_many_in_others() -> None:
    """Unicode CLDR, plural rules: `one` is i = 0,1 in French, Portuguese and Hindi, and 1 alone in German."""
    assert into("fr", counted("in {n} hour", "in {n} hours", 0)) == "dans 0 heure"
    assert into("pt-BR", counted("in {n} hour", "in {n} hours", 0)) == "em 0 hora"
    assert into("hi", counted("{n} hour", "{n} hours", 0)) == "0 घंटा"
    assert into("de", counted("in {n} hour", "in {n} hours", 0)) == "in 0 Stunden"


# As Unicode CLDR has them: Babel 2.18, format_decimal and format_currency(..., "USD"); the Spanish four digits in one
# are CLDR's minimumGroupingDigits, which Babel does not look at.
@pytest.mark.parametrize(
    ("language", "thousands", "lakhs", "money"),
    [
        ("en", "1,234", "1,234,567", "$1,234.50"),
        ("de", "1.234", "1.234.567", "1.234,50\u00a0$"),
        ("es-ES", "1234", "1.234.567", "1234,50\u00a0US$"),
        ("fr", "1\u202f234", "1\u202f234\u202f567", "1\u202f234,50\u00a0$US"),
        ("pt-BR", "1.234", "1.234.567", "US$\u00a01.234,50"),
        ("ja", "1,234", "1,234,567", "$1,234.50"),
        ("ko", "1,234", "1,234,567", "US$1,234.50"),
        ("zh-CN", "1,234", "1,234,567", "US$1,234.50"),
        ("hi", "1,234", "12,34,567", "$1,234.50"),
    ],
)
def test_numbers_and_money(language: str, thousands: str, lakhs: str, money: str) -> None:
    number = say("{n}", n=1234)
    assert into(language, number) == thousands
    assert into(language, say("{n}", n=1_234_567)) == lakhs
    assert into(language, say("{n}", n=-999)) == "-999"
    assert into(language, wording.format_money(1_234_500_000_000)) == money


def test_less_than_a_cent_and_less_than_nothing() -> None:
    assert into("de", wording.format_money(1)) == "<0,01\u00a0$"
    assert into("pt-BR", wording.format_money(-50_000_000)) == "-US$\u00a00,05"


def test_moments_and_lists() -> None:
    at_us = NOON_US + 3 * DAY_US
    assert wording.moment(at_us, NOON_US, "UTC") == "on Saturday, 26 September at 12:00 (in 3 days)"
    assert (
        into("de", wording.moment(at_us, NOON_US, "UTC")) == "am Samstag, dem 26. September, um 12:00 Uhr (in 3 Tagen)"
    )
    assert into("ja", wording.moment(at_us, NOON_US, "Asia/Tokyo")) == "9月26日土曜日の21:00（3日後）"
    assert into("de", wording.duration(HOUR_US + 20 * wording.MINUTE_US)) == "in 1 Stunde 20 Minuten"
    assert into("de", listed(["png", "jpeg", "webp"])) == "png, jpeg oder webp"
    assert into("ja", listed(["png", "jpeg", "webp"])) == "png、jpeg、またはwebp"
    assert listed(["png"]) == "png"


def test_a_limits_refusal_in_every_grammar() -> None:
    limit = Allowance(
        "role:everyone:images:day",
        wording.limit_label("role", "everyone", "images", "day", 30),
        "images",
        30,
        30,
        NOON_US + 5 * HOUR_US,
        refused=True,
    )
    error = refusal(Decision(False, (), (limit,), Cost(4, 0)), NOON_US, "UTC")
    assert error.sentence == (
        "You have used 30 of 30 images for today; it resets at 17:00 (in 5 hours). Nothing was charged."
    )
    assert into("de-AT", error.sentence) == (
        "Heute hast du 30 verbraucht (Grenze: 30 Bilder); das erneuert sich um 17:00 Uhr (in 5 Stunden). "
        "Nichts wurde berechnet."
    )
    assert into("ja", limit.label) == "1人につき1日に30枚"
    assert into("zh-CN", limit.label) == "每人每天 30 张图片"
    assert into("ko", limit.label) == "1인당 하루 그림 30개"


def test_an_error_is_translated_whole() -> None:
    error = OutcomeUnknown(say("The answer took too long."), say("A moderator can look this job up."))
    assert into("fr", error.sentence) == (
        "La réponse a pris trop de temps. Le montant reste réservé sur votre quota jusqu’à ce que l’on sache si une "
        "image a été faite. La modération peut vérifier cette tâche."
    )
    plain = NotAllowed("Somebody's own words.", "")
    assert into("de", plain.sentence) == "Somebody's own words. Nichts wurde berechnet."


def test_what_is_kept_of_a_plan_is_the_sentence_that_will_be_read() -> None:
    """The database holds text: what was said is translated before, since afterwards nobody knows how it was made."""
    said = say("Shared with the channel.")
    plan = Plan(
        provider="p", model="m", operation=Operation.SHOW, text="", size=Size(1, 1), remarks=(into("de", said), said)
    )
    kept = codec.PLANS.decode(codec.PLANS.encode(plan))
    assert kept == plan
    assert kept.remarks == ("Mit dem Kanal geteilt.", "Shared with the channel.")
    request = ImageRequest(
        "k", Actor("web", "w", "u", "U"), Place("web", "w", "c", language="de"), Destination("web", ""),
        Operation.GENERATE, "x",
    )  # fmt: skip
    assert codec.REQUESTS.decode(codec.REQUESTS.encode(request)).place.language == "de"


# --- hostile and strange -------------------------------------------------------------------------------------------


def test_braces_and_markup_in_a_parameter_stay_what_they_are() -> None:
    name = "{name} {0} {{x}} {n!r:>9} **b** <@1> \\1 \\g<0> /history"
    english = say("Only the person who shared {name}, or a moderator, may remove it.", name=name)
    assert english == f"Only the person who shared {name}, or a moderator, may remove it."
    for language in OTHERS:
        assert name in into(language, english, {"history": "verlauf"})
    assert into("de", phrase("{braces} in a table")) == "{braces} in a table"


def test_what_no_catalogue_has_is_english_throughout() -> None:
    unknown = say("Nobody has translated this: {thing}, {n}.", thing=say("Nothing was charged."), n=1234)
    assert into("de", unknown, {"history": "verlauf"}) == "Nobody has translated this: Nothing was charged., 1,234."


def test_commands_have_the_names_that_the_platform_gives_them() -> None:
    said = say("It may have been deleted. Look in /history for your pictures.")
    assert into("de", said, {"history": "verlauf"}) == (
        "Vielleicht wurde es gelöscht. Deine Bilder findest du mit /verlauf."
    )


class _Values:
    text = st.text(max_size=20)
    nested = st.recursive(text, lambda inner: st.lists(inner, max_size=3).map(joined), max_leaves=8)
    language = st.one_of(st.sampled_from([*LANGUAGES, "de-CH", "xx", "", "zh_TW", "-"]), text)


@quickly
@given(
    _Values.language, st.recursive(_Values.text, lambda inner: st.lists(inner, max_size=3).map(joined), max_leaves=8)
)
def test_into_never_raises_for_anything_that_is_joined(language: str, said: str) -> None:
    assert isinstance(into(language, said), str)


@quickly
@given(_Values.language, st.sampled_from(sorted(said_in_code())), _Values.text, st.integers(), st.integers(0, 10**9))
def test_into_never_raises_for_anything_that_is_said(
    language: str, template: str, text: str, number: int, cents: int
) -> None:
    names = sorted(places(template))
    values: list[str | int | Cents] = [text, number, Cents(cents), say("{x}", x=text)]
    given_ = {name: values[index % 4] for index, name in enumerate(names[1:])}  # the first one is missing
    said = say(template, **given_)
    assert isinstance(said, Said)
    assert into("en", said) == said
    assert isinstance(into(language, said), str)


@quickly
@given(_Values.language, st.sampled_from(sorted(counted_in_code())), st.integers())
def test_into_never_raises_for_anything_that_is_counted(language: str, other: str, number: int) -> None:
    assert isinstance(into(language, counted(other, other, number)), str)


@quickly
@given(st.text(max_size=60))
def test_any_header_of_a_browser_names_a_language(header: str) -> None:
    assert preferred(header) in LANGUAGES
    assert language_of(header) in LANGUAGES


# --- which language --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de_CH", "de"),
        ("en-GB", "en"),
        ("es-419", "es-ES"),
        ("es-LA", "es-ES"),
        ("pt-PT", "pt-BR"),
        ("fr-CA", "fr"),
        ("ja-JP", "ja"),
        ("zh", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh-TW", "en"),
        ("zh-Hant-CN", "en"),
        ("nl", "en"),
        ("eo", "en"),
        ("", "en"),
        ("../../etc", "en"),
    ],
)
def test_the_language_of_a_locale(locale: str, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("nl,fr;q=0.7", "fr"),
        ("nl,en;q=0.9,fr;q=0.7", "en"),
        ("fr;q=0.2, ja;q=0.8", "ja"),
        ("de;q=0, hi", "hi"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_language_that_a_browser_wants(header: str, language: str) -> None:
    assert preferred(header) == language


def test_a_language_is_named_by_its_code_its_english_name_or_its_own() -> None:
    for language, names in LANGUAGES.items():
        for word in (language, *names, names[0].upper()):
            assert named(f" {word} ") == language
    assert named("es") == "es-ES"
    assert named("Klingon") is None
    assert named("") is None
