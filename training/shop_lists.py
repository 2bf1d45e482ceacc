"""What the search offers for a shop's photos that never were, right and wrong.

    .venv/bin/python -m training.shop_lists --folder DIR --seconds 45

Stage of training/shop_folder.py. Runs in the product's environment: it makes lists as
training/candidate_lists.py does, one shard's at a time, with the networks that are shipped. Those
that were tuned just now are no files yet, and the lists need to be like what the search offers, no
more. Wrong parts come from all shards that are asked about: those are the first ones, in which no
part comes again before every other had its turn. Held-out photos are not among them.
"""

from training.candidate_lists import described, make, stls_of
from training.shop_folder import SIZES, ShopFolder, Turn, take_a_turn
from training.whole_files import named
from vision.shapes import Mesh, Signature


def stage(folder: ShopFolder, turn: Turn) -> bool:
    """Describe the parts and ask about the shards that were not yet."""
    size = SIZES[folder.plan.size]
    (folder.lists / "signatures").mkdir(parents=True, exist_ok=True)
    shards = sorted(folder.photos.glob("posed_????.npz"))[: size.listed_shards]
    meshes = stls_of(shards)
    total = len(meshes) + len(shards)
    known = []
    for done, (name, mesh) in enumerate(meshes.items()):
        turn.tell(done, total)
        if turn.is_over:
            return False
        known.append((name, signature_of(folder, name, mesh)))
    for done, shard in enumerate(shards, start=len(known)):
        turn.tell(done, total)
        if turn.is_over:
            return False
        make(shard, out=folder.lists, photos=size.listed_photos, among=size.shard_photos,
             known=known)  # fmt: skip
    turn.tell(total, total)
    return True


def signature_of(folder: ShopFolder, name: str, mesh: Mesh) -> Signature:
    """The part as the shipped networks describe it, made once."""
    goal = folder.lists / "signatures" / name
    if not goal.exists():
        partial = goal.with_suffix(".part")
        partial.write_bytes(bytes(described(mesh)))
        named(partial, goal)
    return Signature(goal.read_bytes())


if __name__ == "__main__":
    take_a_turn(__doc__, stage)
