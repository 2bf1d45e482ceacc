"""Make a fine mesh coarse enough to be drawn hundreds of times a search.

Knows triangles only.
Method: quadric edge collapse (Garland and Heckbert, SIGGRAPH 1997) by fast-simplification.
"""

import fast_simplification
import numpy as np

from vision.shapes import Mesh


def simplified(mesh: Mesh, *, triangles: int) -> Mesh:
    """A mesh of about as many triangles, itself where it has no more; corners are merged first.

    What cannot be collapsed (soups of loose triangles) is thinned to its largest triangles.

    Raises:
        ValueError: the mesh is empty.
    """
    if len(mesh.faces) == 0 or len(mesh.vertices_mm) == 0:
        raise ValueError("an empty mesh has no shape")
    if len(mesh.faces) <= triangles:
        return _without_spare_corners(mesh)
    merged = _merged(mesh)
    if len(merged.faces) <= triangles:
        return merged
    points, faces = fast_simplification.simplify(
        merged.vertices_mm.astype(np.float32), merged.faces, target_count=triangles, agg=5
    )
    coarse = Mesh(vertices_mm=points.astype(np.float64), faces=faces.astype(np.int32))
    return _without_spare_corners(
        _largest(coarse if len(faces) else merged, triangles=2 * triangles)
    )


def _merged(mesh: Mesh) -> Mesh:
    points, which = np.unique(mesh.vertices_mm, axis=0, return_inverse=True)
    faces = which.reshape(-1)[mesh.faces].astype(np.int32)
    flat = (
        (faces[:, 0] == faces[:, 1]) | (faces[:, 1] == faces[:, 2]) | (faces[:, 2] == faces[:, 0])
    )
    return Mesh(vertices_mm=points, faces=faces[~flat] if not flat.all() else faces)


def _largest(mesh: Mesh, *, triangles: int) -> Mesh:
    if len(mesh.faces) <= triangles:
        return mesh
    corners = mesh.vertices_mm[mesh.faces]
    sides = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    order = np.argsort(-(sides**2).sum(1))[:triangles]
    return Mesh(vertices_mm=mesh.vertices_mm, faces=mesh.faces[order])


def _without_spare_corners(mesh: Mesh) -> Mesh:
    used, which = np.unique(mesh.faces, return_inverse=True)
    if len(used) == len(mesh.vertices_mm):
        return mesh
    faces = which.reshape(-1, 3).astype(np.int32)
    return Mesh(vertices_mm=mesh.vertices_mm[used], faces=faces)
