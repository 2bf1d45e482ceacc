"""Name the parts that photos of one print may show.

The steps work without queue and database (`identify_photos`, `compare`), for the command line; the
job (`identify_print`) reads a sighting's photos and keeps the answer. The same photos and the same
catalogue give the same answer, so a job done again changes nothing.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from PIL import Image
from sqlalchemy.orm import Session

from catalog.deliveries import NewDelivery, write_delivery
from catalog.files import FileGone, FileKey
from catalog.leases import LeasedJob
from catalog.sightings import Answer, NamedCandidate, photos_of, record_answer
from catalog.tables import SightingOutcome
from catalog.unreadable import Unreadable
from vision import CutOut, Decision, NothingFound, Outcome, Reason, RgbImage
from vision.cut_out import cut_out
from vision.decide import Calibration, decide
from vision.shapes import Match
from workers.catalogue_index import PartMatch, Snapshot
from workers.cells import PICTURE_TIME
from workers.lease import Lease
from workers.picture_tasks import decode
from workers.shop import Shop
from workers.stages import Stage

#: Candidates that are compared, kept and shown one after the other.
CANDIDATES = 10

#: What is kept of a photo beside its print, as a share of the print's box, and how large.
_CUT_OUT_ROOM, _CUT_OUT_PX = 0.15, 640
_INSIDE = 0.5

OnStage = Callable[[Stage], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """What was found out about some photos of one print.

    Attributes:
        matches: best first; decision.probabilities belongs to them one by one.
        cut_outs: of the photos in which a print was found.
    """

    decision: Decision
    matches: tuple[PartMatch, ...]
    cut_outs: tuple[CutOut, ...]


class PhotosGone(Exception):
    """None of a sighting's photos is kept any more."""

    def __init__(self, sighting_id: int) -> None:
        super().__init__(sighting_id)
        self.sighting_id = sighting_id

    def __str__(self) -> str:
        return f"no photo of sighting {self.sighting_id} is kept any more"


def identify_photos(
    photos: Sequence[bytes], *, shop: Shop, k: int = CANDIDATES, on_stage: OnStage | None = None
) -> Identified:
    """Name the parts that some photos of one print may show.

    Pictures that cannot be read, or show no print, are left out while another one can.

    Raises:
        Unreadable: no picture can be read; why the first one cannot.
    """
    say = on_stage or _say_nothing
    say(Stage.READING)
    with shop.figures.timed(Stage.READING):
        pictures = read_pictures(photos, shop=shop)
    say(Stage.CUTTING_OUT)
    with shop.figures.timed(Stage.CUTTING_OUT):
        found = _cut_outs(pictures, shop)
    if isinstance(found, Reason):
        return _unknown(found)
    say(Stage.COMPARING)
    with shop.figures.timed(Stage.COMPARING):
        snapshot = shop.index.current()
        return compare(found, snapshot=snapshot, calibration=shop.recognition.calibration, k=k)


def compare(
    cut_outs: Sequence[CutOut], *, snapshot: Snapshot, calibration: Calibration, k: int = CANDIDATES
) -> Identified:
    """Compare cut-outs of one print with the catalogue and decide what may be said."""
    matches = snapshot.search(cut_outs, k)
    rows = [
        Match(row=row, score=match.score, rotation=match.rotation)
        for row, match in enumerate(matches)
    ]
    decision = decide(rows, cut_outs, calibration=calibration)
    return Identified(decision=decision, matches=tuple(matches), cut_outs=tuple(cut_outs))


def read_pictures(photos: Sequence[bytes], *, shop: Shop) -> list[RgbImage]:
    """Decode photos in the picture cell, those left out that cannot be read.

    Raises:
        Unreadable: none can be read; why the first one cannot.
    """
    pictures: list[RgbImage] = []
    complaints: list[Unreadable] = []
    for photo in photos:
        try:
            pictures.append(
                shop.cells.pictures.call(
                    decode, photo, shop.limits.pictures, wall_time=PICTURE_TIME
                )
            )
        except Unreadable as complaint:
            complaints.append(complaint)
    if complaints and not pictures:
        raise complaints[0]
    return pictures


def identify_print(job: LeasedJob, *, shop: Shop, lease: Lease) -> None:
    """Answer a sighting: candidates, decision and delivery are kept at once.

    Raises:
        Unreadable: no photo of the sighting can be read.
        LeaseLost: somebody else has the job; nothing was written.
    """
    sighting_id = _sighting_of(job)
    photos = _kept_photos(shop, sighting_id)
    identified = identify_photos(photos, shop=shop, on_stage=lease.note)
    answer = _answer(identified, shop)
    with shop.database.transaction() as session:  # answer and delivery stand or fall together
        now = shop.clock()
        lease.settle_done(session)
        record_answer(session, sighting_id, answer, now=now)
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


def _cut_outs(pictures: Sequence[RgbImage], shop: Shop) -> list[CutOut] | Reason:
    found: list[CutOut] = []
    reasons: list[Reason] = []
    for picture in pictures:
        try:
            found.append(cut_out(picture, segmenter=shop.recognition.segmenter))
        except NothingFound as nothing:
            reasons.append(nothing.reason)
    return found or reasons[0]


def _unknown(reason: Reason) -> Identified:
    decision = Decision(outcome=Outcome.UNKNOWN, reason=reason, probabilities=())
    return Identified(decision=decision, matches=(), cut_outs=())


def _answer(identified: Identified, shop: Shop) -> Answer:
    decision = identified.decision
    return Answer(
        outcome=SightingOutcome(decision.outcome.value),
        reason=decision.reason.value,
        slug=shop.recognition.describer.slug,
        cut_out_key=_kept_cut_out(identified, shop),
        candidates=tuple(
            NamedCandidate(
                part_id=match.part_id,
                probability=probability,
                score=match.score,
                rotation=tuple(float(number) for number in match.rotation.ravel()),
            )
            for match, probability in zip(identified.matches, decision.probabilities, strict=True)
        ),
    )


def _kept_cut_out(identified: Identified, shop: Shop) -> FileKey | None:
    if not identified.cut_outs:
        return None
    return shop.files.keep(cut_out_png(identified.cut_outs[0]))


def cut_out_png(found: CutOut) -> bytes:
    """The print and some room around it as PNG, the mask as its alpha."""
    inside = found.mask > _INSIDE
    if not inside.any():
        inside = np.ones_like(inside)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    room = int(_CUT_OUT_ROOM * max(np.ptp(rows), np.ptp(columns))) + 1
    window = (
        slice(max(0, int(rows[0]) - room), int(rows[-1]) + room + 1),
        slice(max(0, int(columns[0]) - room), int(columns[-1]) + room + 1),
    )
    alpha = (found.mask[window].clip(0, 1) * 255).astype(np.uint8)
    picture = Image.fromarray(np.dstack([found.rgb[window], alpha]))
    scale = _CUT_OUT_PX / max(picture.size)
    if scale < 1:
        # colours and alpha apart: resizing RGBA would blacken what is transparent
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        colours = picture.convert("RGB").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        colours.putalpha(picture.getchannel("A").resize(size, Image.Resampling.BILINEAR))
        picture = colours
    file = io.BytesIO()
    picture.save(file, format="PNG", compress_level=1)
    return file.getvalue()


def _say_nothing(_stage: Stage) -> None:
    """For callers that do not watch."""
