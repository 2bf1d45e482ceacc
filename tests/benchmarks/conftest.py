"""Benchmarks are scripts that find each other in their own folder; and a data folder in small."""

import csv
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

ROOT = Path(__file__).parents[2]

if str(ROOT / "benchmarks") not in sys.path:
    sys.path.insert(0, str(ROOT / "benchmarks"))

from samples import catalogue  # noqa: E402  after the path
from vision import Mesh  # noqa: E402
from vision.rasteriser import render_views  # noqa: E402
from vision.viewpoints import axis_views  # noqa: E402

PARTS = ("wall-hook", "spur-gear-24", "chess-pawn", "gusset-plate", "funnel")


def pictured(mesh: trimesh.Trimesh, view: int) -> np.ndarray:
    """A part's silhouette (160, 160) from one of six sides, as `seed6` would draw it."""
    found = Mesh(
        vertices_mm=np.asarray(mesh.vertices, float), faces=np.asarray(mesh.faces, np.int32)
    )
    return render_views(found, axis_views()[view : view + 1], size_px=160).mask[0]


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five parts, a photo and a mask of each in each list, laid out as benchmarks expect it."""
    data = tmp_path_factory.mktemp("data")
    meshes = {part.name: part.mesh for part in catalogue() if part.name in PARTS}
    for folder in ("parts", "photos", "traced"):
        (data / folder).mkdir()
    with (data / "parts.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["part", "customer"], *[[name, "A"] for name in PARTS]])
    for name in PARTS:
        meshes[name].export(data / "parts" / f"{name}.stl")
    heading = ["photo", "stl", "acceptable", "difficulty", "mask", "note", "occluded_fraction"]
    for folder, table in (("photos", "photos.csv"), ("traced", "traced/traced.csv")):
        rows = [heading]
        for n, name in enumerate(PARTS):
            mask = pictured(meshes[name], n)
            rgb = np.where(mask[..., None], 90, 230).astype(np.uint8).repeat(3, axis=2)
            start = "" if folder == "traced" else "photos/"
            Image.fromarray(rgb).save(data / folder / f"{n}.png")
            Image.fromarray(mask).save(data / folder / f"{n}-mask.png")
            rows.append([f"{start}{n}.png", name, "", "easy", f"{start}{n}-mask.png", "", "0"])
        with (data / table).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return data
