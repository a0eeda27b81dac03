# The project's commands. `just check` is what CI runs.

# Everything CI runs
check: lint types imports content test browser rig

lint:
    uv run ruff check .
    uv run ruff format --check .
    uv run codespell

types:
    uv run mypy

imports:
    uv run lint-imports

content:
    uv run greenlight check

test:
    uv run pytest

# The playground in a real Chromium
browser:
    uv run pytest -m browser -n0

# Slack's emulator and a Teams-shaped client against `greenlight serve`
rig:
    uv run pytest -m rig -n0

# Repair what can be repaired by itself
fix:
    uv run ruff check --fix .
    uv run ruff format .

# The playground on this machine
run:
    uv run greenlight demo

# Coverage of the pure deciding rules: every branch
coverage:
    uv run coverage run -m pytest -n0 tests/test_decide.py tests/test_decide_laws.py
    uv run coverage report --include='bot/decide/*' --fail-under=100

# Write the lock file without any private registry in it
lock:
    env -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_INDEX uv lock
