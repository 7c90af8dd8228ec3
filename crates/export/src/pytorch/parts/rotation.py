def rotation(columns, reads, angles, scale):
    """For each head of two units the rows (-cos, sin) and (sin, cos) of its angle, scaled, over the two columns it reads."""
    weight = torch.zeros(2 * len(angles), columns, dtype=DTYPE)
    for head, angle in enumerate(torch.as_tensor(angle, dtype=FORMULA) for angle in angles):
        rows = [[-cos(angle), sin(angle)], [sin(angle), cos(angle)]]
        for unit in range(2):
            for column, value in zip(reads, rows[unit]):
                weight[2 * head + unit, column] = (value * scale).to(DTYPE)
    return weight
