//! A program as text.

use crate::graph::{Binary, Node, NodeId, TokenId, TokenNode, Unary};
use crate::program::Program;
use net::Site;
use num::Float;
use std::fmt::Write;

impl<T: Float> Program<T> {
    /// The program, a line for each number and token, with the places of the network beside them.
    ///
    /// Numbers are `x0`, `x1`, …, tokens `t0`, `t1`, …, inputs `in0`, …; constants stand where they are read.
    pub fn listing(&self) -> String {
        let mut text = String::new();
        let mut tokens: Vec<TokenId> = (0..self.tokens().len())
            .map(|index| TokenId(u32::try_from(index).expect("few tokens")))
            .collect();
        tokens.sort_by_key(|token| (self.time(*token), token.index()));
        let mut tokens = tokens.into_iter().peekable();
        for index in 0..self.nodes().len() {
            while let Some(token) = tokens.next_if(|token| self.time(*token) <= index) {
                self.token_line(token, &mut text);
            }
            self.node_line(index, &mut text);
        }
        tokens.for_each(|token| self.token_line(token, &mut text));
        let outputs: Vec<String> = self.outputs().iter().map(|output| self.token_name(*output)).collect();
        let _ = writeln!(text, "answer {}", outputs.join(" "));
        text
    }

    fn node_line(&self, index: usize, text: &mut String) {
        let body = match &self.nodes()[index] {
            Node::Const(_) | Node::Index(_) => return,
            Node::LookUp(token, table) => {
                let entries: Vec<String> =
                    table.iter().map(|&bits| f64::from_bits(bits).to_string()).collect();
                format!("[{}][{}]", entries.join(" "), self.token_name(*token))
            }
            Node::Unary(op, x) => {
                let name = match op {
                    Unary::Neg => "-",
                    Unary::Sqrt => "sqrt ",
                    Unary::Exp => "exp ",
                    Unary::Tanh => "tanh ",
                    Unary::Erf => "erf ",
                    Unary::Ln => "ln ",
                    Unary::Softplus => "softplus ",
                    Unary::AsF32 => "f32 ",
                };
                format!("{name}{}", self.name(*x))
            }
            Node::Fused(x, y, z) => {
                format!("fused {} * {} + {}", self.name(*x), self.name(*y), self.name(*z))
            }
            Node::Binary(Binary::Max, x, y) => format!("max({}, {})", self.name(*x), self.name(*y)),
            Node::Binary(op, x, y) => {
                let sign = match op {
                    Binary::Add => '+',
                    Binary::Sub => '-',
                    Binary::Mul => '*',
                    Binary::Div | Binary::Max => '/',
                };
                format!("{} {sign} {}", self.name(*x), self.name(*y))
            }
        };
        let line = format!("  x{index} = {body}");
        let places = self.places(index);
        let _ =
            if places.is_empty() { writeln!(text, "{line}") } else { writeln!(text, "{line:48} {places}") };
    }

    fn token_line(&self, token: TokenId, text: &mut String) {
        let name = self.token_name(token);
        let _ = match &self.tokens()[token.index()] {
            TokenNode::Fixed(_) => return,
            TokenNode::Input(_, possible) => {
                let (least, most) = (possible.iter().min(), possible.iter().max());
                writeln!(text, "{name} is one of {} to {}", least.unwrap_or(&0), most.unwrap_or(&0))
            }
            TokenNode::Argmax(logits) => {
                let logits: Vec<String> = logits.iter().map(|logit| self.name(*logit)).collect();
                writeln!(text, "{name} = argmax({})", logits.join(", "))
            }
        };
    }

    fn name(&self, id: NodeId) -> String {
        match &self.nodes()[id.index()] {
            Node::Const(bits) => T::from_f64(f64::from_bits(*bits)).to_string(),
            Node::Index(token) => self.token_name(*token),
            _ => format!("x{}", id.index()),
        }
    }

    fn token_name(&self, id: TokenId) -> String {
        match &self.tokens()[id.index()] {
            TokenNode::Fixed(token) => token.to_string(),
            TokenNode::Input(index, _) => format!("in{index}"),
            TokenNode::Argmax(_) => format!("t{}", id.index()),
        }
    }

    /// Where in the network a number stands.
    fn places(&self, index: usize) -> String {
        let mut places = Vec::new();
        for seen in self.seen() {
            if let Some(at) =
                seen.values.iter().position(|value| value.is_some_and(|value| value.index() == index))
            {
                let site = match seen.site {
                    Site::Embedded => "embedded".to_owned(),
                    Site::Keys { layer } => format!("layer {layer} keys"),
                    Site::Values { layer } => format!("layer {layer} values"),
                    Site::Query { layer } => format!("layer {layer} query"),
                    Site::Scores { layer, head } => format!("layer {layer} head {head} scores"),
                    Site::Exponentials { layer, head } => format!("layer {layer} head {head} exponentials"),
                    Site::Mixed { layer } => format!("layer {layer} mixed"),
                    Site::Attended { layer } => format!("layer {layer} attended"),
                    Site::Normed { layer } => format!("layer {layer} read by the mlp"),
                    Site::PreActivation { layer } => format!("layer {layer} before activation"),
                    Site::Hidden { layer } => format!("layer {layer} hidden"),
                    Site::Transformed { layer } => format!("layer {layer} after mlp"),
                    Site::Final => "read by the head".to_owned(),
                    Site::Logits => "logits".to_owned(),
                };
                places.push(format!("step {} {site} {at}", seen.step + 1));
                break;
            }
        }
        places.join(", ")
    }
}
