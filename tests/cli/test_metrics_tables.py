"""How a run shows the metrics of components."""

from __future__ import annotations

from umbrella.cli.run_display import metric_text, metrics_table
from umbrella.storm.local_metrics import parse

TEXT = (
    "count\t3\thits\tcounter\t1200\n"
    "count\t4\thits\tcounter\t34\n"
    "count\t3\tdepth\tgauge\t2\n"
    "count\t4\tdepth\tgauge\t2.5\n"
    "count\t3\tsize\thistogram\t10\t5.0\t9.0\t12.0\n"
    "count\t4\tsize\thistogram\t30\t7.0\t8.0\t8.0\n"
    "count\t3\ttook\ttimer\t10\t0.005\t0.009\t0.0125\n"
    "count\t4\ttook\ttimer\t0\t0.0\t0.0\t0.0\n"
)


def test_figures_of_the_tasks_are_put_together():
    assert [metric_text(one) for one in parse(TEXT)] == [
        "count.depth: 2, 2.5",
        "count.hits: 1,234",
        "count.size: 40 values, mean 6.5, p95 9.0, max 12.0",
        "count.took: 10 values, mean 5.00 ms, p95 9.00 ms, max 12.50 ms",
    ]


def test_the_table_has_a_row_for_each_metric():
    assert metrics_table(parse(TEXT)).row_count == 4
    assert parse("") == []
