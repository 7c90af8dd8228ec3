//! Comparisons and choices.

use super::check;

#[test]
fn comparisons() {
    check(&[
        "Equal@13 f[1 nan -0.0 inf] f[1 nan 0 inf] -> ?[1 0 1 1]",
        "Less@13 f[1 nan 2] f[2 1 nan] -> ?[1 0 0]",
        "LessOrEqual@16 f[1 nan 2] f[1 1 2] -> ?[1 0 1]",
        "GreaterOrEqual@16 f[nan -inf] f[nan -inf] -> ?[0 1]",
        "IsNaN@13 f[1 nan inf] -> ?[0 1 0]",
        "IsInf@20 f[1 nan inf -inf] -> ?[0 0 1 1]",
        "IsInf@20 detect_negative=0 f[inf -inf] -> ?[1 0]",
        "IsInf@20 detect_positive=0 f[inf -inf] -> ?[0 1]",
        "Xor@7 ?[0 1 1] ?[1 1 0] -> ?[1 0 1]",
        "Not@1 ?[0 1] -> ?[1 0]",
    ]);
}

#[test]
fn what_depends_on_tokens_is_compared_where_it_is_shown() {
    check(&[
        "Less@13 f~0[1 2 3] f[10] -> ?[1]",
        "Greater@13 f~0[1 2 3] f[10] -> ?[0]",
        "Equal@13 f~0[1 2 3] f[10] -> ?[0]",
        "Less@13 f~0[1 2 3] f[2] -> ! depend on tokens",
        "IsNaN@13 f~0[1 2 3] -> ?[0]",
        "IsInf@20 f~0[1 2 3] -> ?[0]",
        "IsNaN@13 f~0[1 inf 3] -> ! not shown to be finite",
        "IsInf@20 f@0[1 inf 3] -> ! not shown to be finite",
    ]);
}

#[test]
fn choices_by_known_values_and_by_tokens() {
    check(&[
        "Where@16 ?[1 0] f[1 2] f[3 nan] -> f[1 nan]",
        "Where@16 ?:2x1[1 0] l[1 2] l:[9] -> l:2x2[1 2 9 9]",
        // Both sides are looked up: what is not chosen may be anything.
        "Where@16 ?@0[1 0 1] f[-inf] f[5] -> f@[-inf 5 -inf]",
        "Where@16 ?@0[1 0 1] f@0[1 inf 3] f@0[nan 6 nan] -> f@[1 6 3]",
        // One side is computed, and must be finite.
        "Where@16 ?@0[1 0 1] f~0[1 2 3] f[-inf] -> f@[1 -inf 3]",
        "Where@16 ?@0[1 0 1] f[7] f~0[1 2 3] -> f@[7 2 7]",
        "Where@16 ?@0[1 0 0] f~0[1 2 3] f~0[4 5 6] -> f@[1 5 6]",
        "Where@16 ?@0[1 0 1] f~0[1 inf 3] f[0] -> ! not shown to be finite",
        "Where@16 ?@0[1 0 1] l[7] l@0[1 2 3] -> l@[7 2 7]",
        "Where@16 ?@0[1 0 1] l[7] l@1[1 2 3] -> ! two tokens",
    ]);
}
