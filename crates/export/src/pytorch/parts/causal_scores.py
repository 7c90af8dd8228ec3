def causal_scores(value, heads, size):
    """What is added to the scores of each head, [head, query, key]; nothing is asked for later keys."""
    bias = filled(value, heads * size, size).reshape(heads, size, size)
    return torch.where(torch.ones(size, size, dtype=torch.bool).tril(), bias, torch.zeros((), dtype=DTYPE))
