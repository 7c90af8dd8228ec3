//! What is known of the oracles and of our reading: where ONNX Runtime and the reference evaluator differ and which of them follows
//! the operator's definition, which of their numbers no proof answers for, and of which operators less than half is read.

/// Operator, a part of the variant's name, the oracle that is right or `either`, and why.
const DIFFER: &[(&str, &str, &str, &str)] = &[
    (
        "ArgMax",
        "nan",
        "either",
        "the definition says nothing of NaN: NumPy finds it, ONNX Runtime's loop does not",
    ),
    ("ArgMin", "nan", "either", "as ArgMax"),
    ("Clip", "plain.wild", "either", "a limit that is NaN: ONNX Runtime has no limit then, NumPy gives NaN"),
    ("Clip", "wild.wild", "either", "as before"),
    (
        "Clip",
        "wild",
        "either",
        "a limit that is missing is the greatest finite number by the definition, none in NumPy",
    ),
    ("Clip", "hidden", "either", "as before"),
    ("Dropout", "10.mask", "reference", "ONNX Runtime gives a mask of nothing before version 12"),
    (
        "LayerNormalization",
        "wild",
        "reference",
        "a mean that overflows: ONNX Runtime gives 0, the definition NaN",
    ),
    ("LayerNormalization", "zero", "reference", "as before"),
    (
        "LogSoftmax",
        ".11.",
        "onnxruntime",
        "the reference knows no version before 13, which runs over all axes behind one",
    ),
    ("LogSoftmax", ".12.", "onnxruntime", "as before"),
    (
        "LogSoftmax",
        "wild",
        "onnxruntime",
        "the reference takes the logarithm of a weight that has lost its digits",
    ),
    (
        "LpNormalization",
        "1.",
        "onnxruntime",
        "the reference sums the numbers, not their magnitudes, for p = 1",
    ),
    (
        "Pow",
        "0.5",
        "either",
        "the root of -inf: inf by `pow` of C, which ONNX Runtime calls, NaN by `sqrt`, which NumPy calls",
    ),
    ("ReduceMax", "wild", "reference", "ONNX Runtime's maximum loses a NaN by its place"),
    ("ReduceMin", "wild", "reference", "as ReduceMax"),
    (
        "ReduceMean",
        "nothing",
        "reference",
        "0 / 0, where ONNX Runtime gives 0; the definition leaves it open",
    ),
    (
        "SequenceInsert",
        "2.1.",
        "onnxruntime",
        "the reference inserts at the front where the place is the length",
    ),
    ("Softmax", ".11", "onnxruntime", "as LogSoftmax"),
    ("Softmax", ".12", "onnxruntime", "as LogSoftmax"),
];

/// The oracle that is right where the two differ.
pub(crate) fn right(operator: &str, variant: &str) -> Option<&'static str> {
    let known = |entry: &&(&str, &str, &str, &str)| entry.0 == operator && variant.contains(entry.1);
    DIFFER.iter().find(known).map(|entry| entry.2)
}

/// Operator, a part of the variant's name, the oracle, and why its numbers lie outside of what the prover allows for; no proof with
/// such an operator says that it holds for that runtime.
const NOT_HELD: [(&str, &str, &str, &str); 4] = [
    ("Erf", "f64", "reference", "the reference evaluator rounds Erf of doubles to f32"),
    ("Gelu", "f64", "reference", "its function calls Erf"),
    (
        "Gelu",
        "f64",
        "onnxruntime",
        "its function has constants of f32; `num::RUNTIMES` has no GELU of f64 for ONNX Runtime",
    ),
    ("HardSwish", "f64", "reference", "its function has constants of f32"),
];

/// Whether a proof does not claim to hold for `oracle` where `operator` is used.
pub(crate) fn not_held(operator: &str, variant: &str, oracle: &str) -> bool {
    NOT_HELD.iter().any(|entry| entry.0 == operator && variant.contains(entry.1) && entry.2 == oracle)
}

const TABLES: &str = "of a number that depends on tokens only where a table holds it";

const NEVER: &str = "not supported";

/// Operator, the least share of its variants that is read, and why it is less than half.
const SELDOM: &[(&str, f64, &str)] = &[
    ("BitwiseXor", 0.0, NEVER),
    ("Ceil", 0.4, TABLES),
    ("Celu", 0.0, NEVER),
    ("Cos", 0.3, TABLES),
    ("Equal", 0.25, TABLES),
    ("Floor", 0.3, TABLES),
    ("Greater", 0.25, TABLES),
    ("GreaterOrEqual", 0.4, TABLES),
    ("LessOrEqual", 0.4, TABLES),
    ("LpNormalization", 0.2, "the Euclidean length over the last axis alone"),
    ("Mod", 0.4, TABLES),
    ("ReduceLogSum", 0.0, NEVER),
    ("Round", 0.3, TABLES),
    ("ScatterElements", 0.4, "two updates of one place are undefined, and a reduction is not supported"),
    ("Selu", 0.0, NEVER),
    ("Sin", 0.3, TABLES),
    ("Softsign", 0.0, NEVER),
    ("Tan", 0.3, TABLES),
    ("ThresholdedRelu", 0.4, TABLES),
    ("com.microsoft.Attention", 0.0, "the export without ONNX Runtime's optimisations is read"),
    ("com.microsoft.MultiHeadAttention", 0.0, "as before"),
];

/// The least share of an operator's variants that is read.
pub(crate) fn least_read(operator: &str) -> f64 {
    SELDOM.iter().find(|entry| entry.0 == operator).map_or(0.5, |entry| entry.1)
}
