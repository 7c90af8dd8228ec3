def log(x):
    """The natural logarithm, rounded once."""
    return torch.log(x.double()).to(x.dtype)
