"""Measure what the asked-for second photo gives, against a random one.

    PYTHONPATH=. python benchmarks/second_photo.py DATA --kept FOLDER [--photos N] [--draws N] \
        [--out FILE]

Each traced photo is cut out and searched as the product does. Where the answer is unsure, a second
photo of the true part is drawn by our own photo renderer, in the same plastic, under the same
light, on the same table, by the same phone in both arms; only how the print lies before the camera
is another:
- asked: the side that the answer asked for faces the camera, as people do it: off by an angle of
  SLOPPY_DEG (a normal deviation) in any direction, at any roll. The print lies on one of its flat
  sides where that side can be seen then, else it is propped up. Which side of it that is: see
  Shop.asked.
- random: it lies as the renderer lets prints lie, and the phone is anywhere above.
Where nothing was asked for, because no side would tell the leaders apart, the second photo is a
random one in both arms. Both photos are searched together, cut out by the product itself.
An error is left where the right part is not first; unanswered counts as wrong. What was said is
kept line by line in FOLDER, and a broken run goes on. Throw FOLDER/SLUG/second.jsonl away when
the describer's code or weights have changed.
"""

import argparse
import csv
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from asking import LISTS, Room, rank
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial.transform import Rotation

from training.bodies import (
    Body,
    Placed,
    body_of,
    gather,
    reach_of,
    resting_pose,
    stand,
    turn_to,
)
from training.phone import camera_at, develop, lights_for
from training.photo_renderer import draw
from training.plastics import filament
from training.synthetic_photos import background, compose, layer_of
from vision import Decision, Outcome, Reason, RgbImage
from vision.asked_view import asked_view, remembered
from vision.calibration import calibration_of
from whoseprint.evaluation import LabelledPhoto
from workers.catalogue_index import PartMatch, Snapshot
from workers.identify import CANDIDATES, decided
from workers.pieces import pieces_of, settle

SEED = 20261121
ARMS = ("asked", "random")
SIDE_PX = 448
SLOPPY_DEG = 15.0
#: A side is seen on a print that lies where it is so far above the table.
SEEN_FROM_DEG = 20.0
Counts = Callable[["Said"], bool]
#: Resamplings of the interval.
RESAMPLED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of one photo alone, or of it and a second one.

    Attributes:
        arm: "first", or how the second photo was taken; draw: which of several.
        rank: of the first right part, None where it is not among the candidates.
        asked: a side was asked for.
        found: a print was found in the second photo.
    """

    photo: str
    truth: str
    arm: str
    draw: int = 0
    outcome: str = Outcome.UNKNOWN.value
    rank: int | None = None
    probability: float = 0.0
    asked: bool = False
    found: bool = False


class Journal:
    """Lines of what was said, by photo, arm and draw."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        said = [Said(**json.loads(line)) for line in lines if line.endswith("}")]
        self.said = {(each.photo, each.arm, each.draw): each for each in said}

    def keep(self, said: Said) -> None:
        """Write it down at once."""
        self.said[said.photo, said.arm, said.draw] = said
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(said)) + "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Photos of one print, searched."""

    matches: tuple[PartMatch, ...]
    decision: Decision
    photos_used: int


class Shop:
    """The catalogue, and what the product says of photos."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.signatures = room.signatures("parts", len(room.names))
        index = room.open(tuple(range(len(room.names))))
        rows = tuple((row, 1) for row in range(len(room.names)))
        self.catalogue = Snapshot(version=1, index=index, rows=rows)
        self.calibration = calibration_of(room.slug)
        with (room.data / LISTS["traced"]).open(newline="", encoding="utf-8") as file:
            self.labels = {row["photo"]: row for row in csv.DictReader(file)}
        self.body = cache(self._body)

    def answer(self, pictures: Sequence[RgbImage]) -> Answered:
        """As the product answers, whatever the shop expects left out."""
        found = pieces_of(pictures, segmenter=self.room.segmenter())
        if isinstance(found, Reason):
            unknown = Decision(outcome=Outcome.UNKNOWN, reason=found, probabilities=())
            return Answered(matches=(), decision=unknown, photos_used=0)
        settled = settle(found, snapshot=self.catalogue, calibration=self.calibration, k=CANDIDATES)
        cut_outs = settled.piece.cut_outs
        decision = decided(settled.matches, cut_outs, self.calibration)
        return Answered(matches=settled.matches, decision=decision, photos_used=len(cut_outs))

    def asked(self, first: Answered, photo: LabelledPhoto) -> NDArray[np.float64] | None:
        """The side (3,) of the true part that faces the camera when people do as they are asked.

        Where it is the true part that was drawn, they turn theirs until it looks like that. Where
        it is another one, they turn theirs as the drawn one is turned against the photo.
        """
        if not first.matches or first.matches[0].pose is None:
            return None
        known = [remembered(self.room.slug, self.signatures[m.part_id]) for m in first.matches]
        view = asked_view([each for each in known if each is not None])
        if view is None:
            return None
        drawn = first.matches[0]
        if self.room.names[drawn.part_id] == photo.truth:
            return view.direction
        turned: NDArray[np.float64] = self.true_rotation(photo).T @ drawn.rotation @ view.direction
        return turned

    def true_rotation(self, photo: LabelledPhoto) -> NDArray[np.float64]:
        """How the print lies in the photo, part to camera."""
        row = self.labels[photo.name]
        numbers = [float(row[name]) for name in ("qx", "qy", "qz", "qw")]
        turn: NDArray[np.float64] = Rotation.from_quat(numbers).as_matrix()
        return turn

    def _body(self, part: str) -> Body:
        return body_of(trimesh.load_mesh(self.room.data / "parts" / f"{part}.stl"), name=part)


def asked_place(
    rng: np.random.Generator, body: Body, side: NDArray[np.float64]
) -> tuple[NDArray[np.float32], float, float]:
    """How the print lies, and from which azimuth and elevation (radians) that side is seen.

    Args:
        rng: of the sloppiness.
        body: the print.
        side: (3,) the direction of the body that shall face the camera.
    """
    aside = np.cross(side, rng.normal(size=3))
    off = np.radians(rng.normal(0, SLOPPY_DEG))
    seen = np.cos(off) * side + np.sin(off) * aside / np.linalg.norm(aside)
    for rest in body.rests:  # widest first
        pose = turn_to(rest, np.array([0, 0, -1], np.float32))
        up = pose @ seen
        if up[2] >= np.sin(np.radians(SEEN_FROM_DEG)):
            return pose, float(np.arctan2(up[1], up[0])), float(np.arcsin(min(up[2], 0.9999)))
    goal = np.array([np.cos(0.9), 0, np.sin(0.9)], np.float32)
    pose = turn_to(seen.astype(np.float32), goal)
    return pose, 0.0, 0.9


def random_place(rng: np.random.Generator, body: Body) -> tuple[NDArray[np.float32], float, float]:
    """The same as the renderer lets prints lie and people stand."""
    pose = resting_pose(rng, body)
    elevation = np.radians(90 - 75 * rng.beta(1.4, 1.6))
    return pose, float(rng.uniform(0, 2 * np.pi)), float(min(elevation, np.radians(89.5)))


def photographed(
    seed: Sequence[int],
    body: Body,
    place: tuple[NDArray[np.float32], float, float],
    tables: Sequence[RgbImage],
) -> RgbImage:
    """A photo of the print in this place; everything else by the seed alone."""
    pose, azimuth, elevation = place
    rng = np.random.default_rng(seed)
    reach = reach_of(body)
    print_ = Placed(
        body=body, rotation=pose, offset_mm=stand(body, pose, 0, 0),
        material=filament(rng, layer_mm=layer_of(rng, reach)),
    )  # fmt: skip
    camera = camera_at(
        print_.offset_mm, reach, azimuth=azimuth, elevation=elevation,
        roll=float(rng.uniform(-np.pi, np.pi)), focal=float(rng.uniform(0.8, 2.0)),
        fill=float(rng.uniform(0.45, 0.8)), shift=rng.normal(0, 0.05, 2), side_px=SIDE_PX,
    )  # fmt: skip
    lights = lights_for(rng, -camera.rotation[2])
    wave = np.array([*rng.normal(0, 3, 3), rng.uniform(0, 6.3)], np.float32)
    picture = draw(gather([print_]), camera, lights, room_wave=wave)
    behind = background(rng, picture, camera, tables, reach, screen=False)
    light = compose(rng, picture, behind * lights.colour.sum(0) * 0.55, 0, held=False)
    return develop(rng, light, picture.owner == 0, SIDE_PX).rgb


def ask(shop: Shop, photo: LabelledPhoto, journal: Journal, *, draws: int) -> None:
    """Everything about one photo that is not in the journal yet."""
    known = journal.said
    arms = [(arm, number) for number in range(draws) for arm in ARMS]
    first = known.get((photo.name, "first", 0))
    if first is not None and (
        first.outcome != Outcome.UNSURE.value or all((photo.name, *each) in known for each in arms)
    ):
        return
    with Image.open(photo.path) as opened:
        rgb = np.asarray(opened.convert("RGB"))
    answered = shop.answer([rgb])
    side = None
    if answered.decision.outcome is Outcome.UNSURE:
        side = shop.asked(answered, photo)
    if first is None:
        said = _said(shop, photo, "first", answered)
        journal.keep(replace(said, asked=side is not None))
    if answered.decision.outcome is not Outcome.UNSURE:
        return
    for arm, number in arms:
        if (photo.name, arm, number) not in known:
            second = _second(shop, photo, side if arm == "asked" else None, number)
            both = shop.answer([rgb, second])
            said = _said(shop, photo, arm, both)
            journal.keep(replace(said, draw=number, asked=side is not None))


def _second(
    shop: Shop, photo: LabelledPhoto, side: NDArray[np.float64] | None, number: int
) -> RgbImage:
    body = shop.body(photo.truth)
    seed = [SEED, zlib.crc32(photo.name.encode()), number]
    rng = np.random.default_rng([*seed, 1])
    place = random_place(rng, body) if side is None else asked_place(rng, body, side)
    return photographed(seed, body, place, ())


def _said(shop: Shop, photo: LabelledPhoto, arm: str, answered: Answered) -> Said:
    names = [shop.room.names[match.part_id] for match in answered.matches]
    chances = answered.decision.probabilities
    return Said(
        photo=photo.name,
        truth=photo.truth,
        arm=arm,
        outcome=answered.decision.outcome.value,
        rank=rank(names, photo.acceptable | {photo.truth}),
        probability=round(chances[0], 4) if chances else 0.0,
        found=answered.photos_used == 2,
    )


def report(said: Sequence[Said], *, draws: int) -> dict[str, Any]:
    """Errors left in both arms, and their ratio with an interval over parts."""
    first = [each for each in said if each.arm == "first"]
    unsure = [each for each in first if each.outcome == Outcome.UNSURE.value]
    by_key = {(each.photo, each.arm, each.draw): each for each in said}
    whole = [
        each
        for each in unsure
        if all((each.photo, arm, n) in by_key for arm in ARMS for n in range(draws))
    ]
    figures: dict[str, Any] = {
        "photos": len(first),
        "unsure": len(unsure),
        "with second photos": len(whole),
        "a side was asked for": sum(each.asked for each in whole),
        "draws a photo": draws,
        "sloppy_deg": SLOPPY_DEG,
        "first photo alone": figures_of(whole),
    }
    for arm in ARMS:
        rows = [by_key[each.photo, arm, n] for each in whole for n in range(draws)]
        figures[arm] = figures_of(rows)
    figures["errors left, asked / random"] = ratio(whole, by_key, draws, _wrong)
    figures["unsettled, asked / random"] = ratio(whole, by_key, draws, _unsettled)
    return figures


def figures_of(rows: Sequence[Said]) -> dict[str, float]:
    """Shares of photos."""
    count = max(1, len(rows))
    accepted = [each for each in rows if each.outcome == Outcome.ACCEPTED.value]
    return {
        "wrong": round(sum(map(_wrong, rows)) / count, 4),
        "not among three": round(sum((each.rank or 99) > 3 for each in rows) / count, 4),
        "accepted": round(len(accepted) / count, 4),
        "accepted and wrong": round(sum(map(_wrong, accepted)) / count, 4),
        "mean probability": round(sum(each.probability for each in rows) / count, 4),
    }


def ratio(
    whole: Sequence[Said], by_key: dict[tuple[str, str, int], Said], draws: int, counts: Counts
) -> dict[str, float]:
    """What is left of one arm as a share of the other; photos of a part stay together."""
    parts: dict[str, list[tuple[int, int]]] = {}
    for each in whole:
        left = [sum(counts(by_key[each.photo, arm, n]) for n in range(draws)) for arm in ARMS]
        parts.setdefault(each.truth, []).append((left[0], left[1]))
    sums = np.array([np.sum(pairs, axis=0) for pairs in parts.values()], float).reshape(-1, 2)
    rng = np.random.default_rng(SEED)
    drawn = sums[rng.integers(len(sums), size=(RESAMPLED, len(sums)))].sum(1) if len(sums) else sums
    shares = drawn[:, 0] / np.maximum(drawn[:, 1], 1) if len(sums) else np.zeros(1)
    asked, random = sums.sum(0)
    return {
        "asked": int(asked), "random": int(random),
        "ratio": round(float(asked / max(random, 1)), 3),
        "low": round(float(np.quantile(shares, 0.025)), 3),
        "high": round(float(np.quantile(shares, 0.975)), 3),
    }  # fmt: skip


def _wrong(said: Said) -> bool:
    """Nobody's name, or another one, stands first."""
    return said.rank != 1 or said.outcome == Outcome.UNKNOWN.value


def _unsettled(said: Said) -> bool:
    """The right part is not named alone."""
    return said.rank != 1 or said.outcome != Outcome.ACCEPTED.value


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("data", type=Path)
    words.add_argument("--kept", type=Path, required=True)
    words.add_argument("--signatures", type=Path, help="a folder that has them; else made in KEPT")
    words.add_argument("--describer", default="learned")
    words.add_argument("--photos", type=int)
    words.add_argument("--draws", type=int, default=1)
    words.add_argument("--out", type=Path)
    said = words.parse_args()
    room = Room(said.data, said.signatures or said.kept, slug=said.describer)
    shop = Shop(room)
    journal = Journal(said.kept / said.describer / "second.jsonl")
    places = [photo for where, photo in room.photos("cut-out") if where == "traced"]
    places = places[: said.photos]
    for number, photo in enumerate(places, start=1):
        ask(shop, photo, journal, draws=said.draws)
        print(f"{number} of {len(places)}", end="\r", flush=True)
    names = {photo.name for photo in places}
    told = report([e for e in journal.said.values() if e.photo in names], draws=said.draws)
    told = {"describer": said.describer, "parts": len(room.names), **told}
    print(json.dumps(told, indent=1))
    if said.out is not None:
        said.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
