def cos(x):
    """The cosine, rounded once."""
    return torch.cos(x.double()).to(x.dtype)
