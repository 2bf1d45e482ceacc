"""Parts and pictures of them: real meshes of the sample shop, drawn by our own renderer."""

import io
from functools import cache

import numpy as np
import trimesh
from PIL import Image
from scipy.spatial.transform import Rotation

from catalog.meshes import MeshArrays
from catalog.meshes.binary_stl import binary_stl
from samples import catalogue
from workers.cells import MESH_TIME, Cells
from workers.mesh_tasks import portrait


@cache
def sample(name: str) -> trimesh.Trimesh:
    """A part of the sample shop."""
    return next(part.mesh for part in catalogue() if part.name == name)


def stl(mesh: trimesh.Trimesh) -> bytes:
    """A binary STL file."""
    return binary_stl(
        MeshArrays(
            vertices_mm=np.asarray(mesh.vertices, np.float64),
            faces=np.asarray(mesh.faces, np.int32),
        )
    )


def turned(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """The same shape, lying another way, elsewhere, its triangles in another order."""
    pose = np.eye(4)
    pose[:3, :3] = Rotation.from_euler("xyz", [30, 70, -20], degrees=True).as_matrix()
    pose[:3, 3] = [12, -7, 31]
    other = trimesh.Trimesh(mesh.vertices.copy(), mesh.faces[::-1].copy(), process=False)
    other.apply_transform(pose)
    return other


def photo_of(mesh: trimesh.Trimesh, cells: Cells, *, material: str = "PLA orange") -> bytes:
    """A JPEG of the part on a grey table, taken from front right above."""
    drawn = cells.meshes.call(portrait, stl(mesh), material, wall_time=MESH_TIME)
    part = Image.open(io.BytesIO(drawn)).resize((560, 560))
    grain = np.random.default_rng(1).normal(0, 3, (900, 1200, 1))
    light = np.linspace(165, 205, 1200)[None, :, None] * np.array([1.0, 0.99, 0.96])
    table = Image.fromarray((light + grain).clip(0, 255).astype(np.uint8))
    table.paste(part, (330, 170), part)
    file = io.BytesIO()
    table.save(file, "JPEG", quality=90)
    return file.getvalue()
