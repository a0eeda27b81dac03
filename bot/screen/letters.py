r"""Character classes for re2: `\p{L}` repeated makes programs of megabytes, a few ranges do not."""

from typing import Final

LETTERS: Final = r"A-Za-z\x{C0}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{D7FF}\x{F900}-\x{FAFF}"
"""Inside a class: the letters of every living script, and a few signs between them."""
UPPER: Final = (
    r"A-Z\x{C0}-\x{DE}\x{100}-\x{17F}\x{218}-\x{21B}\x{386}-\x{3AB}\x{400}-\x{42F}\x{490}"
)
"""Inside a class: capitals of the scripts that have them, Latin Extended in either case."""
HAN: Final = r"\x{4E00}-\x{9FFF}\x{3005}"
KANA: Final = r"\x{3041}-\x{30FF}"
HANGUL: Final = r"\x{AC00}-\x{D7A3}"
WORD: Final = f"0-9{LETTERS}"
