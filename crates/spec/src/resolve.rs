//! From the plan to plain weights: one walk computes every number and notes where it is used.

use crate::attention::AttentionPlan;
use crate::chosen;
use crate::figures::counted;
use crate::ledger::{Ledger, Literal, Place};
use crate::map::{Body, Map, factors};
use crate::plan::{Activation, LayerPlan, NormPlan, Plan};
use crate::problem::Problem;
use crate::recipe::Writing;
use crate::shape::Shape;
use crate::task::Task;
use crate::text::number;
use crate::weight::{Filling, Weight};
use net::{Attention, Embedding, Layer, Linear, Matrix, Mlp, Net, Norm, Rope};

/// Computes every weight of `plan`.
///
/// The weights are numbers of the model's type, held in f64, at most `most` of them. Whatever cannot be computed is added to
/// `problems`, and then there is no network.
pub(crate) fn resolve(
    plan: &Plan,
    shape: &Shape,
    task: &Task,
    filling: Filling<'_>,
    most: u64,
    problems: &mut Vec<Problem>,
) -> Option<(Net<f64>, Ledger)> {
    let before = problems.len();
    let size = plan.size();
    if size > most {
        let problem =
            Problem::new(plan.embed.span.clone(), format!("the network has {}", counted(size, "weight")));
        problems.push(problem.expected(format!("at most {most}")));
        return None;
    }
    let mut walk = Walk { plan, filling, ledger: Ledger::default(), problems };
    let embedding = walk.table("embed", &plan.embed);
    let position = plan.position.as_ref().map(|position| walk.table("position", position));
    let layers = plan.layers.iter().enumerate().map(|(index, layer)| walk.layer(index, layer)).collect();
    let norm = plan.norm.as_ref().map(|norm| walk.norm("norm", norm));
    let head = walk.map(&plan.head);
    walk.tokens(task);
    let ledger = walk.finish();
    if problems.len() > before {
        return None;
    }
    match Net::new(embedding, position, layers, norm, head, shape.block_size) {
        Ok(net) => Some((net, ledger)),
        Err(error) => {
            problems.push(Problem::new(0..0, error.to_string()));
            None
        }
    }
}

struct Walk<'a, 'p> {
    plan: &'a Plan,
    filling: Filling<'a>,
    ledger: Ledger,
    problems: &'p mut Vec<Problem>,
}

impl Walk<'_, '_> {
    fn table(&mut self, place: &str, weight: &Weight) -> Embedding<f64> {
        let values = self.own(place, weight);
        Embedding::from_rows(weight.rows, weight.cols, &values)
    }

    fn layer(&mut self, index: usize, layer: &LayerPlan) -> Layer<f64> {
        let at = |part: &str| format!("layer.{index}.{part}");
        Layer {
            attention_norm: layer.attention_norm.as_ref().map(|norm| self.norm(&at("attention_norm"), norm)),
            attention: self.attention(&at("attention"), &layer.attention),
            mlp_norm: layer.mlp_norm.as_ref().map(|norm| self.norm(&at("mlp_norm"), norm)),
            mlp: layer.mlp.as_ref().map(|mlp| Mlp {
                activation: self.activation(mlp.activation),
                up: self.map(&mlp.up),
                gate: mlp.gate.as_ref().map(|gate| self.map(gate)),
                down: self.map(&mlp.down),
            }),
            gain: layer.gain.as_ref().map(|gain| self.own(&at("gain"), gain)[0]),
        }
    }

    fn attention(&mut self, place: &str, plan: &AttentionPlan) -> Attention<f64> {
        let at = |part: &str| format!("{place}.{part}");
        let shape = &plan.shape;
        Attention {
            heads: shape.heads,
            kv_heads: shape.kv_heads,
            head_width: shape.head_width,
            value_width: shape.value_width,
            scale: self.own(&at("scale"), &plan.scale)[0],
            query: self.map(&plan.query),
            key: self.map(&plan.key),
            value: self.map(&plan.value),
            output: self.map(&plan.output),
            query_norm: plan.query_norm.as_ref().map(|norm| self.norm(&at("query_norm"), norm)),
            key_norm: plan.key_norm.as_ref().map(|norm| self.norm(&at("key_norm"), norm)),
            rope: plan
                .rope
                .as_ref()
                .map(|rope| Rope { table: self.matrix(&at("rope"), &rope.table), pairs: rope.pairs }),
            bias: plan.bias.as_ref().map(|bias| {
                let values = self.own(&at("bias"), bias);
                let size = shape.block_size;
                let heads = values.chunks_exact(size * size);
                heads.map(|head| Matrix::from_rows(size, size, head.to_vec())).collect()
            }),
            one_more: plan.one_more,
            score_sums: self.plan.sums.scores,
            value_sums: self.plan.sums.values,
        }
    }

    fn matrix(&mut self, place: &str, weight: &Weight) -> Matrix<f64> {
        Matrix::from_rows(weight.rows, weight.cols, self.own(place, weight))
    }

    /// The activation with its constants, which belong to the function and round once to the model's type.
    fn activation(&self, activation: Activation) -> net::Activation<f64> {
        let round = self.filling.round;
        match activation {
            Activation::Relu => net::Activation::Relu,
            Activation::Silu => net::Activation::Silu,
            Activation::Gelu => {
                net::Activation::Gelu { half: 0.5, sqrt_half: round(std::f64::consts::FRAC_1_SQRT_2) }
            }
            Activation::GeluTanh => net::Activation::GeluTanh {
                half: 0.5,
                scale: round((2.0 / std::f64::consts::PI).sqrt()),
                cubic: round(0.044715),
            },
        }
    }

    fn norm(&mut self, place: &str, norm: &NormPlan) -> Norm<f64> {
        Norm {
            kind: norm.kind,
            weight: norm.weight.as_ref().map(|weight| self.own(&format!("{place}.weight"), weight)),
            bias: norm.bias.as_ref().map(|bias| self.own(&format!("{place}.bias"), bias)),
            eps: self.own(&format!("{place}.eps"), &norm.eps)[0],
            size: norm.size as f64,
        }
    }

    fn map(&mut self, map: &Map) -> Linear<f64> {
        let bias = map.bias.as_ref().map(|bias| self.own(&format!("{}.bias", map.place), bias));
        let tied = matches!(map.body, Body::Tied { .. });
        let parts = factors(map, &self.plan.maps(), &self.plan.tables()).unwrap_or_else(|problem| {
            self.problems.push(problem);
            Vec::new()
        });
        if tied {
            // A tie is written with its form and the name of its target.
            self.ledger.symbols += 2;
        }
        let single = parts.len() == 1;
        let matrices = parts.iter().enumerate().map(|(index, factor)| {
            let place = if single { map.place.clone() } else { format!("{}[{index}]", map.place) };
            let values = if tied {
                self.fill(&place, factor.weight, factor.transposed)
            } else {
                self.own(&place, factor.weight)
            };
            let (rows, cols) = factor.shape();
            Matrix::from_rows(rows, cols, values)
        });
        Linear { factors: matrices.collect(), bias, sums: self.plan.sums.maps }
    }

    /// The numbers of a weight that is written here: its symbols and literals count.
    fn own(&mut self, place: &str, weight: &Weight) -> Vec<f64> {
        let written = weight.written();
        self.ledger.symbols += written.symbols;
        let literal = |&value: &f64| Literal { value, place: place.to_owned() };
        self.ledger.literals.extend(written.literals.iter().map(literal));
        for index in written.consts {
            let places = self.ledger.consts.entry(index).or_default();
            if !places.iter().any(|known| known == place) {
                places.push(place.to_owned());
            }
        }
        self.fill(place, weight, false)
    }

    /// The numbers of a weight, row by row, every stored number that is read noted under `place`.
    fn fill(&mut self, place: &str, weight: &Weight, transposed: bool) -> Vec<f64> {
        let of_positions = place == "position" || place.ends_with(".rope");
        let fixed_position = of_positions && weight.form.is_formula() && !self.filling.learned;
        let id = self.ledger.places.len();
        self.ledger.places.push(Place { name: place.to_owned(), fixed_position });
        self.ledger.writings.push(Writing {
            place: place.to_owned(),
            rows: weight.rows,
            columns: weight.cols,
            transposed,
            form: weight.form.clone(),
        });
        let (rows, cols) = if transposed { (weight.cols, weight.rows) } else { (weight.rows, weight.cols) };
        let mut values = Vec::with_capacity(rows * cols);
        let mut failed = false;
        for row in 0..rows {
            for col in 0..cols {
                let (r, c) = if transposed { (col, row) } else { (row, col) };
                let value = weight.form.at(r, c, &mut self.filling);
                let value = value.and_then(|value| {
                    if value.is_finite() {
                        return Ok(value);
                    }
                    let message = format!("{place}: the number in row {r}, column {c} is {}", number(value));
                    Err(Problem::new(weight.span.clone(), message)
                        .expected("a finite number of the model's type"))
                });
                values.push(*value.as_ref().unwrap_or(&0.0));
                if let Err(problem) = value
                    && !failed
                {
                    // One problem a weight: the other cells would say the same.
                    self.problems.push(problem);
                    failed = true;
                }
                self.ledger.note(id, (row, col), &mut self.filling.reads);
            }
        }
        values
    }

    /// The numbers of tokens that formulas of the embedding or of the head read.
    fn tokens(&mut self, task: &Task) {
        let head = &self.plan.head;
        let factors = factors(head, &self.plan.maps(), &self.plan.tables()).unwrap_or_default();
        let head = factors
            .iter()
            .map(|factor| factor.weight)
            .chain(&head.bias)
            .any(|weight| weight.written().indexed);
        let cost = chosen::cost(task, self.plan.embed.written().indexed, head);
        self.ledger.symbols += cost.symbols;
        self.ledger.tokens = cost.literals;
    }

    /// Every stored number and every const must be used.
    fn finish(mut self) -> Ledger {
        let names = self.filling.names;
        // A weight that failed may have read less than it would.
        if self.problems.is_empty() {
            for (index, constant) in names.consts.iter().enumerate() {
                if !self.ledger.consts.contains_key(&index) {
                    let message = format!("the const `{}` is never used", constant.name);
                    self.problems.push(Problem::new(constant.entry.key_span.clone(), message));
                }
            }
            for (index, stored) in names.stored.iter().enumerate() {
                let unused = (0..stored.values.len()).find(|&element| !self.ledger.is_used(index, element));
                if let Some(element) = unused {
                    let which = if stored.values.len() == 1 {
                        String::new()
                    } else {
                        format!("number {element} of ")
                    };
                    let message = format!("the stored {which}`{}` is never used", stored.name);
                    self.problems.push(Problem::new(stored.entry.key_span.clone(), message));
                }
            }
        }
        self.ledger.complete(names);
        self.ledger
    }
}
