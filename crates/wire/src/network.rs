//! The weights of a network, as it uses them.

use net::{Activation, Matrix, Net, NormKind, Pairs};
use serde::Serialize;
use utoipa::ToSchema;

/// Rows of numbers.
type Rows = Vec<Vec<f64>>;

/// A network's weights.
#[derive(Debug, Serialize, ToSchema)]
pub struct Network {
    /// The token embedding: vocabulary × width.
    pub embedding: Vec<Vec<f64>>,
    /// The position table that is added to it: block size × width.
    pub position: Option<Vec<Vec<f64>>>,
    /// The layers, in order.
    pub layers: Vec<NetworkLayer>,
    /// The norm behind the last layer.
    pub norm: Option<Norm>,
    /// width → vocabulary.
    pub head: Linear,
    /// Who writes each dimension of the residual stream.
    pub writers: Vec<Writers>,
    /// The pairs of ReLU units that make a ramp.
    pub ramps: Vec<Ramp>,
}

/// Who writes a dimension of the residual stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct Writers {
    /// Whether the token embedding does.
    pub token: bool,
    /// Whether the position table does.
    pub position: bool,
    /// The heads that do, each as layer and head.
    pub heads: Vec<[usize; 2]>,
    /// The layers whose MLP does.
    pub mlps: Vec<usize>,
}

/// Two ReLU units with the same weights and opposite effects: flat, a slope, flat again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ramp {
    /// The layer whose MLP they belong to.
    pub layer: usize,
    /// The unit that opens first, and the one that ends the slope.
    pub units: [usize; 2],
    /// The weights of both.
    pub row: Vec<f64>,
    /// Where the slope begins, in what the weights read.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// The dimension that it writes most to.
    pub dimension: usize,
    /// How much it adds there when it is fully open.
    pub effect: f64,
    /// What it decides, `carry` or `wrap`, if its effect tells.
    pub role: Option<&'static str>,
}

/// A layer's weights.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkLayer {
    /// Normalises what the attention reads.
    pub attention_norm: Option<Norm>,
    /// The attention.
    pub attention: Attention,
    /// Normalises what the MLP reads.
    pub mlp_norm: Option<Norm>,
    /// The MLP.
    pub mlp: Option<Mlp>,
    /// Multiplies the layer's whole change of the residual stream.
    pub gain: Option<f64>,
}

/// The weights of an attention.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attention {
    /// Query heads.
    pub heads: usize,
    /// Key-value heads.
    pub kv_heads: usize,
    /// The size of a query and a key.
    pub head_width: usize,
    /// The size of a value.
    pub value_width: usize,
    /// Multiplies every score.
    pub scale: f64,
    /// Norms each query.
    pub query_norm: Option<Norm>,
    /// Norms each key.
    pub key_norm: Option<Norm>,
    /// Turns queries and keys.
    pub rope: Option<Rope>,
    /// Added to the scores, for each head: query position × key position.
    pub bias: Option<Vec<Vec<Vec<f64>>>>,
    /// Whether the softmax has one more term, a score of 0 with the value 0.
    pub one_more: bool,
    /// width → queries of all heads.
    pub query: Linear,
    /// width → keys of all key-value heads.
    pub key: Linear,
    /// width → values of all key-value heads.
    pub value: Linear,
    /// Values of all heads → width.
    pub output: Linear,
}

/// The weights of an MLP.
#[derive(Debug, Serialize, ToSchema)]
pub struct Mlp {
    /// width → hidden.
    pub up: Linear,
    /// width → hidden, if the MLP is gated.
    pub gate: Option<Linear>,
    /// `relu`, `silu`, `gelu` or `gelu-tanh`.
    pub activation: &'static str,
    /// hidden → width.
    pub down: Linear,
}

/// A linear map: the product of its factors, the last of which meets the input first, and a bias.
#[derive(Debug, Serialize, ToSchema)]
pub struct Linear {
    /// One matrix, or two; outputs are rows.
    pub factors: Vec<Vec<Vec<f64>>>,
    /// Added to the product.
    pub bias: Option<Vec<f64>>,
}

/// A norm.
#[derive(Debug, Serialize, ToSchema)]
pub struct Norm {
    /// `rms` or `layer`.
    pub kind: &'static str,
    /// Multiplies each component.
    pub weight: Option<Vec<f64>>,
    /// Added to each component.
    pub bias: Option<Vec<f64>>,
    /// Added to the mean square.
    pub eps: f64,
}

/// Rotary position embedding.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rope {
    /// For each position the cosine and the sine of each pair, side by side.
    pub table: Vec<Vec<f64>>,
    /// Which components turn together: `interleaved` or `halves`.
    pub pairs: &'static str,
}

impl Network {
    /// The weights of `net`.
    pub fn new(net: &Net<f64>) -> Self {
        Self {
            embedding: table(net.embedding()),
            position: net.position().map(table),
            layers: net.layers().iter().map(NetworkLayer::new).collect(),
            norm: net.norm().map(Norm::new),
            head: Linear::new(net.head()),
            writers: run::writers(net).into_iter().map(Writers::new).collect(),
            ramps: run::ramps(net).into_iter().map(Ramp::new).collect(),
        }
    }
}

impl Writers {
    fn new(by: run::Writers) -> Self {
        let heads = by.heads.into_iter().map(|(layer, head)| [layer, head]).collect();
        Self { token: by.token, position: by.position, heads, mlps: by.mlps }
    }
}

impl Ramp {
    fn new(ramp: run::Ramp) -> Self {
        let run::Ramp { layer, units, row, from, to, dimension, effect, role } = ramp;
        Self { layer, units, row, from, to, dimension, effect, role: role.map(run::Role::name) }
    }
}

impl NetworkLayer {
    fn new(layer: &net::Layer<f64>) -> Self {
        Self {
            attention_norm: layer.attention_norm.as_ref().map(Norm::new),
            attention: Attention::new(&layer.attention),
            mlp_norm: layer.mlp_norm.as_ref().map(Norm::new),
            mlp: layer.mlp.as_ref().map(Mlp::new),
            gain: layer.gain,
        }
    }
}

impl Attention {
    fn new(attention: &net::Attention<f64>) -> Self {
        Self {
            heads: attention.heads,
            kv_heads: attention.kv_heads,
            head_width: attention.head_width,
            value_width: attention.value_width,
            scale: attention.scale,
            query_norm: attention.query_norm.as_ref().map(Norm::new),
            key_norm: attention.key_norm.as_ref().map(Norm::new),
            rope: attention.rope.as_ref().map(Rope::new),
            bias: attention.bias.as_ref().map(|heads| heads.iter().map(rows).collect()),
            one_more: attention.one_more,
            query: Linear::new(&attention.query),
            key: Linear::new(&attention.key),
            value: Linear::new(&attention.value),
            output: Linear::new(&attention.output),
        }
    }
}

impl Mlp {
    fn new(mlp: &net::Mlp<f64>) -> Self {
        Self {
            up: Linear::new(&mlp.up),
            gate: mlp.gate.as_ref().map(Linear::new),
            activation: match mlp.activation {
                Activation::Relu => "relu",
                Activation::Silu => "silu",
                Activation::Gelu { .. } => "gelu",
                Activation::GeluTanh { .. } => "gelu-tanh",
            },
            down: Linear::new(&mlp.down),
        }
    }
}

impl Linear {
    fn new(map: &net::Linear<f64>) -> Self {
        Self { factors: map.factors.iter().map(rows).collect(), bias: map.bias.clone() }
    }
}

impl Norm {
    fn new(norm: &net::Norm<f64>) -> Self {
        Self {
            kind: match norm.kind {
                NormKind::Rms => "rms",
                NormKind::Layer => "layer",
            },
            weight: norm.weight.clone(),
            bias: norm.bias.clone(),
            eps: norm.eps,
        }
    }
}

impl Rope {
    fn new(rope: &net::Rope<f64>) -> Self {
        Self {
            table: rows(&rope.table),
            pairs: match rope.pairs {
                Pairs::Interleaved => "interleaved",
                Pairs::Halves => "halves",
            },
        }
    }
}

fn rows(matrix: &Matrix<f64>) -> Rows {
    matrix.values().chunks(matrix.columns().max(1)).map(<[f64]>::to_vec).collect()
}

fn table(table: &net::Embedding<f64>) -> Rows {
    let row = |row| (0..table.width()).map(|column| *table.at(row, column)).collect();
    (0..table.rows()).map(row).collect()
}
