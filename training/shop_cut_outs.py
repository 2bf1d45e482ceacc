"""What the product cuts out of a shop's photos that never were.

    .venv/bin/python -m training.shop_cut_outs --folder DIR --seconds 45

Stage of training/shop_folder.py. Runs in the product's environment: it asks the product itself, as
training/own_masks.py does. Of the photos to judge by, every one is cut out.
"""

import numpy as np

from training.own_masks import keep, own_masks, path_of
from training.shop_folder import SIZES, ShopFolder, Turn, take_a_turn
from vision.segmenter import Segmenter


def stage(folder: ShopFolder, turn: Turn) -> bool:
    """Cut out what was not yet."""
    size, segmenter = SIZES[folder.plan.size], Segmenter()
    shards = [
        *((path, 1) for path in sorted(folder.held_out.glob("posed_????.npz"))),
        *((path, size.cut_out_every) for path in sorted(folder.photos.glob("posed_????.npz"))),
    ]
    for done, (shard, every) in enumerate(shards):
        goal = path_of(shard)
        if goal.exists():
            continue
        turn.tell(done, len(shards))
        if turn.is_over:
            return False
        pictures = np.load(shard.with_suffix(".npy"), mmap_mode="r")
        keep(own_masks(pictures, every=every, segmenter=segmenter), goal)
    turn.tell(len(shards), len(shards))
    return True


if __name__ == "__main__":
    take_a_turn(__doc__, stage)
