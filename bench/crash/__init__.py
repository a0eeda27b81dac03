"""What `bench_inbox.py` starts and kills."""
