//! Who writes each dimension of the residual stream, told from the weights alone.

use crate::ramp::multiplied_out;
use net::{Embedding, Net};

/// What writes one dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writers {
    /// Whether the token embedding does.
    pub token: bool,
    /// Whether the position table does.
    pub position: bool,
    /// The heads that do, as layer and head.
    pub heads: Vec<(usize, usize)>,
    /// The layers whose MLP does.
    pub mlps: Vec<usize>,
}

/// The writers of each dimension.
pub fn writers(net: &Net<f64>) -> Vec<Writers> {
    let writes =
        |table: &Embedding<f64>, dimension| (0..table.rows()).any(|row| *table.at(row, dimension) != 0.0);
    let mut list = vec![Writers::default(); net.width()];
    for (dimension, by) in list.iter_mut().enumerate() {
        by.token = writes(net.embedding(), dimension);
        by.position = net.position().is_some_and(|table| writes(table, dimension));
    }
    for (layer, block) in net.layers().iter().enumerate() {
        let width = block.attention.value_width.max(1);
        for (dimension, row) in multiplied_out(&block.attention.output).iter().enumerate() {
            let heads = row.chunks(width).enumerate();
            let writing = heads.filter(|(_, share)| share.iter().any(|weight| *weight != 0.0));
            list[dimension].heads.extend(writing.map(|(head, _)| (layer, head)));
        }
        let Some(mlp) = &block.mlp else { continue };
        for (dimension, row) in multiplied_out(&mlp.down).iter().enumerate() {
            if row.iter().any(|weight| *weight != 0.0) {
                list[dimension].mlps.push(layer);
            }
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_model() {
        let model = zoo::find("gist-58").unwrap().model().unwrap();
        let list = writers(&model.net());
        assert_eq!(list[0], Writers { token: true, ..Writers::default() });
        assert_eq!(list[1], Writers { position: true, heads: vec![(0, 1)], ..Writers::default() });
        assert_eq!(list[2], Writers { position: true, ..Writers::default() });
        assert_eq!(list[3], Writers { heads: vec![(0, 0)], mlps: vec![0], ..Writers::default() });
    }
}
