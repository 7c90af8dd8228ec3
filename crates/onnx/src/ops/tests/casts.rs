//! From one type to another. The numbers of the types are those of `onnx.proto`.

use super::check;

#[test]
fn floats_become_integers_where_onnx_says_which() {
    check(&[
        "Cast@13 to=7 f[-2.9 2.9 -0.0] -> l[-2 2 0]",
        "Cast@13 to=2 f[255.9 -0.9] -> B[255 0]",
        "Cast@13 to=2 f[256] -> ! node `it` (Cast): 256 as an integer",
        "Cast@13 to=2 f[-1] -> ! undefined",
        "Cast@13 to=6 f[2147483648] -> ! undefined",
        "Cast@13 to=6 d[-2147483648.9] -> i[-2147483648]",
        "Cast@13 to=7 f[9223372036854775808] -> ! undefined",
        "Cast@13 to=7 f[nan] -> ! undefined",
        "Cast@13 to=6 f[-inf] -> ! undefined",
        "Cast@13 to=9 f[0 -0.0 0.5 nan inf] -> ?[0 0 1 1 1]",
        "Cast@13 to=9 i[0 -3] -> ?[0 1]",
        "Cast@13 to=3 l[300 -129] -> b[44 127]",
        "Cast@13 to=1 ?[0 1] -> f[0 1]",
        // 2^53 + 2^29 + 1 rounds up in f32, and would not by way of f64.
        "Cast@13 to=1 l[9007199791611905] -> f[9007200328482816]",
        "Cast@13 to=10 f[1] -> ! float16",
    ]);
}

#[test]
fn tables_are_cast_entry_by_entry() {
    check(&[
        "Cast@13 to=7 f@0[1.5 -2.5 3] -> l@[1 -2 3]",
        "Cast@13 to=7 f@0[1 nan 3] -> ! undefined",
        "Cast@13 to=3 l@0[127 128 300] -> b@[127 -128 44]",
        "Cast@13 to=1 l@0[16777217 2 3] -> f@[16777216 2 3]",
        "Cast@13 to=1 d@0[0.1 2 3] -> f@[0.10000000149011612 2 3]",
        "Cast@13 to=7 f~0[1 2 3] -> ! depends on tokens in more than one way",
    ]);
}
