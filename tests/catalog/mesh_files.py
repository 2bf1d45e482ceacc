"""Shapes of ours, and the files that programs make of them."""

import io
import zipfile

import manifold3d
import numpy as np
from numpy.typing import NDArray

from catalog.meshes import MeshArrays

NORMALS = np.zeros((1, 3), dtype="<f4")


def arrays(solid: manifold3d.Manifold) -> MeshArrays:
    mesh = solid.to_mesh()
    return MeshArrays(
        vertices_mm=np.asarray(mesh.vert_properties, dtype=np.float64)[:, :3],
        faces=np.asarray(mesh.tri_verts, dtype=np.int32),
    )


def box(x: float = 30, y: float = 20, z: float = 10) -> MeshArrays:
    return arrays(manifold3d.Manifold.cube((x, y, z)))


def bracket(hole_mm: float = 4) -> MeshArrays:
    """Three arms of different lengths and a hole: no turn maps it onto its mirror image."""
    arm = manifold3d.Manifold.cube((42, 10, 4))
    wall = manifold3d.Manifold.cube((4, 10, 30))
    fin = manifold3d.Manifold.cube((12, 17, 3))
    hole = manifold3d.Manifold.cylinder(20, hole_mm / 2, circular_segments=32)
    return arrays(arm + wall + fin - hole.translate((30, 5, -5)))


def knob() -> MeshArrays:
    """Round about one axis but for one notch."""
    disc = manifold3d.Manifold.cylinder(8, 15, circular_segments=90)
    notch = manifold3d.Manifold.cube((2, 2, 20)).translate((13.5, -1, -1))
    return arrays(disc - notch)


def ball() -> MeshArrays:
    return arrays(manifold3d.Manifold.sphere(10, 48))


def cube_with_dot() -> MeshArrays:
    """Alike about all three axes but for a dot on one side."""
    dot = manifold3d.Manifold.cube((2, 3, 1)).translate((13, 5, 20))
    return arrays(manifold3d.Manifold.cube((20, 20, 20)) + dot)


def moved(mesh: MeshArrays, turn: NDArray[np.float64], by: NDArray[np.float64]) -> MeshArrays:
    return MeshArrays(vertices_mm=mesh.vertices_mm @ turn.T + by, faces=mesh.faces)


def joined(*meshes: MeshArrays) -> MeshArrays:
    starts = np.cumsum([0] + [len(one.vertices_mm) for one in meshes])
    faces = [one.faces + start for one, start in zip(meshes, starts, strict=False)]
    return MeshArrays(
        vertices_mm=np.concatenate([one.vertices_mm for one in meshes]),
        faces=np.concatenate(faces).astype(np.int32),
    )


def binary_stl(mesh: MeshArrays, header: bytes = b"made by us") -> bytes:
    kind = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    records = np.zeros(len(mesh.faces), dtype=kind)
    records["corners"] = mesh.corners()
    return header.ljust(80, b"\0") + len(records).to_bytes(4, "little") + records.tobytes()


def ascii_stl(mesh: MeshArrays, name: str = "part", *, places: int = 6) -> bytes:
    lines = [f"solid {name}"]
    for triangle in mesh.corners():
        lines += ["facet normal 0 0 0", " outer loop"]
        lines += [f"  vertex {x:.{places}f} {y:.{places}f} {z:.{places}f}" for x, y, z in triangle]
        lines += [" endloop", "endfacet"]
    return "\n".join([*lines, f"endsolid {name}", ""]).encode()


def obj(mesh: MeshArrays) -> bytes:
    corners = [f"v {x:.9g} {y:.9g} {z:.9g}" for x, y, z in mesh.vertices_mm]
    faces = [f"f {a + 1}//1 {b + 1}//1 {c + 1}//1" for a, b, c in mesh.faces]
    return "\n".join(["# ours", "o part", *corners, "vn 0 0 1", *faces, ""]).encode()


def ply(mesh: MeshArrays, form: str = "binary_little_endian") -> bytes:
    head = (
        f"ply\nformat {form} 1.0\ncomment ours\nelement vertex {len(mesh.vertices_mm)}\n"
        "property float x\nproperty float y\nproperty float z\nproperty uchar red\n"
        f"element face {len(mesh.faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    ).encode()
    if form == "ascii":
        rows = [f"{x:.9g} {y:.9g} {z:.9g} 7" for x, y, z in mesh.vertices_mm]
        rows += [f"3 {a} {b} {c}" for a, b, c in mesh.faces]
        return head + "\n".join(rows).encode()
    order = "<" if form == "binary_little_endian" else ">"
    corners = np.zeros(len(mesh.vertices_mm), dtype=[("p", order + "f4", 3), ("red", "u1")])
    corners["p"] = mesh.vertices_mm
    faces = np.zeros(len(mesh.faces), dtype=[("n", "u1"), ("i", order + "i4", 3)])
    faces["n"], faces["i"] = 3, mesh.faces
    return head + corners.tobytes() + faces.tobytes()


def threemf_object(mesh: MeshArrays, number: int, name: str = "") -> str:
    corners = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in mesh.vertices_mm)
    faces = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in mesh.faces)
    return (
        f'<object id="{number}" type="model" name="{name}"><mesh><vertices>{corners}</vertices>'
        f"<triangles>{faces}</triangles></mesh></object>"
    )


def threemf(
    objects: str,
    build: str,
    *,
    unit: str = "millimeter",
    more: dict[str, str] | None = None,
    packed: bool = True,
) -> bytes:
    core = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
    production = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
    head = f'<?xml version="1.0"?><model xmlns="{core}" xmlns:p="{production}" unit="{unit}">'
    models = {"3D/3dmodel.model": f"<resources>{objects}</resources><build>{build}</build>"}
    models |= {
        path: f"<resources>{text}</resources><build/>" for path, text in (more or {}).items()
    }
    texts = {path: f"{head}{text}</model>".encode() for path, text in models.items()}
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    return zipped({"[Content_Types].xml": b"<Types/>", **texts}, method=method)


def zipped(entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for path, content in entries.items():
            archive.writestr(path, content)
    return packed.getvalue()


def unzipped(content: bytes, path: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(path)
