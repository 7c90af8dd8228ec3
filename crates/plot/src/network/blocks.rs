//! The blocks from the embedding to the head, each with its matrices and the lines of the stream that it reads and writes.

use super::grid::Grid;
use super::{EDGE, Stream, WIDTH};
use crate::Svg;
use crate::words::{number, token};
use net::{Activation, Attention, Embedding, Linear, Mlp, Net, Norm, NormKind};
use run::multiplied_out;
use spec::Task;
use spec::figures::counted;

/// Between two blocks, and between two matrices.
const GAP: f64 = 14.0;

pub(super) fn draw(net: &Net<f64>, task: &Task, stream: &Stream, svg: &mut Svg) -> f64 {
    let mut y = stream.top + 20.0;
    let tokens = (0..net.vocabulary()).map(|id| token(task, id)).collect();
    let embedding = Grid { name: "a row for each token", rows: table(net.embedding()), labels: tokens };
    let writes = written(&table(net.embedding()));
    y = block(svg, stream, y, "Token embedding", "", vec![embedding], (&[], &writes));
    if let Some(position) = net.position() {
        y = waves(svg, stream, y, position);
    }
    for (index, layer) in net.layers().iter().enumerate() {
        let named = |name: &str| {
            if net.layers().len() > 1 { format!("Layer {index}: {name}") } else { capital(name) }
        };
        let gain =
            layer.gain.map_or(String::new(), |gain| format!("the layer's change times {}", number(gain)));
        let note = notes([norm(layer.attention_norm.as_ref()), attention_note(&layer.attention), gain]);
        y = attention(svg, stream, y, &layer.attention, (&named("attention"), &note));
        if let Some(mlp) = &layer.mlp {
            let note = notes([norm(layer.mlp_norm.as_ref()), activation(mlp).into(), String::new()]);
            y = mlp_block(svg, stream, y, mlp, (&named("MLP"), &note));
        }
    }
    let labels = (0..net.outputs()).map(|id| token(task, id)).collect();
    let rows = multiplied_out(net.head());
    let reads = columns_used(&rows);
    let mut grids = vec![Grid { name: "a logit for each token", rows, labels }];
    grids.extend(bias(net.head()));
    block(svg, stream, y, "Head", &norm(net.norm()), grids, (&reads, &[]))
}

fn attention(svg: &mut Svg, stream: &Stream, y: f64, attention: &Attention<f64>, texts: (&str, &str)) -> f64 {
    let (query, key, value, output) = (
        multiplied_out(&attention.query),
        multiplied_out(&attention.key),
        multiplied_out(&attention.value),
        multiplied_out(&attention.output),
    );
    let heads = |count: usize, width: usize| -> Vec<String> {
        (0..count)
            .flat_map(|head| {
                (0..width).map(move |at| if at == 0 { format!("h{head}") } else { String::new() })
            })
            .collect()
    };
    let mut reads = columns_used(&query);
    for rows in [&key, &value] {
        reads.extend(columns_used(rows));
    }
    let writes: Vec<usize> =
        (0..output.len()).filter(|&row| output[row].iter().any(|weight| *weight != 0.0)).collect();
    let grids = vec![
        Grid { name: "query", rows: query, labels: heads(attention.heads, attention.head_width) },
        Grid { name: "key", rows: key, labels: heads(attention.kv_heads, attention.head_width) },
        Grid { name: "value", rows: value, labels: heads(attention.kv_heads, attention.value_width) },
        Grid { name: "output", labels: numbered(output.len()), rows: output },
    ];
    block(svg, stream, y, texts.0, texts.1, grids, (&reads, &writes))
}

fn mlp_block(svg: &mut Svg, stream: &Stream, y: f64, mlp: &Mlp<f64>, texts: (&str, &str)) -> f64 {
    let (up, down) = (multiplied_out(&mlp.up), multiplied_out(&mlp.down));
    let mut reads = columns_used(&up);
    let writes: Vec<usize> =
        (0..down.len()).filter(|&row| down[row].iter().any(|weight| *weight != 0.0)).collect();
    let units = (0..up.len()).map(|unit| format!("u{unit}")).collect();
    let mut grids = vec![Grid { name: "up", rows: up, labels: units }];
    grids.extend(bias(&mlp.up));
    if let Some(gate) = &mlp.gate {
        let rows = multiplied_out(gate);
        reads.extend(columns_used(&rows));
        grids.push(Grid { name: "gate", rows, labels: Vec::new() });
        grids.extend(bias(gate));
    }
    grids.push(Grid { name: "down", labels: numbered(down.len()), rows: down });
    grids.extend(bias(&mlp.down));
    block(svg, stream, y, texts.0, texts.1, grids, (&reads, &writes))
}

/// A block with its matrices side by side, in as many rows as they need; gives where the next one begins.
fn block(
    svg: &mut Svg,
    stream: &Stream,
    top: f64,
    name: &str,
    note: &str,
    grids: Vec<Grid<'_>>,
    (reads, writes): (&[usize], &[usize]),
) -> f64 {
    let left = stream.right();
    let (mut x, mut y, mut deepest) = (left + 14.0, top + 32.0, 0.0_f64);
    let mut placed = Vec::new();
    for grid in grids.into_iter().filter(|grid| !grid.rows.is_empty()) {
        let (wide, high) = grid.size();
        if x + wide > WIDTH - EDGE - 10.0 && x > left + 14.0 {
            (x, y, deepest) = (left + 14.0, y + deepest + 10.0, 0.0);
        }
        placed.push((grid, (x, y)));
        (x, deepest) = (x + wide + 22.0, deepest.max(high));
    }
    let height = y + deepest + 12.0 - top;
    frame(svg, stream, (top, height), (name, note), (reads, writes));
    for (grid, place) in placed {
        grid.draw(svg, place);
    }
    top + height + GAP
}

/// The card of a block, its name, and the dots on the lines that it reads and writes.
fn frame(
    svg: &mut Svg,
    stream: &Stream,
    (top, height): (f64, f64),
    (name, note): (&str, &str),
    (reads, writes): (&[usize], &[usize]),
) {
    let left = stream.right();
    svg.rect((left, top), (WIDTH - EDGE - left, height), "card");
    svg.text((left + 14.0, top + 21.0), name, "strong");
    svg.text((left + 34.0 + 8.2 * name.chars().count() as f64, top + 21.0), note, "small mute");
    let mut edge = |dimensions: &[usize], y: f64, class: &str| {
        let Some(&least) = dimensions.iter().min() else { return };
        svg.line((stream.x(least), y), (left, y), "thin");
        for &dimension in dimensions {
            svg.circle((stream.x(dimension), y), 4.0, class);
        }
    };
    edge(reads, top + 16.0, "dot-reads");
    edge(writes, top + height - 14.0, "dot-writes");
}

/// The position table as curves over the positions.
fn waves(svg: &mut Svg, stream: &Stream, top: f64, position: &Embedding<f64>) -> f64 {
    let rows = table(position);
    let writes = written(&rows);
    let (left, height) = (stream.right() + 14.0, 46.0 + 58.0 * writes.len() as f64);
    let note = format!("a row for each of {}, drawn as curves", counted(rows.len(), "position"));
    frame(svg, stream, (top, height), ("Position table", &note), (&[], &writes));
    let wide = WIDTH - EDGE - 24.0 - (left + 120.0);
    for (at, &dimension) in writes.iter().enumerate() {
        let values: Vec<f64> = rows.iter().map(|row| row[dimension]).collect();
        let (low, high) = values.iter().fold((0.0_f64, 0.0_f64), |(low, high), &v| (low.min(v), high.max(v)));
        let y0 = top + 36.0 + 58.0 * at as f64;
        let y = |value: f64| y0 + 48.0 - 46.0 * (value - low) / (high - low).max(1e-300);
        let x = |at: usize| left + 120.0 + wide * at as f64 / (values.len().max(2) - 1) as f64;
        svg.text((left, y0 + 20.0), &format!("dimension {dimension}"), "small");
        svg.text((left, y0 + 36.0), &format!("{} to {}", number(low), number(high)), "small mute");
        svg.line((x(0), y(0.0)), (x(values.len() - 1), y(0.0)), "axis");
        let points: Vec<(f64, f64)> =
            values.iter().enumerate().map(|(at, &value)| (x(at), y(value))).collect();
        svg.polyline(&points, "curve");
        for point in points {
            svg.circle(point, 2.4, "unit-ink");
        }
    }
    top + height + GAP
}

/// With a capital letter in front.
fn capital(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}

fn table(table: &Embedding<f64>) -> Vec<Vec<f64>> {
    (0..table.rows()).map(|row| (0..table.width()).map(|column| *table.at(row, column)).collect()).collect()
}

/// The columns that are not all 0.
fn columns_used(rows: &[Vec<f64>]) -> Vec<usize> {
    let count = rows.first().map_or(0, Vec::len);
    (0..count).filter(|&column| rows.iter().any(|row| row[column] != 0.0)).collect()
}

/// The dimensions that a table writes: its columns that are not all 0.
fn written(rows: &[Vec<f64>]) -> Vec<usize> {
    columns_used(rows)
}

fn bias(map: &Linear<f64>) -> Option<Grid<'static>> {
    let rows = map.bias.as_ref()?.iter().map(|&value| vec![value]).collect();
    Some(Grid { name: "bias", rows, labels: Vec::new() })
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|index| index.to_string()).collect()
}

fn notes(parts: [String; 3]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn norm(norm: Option<&Norm<f64>>) -> String {
    norm.map_or(String::new(), |norm| {
        let kind = if norm.kind == NormKind::Rms { "RMSNorm" } else { "LayerNorm" };
        let weights = norm.weight.as_ref().map_or(String::new(), |weight| {
            let shown: Vec<String> = weight.iter().take(6).map(|&value| number(value)).collect();
            format!(" times {}{}", shown.join(", "), if weight.len() > 6 { ", …" } else { "" })
        });
        format!("behind {kind}{weights}")
    })
}

fn attention_note(attention: &Attention<f64>) -> String {
    let mut parts = vec![format!("scores times {}", number(attention.scale))];
    if attention.rope.is_some() {
        parts.push("RoPE".into());
    }
    if attention.query_norm.is_some() || attention.key_norm.is_some() {
        parts.push("queries and keys normed".into());
    }
    if attention.bias.is_some() {
        parts.push("a bias for each score".into());
    }
    if attention.one_more {
        parts.push("softmax with one more".into());
    }
    parts.join("; ")
}

fn activation(mlp: &Mlp<f64>) -> &'static str {
    match (&mlp.activation, mlp.gate.is_some()) {
        (Activation::Relu, false) => "ReLU",
        (Activation::Relu, true) => "ReGLU",
        (Activation::Silu, false) => "SiLU",
        (Activation::Silu, true) => "SwiGLU",
        (Activation::Gelu { .. } | Activation::GeluTanh { .. }, false) => "GELU",
        (Activation::Gelu { .. } | Activation::GeluTanh { .. }, true) => "GEGLU",
    }
}
