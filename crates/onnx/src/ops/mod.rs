//! The operators, by kind.

mod attention;
mod cast;
mod create;
mod discrete;
mod einsum;
mod elementwise;
mod index;
mod matmul;
mod movement;
mod norm;
mod reduce;
mod rotary;
mod sequence;
mod split;

use crate::arena::Arena;
use crate::call::{Call, Outputs};
use crate::tensor::Cell;

/// The integers `table`, one for each token at `position`.
pub(crate) fn integers(arena: &mut Arena, position: usize, table: Vec<i64>) -> Cell {
    arena.integers(position, table)
}

/// The operator called `op`, of ONNX itself or of the well-known extensions of ONNX Runtime.
pub(crate) fn find(op: &str) -> Option<fn(&mut Call<'_>) -> Outputs> {
    Some(match op {
        "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Mod" | "Min" | "Max" | "Sum" | "Mean" => elementwise::many,
        "Neg" | "Abs" | "Sign" | "Sqrt" | "Reciprocal" | "Exp" | "Log" | "Erf" | "Tanh" | "Sigmoid"
        | "Relu" | "Gelu" | "FastGelu" | "QuickGelu" | "BiasGelu" | "LeakyRelu" | "HardSigmoid"
        | "HardSwish" | "Sin" | "Cos" | "Tan" | "Floor" | "Ceil" | "Round" | "Clip" | "Swish" | "PRelu"
        | "ThresholdedRelu" => elementwise::each,
        "Equal" | "Less" | "LessOrEqual" | "Greater" | "GreaterOrEqual" | "And" | "Or" | "Xor" | "Not"
        | "IsNaN" | "IsInf" | "BitwiseAnd" | "BitwiseOr" | "BitwiseNot" => discrete::compare,
        "Where" => discrete::choose,
        "Cast" | "CastLike" => cast::cast,
        "Identity" | "Dropout" => movement::identity,
        "Shape" => create::shape,
        "Size" => create::size,
        "Constant" => create::constant,
        "ConstantOfShape" => create::constant_of_shape,
        "Range" => create::range,
        "EyeLike" => create::eye_like,
        "OneHot" => create::one_hot,
        "Trilu" => movement::trilu,
        "Reshape" => movement::reshape,
        "Flatten" => movement::flatten,
        "Squeeze" => movement::squeeze,
        "Unsqueeze" => movement::unsqueeze,
        "Transpose" => movement::transpose,
        "Expand" => movement::expand,
        "Tile" => movement::tile,
        "Concat" => split::concat,
        "Split" => split::split,
        "Slice" => split::slice,
        "Pad" => split::pad,
        "Gather" => index::gather,
        "GatherElements" => index::gather_elements,
        "GatherND" => index::gather_nd,
        "ScatterElements" | "Scatter" => index::scatter_elements,
        "ScatterND" => index::scatter_nd,
        "NonZero" => index::non_zero,
        "MatMul" | "FusedMatMul" => matmul::matmul,
        "Gemm" => matmul::gemm,
        "Einsum" => einsum::einsum,
        "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceSumSquare" | "ReduceL2"
        | "ReduceProd" | "ReduceLogSumExp" | "ReduceL1" => reduce::reduce,
        "CumSum" => reduce::cum_sum,
        "ArgMax" | "ArgMin" => reduce::arg_max,
        "Softmax" => reduce::softmax,
        "LogSoftmax" => reduce::log_softmax,
        "LayerNormalization" => norm::layer,
        "RMSNormalization" | "SimplifiedLayerNormalization" => norm::rms,
        "SkipLayerNormalization" | "SkipSimplifiedLayerNormalization" => norm::skip,
        "LpNormalization" => norm::lp,
        "Attention" => attention::attention,
        "RotaryEmbedding" => rotary::rotary,
        "SequenceConstruct" | "SequenceAt" | "SplitToSequence" | "ConcatFromSequence" | "SequenceEmpty"
        | "SequenceInsert" | "SequenceLength" => sequence::sequence,
        _ => return None,
    })
}
