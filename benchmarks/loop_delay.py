"""The server's own figure of how late its event loop wakes sleepers, read from its /metrics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from benchmarks.processes import get

_BUCKET = re.compile(r'^doorstep_loop_delay_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)
Buckets = dict[float, float]


def read(ports: Sequence[int]) -> Buckets:
    """How many samples so far were at most so late, by seconds, over all processes."""
    total: Buckets = {}
    for port in ports:
        for limit, count in _BUCKET.findall(get(port, "/metrics")[1].decode()):
            total[float(limit)] = total.get(float(limit), 0.0) + float(count)
    return total


def percentile(before: Buckets, after: Buckets, percent: float) -> float:
    """The delay below which this percentage of the samples in between lies, interpolated in its bucket."""
    counts = [(limit, after[limit] - before.get(limit, 0.0)) for limit in sorted(after)]
    wanted = counts[-1][1] * percent / 100
    lower, below = 0.0, 0.0
    for limit, count in counts:
        if count >= wanted and count > below:
            return (
                lower
                if limit == float("inf")
                else lower + (limit - lower) * (wanted - below) / (count - below)
            )
        lower, below = limit, count
    return lower
