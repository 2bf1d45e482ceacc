"""Drawings of a part as the embedder keeps them in the catalogue.

Knows meshes only: no network, no photo. Like vision/silhouettes.py: from four radii away, centred
on the drawing's own centroid and scaled by its RMS radius, but with depth and normals.
"""

import numpy as np
from numpy.typing import NDArray

from vision.canonical import frame_of
from vision.embedder_input import EMBEDDED_PX, view_input
from vision.rasteriser import Perspective, render_views
from vision.shapes import Mesh
from vision.silhouettes import DISTANCE_RADII, MEASURE_FOCAL_PX, MEASURE_PX


def kept_views(mesh: Mesh, rotations: NDArray[np.float64]) -> NDArray[np.float32]:
    """Views (N, 5, S, S) of a mesh of radius one around the origin, one per rotation (N, 3, 3).

    A rotation from which nothing is seen gives zeros.
    """
    away = np.array([[0.0, 0.0, DISTANCE_RADII]])
    lens = Perspective(
        focal_px=MEASURE_FOCAL_PX, translations_mm=np.repeat(away, len(rotations), axis=0)
    )
    first = render_views(mesh, rotations, size_px=MEASURE_PX, camera=lens).mask
    views = np.zeros((len(rotations), 5, EMBEDDED_PX, EMBEDDED_PX), np.float32)
    for n in np.flatnonzero(first.any((1, 2))):
        frame = frame_of(first[n].astype(np.float32))
        zoom = EMBEDDED_PX / (2 * frame.half_px)
        close = Perspective(
            focal_px=MEASURE_FOCAL_PX * zoom,
            translations_mm=away,
            principal_px=(
                EMBEDDED_PX / 2 - (frame.x_px - MEASURE_PX / 2) * zoom,
                EMBEDDED_PX / 2 - (frame.y_px - MEASURE_PX / 2) * zoom,
            ),
        )
        drawn = render_views(mesh, rotations[n : n + 1], size_px=EMBEDDED_PX, camera=close)
        unit = DISTANCE_RADII * frame.half_px / MEASURE_FOCAL_PX
        views[n] = view_input(drawn.depth_mm[0], drawn.normals[0], unit=unit)
    return views
