def heads(x, count):
    """[batch, time, count * unit] as [batch, count, time, unit]."""
    return x.unflatten(-1, (count, -1)).transpose(1, 2)


def attend(scores, values, one_more=False, dot=dot):
    """The values mixed by the softmax of causal scores: [batch, head, query, key] and [batch, head, key, unit].

    The sum of products is divided by the sum of exponentials. With one_more, that sum has one more term, of score 0.
    """
    time = scores.shape[-1]
    later = torch.ones(time, time, dtype=torch.bool).triu(1)
    scores = scores.masked_fill(later, -math.inf)
    greatest = scores.amax(-1, keepdim=True)
    if one_more:
        greatest = greatest.clamp(min=0)
    weights = exp(scores - greatest)
    whole = total(weights)[..., None]
    if one_more:
        whole = whole + exp(-greatest)
    mixed = dot(weights[..., None, :], values.transpose(-1, -2)[..., None, :, :]) / whole
    return mixed.transpose(1, 2).flatten(-2)
