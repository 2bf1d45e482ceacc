"""What people read of parts that can be taken for each other, in both languages."""

# ruff: noqa: RUF001  the sentences as people read them

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.answers import Picture, answer
from bot.look_alike_words import looks_like
from bot.messages import Messages
from bot.messages.wording import shown
from bot.part_cards import searchable
from bot.voice import Voice
from catalog.answers import CandidateCard, SightingCard
from catalog.cards import PartCard
from catalog.files import FileKey
from catalog.look_alikes import KinCard
from catalog.sightings import SeenTwins
from catalog.tables import PartState, Relation, SightingOutcome

NOW = datetime(2026, 12, 18, 12, tzinfo=UTC)
ENGLISH, SPANISH = (
    Voice(Messages(clock=lambda: NOW, zone=UTC), language) for language in ("en", "es")
)
SIDE = FileKey("side")


def part(number: int, name: str, *kin: KinCard) -> PartCard:
    return PartCard(
        id=number,
        name=name,
        state=PartState.READY,
        length_mm=40.0 + 10 * number,
        width_mm=30.0,
        height_mm=12.0,
        triangles=500,
        closed=True,
        findings=(),
        file_name=f"{name}.stl",
        mesh_key=FileKey("m"),
        preview_key=FileKey(f"p{number}"),
        sheet_key=None,
        lines=(),
        kin=kin,
    )


def kin(name: str, relation: Relation, difference: str, factor: float = 1.0) -> KinCard:
    return KinCard(name=name, relation=relation, difference=difference, factor=factor)


def twins(relation: Relation, difference: str, **facts: object) -> SeenTwins:
    plain = SeenTwins(
        first=1, second=2, relation=relation, difference=difference, factor=1.0, told=False
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def unsure(*pairs: SeenTwins) -> SightingCard:
    return SightingCard(
        id=7,
        person_id=1,
        chat_id=1,
        nonce="n",
        whois=False,
        created_at=NOW,
        outcome=SightingOutcome.UNSURE,
        reason="look_alikes",
        cut_out_key=FileKey("photo"),
        photo_message_id=1,
        answer_message_id=1,
        candidates=tuple(
            CandidateCard(rank=rank, probability=0.5 / rank, part=part(rank, name))
            for rank, name in enumerate(("hook", "peg", "clip"), start=1)
        ),
        verdict=None,
        twins=pairs,
        side_key=SIDE,
    )


def said(card: SightingCard, voice: Voice = ENGLISH) -> list[str]:
    return shown(answer(card, voice).text).split("\n")[4:]


def test_an_admin_is_told_by_name_what_a_new_part_looks_like() -> None:
    new = part(1, "bracket_m4", kin("bracket_m4_left", Relation.MIRRORED, "hand"))

    assert "Looks like <b>bracket_m4_left</b> mirrored: I will ask" in searchable(new, 4.1, ENGLISH)
    assert "Se parece a <b>bracket_m4_left</b> en espejo" in searchable(new, 4.1, SPANISH)


def test_three_look_alikes_are_named_and_the_others_counted() -> None:
    some = [
        kin("a", Relation.SCALED, "size", 1.25),
        kin("b", Relation.SCALED, "length", 0.8),
        kin("c", Relation.NEAR_TWIN, "engraving"),
        kin("<d>", Relation.NEAR_TWIN, "detail"),
        kin("e", Relation.MIRRORED, "hand"),
    ]

    assert shown(looks_like(some, ENGLISH) or "") == (
        "Looks like a at 125\u00a0%, b in another length, c but for an engraving, and 2 more: "
        "I will ask when a photo can’t tell."
    )
    assert "&lt;d&gt;" in (looks_like(some[3:4], ENGLISH) or "")
    assert looks_like([], ENGLISH) is None


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        (twins(Relation.MIRRORED, "hand"), "1 and 2 are mirror images."),
        (twins(Relation.SCALED, "size", factor=1.25), "2 is 1 at 125\u00a0%."),
        (twins(Relation.SCALED, "length", factor=1.5), "2 is 1 made longer or shorter."),
        (
            twins(Relation.NEAR_TWIN, "engraving"),
            "1 and 2 differ only in an engraving that can’t be seen from here.",
        ),
        (
            twins(Relation.NEAR_TWIN, "engraving", told=True),
            "1 and 2 differ only in an engraving.",
        ),
        (
            twins(Relation.NEAR_TWIN, "detail"),
            "1 and 2 are the same but for a detail that can’t be seen from here.",
        ),
        (
            twins(Relation.NEAR_TWIN, "detail", told=True),
            "1 and 2 are the same but for a detail.",
        ),
    ],
)
def test_an_unsure_answer_says_what_differs(pair: SeenTwins, sentence: str) -> None:
    assert said(unsure(pair))[0] == sentence


def test_the_side_that_would_decide_is_shown_and_said() -> None:
    card = unsure(twins(Relation.MIRRORED, "hand", second=3, shown=True))

    assert said(card)[0] == "1 and 3 are mirror images."
    assert said(card)[1].startswith("A photo from this side would decide:")
    picture = answer(card, ENGLISH).picture
    assert picture is not None
    assert (picture.side, picture.side_numbers) == (SIDE, (1, 3))


def test_where_only_size_differs_it_is_to_be_measured() -> None:
    lines = said(unsure(twins(Relation.SCALED, "size", factor=1.2)))

    assert lines[1] == (
        "No photo shows size, so measure it: 1 is 50 × 30 × 12 mm, 2 is 60 × 30 × 12 mm."
    )


def test_without_known_look_alikes_the_answer_is_as_before() -> None:
    card = unsure()

    assert said(card)[:2] == ["They look much alike.", "A photo from another side may decide."]
    assert answer(card, ENGLISH).picture == Picture(previews=("p1", "p2", "p3"))


def test_a_look_alike_that_was_retired_since_is_not_spoken_of() -> None:
    card = unsure(twins(Relation.MIRRORED, "hand", shown=True))
    left = replace(card, candidates=(card.candidates[0], card.candidates[2]))

    assert "mirror" not in answer(left, ENGLISH).text
    picture = answer(left, ENGLISH).picture
    assert picture is not None
    assert picture.side is None
