//! The network of the cells on the sheet of weights.

use super::cell::Cell;
use super::numbers::Weights;
use net::{Activation, Attention, Embedding, Layer, Linear, Matrix, Mlp, Net, Norm, Rope};
use spec::Model;

/// The network of `model`, its numbers those of `weights`, by the names that the ledger gives them.
pub(super) fn network(model: &Model, weights: &Weights) -> Net<Cell> {
    let plain: Net<f64> = model.net();
    let table = |place: &str, table: &Embedding<f64>| {
        Embedding::from_rows(table.rows(), table.width(), weights.of(place))
    };
    let walk = Walk { weights };
    let layers = plain.layers().iter().enumerate().map(|(index, layer)| walk.layer(index, layer)).collect();
    let net = Net::new(
        table("embed", plain.embedding()),
        plain.position().map(|position| table("position", position)),
        layers,
        walk.norm("norm", plain.norm()),
        walk.map("head", plain.head()),
        plain.block_size(),
    );
    net.expect("the shapes of a network that there is")
}

struct Walk<'a> {
    weights: &'a Weights,
}

impl Walk<'_> {
    fn layer(&self, index: usize, layer: &Layer<f64>) -> Layer<Cell> {
        let at = |part: &str| format!("layer.{index}.{part}");
        Layer {
            attention_norm: self.norm(&at("attention_norm"), layer.attention_norm.as_ref()),
            attention: self.attention(&at("attention"), &layer.attention),
            mlp_norm: self.norm(&at("mlp_norm"), layer.mlp_norm.as_ref()),
            mlp: layer.mlp.as_ref().map(|mlp| Mlp {
                up: self.map(&at("mlp.up"), &mlp.up),
                gate: mlp.gate.as_ref().map(|gate| self.map(&at("mlp.gate"), gate)),
                activation: activation(&mlp.activation),
                down: self.map(&at("mlp.down"), &mlp.down),
            }),
            gain: layer.gain.map(|_| self.weights.of(&at("gain"))[0]),
        }
    }

    fn attention(&self, place: &str, attention: &Attention<f64>) -> Attention<Cell> {
        let at = |part: &str| format!("{place}.{part}");
        let matrix = |place: &str, like: &Matrix<f64>| {
            Matrix::from_rows(like.rows(), like.columns(), self.weights.of(place).to_vec())
        };
        Attention {
            heads: attention.heads,
            kv_heads: attention.kv_heads,
            head_width: attention.head_width,
            value_width: attention.value_width,
            scale: self.weights.of(&at("scale"))[0],
            query_norm: self.norm(&at("query_norm"), attention.query_norm.as_ref()),
            key_norm: self.norm(&at("key_norm"), attention.key_norm.as_ref()),
            rope: attention
                .rope
                .as_ref()
                .map(|rope| Rope { table: matrix(&at("rope"), &rope.table), pairs: rope.pairs }),
            bias: attention.bias.as_ref().map(|heads| {
                let all = self.weights.of(&at("bias"));
                let size = heads[0].rows();
                all.chunks_exact(size * size)
                    .map(|head| Matrix::from_rows(size, size, head.to_vec()))
                    .collect()
            }),
            one_more: attention.one_more,
            query: self.map(&at("query"), &attention.query),
            key: self.map(&at("key"), &attention.key),
            value: self.map(&at("value"), &attention.value),
            output: self.map(&at("output"), &attention.output),
            score_sums: attention.score_sums,
            value_sums: attention.value_sums,
        }
    }

    fn map(&self, place: &str, map: &Linear<f64>) -> Linear<Cell> {
        let factor = |(index, factor): (usize, &Matrix<f64>)| {
            let place = if map.factors.len() == 1 { place.to_owned() } else { format!("{place}[{index}]") };
            Matrix::from_rows(factor.rows(), factor.columns(), self.weights.of(&place).to_vec())
        };
        Linear {
            factors: map.factors.iter().enumerate().map(factor).collect(),
            bias: map.bias.as_ref().map(|_| self.weights.of(&format!("{place}.bias")).to_vec()),
            sums: map.sums,
        }
    }

    fn norm(&self, place: &str, norm: Option<&Norm<f64>>) -> Option<Norm<Cell>> {
        let list = |part: &str| self.weights.of(&format!("{place}.{part}")).to_vec();
        norm.map(|norm| Norm {
            kind: norm.kind,
            weight: norm.weight.as_ref().map(|_| list("weight")),
            bias: norm.bias.as_ref().map(|_| list("bias")),
            eps: list("eps")[0],
            size: Cell::number(norm.size),
        })
    }
}

/// Its constants belong to the function.
fn activation(activation: &Activation<f64>) -> Activation<Cell> {
    let number = |value: &f64| Cell::number(*value);
    match activation {
        Activation::Relu => Activation::Relu,
        Activation::Silu => Activation::Silu,
        Activation::Gelu { half, sqrt_half } => {
            Activation::Gelu { half: number(half), sqrt_half: number(sqrt_half) }
        }
        Activation::GeluTanh { half, scale, cubic } => {
            Activation::GeluTanh { half: number(half), scale: number(scale), cubic: number(cubic) }
        }
    }
}
