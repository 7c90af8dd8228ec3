def digits(number, places):
    """The tokens of the digits at these places; place 0 holds the ones."""
    return [DIGITS[number // 10**place % 10] for place in places]
