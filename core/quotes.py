"""Quotation marks of the world: where a person's words are set off as text to be written in the picture.

Pairs: "…" “…” ”…” „…“ „…” „…" «…» »…« »…» ‹…› ›…‹ ‘…’ ‚…‘ ‚…’ '…' ＂…＂ ＇…＇ 「…」 ｢…｣ 『…』 ﹁…﹂ ﹃…﹄ 〝…〞 〝…〟

- Marks that also serve as apostrophes or inch signs open only where no letter or digit of an alphabet stands before
  them (don't, l'été, 12"), and single ones close only where none stands behind (‘it’s’). Chinese, Japanese, Korean,
  Thai and their like write no apostrophes, so there a mark may stand right beside a letter: 写着"你好"的海报.
- Words that begin with an apostrophe ('n', 'tis, '90s) do not open a quotation, and ’ alone never does.
- 《…》 and 〈…〉 are not here: in Chinese and Korean they name a book or a film, and a name is not yet a wish to see it
  written. Put quotation marks around it for that.
- A mark behind a backslash, and a mark without its partner, is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

# Letters and digits of the alphabets that use apostrophes: Latin, Greek, Cyrillic, Armenian, Hebrew.
ALPHABET = (
    "0-9A-Za-z\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u052f"
    "\u0531-\u0587\u0591-\u05f2\u1e00-\u1fff"
)

_ELISIONS = r"(?!(?:n|em|tis|twas|til|till|cause|cuz|bout|round|\d\d?s)\b)"
_OPENS_APART = rf"(?<![{ALPHABET}\\])"
_SINGLE_CLOSER = rf"(?<![\s\\]){{}}(?![{ALPHABET}])"
OPENER = (
    r"(?<!\\)[“„«‹「｢『﹁﹃〝‚]"
    rf"|{_OPENS_APART}[\"＂]"
    rf"|{_OPENS_APART}[”»›](?!\s)"
    rf"|{_OPENS_APART}['‘＇](?!\s){_ELISIONS}"
)


def _closers(marks: str) -> re.Pattern[str]:
    single = [_SINGLE_CLOSER.format(mark) for mark in marks if mark in "'‘’＇"]
    double = "".join(mark for mark in marks if mark not in "'‘’＇")
    # A gershayim typed as " stands between two Hebrew letters (צה"ל) and closes nothing.
    plain = [rf"(?<!\\)[{double}](?!(?<=[א-ת].)[א-ת])"] if double else []
    return re.compile("|".join(plain + single))


CLOSERS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        opener: _closers(marks)
        for opener, marks in {
            '"': '"',
            "＂": "＂",
            "“": "”",
            "”": "”",
            "„": '“”"',
            "«": "»",
            "»": "«»",
            "‹": "›",
            "›": "‹›",
            "'": "'",
            "＇": "＇",
            "‘": "’",
            "‚": "‘’",
            "「": "」",
            "｢": "｣",
            "『": "』",
            "﹁": "﹂",
            "﹃": "﹄",
            "〝": "〞〟",
        }.items()
    }
)
_ESCAPED = re.compile(r"\\(?=[\"'“”„‘’«»])")


def content(quotation: str) -> str:
    """The words between the marks, without the space that French sets inside them."""
    return _ESCAPED.sub("", quotation[1:-1]).strip()
