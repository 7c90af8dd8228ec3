//! How numbers are stored, where they lie, and how they are counted.

use crate::build::*;
use onnx::Graph;

fn half(values: &[f32]) -> Bytes {
    // Small whole numbers: eleven bits hold them.
    let bits = |&x: &f32| {
        let (mut exponent, mut fraction) = (15, x.abs());
        if x == 0.0 {
            return 0_u16;
        }
        while fraction >= 2.0 {
            (exponent, fraction) = (exponent + 1, fraction / 2.0);
        }
        while fraction < 1.0 {
            (exponent, fraction) = (exponent - 1, fraction * 2.0);
        }
        let sign = u16::from(x < 0.0) << 15;
        sign | exponent << 10 | ((fraction - 1.0) * 1024.0) as u16
    };
    values.iter().flat_map(|x| bits(x).to_le_bytes()).collect()
}

#[test]
fn numbers_of_two_bytes_are_read_where_they_are_cast() {
    let values = [1.5, -2.0, 0.25, 8.0, 0.0, 3.0, -0.5, 100.0, 7.0, 0.125];
    let bfloats: Bytes =
        values.iter().flat_map(|x: &f32| ((x.to_bits() >> 16) as u16).to_le_bytes()).collect();
    for (kind, bytes) in [(10, half(&values)), (16, bfloats)] {
        let file = |nodes: &[Bytes]| File::new(nodes).with(&[tensor("bias", kind, &[10], raw(&bytes))]);
        let cast = node("Cast", "bias", "wide", &[int("to", 1)]);
        let found = file(&[cast.clone(), node("Add", "x wide", "logits", &[])]).logits();
        for (column, value) in values.into_iter().enumerate() {
            assert_eq!(found[column], f64::from(entry(2, column) + value));
        }
        let moved = [
            node("Transpose", "bias", "t", &[]),
            node("CastLike", "t x", "wide", &[]),
            node("Add", "x wide", "logits", &[]),
        ];
        assert_eq!(file(&moved).logits(), found);
        let said = file(&[
            node("Neg", "bias", "n", &[]),
            node("Cast", "n", "wide", &[int("to", 1)]),
            node("Add", "x wide", "logits", &[]),
        ])
        .refused();
        let name = if kind == 10 { "float16" } else { "bfloat16" };
        assert!(
            said.contains(&format!(
                "node `Neg` (Neg): an input of type {name}: to compute in half precision"
            )),
            "{said}"
        );
        let said = file(&[node("Cast", "x", "logits", &[int("to", kind)])]).refused();
        assert!(said.contains("node `Cast`") && said.contains("half precision"), "{said}");
    }
    let as_bits = tensor("bias", 10, &[1], number(5, 0x3c00));
    let cast = node("Cast", "bias", "wide", &[int("to", 1)]);
    let file = File::new(&[cast, node("Add", "x wide", "logits", &[])]).with(&[as_bits]);
    assert_eq!(file.logits()[0], f64::from(entry(2, 0)) + 1.0);
}

#[test]
fn numbers_that_are_not_finite_are_refused_but_for_minus_infinity() {
    let file = |value: f32| {
        File::new(&[node("Max", "x low", "logits", &[])]).with(&[float_tensor(
            "low",
            &[2, 1, 1],
            &[value, 0.0],
        )])
    };
    let said = file(f32::NAN).refused();
    assert!(said.contains("the initialiser `low`: number 0 is NaN"), "{said}");
    assert!(file(f32::INFINITY).refused().contains("number 0 is inf"));
    let low = float_tensor("low", &[], &[f32::NEG_INFINITY]);
    let read = File::new(&[node("Max", "x low", "logits", &[])]).with(&[low]).logits();
    assert_eq!(read[0], f64::from(entry(2, 0)));
}

fn outside(location: &str) -> File {
    let entry = |key: &str, value: &str| field(13, [field(1, key), field(2, value)].concat());
    let data = [entry("location", location), number(14, 1)].concat();
    File::new(&[node("Add", "x bias", "logits", &[])]).with(&[tensor("bias", 1, &[1], data)])
}

#[test]
fn files_beside_the_graph_lie_in_its_folder_or_below() {
    let folder = std::env::temp_dir().join(format!("nanoadder-onnx-{}", std::process::id()));
    let inner = folder.join("graph/weights");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(inner.join("data.bin"), 2.0_f32.to_le_bytes()).unwrap();
    std::fs::write(folder.join("out.bin"), 3.0_f32.to_le_bytes()).unwrap();
    let read = |location: &str| {
        let at = folder.join("graph");
        let mut beside = onnx::beside(&at);
        let graph =
            Graph::read(&outside(location).bytes(), &mut beside).map_err(|error| error.to_string())?;
        graph.model("graph", &prompt()).map(|model| logits(&model)).map_err(|error| error.to_string())
    };
    for location in ["weights/data.bin", "./weights/data.bin"] {
        assert_eq!(read(location).unwrap()[0], f64::from(entry(2, 0)) + 2.0);
    }
    let out = folder.join("out.bin").display().to_string();
    for location in [
        "../out.bin",
        "weights/../../out.bin",
        &out,
        "weights//data.bin",
        "",
        "weights\\data.bin",
        "weights/",
    ] {
        let said = read(location).unwrap_err();
        assert!(said.contains("`bias`") && said.contains("in the folder of the graph"), "{location}: {said}");
    }
    let twice =
        [outside("out.bin").tensors[1].clone(), field(13, [field(1, "location"), field(2, "o")].concat())]
            .concat();
    let mut file = outside("out.bin");
    file.tensors[1] = twice;
    assert!(file.refused().contains("the key `location` stands twice"), "{}", file.refused());
    assert!(read("weights").unwrap_err().contains("expected a file"));
    assert!(read("none.bin").unwrap_err().contains("cannot read `none.bin`"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.join("out.bin"), inner.join("link.bin")).unwrap();
        assert!(read("weights/link.bin").unwrap_err().contains("a link leads out of the folder"));
        std::os::unix::fs::symlink(inner.join("data.bin"), inner.join("near.bin")).unwrap();
        assert_eq!(read("weights/near.bin").unwrap()[0], f64::from(entry(2, 0)) + 2.0);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Stored, literals.
fn counted(file: &File) -> (usize, usize) {
    let model = file.read().unwrap_or_else(|error| panic!("{error}"));
    // The table of the tokens has a hundred.
    (model.counts().total() - 100, model.counts().literals.len())
}

#[test]
fn numbers_are_counted_wherever_they_lie() {
    let add = |made: &[Bytes]| File::new(&[made, &[node("Add", "x n", "logits", &[])]].concat());
    let constant = |value| node("Constant", "", "n", &[value]);
    let ten: Vec<f32> = (2..12).map(|x| x as f32).collect();
    assert_eq!(counted(&add(&[constant(floats("value_floats", &ten))])), (10, 0));
    assert_eq!(counted(&add(&[constant(held("value", float_tensor("", &[10], &ten)))])), (10, 0));
    assert_eq!(counted(&add(&[constant(float("value_float", 0.5))])), (0, 1));
    assert_eq!(counted(&add(&[constant(float("value_float", 1.0))])), (0, 0));
    let shape = int_tensor("shape", &[1], &[10]);
    let filled = node("ConstantOfShape", "shape", "n", &[held("value", float_tensor("", &[1], &[3.0]))]);
    assert_eq!(counted(&add(&[filled]).with(&[shape])), (0, 1));
    // Integers that become numbers count, those that say shapes and places do not.
    let cast = node("Cast", "i", "n", &[int("to", 1)]);
    let many: Vec<i64> = (2..12).collect();
    assert_eq!(
        counted(&add(&[node("Constant", "", "i", &[ints("value_ints", &many)]), cast.clone()])),
        (10, 0)
    );
    assert_eq!(counted(&add(std::slice::from_ref(&cast)).with(&[int_tensor("i", &[10], &many)])), (10, 0));
    assert_eq!(counted(&add(&[node("Constant", "", "i", &[int("value_int", 7)]), cast])), (0, 1));
    let reshaped =
        File::new(&[node("Reshape", "x i", "logits", &[])]).with(&[int_tensor("i", &[3], &[1, -1, 10])]);
    assert_eq!(counted(&reshaped), (0, 0));
    // Places that are numbered from 0 on are structure, and so is what comes before what.
    let places: Vec<i64> = (0..10).collect();
    assert_eq!(
        counted(&add(&[
            node("Constant", "", "i", &[ints("value_ints", &places)]),
            node("Cast", "i", "n", &[int("to", 1)])
        ])),
        (0, 0)
    );
    let attribute = File::new(&[node("LeakyRelu", "x", "logits", &[float("alpha", 0.25)])]);
    assert_eq!(counted(&attribute), (0, 1));
}

#[test]
fn integers_that_change_tokens_are_counted() {
    // The tokens go through a table of integers before they are looked up.
    let table: Vec<i64> = (0..10).rev().collect();
    let nodes = [node("Gather", "order ids", "turned", &[]), node("Gather", "table turned", "logits", &[])];
    let mut file = File::new(&[]).with(&[int_tensor("order", &[10], &table)]);
    file.nodes = nodes.to_vec();
    assert_eq!(counted(&file), (10, 0));
    // A place that is always the same one is structure.
    let first = File::new(&[node("Gather", "x at", "logits", &[int("axis", 0)])]).with(&[int_tensor(
        "at",
        &[1],
        &[0],
    )]);
    assert_eq!(counted(&first), (0, 0));
}

#[test]
fn numbers_of_functions_and_branches_are_counted_once() {
    let ten: Vec<f32> = (2..12).map(|x| x as f32).collect();
    let made = node("Constant", "", "n", &[floats("value_floats", &ten)]);
    let body =
        [made.clone(), node("LeakyRelu", "n", "m", &[float("alpha", 0.25)]), node("Add", "a m", "b", &[])];
    let own = function("Own", "a", "b", &body, 18, vec![]);
    let twice = [of("own", node("Own", "x", "y", &[])), of("own", node("Own", "y", "logits", &[]))];
    assert_eq!(counted(&File::new(&twice).functions(&[own])), (10, 1));
    let passed = [node("LeakyRelu", "a", "b", &[reference("alpha", 1, "slope")])];
    let own = function("Own", "a", "b", &passed, 18, field(6, "slope"));
    let call = of("own", node("Own", "x", "logits", &[float("slope", 0.25)]));
    assert_eq!(counted(&File::new(&[call]).functions(&[own])), (0, 1));
    let branches = [
        branch("then_branch", &[made, node("Add", "x n", "p", &[])], "p"),
        branch("else_branch", &[node("LeakyRelu", "x", "q", &[float("alpha", 0.25)])], "q"),
    ];
    let branched =
        File::new(&[node("If", "yes", "logits", &branches)]).with(&[tensor("yes", 9, &[], raw([1]))]);
    assert_eq!(counted(&branched), (10, 1));
}

#[test]
fn numbers_that_nothing_reads_do_not_count() {
    let file = File::new(&[node("Identity", "x", "logits", &[])]).with(&[float_tensor(
        "aside",
        &[3],
        &[2.0, f32::NAN, 4.0],
    )]);
    assert_eq!(counted(&file), (0, 0));
}
