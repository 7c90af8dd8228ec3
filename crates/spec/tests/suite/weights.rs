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
    check("e = { tensor = \"t\" }\n", &endless, "beyond f64");
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
