//! Shapes, places, and what moves between them.

use super::check;

#[test]
fn empty_tensors_and_single_numbers() {
    check(&[
        "Slice@13 f:0[] l[0] l[5] l[0] l[-1] -> f[]",
        "Tile@13 f[1 2] l[0] -> f[]",
        "Tile@13 f[1 2] l[-1] -> ! the repeats [-1]",
        "Expand@13 f:1x1[7] l[0 2] -> f:0x2[]",
        "MatMul@13 f:1x0[] f:0x1[] -> f:1x1[0]",
        "Concat@13 axis=-1 f:1x0[] f:1x1[3] -> f:1x1[3]",
        "Gather@13 f:0x2[] l:0[] -> f:0x2[]",
        "Gather@13 f:0[] l[0] -> ! outside of an axis of 0 places",
        "Split@13 outputs=2 f:0[] -> f[] f[]",
        "Trilu@14 f:0x3[] -> f:0x3[]",
        "EyeLike@9 f:2x0[] -> f:2x0[]",
        "NonZero@13 f:[3] -> ! of a single number",
        "Flatten@13 axis=0 f:[3] -> f:1x1[3]",
        "OneHot@11 l:0[] l:[2] f[0 1] -> f:0x2[]",
        "Einsum@12 equation='ij->' f:0x2[] -> f:[0]",
        "ReduceMax@13 axes=0, keepdims=0 f:0x2[] -> ! nothing to reduce",
        "Reshape@14 f:0x3[] l[0 -1] -> ! cannot give",
        "Reshape@14 allowzero=1 f:0x3[] l[3 0] -> f:3x0[]",
        "Expand@13 f:[1] l[100000 100000 100000] -> ! expected at most",
        "ConstantOfShape@9 l[0 9999999999 9999999999] -> ! expected at most",
    ]);
}

#[test]
fn cuts() {
    check(&[
        "Slice@13 l[0 1 2 3] l[-1] l[-9223372036854775808] l[0] l[-1] -> l[3 2 1 0]",
        "Slice@13 l[0 1 2 3] l[-100] l[9223372036854775807] l[0] l[9223372036854775807] -> l[0]",
        "Slice@13 l[0 1 2 3] l[100] l[1] l[0] l[-2] -> l[3]",
        "Slice@13 l[0 1 2 3] l[3] l[-100] l[0] l[-9223372036854775808] -> l[3]",
        "Slice@13 l[0 1 2 3] l[0 0] l[2 2] l[0 0] -> ! expected each once",
        "Slice@13 l[0 1 2 3] l[0] l[2] l[0] l[0] -> ! a step of 0",
        "Split@18 outputs=3 num_outputs=3 l[0 1 2 3 4 5 6] -> l[0 1 2] l[3 4 5] l[6]",
        "Split@18 outputs=4 num_outputs=4 l[0 1 2 3 4 5] -> l[0 1] l[2 3] l[4 5] l[]",
        "Split@18 outputs=4 num_outputs=4 l[0 1 2 3 4] -> ! 5 places in 4 parts",
        "Split@18 outputs=2 num_outputs=3 l[0 1 2] -> ! expected one for each of 2 outputs",
        "Split@13 outputs=2 l[0 1 2] -> ! 3 places in 2 equal parts",
        "Split@13 outputs=2 axis=-1 l[0 1 2] l[3 0] -> l[0 1 2] l[]",
        "Split@13 outputs=2 l[0 1 2] l[4 -1] -> ! expected 3 places",
        "Pad@13 l[1 2 3] l[1 -2] l:[9] -> l[9 1]",
        "Pad@13 l[1 2] l[-3 5] -> ! cut more off axis 0",
        "Pad@13 l[1 2] l[9223372036854775807 0] -> ! expected at most",
        "Unsqueeze@13 l[1] l[0 0] -> ! expected each once",
        "Unsqueeze@13 l[1] l[-1 0] -> l:1x1x1[1]",
        "Reshape@14 l[1 2 3 4] l[-1 -1] -> ! -1 at most once",
        "Trilu@14 upper=0 l:2x3[1 2 3 4 5 6] l:[-1] -> l:2x3[0 0 0 4 0 0]",
        "Trilu@14 l:2x3[1 2 3 4 5 6] l:[1] -> l:2x3[0 2 3 0 0 6]",
    ]);
}

#[test]
fn picks() {
    check(&[
        "Gather@13 l[5 6 7] l[-1 0] -> l[7 5]",
        "Gather@13 l[5 6 7] l[3] -> ! outside",
        "Gather@13 l[5 6 7] l[-4] -> ! outside",
        "Gather@13 l[5 6 7] l@0[0 -1 1] -> l@[5 7 6]",
        "Gather@13 l[5 6] l@0[0 1 2] -> ! outside",
        "GatherElements@13 axis=1 l:2x2[1 2 3 4] l:2x1[1 -2] -> l:2x1[2 3]",
        "GatherElements@13 axis=1 l:2x2[1 2 3 4] l:3x1[1 0 0] -> ! into [2, 2]",
        "GatherElements@13 l:2x2[1 2 3 4] l[0 1] -> ! into [2, 2]",
        "GatherND@13 l:2x2[1 2 3 4] l:2x2[1 0 0 -1] -> l[3 2]",
        "GatherND@13 batch_dims=1 l:2x2[1 2 3 4] l:2x1[1 0] -> l[2 3]",
        "GatherND@13 batch_dims=-1 l:2x2[1 2 3 4] l:2x1[1 0] -> ! `batch_dims` is -1",
        "GatherND@13 batch_dims=1 l:2x2[1 2 3 4] l:3x1[1 0 0] -> ! into [2, 2]",
        "GatherND@13 l[1 2] l:2x0[] -> ! into [2]",
        "ScatterElements@16 l[1 2 3] l[1 -1] l[8 9] -> l[1 8 9]",
        "ScatterElements@16 l[1 2 3] l[2 -1] l[8 9] -> ! two updates of one place",
        "ScatterElements@16 l[1 2 3] l[1] l[8 9] -> ! expected [1]",
        "ScatterND@16 l:2x2[1 2 3 4] l:1x1[1] l:1x2[8 9] -> l:2x2[1 2 8 9]",
        "ScatterND@16 l:2x2[1 2 3 4] l:2x1[1 1] l:2x2[8 9 8 9] -> ! two updates of one place",
        "ScatterND@16 l:2x2[1 2 3 4] l:1x1[1] l[8 9] -> ! expected [1, 2]",
        "NonZero@13 f:2x2[0 1 nan -0.0] -> l:2x2[0 1 1 0]",
    ]);
}

#[test]
fn tensors_that_are_made() {
    check(&[
        "Range@11 l:[10] l:[1] l:[-3] -> l[10 7 4]",
        "Range@11 l:[0] l:[3] l:[0] -> ! a step of 0",
        "Range@11 l:[3] l:[0] l:[1] -> l[]",
        "Range@11 i:[-2147483648] i:[2147483647] i:[2147483647] -> i[-2147483648 -1 2147483646]",
        "Range@11 l:[0] l:[9223372036854775807] l:[1] -> ! expected at most",
        "Range@11 f:[0] f:[1] f:[0.25] -> f[0 0.25 0.5 0.75]",
        // Whether 0.3 lies before the limit hangs on roundings.
        "Range@11 f:[0] f:[0.3] f:[0.1] -> f[0 0.1 0.2 0.3] fragile",
        "Range@11 f:[0] f:[0.35] f:[0.1] -> f[0 0.1 0.2 0.3]",
        "Range@11 f:[0] f:[nan] f:[1] -> ! from 0 to NaN",
        "OneHot@11 l[1 -1 3 -4] l:[3] l[0 1] -> l:4x3[0 1 0 0 0 1 0 0 0 0 0 0]",
        "OneHot@11 axis=0 l[1 0] l:[2] f[5 7] -> f:2x2[5 7 7 5]",
        "OneHot@11 f[0.5] l:[2] f[0 1] -> ! expected a whole number",
        "EyeLike@9 k=1 f:2x2[0 0 0 0] -> f:2x2[0 1 0 0]",
        // Integers beyond 2^53, which are one number in double.
        "ArgMax@13 keepdims=0 l[9007199254740992 9007199254740993] -> l:[1]",
        "ArgMin@13 select_last_index=1 l[3 -1 -1 2] -> l[2]",
        "ArgMax@13 l:0[] -> ! of nothing",
        "CumSum@14 exclusive=1 reverse=1 l[1 2 3] l:[0] -> l[5 3 0]",
        "Shape@15 start=-1 f:2x3[0 0 0 0 0 0] -> l[3]",
    ]);
}

#[test]
fn sums_of_products() {
    check(&[
        "Einsum@12 equation='ii->i' f:2x2[1 2 3 4] -> f[1 4]",
        "Einsum@12 equation='ii' f:2x2[1 2 3 4] -> f:[5]",
        "Einsum@12 equation='ii->i' f:2x1[1 2] -> ! the axes `i`",
        "Einsum@12 equation='ij,jk' f:1x2[1 2] f:2x1[3 4] -> f:1x1[11]",
        "Einsum@12 equation='ba' f:1x2[1 2] -> f:2x1[1 2]",
        "Einsum@12 equation='...i,...i' f:2x1[1 2] f:2x1[3 4] -> f[3 8]",
        "Einsum@12 equation='ij->ii' f:1x2[1 2] -> ! each letter once",
        "Einsum@12 equation='...i->i' f:2x1[1 2] -> ! each letter once",
        "Einsum@12 equation='i1->i' f:2x1[1 2] -> ! a term of letters",
        "MatMul@13 f[1 2] f[3 4] -> f:[11]",
        "MatMul@13 f:[1] f[3] -> ! vectors or matrices",
        "Gemm@13 beta=0.0 f:1x1[2] f:1x1[3] f:1x1[inf] -> ! a factor of 0",
        "Gemm@13 beta=0.0 alpha=0.5 f:1x1[2] f:1x1[3] f:1x1[7] -> f:1x1[3]",
        "Gemm@13 transA=1 f:2x1[1 2] f:2x1[3 4] f[1] -> f:1x1[12]",
    ]);
}
