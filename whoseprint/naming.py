"""Tell the candidates of an answer by name and customer, for the command line."""

from dataclasses import dataclass
from typing import Any

from catalog.cards import PartCard, part_cards
from workers.identify import Identified
from workers.shop import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """One candidate as a person knows it; likely: of those that hold the right one with 95 %."""

    card: PartCard
    probability: float
    likely: bool

    @property
    def customer(self) -> str | None:
        """Whose copy is due first: that of the first open order line."""
        return self.card.lines[0].customer if self.card.lines else None

    def as_json(self) -> dict[str, Any]:
        """The candidate as `whoseprint identify --json` prints it."""
        return {
            "part": self.card.name,
            "probability": round(self.probability, 4),
            "customer": self.customer,
        }


def suspects(identified: Identified, *, shop: Shop) -> list[Suspect]:
    """The candidates, best first."""
    with shop.database.reading() as session:
        cards = part_cards(session, [match.part_id for match in identified.matches])
    return [
        Suspect(
            card=cards[match.part_id],
            probability=probability,
            likely=place in identified.decision.answer_set.rows,
        )
        for place, (match, probability) in enumerate(
            zip(identified.matches, identified.decision.probabilities, strict=True)
        )
    ]
