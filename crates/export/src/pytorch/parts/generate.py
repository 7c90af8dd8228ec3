@torch.no_grad()
def generate(model, tokens, count):
    """Greedy decoding: the token of the greatest logit, count times. tokens: [batch, time]."""
    for _ in range(count):
        following = model(tokens)[:, -1].argmax(-1, keepdim=True)
        tokens = torch.cat((tokens, following), 1)
    return tokens[:, -count:]
