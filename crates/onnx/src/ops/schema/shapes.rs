//! The operators that make tensors, and those that move and pick their elements.

use super::{Kind, Operator, Run, float, int, op, optional, required, text};
use crate::ops::create::{constant, constant_of_shape, eye_like, one_hot, range, shape, size};
use crate::ops::dropout::dropout;
use crate::ops::index::{gather, gather_elements, gather_nd, non_zero, scatter_elements, scatter_nd};
use crate::ops::movement::{expand, flatten, identity, reshape, squeeze, tile, transpose, trilu, unsqueeze};
use crate::ops::sequence::sequence;
use crate::ops::split::{concat, pad, slice, split};

pub(super) static ROWS: &[Operator] = &[
    op("Identity", 1, identity, "input -> output"),
    op("Trilu", 14, trilu, "input k?# -> output").with(&[int("upper", 1)]),
    op("Reshape", 5, reshape, "data shape# -> reshaped").before(14),
    op("Reshape", 14, reshape, "data shape# -> reshaped").with(&[int("allowzero", 0)]),
    op("Flatten", 1, flatten, "input -> output").with(&[int("axis", 1)]),
    op("Squeeze", 1, squeeze, "data -> squeezed").before(13).with(&[optional("axes", Kind::Ints)]),
    op("Squeeze", 13, squeeze, "data axes?# -> squeezed"),
    op("Unsqueeze", 1, unsqueeze, "data -> expanded").before(13).with(&[required("axes", Kind::Ints)]),
    op("Unsqueeze", 13, unsqueeze, "data axes# -> expanded"),
    op("Transpose", 1, transpose, "data -> transposed").with(&[optional("perm", Kind::Ints)]),
    op("Expand", 8, expand, "input shape# -> output"),
    op("Tile", 6, tile, "input repeats# -> output"),
    op("Dropout", 7, dropout, "data -> output mask?").before(12).with(&[float("ratio", 0.5)]),
    op("Dropout", 12, dropout, "data ratio?# training_mode?# -> output mask?")
        .with(&[optional("seed", Kind::Int)]),
    op("Shape", 1, shape, "data# -> shape").before(15),
    op("Shape", 15, shape, "data# -> shape").with(&[optional("end", Kind::Int), int("start", 0)]),
    op("Size", 1, size, "data# -> size"),
    op("Constant", 1, constant, "-> output").before(11).with(&[required("value", Kind::Tensor)]),
    op("Constant", 11, constant, "-> output")
        .before(12)
        .with(&[optional("sparse_value", Kind::SparseTensor).never(), optional("value", Kind::Tensor)]),
    op("Constant", 12, constant, "-> output").with(&[
        optional("sparse_value", Kind::SparseTensor).never(),
        optional("value", Kind::Tensor),
        optional("value_float", Kind::Float),
        optional("value_floats", Kind::Floats),
        optional("value_int", Kind::Int),
        optional("value_ints", Kind::Ints),
        optional("value_string", Kind::String).never(),
        optional("value_strings", Kind::Strings).never(),
    ]),
    op("ConstantOfShape", 9, constant_of_shape, "input# -> output").with(&[optional("value", Kind::Tensor)]),
    op("Range", 11, range, "start limit# delta -> output").before(27),
    op("Range", 27, range, "start limit# delta -> output").with(&[int("stash_type", 1).only()]),
    op("EyeLike", 9, eye_like, "input# -> output").with(&[optional("dtype", Kind::Int), int("k", 0)]),
    op("OneHot", 9, one_hot, "indices@ depth# values -> output").with(&[int("axis", -1)]),
    op("Concat", 4, concat, "inputs* -> concat_result").with(&[required("axis", Kind::Int)]),
    op("Split", 2, split, "input -> outputs*")
        .before(13)
        .with(&[int("axis", 0), optional("split", Kind::Ints)]),
    op("Split", 13, split, "input split?# -> outputs*").before(18).with(&[int("axis", 0)]),
    op("Split", 18, split, "input split?# -> outputs*")
        .with(&[int("axis", 0), optional("num_outputs", Kind::Int)]),
    op("Slice", 1, slice, "data -> output").before(10).with(&[
        optional("axes", Kind::Ints),
        required("ends", Kind::Ints),
        required("starts", Kind::Ints),
    ]),
    op("Slice", 10, slice, "data starts# ends# axes?# steps?# -> output"),
    op("Pad", 2, pad, "data -> output").before(11).with(&[
        text("mode", "constant").only(),
        required("pads", Kind::Ints),
        float("value", 0.0),
    ]),
    op("Pad", 11, pad, "data pads# constant_value? -> output")
        .before(18)
        .with(&[text("mode", "constant").only()]),
    op("Pad", 18, pad, "data pads# constant_value? axes?# -> output")
        .with(&[text("mode", "constant").only()]),
    op("Gather", 1, gather, "data indices@ -> output").with(&[int("axis", 0)]),
    op("GatherElements", 11, gather_elements, "data indices@ -> output").with(&[int("axis", 0)]),
    op("GatherND", 11, gather_nd, "data indices@ -> output").before(12),
    op("GatherND", 12, gather_nd, "data indices@ -> output").with(&[int("batch_dims", 0)]),
    op("ScatterElements", 11, scatter_elements, "data indices@ updates -> output")
        .before(16)
        .with(&[int("axis", 0)]),
    op("ScatterElements", 16, scatter_elements, "data indices@ updates -> output")
        .with(&[int("axis", 0), text("reduction", "none").only()]),
    op("Scatter", 9, scatter_elements, "data indices@ updates -> output").before(11).with(&[int("axis", 0)]),
    op("ScatterND", 11, scatter_nd, "data indices@ updates -> output").before(16),
    op("ScatterND", 16, scatter_nd, "data indices@ updates -> output")
        .with(&[text("reduction", "none").only()]),
    op("NonZero", 9, non_zero, "X -> Y"),
    op("SequenceConstruct", 11, sequence, "inputs* -> output_sequence"),
    op("SequenceAt", 11, sequence, "input_sequence position# -> tensor"),
    op("SplitToSequence", 11, sequence, "input split?# -> output_sequence")
        .with(&[int("axis", 0), int("keepdims", 1)]),
    op("ConcatFromSequence", 11, sequence, "input_sequence -> concat_result")
        .with(&[required("axis", Kind::Int), int("new_axis", 0)]),
    op("SequenceEmpty", 11, sequence, "-> output").with(&[optional("dtype", Kind::Int)]),
    op("SequenceInsert", 11, sequence, "input_sequence tensor position?# -> output_sequence"),
    op("SequenceLength", 11, sequence, "input_sequence -> length"),
    // It has as many outputs as its branches.
    Operator {
        domain: "",
        name: "If",
        since: 1,
        before: None,
        signature: "cond -> outputs*",
        attributes: &[required("else_branch", Kind::Graph), required("then_branch", Kind::Graph)],
        run: Run::Branch,
    },
];
