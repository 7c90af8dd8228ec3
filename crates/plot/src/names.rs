//! Names for the dimensions of the residual stream: who writes them.

use net::Net;
use run::writers;

/// What writes each dimension, in a few characters: `token`, `position + head 1`, `L0 head 2 … L1 MLP`.
pub(crate) fn writer_names(net: &Net<f64>) -> Vec<String> {
    let layered = net.layers().len() > 1;
    let of = |layer: usize, name: &str| if layered { format!("L{layer} {name}") } else { name.to_owned() };
    writers(net)
        .into_iter()
        .map(|by| {
            let token = by.token.then(|| "token".to_owned());
            let position = by.position.then(|| "position".to_owned());
            let heads = by.heads.iter().map(|&(layer, head)| of(layer, &format!("head {head}")));
            let mlps = by.mlps.iter().map(|&layer| of(layer, "MLP"));
            let all: Vec<String> = token.into_iter().chain(position).chain(heads).chain(mlps).collect();
            match all.as_slice() {
                [] => "nothing".into(),
                [first, second] => format!("{first} + {second}"),
                [first, .., last] if all.len() > 2 => format!("{first} … {last}"),
                _ => all.join(" + "),
            }
        })
        .collect()
}
