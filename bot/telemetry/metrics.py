"""The figures of one process, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder

_ACCEPT: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_ANSWER: Final = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counters, gauges and histograms, in a registry of their own."""

    def __init__(self) -> None:
        self._registry: Final = CollectorRegistry()
        ours = self._registry
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=ours)
        self._requests: Final = Counter(
            "greenlight_requests",
            "HTTP requests, by door, address and class of status.",
            ("door", "kind", "status"),
            registry=ours,
        )
        self._accepted: Final = Histogram(
            "greenlight_accept_seconds",
            "From the verified event to its commit in the inbox.",
            ("door", "kind"),
            buckets=_ACCEPT,
            registry=ours,
        )
        self._answered: Final = Histogram(
            "greenlight_answer_seconds",
            "From the start of the work to the finished answer.",
            ("door",),
            buckets=_ANSWER,
            registry=ours,
        )
        self._verdicts: Final = Counter(
            "greenlight_answers", "Answers, by verdict.", ("door", "verdict"), registry=ours
        )
        self._refusals: Final = Counter(
            "greenlight_refusals", "People turned away, by why.", ("kind",), registry=ours
        )
        self._posts: Final = Counter(
            "greenlight_posts",
            "Posts to chat platforms, by outcome.",
            ("platform", "outcome"),
            registry=ours,
        )
        self._rows: Final = Gauge(
            "greenlight_queue_rows",
            "Rows of the inbox and outbox: ready, run (worked on) and dead (given up).",
            ("box", "state"),
            registry=ours,
        )
        self._oldest: Final = Gauge(
            "greenlight_queue_oldest_seconds",
            "How long the oldest row that waits or is worked on has been there.",
            ("box",),
            registry=ours,
        )
        self._knowledge: Final = Gauge(
            "greenlight_knowledge_info",
            "1 for the version of the knowledge base in force.",
            ("version",),
            registry=ours,
        )
        self._loaded: Final = Gauge(
            "greenlight_knowledge_loaded_timestamp_seconds",
            "When the knowledge base in force was loaded.",
            registry=ours,
        )
        self._broken: Final = Gauge(
            "greenlight_knowledge_broken",
            "1 while a broken edit of the knowledge base waits to be put right.",
            registry=ours,
        )
        self._failures: Final = Counter(
            "greenlight_knowledge_load_failures",
            "Broken edits of the knowledge base.",
            registry=ours,
        )
        self._checks: Final = Gauge(
            "greenlight_check_ok",
            "1 while a check of /readyz passes, else 0.",
            ("check",),
            registry=ours,
        )
        self._expires: Final = Gauge(
            "greenlight_check_expires_timestamp_seconds",
            "When what a check looked at expires, such as a client secret.",
            ("check",),
            registry=ours,
        )

    def requested(self, door: str, kind: str, status: int) -> None:
        """Count an HTTP request; `kind` is the pattern of its address, never the address."""
        self._requests.labels(door, kind, f"{status // 100}xx").inc()

    def accepted(self, door: str, kind: str, seconds: float) -> None:
        """Count something that somebody did, once it is in the inbox."""
        self._accepted.labels(door, kind).observe(seconds)

    def answered(self, door: str, verdict: str, seconds: float) -> None:
        """Count an answer."""
        self._verdicts.labels(door, verdict).inc()
        self._answered.labels(door).observe(seconds)

    def refused(self, kind: str) -> None:
        """Count somebody who was turned away."""
        self._refusals.labels(kind).inc()

    def posted(self, platform: str, outcome: str) -> None:
        """Count an attempt to post; `outcome` is one of a few words, such as `sent` or `later`."""
        self._posts.labels(platform, outcome).inc()

    def queue(self, box: str, rows: Mapping[str, int], oldest: float) -> None:
        """Note how many rows of a box are in each state, and the age of the oldest open one."""
        for state, count in rows.items():
            self._rows.labels(box, state).set(count)
        self._oldest.labels(box).set(oldest)

    def knowledge(self, version: str) -> None:
        """Note the version that is in force from now on."""
        self._knowledge.clear()
        self._knowledge.labels(version).set(1)
        self._loaded.set_to_current_time()
        self._broken.set(0)

    def knowledge_broken(self) -> None:
        """Count a broken edit, which waits from now on."""
        self._failures.inc()
        self._broken.set(1)

    def checked(self, name: str, *, ok: bool, expires: datetime | None) -> None:
        """Note what a check of /readyz found."""
        self._checks.labels(name).set(ok)
        if expires is not None:
            self._expires.labels(name).set(expires.timestamp())

    def shown(self, accept: str) -> tuple[bytes, str]:
        """Return everything as the reader takes it, and what kind of text that is."""
        encode, kind = choose_encoder(accept)
        return encode(self._registry), kind
