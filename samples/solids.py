"""Small words for solid shapes, on top of manifold3d.

Knows geometry only; millimetres, z up, right-handed. Every solid is closed by construction:
manifold3d refuses anything else, and empty results are kept empty rather than broken.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import trimesh
from manifold3d import CrossSection, Manifold
from numpy.typing import NDArray

#: Sides of a full circle; printers and eyes do not tell more apart at these sizes.
CIRCLE_SIDES = 40

#: Edges shorter than this are collapsed: no printer draws them, and an STL's float32 corners would
#: fall together and open the skin.
FINEST_DETAIL_MM = 0.004


def box(length_mm: float, width_mm: float, height_mm: float) -> Manifold:
    """A block standing on z = 0, centred on x and y."""
    return Manifold.cube((length_mm, width_mm, height_mm)).translate(
        (-length_mm / 2, -width_mm / 2, 0)
    )


def cylinder(diameter_mm: float, height_mm: float, *, top_mm: float | None = None) -> Manifold:
    """A cylinder or cone standing on z = 0 around the z axis."""
    top = diameter_mm if top_mm is None else top_mm
    return Manifold.cylinder(height_mm, diameter_mm / 2, top / 2, CIRCLE_SIDES)


def rectangle(length_mm: float, width_mm: float) -> CrossSection:
    """A flat rectangle around the origin."""
    return CrossSection.square((length_mm, width_mm)).translate((-length_mm / 2, -width_mm / 2))


def prism(outline_mm: Sequence[tuple[float, float]], height_mm: float) -> Manifold:
    """An outline in x and y, drawn up along z."""
    return CrossSection([counter_clockwise(outline_mm)]).extrude(height_mm)


def counter_clockwise(outline_mm: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """The same outline, its inside on the left hand."""
    points = np.asarray(outline_mm, dtype=float)
    x, y = points.T
    area = float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
    return points if area > 0 else points[::-1]


def rounded_plate(
    length_mm: float, width_mm: float, height_mm: float, *, corner_mm: float
) -> Manifold:
    """A plate on z = 0 with round corners."""
    corner = max(0.05, min(corner_mm, 0.49 * min(length_mm, width_mm)))
    corners = [
        CrossSection.circle(corner, CIRCLE_SIDES // 2).translate((sx, sy))
        for sx in (-length_mm / 2 + corner, length_mm / 2 - corner)
        for sy in (-width_mm / 2 + corner, width_mm / 2 - corner)
    ]
    return CrossSection.batch_hull(corners).extrude(height_mm)


def turned(profile_mm: Sequence[tuple[float, float]]) -> Manifold:
    """A lathe's work: (radius, height) points turned around the z axis."""
    return CrossSection([counter_clockwise(profile_mm)]).revolve(CIRCLE_SIDES)


def tube(outer_mm: float, inner_mm: float, height_mm: float) -> Manifold:
    """A pipe standing on z = 0."""
    return cylinder(outer_mm, height_mm) - through(cylinder(inner_mm, height_mm))


def through(cutter: Manifold) -> Manifold:
    """The same cutter, longer by a hair at both ends of z, so that no skin is left."""
    low, high = cutter.bounding_box()[2], cutter.bounding_box()[5]
    height = high - low
    return cutter.translate((0, 0, -low)).scale((1, 1, 1 + 2 / height)).translate((0, 0, low - 1))


def lying(solid: Manifold) -> Manifold:
    """Turned so that what pointed up z points along y."""
    return solid.rotate((-90, 0, 0))


def along_x(solid: Manifold) -> Manifold:
    """Turned so that what pointed up z points along x."""
    return solid.rotate((0, 90, 0))


def ring_of(solid: Manifold, count: int, *, radius_mm: float) -> Manifold:
    """Copies of a solid around the z axis."""
    moved = solid.translate((radius_mm, 0, 0))
    return joined(moved.rotate((0, 0, 360 * i / count)) for i in range(count))


def at(solid: Manifold, places_mm: Iterable[tuple[float, float, float]]) -> Manifold:
    """Copies of a solid at several places."""
    return joined(solid.translate(place) for place in places_mm)


def joined(solids: Iterable[Manifold]) -> Manifold:
    """All of them as one solid."""
    return sum(solids, Manifold())


def polar(radius_mm: float, angle_deg: float) -> tuple[float, float]:
    """A point by its distance and direction."""
    return (
        radius_mm * math.cos(math.radians(angle_deg)),
        radius_mm * math.sin(math.radians(angle_deg)),
    )


def as_mesh(solid: Manifold) -> trimesh.Trimesh:
    """The solid's skin as a trimesh, watertight, standing on z = 0."""
    skin = solid.simplify(FINEST_DETAIL_MM).to_mesh()
    vertices = np.asarray(skin.vert_properties, dtype=np.float64)[:, :3]
    mesh = trimesh.Trimesh(vertices, np.asarray(skin.tri_verts, dtype=np.int64), process=True)
    mesh.apply_translation([0, 0, -mesh.bounds[0][2]])
    return mesh
