"""Turn a part until its outline lies on the photo's.

Knows outlines only: no light, no part's name.
Meshes have their box's middle at the origin and radius one (vision/silhouettes.py, unit_sized);
pictures are canonical crops (vision/canonical.py). A pose is 13 float32, see vision/drawing.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.canonical import REACH, Frame
from vision.drawing import draw_all
from vision.laying import centred, lay
from vision.outlines import ALONE_PX, WAYS, WIDEST_GATE_PX, contour, overlap, paired, tabulate
from vision.shapes import Pose, Rotation
from vision.steps import step_towards

#: Side of the picture outlines are compared in.
SIZE_PX = 96
#: Outline points of a photo beyond these are left out evenly.
MOST_POINTS = 320
POSE_LENGTH = 13
#: Pairs farther apart than this are no pairs at the last step; at the first, WIDEST_GATE_PX.
LAST_GATE_PX = 4.0
#: Where a pose starts: as far as the stored silhouettes were looked at from.
START_RADII = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A photo's mask, made ready for many comparisons.

    Attributes:
        mask: (S, S) uint8, 0 and 1.
        points: (M, 4) float32, x, y, outward normal x, y.
        table: (WAYS, S, S) int16, the nearest point of each way from each pixel, or -1.
    """

    mask: NDArray[np.uint8]
    points: NDArray[np.float32]
    table: NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A part laid on a photo.

    Attributes:
        pose: (13,) float32.
        share: intersection over union of both masks.
        apart_px: mean distance between both outlines, at most 6.
    """

    pose: NDArray[np.float32]
    share: float
    apart_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Solid:
    """A part's triangles for drawing.

    Attributes:
        vertices: (V, 3) float32 of radius one.
        faces: (F, 3) int32.
        is_closed: as vision/laying.py has it; who does not know says no, and waits longer.
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What a photo's crop would show of a laid part.

    Attributes:
        depth: (S, S) float32, distance from the camera in radii, 0 = background.
        normals: (S, S, 3) float32, camera frame, 0 = background.
    """

    depth: NDArray[np.float32]
    normals: NDArray[np.float32]


def surface(solid: Solid, fit: Fit, *, size_px: int) -> Surface:
    """Draw the part in its pose; size_px must be the crop's that the pose was found in."""
    depth = np.zeros((1, size_px, size_px), np.float32)
    normals = np.zeros((1, size_px, size_px, 3), np.float32)
    pose = fit.pose
    draw_all(
        solid.vertices,
        solid.faces,
        pose[:9].reshape(1, 3, 3).copy(),
        np.array([[pose[9], pose[10], pose[12]]], np.float32),
        np.array([pose[11] * pose[12], size_px / 2, size_px / 2, 0], np.float32),
        depth,
        normals,
    )
    return Surface(depth=depth[0], normals=normals[0])


def outline_of(mask: NDArray[np.float32]) -> Outline:
    """The outline of a canonical mask (S, S) in 0..1."""
    hard = (mask >= 0.5).astype(np.uint8)  # noqa: PLR2004  the contour of a soft mask
    points = np.empty((hard.size, 4), np.float32)
    points = points[: contour(hard, points)]
    if len(points) > MOST_POINTS:
        points = points[np.linspace(0, len(points) - 1, MOST_POINTS).astype(int)]
    points = np.ascontiguousarray(points)
    table = np.empty((WAYS, *hard.shape), np.int16)
    tabulate(points, table)
    return Outline(mask=hard, points=points, table=table)


def start(solid: Solid, rotation: Rotation) -> NDArray[np.float32]:
    """A pose (13,) of this rotation whose mask is canonical."""
    pose = np.zeros(POSE_LENGTH, np.float32)
    pose[:9] = rotation.reshape(-1)
    pose[12] = START_RADII
    centred(solid.vertices, solid.faces, solid.is_closed, pose, SIZE_PX, REACH)
    return pose


def in_photo(pose: NDArray[np.float32], frame: Frame, *, size_px: int = SIZE_PX) -> Pose:
    """A pose (13,) in a canonical crop of size_px, as the photo's camera saw it."""
    numbers = [float(number) for number in pose]
    return Pose(
        rotation=pose[:9].reshape(3, 3).astype(np.float64),
        shift_radii=(numbers[9], numbers[10], numbers[12]),
        focal_px=numbers[11] * numbers[12] * 2 * frame.half_px / size_px,
        middle_px=(frame.x_px, frame.y_px),
    )


def in_crop(pose: Pose, frame: Frame, *, size_px: int) -> NDArray[np.float32]:
    """The pose (13,) that a photo's canonical crop of size_px shows; the way back."""
    aside, down, away = pose.shift_radii
    focal_px = pose.focal_px * size_px / (2 * frame.half_px)
    numbers = [*pose.rotation.ravel(), aside, down, focal_px / away, away]
    return np.array(numbers, np.float32)


def fitted(solid: Solid, pose: NDArray[np.float32], *, outline: Outline, steps: int) -> Fit:
    """The best pose on the way of so many steps from a pose (13,), which stays as it is."""
    here = pose.copy()
    best = Fit(pose=here.copy(), share=-1.0, apart_px=ALONE_PX)
    desk = _Desk.of(solid, outline)
    for turn in range(steps + 1):
        lay(
            solid.vertices, solid.faces, solid.is_closed, here, desk.screen, desk.nearness,
            desk.mask,
        )  # fmt: skip
        count = contour(desk.mask, desk.points)
        gate = WIDEST_GATE_PX + (LAST_GATE_PX - WIDEST_GATE_PX) * turn / max(steps, 1)
        found, apart = paired(
            desk.points, count, outline.points, outline.table, gate, desk.pairs, desk.weights
        )
        share = overlap(desk.mask, outline.mask)
        if share > best.share:
            best = Fit(pose=here.copy(), share=share, apart_px=apart)
        if turn == steps or found == 0:
            break
        step_towards(
            here, desk.nearness, desk.points, outline.points, desk.pairs, desk.weights, found,
            float(pose[12]),
        )  # fmt: skip
    return best


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Arrays that the steps of one fit write into."""

    screen: NDArray[np.float32]
    nearness: NDArray[np.float32]
    mask: NDArray[np.uint8]
    points: NDArray[np.float32]
    pairs: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, solid: Solid, outline: Outline) -> "_Desk":
        side = len(outline.mask)
        pairs = 4 * side + len(outline.points)
        return cls(
            screen=np.empty_like(solid.vertices),
            nearness=np.empty((side, side), np.float32),
            mask=np.empty((side, side), np.uint8),
            points=np.empty((4 * side, 4), np.float32),
            pairs=np.empty((pairs, 2), np.int32),
            weights=np.empty(pairs, np.float32),
        )
