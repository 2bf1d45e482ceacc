"""How a part would be drawn on a photo whose pose is known: true, nearly true, or a stranger.

Knows posed shards and the product's rasteriser; no network, nothing of PyTorch. A drawing is either
laid on the photo (nearly the right pose, in the photo's own frame) or as the catalogue keeps it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.posed_photos import Posed
from vision.canonical import Frame, frame_of
from vision.embedder_input import EMBEDDED_PX, view_input
from vision.embedder_views import kept_views
from vision.rasteriser import Perspective, render_views
from vision.shapes import Mesh
from vision.silhouettes import unit_sized
from vision.viewpoints import roll

Floats = NDArray[np.float32]

#: Below this a direction's part across the line of sight says nothing of the roll.
ON_AXIS = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter:
    """How far a drawing is from the photo's own pose.

    Attributes:
        catalogue_deg: largest turn away from it for a catalogue's view.
        catalogue_roll_deg: largest roll.
        laid_deg: deviation of the turn of a candidate that was laid on the photo.
        laid_shift: deviation of its place, as a share of the picture's side.
        laid_share: of drawings that are such candidates.
        stranger_share: drawings of mirrored and stretched parts, as a share of a batch.
        alike_share: of batches whose parts have like proportions.
        own_share: of photos with masks of our own that are seen by one of these.
    """

    catalogue_deg: float = 11.0
    catalogue_roll_deg: float = 11.0
    laid_deg: float = 4.0
    laid_shift: float = 0.012
    laid_share: float = 0.5
    stranger_share: float = 0.4
    alike_share: float = 0.6
    own_share: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One photo's pose after its crop was rolled: how a camera would have to stand for it.

    Attributes:
        rotation: (3, 3), mesh to camera.
        translation: (3,) in radii of the mesh.
        focal_px: of the photo.
        frame: the crop's square, in px from the photo's axis, after the roll.
        laid_in: the square that a candidate is drawn into; where the mask is wrong, a fit to it
            draws the print larger, smaller or beside itself.
        angle_deg: of the roll.
    """

    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]
    focal_px: float
    frame: Frame
    laid_in: Frame
    angle_deg: float


def part_of(posed: Posed, number: int) -> tuple[Mesh, NDArray[np.float64]]:
    """The part with radius one around its middle, and where that middle is before the camera."""
    vertices, faces = posed.meshes[posed.part[number]]
    middle = (vertices.min(0) + vertices.max(0)).astype(float) / 2
    radius = float(np.linalg.norm(vertices - middle, axis=1).max())
    at = posed.rotation[number].astype(float) @ middle + posed.translation_mm[number]
    return unit_sized(Mesh(vertices_mm=vertices.astype(float), faces=faces)), at / radius


def upright_deg(rotation: NDArray[np.float64]) -> float:
    """The roll after which the part's z points upwards; 0 where it points at the camera."""
    right, down = rotation[:2, 2]
    return math.degrees(math.atan2(-right, -down)) if math.hypot(right, down) > ON_AXIS else 0.0


def rolled_frame(mask: Floats, turn: NDArray[np.float64]) -> Frame:
    """The mask's canonical square, in px from the photo's middle, after the roll."""
    frame, half = frame_of(mask), mask.shape[0] / 2
    middle = turn[:2, :2] @ np.array([frame.x_px - half, frame.y_px - half])
    return Frame(x_px=float(middle[0]), y_px=float(middle[1]), half_px=frame.half_px)


def between(one: Frame, other: Frame, *, share: float) -> Frame:
    """So far on the way from one square to the other."""
    return Frame(
        x_px=one.x_px + share * (other.x_px - one.x_px),
        y_px=one.y_px + share * (other.y_px - one.y_px),
        half_px=one.half_px + share * (other.half_px - one.half_px),
    )


def laid_view(rng: np.random.Generator, mesh: Mesh, sight: Sight, jitter: Jitter) -> Floats:
    """The part drawn into the photo's own frame, nearly in its pose."""
    zoom = EMBEDDED_PX / (2 * sight.laid_in.half_px)
    slip = rng.normal(0, jitter.laid_shift * EMBEDDED_PX, 2)
    lens = Perspective(
        focal_px=sight.focal_px * zoom * float(np.exp(rng.normal(0, 0.02))),
        translations_mm=sight.translation[None],
        principal_px=(
            EMBEDDED_PX / 2 - sight.laid_in.x_px * zoom + slip[0],
            EMBEDDED_PX / 2 - sight.laid_in.y_px * zoom + slip[1],
        ),
    )
    turned = small_turn(rng, float(abs(rng.normal(0, jitter.laid_deg)))) @ sight.rotation
    drawn = render_views(mesh, turned[None], size_px=EMBEDDED_PX, camera=lens)
    unit = float(sight.translation[2] * sight.laid_in.half_px / sight.focal_px)
    return view_input(drawn.depth_mm[0], drawn.normals[0], unit=unit)


def kept_view(rng: np.random.Generator, mesh: Mesh, sight: Sight, jitter: Jitter) -> Floats:
    """The part drawn as the catalogue keeps it, from about the side the photo shows."""
    towards = sight.translation / np.linalg.norm(sight.translation)
    seen = facing(towards) @ sight.rotation
    near = small_turn(rng, jitter.catalogue_deg * math.sqrt(rng.random())) @ seen
    near = roll(upright_deg(near)) @ near  # the catalogue's views are exactly upright
    return kept_views(mesh, near[None])[0]


def facing(towards: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest rotation that brings a direction onto the camera's axis."""
    x, y, z = towards
    cross = np.array([[0, 0, -x], [0, 0, -y], [x, y, 0]])
    return np.eye(3) + cross + cross @ cross / (1 + z)


def small_turn(rng: np.random.Generator, angle_deg: float) -> NDArray[np.float64]:
    """A turn by this angle about any axis across the line of sight."""
    way = rng.uniform(0, 2 * math.pi)
    a, b, angle = math.cos(way), math.sin(way), math.radians(angle_deg)
    cross = np.array([[0, 0, b], [0, 0, -a], [-b, a, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def estranged(rng: np.random.Generator, mesh: Mesh) -> Mesh:
    """The part's mirror twin, or one stretched along one of its axes."""
    factor = np.ones(3)
    axis = rng.integers(3)
    if rng.random() < 0.5:
        factor[axis] = -1
    else:
        factor[axis] = rng.choice([0.6, 0.75, 1.35, 1.7])
    faces = mesh.faces[:, ::-1] if factor.prod() < 0 else mesh.faces
    return unit_sized(Mesh(vertices_mm=mesh.vertices_mm * factor, faces=faces.copy()))
