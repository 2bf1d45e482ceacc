"""Photos that people confirmed, compared with a new photo as one more view of their part.

Knows cut-outs and vectors only: no part, no verdict. A confirmed photo is kept as its vectors in
all rolls, (EMBEDDED_ROLLS, WIDTH) int8, so that a new photo needs to be embedded once, as it lies:
in one of the rolls the two lie alike, if they show the same side. That they do not is no evidence
against the part, which may have been photographed from elsewhere; so likeness only ever adds.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision import learned
from vision.embedder import towers
from vision.learned import (
    EMBEDDED_ROLLS,
    STEPS,
    WIDTH,
    in_steps,
    rolled_inputs,
    upright_input,
)
from vision.networks import SHIPPED, Networks, family_of
from vision.shapes import CutOut

#: From this cosine on two photos speak for the same part, by how much for each unit more, and how
#: much at most, all as log-odds. Of 92 real photos of 40 parts with given masks (21 Nov 2026) 59 of
#: 100 pairs of one part and 4 of 100 other pairs lie above 0.65; the odds of the two rise twice as
#: steeply as is taken here, because those pairs were taken by one person on one table.
ALIKE_FROM, ODDS_PER_UNIT, ODDS_MOST = 0.65, 15.0, 3.0
#: From this cosine on two photos are one and the same, sent again.
SAME_PHOTO = 0.985


def remembers(slug: str) -> bool:
    """Whether this describer can compare photos with photos."""
    return family_of(slug) == learned.SLUG


def remembered(cut_out: CutOut, networks: Networks = SHIPPED) -> bytes:
    """What is kept of a confirmed photo; other networks cannot compare it."""
    rolled = towers(networks).photo.embed(rolled_inputs(cut_out)).whole
    return in_steps(rolled).tobytes()


def opened(kept: Sequence[bytes]) -> NDArray[np.int8]:
    """(N, EMBEDDED_ROLLS, WIDTH) of what was kept.

    Raises:
        ValueError: something was kept in another layout.
    """
    if not kept:
        return np.zeros((0, EMBEDDED_ROLLS, WIDTH), np.int8)
    return np.stack([np.frombuffer(data, np.int8).reshape(EMBEDDED_ROLLS, WIDTH) for data in kept])


def upright(cut_out: CutOut, networks: Networks = SHIPPED) -> NDArray[np.float32]:
    """(WIDTH,): a new photo's vector, as it lies."""
    tower = towers(networks).photo
    vector: NDArray[np.float32] = tower.embed(upright_input(cut_out)[None]).whole[0]
    return vector


def nearness_to(vector: NDArray[np.float32], photos: NDArray[np.int8]) -> NDArray[np.float32]:
    """(N,): the cosine of a new photo with each confirmed one in the roll where they agree best."""
    near: NDArray[np.float32] = (photos.astype(np.float32) @ (vector / STEPS)).max(1, initial=-1)
    return near


def odds(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much likenesses speak for a part, as log-odds; never against it."""
    return np.clip((cosines.astype(float) - ALIKE_FROM) * ODDS_PER_UNIT, 0, ODDS_MOST)
