"""Area, volume and spread of a surface: whole-number-free facts that no turning changes.

Knows triangles only. Closed forms over the surface, so another triangulation of the same surface
gives the same numbers. Volumes are taken about the surface's own centre, so that those of open
meshes do not depend on where the mesh lies.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.meshes.shapes import MeshArrays, PartSize, Points


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceMoments:
    """Moments of a surface, each triangle weighted by its area.

    Attributes:
        centre_mm: (3,) the surface's centre of mass.
        spread_mm: (3,) standard deviations along the principal axes, falling.
        axes: (3, 3) the principal axes as rows, right-handed, in the order of spread_mm.
        volume_mm3: signed, positive when the triangles face out.
    """

    area_mm2: float
    volume_mm3: float
    centre_mm: NDArray[np.float64]
    spread_mm: NDArray[np.float64]
    axes: NDArray[np.float64]


def areas(corners: Points) -> NDArray[np.float64]:
    """Area of each triangle of (F, 3, 3), in mm2."""
    return np.asarray(np.linalg.norm(_normals(corners), axis=1) / 2, dtype=np.float64)


def surface_moments(mesh: MeshArrays) -> SurfaceMoments:
    """Measure a mesh that has area."""
    corners = mesh.corners()
    weight = areas(corners)
    total = weight.sum()
    centre = (corners.mean(axis=1) * weight[:, None]).sum(axis=0) / total
    local = corners - centre
    # second moment of a triangle: (sum of corner products + 9 * product of centroids) / 12
    middle = local.mean(axis=1)
    products = np.einsum("f,fki,fkj->ij", weight, local, local)
    products += 9 * np.einsum("f,fi,fj->ij", weight, middle, middle)
    values, vectors = np.linalg.eigh(products / (12 * total))
    axes = vectors.T[::-1].copy()
    axes[2] = np.cross(axes[0], axes[1])
    return SurfaceMoments(
        area_mm2=float(total),
        volume_mm3=float(signed_volumes(local).sum()),
        centre_mm=centre,
        spread_mm=np.sqrt(np.clip(values[::-1], 0, None)),
        axes=axes,
    )


def signed_volumes(corners: Points) -> NDArray[np.float64]:
    """Volume of the tetrahedron between the origin and each triangle, in mm3."""
    across = np.cross(corners[:, 1], corners[:, 2])
    return np.asarray(np.einsum("fi,fi->f", corners[:, 0], across) / 6, dtype=np.float64)


def size_of(vertices_mm: Points) -> PartSize:
    """The axis-parallel box of a mesh, longest side first."""
    sides = sorted(np.ptp(vertices_mm, axis=0).tolist(), reverse=True)
    return PartSize(length_mm=sides[0], width_mm=sides[1], height_mm=sides[2])


def _normals(corners: Points) -> Points:
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
