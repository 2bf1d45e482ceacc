"""The sample shop's catalogue."""

from functools import cache

import numpy as np

from samples import SamplePart, catalogue


@cache
def made() -> tuple[SamplePart, ...]:
    return catalogue()


def named(name: str) -> SamplePart:
    return next(part for part in made() if part.name == name)


def test_every_sample_part_is_closed_and_in_one_piece() -> None:
    parts = made()

    open_parts = [part.name for part in parts if not part.mesh.is_watertight]
    broken = [part.name for part in parts if part.mesh.body_count != 1]

    assert (open_parts, broken) == ([], [])
    assert all(part.mesh.volume > 0 for part in parts)


def test_there_are_at_least_24_parts_with_names_of_their_own() -> None:
    names = [part.name for part in made()]

    assert len(set(names)) == len(names) >= 24


def test_parts_fit_a_hobby_printer_and_stand_on_its_bed() -> None:
    for part in made():
        low, high = part.mesh.bounds
        assert (high - low).max() < 200, part.name
        assert (high - low).min() > 1, part.name
        assert abs(low[2]) < 1e-9, part.name


def test_the_catalogue_is_the_same_every_time() -> None:
    for first, second in zip(catalogue(), catalogue(), strict=True):
        assert np.array_equal(first.mesh.vertices, second.mesh.vertices)
        assert (first.name, first.order, first.due) == (second.name, second.order, second.due)


def test_the_mounts_are_mirror_images_and_no_turn_makes_them_one() -> None:
    left, right = named("corner-mount-left").mesh, named("corner-mount-right").mesh

    mirrored = left.vertices * [1, -1, 1]

    assert sorted(map(tuple, mirrored.round(4))) == sorted(map(tuple, right.vertices.round(4)))
    assert np.sign(handedness(left)) == -np.sign(handedness(right)) != 0


def handedness(mesh: object) -> float:
    """A third moment of the volume along the principal axes: its sign changes in a mirror."""
    points = np.asarray(mesh.triangles_center) - mesh.center_mass  # type: ignore[attr-defined]
    weights = np.asarray(mesh.area_faces)  # type: ignore[attr-defined]
    _, axes = np.linalg.eigh((points * weights[:, None]).T @ points)
    axes[:, 0] *= np.sign(np.linalg.det(axes))
    along = points @ axes
    skew = (weights[:, None] * along**3).sum(0)
    return float(np.prod(skew))


def test_look_alikes_are_nearly_but_not_quite_the_same() -> None:
    for one, other in [("spur-gear-24", "spur-gear-25"), ("angle-bracket-m4", "angle-bracket-m5")]:
        a, b = named(one).mesh, named(other).mesh
        difference = abs(a.volume - b.volume) / a.volume
        assert 0.001 < difference < 0.12, (one, other)
