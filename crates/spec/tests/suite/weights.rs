//! Models whose numbers lie in a safetensors file beside them.

use crate::Draft;
use spec::{Model, Problems};

/// A safetensors file of tensors with a name, a type, a shape and bytes.
fn file(tensors: &[(&str, &str, &str, &[u8])]) -> Vec<u8> {
    let (mut header, mut data) = (String::from("{"), Vec::new());
    for (index, (name, dtype, shape, bytes)) in tensors.iter().enumerate() {
        let start = data.len();
        data.extend_from_slice(bytes);
        let comma = if index > 0 { "," } else { "" };
        header.push_str(&format!(
            "{comma}\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":[{start},{}]}}",
            data.len()
        ));
    }
    header.push('}');
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.bytes());
    file.extend(data);
    file
}

/// Twenty f32 numbers, `first` and then 1, 2, 3 …
fn numbers(first: f32) -> Vec<u8> {
    (0..20_u8).flat_map(|i| if i == 0 { first } else { f32::from(i) }.to_le_bytes()).collect()
}

fn draft(params: &str) -> Draft {
    let mut draft = Draft::new();
    draft.top.push_str("weights = \"w.safetensors\"\n");
    draft.params = params.into();
    draft
}

fn parse(draft: &Draft, bytes: &[u8]) -> Result<Model, Problems> {
    Model::parse_with("draft.toml", &draft.text(), &mut |name| {
        assert_eq!(name, "w.safetensors");
        Ok(bytes.to_vec())
    })
}

#[test]
fn a_tensor_is_a_stored_number_like_any_other() {
    let draft = draft("e = { tensor = \"model.embed.weight\" }\n");
    let model = parse(&draft, &file(&[("model.embed.weight", "F32", "[10, 2]", &numbers(0.5))])).unwrap();
    let net = model.net::<f64>();
    assert_eq!((*net.embedding().at(0, 0), *net.embedding().at(9, 1)), (0.5, 19.0));
    assert_eq!(model.ledger().tensors()[0].shape, [10, 2]);
    assert_eq!(model.counts().stored, 20);
}

#[test]
fn the_content_of_a_model_includes_its_weights() {
    let draft = draft("e = { tensor = \"t\" }\n");
    let content =
        |first| parse(&draft, &file(&[("t", "F32", "[10, 2]", &numbers(first))])).unwrap().content();
    assert_eq!(content(0.5), content(0.5));
    assert_ne!(content(0.5), content(0.25));
    assert_ne!(content(0.0), content(-0.0), "by bits");
    let text = draft.text();
    // The text with its length, then one tensor: its length and 20 numbers.
    assert_eq!(content(0.5).len(), 8 + text.len() + 8 + 20 * 8);
    assert_eq!(content(0.5)[8..8 + text.len()], *text.as_bytes());
    let model = parse(&draft, &file(&[("t", "F32", "[10, 2]", &numbers(0.5))])).unwrap();
    assert_eq!(model.with_stored(0, 0, 0.25).unwrap().content(), content(0.25));
}

#[test]
fn what_is_wrong_with_weights_has_a_place() {
    let good = file(&[("embed.weight", "F32", "[10, 2]", &numbers(0.5)), ("mask", "BOOL", "[1]", &[1])]);
    let check = |params: &str, bytes: &[u8], message: &str| {
        let problems = parse(&draft(params), bytes).unwrap_err();
        assert!(problems.to_string().contains(message), "{problems}");
    };
    check("e = { tensor = \"embed.weights\" }\n", &good, "no tensor `embed.weights`");
    check("e = { tensor = \"embed.weights\" }\n", &good, "expected `embed.weight`");
    check("e = { tensor = \"mask\" }\n", &good, "the tensor `mask` holds BOOL");
    check("e = { tensor = \"embed.weight\", rows = 3 }\n", &good, "unknown key `rows`");
    check("e = { tensor = \"embed.weight\" }\n", b"nothing", "cannot read the weights `w.safetensors`");
    check("e = { tensor = \"embed.weight\" }\n", &good[..good.len() - 3], "expected a safetensors file");
    let deep = file(&[("t", "F32", "[1, 10, 2]", &numbers(0.5))]);
    check("e = { tensor = \"t\" }\n", &deep, "has shape [1, 10, 2]");
    let endless = file(&[("t", "F32", "[10, 2]", &numbers(f32::INFINITY))]);
    check("e = { tensor = \"t\" }\n", &endless, "`e` holds inf");
    check("e = { tensor = \"t\" }\n", &endless, "draft.toml:13:5: ");
    let none = file(&[("t", "F32", "[10, 2]", &numbers(f32::NAN))]);
    check("e = { tensor = \"t\" }\n", &none, "`e` holds NaN");
    for (dtype, bytes) in
        [("F16", [0x00, 0x7c]), ("F16", [0x01, 0x7c]), ("BF16", [0x80, 0xff]), ("BF16", [0xc0, 0x7f])]
    {
        let twenty = bytes.repeat(20);
        check("e = { tensor = \"t\" }\n", &file(&[("t", dtype, "[10, 2]", &twenty)]), "`e` holds ");
    }
    for (dtype, size) in [("F8_E4M3", 1), ("F8_E5M2", 1), ("I64", 8), ("U8", 1), ("C64", 8)] {
        let bytes = file(&[("t", dtype, "[10, 2]", &vec![0; 20 * size])]);
        check("e = { tensor = \"t\" }\n", &bytes, &format!("the tensor `t` holds {dtype}"));
    }
    let huge: Vec<u8> = (0..20).flat_map(|_| 1e39_f64.to_le_bytes()).collect();
    let huge = file(&[("t", "F64", "[10, 2]", &huge)]);
    assert!(parse(&draft("e = { tensor = \"t\" }\n"), &huge).is_ok(), "the draft computes in f64");
    let narrow = draft("e = { tensor = \"t\" }\n").text().replace("\"f64\"", "\"f32\"");
    let problems = Model::parse_with("m.toml", &narrow, &mut |_| Ok(huge.clone())).unwrap_err().to_string();
    assert!(problems.contains("`e` holds a number beyond f32"), "{problems}");
}

#[test]
fn a_name_stands_once_in_the_header() {
    let (one, two) = (numbers(0.5), numbers(0.25));
    let twice = file(&[("t", "F32", "[10, 2]", &one), ("t", "F32", "[10, 2]", &two)]);
    let problems = parse(&draft("e = { tensor = \"t\" }\n"), &twice).unwrap_err().to_string();
    assert!(problems.contains("cannot read the weights `w.safetensors`"), "{problems}");
    // Both entries name the same bytes, in two shapes.
    let header = r#"{"t":{"dtype":"F32","shape":[2,10],"data_offsets":[0,80]},"t":{"dtype":"F32","shape":[10,2],"data_offsets":[0,80]}}"#;
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &one].concat();
    let problems = parse(&draft("e = { tensor = \"t\" }\n"), &bytes).unwrap_err().to_string();
    assert!(problems.contains("the name `t` stands twice in its header"), "{problems}");
    // Two models in one file.
    let header = r#"{"__metadata__":{"nanoadder.model":"one","nanoadder.model":"two"}}"#;
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat();
    let problems = Model::from_safetensors("m.safetensors", &bytes).unwrap_err().to_string();
    assert!(problems.contains("the name `nanoadder.model` stands twice in its header"), "{problems}");
}

/// A tensor of the file that no entry names is no part of the model, whatever it holds.
#[test]
fn what_no_entry_names_is_not_read() {
    let bytes = file(&[
        ("t", "F32", "[10, 2]", &numbers(0.5)),
        ("other", "F32", "[1]", &f32::NAN.to_le_bytes()),
        ("mask", "I64", "[1]", &[0; 8]),
    ]);
    let model = parse(&draft("e = { tensor = \"t\" }\n"), &bytes).unwrap();
    assert_eq!(model.counts().stored, 20);
}

#[test]
fn weights_lie_in_a_folder_and_nowhere_else() {
    let text = |name: &str| draft("e = { tensor = \"t\" }\n").text().replace("w.safetensors", name);
    for name in ["../w.safetensors", "/etc/passwd", "a\\\\b", ".", ""] {
        let problems = Model::parse_with("m.toml", &text(name), &mut |_| panic!("{name} is no file name"));
        assert!(problems.unwrap_err().to_string().contains("the name of a file beside this one"));
    }
    let folders = [std::path::PathBuf::from("no/such/folder"), std::path::PathBuf::new()];
    let problems = Model::parse_with("m.toml", &text("none"), &mut spec::weights_in(&folders)).unwrap_err();
    assert!(problems.to_string().contains("no file `no/such/folder/none` and no `none`"), "{problems}");
    let problems = Model::parse("m.toml", &text("none")).unwrap_err();
    assert!(problems.to_string().contains("only the text of the model file is at hand"), "{problems}");
}
