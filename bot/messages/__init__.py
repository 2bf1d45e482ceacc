"""Every sentence a person reads, and how facts are worded in it."""

from bot.messages.catalogue import LANGUAGES, Messages, SentenceUnknown, language_of
from bot.messages.facts import Due, Fact, Html, Seconds, Share, SizeMm
from bot.messages.wording import clipped, fitted, isolated, utf16_length, without_turns

__all__ = [
    "LANGUAGES",
    "Due",
    "Fact",
    "Html",
    "Messages",
    "Seconds",
    "SentenceUnknown",
    "Share",
    "SizeMm",
    "clipped",
    "fitted",
    "isolated",
    "language_of",
    "utf16_length",
    "without_turns",
]
