"""The catalogue as one person sees it: found by a rough name, every edition judged. Pure."""

from bot.lookup.find import LONGEST, found
from bot.lookup.shelves import SOON, Asked, Row, Shelf, Term, by_openness, shelves, term

__all__ = [
    "LONGEST",
    "SOON",
    "Asked",
    "Row",
    "Shelf",
    "Term",
    "by_openness",
    "found",
    "shelves",
    "term",
]
