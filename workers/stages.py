"""What a job is at, in words the chat has sentences for."""

from enum import Enum


class Stage(Enum):
    """One step of a job; PARTS counts the parts of one file that are settled."""

    READING = "reading"
    CUTTING_OUT = "cutting_out"
    COMPARING = "comparing"
    RENDERING = "rendering"
    INDEXING = "indexing"
    PARTS = "parts"
