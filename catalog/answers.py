"""What the chat shows of a sighting: how it was decided, its candidates, what people said.

Frozen read models, put together in a few queries; the conversation words them.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.awaited_photos import awaited_until
from catalog.batches import Narrowed, narrowed
from catalog.cards import PartCard, part_cards
from catalog.files import FileKey
from catalog.sightings import SeenCutOut, SeenTwins, ShownMatch
from catalog.tables import (
    Candidate,
    Part,
    PartState,
    Sighting,
    SightingOutcome,
    SightingPhoto,
)
from catalog.verdicts import AlreadySaid, standing_verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateCard:
    """A part that a sighting may show, best first from rank 1.

    Attributes:
        shown: pictures of it as the photo shows it, where they were drawn.
        likely: it belongs to the few that hold the right one nearly always.
    """

    rank: int
    probability: float
    part: PartCard
    shown: ShownMatch | None = None
    likely: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingCard:
    """One sighting as it stands now; outcome is None while nothing is decided.

    Attributes:
        photos: how many it was decided from, or will be.
        awaited_until: somebody said that their next photo until then is of this print.
        maybe_none: it may be none of the candidates; None: nobody asked.
    """

    id: int
    person_id: int
    chat_id: int
    nonce: str
    whois: bool
    created_at: datetime
    outcome: SightingOutcome | None
    reason: str
    cut_out_key: FileKey | None
    photo_message_id: int | None
    answer_message_id: int | None
    candidates: tuple[CandidateCard, ...]
    verdict: AlreadySaid | None
    seen: SeenCutOut = field(default_factory=SeenCutOut)
    batch: Narrowed | None = None
    twins: tuple[SeenTwins, ...] = ()
    side_key: FileKey | None = None
    asked_view_key: FileKey | None = None
    photos: int = 1
    awaited_until: datetime | None = None
    maybe_none: bool | None = None

    def is_nonce(self, nonce: str) -> bool:
        """Whether a button was made for this sighting."""
        return secrets.compare_digest(self.nonce.encode(), nonce.encode())

    def candidate(self, rank: int) -> CandidateCard | None:
        """The candidate of a rank; None when there is none (any more)."""
        return next((each for each in self.candidates if each.rank == rank), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoSource:
    """Where a photo of a sighting can be had again."""

    telegram_file_id: str
    file_key: FileKey | None


def sighting_card(session: Session, sighting_id: int) -> SightingCard | None:
    """One sighting with its candidates; parts retired since are left out."""
    row = session.get(Sighting, sighting_id)
    if row is None:
        return None
    return SightingCard(
        id=row.id,
        person_id=row.person_id,
        chat_id=row.chat_id,
        nonce=row.nonce,
        whois=row.whois,
        created_at=row.created_at,
        outcome=row.outcome,
        reason=row.reason or "",
        cut_out_key=FileKey(row.cut_out_key) if row.cut_out_key else None,
        photo_message_id=_first_photo(session, sighting_id),
        answer_message_id=row.answer_message_id,
        # an answer that may come again, where no other one comes, is none meanwhile
        candidates=_candidates(session, sighting_id) if row.outcome is not None else (),
        verdict=standing_verdict(session, sighting_id),
        batch=narrowed(session, sighting_id),
        seen=SeenCutOut(
            number=row.cut_out_number, plausible=row.cut_outs, doubtful=row.cut_out_doubtful
        ),
        twins=tuple(SeenTwins.from_json(each) for each in (row.look_alikes or {}).get("pairs", ())),
        side_key=FileKey(row.side_key) if row.side_key else None,
        asked_view_key=FileKey(row.asked_view_key) if row.asked_view_key else None,
        maybe_none=row.maybe_none,
        photos=_photos(session, sighting_id),
        awaited_until=awaited_until(session, sighting_id),
    )


def last_sightings(session: Session, person_id: int, *, limit: int) -> list[SightingCard]:
    """The latest sightings of a person that were decided, newest first."""
    ids = session.scalars(
        select(Sighting.id)
        .where(Sighting.person_id == person_id, Sighting.outcome.is_not(None))
        .order_by(Sighting.created_at.desc(), Sighting.id.desc())
        .limit(limit)
    )
    cards = (sighting_card(session, sighting_id) for sighting_id in ids)
    return [card for card in cards if card is not None]


def is_newer_than_catalogue(session: Session, card: SightingCard) -> bool:
    """Whether a sighting was answered after the last part came in, so asking again is idle."""
    newest = session.scalars(
        select(func.max(Part.added_at)).where(Part.state == PartState.READY)
    ).one()
    return newest is None or card.created_at >= newest


def ask_whois(session: Session, sighting_id: int) -> bool:
    """Ask for candidates of a sighting that is being worked on; False when it is answered."""
    row = session.get_one(Sighting, sighting_id, with_for_update=True)
    if row.outcome is not None:
        return False
    row.whois = True
    return True


def photos_to_look_at(session: Session, sighting_id: int) -> list[PhotoSource]:
    """The photos of a sighting with what is needed to get them again."""
    rows = session.scalars(
        select(SightingPhoto)
        .where(SightingPhoto.sighting_id == sighting_id)
        .order_by(SightingPhoto.message_id)
    )
    return [
        PhotoSource(
            telegram_file_id=row.telegram_file_id,
            file_key=FileKey(row.file_key) if row.file_key else None,
        )
        for row in rows
    ]


def _photos(session: Session, sighting_id: int) -> int:
    of_sighting = SightingPhoto.sighting_id == sighting_id
    return session.scalars(select(func.count()).select_from(SightingPhoto).where(of_sighting)).one()


def _first_photo(session: Session, sighting_id: int) -> int | None:
    return session.scalars(
        select(func.min(SightingPhoto.message_id)).where(SightingPhoto.sighting_id == sighting_id)
    ).one()


def _candidates(session: Session, sighting_id: int) -> tuple[CandidateCard, ...]:
    rows = list(
        session.scalars(
            select(Candidate).where(Candidate.sighting_id == sighting_id).order_by(Candidate.rank)
        )
    )
    cards = part_cards(session, (row.part_id for row in rows))
    return tuple(
        CandidateCard(
            rank=row.rank,
            probability=row.probability,
            part=cards[row.part_id],
            shown=_shown(row),
            likely=bool(row.likely),
        )
        for row in rows
        if row.part_id in cards and cards[row.part_id].state is not PartState.RETIRED
    )


def _shown(row: Candidate) -> ShownMatch | None:
    if row.lines_key is None or row.view_key is None:
        return None
    return ShownMatch(lines_key=FileKey(row.lines_key), view_key=FileKey(row.view_key))
