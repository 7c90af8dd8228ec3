//! Pairs of ReLU units that make a ramp: flat, a slope, flat again. A step that decides something, as a network writes it.

use net::{Activation, Linear, Net};

/// Two ReLU units with the same weights and opposite effects.
#[derive(Clone, Debug, PartialEq)]
pub struct Ramp {
    /// The layer whose MLP they belong to.
    pub layer: usize,
    /// The unit that opens first, and the one that ends the slope.
    pub units: [usize; 2],
    /// The weights of both. `[width]`.
    pub row: Vec<f64>,
    /// Where the slope begins, in what the weights read.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// The dimension that it writes most to.
    pub dimension: usize,
    /// How much it adds there when it is fully open.
    pub effect: f64,
    /// What it decides, if its effect tells.
    pub role: Option<Role>,
}

/// What a ramp decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Whether a carry comes in: it adds 1.
    Carry,
    /// Whether the sum of the place is ten or more: it takes 10 away.
    Wrap,
}

impl Role {
    /// `carry` or `wrap`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Carry => "carry",
            Self::Wrap => "wrap",
        }
    }

    fn of(effect: f64) -> Option<Self> {
        if (effect - 1.0).abs() < 0.1 {
            return Some(Self::Carry);
        }
        ((effect + 10.0).abs() < 0.5).then_some(Self::Wrap)
    }
}

impl Ramp {
    /// What the ramp reads, from what the MLP reads. `[width]`.
    pub fn reads(&self, read_by_mlp: &[f64]) -> f64 {
        self.row.iter().zip(read_by_mlp).map(|(weight, x)| weight * x).sum()
    }

    /// How far it is open, from 0 to 1, when it reads `value`.
    pub fn openness(&self, value: f64) -> f64 {
        ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }
}

/// The ramps of a network, for show: what is the same but for rounding counts as the same.
pub fn ramps(net: &Net<f64>) -> Vec<Ramp> {
    let mut found = Vec::new();
    for (layer, block) in net.layers().iter().enumerate() {
        let Some(mlp) = &block.mlp else { continue };
        if let (None, Activation::Relu, Some(bias)) = (&mlp.gate, &mlp.activation, &mlp.up.bias) {
            in_layer(layer, &multiplied_out(&mlp.up), bias, &multiplied_out(&mlp.down), &mut found);
        }
    }
    found
}

/// Appends the ramps of one MLP: `up` has a row for each unit, `down` one for each dimension.
fn in_layer(layer: usize, up: &[Vec<f64>], bias: &[f64], down: &[Vec<f64>], found: &mut Vec<Ramp>) {
    let mut used = vec![false; up.len()];
    for u in 0..up.len() {
        for v in 0..up.len() {
            if used[u] || used[v] || bias[u] <= bias[v] || !same(&up[u], &up[v]) {
                continue;
            }
            let opposite = |row: &Vec<f64>| (row[u] + row[v]).abs() <= 1e-6 * row[u].abs();
            if !down.iter().all(opposite) {
                continue;
            }
            // The first of the largest.
            let written = |dimension: &usize| down[*dimension][u].abs();
            let most = (0..down.len()).rev().max_by(|x, y| written(x).total_cmp(&written(y)));
            let Some(dimension) = most else { continue };
            let effect = down[dimension][u] * (bias[u] - bias[v]);
            if effect != 0.0 {
                (used[u], used[v]) = (true, true);
                let (row, from, to) = (up[u].clone(), -bias[u], -bias[v]);
                let role = Role::of(effect);
                found.push(Ramp { layer, units: [u, v], row, from, to, dimension, effect, role });
            }
        }
    }
}

fn same(x: &[f64], y: &[f64]) -> bool {
    let size = x.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
    x.iter().zip(y).all(|(x, y)| (x - y).abs() <= 1e-9 * size)
}

/// The map's factors multiplied out, for show: one row for each output.
pub fn multiplied_out(map: &Linear<f64>) -> Vec<Vec<f64>> {
    let factors = map.factors.iter().map(|factor| {
        factor.values().chunks(factor.columns().max(1)).map(<[f64]>::to_vec).collect::<Vec<_>>()
    });
    let product = |left: Vec<Vec<f64>>, right: Vec<Vec<f64>>| {
        let columns = right.first().map_or(0, Vec::len);
        let at = |row: &[f64], column: usize| row.iter().zip(&right).map(|(x, row)| x * row[column]).sum();
        left.iter().map(|row| (0..columns).map(|column| at(row, column)).collect()).collect()
    };
    factors.reduce(product).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_units_by_hand() {
        let (up, down) = ([vec![1.0, -1.0], vec![1.0, -1.0], vec![2.0, 0.0]], [vec![0.5, -0.5, 1.0]]);
        let mut found = Vec::new();
        in_layer(0, &up, &[-4.0, -6.0, 0.0], &down, &mut found);
        let [ramp] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((ramp.units, ramp.from, ramp.to, ramp.effect), ([0, 1], 4.0, 6.0, 1.0));
        assert_eq!(ramp.role, Some(Role::Carry));
        assert_eq!([3.0, 5.0, 9.0].map(|value| ramp.openness(value)), [0.0, 0.5, 1.0]);
        assert_eq!(ramp.reads(&[7.0, 2.0]), 5.0);
    }

    #[test]
    fn the_published_model_has_a_carry_and_a_wrap() {
        let model = zoo::find("gist-58").unwrap().model().unwrap();
        let found: Vec<_> = ramps(&model.net()).iter().map(|ramp| (ramp.role, ramp.from, ramp.to)).collect();
        assert_eq!(found, [(Some(Role::Carry), 50.0, 150.0), (Some(Role::Wrap), 9005.0, 9015.0)]);
    }
}
