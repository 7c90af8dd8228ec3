def spell(tokens, order):
    """The number that the digits spell, -1 if they spell none."""
    if any(token not in DIGITS for token in tokens):
        return -1
    return int("".join(str(DIGITS.index(token)) for token in tokens[::order]))
