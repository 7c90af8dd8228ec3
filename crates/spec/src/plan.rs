//! The parts of a network as the model file writes them, before any number is computed.

use crate::attention::AttentionPlan;
use crate::document::{Entry, Node, Section, Value, keep};
use crate::figures::counted;
use crate::formula::Names;
use crate::map::{self, Map};
use crate::problem::{Problem, Span};
use crate::shape::Shape;
use crate::sums::DotProducts;
use crate::weight::{self, Frame, Slot, Weight};
use net::NormKind;

/// Every weight of a model by its place in the network.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) embed: Weight,
    pub(crate) position: Option<Weight>,
    pub(crate) layers: Vec<LayerPlan>,
    pub(crate) norm: Option<NormPlan>,
    pub(crate) head: Map,
    /// How its dot products round.
    pub(crate) sums: DotProducts,
}

#[derive(Clone, Debug)]
pub(crate) struct LayerPlan {
    pub(crate) attention_norm: Option<NormPlan>,
    pub(crate) attention: AttentionPlan,
    pub(crate) mlp_norm: Option<NormPlan>,
    pub(crate) mlp: Option<MlpPlan>,
    pub(crate) gain: Option<Weight>,
}

#[derive(Clone, Debug)]
pub(crate) struct MlpPlan {
    pub(crate) activation: Activation,
    pub(crate) up: Map,
    pub(crate) gate: Option<Map>,
    pub(crate) down: Map,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    Relu,
    Silu,
    Gelu,
    GeluTanh,
}

impl Activation {
    const ALL: [(&'static str, Self); 4] =
        [("relu", Self::Relu), ("silu", Self::Silu), ("gelu", Self::Gelu), ("gelu-tanh", Self::GeluTanh)];
}

#[derive(Clone, Debug)]
pub(crate) struct NormPlan {
    pub(crate) kind: NormKind,
    /// The number of components.
    pub(crate) size: usize,
    pub(crate) eps: Weight,
    pub(crate) weight: Option<Weight>,
    pub(crate) bias: Option<Weight>,
}

/// The most layers that a network can have.
const MOST_LAYERS: usize = 1024;

/// What every part is read with.
pub(crate) struct Reader<'a, 'p> {
    pub(crate) text: &'a str,
    pub(crate) names: &'a Names,
    pub(crate) shape: &'a Shape,
    pub(crate) problems: &'p mut Vec<Problem>,
}

/// The sections of the file that hold the network.
pub(crate) const SECTIONS: [&str; 5] = ["embed", "position", "layer", "norm", "head"];

/// Reads the sections of the network from the sections of the file.
pub(crate) fn parse(
    file: &mut Section<'_>,
    text: &str,
    names: &Names,
    shape: &Shape,
    sums: DotProducts,
    problems: &mut Vec<Problem>,
) -> Option<Plan> {
    let mut reader = Reader { text, names, shape, problems };
    let embed = reader.need(file, "embed").and_then(|node| {
        let slot = reader.slot(shape.vocabulary, shape.width, Frame::Tokens);
        weight::parse(node, "embed", slot, reader.problems)
    });
    let position = file.take("position").map(|node| {
        let slot = reader.slot(shape.block_size, shape.width, Frame::Positions);
        weight::parse(node, "position", slot, reader.problems)
    });
    let layers = reader.need(file, "layer").and_then(|node| reader.layers(node));
    let norm = file.take("norm").map(|node| reader.norm(node, "norm", shape.width));
    let head = reader.need(file, "head").and_then(|node| {
        let slot = reader.slot(shape.outputs, shape.width, Frame::Tokens);
        map::parse(node, "head", slot, reader.problems)
    });
    Some(Plan {
        embed: embed?,
        position: all(position)?,
        layers: layers?,
        norm: all(norm)?,
        head: head?,
        sums,
    })
}

/// A part that is there must be readable; a part that is not there is no part.
pub(crate) fn all<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        Some(part) => part.map(Some),
        None => Some(None),
    }
}

impl<'a> Reader<'a, '_> {
    pub(crate) fn slot(&self, rows: usize, cols: usize, frame: Frame) -> Slot<'a> {
        Slot { text: self.text, names: self.names, rows, cols, frame }
    }

    fn need<'n>(&mut self, section: &mut Section<'n>, key: &'static str) -> Option<&'n Node> {
        keep(section.need(key), self.problems)
    }

    fn layers(&mut self, node: &Node) -> Option<Vec<LayerPlan>> {
        let layers = keep(node.array("layer", "an array of tables, each headed `[[layer]]`"), self.problems)?;
        if layers.len() > MOST_LAYERS {
            let message = format!("layer: found {}", counted(layers.len(), "layer"));
            let problem = Problem::new(node.span.clone(), message).expected(format!("at most {MOST_LAYERS}"));
            self.problems.push(problem);
            return None;
        }
        let layers: Vec<_> =
            layers.iter().enumerate().map(|(index, layer)| self.layer(layer, index)).collect();
        layers.into_iter().collect()
    }

    fn layer(&mut self, node: &Node, index: usize) -> Option<LayerPlan> {
        let place = format!("layer.{index}");
        let mut section = keep(Section::of(place.as_str(), node), self.problems)?;
        let width = self.shape.width;
        let shape = match section.take("shape") {
            Some(node) => {
                let sizes = keep(Section::of(format!("{place}.shape"), node), self.problems)?;
                self.shape.layer(sizes, self.problems)?
            }
            None => self.shape.clone(),
        };
        let attention_norm = section
            .take("attention_norm")
            .map(|node| self.norm(node, &format!("{place}.attention_norm"), width));
        let attention = self.need(&mut section, "attention");
        let attention =
            attention.and_then(|node| self.attention(node, &format!("{place}.attention"), &shape));
        let mlp_norm =
            section.take("mlp_norm").map(|node| self.norm(node, &format!("{place}.mlp_norm"), width));
        let mlp = section.take("mlp").map(|node| self.mlp(node, &format!("{place}.mlp"), shape.hidden));
        let gain = section.take("gain");
        let gain = gain.map(|node| keep(weight::number(node, self.slot(1, 1, Frame::Single)), self.problems));
        section.finish(self.problems);
        Some(LayerPlan {
            attention_norm: all(attention_norm)?,
            attention: attention?,
            mlp_norm: all(mlp_norm)?,
            mlp: all(mlp)?,
            gain: all(gain)?,
        })
    }

    fn mlp(&mut self, node: &Node, place: &str, hidden: usize) -> Option<MlpPlan> {
        let mut section = keep(Section::of(place, node), self.problems)?;
        let width = self.shape.width;
        if hidden == 0 {
            let message = format!("{place}: `hidden` is missing in [shape]");
            self.problems.push(Problem::new(node.span.clone(), message));
            return None;
        }
        let activation = self.need(&mut section, "activation");
        let activation =
            activation.and_then(|node| keep(one_of(node, "activation", &Activation::ALL), self.problems));
        let (inward, outward) =
            (self.slot(hidden, width, Frame::Units), self.slot(width, hidden, Frame::UnitColumns));
        let up = self.need(&mut section, "up");
        let up = up.and_then(|node| map::parse(node, &format!("{place}.up"), inward, self.problems));
        let gate = section.take("gate");
        let gate = gate.map(|node| map::parse(node, &format!("{place}.gate"), inward, self.problems));
        let down = self.need(&mut section, "down");
        let down = down.and_then(|node| map::parse(node, &format!("{place}.down"), outward, self.problems));
        section.finish(self.problems);
        Some(MlpPlan { activation: activation?, up: up?, gate: all(gate)?, down: down? })
    }

    /// Reads a norm over `size` components.
    pub(crate) fn norm(&mut self, node: &Node, place: &str, size: usize) -> Option<NormPlan> {
        let mut section = keep(Section::of(place, node), self.problems)?;
        let kinds = [("rms", NormKind::Rms), ("layer", NormKind::Layer)];
        let kind = self.need(&mut section, "kind");
        let kind = kind.and_then(|node| keep(one_of(node, "kind", &kinds), self.problems));
        let eps = match section.take("eps") {
            Some(node) => keep(weight::number(node, self.slot(1, 1, Frame::Single)), self.problems),
            None => Some(weight::derived(0.0, section.span())),
        };
        let list = self.slot(size, 1, Frame::Plain);
        let mut vector = |key: &'static str| {
            let node = section.take(key);
            node.map(|node| weight::parse(node, &format!("{place}.{key}"), list, self.problems))
        };
        let (weight, bias) = (vector("weight"), vector("bias"));
        section.finish(self.problems);
        Some(NormPlan { kind: kind?, size, eps: eps?, weight: all(weight)?, bias: all(bias)? })
    }
}

/// The meaning of the word in `node`.
pub(crate) fn one_of<T: Copy>(node: &Node, what: &str, words: &[(&str, T)]) -> Result<T, Problem> {
    let word = node.string(what)?;
    words.iter().find(|(known, _)| *known == word).map(|&(_, meaning)| meaning).ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(known, _)| format!("`{known}`")).collect();
        Problem::new(node.span.clone(), format!("{what}: found `{word}`")).expected(known.join(" or "))
    })
}

/// The entries of the table `key`, or none; a value that is no table is a problem.
pub(crate) fn table<'n>(
    file: &mut Section<'n>,
    key: &'static str,
    problems: &mut Vec<Problem>,
) -> (&'n [Entry], Span) {
    match file.take(key) {
        None => (&[], file.span()),
        Some(node) => match &node.value {
            Value::Table(entries) => (entries, node.span.clone()),
            _ => {
                problems.push(node.wrong(key, "a table"));
                (&[], node.span.clone())
            }
        },
    }
}

impl Plan {
    /// Every linear map, in the order a token meets them.
    pub(crate) fn maps(&self) -> Vec<&Map> {
        let mut maps = Vec::new();
        for layer in &self.layers {
            let attention = &layer.attention;
            maps.extend([&attention.query, &attention.key, &attention.value, &attention.output]);
            if let Some(mlp) = &layer.mlp {
                maps.push(&mlp.up);
                maps.extend(&mlp.gate);
                maps.push(&mlp.down);
            }
        }
        maps.push(&self.head);
        maps
    }

    /// The embedding and the position table by name: what a map can be tied to besides another map.
    pub(crate) fn tables(&self) -> Vec<(&'static str, &Weight)> {
        let mut tables = vec![("embed", &self.embed)];
        tables.extend(self.position.as_ref().map(|position| ("position", position)));
        tables
    }

    /// How many numbers the network's matrices hold together, before any of them is computed.
    ///
    /// A tied map counts as much as if it were written in full. Ties that lead nowhere count nothing: they are an error later.
    pub(crate) fn size(&self) -> u64 {
        let cells = |weight: &Weight| weight.rows as u64 * weight.cols as u64;
        let (maps, tables) = (self.maps(), self.tables());
        let product = |map: &Map| match map::factors(map, &maps, &tables) {
            Ok(factors) => factors.iter().map(|factor| cells(factor.weight)).sum(),
            Err(_) => 0,
        };
        let scores = self.layers.iter().flat_map(|layer| {
            let attention = &layer.attention;
            attention.bias.iter().chain(attention.rope.as_ref().map(|rope| &rope.table))
        });
        let weights = tables.iter().map(|(_, weight)| *weight).chain(scores);
        maps.iter().copied().map(product).chain(weights.map(cells)).sum()
    }
}
