//! The forward pass, written out layer by layer.

use net::{Activation, Attention, Layer, Linear, Mlp, Norm, NormKind, Pairs};
use num::Sums;
use spec::Model;
use std::fmt::Write;

/// The method `forward`.
pub(super) fn body(text: &mut String, model: &Model) {
    let net = model.net::<f64>();
    text.push_str("\n    def forward(self, tokens):\n        \"\"\"tokens: [batch, time]. Logits: [batch, time, vocabulary].\"\"\"\n");
    text.push_str("        w = self.weights()\n        x = w[\"embed\"][tokens]\n");
    if net.position().is_some() {
        text.push_str("        x = x + w[\"position\"][: tokens.shape[1]]\n");
    }
    for (index, layer) in net.layers().iter().enumerate() {
        block(text, &format!("layer.{index}"), layer);
    }
    let x = normed(text, "x", "norm", net.norm());
    let _ = writeln!(text, "        return {}", linear(&x, "head", net.head()));
}

fn block(text: &mut String, place: &str, layer: &Layer<f64>) {
    let Layer { attention_norm, attention: attend, mlp_norm, mlp, gain } = layer;
    let _ = writeln!(text, "\n        # {place}");
    if gain.is_some() {
        text.push_str("        before = x\n");
    }
    let h = normed(text, "x", &format!("{place}.attention_norm"), attention_norm.as_ref());
    attention(text, &h, &format!("{place}.attention"), attend);
    if let Some(Mlp { up, gate, activation, down }) = mlp {
        let h = normed(text, "x", &format!("{place}.mlp_norm"), mlp_norm.as_ref());
        let act = match activation {
            Activation::Relu => "torch.relu",
            Activation::Silu => "silu",
            Activation::Gelu { .. } => "gelu",
            Activation::GeluTanh { .. } => "gelu_tanh",
        };
        let up = linear(&h, &format!("{place}.mlp.up"), up);
        let hidden = match gate {
            Some(gate) => format!("{act}({}) * {up}", linear(&h, &format!("{place}.mlp.gate"), gate)),
            None => format!("{act}({up})"),
        };
        let _ = writeln!(text, "        hidden = {hidden}");
        let _ = writeln!(text, "        x = x + {}", linear("hidden", &format!("{place}.mlp.down"), down));
    }
    if gain.is_some() {
        let _ = writeln!(text, "        x = before + (x - before) * w[\"{place}.gain\"]");
    }
}

fn attention(text: &mut String, h: &str, place: &str, layer: &Attention<f64>) {
    let Attention {
        heads,
        kv_heads,
        query,
        key,
        value,
        output,
        query_norm,
        key_norm,
        rope,
        bias,
        one_more,
        score_sums,
        value_sums,
        ..
    } = layer;
    let parts =
        [("query", "q", query, *heads), ("key", "k", key, *kv_heads), ("value", "v", value, *kv_heads)];
    for (part, name, map, count) in parts {
        let _ =
            writeln!(text, "        {name} = heads({}, {count})", linear(h, &format!("{place}.{part}"), map));
    }
    for (name, part, norm) in [("q", "query_norm", query_norm), ("k", "key_norm", key_norm)] {
        if norm.is_some() {
            let call = normed_call(name, &format!("{place}.{part}"), norm.as_ref());
            let _ = writeln!(text, "        {name} = {call}");
        }
    }
    if let Some(rope) = rope {
        let halves = if rope.pairs == Pairs::Halves { "True" } else { "False" };
        for name in ["q", "k"] {
            let _ = writeln!(text, "        {name} = turn({name}, w[\"{place}.rope\"], halves={halves})");
        }
    }
    if kv_heads < heads {
        let each = heads / kv_heads;
        let _ =
            writeln!(text, "        k, v = k.repeat_interleave({each}, 1), v.repeat_interleave({each}, 1)");
    }
    let dot = if *score_sums == Sums::Fused { "fused_dot" } else { "dot" };
    let _ = writeln!(text, "        scores = {dot}(q[:, :, :, None], k[:, :, None]) * w[\"{place}.scale\"]");
    if bias.is_some() {
        let _ = writeln!(text, "        time = tokens.shape[1]");
        let _ = writeln!(text, "        scores = scores + w[\"{place}.bias\"][:, :time, :time]");
    }
    let more = if *one_more { ", one_more=True" } else { "" };
    let mixed = format!("attend(scores, v{more}{})", with(*value_sums));
    let _ = writeln!(text, "        x = x + {}", linear(&mixed, &format!("{place}.output"), output));
}

/// Writes `h = …` if there is a norm; gives the name of what is normed.
fn normed(text: &mut String, x: &str, place: &str, norm: Option<&Norm<f64>>) -> String {
    if norm.is_none() {
        return x.to_owned();
    }
    let _ = writeln!(text, "        h = {}", normed_call(x, place, norm));
    "h".to_owned()
}

fn normed_call(x: &str, place: &str, norm: Option<&Norm<f64>>) -> String {
    let Some(Norm { kind, weight, bias, .. }) = norm else { return x.to_owned() };
    let function = match kind {
        NormKind::Rms => "rms_norm",
        NormKind::Layer => "layer_norm",
    };
    let mut call = format!("{function}({x}, w[\"{place}.eps\"][0, 0]");
    if weight.is_some() {
        let _ = write!(call, ", weight=w[\"{place}.weight\"]");
    }
    if bias.is_some() {
        let _ = write!(call, ", bias=w[\"{place}.bias\"]");
    }
    call + ")"
}

fn linear(x: &str, place: &str, map: &Linear<f64>) -> String {
    let factors: Vec<String> = match map.factors.len() {
        1 => vec![format!("w[\"{place}\"]")],
        count => (0..count).map(|index| format!("w[\"{place}[{index}]\"]")).collect(),
    };
    let bias = if map.bias.is_some() { format!(", bias=w[\"{place}.bias\"]") } else { String::new() };
    format!("linear({x}, {}{bias}{})", factors.join(", "), with(map.sums))
}

/// The argument that says how dot products round, where it is not the default.
fn with(sums: Sums) -> &'static str {
    match sums {
        Sums::Separate => "",
        Sums::Fused => ", dot=fused_dot",
    }
}
