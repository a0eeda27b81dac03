# Every locked dependency has a wheel for this Python on x86_64 and arm64: no compiler is needed, and
# tests/test_docs.py says so when that changes.
FROM python:3.13-slim AS built
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_PROJECT_ENVIRONMENT=/app UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /source
COPY pyproject.toml uv.lock README.md LICENSE NOTICE ./
RUN uv sync --locked --no-dev --extra telemetry --no-install-project
COPY . .
RUN uv sync --locked --no-dev --extra telemetry --no-editable

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home greenlight
COPY --from=built /app /app
ENV PATH=/app/bin:$PATH GREENLIGHT_HOME=/data PORT=8322 PYTHONUNBUFFERED=1
USER greenlight
WORKDIR /data
VOLUME /data
EXPOSE 8322
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
CMD ["greenlight", "serve", "--host", "0.0.0.0"]
