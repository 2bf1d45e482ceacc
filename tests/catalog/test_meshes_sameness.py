import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from catalog.meshes import (
    Fingerprint,
    MeshArrays,
    fingerprint,
    mirror_image,
    read_parts,
    same_geometry,
)
from catalog.meshes.sameness import mirrored
from tests.catalog import mesh_files as files

SHAPES = {
    "bracket": files.bracket(),
    "box": files.box(),
    "cube": files.box(20, 20, 20),
    "cube with a dot": files.cube_with_dot(),
    "knob": files.knob(),
    "ball": files.ball(),
}
CHIRAL = {"bracket", "cube with a dot"}

turns = st.integers(0, 2**31).map(lambda seed: Rotation.random(random_state=seed).as_matrix())
shifts = st.tuples(*[st.floats(-500, 500)] * 3).map(np.array)
names = st.sampled_from(sorted(SHAPES))
seeds = st.integers(0, 2**31)
quickly = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def exported_again(
    mesh: MeshArrays, turn: NDArray[np.float64], shift: NDArray[np.float64], seed: int
) -> MeshArrays:
    """Turned, moved, rounded to 1/128 mm, triangles and corners in another order."""
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(mesh.vertices_mm))
    vertices = np.round((mesh.vertices_mm @ turn.T + shift) * 128) / 128
    faces = np.argsort(order)[chance.permutation(mesh.faces)].astype(np.int32)
    faces = np.roll(faces, int(chance.integers(3)), axis=1)
    return MeshArrays(vertices_mm=vertices[order], faces=faces)


@pytest.mark.slow
@quickly
@given(name=names, turn=turns, shift=shifts, seed=seeds)
def test_a_shape_exported_again_is_the_same(
    name: str, turn: NDArray[np.float64], shift: NDArray[np.float64], seed: int
) -> None:
    again = exported_again(SHAPES[name], turn, shift, seed)

    assert same_geometry(SHAPES[name], again)
    assert same_geometry(again, SHAPES[name])


@quickly
@given(name=st.sampled_from(sorted(CHIRAL)), turn=turns, shift=shifts, seed=seeds)
def test_a_mirror_image_is_another_part_and_known_as_one(
    name: str, turn: NDArray[np.float64], shift: NDArray[np.float64], seed: int
) -> None:
    other_hand = exported_again(mirrored(SHAPES[name]), turn, shift, seed)

    assert not same_geometry(SHAPES[name], other_hand)
    assert mirror_image(SHAPES[name], other_hand)


@quickly
@given(name=names, turn=turns, shift=shifts, seed=seeds, scale=st.sampled_from([0.98, 1.02]))
def test_two_per_cent_larger_or_smaller_is_another_part(
    name: str, turn: NDArray[np.float64], shift: NDArray[np.float64], seed: int, scale: float
) -> None:
    again = exported_again(SHAPES[name], turn * scale, shift, seed)

    assert not same_geometry(SHAPES[name], again)


@quickly
@given(turn=turns, shift=shifts, seed=seeds)
def test_a_look_alike_with_a_hole_a_fifth_of_a_millimetre_wider_is_another_part(
    turn: NDArray[np.float64], shift: NDArray[np.float64], seed: int
) -> None:
    wider = exported_again(files.bracket(hole_mm=4.2), turn, shift, seed)

    assert not same_geometry(SHAPES["bracket"], wider)


@quickly
@given(name=names, turn=turns, shift=shifts, seed=seeds)
def test_a_shape_exported_again_is_found_by_the_ranges_of_its_fingerprint(
    name: str, turn: NDArray[np.float64], shift: NDArray[np.float64], seed: int
) -> None:
    known = fingerprint(SHAPES[name])
    again = fingerprint(exported_again(SHAPES[name], turn, shift, seed))

    found = again.search_range()

    assert found.area_low_mm2 <= known.area_mm2 <= found.area_high_mm2
    assert found.volume_low_mm3 <= known.volume_mm3 <= found.volume_high_mm3
    assert again.may_be(known)


def test_another_triangulation_of_the_same_surface_is_the_same() -> None:
    mesh = SHAPES["bracket"]
    a, b, c = mesh.faces.T
    middles = len(mesh.vertices_mm) + np.arange(len(mesh.faces))
    finer = MeshArrays(
        vertices_mm=np.concatenate([mesh.vertices_mm, mesh.corners().mean(axis=1)]),
        faces=np.concatenate(
            [np.stack(side, axis=1) for side in ((a, b, middles), (b, c, middles), (c, a, middles))]
        ).astype(np.int32),
    )

    assert same_geometry(mesh, finer)


@pytest.mark.parametrize("degrees", [4, 8, 90, 181])
def test_a_notch_elsewhere_on_a_knob_is_the_same_knob_turned(degrees: float) -> None:
    turn = Rotation.from_euler("z", degrees, degrees=True).as_matrix()

    assert same_geometry(SHAPES["knob"], files.moved(SHAPES["knob"], turn, np.zeros(3)))


def test_ascii_and_binary_of_one_part_are_the_same_part() -> None:
    (binary,) = read_parts(files.binary_stl(SHAPES["bracket"]), "a.stl")
    (text,) = read_parts(files.ascii_stl(SHAPES["bracket"], places=3), "b.stl")

    assert same_geometry(binary.mesh, text.mesh)


def test_an_open_part_is_known_again_wherever_it_lies() -> None:
    lidless = MeshArrays(
        vertices_mm=SHAPES["bracket"].vertices_mm, faces=SHAPES["bracket"].faces[5:]
    )
    turn = Rotation.random(random_state=3).as_matrix()

    again = exported_again(lidless, turn, np.array([900.0, -70, 3]), 5)

    assert same_geometry(lidless, again)


def test_a_fingerprint_comes_back_from_json_as_it_went() -> None:
    known = fingerprint(SHAPES["bracket"])

    assert Fingerprint.from_json(known.as_json()) == known
    with pytest.raises(ValueError, match="no fingerprint"):
        Fingerprint.from_json({"area_mm2": 3.0})


def test_a_close_comparison_costs_less_than_four_seconds_of_processor_time() -> None:
    fine = files.arrays(files.manifold3d.Manifold.sphere(30, 400).scale((1, 0.8, 1.2)))
    again = exported_again(fine, Rotation.random(random_state=1).as_matrix(), np.ones(3), 1)

    start = time.process_time()
    same = same_geometry(fine, again)

    assert len(fine.faces) == 80_000
    assert same
    assert time.process_time() - start < 4
