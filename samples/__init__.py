"""Printable parts of our own: a sample catalogue, and parts drawn at random.

Geometry alone: knows no other room. Millimetres, z up, every mesh closed.
"""

from samples.families import random_part
from samples.order_book import SamplePart, catalogue

__all__ = ["SamplePart", "catalogue", "random_part"]
