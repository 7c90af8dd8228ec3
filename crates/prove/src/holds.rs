//! For which runtimes a proof holds: those whose measured errors lie within what its bounds allow for.

use crate::network::Network;
use crate::verdict::Layer;
use net::{Activation, Layer as Block, Net, Norm};
use num::Float;
use num::runtimes::{Operation, PORTABLE, RUNTIMES, Runtime, keeping};
use program::{Binary, Decode, Expression, Function};
use std::collections::BTreeSet;

/// What a proof that needed `layer` holds for, and the runtimes other than our program for which it does.
///
/// Bounds that hold for any evaluation within the model of arithmetic hold for the runtimes that keep to it in all that the
/// network computes. Where that is not so for PyTorch, ONNX Runtime, JAX and NumPy, the proof is not called portable.
pub(crate) fn holds_for<T: Float>(network: &Network<T>, layer: Layer) -> (Layer, Vec<&'static Runtime>) {
    if layer != Layer::Portable {
        return (layer, Vec::new());
    }
    let operations: Vec<Operation> = operations(network).into_iter().collect();
    let double = T::UNIT_ROUNDOFF < f64::from(f32::EPSILON) / 2.0;
    let found = keeping(&operations, double);
    let portable = RUNTIMES[..PORTABLE].iter().all(|runtime| found.contains(&runtime));
    (if portable { layer } else { Layer::Program }, found)
}

/// The operations that a network asks of a runtime, but for sums and products.
fn operations<T: Float>(network: &Network<T>) -> BTreeSet<Operation> {
    match network {
        Network::Blocks(net) => of_blocks(net),
        Network::Graph(graph) => of_decode(&graph.decode),
        Network::Opaque(decode, _) => of_decode(decode),
    }
}

fn of_blocks<T: Float>(net: &Net<T>) -> BTreeSet<Operation> {
    let mut found = BTreeSet::from([Operation::Softmax]);
    let norms = |layer: &Block<T>| {
        let attention = &layer.attention;
        let own: [&Option<Norm<T>>; 4] =
            [&layer.attention_norm, &layer.mlp_norm, &attention.query_norm, &attention.key_norm];
        own.into_iter().any(Option::is_some)
    };
    if net.norm().is_some() || net.layers().iter().any(norms) {
        found.extend(NORM);
    }
    for mlp in net.layers().iter().filter_map(|layer| layer.mlp.as_ref()) {
        found.extend(match mlp.activation {
            Activation::Relu => &[][..],
            Activation::Silu => &SILU,
            Activation::Gelu { .. } => &GELU,
            Activation::GeluTanh { .. } => &GELU_TANH,
        });
    }
    found
}

/// A runtime may compute these by one operator or by several.
const NORM: [Operation; 3] = [Operation::Sqrt, Operation::ReciprocalSqrt, Operation::Divide];
const SILU: [Operation; 2] = [Operation::Silu, Operation::Sigmoid];
const GELU: [Operation; 2] = [Operation::Erf, Operation::Gelu];
const GELU_TANH: [Operation; 2] = [Operation::Tanh, Operation::GeluTanh];

/// Of expressions it is not known which operator they came from: an error function may be part of a GELU.
fn of_decode(decode: &Decode) -> BTreeSet<Operation> {
    let mut found = BTreeSet::new();
    for expression in &decode.expressions().list {
        let used: &[Operation] = match expression {
            Expression::Unary(function, _) => match function {
                Function::Neg | Function::AsF32 => &[],
                Function::Sqrt => &NORM,
                Function::Exp => &[Operation::Exp],
                Function::Ln => &[Operation::Ln],
                Function::Tanh => &GELU_TANH,
                Function::Erf => &GELU,
                Function::Silu => &SILU,
                Function::Sigmoid => &[Operation::Sigmoid],
                Function::Softplus => &[Operation::Softplus],
            },
            Expression::Binary(Binary::Div, ..) => &[Operation::Divide],
            Expression::Mixture { .. } | Expression::Share { .. } => &[Operation::Softmax],
            Expression::Constant(_)
            | Expression::LookUp { .. }
            | Expression::Binary(..)
            | Expression::Sum(_)
            | Expression::Dot(..) => &[],
        };
        found.extend(used);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use num::runtimes::Runtime;

    fn keys(layer: Layer, found: &[&Runtime]) -> (Layer, Vec<&'static str>) {
        (layer, found.iter().map(|runtime| runtime.key).collect())
    }

    fn of(name: &str, text: impl Fn(&str) -> String, layer: Layer) -> (Layer, Vec<&'static str>) {
        let model = spec::Model::parse("test.toml", &text(zoo::find(name).unwrap().text)).unwrap();
        let (layer, found) = match model.dtype() {
            spec::Dtype::F32 => holds_for(&Network::<f32>::Blocks(model.net()), layer),
            spec::Dtype::F64 => holds_for(&Network::<f64>::Blocks(model.net()), layer),
        };
        keys(layer, &found)
    }

    #[test]
    fn a_proof_by_bounds_holds_for_the_runtimes_that_keep_to_them() {
        let four = ["pytorch", "onnxruntime", "jax", "numpy"];
        let five = [&four[..], &["openvino"]].concat();
        let same = str::to_owned;
        assert_eq!(of("nanoadder-58", same, Layer::Portable), (Layer::Portable, five.clone()));
        // SiLU, and f64, which OpenVINO computes in f32.
        assert_eq!(of("bingbangboom-87", same, Layer::Portable), (Layer::Portable, five));
        assert_eq!(of("warlockee-6", same, Layer::Portable), (Layer::Portable, four.to_vec()));
        // What was run, or bounded in our order, says nothing of others.
        assert_eq!(of("nanoadder-58", same, Layer::Program), (Layer::Program, Vec::new()));
        assert_eq!(of("nanoadder-58", same, Layer::Exact), (Layer::Exact, Vec::new()));
    }

    #[test]
    fn a_proof_that_one_of_the_four_does_not_keep_to_is_not_portable() {
        let gelu = |text: &str| text.replace("\"silu\"", "\"gelu\"");
        let (layer, found) = of("warlockee-6", gelu, Layer::Portable);
        assert_eq!((layer, found), (Layer::Program, vec!["pytorch", "jax", "numpy"]));
    }
}
