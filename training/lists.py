"""Lists of candidates as they are kept: what a verifier learns from.

Knows arrays and files only. training/candidate_lists.py makes them in the product's environment,
training/train_verifier.py reads them in training's.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.whole_files import named

#: Candidates of one photo: the right part, if the search came that far, and the likeliest others.
CANDIDATES = 12
#: Drawings of the right part about where it really is.
TRUE_VIEWS = 2
#: Views are kept in this many steps for each unit: normals and depth are within 1.5.
VIEW_STEPS = 84


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Candidates of N photos, the first `count` of each are there, best first.

    Attributes:
        photos: (N, S, S, 4) uint8, canonical crop and mask.
        views: (N, CANDIDATES, 5, S, S) int8, in VIEW_STEPS: each candidate laid on the photo.
        right: (N, CANDIDATES) bool, at most one of a photo.
        true_views: (N, TRUE_VIEWS, 5, S, S) int8: the right part nearly in its true pose, whatever
            the search made of it.
        pose_share: (N, CANDIDATES) float32, how far each candidate's drawing is the right part's
            in its true pose: mean product of normals over both, 0..1.
        count: (N,) int32.
    """

    photos: NDArray[np.uint8]
    views: NDArray[np.int8]
    right: NDArray[np.bool_]
    true_views: NDArray[np.int8]
    pose_share: NDArray[np.float32]
    count: NDArray[np.int32]


def write(lists: Lists, goal: Path) -> None:
    """Both files, the .npz last: lists without it are not there yet."""
    np.save(goal.with_suffix(".npy"), lists.views)
    partial_file = goal.with_suffix(".part")
    with partial_file.open("wb") as file:
        np.savez(
            file, photos=lists.photos, right=lists.right, count=lists.count,
            true_views=lists.true_views, pose_share=lists.pose_share,
        )  # fmt: skip
    named(partial_file, goal, goal.with_suffix(".npy"))


def read(goal: Path) -> Lists:
    """Lists by their .npz; views are mapped, not read."""
    with np.load(goal) as held:
        return Lists(
            views=np.load(goal.with_suffix(".npy"), mmap_mode="r"),
            photos=held["photos"], right=held["right"], count=held["count"],
            true_views=held["true_views"], pose_share=held["pose_share"],
        )  # fmt: skip
