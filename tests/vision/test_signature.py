"""Signatures come back as they went, or not at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vision.errors import SignatureUnreadable
from vision.shapes import Signature
from vision.signature import MAGIC, pack, unpack

ARRAYS = {"views": np.arange(12, dtype=np.uint64).reshape(3, 4), "mesh": np.ones((2, 3), np.int16)}


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8),
        hnp.arrays(
            st.sampled_from([np.uint8, np.int16, np.uint64, np.float32]),
            hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
        ),
        max_size=3,
    )
)
def test_arrays_come_back_with_name_kind_shape_and_values(arrays: dict[str, np.ndarray]) -> None:
    back = unpack("some", pack("some", arrays))

    assert list(back) == list(arrays)
    for name, values in arrays.items():
        assert back[name].dtype == values.dtype
        assert back[name].shape == values.shape
        assert np.array_equal(back[name], values, equal_nan=values.dtype.kind == "f")


def test_a_signature_starts_with_its_magic_version_and_slug() -> None:
    assert pack("some", ARRAYS).startswith(MAGIC + b"\x01\x00\x04\x00some")


def test_another_version_is_refused() -> None:
    newer = bytearray(pack("some", ARRAYS))
    newer[4] = 2

    with pytest.raises(SignatureUnreadable, match="version 2"):
        unpack("some", Signature(bytes(newer)))


def test_another_slug_is_refused_by_name() -> None:
    with pytest.raises(SignatureUnreadable, match="'some'"):
        unpack("other", pack("some", ARRAYS))


@given(st.data())
def test_no_damage_goes_further_than_its_own_error(data: st.DataObject) -> None:
    whole = pack("some", ARRAYS)
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]

    try:
        back = unpack("some", Signature(damaged))
    except SignatureUnreadable:
        return
    assert all(np.array_equal(back[name], ARRAYS[name]) for name in ARRAYS)
