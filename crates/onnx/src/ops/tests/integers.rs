//! Integers wrap at their width, or are refused.

use super::check;

#[test]
fn arithmetic_wraps() {
    check(&[
        "Add@14 i[2147483647 5] i[1] -> i[-2147483648 6]",
        "Add@14 l[9223372036854775807] l[1] -> l[-9223372036854775808]",
        "Add@14 B[200] B[100] -> B[44]",
        "Sub@14 B[3] B[5] -> B[254]",
        "Mul@14 b[64 -64] b[2] -> b[-128 -128]",
        "Mul@14 h[300] h[300] -> h[24464]",
        "Neg@13 b[-128 5] -> b[-128 -5]",
        "Abs@13 i[-2147483648 -3] -> i[-2147483648 3]",
        "Sign@13 l[-7 0 3] -> l[-1 0 1]",
        "Relu@14 i[-7 3] -> i[0 3]",
        "BitwiseNot@18 B[0 5 255] -> B[255 250 0]",
        "BitwiseNot@18 i[5] -> i[-6]",
        "BitwiseAnd@18 i[12] i[10] -> i[8]",
        "BitwiseOr@18 B[12] B[10] -> B[14]",
        "Max@13 l[3 -2] l[1 5] l[2 2] -> l[3 5]",
        "ReduceSum@13 i[2147483646 1] -> i[2147483647]",
        "ReduceProd@18 l[-3 4] -> l[-12]",
        "CumSum@14 i[2147483647 1 1] i:[0] -> i[2147483647 -2147483648 -2147483647]",
    ]);
}

/// What depends on a token wraps too.
#[test]
fn tables_wrap() {
    check(&[
        "Add@14 i@0[2147483647 5 7] i[1] -> i@[-2147483648 6 8]",
        "Mul@14 B@0[100 200 3] B[2] -> B@[200 144 6]",
        "Neg@13 b@0[-128 5] -> b@[-128 -5]",
        "BitwiseNot@18 B@0[0 5 255] -> B@[255 250 0]",
        "Sub@14 i@0[1 2 3] i@0[1 2 3] -> i[0]",
        // A comparison sees what has wrapped.
        "Less@13 i@0[5 6 7] i[6] -> ?@[1 0 0]",
        "Mod@13 l@0[-7 7 8] l[3] -> l@[2 1 2]",
        "Div@14 l@0[-7 7 8] l[3] -> l@[-2 2 2]",
    ]);
}

#[test]
fn what_is_not_defined_is_refused() {
    check(&[
        // ONNX Runtime goes through double, and stops at the ends of the type.
        "ReduceSum@13 i[2147483647 1] -> ! may leave its type",
        "ReduceSum@13 l[9007199254740992 1] -> ! exact integers of double",
        "ReduceProd@18 l[9223372036854775807 2] -> ! may leave its type",
        "Div@14 i[7] i[0] -> ! node `it` (Div): 7 divided by zero",
        "Mod@13 l[7] l[0] -> ! 7 divided by zero",
        "Div@14 l@0[7 8 9] l@0[1 0 3] -> ! 8 divided by zero",
        "Div@14 i[-2147483648] i[-1] -> ! beyond its type",
        "Div@14 l[-2147483648] l[-1] -> l[2147483648]",
        "Mod@13 fmod=1 l[-7 7] l[2 -2] -> l[-1 1]",
        "Mod@13 l[-7 7] l[2 -2] -> l[1 -1]",
        "Pow@13 l[3 -2 7] l[2 3 0] -> l[9 -8 1]",
        "Pow@13 i[2] i[31] -> ! expected an integer of its type",
        "Pow@13 l[2] l[-1] -> ! expected an integer of its type",
        "Pow@13 l[2] f[2] -> ! an integer to the power of a float",
    ]);
}

#[test]
fn types_are_those_of_onnx() {
    check(&[
        "Add@14 i[1] l[1] -> ! inputs of types int32 and int64",
        "Add@13 b[1] b[1] -> ! input 0 of type int8",
        "Max@13 f[1] d[1] -> ! inputs of types float and double",
        "Where@16 ?[1] f[1] l[1] -> ! inputs of types float and int64",
        "Where@16 l[1] f[1] f[1] -> ! input 0 of type int64: expected bool",
        "Concat@13 axis=0 f[1] d[1] -> ! inputs of types float and double",
        "Clip@11 l[1] l:[0] -> ! input 0 of type int64",
        "Relu@13 i[1] -> ! input 0 of type int32",
        "Exp@13 l[1] -> ! input 0 of type int64: expected float, double",
        "Gather@13 f[1 2] f[1] -> ! input 1 of type float",
        "Reshape@14 f[1 2] i[2 1] -> ! input 1 of type int32: expected int64",
        "MatMul@13 l:1x1[2] l:1x1[3] -> ! expected floats",
    ]);
}
