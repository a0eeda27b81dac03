"""The far sides and baselines of `bench_doors.py`."""
