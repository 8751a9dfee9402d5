"""Metrics of what other processes have written down."""

from collections.abc import Iterator, Sequence

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from app.api.middleware import REGISTRY
from app.hours.service.sealing import Refusal


class SealMetrics(Collector):
    """What the sealer of the ledger, in another process, has written down: told as it was read last."""

    def __init__(self) -> None:
        """Nothing read yet."""
        self.refusals: Sequence[Refusal] = ()

    def collect(self) -> Iterator[Metric]:
        """A counter of refusals, and whether sealing stands still, by region."""
        times = CounterMetricFamily("shixun_seal_refusals", "Refusals of the sealer", labels=["region"])
        standing = GaugeMetricFamily("shixun_seal_refused", "1 where the sealer refuses to go on", labels=["region"])
        for one in self.refusals:
            times.add_metric([str(one.region)], one.times)
            standing.add_metric([str(one.region)], int(one.is_standing))
        yield from (times, standing)


SEALS = SealMetrics()
REGISTRY.register(SEALS)
