"""Everything that is kept: one database, one writer, every storage action a plain function.

`await store.run(answers.add, record)` runs an action of `bot.store.answers` inside a transaction.
"""

from bot.store.problems import StoreError
from bot.store.store import Store

__all__ = ["Store", "StoreError"]
