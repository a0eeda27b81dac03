"""Traces over OpenTelemetry, where a collector is set up."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final

from typing_extensions import override

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

log = logging.getLogger("greenlight.telemetry")

_OURS: Final = "greenlight"

_ID: Final = re.compile(r"\S{1,200}")
"""Sentences have spaces; ids have none."""

_LIMIT: Final = 3
"""Seconds a collector is waited for, also by a process that ends."""


@contextmanager
def span(name: str, **ids: str | int) -> Iterator[None]:
    """Follow a piece of work in the traces; does nothing where none are set up.

    What does not look like an id is left out, and errors are named without their words.
    """
    tracer = _tracer()
    if tracer is None:
        yield
        return
    attributes = {key: value for key, value in ids.items() if _ID.fullmatch(str(value))}
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            from opentelemetry.trace import Status, StatusCode

            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _tracer() -> Tracer | None:
    try:
        from opentelemetry import trace
    except ImportError:  # it comes with the extra `telemetry`
        return None
    provider = trace.get_tracer_provider()
    return None if isinstance(provider, trace.ProxyTracerProvider) else provider.get_tracer(_OURS)


@contextmanager
def tracing(endpoint: str) -> Iterator[None]:
    """Send spans to an OpenTelemetry collector, until the end of the block; "" sends none."""
    provider = _provider(endpoint) if endpoint else None
    if provider is None:
        yield
        return
    from opentelemetry import trace

    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        # It would go on trying for as long as there are spans, and the collector may be gone.
        last = Thread(target=provider.shutdown, name="traces", daemon=True)
        last.start()
        last.join(_LIMIT)


def _provider(endpoint: str) -> TracerProvider | None:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but what sends traces is not installed. "
            "Install greenlight[telemetry], or leave the variable out."
        )
        return None

    class OnlyOurs(BatchSpanProcessor):
        """Libraries make spans too, and write into them what people said."""

        @override
        def on_end(self, span: ReadableSpan) -> None:
            scope = span.instrumentation_scope
            if scope is not None and scope.name == _OURS:
                super().on_end(span)

    address = endpoint.rstrip("/").removesuffix("/v1/traces") + "/v1/traces"
    named = Resource({SERVICE_NAME: _OURS}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=named, shutdown_on_exit=False)
    provider.add_span_processor(OnlyOurs(OTLPSpanExporter(address, timeout=_LIMIT)))
    return provider
