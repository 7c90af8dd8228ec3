def pairs(a, b, times, places):
    """A token for both digits at each of these places."""
    return [times * (a // 10**place % 10) + b // 10**place % 10 for place in places]
