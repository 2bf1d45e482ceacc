"""Why something cannot be taken in, in the person's language, by its stable code.

The codes and their facts are catalog's (Trouble); each has a sentence of the same name in the
message catalogue. A code that nobody knows is told in general terms, never shown.
"""

from collections.abc import Mapping
from typing import Any

from bot.messages import Fact, Html, SentenceUnknown, clipped
from bot.voice import Voice

#: Names and words of files, as they go into a sentence.
WORD_UNITS = 100


def complaint(code: str, facts: Mapping[str, Any], voice: Voice) -> Html:
    """The sentence of a refused file, photo or caption."""
    try:
        return voice.say(f"trouble-{code}", **_facts(facts, voice))
    except SentenceUnknown:
        return voice.say("trouble-unknown")


def given_up(reason: str, voice: Voice) -> Html:
    """Why work was given up, for admins."""
    try:
        return voice.say(f"given-up-{reason}")
    except SentenceUnknown:
        return voice.say("given-up-unknown")


def _facts(facts: Mapping[str, Any], voice: Voice) -> dict[str, Fact]:
    worded: dict[str, Fact] = {}
    for name, fact in facts.items():
        if name == "field":
            worded[name] = voice.plain(f"field-{fact}")
        elif isinstance(fact, int | float):
            worded[name] = fact
        else:
            worded[name] = clipped(str(fact), WORD_UNITS)
    return worded
