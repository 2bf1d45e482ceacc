"""How batches read: what was set, and among which parts an answer was looked for."""

from collections.abc import Mapping
from typing import Any

from bot.messages import Html
from bot.voice import Voice
from catalog.answers import SightingCard


def among(card: SightingCard, voice: Voice) -> Html | None:
    """Among which parts was looked, or that nothing of them fits; None where nobody narrowed it."""
    if card.batch is None or card.batch.fits is None:
        return None
    batch = card.batch.batch
    if card.batch.fits:
        return voice.say("answer-among", batch=batch.name, parts=batch.parts)
    sentence = "answer-outside" if card.candidates else "answer-none-of-batch"
    return voice.say(sentence, batch=batch.name, parts=batch.parts)


def batch_set(name: str, parts: int, voice: Voice) -> Html:
    """A batch was set, of so many parts."""
    return voice.say("batch-set", batch=name, parts=parts)


def batch_told(facts: Mapping[str, Any] | None) -> tuple[str, int] | None:
    """Name and number of parts, as a delivery tells of them."""
    return None if facts is None else (str(facts["name"]), int(facts["parts"]))
