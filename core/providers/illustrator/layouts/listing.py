"""Reads a list out of words: its title line, its sections, its entries, the price or the number of each.

Entries may stand below one another, be numbered, or have bullets, semicolons or commas of any script between them, and
a last one after "and". Of several kinds of separators the strongest one counts: "tea, hot; coffee, black" are two.
A comma between digits belongs to the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.quotes import CLOSERS

MARKS = "".join(CLOSERS) + "”’“»«›‹」』"
PLACE = re.compile(r"⟦(\d+)⟧")

# "Drinks:", but not "12:30" and not "https://".
COLON = re.compile(r"(?<!\d)[:：](?!//)")
WITH = re.compile(
    r"^(?P<lead>[^,;、，\d]{3,60}?)\s(?:with|showing|listing|mit|avec|con|com)\s(?P<body>.+)$",
    re.IGNORECASE | re.DOTALL,
)
SENTENCE_END = re.compile(r"(?<=[!?。！？।॥؟\n])\s*|(?<=\.)\s+")
LINE_MARK = re.compile(r"^\s*(?:[•‣▪●◦∙*·–—-]|\(?\d{1,2}[.)、:：](?=\s|[^\d\s])|[①-⑳])\s*")
NUMBERED = re.compile(r"(?:^|(?<=[\s,;，；、。.]))(?:\(?(\d{1,2})[.)、:：](?=\s|[^\d\s])|([①-⑳]))\s*")
BULLET = re.compile(r"\s*[•‣▪●◦∙]\s*|(?:^|\s)[–—-]\s(?!\d)")
SEMICOLON = re.compile(r"\s*[;；؛]\s*")
COMMA = re.compile(r"\s*(?:[、，،]|(?<!\d),|,(?!\d))\s*")
AND = (
    r"\s+(?:and|und|et|y|e|ed|och|og|i|и|та|ve|dan|और|एवं|এবং|ও|그리고|و)\s+|\s*(?:以及|和|そして|และ)\s*|\s+&\s+|"
    r"\s+و(?=\S{2})|(?<=[ァ-ヶー一-龯])と(?=[ァ-ヶ一-龯])"
)
LAST_AND = re.compile(rf"^(?P<before>.*\S)(?:{AND})(?P<last>\S.*)$", re.IGNORECASE | re.DOTALL)
FIRST_AND = re.compile(r"^(?:and|und|et|y|e|och|og|и|ve|dan|और|এবং|그리고|和|以及|และ)\s+", re.IGNORECASE)
THEN = re.compile(r"^(?:then|dann|puis|luego|depois|poi|потом)\s+", re.IGNORECASE)
ENDS = " \t\n.,;:!。、，；：।"

MONEY = (
    r"US\$|A\$|C\$|R\$|HK\$|NT\$|\$|€|£|¥|￥|₹|৳|₩|฿|₽|₺|₪|₫|₱|₦|zł|kr\.?|Kč|Ft|lei|Fr\.?|"
    r"CHF|USD|EUR|GBP|JPY|CNY|INR|BDT|KRW|THB|SEK|NOK|DKK|PLN|BRL|AED|SAR|EGP|Rs\.?|RM|"
    r"euros?|dollars?|pounds?|元|块|塊|円|圆|원|बाठ|रुपये|रु\.?|টাকা|บาท|ريال|درهم|جنيه|دينار|руб\.?"
)
AMOUNT = r"\d{1,3}(?:[.,’'\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,٫]\d{1,2})?(?:,[-–])?"
ONE_PRICE = rf"(?:(?:{MONEY})\s?)?(?:{AMOUNT})(?:\s?(?:{MONEY})(?![^\W\d_]))?"
PRICE_LAST = re.compile(
    rf"^(?P<name>.*?\S)[\s.…·_:：=–—-]*(?:\s(?:at|for|à|zu|für|por|a)\s)?(?<![\w.,])(?P<price>{ONE_PRICE}(?:\s?/\s?{ONE_PRICE})*)\s*$",
    re.IGNORECASE | re.DOTALL,
)
PRICE_GLUED = re.compile(rf"^(?P<name>.*?[^\s\d.,])[\s:：]*(?P<price>{ONE_PRICE})\s*$", re.IGNORECASE | re.DOTALL)
PRICE_FIRST = re.compile(
    rf"^\s*(?P<price>(?:{MONEY})\s?(?:{AMOUNT})|(?:{AMOUNT})\s?(?:{MONEY}))\s+(?P<name>\D.*)$",
    re.IGNORECASE | re.DOTALL,
)
HEADING = re.compile(
    r"(?:^|(?<=[.;,\n。；，、।]))[^\S\n]*(?P<heading>[^\s\d.;,:：。；，、।⟦][^\d.;,:：\n。；，、।]{0,40})"
    rf"[:：](?![^\S\n]*(?:{MONEY})?[^\S\n]?\d|//)",
    re.IGNORECASE,
)
PRICE_AHEAD = re.compile(rf"[:：]\s*{ONE_PRICE}\s*(?:[,;，；、\n]|$)", re.IGNORECASE)
PER_CENT = re.compile(
    r"(?:百分之|yüzde\s)\s*(?P<after>\d+(?:[.,]\d+)?)|(?P<before>\d+(?:[.,٫]\d+)?)\s*"
    r"(?:[%٪％]|per\s?cent\b|percent\b|Prozent\b|por ciento\b|pour cent\b|por cento\b|per cento\b|процент\w*|"
    r"प्रतिशत|শতাংশ|퍼센트|パーセント|เปอร์เซ็นต์|بالمئة|بالمائة)",
    re.IGNORECASE,
)
JOINING = re.compile(
    r"^(?:of|by|the|are|is|goes to|auf|de|des|du|di|do|der|die|das)\s+|[\s:：=–—-]+$|^[\s:：=–—-]+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a list under a heading of its own; "" for what stands before the first."""

    heading: str
    items: tuple[str, ...]


def marked(text: str, quoted: Sequence[str]) -> str:
    """The words with a place, ⟦0⟧, instead of each quoted text, so that no list is cut inside one."""
    for at in sorted(range(len(quoted)), key=lambda index: len(quoted[index]), reverse=True):
        pattern = f"[{re.escape(MARKS)}]{re.escape(quoted[at])}[{re.escape(MARKS)}]"
        text = re.sub(pattern, f" ⟦{at}⟧ ", text, count=1)
    return text


def unmarked(text: str, quoted: Sequence[str]) -> str:
    """The quoted texts in their places again, without marks."""
    return " ".join(PLACE.sub(lambda match: _at(quoted, match), text).split())


def places(text: str, quoted: Sequence[str]) -> tuple[str, ...]:
    """The quoted texts whose places are in these words."""
    return tuple(_at(quoted, match) for match in PLACE.finditer(text))


def _at(quoted: Sequence[str], match: re.Match[str]) -> str:
    at = int(match[1])
    return quoted[at] if at < len(quoted) else ""


def lead_and_body(text: str) -> tuple[str, str]:
    """What introduces a list, and the list: cut at the first colon, or after the first line when there are more.

    "Café menu. Drinks: tea 2" keeps the heading with the list. Without any of these it begins after "with", if at all.
    """
    colon = next((found for found in COLON.finditer(text) if not PRICE_AHEAD.match(text, found.start())), None)
    first, newline, rest = text.strip().partition("\n")
    if newline and rest.strip() and (colon is None or colon.start() > text.index(first) + len(first)):
        return first, rest
    if colon is None:
        introduced = WITH.match(text.strip())
        return (introduced["lead"], introduced["body"]) if introduced is not None else ("", text)
    before = text[: colon.start()]
    ends = [match.end() for match in SENTENCE_END.finditer(before) if before[match.end() :].strip()]
    if ends and ends[-1]:
        return before[: ends[-1]], text[ends[-1] :]
    return before, text[colon.end() :]


def sections(body: str) -> tuple[Section, ...]:
    """The parts of a list, each with its heading. "Tea: 2.50" is no heading."""
    cuts = [0]
    headings = [""]
    ends: list[int] = []
    for match in HEADING.finditer(body):
        ends.append(match.start())
        cuts.append(match.end())
        headings.append(match["heading"].strip())
    ends.append(len(body))
    parts = [Section(heading, items(body[start:end])) for heading, start, end in zip(headings, cuts, ends, strict=True)]
    return tuple(part for part in parts if part.heading or part.items)


def items(text: str) -> tuple[str, ...]:
    """The entries of a list, without their bullets and numbers."""
    lines = [line for line in text.splitlines() if line.strip(ENDS)]
    if len(lines) > 1:
        return _clean(LINE_MARK.sub("", line) for line in lines)
    line = LINE_MARK.sub("", lines[0], count=1) if lines and not _counts_up(lines[0]) else "".join(lines)
    if _counts_up(line):
        return _clean(NUMBERED.sub("\n", line).split("\n"))
    for separator in (BULLET, SEMICOLON):
        parts = [part for part in separator.split(line) if part.strip(ENDS)]
        if len(parts) > 1:
            return _clean(parts)
    parts = [part for part in COMMA.split(line) if part.strip(ENDS)]
    if not parts:
        return ()
    last = LAST_AND.match(parts[-1])
    if last is not None:
        parts[-1:] = [last["before"], last["last"]]
    return _clean(FIRST_AND.sub("", part) for part in parts)


def _counts_up(line: str) -> bool:
    """Whether numbers from 1 on introduce at least two entries."""
    numbers = [match[1] or str(ord(match[2]) - ord("①") + 1) for match in NUMBERED.finditer(line)]
    return len(numbers) > 1 and [int(number) for number in numbers[:2]] == [1, 2]


def _clean(parts: Iterable[str]) -> tuple[str, ...]:
    found = (" ".join(part.split()).strip(ENDS) for part in parts)
    return tuple(part for part in (THEN.sub("", part) for part in found) if part)


def priced(item: str) -> tuple[str, str]:
    """An entry's name and its price as it was written; "" when it names none."""
    for pattern in (PRICE_FIRST, PRICE_LAST, PRICE_GLUED):
        match = pattern.match(item.strip())
        if match is not None and (name := match["name"].strip(f"{ENDS}…·_=–—-")):
            return name, " ".join(match["price"].split())
    return item.strip(), ""


def shared(item: str) -> tuple[str, float | None]:
    """An entry's name and its percentage; None when it names none."""
    match = PER_CENT.search(item)
    if match is None:
        return item, None
    number = float((match["after"] or match["before"]).replace(",", ".").replace("٫", "."))
    rest = f"{item[: match.start()].strip()} {item[match.end() :].strip()}".strip(f"{ENDS}()")
    return JOINING.sub("", JOINING.sub("", rest)).strip(ENDS), number


def capital(text: str) -> str:
    """With a capital letter first, where the script has any."""
    return text[:1].upper() + text[1:]
