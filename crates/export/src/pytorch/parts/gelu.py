def gelu(x):
    """x times the normal distribution function."""
    return (0.5 * x) * (1 + torch.erf((x * math.sqrt(0.5)).double()).to(x.dtype))
