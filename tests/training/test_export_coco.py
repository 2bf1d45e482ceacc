"""A COCO dataset of any folder of STLs: what it says is what can be seen."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image

from tests.training.commands import PYTHON, ROOT, needs_training
from training.export_coco import (
    Order,
    Studio,
    dataset,
    mask_from,
    overview,
    photo_name,
    run_lengths,
    shelf_of,
    take_photos,
)
from vision.rasteriser import Perspective, render_views
from vision.shapes import Mesh

SIDE_PX = 96


def angle() -> trimesh.Trimesh:
    """An L without a symmetry, far from its file's origin."""
    legs = [
        trimesh.creation.box((40, 10, 6), transform=trimesh.transformations.translation_matrix(at))
        for at in ((120.0, -30.0, 5.0), (104.0, -30.0, 17.0))
    ]
    legs[1].apply_transform(
        trimesh.transformations.rotation_matrix(np.pi / 2, (0, 1, 0), (104.0, -30.0, 17.0))
    )
    return trimesh.util.concatenate(legs)


@pytest.fixture(scope="module")
def stls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stls")
    (folder / "shop").mkdir(parents=True)
    angle().export(folder / "shop" / "angle.stl")
    trimesh.creation.annulus(8, 20, 9).export(folder / "ring.STL")
    return folder


@pytest.fixture(scope="module")
def dataset_of_24(stls: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("coco")
    return folder, made(stls, folder, photos=24)


def made(stls: Path, out: Path, *, photos: int, seed: int = 3) -> dict[str, Any]:
    """The dataset of so many photos."""
    shelf = shelf_of(stls, None)
    order = Order(seed=seed, side_px=SIDE_PX, parts=shelf.parts, digest=shelf.digest)
    (out / "photos").mkdir(parents=True, exist_ok=True)
    return dataset(order, take_photos(Studio(shelf, order), out, photos=photos))


def decoded(each: dict[str, Any]) -> np.ndarray:
    height, width = each["segmentation"]["size"]
    return mask_from(each["segmentation"]["counts"], height=height, width=width)


def drawn(mesh: trimesh.Trimesh, pose: dict[str, Any]) -> np.ndarray:
    """The part's silhouette where its pose says, by the product's own rasteriser."""
    vertices = np.asarray(mesh.vertices, float) * pose["scale"]
    camera = Perspective(
        focal_px=pose["focal_px"], translations_mm=np.array([pose["translation_mm"]])
    )
    return render_views(
        Mesh(vertices_mm=vertices, faces=np.asarray(mesh.faces, np.int32)),
        np.array([pose["rotation"]]), size_px=SIDE_PX, camera=camera,
    ).mask[0]  # fmt: skip


def test_runs_go_down_the_columns_and_begin_with_zeros() -> None:
    mask = np.array([[0, 1, 1], [0, 0, 1]], bool)

    assert run_lengths(mask) == [2, 1, 1, 2]
    assert run_lengths(~mask) == [0, 2, 1, 1, 2]
    assert run_lengths(np.zeros((2, 3), bool)) == [6]


def test_runs_give_back_any_mask() -> None:
    rng = np.random.default_rng(0)

    for share in (0.02, 0.5, 0.97):
        mask = rng.random((37, 53)) < share
        assert np.array_equal(mask_from(run_lengths(mask), height=37, width=53), mask)


def test_a_drawing_at_the_pose_lies_on_the_mask_to_a_pixel(
    stls: Path, dataset_of_24: tuple[Path, Any]
) -> None:
    _, found = dataset_of_24
    meshes = {1: trimesh.load_mesh(stls / "ring.STL"), 2: angle()}
    shifts = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))

    covered, overlaps = [], []
    for each in found["annotations"]:
        mask, silhouette = decoded(each), drawn(meshes[each["category_id"]], each["pose"])
        covered.append((mask & silhouette).sum() / mask.sum())
        moved = [np.roll(silhouette, shift, (0, 1)) for shift in shifts]
        overlaps.append([(mask & each).sum() / (mask | each).sum() for each in moved])

    assert [each["name"] for each in found["categories"]] == ["ring", "shop/angle"]
    assert len(found["images"]) == 24
    assert len(covered) >= 20
    assert np.median(covered) > 0.96  # the rest is edges: whole pixels against centres
    assert np.median(overlaps, axis=0).argmax() == 0


def test_boxes_and_areas_are_those_of_the_masks(dataset_of_24: tuple[Path, Any]) -> None:
    _, found = dataset_of_24

    for each in found["annotations"]:
        mask = decoded(each)
        x, y, wide, high = each["bbox"]
        inside = mask[y : y + high, x : x + wide]
        assert each["area"] == mask.sum() == inside.sum()
        assert all(rim.any() for rim in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))
        assert each["iscrowd"] == 0
    assert len({each["id"] for each in found["annotations"]}) == len(found["annotations"])


def test_every_part_is_the_main_print_as_often_as_any_other(
    dataset_of_24: tuple[Path, Any],
) -> None:
    _, found = dataset_of_24

    first = {each["image_id"]: each["category_id"] for each in reversed(found["annotations"])}
    counts = np.bincount(list(first.values()), minlength=3)[1:]
    assert counts.sum() >= 20
    assert abs(counts[0] - counts[1]) <= 4  # as often, less the photos without a main print


def test_a_broken_run_goes_on_and_gives_what_an_unbroken_one_gives(
    stls: Path, tmp_path: Path
) -> None:
    whole = made(stls, tmp_path / "whole", photos=6)
    made(stls, tmp_path / "broken", photos=3)
    journal = tmp_path / "broken" / "shots.jsonl"
    journal.write_text(journal.read_text()[:-9])  # the power went while the third was written
    kept = (tmp_path / "broken" / photo_name(0)).stat().st_mtime_ns

    again = made(stls, tmp_path / "broken", photos=6)

    assert again == whole
    assert (tmp_path / "broken" / photo_name(0)).stat().st_mtime_ns == kept
    for number in range(6):
        pictures = [(tmp_path / run / photo_name(number)) for run in ("whole", "broken")]
        assert pictures[0].read_bytes() == pictures[1].read_bytes()


def test_another_order_does_not_get_into_the_same_folder(stls: Path, tmp_path: Path) -> None:
    made(stls, tmp_path / "out", photos=1)

    with pytest.raises(ValueError, match="another order"):
        made(stls, tmp_path / "out", photos=2, seed=4)


def test_the_overview_shows_the_masks_in_colour(dataset_of_24: tuple[Path, Any]) -> None:
    folder, found = dataset_of_24

    sheet = np.asarray(overview(folder, found)).astype(float)

    assert sheet.shape == (3 * SIDE_PX, 4 * SIDE_PX, 3)
    shown = [each for each in found["annotations"] if each["image_id"] <= 12]
    first = max(shown, key=lambda each: each["area"])  # little of it is under its box and name
    row, column = divmod(first["image_id"] - 1, 4)
    tile = sheet[row * SIDE_PX :, column * SIDE_PX :][:SIDE_PX, :SIDE_PX]
    with Image.open(folder / photo_name(first["image_id"] - 1)) as opened:
        photo = np.asarray(opened.convert("RGB")).astype(float)
    expected = 0.55 * photo + 0.45 * np.array([255, 40, 40])
    assert np.median(np.abs(tile - expected)[decoded(first)]) <= 1


@pytest.mark.slow
@needs_training
def test_cocos_own_tools_read_the_same_from_a_toy_dataset(tmp_path: Path) -> None:
    subprocess.run(
        [PYTHON, "-m", "training.export_coco", "--out", tmp_path, "--photos", "8",
         "--side-px", "128"],
        cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, check=True, capture_output=True,
        timeout=280,
    )  # fmt: skip
    reader = """
import json, sys
from pycocotools.coco import COCO
coco = COCO(sys.argv[1] + "/annotations.json")
rows = coco.loadAnns(coco.getAnnIds())
masks = [coco.annToMask(row) for row in rows]
told = [[row["id"], int(m.sum()), m.sum(0).tolist()] for row, m in zip(rows, masks)]
print(json.dumps(told))
"""

    told = subprocess.run(
        [PYTHON, "-c", reader, tmp_path], check=True, capture_output=True, text=True, timeout=120
    )

    found = json.loads((tmp_path / "annotations.json").read_text())
    read = json.loads(told.stdout.splitlines()[-1])
    assert len(found["images"]) == 8
    assert len(read) == len(found["annotations"]) >= 6
    for each, (number, area, columns) in zip(found["annotations"], read, strict=True):
        assert (each["id"], each["area"]) == (number, area)
        assert decoded(each).sum(0).tolist() == columns
    with Image.open(tmp_path / "overview.jpg") as sheet:
        assert sheet.size == (4 * 128, 2 * 128)
