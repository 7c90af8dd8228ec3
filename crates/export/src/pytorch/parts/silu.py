def silu(x):
    """x times its sigmoid."""
    return x / (1 + exp(-x))
