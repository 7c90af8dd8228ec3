def root(x):
    """The square root, rounded once: that of float32 tensors is not always the nearest number."""
    return torch.sqrt(x.double()).to(x.dtype)
