import numpy as np
import pytest
import trimesh

from vision.describers import SLUGS, describer
from vision.editions import EDITIONS, kept_as
from vision.segmenter import shipped
from vision.shapes import Mesh
from vision.signature import unpack

#: What a signature of each edition holds: its arrays, their kinds and how many axes they have.
LAYOUTS = {
    ("seed6", 1): {"hashes": ("uint64", 2)},
    ("hash-aligned", 1): {
        "silhouettes": ("uint64", 2),
        "vertices": ("int16", 2),
        "faces": ("uint16", 2),
    },
    ("learned", 1): {
        "silhouettes": ("uint64", 2),
        "vertices": ("int16", 2),
        "faces": ("uint16", 2),
        "vectors": ("int8", 2),
    },
    ("learned", 2): {
        "silhouettes": ("uint64", 2),
        "vertices": ("int16", 2),
        "faces": ("uint16", 2),
        "vectors": ("int8", 2),
    },
}
#: The network that drew each edition's vectors.
VIEW_TOWERS = {
    1: "23677efc84b83f0d28a7aefab1d3c2cd58087fd0918eab9a5021f5fa3a041d10",
    2: "ec1f245db1f9e0f3684a126b68751e94fb89fc589969896dddbeae1bb89b36e2",
}


@pytest.mark.parametrize("slug", sorted(set(SLUGS) & {slug for slug, _ in LAYOUTS}))
def test_whoever_changes_what_a_signature_holds_raises_its_edition(slug: str) -> None:
    box = trimesh.creation.box((30, 20, 5))
    mesh = Mesh(
        vertices_mm=np.asarray(box.vertices, np.float64), faces=np.asarray(box.faces, np.int32)
    )

    held = unpack(slug, describer(slug).describe_part(mesh))

    layout = {name: (array.dtype.name, array.ndim) for name, array in held.items()}
    assert LAYOUTS[slug, EDITIONS[slug]] == layout


def test_whoever_changes_the_view_tower_raises_the_edition() -> None:
    digest = (shipped() / "embedder_view.sha256").read_text(encoding="ascii").strip()

    assert VIEW_TOWERS[EDITIONS["learned"]] == digest


def test_editions_are_kept_apart() -> None:
    assert [kept_as("some", {"some": edition}) for edition in (1, 2, 3)] == [
        "some",
        "some.2",
        "some.3",
    ]
    assert kept_as("not-named") == "not-named"
