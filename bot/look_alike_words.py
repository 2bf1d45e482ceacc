"""Parts that can be taken for each other, in words: to admins by name, under an answer by number.

Pure: what the catalogue knows in, sentences out.
"""

from collections.abc import Mapping, Sequence

from bot.messages import Html
from bot.part_words import part_name, size_of
from bot.voice import Voice, paragraph
from catalog.answers import CandidateCard
from catalog.look_alikes import KinCard
from catalog.sightings import SeenTwins
from catalog.tables import Relation

#: Look-alikes that are named to an admin; the rest is counted.
NAMED = 3


def looks_like(kin: Sequence[KinCard], voice: Voice) -> Html | None:
    """What an admin should know about a part: a photo may not tell it from these."""
    if not kin:
        return None
    named = [_named(each, voice) for each in kin[:NAMED]]
    more = len(kin) - len(named)
    if more:
        named.append(voice.say("kin-more", parts=more))
    return voice.say("kin", parts=Html(", ".join(named)))


def twins_text(
    twins: Sequence[SeenTwins], shown: Sequence[CandidateCard], voice: Voice
) -> Html | None:
    """What is known of the numbered candidates; None where they are not look-alikes."""
    numbers = _numbers(shown)
    pairs = _pairs(twins, numbers)
    if not pairs:
        return None
    told = twins_told(twins, shown, voice)
    return paragraph(told, _what_would_tell(pairs, numbers, shown, voice))


def twins_told(
    twins: Sequence[SeenTwins], shown: Sequence[CandidateCard], voice: Voice
) -> Html | None:
    """The same without what to do about it."""
    numbers = _numbers(shown)
    pairs = _pairs(twins, numbers)
    return paragraph(*(_sentence(each, numbers, voice) for each in pairs)) if pairs else None


def _numbers(shown: Sequence[CandidateCard]) -> dict[int, int]:
    return {each.rank: number for number, each in enumerate(shown, start=1)}


def _pairs(twins: Sequence[SeenTwins], numbers: Mapping[int, int]) -> list[SeenTwins]:
    return [each for each in twins if each.first in numbers and each.second in numbers]


def _named(kin: KinCard, voice: Voice) -> Html:
    part = part_name(kin.name)
    match kin.relation, kin.difference:
        case Relation.MIRRORED, _:
            return voice.say("kin-mirrored", part=part)
        case Relation.SCALED, "length":
            return voice.say("kin-length", part=part)
        case Relation.SCALED, _:
            return voice.say("kin-scaled", part=part, percent=round(100 * kin.factor))
        case Relation.NEAR_TWIN, "engraving":
            return voice.say("kin-engraving", part=part)
    return voice.say("kin-detail", part=part)


def _sentence(twins: SeenTwins, numbers: Mapping[int, int], voice: Voice) -> Html:
    facts = {"first": numbers[twins.first], "second": numbers[twins.second]}
    match twins.relation, twins.difference:
        case Relation.MIRRORED, _:
            return voice.say("twins-mirrored", **facts)
        case Relation.SCALED, "length":
            return voice.say("twins-length", **facts)
        case Relation.SCALED, _:
            return voice.say("twins-scaled", **facts, percent=round(100 * twins.factor))
        case Relation.NEAR_TWIN, "engraving":
            seen = "twins-engraving" if twins.told else "twins-engraving-hidden"
            return voice.say(seen, **facts)
    return voice.say("twins-detail" if twins.told else "twins-detail-hidden", **facts)


def _what_would_tell(
    pairs: Sequence[SeenTwins],
    numbers: Mapping[int, int],
    shown: Sequence[CandidateCard],
    voice: Voice,
) -> Html:
    """The side that is drawn; where no side tells, what to measure."""
    if any(each.shown for each in pairs):
        return voice.say("twins-side")
    sized = next((each for each in pairs if each.relation is Relation.SCALED), None)
    if sized is None:
        return voice.say("twins-closely")
    first, second = (shown[numbers[rank] - 1].part for rank in (sized.first, sized.second))
    return voice.say(
        "twins-measure",
        first=numbers[sized.first],
        second=numbers[sized.second],
        size=size_of(first),
        other=size_of(second),
    )
