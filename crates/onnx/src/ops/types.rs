//! Which types the inputs of an operator may have.
//!
//! ONNX gives each operator its types, by version; a file that breaks these rules is one that no runtime reads, so it is refused.
//! Types that no graph here can hold are left out. `cargo xtask seams` makes sure that the schemas of the `onnx` package allow what
//! is allowed here.

use crate::tensor::{Dtype, Value};

/// The inputs of some operators from a version of the operator set on.
struct Rule {
    /// The names of the operators.
    operators: &'static str,
    /// The first version of the operator set that has this rule.
    since: i64,
    /// A letter for each input; the last one also stands for all that follow. `T` are of one type among `types`. On their own
    /// stand: `A` any, `N` a number, `F` a float, `I` int32 or int64, `L` int64, `B` bool.
    inputs: &'static str,
    /// A letter for each type that `T` can be, as in Python's `struct`: `f` float, `d` double, `l` int64, `i` int32, `h` int16,
    /// `b` int8, `B` uint8, `?` bool, `e` float16; and `E` for bfloat16. The last two are only moved.
    types: &'static str,
}

impl Rule {
    /// The letters of the types that the input `index` can have, and whether it is one of those that share a type; none if it can be
    /// anything.
    fn input(&self, index: usize) -> Option<(&'static str, bool)> {
        let letters = match self.inputs.chars().nth(index).or(self.inputs.chars().last())? {
            'T' => return Some((self.types, true)),
            'N' => "fdlihbB",
            'F' => "fd",
            'I' => "li",
            'L' => "l",
            'B' => "?",
            _ => return None,
        };
        Some((letters, false))
    }
}

const fn rule(operators: &'static str, since: i64, inputs: &'static str, types: &'static str) -> Rule {
    Rule { operators, since, inputs, types }
}

/// Later versions of an operator stand behind earlier ones.
const RULES: &[Rule] = &[
    rule("Add Sub Mul Div", 1, "TT", "fd"),
    rule("Add Sub Mul Div", 6, "TT", "fdli"),
    rule("Add Sub Mul Div", 14, "TT", "fdlihbB"),
    rule("Pow", 1, "TT", "fd"),
    rule("Pow", 12, "TN", "fdli"),
    rule("Mod", 10, "TT", "fdlihbB"),
    rule("Min Max", 1, "T", "fd"),
    rule("Min Max", 12, "T", "fdlihbB"),
    rule("Sum Mean", 1, "T", "fd"),
    rule("Neg", 1, "T", "fd"),
    rule("Neg", 6, "T", "fdlihb"),
    rule("Abs", 1, "T", "fd"),
    rule("Abs", 6, "T", "fdlihbB"),
    rule("Sign", 9, "T", "fdlihbB"),
    rule("Sqrt Reciprocal Exp Log Tanh Sigmoid LeakyRelu HardSigmoid HardSwish Sin Cos Tan", 1, "T", "fd"),
    rule("Floor Ceil Round Swish ThresholdedRelu Elu Selu Softplus Softsign Mish", 1, "T", "fd"),
    rule("Celu", 12, "T", "f"),
    rule("Celu", 28, "T", "fd"),
    rule("Gelu FastGelu QuickGelu BiasGelu Softmax LogSoftmax LpNormalization", 1, "T", "fd"),
    rule("FusedMatMul SkipLayerNormalization SkipSimplifiedLayerNormalization", 1, "T", "fd"),
    rule("LayerNormalization", 17, "T", "fd"),
    rule("Attention", 23, "TTFAFFL", "fd"),
    rule("Erf", 9, "T", "fd"),
    rule("Relu", 1, "T", "fd"),
    rule("Relu", 14, "T", "fdlihb"),
    rule("Clip", 1, "T", "fd"),
    rule("Clip", 12, "T", "fdlihbB"),
    rule("PRelu", 1, "TT", "fd"),
    rule("PRelu", 9, "TT", "fdli"),
    rule("Equal", 1, "TT", "li?"),
    rule("Equal", 11, "TT", "fdlihbB?"),
    rule("Less Greater", 1, "TT", "fd"),
    rule("Less Greater", 9, "TT", "fdlihbB"),
    rule("LessOrEqual GreaterOrEqual", 12, "TT", "fdlihbB"),
    rule("And Or Xor Not", 1, "T", "?"),
    rule("IsNaN IsInf", 9, "T", "fd"),
    rule("BitwiseAnd BitwiseOr BitwiseNot", 18, "T", "lihbB"),
    rule("Where", 9, "BTT", "fdeElihbB?"),
    rule("ConstantOfShape", 9, "L", ""),
    rule("Range", 11, "TTT", "fdlih"),
    rule("OneHot", 9, "NNA", ""),
    rule("Trilu", 14, "AL", ""),
    rule("Reshape Squeeze Unsqueeze Expand Split GatherND", 1, "AL", ""),
    rule("Tile", 6, "AL", ""),
    rule("Slice", 1, "AIIII", ""),
    rule("Pad", 2, "T", "fde"),
    rule("Pad", 11, "TLTI", "fdelihbB"),
    rule("Pad", 13, "TLTI", "fdeElihbB?"),
    rule("Concat SequenceConstruct", 4, "T", "fdeElihbB?"),
    rule("Gather GatherElements", 1, "AI", ""),
    rule("Scatter ScatterElements", 9, "TIT", "fdeElihbB?"),
    rule("ScatterND", 11, "TLT", "fdeElihbB?"),
    rule("MatMul Gemm", 1, "T", "fd"),
    rule("MatMul Gemm", 9, "T", "fdli"),
    rule("Einsum", 12, "T", "fdlihbB"),
    rule(
        "ReduceSum ReduceMean ReduceSumSquare ReduceL1 ReduceL2 ReduceProd ReduceLogSumExp",
        1,
        "TL",
        "fdli",
    ),
    rule("ReduceLogSumExp", 18, "TL", "fd"),
    rule("ReduceMax ReduceMin", 1, "TL", "fdli"),
    rule("ReduceMax ReduceMin", 12, "TL", "fdlibB"),
    rule("ReduceMax ReduceMin", 20, "TL", "fdlibB?"),
    rule("CumSum", 11, "TI", "fdli"),
    rule("ArgMax ArgMin", 1, "T", "fdlihbB"),
];

/// Every type.
#[cfg(test)]
pub(crate) const ALL: [Dtype; 8] =
    [Dtype::F32, Dtype::F64, Dtype::I64, Dtype::I32, Dtype::I16, Dtype::I8, Dtype::U8, Dtype::Bool];

/// The letter of a type.
pub(crate) fn letter(dtype: Dtype) -> char {
    match dtype {
        Dtype::F32 => 'f',
        Dtype::F64 => 'd',
        Dtype::F16 => 'e',
        Dtype::Bf16 => 'E',
        Dtype::I64 => 'l',
        Dtype::I32 => 'i',
        Dtype::I16 => 'h',
        Dtype::I8 => 'b',
        Dtype::U8 => 'B',
        Dtype::Bool => '?',
    }
}

/// What ONNX calls the type with this letter.
fn name(letter: char) -> &'static str {
    match letter {
        'f' => "float",
        'd' => "double",
        'e' => "float16",
        'E' => "bfloat16",
        'l' => "int64",
        'i' => "int32",
        'h' => "int16",
        'b' => "int8",
        'B' => "uint8",
        _ => "bool",
    }
}

/// The types with these letters, in words.
fn names(letters: &str) -> String {
    letters.chars().map(name).collect::<Vec<_>>().join(", ")
}

/// The rule of the operator `op` in the version `opset`.
fn of(op: &str, opset: i64) -> Option<&'static Rule> {
    let known = |rule: &&Rule| rule.since <= opset && rule.operators.split(' ').any(|name| name == op);
    RULES.iter().rev().find(known)
}

/// The letters of the types that the input `index` of the operator `op` can have in the version `opset`, and whether all such inputs
/// are of one type; none if any type is taken.
#[cfg(test)]
pub(crate) fn allowed(op: &str, opset: i64, index: usize) -> Option<(&'static str, bool)> {
    of(op, opset)?.input(index)
}

/// Makes sure that the inputs of the operator `op` have types that it takes in the version `opset`.
///
/// # Errors
///
/// If one has not, or two that must be of one type are not; an operator without a rule takes whatever its own code takes.
pub(crate) fn check(op: &str, opset: i64, inputs: &[Option<Value>]) -> Result<(), String> {
    let Some(rule) = of(op, opset) else { return Ok(()) };
    let mut shared = None;
    for (index, input) in inputs.iter().enumerate() {
        let Some(Value::Tensor(tensor)) = input else { continue };
        let found = letter(tensor.dtype);
        let Some((allowed, one)) = rule.input(index) else { continue };
        if !allowed.contains(found) {
            let (found, allowed) = (name(found), names(allowed));
            return Err(format!("input {index} of type {found}: expected {allowed}"));
        }
        if one && *shared.get_or_insert(found) != found {
            let first = shared.map_or("", name);
            return Err(format!("inputs of types {first} and {}: expected one type", name(found)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::{Cell, Tensor};

    fn inputs(types: &[Dtype]) -> Vec<Option<Value>> {
        let value = |&dtype: &Dtype| Some(Tensor::new(dtype, vec![], vec![Cell::Int(0)]).into());
        types.iter().map(value).collect()
    }

    #[test]
    fn types_by_hand() {
        use Dtype::{Bool, F32, F64, I8, I32, I64};
        assert!(check("Add", 14, &inputs(&[I8, I8])).is_ok());
        assert_eq!(
            check("Add", 13, &inputs(&[I8, I8])).unwrap_err(),
            "input 0 of type int8: expected float, double, int64, int32"
        );
        assert_eq!(
            check("Add", 14, &inputs(&[F32, F64])).unwrap_err(),
            "inputs of types float and double: expected one type"
        );
        // A power may have an exponent of another type from version 12 on.
        assert!(check("Pow", 12, &inputs(&[F32, I64])).is_ok());
        assert!(check("Pow", 11, &inputs(&[F32, I64])).is_err());
        assert!(check("Where", 9, &inputs(&[Bool, I32, I64])).is_err());
        assert!(check("Where", 9, &inputs(&[I64, I32, I32])).is_err());
        assert!(check("Max", 13, &inputs(&[I32, I32, I64])).is_err());
        // What is left out has no type.
        let mut clip = inputs(&[I32, I32, I32]);
        clip[1] = None;
        assert!(check("Clip", 12, &clip).is_ok());
        assert!(check("Clip", 11, &clip).is_err());
        assert!(check("Unknown", 1, &inputs(&[Bool])).is_ok());
    }
}
