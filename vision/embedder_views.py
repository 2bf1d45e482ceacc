"""Drawings of a part as the embedder sees them: kept in the catalogue, or laid on a photo.

Knows meshes and poses only: no network, no photo.
"""

import numpy as np
from numpy.typing import NDArray

from vision.embedder_input import EMBEDDED_PX, view_input
from vision.framing import framed
from vision.pose import Fit, Solid, surface
from vision.rasteriser import render_views
from vision.shapes import Mesh


def kept_views(mesh: Mesh, rotations: NDArray[np.float64]) -> NDArray[np.float32]:
    """Canonical views (N, 5, S, S) of a mesh of radius one, one per rotation (N, 3, 3).

    A rotation from which nothing is seen gives zeros.
    """
    views = np.zeros((len(rotations), 5, EMBEDDED_PX, EMBEDDED_PX), np.float32)
    for view in framed(mesh, rotations, size_px=EMBEDDED_PX):
        turn = rotations[view.number : view.number + 1]
        drawn = render_views(mesh, turn, size_px=EMBEDDED_PX, camera=view.lens)
        views[view.number] = view_input(drawn.depth_mm[0], drawn.normals[0], unit=view.unit)
    return views


def laid_view(solid: Solid, fit: Fit) -> NDArray[np.float32]:
    """(5, S, S): the part drawn in its pose, in the photo's own crop."""
    drawn = surface(solid, fit, size_px=EMBEDDED_PX)
    return view_input(drawn.depth, drawn.normals, unit=float(EMBEDDED_PX / 2 / fit.pose[11]))
