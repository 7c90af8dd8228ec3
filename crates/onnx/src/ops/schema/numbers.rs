//! The operators that compute numbers.

use super::{Attribute, Kind, Operator, float, int, op, optional, required, text};
use crate::ops::attention::attention;
use crate::ops::cast::cast;
use crate::ops::choice::{choose, compare};
use crate::ops::einsum::einsum;
use crate::ops::elementwise::{each, many};
use crate::ops::matmul::{gemm, matmul};
use crate::ops::norm::{layer, lp, rms, skip};
use crate::ops::reduce::{arg_max, cum_sum, log_softmax, reduce, softmax};
use crate::ops::rotary::rotary;

/// The axes of a reduction, an input from version 13 or 18 on.
const AXES: Attribute = optional("axes", Kind::Ints);

/// Whether a reduced axis stays, with one place.
const KEEP: Attribute = int("keepdims", 1);

/// Whether no axes mean no reduction.
const NOOP: Attribute = int("noop_with_empty_axes", 0);

/// Of the norms. A `stash_type` is the type that mean and variance are computed in, which the operator compares with its input's.
const NORM: &[Attribute] = &[int("axis", -1), float("epsilon", 1e-5), int("stash_type", 1)];

/// Of `Attention`. The mode says what a further output holds, which is not supported.
const ATTENTION: &[Attribute] = &[
    int("is_causal", 0),
    optional("kv_num_heads", Kind::Int),
    optional("q_num_heads", Kind::Int),
    int("qk_matmul_output_mode", 0).only(),
    optional("scale", Kind::Float),
    float("softcap", 0.0),
    optional("softmax_precision", Kind::Int).never(),
];

/// Of `Attention` from version 25 on.
const WINDOWED: &[Attribute] = &[
    int("is_causal", 0),
    optional("kv_num_heads", Kind::Int),
    int("left_window_size", -1).only(),
    optional("q_num_heads", Kind::Int),
    int("qk_matmul_output_mode", 0).only(),
    int("right_window_size", -1).only(),
    optional("scale", Kind::Float),
    float("softcap", 0.0),
    optional("softmax_precision", Kind::Int).never(),
];

const WITH_PAST: &str = "Q K V attn_mask? past_key! past_value! -> \
    Y present_key! present_value! qk_matmul_output!";

const WITH_PADDING: &str = "Q K V attn_mask? past_key! past_value! nonpad_kv_seqlen! -> \
    Y present_key! present_value! qk_matmul_output!";

/// A sum and its norm, in ONNX Runtime's operators.
const SKIP: &str = "input skip gamma beta? bias? -> output mean! inv_std_var! input_skip_bias_sum?";

const SKIP_SIMPLIFIED: &str = "input skip gamma bias? -> output mean! inv_std_var! input_skip_bias_sum?";

const GEMM: &[Attribute] = &[float("alpha", 1.0), float("beta", 1.0), int("transA", 0), int("transB", 0)];

/// Of ONNX Runtime's `FusedMatMul`, whose batches stay where they are.
const FUSED: &[Attribute] = &[
    float("alpha", 1.0),
    int("transA", 0),
    int("transB", 0),
    int("transBatchA", 0).only(),
    int("transBatchB", 0).only(),
];

/// Of ONNX Runtime's `RotaryEmbedding`.
const ROTARY: &[Attribute] = &[
    optional("interleaved", Kind::Int),
    optional("is_packed_batching", Kind::Int).never(),
    optional("num_heads", Kind::Int),
    optional("rotary_embedding_dim", Kind::Int),
    optional("scale", Kind::Float).never(),
];

pub(super) static ROWS: &[Operator] = &[
    op("Add", 7, many, "A B -> C"),
    op("Sub", 7, many, "A B -> C"),
    op("Mul", 7, many, "A B -> C"),
    op("Div", 7, many, "A B -> C"),
    op("Pow", 7, many, "X Y -> Z"),
    op("Mod", 10, many, "A B -> C").with(&[int("fmod", 0)]),
    op("Min", 8, many, "data_0* -> min"),
    op("Max", 8, many, "data_0* -> max"),
    op("Sum", 8, many, "data_0* -> sum"),
    op("Mean", 8, many, "data_0* -> mean"),
    op("Neg", 6, each, "X -> Y"),
    op("Abs", 6, each, "X -> Y"),
    op("Sign", 9, each, "input -> output"),
    op("Sqrt", 6, each, "X -> Y"),
    op("Reciprocal", 6, each, "X -> Y"),
    op("Exp", 6, each, "input -> output"),
    op("Log", 6, each, "input -> output"),
    op("Erf", 9, each, "input -> output"),
    op("Tanh", 6, each, "input -> output"),
    op("Sigmoid", 6, each, "X -> Y"),
    op("Relu", 6, each, "X -> Y"),
    op("Gelu", 20, each, "X -> Y").with(&[text("approximate", "none")]),
    op("LeakyRelu", 6, each, "X -> Y").with(&[float("alpha", 0.01)]),
    op("HardSigmoid", 6, each, "X -> Y").with(&[float("alpha", 0.2), float("beta", 0.5)]),
    op("HardSwish", 14, each, "X -> Y"),
    op("Sin", 7, each, "input -> output"),
    op("Cos", 7, each, "input -> output"),
    op("Tan", 7, each, "input -> output"),
    op("Floor", 6, each, "X -> Y"),
    op("Ceil", 6, each, "X -> Y"),
    op("Round", 11, each, "X -> Y"),
    op("Clip", 6, each, "input -> output")
        .before(11)
        .with(&[float("max", f32::MAX), float("min", -f32::MAX)]),
    op("Clip", 11, each, "input min? max? -> output"),
    op("Swish", 24, each, "X -> Y").with(&[float("alpha", 1.0)]),
    op("PRelu", 7, each, "X slope -> Y"),
    op("ThresholdedRelu", 10, each, "X -> Y").with(&[float("alpha", 1.0)]),
    op("Elu", 6, each, "X -> Y").with(&[float("alpha", 1.0)]),
    op("Celu", 12, each, "X -> Y").with(&[float("alpha", 1.0)]),
    op("Selu", 6, each, "X -> Y").with(&[float("alpha", 1.673_263_2), float("gamma", 1.050_701)]),
    op("Softplus", 1, each, "X -> Y"),
    op("Softsign", 1, each, "input -> output"),
    op("Mish", 18, each, "X -> Y"),
    op("FastGelu", 1, each, "X bias? -> Y").microsoft(),
    op("QuickGelu", 1, each, "X -> Y").microsoft().with(&[float("alpha", 1.702)]),
    op("BiasGelu", 1, each, "A B -> C").microsoft(),
    op("Gelu", 1, each, "X -> Y").microsoft(),
    op("Equal", 7, compare, "A B -> C"),
    op("Less", 7, compare, "A B -> C"),
    op("LessOrEqual", 12, compare, "A B -> C"),
    op("Greater", 7, compare, "A B -> C"),
    op("GreaterOrEqual", 12, compare, "A B -> C"),
    op("And", 7, compare, "A B -> C"),
    op("Or", 7, compare, "A B -> C"),
    op("Xor", 7, compare, "A B -> C"),
    op("Not", 1, compare, "X -> Y"),
    op("IsNaN", 9, compare, "X -> Y"),
    op("IsInf", 10, compare, "X -> Y").with(&[int("detect_negative", 1), int("detect_positive", 1)]),
    op("BitwiseAnd", 18, compare, "A B -> C"),
    op("BitwiseOr", 18, compare, "A B -> C"),
    op("BitwiseNot", 18, compare, "X -> Y"),
    op("Where", 9, choose, "condition X Y -> output"),
    op("Cast", 6, cast, "input -> output").before(19).with(&[required("to", Kind::Int)]),
    op("Cast", 19, cast, "input -> output")
        .before(24)
        .with(&[int("saturate", 1).only(), required("to", Kind::Int)]),
    op("Cast", 24, cast, "input -> output").with(&[
        text("round_mode", "up").only(),
        int("saturate", 1).only(),
        required("to", Kind::Int),
    ]),
    op("CastLike", 15, cast, "input target_type# -> output").before(19),
    op("CastLike", 19, cast, "input target_type# -> output").before(24).with(&[int("saturate", 1).only()]),
    op("CastLike", 24, cast, "input target_type# -> output")
        .with(&[text("round_mode", "up").only(), int("saturate", 1).only()]),
    op("MatMul", 1, matmul, "A B -> Y"),
    op("Gemm", 7, gemm, "A B C -> Y").before(11).with(GEMM),
    op("Gemm", 11, gemm, "A B C? -> Y").with(GEMM),
    op("FusedMatMul", 1, matmul, "A B -> Y").microsoft().with(FUSED),
    op("Einsum", 12, einsum, "Inputs* -> Output").with(&[required("equation", Kind::String)]),
    op("ReduceSum", 1, reduce, "data -> reduced").before(13).with(&[AXES, KEEP]),
    op("ReduceSum", 13, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("ReduceMean", 1, reduce, "data -> reduced").before(18).with(&[AXES, KEEP]),
    op("ReduceMean", 18, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("ReduceMax", 1, reduce, "data -> reduced").before(18).with(&[AXES, KEEP]),
    op("ReduceMax", 18, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("ReduceMin", 1, reduce, "data -> reduced").before(18).with(&[AXES, KEEP]),
    op("ReduceMin", 18, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("ReduceSumSquare", 1, reduce, "data -> reduced").before(18).with(&[AXES, KEEP]),
    op("ReduceSumSquare", 18, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("ReduceL2", 1, reduce, "data -> reduced").before(18).with(&[AXES, KEEP]),
    op("ReduceL2", 18, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("ReduceProd", 1, reduce, "data -> reduced").before(18).with(&[AXES, KEEP]),
    op("ReduceProd", 18, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("ReduceLogSumExp", 1, reduce, "data -> reduced").before(18).with(&[AXES, KEEP]),
    op("ReduceLogSumExp", 18, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("ReduceL1", 1, reduce, "data -> reduced").before(18).with(&[AXES, KEEP]),
    op("ReduceL1", 18, reduce, "data axes?# -> reduced").with(&[KEEP, NOOP]),
    op("CumSum", 11, cum_sum, "x axis# -> y").with(&[int("exclusive", 0), int("reverse", 0)]),
    op("ArgMax", 1, arg_max, "data -> reduced").before(12).with(&[int("axis", 0), KEEP]),
    op("ArgMax", 12, arg_max, "data -> reduced").with(&[int("axis", 0), KEEP, int("select_last_index", 0)]),
    op("ArgMin", 1, arg_max, "data -> reduced").before(12).with(&[int("axis", 0), KEEP]),
    op("ArgMin", 12, arg_max, "data -> reduced").with(&[int("axis", 0), KEEP, int("select_last_index", 0)]),
    op("Softmax", 1, softmax, "input -> output").before(13).with(&[int("axis", 1)]),
    op("Softmax", 13, softmax, "input -> output").with(&[int("axis", -1)]),
    op("LogSoftmax", 1, log_softmax, "input -> output").before(13).with(&[int("axis", 1)]),
    op("LogSoftmax", 13, log_softmax, "input -> output").with(&[int("axis", -1)]),
    op("LayerNormalization", 17, layer, "X Scale B? -> Y Mean! InvStdDev!").with(NORM),
    op("RMSNormalization", 23, rms, "X scale -> Y").with(NORM),
    op("LpNormalization", 1, lp, "input -> output").with(&[int("axis", -1), int("p", 2).only()]),
    // ONNX Runtime has this one among ONNX's own.
    op("SimplifiedLayerNormalization", 1, rms, "X scale -> Y inv_std_var!").with(NORM),
    op("SkipLayerNormalization", 1, skip, SKIP).microsoft().with(&[float("epsilon", 1e-12)]),
    op("SkipSimplifiedLayerNormalization", 1, skip, SKIP_SIMPLIFIED)
        .microsoft()
        .with(&[float("epsilon", 1e-12)]),
    op("Attention", 23, attention, WITH_PAST).before(24).with(ATTENTION),
    op("Attention", 24, attention, WITH_PADDING).before(25).with(ATTENTION),
    op("Attention", 25, attention, WITH_PADDING).with(WINDOWED),
    op("RotaryEmbedding", 23, rotary, "X cos_cache sin_cache position_ids?@ -> Y").with(&[
        int("interleaved", 0),
        optional("num_heads", Kind::Int),
        int("rotary_embedding_dim", 0),
    ]),
    op("RotaryEmbedding", 1, rotary, "input position_ids@ cos_cache sin_cache -> output")
        .microsoft()
        .with(ROTARY),
];
