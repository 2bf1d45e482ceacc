"""A few numbers by which the same shape can be looked up, however it was exported.

Knows triangles only. Area, volume and spread change neither with rotation, translation, triangle
order nor triangulation, and little with rounding; a mirror image has the same ones. Candidates
come from ranges over two indexed columns, `same_geometry` decides.
"""

from dataclasses import asdict, dataclass
from typing import Self

from catalog.meshes.measures import surface_moments
from catalog.meshes.shapes import MeshArrays

#: A tenth of the 4 % by which two per cent of scale change the area.
_SHARE = 0.004
#: Rounding to 1/128 mm moves a surface by up to this much.
_ROUNDING_MM = 0.004


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRange:
    """Where the columns of the same shape may lie, both ends included."""

    area_low_mm2: float
    area_high_mm2: float
    volume_low_mm3: float
    volume_high_mm3: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What turning and moving a shape does not change.

    Attributes:
        volume_mm3: enclosed volume, without sign.
        spread_mm: standard deviations of the surface along its principal axes, falling.
    """

    area_mm2: float
    volume_mm3: float
    spread_mm: tuple[float, float, float]

    def search_range(self) -> SearchRange:
        """The ranges of a first look-up in the catalogue."""
        area_slack = self._area_slack()
        volume_slack = self._volume_slack()
        return SearchRange(
            area_low_mm2=self.area_mm2 - area_slack,
            area_high_mm2=self.area_mm2 + area_slack,
            volume_low_mm3=self.volume_mm3 - volume_slack,
            volume_high_mm3=self.volume_mm3 + volume_slack,
        )

    def may_be(self, other: Self) -> bool:
        """Whether a close comparison of the two meshes is worth its time."""
        pairs = zip(self.spread_mm, other.spread_mm, strict=True)
        return (
            abs(self.area_mm2 - other.area_mm2) <= self._area_slack()
            and abs(self.volume_mm3 - other.volume_mm3) <= self._volume_slack()
            and all(abs(a - b) <= _SHARE * self.spread_mm[0] + _ROUNDING_MM for a, b in pairs)
        )

    def as_json(self) -> dict[str, float | list[float]]:
        """As JSON keeps it."""
        return {**asdict(self), "spread_mm": list(self.spread_mm)}

    @classmethod
    def from_json(cls, kept: dict[str, float | list[float]]) -> Self:
        """Back from JSON."""
        match kept:
            case {
                "area_mm2": float(area),
                "volume_mm3": float(volume),
                "spread_mm": [float(a), float(b), float(c)],
            }:
                return cls(area_mm2=area, volume_mm3=volume, spread_mm=(a, b, c))
        raise ValueError(f"no fingerprint: {kept}")

    def _area_slack(self) -> float:
        perimeter = self.spread_mm[0] * 12
        return self.area_mm2 * _SHARE + perimeter * _ROUNDING_MM

    def _volume_slack(self) -> float:
        return self.volume_mm3 * _SHARE + self.area_mm2 * _ROUNDING_MM


def fingerprint(mesh: MeshArrays) -> Fingerprint:
    """Measure a mesh as `read_parts` gives it."""
    moments = surface_moments(mesh)
    a, b, c = (float(value) for value in moments.spread_mm)
    return Fingerprint(
        area_mm2=moments.area_mm2, volume_mm3=abs(moments.volume_mm3), spread_mm=(a, b, c)
    )
