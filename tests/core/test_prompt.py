"""The prompt's grammar: what people type on all kinds of keyboards, and that no word of theirs is ever lost."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import BadFlagValue, EmptyPrompt, PromptError, PromptTooLong, UnknownFlag
from core.model import Background, Mode, Options, OutputFormat, Quality, Ratio, Resolution
from core.prompt import BY_NAME, parse, seen

QUIET = settings(derandomize=True, max_examples=300, deadline=None)

EIGHT_SCRIPTS = {
    "English": ("a poster “OPEN DAY” by the sea", "OPEN DAY"),
    "Chinese": ("一张写着“你好，世界”的海报", "你好，世界"),
    "Japanese": ("「こんにちは」と書いた看板", "こんにちは"),
    "Korean": ("'안녕하세요'라고 쓴 포스터", "안녕하세요"),
    "Hindi": ("समुद्र के किनारे 'नमस्ते' लिखा पोस्टर", "नमस्ते"),
    "Bengali": ("“শুভ নববর্ষ” লেখা পোস্টার", "শুভ নববর্ষ"),
    "Arabic": ("ملصق مكتوب عليه «مرحبا بالعالم» قرب البحر", "مرحبا بالعالم"),
    "Thai": ('ป้าย"สวัสดี"ริมทะเล', "สวัสดี"),
}


@pytest.mark.parametrize("script", EIGHT_SCRIPTS)
def test_eight_scripts_with_a_flag_behind_them(script: str) -> None:
    words, quoted = EIGHT_SCRIPTS[script]
    said = parse(f"{words} --ar 2:3")
    assert (said.text, said.quoted, said.options) == (words, (quoted,), Options(ratio=Ratio(2, 3)))


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        ("--ar 16:9", Options(ratio=Ratio(16, 9))),
        ("--ratio 16x9", Options(ratio=Ratio(16, 9))),
        ("--aspect=16/9", Options(ratio=Ratio(16, 9))),
        ("--ar: 16:9", Options(ratio=Ratio(16, 9))),
        ("--AR 2.39:1", Options(ratio=Ratio(239, 100))),
        ("--ar tall", Options(ratio=Ratio(9, 16))),
        ("--ar १६:९", Options(ratio=Ratio(16, 9))),
        ("--n 4", Options(count=4)),
        ("--count 10", Options(count=10)),
        ("--quality high", Options(quality=Quality.HIGH)),
        ("--q XHIGH", Options(quality=Quality.XHIGH)),
        ("--size 2k", Options(resolution=Resolution.TWO_K)),
        ("--size 4K", Options(resolution=Resolution.FOUR_K)),
        ("--size 1280x720", Options(ratio=Ratio(16, 9), resolution=Resolution.ONE_K)),
        ("--size 1024×1536", Options(ratio=Ratio(2, 3), resolution=Resolution.TWO_K)),
        ("--size 3840*2160", Options(ratio=Ratio(16, 9), resolution=Resolution.FOUR_K)),
        ("--style Poster", Options(style="poster")),
        ("--style watercolor", Options(style="watercolour")),
        ("--style “poster”", Options(style="poster")),
        ("--style Ｈｏｕｓｅ", Options(style="house")),
        ("--fast", Options(mode=Mode.INSTANT)),
        ("--think", Options(mode=Mode.THINKING)),
        ("--fast --think", Options(mode=Mode.THINKING)),
        ("--format jpg", Options(format=OutputFormat.JPEG)),
        ("--bg transparent", Options(background=Background.TRANSPARENT)),
        ("--private", Options(private=True)),
        ("--seed 42", Options(seed=42)),
        ("--no text", Options(without=("text",))),
        ("--no text, Red Cars，人、text --no dogs", Options(without=("text", "Red Cars", "人", "dogs"))),
        ("--no “neon, signs”", Options(without=("neon", "signs"))),
        ("--n 2 --n 3", Options(count=3)),
    ],
)
def test_flags(flags: str, options: Options) -> None:
    said = parse(f"a cat {flags}")
    assert (said.text, said.options) == ("a cat", options)
    assert parse(f"{flags}\na cat").options == options


@pytest.mark.parametrize(
    "dashes", ["--", "—", "–", "―", "‒", "——", "–-", "-–", "‑‑", "‐‐", "－－", "−−", "﹣﹣"]
)  # as phones, word processors and Asian keyboards write them
def test_dashes_of_phones_fold_for_flags(dashes: str) -> None:
    said = parse(f"a cat {dashes}ar 16:9 {dashes}n 2 asleep")
    assert (said.text, said.options) == ("a cat asleep", Options(ratio=Ratio(16, 9), count=2))


def test_fullwidth_flags() -> None:
    assert parse("猫　－－ａｒ　１６：９").options.ratio == Ratio(16, 9)
    assert parse("猫--ar 16：9") == parse("猫 --ar 16:9")
    assert parse("“猫”--ar 16:9").text == "“猫”"


@pytest.mark.parametrize(
    "text",
    [
        "a cat — sleeping",
        "a cat —asleep— on a mat",
        "rock--and--roll",
        "rock--no--roll",
        "-- hello",
        "---ar 16:9",
        "a - b -n 2",
        "well-known, 5--10 cats",
        "a — b – c ― d",
        "—colour study",
        "x —no, really",
        "don’t “quote” me… it's l'été",
        "two\nlines\n\nand a  wide   space",
        "🏳️‍🌈 👩🏽‍🚀 नि‍ष  ک‌ی",
        "￥１００　全角",
        "\\“--ar 1:1”"[1:],
    ],
)
def test_typography_stays_as_it_was_typed(text: str) -> None:
    said = parse(text)
    assert (said.text, said.options) == (text, Options())


def test_flags_stand_anywhere_and_paragraphs_stay() -> None:
    assert parse("--n 2 a --fast cat --ar 1:1 asleep").text == "a cat asleep"
    assert parse("first line\n--n 2\nsecond").text == "first line\n\nsecond"
    assert parse("a cat --no dogs, text\nby the sea").text == "a cat\nby the sea"


def test_flags_win_over_what_was_chosen() -> None:
    chosen = Options(ratio=Ratio(1, 1), count=3, without=("text",))
    said = parse("a cat --ar 3:2 --no dogs", chosen)
    assert said.options == Options(ratio=Ratio(3, 2), count=3, without=("text", "dogs"))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('"a" “b” ”c”', ("a", "b", "c")),
        ('„de“ „pl” „hu"', ("de", "pl", "hu")),
        ("«ru» « fr » »da« »fi»", ("ru", "fr", "da", "fi")),
        ("‹a› ›b‹", ("a", "b")),
        ("「a」 『b』 ｢c｣ ﹁d﹂ ﹃e﹄ 〝f〞 〝g〟 ＂h＂ ＇i＇", tuple("abcdefghi")),
        ("‘a’ ‚b‘ ‚c’ 'd'", ("a", "b", "c", "d")),
        ("‘it’s late’ and 'don't go'", ("it’s late", "don't go")),
        ("“He said ‘hi’ to me”", ("He said ‘hi’ to me",)),
        ("don't l'été rock 'n' roll ‘n’ '90s 'tis the dogs' bowl and the cats'", ()),
        ('a 12" pizza with "HOT" on a 14" plate', ("HOT",)),
        ('צה"ל "שלום" או"ם', ("שלום",)),
        ('שלט "צה"ל חזק"', ('צה"ל חזק',)),
        ('写着"你好"和‘再见’的海报', ("你好", "再见")),
        (r'say "a \"b\" c"', ('a "b" c',)),
        (r"\"not this\" “this”", ("this",)),
        ('"" “ ” one " alone', ()),
        ("《红楼梦》", ()),
        ("“unclosed", ()),
        ("»", ()),
        ("“TWO\nLINES”", ("TWO\nLINES",)),
    ],
)
def test_quotation_marks_of_the_world(text: str, quoted: tuple[str, ...]) -> None:
    said = parse(text)
    assert (said.quoted, said.text) == (quoted, text)


def test_inside_quotation_marks_nothing_is_a_flag() -> None:
    said = parse("a sign “--ar 1:1 --whatever” --ar 3:2")
    assert said == parse("a sign “--ar 1:1 --whatever”", Options(ratio=Ratio(3, 2)))
    assert said.quoted == ("--ar 1:1 --whatever",)


@pytest.mark.parametrize(
    ("flag", "meant"), [("--qualty", "--quality"), ("--stlye", "--style"), ("--ar16:9", "--ar"), ("--seeds", "--seed")]
)
def test_an_unknown_flag_is_named_with_the_nearest_known_one(flag: str, meant: str) -> None:
    with pytest.raises(UnknownFlag) as refused:
        parse(f"a cat {flag} 5")
    assert flag.split(":")[0] in refused.value.what
    assert f"Did you mean {meant}?" in refused.value.remedy
    assert "Nothing was charged." in str(refused.value)


def test_a_flag_near_none_lists_them_all() -> None:
    with pytest.raises(UnknownFlag, match="--ar, --size, --n, --quality"):
        parse("a cat --v 6")
    with pytest.raises(UnknownFlag):
        parse("кот --цвет красный")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("--ar 16;9", "16:9"),
        ("--ar 0:1", "16:9"),
        ("--ar", "needs a value"),
        ("--ar --fast", "needs a value"),
        ("--ar\n16:9", "needs a value"),
        ("--n 0", "1 to 10"),
        ("--n 11", "1 to 10"),
        ("--n four", "1 to 10"),
        ("--n -1", "1 to 10"),
        ("--quality best", "auto, low, medium, high, xhigh or max"),
        ("--style nouveau!", "poster"),
        ("--size 8k", "1k, 2k or 4k"),
        ("--size 0x0", "1k, 2k or 4k"),
        ("--format gif", "png, jpeg or webp"),
        ("--seed " + "9" * 5000, "0 to 2147483647"),
        ("--fast=yes", "takes no value"),
        ("--no", "needs a value"),
        ("--no , ,", "what to leave out"),
    ],
)
def test_a_wrong_value_is_answered_with_what_is_accepted(words: str, named: str) -> None:
    with pytest.raises(BadFlagValue) as refused:
        parse(f"a cat {words}")
    assert named in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("raw", ["", "  \n", "--ar 3:1", "\u200b", "\u202e\x00", "--no people"])
def test_nothing_to_draw(raw: str) -> None:
    with pytest.raises(EmptyPrompt):
        parse(raw)
    assert not parse(raw, allow_empty=True).text.strip("\u200b")


def test_an_edit_of_flags_alone() -> None:
    assert parse("--ar 3:1", allow_empty=True).options == Options(ratio=Ratio(3, 1))


def test_a_prompt_too_long_says_how_long_it_is() -> None:
    assert len(parse("a " * 16_000).text) == 31_999
    with pytest.raises(PromptTooLong, match="40,000 characters; the longest has 32,000"):
        parse("a" * 40_000)


def test_what_cannot_be_seen_goes_and_what_scripts_need_stays() -> None:
    assert parse("a\x00b \u202egnp.exe\u202c \u2066x\u2069 \ud800y\x7f\x9b").text == "ab gnp.exe x y"
    assert parse("a\r\nb\rc\x0bd\x85e\x1ff").text == "a\nb\nc\nd\ne f"
    assert parse("क्‍ष می‌خواهم ❤️ \u200f").text == "क्‍ष می‌خواهم ❤️ \u200f"
    assert parse("-\u202e-ar 1:1 x").options.ratio == Ratio(1, 1)


SHARDS = st.sampled_from(
    [*"\"'“”„«»‹›「」『』‚‘’＂〝〟《》—–-－‑\\=: \n\t", "--", "—", " --", " —", "a", "猫", "é", "7", "ar", "no", "n"]
    + [f" --{name} " for name in BY_NAME]
    + [" 16:9 ", " 2 ", " high ", " poster ", ", ", "it's ", "\u202e", "\x00", "\x85", "\r", "\x1c", "\u3000", "--x"]
)
MESSES = st.lists(SHARDS, max_size=40).map("".join)


@QUIET
@given(st.one_of(st.text(), MESSES))
@example("--seed ٣ x")
@example("'--fast x")
def test_only_prompt_errors_and_reading_twice_changes_nothing(raw: str) -> None:
    try:
        said = parse(raw)
    except PromptError:
        return
    again = parse(said.text)
    assert (again.text, again.quoted) == (said.text, said.quoted)
    assert again.options == Options()


@QUIET
@given(MESSES.map(lambda text: text.translate(dict.fromkeys(map(ord, "-–—－‑")))))
def test_without_dashes_no_word_is_touched(raw: str) -> None:
    assert parse(raw, allow_empty=True).text.split() == seen(raw).split()


WORDS = st.one_of(
    st.sampled_from(["cat", "l'été", "猫", "rock--and--roll", "—", "--", "पोस्टर", '12"', "“A", "ملصق", "don’t", "—so"]),
    st.from_regex(r"[^\W\d_]{1,8}[.,!?]?", fullmatch=True),
)
SAID_FLAGS = st.sampled_from(
    ["--ar 3:2", "—ar 3:2", "--n=4", "–n 2", "--fast", "--quality high", "--style “poster”", "--seed 42", "--private"]
)


@QUIET
@given(st.lists(st.one_of(WORDS.map(lambda word: (word, True)), SAID_FLAGS.map(lambda flag: (flag, False)))))
def test_every_word_that_is_no_flag_is_kept_in_order(parts: list[tuple[str, bool]]) -> None:
    # One quotation mark of a kind without its partner: nothing here is ever inside a quotation.
    parts = [part for at, part in enumerate(parts) if part[0] != "“A" or part not in parts[:at]]
    opened = next((at for at, part in enumerate(parts) if part[0] == "“A"), len(parts))
    parts = [part for at, part in enumerate(parts) if at < opened or "”" not in part[0]]
    said = parse(" ".join(part for part, _ in parts), allow_empty=True)
    assert said.text.split() == [word for word, is_word in parts if is_word]


HARD = [
    "“",
    "'a ",
    '"',
    "--fast ",
    "--no a ",
    "--ar 1:1 ",
    "—",
    "-",
    "--no “x” ",
    "猫--n 2 ",
    "--no \n",
    "» ",
    "\n",
    "a'b ",
]


@pytest.mark.parametrize("shard", HARD)
def test_the_work_grows_with_the_length_and_not_with_its_square(shard: str) -> None:
    def seconds(characters: int) -> float:
        raw = (shard * characters)[:characters]
        best = 9.0
        for _ in range(5):
            began = time.thread_time()  # of this thread alone, however busy the machine is
            with contextlib.suppress(PromptError):
                parse(raw)
            best = min(best, time.thread_time() - began)
        return best

    # Eight times the length may take 32 times as long where caches are shared; squared work would take 64 times.
    assert seconds(32_000) < max(32 * seconds(4_000), 0.05)
