"""Answers stay within Telegram's limits whatever people call things."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Picture, Reply, answer, one_part, three_candidates
from bot.buttons import CALLBACK_BYTES, Seal, packed, seal_of, unpacked
from bot.messages import Messages, fitted, utf16_length
from bot.messages.facts import Html
from bot.messages.wording import shown
from bot.part_cards import part_card
from bot.voice import Voice
from catalog.answers import CandidateCard, SightingCard
from catalog.cards import LineCard, PartCard
from catalog.files import FileKey
from catalog.sightings import ShownMatch
from catalog.tables import PartState, SightingOutcome
from catalog.verdicts import AlreadySaid
from vision import Reason

NOW = datetime(2026, 12, 18, 12, tzinfo=UTC)
#: Emoji, right-to-left letters, markup, an endless word.
NASTY = ("🖨️" * 300, "شركة <b>&amp;</b> " * 100, "</b><a href='x'>" * 80, "w" * 4000)
VOICES = [Voice(Messages(clock=lambda: NOW, zone=UTC), language) for language in ("en", "es")]


def _line(text: str, number: int = 1) -> LineCard:
    return LineCard(
        id=number,
        part_id=1,
        customer=text,
        order_reference=text,
        quantity=100_000,
        found=99_999,
        due=date(2025, 12, 24),
        material=text,
        note=text,
    )


def _part(text: str) -> PartCard:
    return PartCard(
        id=1,
        name=text,
        state=PartState.FAILED,
        length_mm=9_999.9,
        width_mm=9_999.9,
        height_mm=9.9,
        triangles=4_999_999,
        closed=False,
        findings=(["flipped_triangles", 4_999_999],) * 9,
        file_name=text,
        mesh_key=FileKey("k"),
        preview_key=None,
        sheet_key=None,
        lines=tuple(_line(text, number) for number in range(9)),
    )


def _card(text: str, *, verdict: AlreadySaid | None = None) -> SightingCard:
    candidates = tuple(
        CandidateCard(rank=rank, probability=0.999, part=_part(text)) for rank in range(1, 11)
    )
    return SightingCard(
        id=2_147_483_647,
        person_id=1,
        chat_id=1,
        nonce="n" * 16,
        whois=False,
        created_at=NOW,
        outcome=SightingOutcome.ACCEPTED,
        reason="sure",
        cut_out_key=None,
        photo_message_id=1,
        answer_message_id=1,
        candidates=candidates,
        verdict=verdict,
    )


def _fits(reply: Reply) -> None:
    assert utf16_length(shown(fitted(reply.text, 1_024))) <= 1_024
    assert "<a href" not in reply.text
    for row in reply.keyboard:
        for each in row:
            assert len(str(each.callback_data).encode()) <= CALLBACK_BYTES


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.language)
@pytest.mark.parametrize("text", NASTY, ids=("emoji", "rtl", "markup", "endless"))
def test_no_name_breaks_an_answer(text: str, voice: Voice) -> None:
    said = AlreadySaid(part_id=1, part_name=text, person_id=2, person_name=text[:200], said_at=NOW)

    _fits(one_part(_card(text), _card(text).candidates[0], voice))
    _fits(three_candidates(_card(text), voice))
    _fits(answer(_card(text, verdict=said), voice))
    _fits(part_card(_part(text), voice, Seal(b"x"), chat_id=-1_001_234_567_890))


def test_the_proof_is_shown_where_there_is_one_and_the_preview_where_not() -> None:
    proof = ShownMatch(lines_key=FileKey("lines"), view_key=FileKey("view"))
    part = replace(_part("hook"), preview_key=FileKey("preview"))
    card = replace(_card("hook"), cut_out_key=FileKey("photo"))
    first, second = (replace(card.candidates[rank], part=part) for rank in (0, 1))
    proven = replace(first, shown=proof)

    with_proof = one_part(card, proven, VOICES[0]).picture
    without = one_part(card, first, VOICES[0]).picture
    three = three_candidates(replace(card, candidates=(proven, second)), VOICES[0]).picture
    plain = three_candidates(replace(card, candidates=(first, second)), VOICES[0]).picture

    photo, view, preview = FileKey("photo"), FileKey("view"), FileKey("preview")
    assert with_proof == Picture(cut_out=photo, lines=FileKey("lines"), previews=(view,))
    assert without == Picture(cut_out=photo, previews=(preview,))
    assert three == Picture(cut_out=photo, previews=(view, preview))
    assert plain == Picture(previews=(preview, preview))


def _unsure(likely: int, *, maybe_none: bool | None, reason: str = "not_sure") -> SightingCard:
    card = _card("hook")
    return replace(
        card,
        outcome=SightingOutcome.UNSURE,
        reason=reason,
        maybe_none=maybe_none,
        candidates=tuple(replace(each, likely=each.rank <= likely) for each in card.candidates),
    )


@pytest.mark.parametrize(
    ("likely", "maybe_none", "first_line", "listed"),
    [
        (1, False, "Very likely the first one, I am not sure:", 3),
        (2, False, "Almost surely one of these two:", 2),
        (3, False, "Almost surely one of these 3:", 3),
        (4, False, "Almost surely one of 4 parts. The likeliest 3:", 3),
        (1, True, "Maybe the first one, maybe none of these:", 3),
        (2, True, "Maybe one of the first two, maybe none of these:", 3),
        (3, True, "Maybe one of these 3, maybe none of them:", 3),
        (7, True, "Maybe one of 7 parts, maybe none of them. The likeliest 3:", 3),
        (0, True, "Probably one of these, I am not sure:", 3),
        (0, None, "Probably one of these, I am not sure:", 3),
    ],
)
def test_an_unsure_answer_says_how_many_parts_it_may_be(
    likely: int, *, maybe_none: bool | None, first_line: str, listed: int
) -> None:
    reply = answer(_unsure(likely, maybe_none=maybe_none), VOICES[0])

    assert shown(reply.text).splitlines()[0] == first_line
    assert len(reply.keyboard[0]) == listed
    assert reply.picture is not None
    assert len(reply.picture.previews) == listed


def test_who_asks_for_three_gets_three_however_few_it_may_be() -> None:
    card = replace(_unsure(2, maybe_none=False), whois=True)

    assert len(answer(card, VOICES[0]).keyboard[0]) == 3


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.language)
@pytest.mark.parametrize("reason", [Reason.NOT_SURE, Reason.LOOK_ALIKES, Reason.CUT_OFF])
def test_every_unsure_answer_says_why(reason: Reason, voice: Voice) -> None:
    text = shown(answer(_unsure(2, maybe_none=False, reason=reason.value), voice).text)

    assert voice.plain(f"reason-{reason.value}") in text.splitlines()


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.language)
def test_a_sure_answer_says_why_it_is_sure(voice: Voice) -> None:
    assert voice.plain("reason-sure") in shown(answer(_card("hook"), voice).text)


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.language)
@pytest.mark.parametrize("reason", [each for each in Reason if each is not Reason.SURE])
def test_every_unknown_print_gets_a_reason(reason: Reason, voice: Voice) -> None:
    card = replace(_card("hook"), outcome=SightingOutcome.UNKNOWN, reason=reason.value)

    text = shown(answer(replace(card, candidates=()), voice).text)

    assert text == voice.plain(f"reason-{reason.value}")


def test_lines_without_room_are_left_out_whole() -> None:
    text = Html("<b>one</b>\n<i>two</i>\n<b>three</b>")

    assert fitted(text, 13) == text
    assert fitted(text, 12) == "<b>one</b>\n<i>two</i>\n…"
    assert fitted(text, 6) == "<b>one</b>\n…"


@given(
    verb=st.from_regex(r"[a-z-]{1,12}", fullmatch=True),
    id_=st.integers(0, 2**31 - 1),
    chat_id=st.integers(-(2**52), 2**52),
    argument=st.from_regex(r"[a-z0-9 ]{0,20}", fullmatch=True),
)
def test_a_sealed_button_is_good_in_its_own_chat_alone(
    verb: str, id_: int, chat_id: int, argument: str
) -> None:
    seal = seal_of("token")
    pressed = unpacked(seal.data(verb, id_, chat_id=chat_id, argument=argument))

    assert pressed is not None
    assert (pressed.verb, pressed.id, pressed.argument) == (verb, id_, argument)
    assert seal.is_whole(pressed, chat_id=chat_id)
    assert not seal.is_whole(pressed, chat_id=chat_id + 1)
    assert not seal_of("another token").is_whole(pressed, chat_id=chat_id)


@given(st.text(max_size=70))
def test_what_was_never_packed_is_not_unpacked_into_trouble(data: str) -> None:
    pressed = unpacked(data)

    assert pressed is None or (pressed.id >= 0 and not Seal(b"x").is_whole(pressed, chat_id=1))


def test_data_that_telegram_would_not_take_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        packed("verb", 1, "n" * 60)
