"""The variants of every operator, by kind."""

from . import blocks, elementwise, indices, integers, microsoft, shapes, sums


def everything(slow, seed):
    """Every variant; with `slow` also those with random attributes and shapes."""
    found = []
    for kind in (elementwise, integers, shapes, indices, sums, blocks, microsoft):
        found += kind.cases()
    if slow:
        from . import random

        found += random.cases(seed)
    return found
