"""Photos of a print, asked about once: opened by the chat, answered by a worker.

An album arrives as separate updates and is one sighting. Writing an answer again changes nothing.
Knows no pixels and no Telegram client, only the ids of chats and messages. Instants are aware UTC.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.files import FileKey
from catalog.tables import Candidate, Job, Relation, Sighting, SightingOutcome, SightingPhoto

#: Pictures of one print that are looked at; more are left out.
PHOTOS_MAX = 5

#: Of random, in each button.
NONCE_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSighting:
    """Somebody asks what a print is.

    Attributes:
        whois: three candidates are wanted, however sure the bot is.
        media_group_id: the album it belongs to, if any.
    """

    person_id: int
    chat_id: int
    whois: bool = False
    media_group_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingOpened:
    """A sighting that photos can be added to.

    Attributes:
        nonce: random; every button of its answer carries it.
        joined: it was there already, opened by another picture of the same album.
    """

    sighting_id: int
    nonce: str
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPhoto:
    """One picture as it was sent.

    Attributes:
        album: in which it came as a further photo of a sighting that was there.
    """

    chat_id: int
    message_id: int
    telegram_file_id: str
    file_key: FileKey | None
    album: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMatch:
    """What a person sees of a match.

    Attributes:
        lines_key: the part's lines, a transparent layer over the kept cut-out.
        view_key: the part alone, from the photo's side.
    """

    lines_key: FileKey
    view_key: FileKey


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCandidate:
    """A part that a sighting may show.

    Attributes:
        rotation: row-major 3 x 3, part to camera, nine numbers.
        pose: the rest of the pose, where there is one.
        shown: pictures that prove it, where they were drawn.
        likely: it belongs to the few that hold the right one nearly always; None: nobody asked.
    """

    part_id: int
    probability: float
    score: float
    rotation: tuple[float, ...]
    pose: Mapping[str, float | Sequence[float]] | None = None
    shown: ShownMatch | None = None
    likely: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCutOut:
    """Which piece of the first photo an answer is about.

    Attributes:
        number: its place among the plausible cut-outs, from 0; plausible: how many there are.
        doubtful: people are shown what was cut out, and may choose another.
    """

    number: int = 0
    plausible: int = 1
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTwins:
    """Two of an answer's candidates that can be taken for each other, by rank from 1.

    Attributes:
        first: the likelier one.
        difference: a word of vision for what differs.
        factor: the second's size as a multiple of the first's, where size differs.
        told: the photo shows what differs.
        shown: the answer's picture shows the side from which they differ.
    """

    first: int
    second: int
    relation: Relation
    difference: str
    factor: float
    told: bool
    shown: bool = False

    def as_json(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {**asdict(self), "relation": self.relation.value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Back from JSON."""
        return cls(**{**kept, "relation": Relation(kept["relation"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found out about a sighting; candidates best first.

    Attributes:
        twins: candidates that are known look-alikes; side_key: the side that would decide, drawn.
        asked_view_key: the side to photograph, so that the likeliest are told apart, drawn.
        maybe_none: it may be none of the candidates; None: nobody asked.
    """

    outcome: SightingOutcome
    reason: str
    slug: str
    cut_out_key: FileKey | None
    candidates: tuple[NamedCandidate, ...]
    seen: SeenCutOut = field(default_factory=SeenCutOut)
    twins: tuple[SeenTwins, ...] = ()
    side_key: FileKey | None = None
    asked_view_key: FileKey | None = None
    maybe_none: bool | None = None


def open_sighting(session: Session, sighting: NewSighting, *, now: datetime) -> SightingOpened:
    """Open a sighting, or join the one of the same album."""
    joined = _of_album(session, sighting)
    if joined is not None:
        return joined
    row = Sighting(
        person_id=sighting.person_id,
        chat_id=sighting.chat_id,
        nonce=secrets.token_urlsafe(NONCE_BYTES),
        media_group_id=sighting.media_group_id,
        whois=sighting.whois,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another process opened the album a moment ago
        joined = _of_album(session, sighting)
        if joined is None:
            raise
        return joined
    return SightingOpened(sighting_id=row.id, nonce=row.nonce, joined=False)


def add_photo(session: Session, sighting_id: int, photo: SentPhoto) -> bool:
    """Add a picture; False when it is there already or the sighting is full."""
    of_sighting = SightingPhoto.sighting_id == sighting_id
    count = session.scalars(
        select(func.count()).select_from(SightingPhoto).where(of_sighting)
    ).one()
    there = select(SightingPhoto.id).where(
        of_sighting, SightingPhoto.message_id == photo.message_id
    )
    if count >= PHOTOS_MAX or session.scalars(there).one_or_none() is not None:
        return False
    session.add(
        SightingPhoto(
            sighting_id=sighting_id,
            chat_id=photo.chat_id,
            message_id=photo.message_id,
            telegram_file_id=photo.telegram_file_id,
            file_key=photo.file_key,
            album=photo.album,
        )
    )
    session.flush()
    return True


def photos_of(session: Session, sighting_id: int) -> list[FileKey]:
    """The pictures of a sighting that are still kept, in the order they were taken in the chat."""
    keys = session.scalars(
        select(SightingPhoto.file_key)
        .where(SightingPhoto.sighting_id == sighting_id)
        .order_by(SightingPhoto.message_id)
    )
    return [FileKey(key) for key in keys if key is not None]


def record_answer(session: Session, sighting_id: int, answer: Answer, *, now: datetime) -> None:
    """Keep what was found out, in place of what was kept before."""
    row = session.get_one(Sighting, sighting_id)
    row.outcome, row.reason, row.decided_at = answer.outcome, answer.reason, now
    row.slug, row.cut_out_key = answer.slug, answer.cut_out_key
    row.cut_out_number, row.cut_outs = answer.seen.number, answer.seen.plausible
    row.cut_out_doubtful = answer.seen.doubtful
    row.look_alikes = {"pairs": [each.as_json() for each in answer.twins]} if answer.twins else None
    row.side_key, row.asked_view_key = answer.side_key, answer.asked_view_key
    row.maybe_none = answer.maybe_none
    session.execute(delete(Candidate).where(Candidate.sighting_id == sighting_id))
    session.add_all(
        Candidate(
            sighting_id=sighting_id,
            rank=rank,
            part_id=candidate.part_id,
            probability=candidate.probability,
            score=candidate.score,
            likely=candidate.likely,
            rotation=list(candidate.rotation),
            pose=dict(candidate.pose) if candidate.pose else None,
            lines_key=candidate.shown.lines_key if candidate.shown else None,
            view_key=candidate.shown.view_key if candidate.shown else None,
        )
        for rank, candidate in enumerate(answer.candidates, start=1)
    )
    session.flush()


def note_answer_message(session: Session, sighting_id: int, *, message_id: int) -> None:
    """Remember which message holds the answer."""
    session.get_one(Sighting, sighting_id).answer_message_id = message_id
    session.flush()


def sighting_of_message(session: Session, *, chat_id: int, message_id: int) -> int | None:
    """The sighting that a message is about: one of its photos, its status line or its answer."""
    by_photo = select(SightingPhoto.sighting_id).where(
        SightingPhoto.chat_id == chat_id, SightingPhoto.message_id == message_id
    )
    by_job = select(Job.sighting_id).where(
        Job.chat_id == chat_id, Job.status_message_id == message_id
    )
    return session.scalars(
        select(Sighting.id)
        .where(
            or_(
                Sighting.id.in_(by_photo),
                Sighting.id.in_(by_job),
                (Sighting.chat_id == chat_id) & (Sighting.answer_message_id == message_id),
            )
        )
        .order_by(Sighting.id.desc())
        .limit(1)
    ).one_or_none()


def last_sighting(session: Session, *, person_id: int, chat_id: int) -> int | None:
    """The latest sighting of a person in a chat."""
    return session.scalars(
        select(Sighting.id)
        .where(Sighting.person_id == person_id, Sighting.chat_id == chat_id)
        .order_by(Sighting.created_at.desc(), Sighting.id.desc())
        .limit(1)
    ).one_or_none()


def album_sighting(session: Session, chat_id: int, album: str) -> int | None:
    """The sighting that an album's earlier picture opened, or was added to."""
    opened = select(Sighting.id).where(
        Sighting.chat_id == chat_id, Sighting.media_group_id == album
    )
    added = select(SightingPhoto.sighting_id).where(
        SightingPhoto.chat_id == chat_id, SightingPhoto.album == album
    )
    return session.scalars(opened.union(added).limit(1)).one_or_none()


def sightings_since(session: Session, *, person_id: int, since: datetime) -> int:
    """How many sightings a person opened, for the limit of photos a minute."""
    return session.scalars(
        select(func.count())
        .select_from(Sighting)
        .where(Sighting.person_id == person_id, Sighting.created_at >= since)
    ).one()


def _of_album(session: Session, sighting: NewSighting) -> SightingOpened | None:
    if sighting.media_group_id is None:
        return None
    sighting_id = album_sighting(session, sighting.chat_id, sighting.media_group_id)
    if sighting_id is None:
        return None
    row = session.get_one(Sighting, sighting_id)
    return SightingOpened(sighting_id=row.id, nonce=row.nonce, joined=True)
