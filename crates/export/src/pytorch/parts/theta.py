def theta_turns(theta, rows, columns):
    """The table that RoPE turns by, with the frequencies of a base theta."""
    pos, column = grid(rows, columns)
    exponent = 2 * (column // 2) / columns
    return turns(pos * (1 / power(torch.as_tensor(theta, dtype=FORMULA), exponent)), rows, columns)
