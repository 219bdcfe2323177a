"""Where the items of one column of a picture stand, so that none overlap."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return centres as near to the wanted ones as can be while items keep their order and do not overlap.

    Least squares under an order is solved by merging neighbours that are out of order into their mean.
    """
    offsets = [0.0]
    for above, below in zip(sizes, sizes[1:]):
        offsets.append(offsets[-1] + (above + below) / 2)
    blocks: list[tuple[float, int]] = []  # mean, count
    for centre, offset in zip(wanted, offsets):
        mean, count = centre - offset, 1
        while blocks and blocks[-1][0] > mean:
            above_mean, above_count = blocks.pop()
            mean = (above_mean * above_count + mean * count) / (above_count + count)
            count += above_count
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets)]
