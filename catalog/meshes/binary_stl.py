"""Write a mesh as binary STL, and read back what was written.

What is written here was checked when it came in, so reading it back asks nothing. Corners become
float32, which is what an STL can say.
"""

import numpy as np
from numpy.typing import NDArray

from catalog.meshes.shapes import MeshArrays
from catalog.meshes.weld import weld

_HEADER = b"whoseprint".ljust(80)
_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def binary_stl(mesh: MeshArrays) -> bytes:
    """The mesh as a binary STL file in millimetres."""
    corners = mesh.corners()
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(across, axis=1, keepdims=True)
    records = np.zeros(len(corners), dtype=_TRIANGLE)
    records["corners"] = corners
    records["normal"] = np.divide(across, length, out=np.zeros_like(across), where=length > 0)
    return _HEADER + np.uint32(len(corners)).tobytes() + records.tobytes()


def read_back(content: bytes) -> MeshArrays:
    """The mesh of a file that `binary_stl` wrote, welded.

    Raises:
        ValueError: it did not.
    """
    corners = corners_back(content).reshape(-1, 3).astype(np.float64)
    vertices, faces = weld(corners, np.arange(len(corners)).reshape(-1, 3))
    return MeshArrays(vertices_mm=vertices, faces=faces)


def corners_back(content: bytes) -> NDArray[np.float32]:
    """The triangles (F, 3, 3) in mm of a file that `binary_stl` wrote: quicker, not welded.

    Raises:
        ValueError: it did not.
    """
    count = int.from_bytes(content[80:84], "little")
    if len(content) != len(_HEADER) + 4 + count * _TRIANGLE.itemsize:
        raise ValueError("not a binary STL of ours")
    records = np.frombuffer(content, dtype=_TRIANGLE, count=count, offset=len(_HEADER) + 4)
    corners: NDArray[np.float32] = records["corners"].astype(np.float32)
    return corners
