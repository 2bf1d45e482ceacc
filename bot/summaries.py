"""What an admin is told when a file has been taken in: one part with its sheet, or a summary.

Pure: facts of the delivery and cards in, words out. One message for a whole archive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.batch_words import batch_set, batch_told
from bot.complaints import complaint, given_up
from bot.messages import Html, Seconds, clipped, utf16_length
from bot.part_cards import NAMED_IN_SUMMARY, searchable
from bot.part_words import part_name
from bot.voice import Voice, paragraph
from catalog.cards import PartCard

FILE_UNITS = 80
#: Telegram takes 4,096 in a message; a refusal may be long.
SUMMARY_UNITS = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file.

    Attributes:
        known: part id and whether it was turned, for shapes that were there already.
        unclaimed: order lines that belong to nobody yet.
        ignored: other files that an archive held.
        batch: the build plate that was set with the file, and of how many parts.
    """

    added: tuple[int, ...]
    known: tuple[tuple[int, bool], ...]
    failed: tuple[tuple[int, str], ...]
    refused: tuple[Mapping[str, Any], ...]
    unclaimed: tuple[int, ...]
    ignored: int
    elapsed_s: float
    batch: tuple[str, int] | None = None

    @property
    def part_ids(self) -> set[int]:
        """All parts it speaks of."""
        return {
            *self.added,
            *(part_id for part_id, _ in self.known),
            *(part_id for part_id, _ in self.failed),
        }

    @property
    def only_part(self) -> int | None:
        """The one part that came of the file, if it is one."""
        if self.batch is not None:
            return None
        if len(self.added) + len(self.known) != 1 or self.failed or self.refused:
            return None
        return self.added[0] if self.added else self.known[0][0]


def taken_from(facts: Mapping[str, Any]) -> Taken:
    """Read a delivery's facts."""
    return Taken(
        added=tuple(facts.get("added", ())),
        known=tuple((each["part_id"], bool(each.get("turned"))) for each in facts.get("known", ())),
        failed=tuple((each["part_id"], str(each["code"])) for each in facts.get("failed", ())),
        refused=tuple(facts.get("refused", ())),
        unclaimed=tuple(facts.get("unclaimed", ())),
        ignored=int(facts.get("ignored", 0)),
        elapsed_s=float(facts.get("elapsed_s", 0.0)),
        batch=batch_told(facts.get("batch")),
    )


def one_part_text(taken: Taken, part: PartCard, voice: Voice) -> Html:
    """One part: searchable now, or there already with another order."""
    if taken.added:
        text = searchable(part, taken.elapsed_s, voice)
    else:
        text = known_text(part, turned=taken.known[0][1], voice=voice)
    return paragraph(text, _whose(taken, voice))


def known_text(part: PartCard, *, turned: bool, voice: Voice) -> Html:
    """A shape that is in the catalogue already."""
    sentence = "part-known-turned" if turned else "part-known"
    newest = max(part.lines, key=lambda line: line.id, default=None)
    reference = clipped(newest.order_reference, FILE_UNITS) if newest else ""
    added = (
        voice.say("order-added-named", reference=reference)
        if reference
        else voice.say("order-added")
    )
    return Html(f"{voice.say(sentence, part=part_name(part.name))} {added}")


def many_parts_text(taken: Taken, parts: Mapping[int, PartCard], voice: Voice) -> Html:
    """A summary: counts first, then who was refused and why, as far as there is room."""
    lines = [
        *([] if taken.batch is None else [batch_set(*taken.batch, voice)]),
        voice.say(
            "received-many",
            added=len(taken.added),
            known=len(taken.known),
            refused=len(taken.refused) + len(taken.failed),
            elapsed=Seconds(max(0.1, taken.elapsed_s)),
        ),
        *_named(taken, parts, voice),
        *_refusals(taken, parts, voice),
    ]
    if taken.ignored:
        lines.append(voice.say("received-ignored", files=taken.ignored))
    lines.append(_whose(taken, voice) or Html(""))
    return _within(lines, voice)


def _named(taken: Taken, parts: Mapping[int, PartCard], voice: Voice) -> list[Html]:
    ids = [*taken.added, *(part_id for part_id, _ in taken.known)]
    shown = [parts[part_id].name for part_id in ids[:NAMED_IN_SUMMARY] if part_id in parts]
    lines = [voice.say("received-named", part=part_name(name)) for name in shown]
    if len(ids) > len(shown):
        lines.append(voice.say("received-more", parts=len(ids) - len(shown)))
    return lines


def _refusals(taken: Taken, parts: Mapping[int, PartCard], voice: Voice) -> list[Html]:
    lines = [
        voice.say(
            "received-refused",
            file=clipped(str(each.get("name", "")), FILE_UNITS),
            why=complaint(str(each["code"]), each.get("arguments", {}), voice),
        )
        for each in taken.refused
    ]
    for part_id, code in taken.failed:
        name = parts[part_id].name if part_id in parts else str(part_id)
        lines.append(voice.say("received-refused", file=part_name(name), why=given_up(code, voice)))
    return lines


def _within(lines: list[Html], voice: Voice) -> Html:
    kept: list[Html] = []
    for place, each in enumerate(lines):
        if utf16_length("\n".join([*kept, each])) > SUMMARY_UNITS:
            kept.append(voice.say("received-cut", lines=len(lines) - place))
            break
        kept.append(each)
    return paragraph(*kept)


def _whose(taken: Taken, voice: Voice) -> Html | None:
    if not taken.unclaimed:
        return None
    return voice.say("whose-part", parts=len(taken.unclaimed))
