"""The answer to a photo: its words, its buttons, and what its picture shows.

Pure: a SightingCard in, a Reply out. One print has one message, and that message is in one of five
states: one part named, three candidates, nothing known, confirmed, none of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from telegram import InlineKeyboardButton

from bot import buttons
from bot.batch_words import among
from bot.buttons import Keyboard
from bot.look_alike_words import twins_text, twins_told
from bot.messages import Html, Share
from bot.part_words import customer_name, facts_of_part, part_name
from bot.voice import Voice, dotted, paragraph
from catalog.answers import CandidateCard, SightingCard
from catalog.awaited_photos import PHOTOS_APART
from catalog.files import FileKey
from catalog.sightings import PHOTOS_MAX
from catalog.tables import SightingOutcome
from catalog.verdicts import AlreadySaid

CANDIDATES_SHOWN = 3
#: Below this the first candidate is told as "maybe".
PROBABLE = 0.5
#: How what it may be is told: by whether that is more than is shown, and whether it may be none.
SET_SENTENCES = {
    (False, False): "candidates-set",
    (False, True): "candidates-set-or-none",
    (True, False): "candidates-set-many",
    (True, True): "candidates-set-many-or-none",
}
#: Reasons for which another photo may help, whatever it shows.
HELPED_BY_A_PHOTO = ("", "not_sure", "look_alikes")
#: Reasons that lie in the photo: naming the nearest part would mislead.
PHOTO_REASONS = ("no_object", "cut_off", "too_dark", "blurred")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the picture of an answer is put together from.

    Attributes:
        cut_out: the photo with its print cut out; None: renders alone.
        lines: a part's lines, to be laid over the cut-out.
        previews: one render, up to three that are numbered, or none beside a cut-out.
        side: the side from which two of them differ, both beside each other, and their numbers.
        asked_view: the side that one more photo should show.
    """

    cut_out: FileKey | None = None
    lines: FileKey | None = None
    previews: tuple[FileKey | None, ...] = ()
    side: FileKey | None = None
    asked_view: FileKey | None = None
    side_numbers: tuple[int, int] = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a message is to say, offer and show; picture None: words alone."""

    text: Html
    keyboard: Keyboard = ()
    picture: Picture | None = field(default=None)


def answer(card: SightingCard, voice: Voice, *, reader_id: int | None = None) -> Reply:
    """The answer as it stands: decided, confirmed or refused."""
    if card.verdict is not None:
        return settled(card, card.verdict, voice, reader_id=reader_id)
    if card.outcome is SightingOutcome.ACCEPTED and not card.whois and card.candidates:
        return one_part(card, card.candidates[0], voice)
    if card.outcome is SightingOutcome.UNKNOWN and not (card.whois and card.candidates):
        return unknown(card, voice)
    return three_candidates(card, voice) if card.candidates else unknown(card, voice)


def one_part(card: SightingCard, shown: CandidateCard, voice: Voice) -> Reply:
    """One part beside the photo, with Right and Not this."""
    text = paragraph(
        _head(card, shown, voice),
        facts_of_part(shown.part, voice),
        _sureness(card, shown, voice),
        among(card, voice),
        _doubt(card, voice),
    )
    rank = str(shown.rank)
    keyboard = (
        (
            _button(card, voice, "right", argument=rank),
            _button(card, voice, "not-this", argument=rank),
        ),
        (_button(card, voice, "others"), _button(card, voice, "stl", argument=rank)),
        *_other_object(card, voice),
    )
    return Reply(text=text, keyboard=keyboard, picture=_beside(card, shown))


def three_candidates(card: SightingCard, voice: Voice) -> Reply:
    """Up to three parts, numbered; nobody's name is given as a fact."""
    shown = _listed(card)
    lines = [
        _candidate_line(number, each, voice, named=_names_customers(card))
        for number, each in enumerate(shown, start=1)
    ]
    text = paragraph(
        among(card, voice),
        _candidates_intro(card, voice),
        *lines,
        _what_next(card, voice),
        _request(card, voice),
        _doubt(card, voice),
    )
    numbers = tuple(
        buttons.button(str(number), _data(card, "pick", str(each.rank)))
        for number, each in enumerate(shown, start=1)
    )
    return Reply(
        text=text,
        keyboard=(numbers, _below_numbers(card, voice), *_other_object(card, voice)),
        picture=_side_by_side(card, shown),
    )


def no_more(card: SightingCard, voice: Voice) -> Reply:
    """All candidates were turned down one by one."""
    keyboard = (
        (_button(card, voice, "others"), _button(card, voice, "none")),
        *_other_object(card, voice),
    )
    return Reply(text=voice.say("no-more-candidates"), keyboard=keyboard)


def unknown(card: SightingCard, voice: Voice) -> Reply:
    """One sentence with the reason, and what to do about it.

    Several photos that fit nothing may be of several prints: what is nearest can be looked at.
    """
    others: Keyboard = ((_button(card, voice, "others"),),) if _fits_nothing_together(card) else ()
    return Reply(
        text=paragraph(among(card, voice), reason_sentence(card, voice), _doubt(card, voice)),
        keyboard=(*others, *_other_object(card, voice)),
        picture=Picture(cut_out=card.cut_out_key) if _is_doubtful(card) else None,
    )


def reason_sentence(card: SightingCard, voice: Voice) -> Html:
    """Why there is no answer."""
    if _fits_nothing_together(card):
        return paragraph(voice.say("photos-apart"), voice.say("photos-one-by-one"))
    nearest = card.candidates[0] if card.candidates else None
    if nearest is not None and card.reason not in PHOTO_REASONS:
        return voice.say(
            "unknown-nearest",
            part=part_name(nearest.part.name),
            share=Share(nearest.probability),
        )
    return voice.say(f"reason-{card.reason or 'nothing_alike'}")


def settled(
    card: SightingCard, verdict: AlreadySaid, voice: Voice, *, reader_id: int | None
) -> Reply:
    """What people said it is; Undo is the only button left."""
    mine = verdict.person_id == reader_id
    by = voice.say("by-you") if mine else voice.say("by-person", person=verdict.person_name)
    keyboard = ((_button(card, voice, "undo"),),)
    if verdict.part_name is None:
        return Reply(text=voice.say("settled-none", by=by), keyboard=keyboard)
    shown = next((each for each in card.candidates if each.part.id == verdict.part_id), None)
    line = shown.part.line if shown else None
    customer = line.customer if line else None
    part = part_name(verdict.part_name)
    head = dotted(
        voice.say("settled-part", part=part, customer=customer_name(customer), by=by)
        if customer
        else voice.say("settled-nobodys", part=part, by=by),
        voice.say("line-found", found=line.found, quantity=line.quantity) if line else None,
    )
    if shown is None:  # retired since
        return Reply(text=head, keyboard=keyboard)
    text = paragraph(head, facts_of_part(shown.part, voice))
    return Reply(text=text, keyboard=keyboard, picture=_beside(card, shown))


def _fits_nothing_together(card: SightingCard) -> bool:
    is_unknown = card.outcome is SightingOutcome.UNKNOWN and card.reason not in PHOTO_REASONS
    return is_unknown and card.photos > 1 and bool(card.candidates)


def _head(card: SightingCard, shown: CandidateCard, voice: Voice) -> Html:
    part = part_name(shown.part.name)
    customer = shown.part.customer
    if customer is None:
        return voice.say("head-nobodys", part=part)
    sure = card.outcome is SightingOutcome.ACCEPTED and shown.rank == 1
    sentence = "head-sure" if sure else "head-maybe"
    return voice.say(sentence, part=part, customer=customer_name(customer))


def _sureness(card: SightingCard, shown: CandidateCard, voice: Voice) -> Html:
    share = Share(shown.probability)
    if card.outcome is SightingOutcome.ACCEPTED and shown.rank == 1:
        return dotted(voice.say("sure", share=share), voice.say("reason-sure"))
    return voice.say("probably" if shown.probability > PROBABLE else "maybe", share=share)


def _candidates_intro(card: SightingCard, voice: Voice) -> Html:
    if card.reason == PHOTOS_APART:
        return paragraph(voice.say("photos-apart"), voice.say("candidates-before"))
    if card.whois or card.outcome is SightingOutcome.ACCEPTED:
        return voice.say("candidates-asked")
    if card.maybe_none is not None and _likely(card):
        return _may_be(card, voice)
    if card.candidates[0].probability > PROBABLE:
        return voice.say("candidates-probably")
    return voice.say("candidates-maybe")


def _likely(card: SightingCard) -> int:
    """How many parts the print may be."""
    return sum(each.likely for each in card.candidates)


def _listed(card: SightingCard) -> tuple[CandidateCard, ...]:
    """All that it may be, where that is few; the three likeliest otherwise."""
    is_asked = card.whois or card.outcome is SightingOutcome.ACCEPTED
    few = tuple(each for each in card.candidates if each.likely)
    if is_asked or card.maybe_none is not False or not 1 < len(few) <= CANDIDATES_SHOWN:
        return card.candidates[:CANDIDATES_SHOWN]
    return few


def _may_be(card: SightingCard, voice: Voice) -> Html:
    """How many parts it may be, and whether it may be none of them."""
    parts, shown = _likely(card), len(_listed(card))
    sentence = SET_SENTENCES[parts > shown, bool(card.maybe_none)]
    return voice.say(sentence, parts=parts, shown=shown)


def _names_customers(card: SightingCard) -> bool:
    """Whether customers stand beside candidates: not where the photos fit none of them."""
    return card.reason != PHOTOS_APART and card.outcome is not SightingOutcome.UNKNOWN


def _candidate_line(number: int, candidate: CandidateCard, voice: Voice, *, named: bool) -> Html:
    customer = candidate.part.customer if named else None
    return dotted(
        voice.say("candidate", number=number, part=part_name(candidate.part.name)),
        voice.say("line-customer", customer=customer_name(customer)) if customer else None,
        voice.say("share", share=Share(candidate.probability)),
    )


def _what_next(card: SightingCard, voice: Voice) -> Html | None:
    if card.whois or card.outcome is SightingOutcome.ACCEPTED:
        return None
    shown = _listed(card)
    if card.asked_view_key is not None and _wants_photo(card):
        why = twins_told(card.twins, shown, voice) or _why(card, voice)
        return paragraph(why, voice.say("photo-view"))
    known = twins_text(card.twins, shown, voice)
    if known is not None:
        return known
    helps = voice.say("photo-other-side") if card.reason in HELPED_BY_A_PHOTO else None
    return paragraph(_why(card, voice), helps)


def _why(card: SightingCard, voice: Voice) -> Html | None:
    """Why nobody is named alone, where that was not said above the candidates."""
    if card.reason == PHOTOS_APART:
        return None
    return voice.say(f"reason-{card.reason or 'not_sure'}")


def _wants_photo(card: SightingCard) -> bool:
    """Whether one more photo is asked for: of a print that people asked the name of, once."""
    is_unsure = card.outcome is SightingOutcome.UNSURE and card.verdict is None
    return is_unsure and not card.whois and card.photos < PHOTOS_MAX


def _request(card: SightingCard, voice: Voice) -> Html | None:
    """How to send one more photo, and what it should show."""
    if not _wants_photo(card):
        return None
    if card.awaited_until is not None:
        is_group = card.chat_id < 0  # where the bot may see no more than replies to it
        sentence = "photo-awaited-in-reply" if is_group else "photo-awaited"
        return voice.say(sentence, until=card.awaited_until)
    anew = voice.say("photo-anew") if card.reason == PHOTOS_APART else None
    return paragraph(voice.say("photo-how"), anew)


def _below_numbers(card: SightingCard, voice: Voice) -> tuple[InlineKeyboardButton, ...]:
    none = _button(card, voice, "none")
    if not _wants_photo(card):
        return (none,)
    return (none, _button(card, voice, "never-mind" if card.awaited_until else "one-more"))


def _is_doubtful(card: SightingCard) -> bool:
    return card.seen.doubtful and card.cut_out_key is not None


def _doubt(card: SightingCard, voice: Voice) -> Html | None:
    """What was cut out may not be what was meant; where the search is sure, it goes unsaid."""
    is_sure = card.outcome is SightingOutcome.ACCEPTED
    return voice.say("cut-out-doubtful") if _is_doubtful(card) and not is_sure else None


def _other_object(card: SightingCard, voice: Voice) -> Keyboard:
    """A row with the button that asks for the next piece, where there is one."""
    seen = card.seen
    if not _is_doubtful(card) or seen.plausible < 2:  # noqa: PLR2004 - one alone has no other
        return ()
    following = str((seen.number + 1) % seen.plausible)
    return ((_button(card, voice, "other-object", argument=following),),)


def _beside(card: SightingCard, shown: CandidateCard) -> Picture:
    """From the photo's side and with its lines over the photo, where that was drawn."""
    return Picture(
        cut_out=card.cut_out_key,
        lines=shown.shown.lines_key if shown.shown else None,
        previews=(_seen(shown),),
    )


def _side_by_side(card: SightingCard, shown: Sequence[CandidateCard]) -> Picture:
    """The photo too where its renders are to be compared with it, or its cut-out to be doubted."""
    compared = any(each.shown for each in shown)
    numbers = {each.rank: number for number, each in enumerate(shown, start=1)}
    sides = [
        (numbers[each.first], numbers[each.second])
        for each in card.twins
        if each.shown and {each.first, each.second} <= numbers.keys()
    ]
    return Picture(
        cut_out=card.cut_out_key if compared or _is_doubtful(card) else None,
        previews=tuple(_seen(each) for each in shown),
        side=card.side_key if sides and not card.whois else None,
        asked_view=card.asked_view_key if _wants_photo(card) else None,
        side_numbers=sides[0] if sides else (1, 2),
    )


def _seen(candidate: CandidateCard) -> FileKey | None:
    return candidate.shown.view_key if candidate.shown else candidate.part.preview_key


def _button(
    card: SightingCard, voice: Voice, verb: str, *, argument: str = ""
) -> InlineKeyboardButton:
    return buttons.button(voice.plain(f"button-{verb}"), _data(card, verb, argument))


def _data(card: SightingCard, verb: str, argument: str = "") -> str:
    return buttons.packed(verb, card.id, card.nonce, argument)
