//! Causal attention as nodes.

use super::nodes::{Name, Nodes, int, ints};
use net::{Attention, Linear, Norm, Pairs, Rope};

impl Nodes {
    /// The change that attention makes to the residual stream whose norm is `x`.
    ///
    /// Heads of one key-value head stand side by side: scores are `[batch, kv_heads, heads per kv_head, query, key]`.
    pub(crate) fn attention(
        &mut self,
        attention: &Attention<f64>,
        x: &str,
        length: &str,
        block_size: usize,
    ) -> Name {
        let place = self.place.clone();
        let (groups, each) = (attention.kv_heads, attention.heads / attention.kv_heads);
        let (width, value_width) = (attention.head_width, attention.value_width);
        let query = self.heads(&attention.query, "query", x, attention.heads, width);
        let query = self.placed(
            attention.query_norm.as_ref(),
            attention.rope.as_ref(),
            "query",
            &query,
            length,
            width,
        );
        let key = self.heads(&attention.key, "key", x, groups, width);
        let key =
            self.placed(attention.key_norm.as_ref(), attention.rope.as_ref(), "key", &key, length, width);
        let value = self.heads(&attention.value, "value", x, groups, value_width);

        // [batch, kv_heads, heads per kv_head, query, 1] each.
        let shape =
            self.integers(&format!("{place}.query_shape"), &[0, 0, groups as i64, each as i64, width as i64]);
        let query = self.op("Reshape", &[&query, &shape]);
        let query = self.with("Transpose", &[&query], vec![ints("perm", &[0, 2, 3, 1, 4])]);
        let query = self.split(&query, 4, width);
        let key = self.columns(&key, width);
        let value = self.columns(&value, value_width);

        let scale = self.number(&format!("{place}.scale"), attention.scale);
        let scores = self.dot(&query, &key);
        let mut scores = self.op("Mul", &[&scores, &scale]);
        if let Some(bias) = &attention.bias {
            let values: Vec<f64> = bias.iter().flat_map(|head| head.values().iter().copied()).collect();
            let table =
                self.numbers(&format!("{place}.bias"), &[groups, each, block_size, block_size], &values);
            let (zero, two, three) =
                (self.integers("zero", &[0]), self.integers("two", &[2]), self.integers("three", &[3]));
            let table = self.op("Slice", &[&table, &zero, length, &two]);
            let table = self.op("Slice", &[&table, &zero, length, &three]);
            scores = self.op("Add", &[&scores, &table]);
        }
        let scores = self.causal(&scores, length);
        let mut greatest = self.reduce_max(&scores);
        if attention.one_more {
            let zero = self.number("nothing", 0.0);
            greatest = self.op("Max", &[&greatest, &zero]);
        }
        let below = self.op("Sub", &[&scores, &greatest]);
        let weights = self.function("Exp", &below);
        let mut total = self.sum_of_last_axis(&weights);
        if attention.one_more {
            let negative = self.op("Neg", &[&greatest]);
            let rest = self.function("Exp", &negative);
            total = self.op("Add", &[&total, &rest]);
        }
        let mixed: Vec<Name> = value
            .iter()
            .map(|value| {
                let terms = self.op("Mul", &[&weights, value]);
                let sum = self.sum_of_last_axis(&terms);
                self.op("Div", &[&sum, &total])
            })
            .collect();
        let mixed = self.joined(&mixed);
        let mixed = self.with("Transpose", &[&mixed], vec![ints("perm", &[0, 3, 1, 2, 4])]);
        let side_by_side = (attention.heads * value_width) as i64;
        let shape = self.integers(&format!("{place}.mixed_shape"), &[0, 0, side_by_side]);
        let mixed = self.op("Reshape", &[&mixed, &shape]);
        self.place = format!("{place}.output");
        let change = self.linear(&attention.output, &mixed);
        self.place = place;
        change
    }

    /// `[batch, length, heads, width]`: what `map` makes of `x`.
    fn heads(&mut self, map: &Linear<f64>, name: &str, x: &str, heads: usize, width: usize) -> Name {
        let base = self.place.clone();
        self.place = format!("{base}.{name}");
        let flat = self.linear(map, x);
        let shape = self.integers(&format!("{base}.{name}.shape"), &[0, 0, heads as i64, width as i64]);
        let found = self.op("Reshape", &[&flat, &shape]);
        self.place = base;
        found
    }

    /// Queries or keys normed and turned.
    fn placed(
        &mut self,
        norm: Option<&Norm<f64>>,
        rope: Option<&Rope<f64>>,
        name: &str,
        x: &str,
        length: &str,
        width: usize,
    ) -> Name {
        let place = self.place.clone();
        self.place = format!("{place}.{name}_norm");
        let x = self.norm(norm, x, width);
        self.place = place;
        match rope {
            Some(rope) => self.turned(rope, &x, length, width),
            None => x,
        }
    }

    fn turned(&mut self, rope: &Rope<f64>, x: &str, length: &str, width: usize) -> Name {
        let (rows, half) = (rope.table.rows(), width / 2);
        let column = |offset: usize| -> Vec<f64> {
            (0..rows * half)
                .map(|at| rope.table.values()[at / half * width + 2 * (at % half) + offset])
                .collect()
        };
        let base = self.place.clone();
        let interleaved = rope.pairs == Pairs::Interleaved;
        let shape: &[usize] = if interleaved { &[rows, 1, half, 1] } else { &[rows, 1, half] };
        let cos = self.numbers(&format!("{base}.rope.cos"), shape, &column(0));
        let sin = self.numbers(&format!("{base}.rope.sin"), shape, &column(1));
        let (cos, sin) = (self.first_rows(&cos, length), self.first_rows(&sin, length));
        let x = if interleaved {
            let pairs = self.integers(&format!("{base}.rope.pairs"), &[0, 0, 0, half as i64, 2]);
            // A zero keeps an axis; the third one is the heads.
            self.op("Reshape", &[x, &pairs])
        } else {
            x.to_owned()
        };
        let two = vec![int("axis", -1), int("num_outputs", 2)];
        let (a, b) = self.halves(&x, two);
        let (ac, bs) = (self.op("Mul", &[&a, &cos]), self.op("Mul", &[&b, &sin]));
        let (as_, bc) = (self.op("Mul", &[&a, &sin]), self.op("Mul", &[&b, &cos]));
        let (first, second) = (self.op("Sub", &[&ac, &bs]), self.op("Add", &[&as_, &bc]));
        let turned = self.joined(&[first, second]);
        if !interleaved {
            return turned;
        }
        let whole = self.integers(&format!("{base}.rope.whole"), &[0, 0, -1, width as i64]);
        self.op("Reshape", &[&turned, &whole])
    }

    /// `[batch, kv_heads, 1, 1, key]` for each component of keys or values `[batch, length, kv_heads, width]`.
    fn columns(&mut self, x: &str, width: usize) -> Vec<Name> {
        let turned = self.with("Transpose", &[x], vec![ints("perm", &[0, 2, 3, 1])]);
        let two = self.integers("two", &[2]);
        let turned = self.op("Unsqueeze", &[&turned, &two]);
        self.split(&turned, 3, width)
    }

    /// `scores` with everything behind the query shut out.
    fn causal(&mut self, scores: &str, length: &str) -> Name {
        let (zero, one) = (self.scalar("first", 0), self.scalar("step", 1));
        let count = self.op("Squeeze", &[length]);
        let positions = self.op("Range", &[&zero, &count, &one]);
        let column = self.integers("one_axis", &[1]);
        let queries = self.op("Unsqueeze", &[&positions, &column]);
        let later = self.op("Greater", &[&positions, &queries]);
        let never = self.number("never", f64::NEG_INFINITY);
        self.op("Where", &[&later, &never, scores])
    }
}
