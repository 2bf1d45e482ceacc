"""The rasteriser against geometry that can be worked out by hand."""

import numpy as np
import pytest

from tests.vision.shapes_of_ours import box
from vision.rasteriser import Orthographic, Perspective, render_views
from vision.shapes import Mesh

UPRIGHT = np.eye(3)[None]


def test_a_box_seen_along_its_axis_fills_as_many_pixels_as_its_face_has() -> None:
    views = render_views(box(20, 10, 6), UPRIGHT, size_px=64, camera=Orthographic(px_per_mm=2))

    assert views.mask.sum() == 40 * 20
    assert views.mask[0, 22:42, 12:52].all()


def test_depth_of_parallel_rays_is_counted_from_two_radii_before_the_middle() -> None:
    radius = np.sqrt(20**2 + 10**2 + 6**2) / 2

    views = render_views(box(20, 10, 6), UPRIGHT, size_px=64)

    assert np.allclose(views.depth_mm[views.mask], 2 * radius - 3, atol=1e-3)
    assert (views.depth_mm[~views.mask] == 0).all()


def test_the_face_towards_the_viewer_hides_the_one_behind_it_and_its_normal_looks_back() -> None:
    views = render_views(box(20, 10, 6), UPRIGHT, size_px=32)

    assert np.allclose(views.normals[views.mask], [0, 0, -1])
    assert (views.normals[~views.mask] == 0).all()


def test_an_inside_out_mesh_looks_like_a_sound_one() -> None:
    sound = box(20, 10, 6)
    inside_out = Mesh(vertices_mm=sound.vertices_mm, faces=sound.faces[:, ::-1].copy())
    tilted = np.array([[[0.6, 0, 0.8], [0, 1, 0], [-0.8, 0, 0.6]]])

    ours = render_views(inside_out, tilted, size_px=48)
    theirs = render_views(sound, tilted, size_px=48)

    assert np.array_equal(ours.mask, theirs.mask)
    assert np.allclose(ours.normals, theirs.normals, atol=1e-5)


def test_a_turned_box_shows_two_faces_with_the_normals_of_the_turn() -> None:
    tilted = np.array([[[0.6, 0, 0.8], [0, 1, 0], [-0.8, 0, 0.6]]])

    views = render_views(box(10, 10, 10), tilted, size_px=64)

    seen = np.unique(views.normals[views.mask].round(3), axis=0)
    assert len(seen) == 2
    assert np.allclose(seen, [[-0.8, 0.0, -0.6], [0.6, 0.0, -0.8]], atol=1e-3)


def test_a_pinhole_puts_a_point_where_focal_length_times_x_over_z_says() -> None:
    plate = box(10, 10, 1)
    away = np.array([[5.0, -5.0, 100.0]])

    views = render_views(
        plate,
        UPRIGHT,
        size_px=100,
        camera=Perspective(focal_px=200, translations_mm=away, principal_px=(40, 60)),
    )

    rows, columns = np.nonzero(views.mask[0])
    assert (columns.min(), columns.max()) == (50, 69)  # 40 + 200 * 5..15 / 100
    assert (rows.min(), rows.max()) == (50, 69)  # 60 + 200 * -5..5 / 100
    assert np.allclose(views.depth_mm[views.mask], 100, atol=1e-3)


def test_what_is_nearer_looks_larger_through_a_pinhole_and_depth_is_true_on_slanted_faces() -> None:
    slanted = np.array([[[1, 0, 0], [0, 0.6, -0.8], [0, 0.8, 0.6]]])
    plate = Mesh(
        vertices_mm=np.array([[-10, -10, 0], [10, -10, 0], [10, 10, 0], [-10, 10, 0]], float),
        faces=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
    )

    views = render_views(
        plate,
        slanted,
        size_px=128,
        camera=Perspective(focal_px=256, translations_mm=np.array([[0.0, 0, 50]])),
    )

    rows, columns = np.nonzero(views.mask[0])
    depth = views.depth_mm[0, rows, columns]
    y_mm = (rows + 0.5 - 64) * depth / 256
    assert np.allclose(depth, 50 + y_mm * 0.8 / 0.6, atol=0.02)
    widths = views.mask[0].sum(1)[rows.min() : rows.max() + 1]
    assert abs(widths[0] - 20 * 256 / (50 - 8)) <= 2
    assert abs(widths[-1] - 20 * 256 / (50 + 8)) <= 2


def test_what_reaches_behind_the_camera_is_left_out() -> None:
    near = np.array([[0.0, 0.0, -3.0]])

    views = render_views(
        box(2, 2, 6), UPRIGHT, size_px=16, camera=Perspective(focal_px=10, translations_mm=near)
    )

    # the far face alone lies wholly before the camera
    assert np.allclose(views.depth_mm[views.mask], 3, atol=1e-4)


def test_faces_without_area_draw_nothing_and_hurt_nothing() -> None:
    sound = box(20, 10, 6)
    degenerate = np.array([[0, 0, 0], [1, 1, 3], [0, 1, 0]], np.int32)
    dirty = Mesh(vertices_mm=sound.vertices_mm, faces=np.vstack([degenerate, sound.faces]))
    turns = np.linalg.qr(np.random.default_rng(4).normal(size=(8, 3, 3)))[0]
    turns *= np.linalg.det(turns)[:, None, None]

    ours = render_views(dirty, turns, size_px=40)
    theirs = render_views(sound, turns, size_px=40)

    assert np.array_equal(ours.depth_mm, theirs.depth_mm)
    assert np.array_equal(ours.normals, theirs.normals)


def test_a_single_point_in_space_is_a_picture_of_nothing() -> None:
    point = Mesh(vertices_mm=np.ones((3, 3)), faces=np.array([[0, 1, 2]], np.int32))

    assert not render_views(point, UPRIGHT, size_px=16).mask.any()


@pytest.mark.parametrize(
    "broken",
    [
        Mesh(vertices_mm=np.zeros((0, 3)), faces=np.zeros((0, 3), np.int32)),
        Mesh(vertices_mm=np.eye(3), faces=np.zeros((0, 3), np.int32)),
        Mesh(vertices_mm=np.eye(3), faces=np.array([[0, 1, 3]], np.int32)),
        Mesh(vertices_mm=np.eye(3), faces=np.array([[0, 1, -1]], np.int32)),
        Mesh(vertices_mm=np.full((3, 3), np.nan), faces=np.array([[0, 1, 2]], np.int32)),
    ],
)
def test_a_mesh_that_cannot_be_drawn_is_refused(broken: Mesh) -> None:
    with pytest.raises(ValueError, match=r"mesh|vertex"):
        render_views(broken, UPRIGHT, size_px=16)


def test_rotations_and_translations_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="translations"):
        render_views(
            box(1, 1, 1),
            UPRIGHT,
            size_px=8,
            camera=Perspective(focal_px=8, translations_mm=np.zeros((2, 3))),
        )
