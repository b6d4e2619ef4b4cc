"""The order `key`, which is said without the key. Pure."""

from __future__ import annotations

from core.administration import reading_parts as parts
from core.administration.orders import AskForKey, DropKey, Order
from core.administration.reading_parts import NotUnderstood, Speaker


def is_about_key(words: str) -> bool:
    """Whether they are the order that a form for a key answers."""
    return words.strip().casefold().lstrip("/") == "key"


def read_key(rest: str, speaker: Speaker) -> Order:
    """What follows the word. Raises `NotUnderstood` for a key, without repeating it."""
    if parts.is_off(rest):
        return DropKey()
    if rest:
        raise NotUnderstood(
            "A key does not belong into a chat, where others and records have it. I have not kept it.",
            "If it was a real one, revoke it where it was made, and make another. Then say `key` alone.",
        )
    return AskForKey()
