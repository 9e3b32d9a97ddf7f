"""The order of names that JavaScript's `localeCompare` gives: the root collation of CLDR, as far as names need it.

Compared letter by letter first, then by accents, then by case, lower before upper. Punctuation counts, and comes first.
"""

import unicodedata

# Unicode Technical Standard 35, part 5, and the order of ASCII in the root collation (allkeys_CLDR.txt).
_SYMBOLS = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_RANKS = {symbol: rank for rank, symbol in enumerate("\t\n\v\f\r " + _SYMBOLS + "0123456789abcdefghijklmnopqrstuvwxyz")}
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th"}
# The commonest accents in the order of their weights: acute, grave, breve, circumflex, caron, ring, diaeresis, double
# acute, tilde, dot, cedilla, ogonek, macron.
_ACCENTS = {
    accent: rank
    for rank, accent in enumerate("\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0327\u0328\u0304")
}

Key = tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...], str]


def key(name: str) -> Key:
    """The sort key of a name."""
    primary: list[int] = []
    accents: list[int] = []
    upper: list[bool] = []
    for character in unicodedata.normalize("NFD", name):
        if unicodedata.combining(character):
            accents += [-len(primary), _ACCENTS.get(character, ord(character))]
            continue
        lower = character.lower()
        for letter in _LETTERS.get(lower, lower):
            primary.append(_RANKS.get(letter, 1000 + ord(letter)))
            upper.append(character != lower)
    return tuple(primary), tuple(accents), tuple(upper), name
