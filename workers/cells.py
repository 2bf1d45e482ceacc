"""The cells a worker keeps: one for pictures, one for meshes and their renders.

Apart, because their limits differ by far: a photo that needs a minute is stuck, a mesh of five
million triangles is not.
"""

from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

from workers.cell import Cell
from workers.cell_child import CellLimits

_GIB = 1 << 30

#: Address space, not memory in use. 120 megapixels take up to 1 GB to decode.
PICTURE_LIMITS = CellLimits(
    address_space_bytes=4 * _GIB, cpu_time=timedelta(seconds=30), resident_bytes=_GIB
)
#: Five million triangles take 2.8 GB and 20 s to read (docs/decisions/0006-hostile-input.md).
MESH_LIMITS = CellLimits(
    address_space_bytes=12 * _GIB, cpu_time=timedelta(minutes=5), resident_bytes=2 * _GIB
)
PICTURE_TIME = timedelta(seconds=60)
MESH_TIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One set of cells; two callers take turns."""

    pictures: Cell
    meshes: Cell

    def close(self) -> None:
        """End both."""
        self.pictures.close()
        self.meshes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_cells() -> Cells:
    """A set of cells; their children start at their first call."""
    return Cells(
        pictures=Cell(limits=PICTURE_LIMITS, preload=("workers.picture_tasks",)),
        meshes=Cell(limits=MESH_LIMITS, preload=("workers.mesh_tasks",)),
    )
