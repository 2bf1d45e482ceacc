"""Name the parts that photos of one print may show.

The steps work without queue and database (`identify_photos`, `compare`), for the command line; the
job (`identify_print`) reads a sighting's photos and keeps the answer. The same photos and the same
catalogue give the same answer, so a job done again changes nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from catalog.awaited_photos import keep_answer
from catalog.batches import note_fit
from catalog.choices import CUT_OUT_FACT
from catalog.deliveries import NewDelivery, write_delivery
from catalog.files import FileGone, FileKey
from catalog.leases import LeasedJob
from catalog.sightings import Answer, NamedCandidate, SeenCutOut, photos_of
from catalog.tables import SightingOutcome
from catalog.unreadable import Unreadable
from vision import CutOut, Decision, Outcome, Reason, RgbImage
from vision.decide import NOTHING_BESIDE, PIECE, Calibration, decide
from vision.shapes import Match
from workers.asked_views import asked_view_of
from workers.catalogue_index import PartMatch
from workers.cell import CellKilled
from workers.cells import PICTURE_TIME
from workers.cut_outs import cut_out_png
from workers.expecting import batch_of_sighting, expecting
from workers.leanings import Searches, Weighed
from workers.lease import Lease
from workers.picture_tasks import decode
from workers.pieces import Piece, log_chance, pieces_of, settle
from workers.proof import pose_facts, proofs
from workers.shop import Shop
from workers.stages import Stage
from workers.twins import Twins, seen_twins, side_of, twins_among, untold

_log = structlog.get_logger(__name__)

#: Candidates that are compared, kept and shown one after the other.
CANDIDATES = 10

OnStage = Callable[[Stage], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """What was found out about some photos of one print.

    Attributes:
        matches: best first; decision.probabilities belongs to them one by one.
        cut_outs: of the photos in which a print was found.
        seen: which of the first one's plausible pieces that is.
        fits: whether a part of the batch fits; None where there is no batch.
        twins: those of the first matches that are known look-alikes.
    """

    decision: Decision
    matches: tuple[PartMatch, ...]
    cut_outs: tuple[CutOut, ...]
    seen: SeenCutOut = field(default_factory=SeenCutOut)
    fits: bool | None = None
    twins: tuple[Twins, ...] = ()


class PhotosGone(Exception):
    """None of a sighting's photos is kept any more."""

    def __init__(self, sighting_id: int) -> None:
        super().__init__(sighting_id)
        self.sighting_id = sighting_id

    def __str__(self) -> str:
        return f"no photo of sighting {self.sighting_id} is kept any more"


def identify_photos(  # noqa: PLR0913  # each of them is said by somebody else
    photos: Sequence[bytes],
    *,
    shop: Shop,
    k: int = CANDIDATES,
    on_stage: OnStage | None = None,
    chosen: int | None = None,
    batch: frozenset[int] | None = None,
) -> Identified:
    """Name the parts that some photos of one print may show.

    Pictures that cannot be read, or show no print, are left out while another one can. Where it is
    torn which piece of the first photo is meant, the search settles it, unless a person has chosen.
    Where nothing in the batch fits, what fits outside of it is offered and nobody named alone.

    Raises:
        Unreadable, CellKilled: no picture can be read; why the first one cannot.
        CatalogueBeingPrepared: too many parts are still to be described.
    """
    shop.index.current().check_prepared()
    say = on_stage or _say_nothing
    say(Stage.READING)
    with shop.figures.timed(Stage.READING):
        pictures = read_pictures(photos, shop=shop)
    say(Stage.CUTTING_OUT)
    with shop.figures.timed(Stage.CUTTING_OUT):
        found = pieces_of(pictures, segmenter=shop.recognition.segmenter)
    if isinstance(found, Reason):
        return _unknown(found)
    say(Stage.COMPARING)
    with shop.figures.timed(Stage.COMPARING):
        catalogue = expecting(batch, shop=shop)
        identified = _compared(found, catalogue, shop=shop, k=k, chosen=chosen)
        if batch is None or is_one_of(batch, identified):
            return replace(identified, fits=None if batch is None else True)
        catalogue = catalogue.without_batch()
        return offered(_compared(found, catalogue, shop=shop, k=k, chosen=chosen))


def is_one_of(batch: frozenset[int], identified: Identified) -> bool:
    """Whether the likeliest part is of the batch, and likely enough to be told."""
    is_known = identified.decision.outcome is not Outcome.UNKNOWN
    return is_known and identified.matches[0].part_id in batch


def offered(identified: Identified) -> Identified:
    """Not of the batch it was said to be of: a person decides, however sure the search is."""
    decision = identified.decision
    if decision.outcome is Outcome.ACCEPTED:
        decision = replace(decision, outcome=Outcome.UNSURE, reason=Reason.NOT_SURE)
    return replace(identified, decision=decision, fits=False)


def _compared(
    pieces: list[Piece], catalogue: Weighed, *, shop: Shop, k: int, chosen: int | None
) -> Identified:
    meant = pieces if chosen is None else [pieces[chosen % len(pieces)]]
    calibration = shop.recognition.calibration
    settled = settle(meant, snapshot=catalogue, calibration=calibration, k=k)
    piece = settled.piece
    twins = twins_among(settled.matches, shop=shop)
    decision = decided(
        settled.matches,
        piece.cut_outs,
        calibration,
        untold(twins),
        # who has chosen a piece knows better how plausible it is
        beside={PIECE: log_chance(piece)} if chosen is None else {},
    )
    doubtful = settled.doubtful or chosen is not None  # who has chosen may choose again
    seen = SeenCutOut(number=piece.number, plausible=len(pieces), doubtful=doubtful)
    return Identified(
        decision=decision,
        matches=settled.matches,
        cut_outs=piece.cut_outs,
        seen=seen,
        twins=tuple(twins),
    )


def compare(
    cut_outs: Sequence[CutOut], *, snapshot: Searches, calibration: Calibration, k: int = CANDIDATES
) -> Identified:
    """Compare cut-outs of one print with the catalogue and decide what may be said."""
    matches = tuple(snapshot.search(cut_outs, k))
    decision = decided(matches, cut_outs, calibration)
    return Identified(decision=decision, matches=matches, cut_outs=tuple(cut_outs))


def decided(
    matches: Sequence[PartMatch],
    cut_outs: Sequence[CutOut],
    calibration: Calibration,
    not_told: Collection[int] = (),
    beside: Mapping[str, float] = NOTHING_BESIDE,
) -> Decision:
    """What may be said of matches, best first, by their places; not_told: the best one's twins."""
    rows = [
        Match(row=row, score=match.weighed, rotation=match.rotation, cues=match.cues)
        for row, match in enumerate(matches)
    ]
    return decide(rows, cut_outs, calibration=calibration, untold=not_told, beside=beside)


def read_pictures(photos: Sequence[bytes], *, shop: Shop) -> list[RgbImage]:
    """Decode photos in the picture cell, those left out that cannot be read.

    A photo that is too much for the cell must not take along the answer to the others.

    Raises:
        Unreadable, CellKilled: none can be read; why the first one cannot.
    """
    pictures: list[RgbImage] = []
    complaints: list[Unreadable | CellKilled] = []
    for photo in photos:
        try:
            pictures.append(
                shop.cells.pictures.call(
                    decode, photo, shop.limits.pictures, wall_time=PICTURE_TIME
                )
            )
        except (Unreadable, CellKilled) as complaint:
            _log.info("photo_left_out", cause=str(complaint))
            complaints.append(complaint)
    if complaints and not pictures:
        raise complaints[0]
    return pictures


def identify_print(job: LeasedJob, *, shop: Shop, lease: Lease) -> None:
    """Answer a sighting: candidates, decision and delivery are kept at once.

    Raises:
        Unreadable: no photo of the sighting can be read.
        CatalogueBeingPrepared: it must wait.
        LeaseLost: somebody else has the job; nothing was written.
    """
    sighting_id = _sighting_of(job)
    photos = _kept_photos(shop, sighting_id)
    chosen = job.facts.get(CUT_OUT_FACT)
    with shop.database.reading() as session:
        batch = batch_of_sighting(session, sighting_id)
    identified = identify_photos(photos, shop=shop, on_stage=lease.note, chosen=chosen, batch=batch)
    answer = _answer(identified, shop)
    with shop.database.transaction() as session:  # answer and delivery stand or fall together
        now = shop.clock()
        lease.settle_done(session)
        if keep_answer(session, sighting_id, answer, now=now):
            note_fit(session, sighting_id, fits=identified.fits)
        _deliver(session, job, now)
    shop.figures.count_decision(identified.decision)


def _deliver(session: Session, job: LeasedJob, now: datetime) -> None:
    if job.chat_id is not None:
        delivery = NewDelivery(kind="answer", chat_id=job.chat_id, job_id=job.id)
        write_delivery(session, delivery, now=now)


def _sighting_of(job: LeasedJob) -> int:
    if job.sighting_id is None:  # the table's CHECK forbids it
        raise ValueError(f"job {job.id} names no sighting")
    return job.sighting_id


def _kept_photos(shop: Shop, sighting_id: int) -> list[bytes]:
    with shop.database.reading() as session:
        keys = photos_of(session, sighting_id)
    photos = []
    for key in keys:
        try:
            photos.append(shop.files.read(key))
        except FileGone:
            continue
    if not photos:
        raise PhotosGone(sighting_id)
    return photos


def _unknown(reason: Reason) -> Identified:
    decision = Decision(outcome=Outcome.UNKNOWN, reason=reason, probabilities=())
    return Identified(decision=decision, matches=(), cut_outs=())


def _answer(identified: Identified, shop: Shop) -> Answer:
    decision = identified.decision
    shown = proofs(identified.matches, identified.cut_outs, shop=shop)
    sides = _sides(identified, shop)
    return Answer(
        outcome=SightingOutcome(decision.outcome.value),
        reason=decision.reason.value,
        slug=shop.recognition.describer.slug,
        cut_out_key=_kept_cut_out(identified, shop),
        seen=identified.seen,
        twins=seen_twins(identified.twins, sides.twins),
        side_key=None if sides.twins is None else sides.twins[1],
        asked_view_key=sides.asked_view,
        maybe_none=decision.answer_set.none_of_these,
        candidates=tuple(
            NamedCandidate(
                part_id=match.part_id,
                probability=probability,
                score=match.score,
                rotation=tuple(float(number) for number in match.rotation.ravel()),
                pose=pose_facts(match.pose),
                shown=proof,
                likely=place in decision.answer_set.rows,
            )
            for place, (match, probability, proof) in enumerate(
                zip(identified.matches, decision.probabilities, shown, strict=True)
            )
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """What to look at, where somebody will have to: of look-alikes, or of whatever may be meant."""

    twins: tuple[Twins, FileKey] | None = None
    asked_view: FileKey | None = None


def _sides(identified: Identified, shop: Shop) -> _Sides:
    """The side of twins that the best match cannot be told from goes first."""
    decision, matches = identified.decision, identified.matches
    if decision.outcome is not Outcome.UNSURE:
        return _Sides()
    wanted = None
    if not untold(identified.twins):
        wanted = asked_view_of(matches, shop=shop)
    if wanted is not None:
        return _Sides(asked_view=wanted)
    side = side_of(identified.twins, matches, identified.cut_outs, shop=shop)
    return _Sides(twins=side)


def _kept_cut_out(identified: Identified, shop: Shop) -> FileKey | None:
    if not identified.cut_outs:
        return None
    return shop.files.keep(cut_out_png(identified.cut_outs[0]))


def _say_nothing(_stage: Stage) -> None:
    """For callers that do not watch."""
