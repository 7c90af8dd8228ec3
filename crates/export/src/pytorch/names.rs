//! Names of stored tensors and consts as Python has them.

use spec::Model;
use std::collections::BTreeSet;

/// Words that an attribute of a module or a variable of the file cannot be called: Python's, and `nn.Module`'s own.
const TAKEN: [&str; 81] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "add_module",
    "apply",
    "bfloat16",
    "buffers",
    "children",
    "compile",
    "cpu",
    "cuda",
    "double",
    "eval",
    "extra_repr",
    "float",
    "forward",
    "get_buffer",
    "get_parameter",
    "get_submodule",
    "half",
    "load_state_dict",
    "modules",
    "mtia",
    "named_buffers",
    "named_children",
    "named_modules",
    "named_parameters",
    "parameters",
    "register_buffer",
    "register_module",
    "register_parameter",
    "requires_grad_",
    "share_memory",
    "state_dict",
    "to",
    "to_empty",
    "train",
    "training",
    "type",
    "weights",
    "xpu",
    "zero_grad",
    "DTYPE",
    "FORMULA",
    "DIGITS",
    "LENGTH",
    "Model",
    "ipu",
    "call_super_init",
];

/// The Python name of each stored tensor and each const.
pub(super) struct Names {
    tensors: Vec<String>,
    consts: Vec<(String, f64)>,
}

impl Names {
    pub(super) fn new(model: &Model) -> Self {
        let mut taken: BTreeSet<String> = TAKEN.iter().map(|&word| word.to_owned()).collect();
        let mut unique = |name: &str| {
            let plain: String =
                name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let mut name = plain.clone();
            let mut count = 1;
            // A second underscore would be private to a class.
            while !taken.insert(name.clone()) || name.starts_with("__") {
                count += 1;
                name = format!("{}_{count}", plain.trim_start_matches('_'));
            }
            name
        };
        let tensors = model.ledger().tensors().iter().map(|tensor| unique(&tensor.name)).collect();
        let consts = model.consts().map(|(name, value)| (unique(&name.to_uppercase()), value)).collect();
        Self { tensors, consts }
    }

    pub(super) fn tensor(&self, index: usize) -> &str {
        &self.tensors[index]
    }

    pub(super) fn constant(&self, index: usize) -> &str {
        &self.consts[index].0
    }

    pub(super) fn consts(&self) -> &[(String, f64)] {
        &self.consts
    }
}
