def truth(condition):
    """1 where it holds, 0 where it does not."""
    return condition.to(FORMULA)
