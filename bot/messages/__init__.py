"""Every sentence a person reads, and how facts are worded in it."""

from bot.messages.catalogue import LANGUAGES, Messages, SentenceUnknown, language_of
from bot.messages.facts import Due, Fact, Html, Seconds, Share, SizeMm
from bot.messages.wording import clipped, fitted, utf16_length

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
    "language_of",
    "utf16_length",
]
