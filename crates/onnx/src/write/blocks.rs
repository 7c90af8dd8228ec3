//! Embedding, linear maps, norms, the MLP, and the network of them, as nodes.

use super::nodes::{Name, Nodes, int};
use net::{Activation, Layer, Linear, Mlp, Net, Norm, NormKind};

impl Nodes {
    /// The logits.
    pub(crate) fn network(&mut self, net: &Net<f64>) -> Name {
        self.place = "embed".into();
        let (rows, width) = (net.vocabulary(), net.width());
        let table: Vec<f64> = (0..rows)
            .flat_map(|row| (0..width).map(move |column| *net.embedding().at(row, column)))
            .collect();
        let table = self.numbers("embed.weight", &[rows, width], &table);
        let mut x = self.op("Gather", &[&table, "input_ids"]);
        let length = self.length();
        if let Some(position) = net.position() {
            self.place = "position".into();
            let rows = net.block_size();
            let table: Vec<f64> =
                (0..rows).flat_map(|row| (0..width).map(move |column| *position.at(row, column))).collect();
            let table = self.numbers("position.weight", &[rows, width], &table);
            let table = self.first_rows(&table, &length);
            x = self.op("Add", &[&x, &table]);
        }
        for (index, layer) in net.layers().iter().enumerate() {
            x = self.layer(index, layer, &x, (&length, net.block_size()), width);
        }
        self.place = "norm".into();
        x = self.norm(net.norm(), &x, width);
        self.place = "head".into();
        self.linear(net.head(), &x)
    }

    /// The number of tokens, as a list of one.
    fn length(&mut self) -> Name {
        self.with("Shape", &["input_ids"], vec![int("start", 1), int("end", 2)])
    }

    /// The first `length` places of the first axis of `table`.
    pub(crate) fn first_rows(&mut self, table: &str, length: &str) -> Name {
        let zero = self.integers("zero", &[0]);
        self.op("Slice", &[table, &zero, length, &zero])
    }

    fn layer(
        &mut self,
        index: usize,
        layer: &Layer<f64>,
        x: &str,
        (length, block_size): (&str, usize),
        width: usize,
    ) -> Name {
        self.place = format!("layer.{index}.attention_norm");
        let normed = self.norm(layer.attention_norm.as_ref(), x, width);
        self.place = format!("layer.{index}.attention");
        let change = self.attention(&layer.attention, &normed, length, block_size);
        let mut after = self.op("Add", &[x, &change]);
        if let Some(mlp) = &layer.mlp {
            self.place = format!("layer.{index}.mlp_norm");
            let normed = self.norm(layer.mlp_norm.as_ref(), &after, width);
            self.place = format!("layer.{index}.mlp");
            let change = self.mlp(mlp, &normed);
            after = self.op("Add", &[&after, &change]);
        }
        if let Some(gain) = layer.gain {
            self.place = format!("layer.{index}");
            let gain = self.number(&format!("layer.{index}.gain"), gain);
            let change = self.op("Sub", &[&after, x]);
            let change = self.op("Mul", &[&change, &gain]);
            after = self.op("Add", &[x, &change]);
        }
        after
    }

    /// `x` through a linear map over its last axis.
    pub(crate) fn linear(&mut self, map: &Linear<f64>, x: &str) -> Name {
        let mut x = x.to_owned();
        let place = self.place.clone();
        let single = map.factors.len() == 1;
        for (index, factor) in map.factors.iter().enumerate().rev() {
            let (rows, columns) = (factor.rows(), factor.columns());
            let name = if single { format!("{place}.weight") } else { format!("{place}.weight.{index}") };
            let weights = self.numbers(&name, &[rows, columns], factor.values());
            let turned = self.op("Transpose", &[&weights]);
            let weights = self.split(&turned, 0, columns);
            let parts = self.split(&x, -1, columns);
            x = self.dot(&weights, &parts);
        }
        if let Some(bias) = &map.bias {
            let bias = self.numbers(&format!("{place}.bias"), &[bias.len()], bias);
            x = self.op("Add", &[&x, &bias]);
        }
        x
    }

    /// `x` normed over its last axis, of `size` components; without a norm as it is.
    pub(crate) fn norm(&mut self, norm: Option<&Norm<f64>>, x: &str, size: usize) -> Name {
        let Some(norm) = norm else { return x.to_owned() };
        let place = self.place.clone();
        let count = self.number(&format!("{place}.size"), norm.size);
        let mut x = x.to_owned();
        if norm.kind == NormKind::Layer {
            let parts = self.split(&x, -1, size);
            let sum = self.sum(&parts);
            let mean = self.op("Div", &[&sum, &count]);
            x = self.op("Sub", &[&x, &mean]);
        }
        let parts = self.split(&x, -1, size);
        let square = self.dot(&parts, &parts);
        let mean = self.op("Div", &[&square, &count]);
        let eps = self.number(&format!("{place}.eps"), norm.eps);
        let mean = self.op("Add", &[&mean, &eps]);
        let root = self.op("Sqrt", &[&mean]);
        x = self.op("Div", &[&x, &root]);
        for (op, list, name) in [("Mul", &norm.weight, "weight"), ("Add", &norm.bias, "bias")] {
            if let Some(list) = list {
                let list = self.numbers(&format!("{place}.{name}"), &[list.len()], list);
                x = self.op(op, &[&x, &list]);
            }
        }
        x
    }

    fn mlp(&mut self, mlp: &Mlp<f64>, x: &str) -> Name {
        let place = self.place.clone();
        let map = |nodes: &mut Self, map: &Linear<f64>, name: &str, x: &str| {
            nodes.place = format!("{place}.{name}");
            let found = nodes.linear(map, x);
            nodes.place.clone_from(&place);
            found
        };
        let up = map(self, &mlp.up, "up", x);
        let hidden = match &mlp.gate {
            Some(gate) => {
                let gate = map(self, gate, "gate", x);
                let gate = self.activation(&mlp.activation, &gate);
                self.op("Mul", &[&gate, &up])
            }
            None => self.activation(&mlp.activation, &up),
        };
        map(self, &mlp.down, "down", &hidden)
    }

    fn activation(&mut self, activation: &Activation<f64>, x: &str) -> Name {
        let place = self.place.clone();
        let at = |name: &str| format!("{place}.{name}");
        match *activation {
            Activation::Relu => self.op("Relu", &[x]),
            Activation::Silu => {
                let negative = self.op("Neg", &[x]);
                let power = self.function("Exp", &negative);
                let one = self.number("one", 1.0);
                let below = self.op("Add", &[&one, &power]);
                self.op("Div", &[x, &below])
            }
            Activation::Gelu { half, sqrt_half } => {
                let (half, root) = (self.number(&at("half"), half), self.number(&at("sqrt_half"), sqrt_half));
                let one = self.number("one", 1.0);
                let inner = self.op("Mul", &[x, &root]);
                // ONNX Runtime has no error function of f64.
                let inner = self.op("Erf", &[&inner]);
                let gate = self.op("Add", &[&one, &inner]);
                let halved = self.op("Mul", &[&half, x]);
                self.op("Mul", &[&halved, &gate])
            }
            Activation::GeluTanh { half, scale, cubic } => {
                let (half, one) = (self.number(&at("half"), half), self.number("one", 1.0));
                let (scale, cubic) = (self.number(&at("scale"), scale), self.number(&at("cubic"), cubic));
                let square = self.op("Mul", &[x, x]);
                let cube = self.op("Mul", &[&square, x]);
                let cube = self.op("Mul", &[&cubic, &cube]);
                let inner = self.op("Add", &[x, &cube]);
                let inner = self.op("Mul", &[&scale, &inner]);
                let inner = self.function("Tanh", &inner);
                let gate = self.op("Add", &[&one, &inner]);
                let halved = self.op("Mul", &[&half, x]);
                self.op("Mul", &[&halved, &gate])
            }
        }
    }
}
