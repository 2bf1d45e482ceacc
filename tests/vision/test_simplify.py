"""Coarse meshes keep their shape."""

import numpy as np
import pytest

from tests.vision.shapes_of_ours import ball, box
from vision.shapes import Mesh
from vision.simplify import simplified


def volume(mesh: Mesh) -> float:
    corners = mesh.vertices_mm[mesh.faces]
    return float(np.abs(np.linalg.det(corners).sum() / 6))


def test_a_coarse_mesh_is_left_alone() -> None:
    mesh = box(1, 2, 3)

    assert simplified(mesh, triangles=12) is mesh


def test_a_fine_ball_becomes_a_coarse_ball() -> None:
    fine = ball(60)

    coarse = simplified(fine, triangles=800)

    assert len(coarse.faces) <= 880
    assert volume(coarse) == pytest.approx(4 / 3 * np.pi * 1000, rel=0.02)
    assert np.abs(np.linalg.norm(coarse.vertices_mm, axis=1) - 10).max() < 0.4


def test_corners_that_coincide_are_merged_before_anything_is_lost() -> None:
    doubled = Mesh(
        vertices_mm=box(1, 2, 3).vertices_mm[box(1, 2, 3).faces].reshape(-1, 3),
        faces=np.concatenate(
            [np.arange(36, dtype=np.int32).reshape(-1, 3), np.array([[0, 0, 0]], np.int32)]
        ),
    )

    merged = simplified(doubled, triangles=12)

    assert len(merged.vertices_mm) == 8
    assert volume(merged) == pytest.approx(6)


def test_corners_that_no_triangle_uses_are_dropped() -> None:
    spare = Mesh(
        vertices_mm=np.concatenate([np.full((70_000, 3), 9.0), box(1, 2, 3).vertices_mm]),
        faces=box(1, 2, 3).faces + np.int32(70_000),
    )

    lean = simplified(spare, triangles=100)

    assert np.array_equal(lean.vertices_mm[lean.faces], spare.vertices_mm[spare.faces])
    assert len(lean.vertices_mm) == 8


def test_loose_triangles_are_thinned_to_the_largest() -> None:
    random = np.random.default_rng(5)
    corners = random.normal(size=(4000, 1, 3)) * 50 + random.normal(size=(4000, 3, 3))
    soup = Mesh(
        vertices_mm=corners.reshape(-1, 3), faces=np.arange(12000, dtype=np.int32).reshape(-1, 3)
    )

    thin = simplified(soup, triangles=500)

    assert 0 < len(thin.faces) <= 1000
    assert len(thin.vertices_mm) <= 3 * len(thin.faces)


def test_an_empty_mesh_has_no_shape() -> None:
    with pytest.raises(ValueError, match="empty"):
        simplified(
            Mesh(vertices_mm=np.zeros((3, 3)), faces=np.zeros((0, 3), np.int32)), triangles=9
        )
