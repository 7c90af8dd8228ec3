//! Each form of a weight against numbers done by hand.

use crate::Draft;

/// The values of an embedding by `cell(row, col)`.
fn by(cell: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..20).map(|i| cell(i / 2, i % 2)).collect()
}

const U: &str = "u = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\nv = [2, -1]\n";

#[test]
fn outer_and_product() {
    assert_eq!(Draft::embedding("outer = [\"u\", \"v\"]", U, ""), by(|r, c| r as f64 * [2.0, -1.0][c]));
    let params = "a = [[0, 1], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1], [6, 1], [7, 1], [8, 1], [9, 1]]\nb = [[1, 2], [3, 4]]\n";
    let expected = by(|r, c| r as f64 * [1.0, 2.0][c] + [3.0, 4.0][c]);
    assert_eq!(Draft::embedding("product = [\"a\", \"b\"]", params, ""), expected);
}

#[test]
fn formula_columns_and_entries() {
    let one = "k = 3\n";
    let formula = "formula = \"if(col == 0, k * token, 10 - token ^ 2 / 4)\"";
    let expected = by(|r, c| if c == 0 { 3.0 * r as f64 } else { 10.0 - (r * r) as f64 / 4.0 });
    assert_eq!(Draft::embedding(formula, one, ""), expected);
    let columns = "columns = { 1 = \"k * row mod 7\" }";
    assert_eq!(Draft::embedding(columns, one, ""), by(|r, c| if c == 1 { (3 * r % 7) as f64 } else { 0.0 }));
    let entries = "entries = [[2, 1, \"k\"], [9, 0, -0.5]]";
    let expected = by(|r, c| match (r, c) {
        (2, 1) => 3.0,
        (9, 0) => -0.5,
        _ => 0.0,
    });
    assert_eq!(Draft::embedding(entries, one, ""), expected);
}

#[test]
fn reads_shared_rows_and_slice() {
    assert_eq!(
        Draft::embedding("reads = [1]\nof = \"u\"", "u = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n", ""),
        by(|r, c| (r * c) as f64)
    );
    let rows = "shared_rows = [\"p\", \"q\", \"p\", \"q\", \"p\", \"q\", \"p\", \"q\", \"p\", \"q\"]";
    assert_eq!(
        Draft::embedding(rows, "p = [1, 2]\nq = [3, 4]\n", ""),
        by(|r, c| [[1.0, 2.0], [3.0, 4.0]][r % 2][c])
    );
    let mut draft = Draft::new();
    draft.params.push_str("m = [[1, 2], [3, 4], [5, 6], [7, 8]]\n");
    draft.network = draft
        .network
        .replace("query = { entries = [] }", "query = { slice = \"m\", rows = [0, 2] }")
        .replace("key = { entries = [] }", "key = { slice = \"m\", rows = [2, 4] }");
    let net = draft.model().net::<f64>();
    let attention = &net.layers()[0].attention;
    assert_eq!(attention.query.factors[0].values(), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(attention.key.factors[0].values(), [5.0, 6.0, 7.0, 8.0]);
}

#[test]
fn transposed_tensors_exchange_rows_and_columns() {
    let params = "t = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]\n";
    let expected = by(|r, c| if c == 0 { r as f64 } else { 9.0 - r as f64 });
    assert_eq!(Draft::embedding("transposed = \"t\"", params, ""), expected);
}

#[test]
fn rotation_turns_a_mirrored_plane() {
    let mut draft = Draft::new();
    draft.params.push_str("angle = 0.5\ns = 3\n");
    let rotation = "query = { rotation = [\"angle\"], scale = \"s\", reads = [1, 0] }";
    draft.network = draft.network.replace("query = { entries = [] }", rotation);
    let net = draft.model().net::<f64>();
    let (sin, cos) = (3.0 * num::portable::sin(0.5), 3.0 * num::portable::cos(0.5));
    // Column 1 is read first, column 0 second.
    assert_eq!(net.layers()[0].attention.query.factors[0].values(), [sin, -cos, cos, sin]);
}

#[test]
fn low_rank_maps_keep_their_factors_and_ties_follow_them() {
    let mut draft = Draft::new();
    draft.params.push_str("u = [[1], [2]]\nv = [[3, 4]]\n");
    draft.network = draft
        .network
        .replace("query = { entries = [] }", "query = { low_rank = [\"u\", \"v\"] }")
        .replace("key = { entries = [] }", "key = { same = \"layer.0.attention.query\" }")
        .replace("output = { entries = [] }", "output = { transpose = \"layer.0.attention.key\" }");
    let model = draft.model();
    let net = model.net::<f64>();
    let attention = &net.layers()[0].attention;
    assert_eq!(attention.key, attention.query);
    let values: Vec<_> = attention.output.factors.iter().map(|factor| factor.values().to_vec()).collect();
    assert_eq!(values, [[3.0, 4.0], [1.0, 2.0]]);
    // A tie stores nothing.
    assert_eq!(model.counts().stored, 24);
    assert_eq!(net.head().factors[0].values().len(), 20);
}

#[test]
fn formulas_round_once_or_at_every_operation() {
    // 0.1 * 3 in f64 is 0.30000000000000004; as f32 tensors 0.1f * 3 rounds to 0.3 plus an ulp of f32.
    let weight = |formulas: &str| {
        let mut draft = Draft::new();
        draft.top = format!("name = \"draft\"\ndtype = \"f32\"\nformulas = \"{formulas}\"\n");
        draft.params.push_str("x = 0.1\n");
        draft.network = draft
            .network
            .replace("query = { entries = [] }", "query = { entries = [[0, 0, \"x * 3 - 0.3\"]] }");
        draft.model().net::<f32>().layers()[0].attention.query.factors[0].values()[0]
    };
    let x = 0.1_f32;
    assert_eq!(weight("f32"), x * 3.0 - 0.3_f32);
    assert_eq!(weight("f64"), (f64::from(x) * 3.0 - 0.3) as f32);
    assert_ne!(weight("f32"), weight("f64"));
}

#[test]
fn python_numbers_combine_before_they_meet_a_tensor() {
    // tau / 11 is one f64 number, rounded to f32 where it meets the index.
    let mut draft = Draft::new();
    draft.top = "name = \"draft\"\ndtype = \"f32\"\nformulas = \"f32\"\n".into();
    draft.network.push_str("[position]\ncolumns = { 1 = \"pos * (tau / 11)\" }\n");
    let net = draft.model().net::<f32>();
    let step = (std::f64::consts::TAU / 11.0) as f32;
    for pos in 0..8_u8 {
        assert_eq!(*net.position().unwrap().at(usize::from(pos), 1), f32::from(pos) * step);
    }
}

/// At 2 · f32(τ/11) and 3 · f32(τ/11) PyTorch's cosine is the nearest number; its sine at 1 · f32(τ/11) is a unit beside it.
#[test]
fn sines_are_those_that_are_named() {
    let draft = |top: &str, formula: &str| {
        let mut draft = Draft::new();
        draft.top = format!("name = \"draft\"\ndtype = \"f32\"\n{top}");
        draft.network.push_str(&format!("[position]\ncolumns = {{ 1 = \"{formula}\" }}\n"));
        draft
    };
    let at = |top: &str, formula: &str, position: usize| {
        *draft(top, formula).model().net::<f32>().position().unwrap().at(position, 1)
    };
    let (pytorch, rounded) =
        ("formulas = \"f32\"\nsines = \"pytorch\"\n", "formulas = \"f32\"\nsines = \"rounded\"\n");
    let sine = "sin(pos * (tau / 11))";
    assert_eq!(at(rounded, sine, 1), at("formulas = \"f32\"\n", sine, 1));
    assert_eq!(at(pytorch, sine, 1).to_bits().abs_diff(at(rounded, sine, 1).to_bits()), 1);
    assert_eq!(at(pytorch, "cos(pos * (tau / 11))", 2), at(rounded, "cos(pos * (tau / 11))", 2));
    // A number of Python meets Python's sine.
    assert_eq!(at(pytorch, "sin(tau / 11) + 0 * pos", 3), at(rounded, "sin(tau / 11) + 0 * pos", 3));
    let message = draft(pytorch, "sin(10001 + pos)").problems();
    assert!(message.contains("PyTorch's sines are known up to 10000 in magnitude"), "{message}");
    let message = draft("sines = \"pytorch\"\n", sine).problems();
    assert!(message.contains("sines: in a model whose formulas do not round to f32"), "{message}");
    let message = draft("formulas = \"f32\"\nsines = \"mkl\"\nsums = \"kahan\"\n", sine).problems();
    assert!(message.contains("sines: found `mkl`") && message.contains("sums: found `kahan`"), "{message}");
}

#[test]
fn sums_are_named_for_all_or_by_part() {
    let parsed = |top: &str| {
        let mut draft = Draft::new();
        draft.top = format!("name = \"draft\"\ndtype = \"f32\"\n{top}\n");
        draft
    };
    let sums = |top: &str| parsed(top).model().sums();
    let (fused, separate) = (num::Sums::Fused, num::Sums::Separate);
    assert_eq!(sums(""), sums("sums = \"separate\""));
    assert!(!sums("").any_fused());
    let all = sums("sums = \"fused\"");
    assert_eq!((all.maps, all.scores, all.values), (fused, fused, fused));
    let scores = sums("sums = { scores = \"fused\", maps = \"separate\" }");
    assert_eq!((scores.maps, scores.scores, scores.values), (separate, fused, separate));
    assert!(scores.any_fused());
    let problems = parsed("sums = { score = \"fused\", values = \"kahan\", maps = 1 }").problems();
    for part in
        ["sums: unknown key `score`", "`scores`", "sums.values: found `kahan`", "sums.maps: found a number"]
    {
        assert!(problems.contains(part), "{problems}");
    }
    let problems = parsed("sums = 1").problems();
    assert!(problems.contains("sums: found a number") && problems.contains("a table"), "{problems}");
}

/// `01` and `1` are two keys of TOML and one column.
#[test]
fn a_column_is_named_in_one_way() {
    let mut draft = Draft::new();
    draft.params = "k = 3\n".into();
    for odd in ["01", "\"+1\"", "\"1 \"", "\"1.0\""] {
        draft.network = Draft::new()
            .network
            .replace("table = \"e\"", &format!("columns = {{ 1 = \"k\", {odd} = \"2 * k\" }}"));
        let problems = draft.problems();
        assert!(problems.contains(&format!("columns: found `{}`", odd.trim_matches('"'))), "{problems}");
    }
}

/// The integer -0 is 0, as TOML has it; the float -0.0 keeps its sign, and the greatest integers are the nearest floats.
#[test]
fn integers_and_floats_of_toml() {
    let params = "u = [-0, -0.0, +0, 9007199254740993, -9007199254740993, 0x20000000000001, 18446744073709551615, 1_0, 0o17, 0b11]\n\
                  v = [1, 1]\n";
    let found = Draft::embedding("outer = [\"u\", \"v\"]", params, "");
    let bits: Vec<u64> = found.iter().step_by(2).map(|value| value.to_bits()).collect();
    let two = 9_007_199_254_740_992.0;
    let expected = [0.0, -0.0, 0.0, two, -two, two, 2.0 * 9_223_372_036_854_775_808.0, 10.0, 15.0, 3.0];
    assert_eq!(bits, expected.map(f64::to_bits));
}

/// What is not finite is refused wherever a number can stand.
#[test]
fn numbers_that_are_not_finite() {
    for odd in ["nan", "inf", "-inf", "1e999", "-1e999"] {
        let kind = if odd == "nan" { "NaN" } else { "an infinite number" };
        let mut draft = Draft::new();
        draft.params.push_str(&format!("k = {odd}\n"));
        assert!(draft.problems().contains(&format!("a stored tensor: found {kind}")), "{}", draft.problems());
        let mut draft = Draft::new();
        draft.top.push_str(&format!("[const]\nk = {odd}\n"));
        assert!(draft.problems().contains(&format!("const `k`: found {kind}")), "{}", draft.problems());
        let mut draft = Draft::new();
        draft.shape = draft.shape.replace("width = 2", &format!("width = {odd}"));
        assert!(draft.problems().contains("width: found"), "{}", draft.problems());
        let mut draft = Draft::new();
        draft.task.push_str(&format!("end = {odd}\n"));
        assert!(draft.problems().contains("end: found"), "{}", draft.problems());
        let mut draft = Draft::new();
        draft.network = draft.network.replace(
            "query = { entries = [] }",
            &format!("scale = {odd}\nquery = {{ entries = [[0, 0, {odd}]] }}"),
        );
        let found = draft.problems().matches(&format!("a formula: found {kind}")).count();
        assert_eq!(found, 2, "{}", draft.problems());
    }
    for odd in
        ["1e999", "exp(1000)", "ln(0)", "0 / 0", "sqrt(-1)", "1e308 * 10", "if(0 / 0 == 0 / 0, 1, 1 / 0)"]
    {
        for (from, to) in [
            ("query = { entries = [] }", "scale = \"ODD\"\nquery = { entries = [] }"),
            ("query = { entries = [] }", "query = { entries = [[0, 0, \"ODD\"]] }"),
            ("query = { entries = [] }", "bias = \"ODD\"\nquery = { entries = [] }"),
            (
                "query = { entries = [] }",
                "rope = { theta = \"ODD\", pairs = \"halves\" }\nquery = { entries = [] }",
            ),
            (
                "query = { entries = [] }",
                "rope = { angle = \"ODD\", pairs = \"halves\" }\nquery = { entries = [] }",
            ),
            ("[layer.attention]", "gain = \"ODD\"\n[layer.attention]"),
            ("[head]", "[norm]\nkind = \"rms\"\neps = \"ODD\"\n[head]"),
        ] {
            let mut draft = Draft::new();
            draft.network = draft.network.replace(from, &to.replace("ODD", odd));
            let problems = draft.problems();
            assert!(problems.contains("finite number"), "{to} {odd}: {problems}");
        }
    }
    // Finite in f64, and no number of f32.
    let mut draft = Draft::new();
    draft.top = draft.top.replace("f64", "f32");
    draft.network = draft.network.replace("query = { entries = [] }", "query = { entries = [[0, 0, 1e39]] }");
    assert!(draft.problems().contains("1e39 in row 0, column 0 is infinite in f32"), "{}", draft.problems());
}
