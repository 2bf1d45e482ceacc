"""The messages in one person's language."""

from dataclasses import dataclass

from bot.messages import Fact, Html, Messages


@dataclass(frozen=True, slots=True)
class Voice:
    """Says sentences in one language."""

    messages: Messages
    language: str

    def say(self, sentence: str, **facts: Fact) -> Html:
        """A sentence as HTML."""
        return self.messages.say(sentence, self.language, **facts)

    def plain(self, sentence: str, **facts: Fact) -> str:
        """A sentence without markup."""
        return self.messages.plain(sentence, self.language, **facts)


def paragraph(*lines: Html | None) -> Html:
    """Lines one below the other; those that have nothing to say are left out."""
    return Html("\n".join(line for line in lines if line))


def dotted(*pieces: Html | None) -> Html:
    """Pieces of one line, with dots between."""
    return Html(" · ".join(piece for piece in pieces if piece))
