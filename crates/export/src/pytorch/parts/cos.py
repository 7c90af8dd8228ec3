def cos(x):
    """The cosine, computed in the type SINES."""
    return torch.cos(x.to(SINES)).to(x.dtype)
