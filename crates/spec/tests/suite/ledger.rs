//! The ledger against the weights themselves: nudge a stored number and see exactly the listed weights change.

use crate::Draft;
use net::{Linear, Net, Norm};
use spec::Model;
use std::collections::{BTreeMap, BTreeSet};

/// Every cell of every weight by the name of its place.
fn cells(net: &Net<f64>) -> BTreeMap<String, Vec<f64>> {
    let mut found = BTreeMap::new();
    let mut table = |name: &str, table: &net::Embedding<f64>| {
        let all = (0..table.rows()).flat_map(|r| (0..table.width()).map(move |c| (r, c)));
        found.insert(name.to_owned(), all.map(|(r, c)| *table.at(r, c)).collect());
    };
    table("embed", net.embedding());
    if let Some(position) = net.position() {
        table("position", position);
    }
    let mut map = |name: String, map: &Linear<f64>| {
        for (index, factor) in map.factors.iter().enumerate() {
            let name = if map.factors.len() == 1 { name.clone() } else { format!("{name}[{index}]") };
            found.insert(name, factor.values().to_vec());
        }
        if let Some(bias) = &map.bias {
            found.insert(format!("{name}.bias"), bias.clone());
        }
    };
    for (index, layer) in net.layers().iter().enumerate() {
        let a = &layer.attention;
        for (part, weight) in
            [("query", &a.query), ("key", &a.key), ("value", &a.value), ("output", &a.output)]
        {
            map(format!("layer.{index}.attention.{part}"), weight);
        }
        if let Some(mlp) = &layer.mlp {
            map(format!("layer.{index}.mlp.up"), &mlp.up);
            map(format!("layer.{index}.mlp.down"), &mlp.down);
            if let Some(gate) = &mlp.gate {
                map(format!("layer.{index}.mlp.gate"), gate);
            }
        }
    }
    map("head".into(), net.head());
    for (index, layer) in net.layers().iter().enumerate() {
        found.insert(format!("layer.{index}.attention.scale"), vec![layer.attention.scale]);
    }
    let mut norm = |name: String, norm: Option<&Norm<f64>>| {
        if let Some(Norm { weight: Some(weight), .. }) = norm {
            found.insert(name, weight.clone());
        }
    };
    norm("norm.weight".into(), net.norm());
    for (index, layer) in net.layers().iter().enumerate() {
        norm(format!("layer.{index}.attention_norm.weight"), layer.attention_norm.as_ref());
        norm(format!("layer.{index}.mlp_norm.weight"), layer.mlp_norm.as_ref());
        norm(format!("layer.{index}.attention.query_norm.weight"), layer.attention.query_norm.as_ref());
        norm(format!("layer.{index}.attention.key_norm.weight"), layer.attention.key_norm.as_ref());
    }
    for (index, layer) in net.layers().iter().enumerate() {
        if let Some(rope) = &layer.attention.rope {
            found.insert(format!("layer.{index}.attention.rope"), rope.table.values().to_vec());
        }
        if let Some(heads) = &layer.attention.bias {
            let all = heads.iter().flat_map(|head| head.values().to_vec()).collect();
            found.insert(format!("layer.{index}.attention.bias"), all);
        }
        if let Some(gain) = layer.gain {
            found.insert(format!("layer.{index}.gain"), vec![gain]);
        }
    }
    found
}

/// Replaces every stored number by one of its own, so that no product hides a change behind a zero.
fn generic(model: &Model) -> Model {
    let mut model = model.clone();
    let sizes: Vec<usize> = model.stored().iter().map(Vec::len).collect();
    let mut value = 0.7;
    for (tensor, size) in sizes.into_iter().enumerate() {
        for element in 0..size {
            value = (value * 1.618_034 + 0.271_828) % 3.0 + 0.1;
            model = model.with_stored(tensor, element, value).unwrap();
        }
    }
    model
}

fn check(model: &Model) {
    let model = generic(model);
    let (before, ledger) = (cells(&model.net()), model.ledger());
    for (tensor, values) in model.stored().iter().enumerate() {
        for (element, value) in values.iter().enumerate() {
            let after = cells(&model.with_stored(tensor, element, value + 0.125).unwrap().net());
            let mut changed = Vec::new();
            for (name, old) in &before {
                changed
                    .extend((0..old.len()).filter(|&i| old[i] != after[name][i]).map(|i| (name.clone(), i)));
            }
            let reads = ledger.reads().iter().filter(|read| (read.tensor, read.element) == (tensor, element));
            let mut listed: Vec<_> = reads
                .map(|read| {
                    let name = &ledger.places()[read.place].name;
                    (name.clone(), read.cell.0 * columns(&model, name) + read.cell.1)
                })
                .collect();
            listed.sort();
            let name = &ledger.tensors()[tensor].name;
            let weights =
                |cells: &[(String, usize)]| cells.iter().map(|cell| cell.0.clone()).collect::<BTreeSet<_>>();
            assert_eq!(weights(&changed), weights(&listed), "{name}[{element}]");
            // A cell may be listed and not change where the formula multiplies the number by an index that is 0.
            let unlisted: Vec<_> = changed.iter().filter(|cell| !listed.contains(cell)).collect();
            assert!(
                unlisted.is_empty(),
                "{name}[{element}] changes {unlisted:?}, which the ledger does not list"
            );
        }
    }
}

/// The number of columns of the weight at `place`.
fn columns(model: &Model, place: &str) -> usize {
    let (shape, net) = (model.shape(), model.net::<f64>());
    let part = |map: &Linear<f64>| {
        let index = if place.ends_with("[1]") { 1 } else { 0 };
        map.factors[index].columns()
    };
    let layer = &net.layers()[0];
    match place {
        "embed" | "position" => shape.width,
        place if place.ends_with(".rope") => shape.head_width,
        place if place.ends_with(".attention.bias") => shape.block_size,
        place
            if place.contains("bias")
                || place.contains("norm")
                || place.contains("scale")
                || place.contains("gain") =>
        {
            1
        }
        place if place.contains("query") => part(&layer.attention.query),
        place if place.contains("key") => part(&layer.attention.key),
        place if place.contains("value") => part(&layer.attention.value),
        place if place.contains("output") => part(&layer.attention.output),
        place if place.contains("up") => part(&layer.mlp.as_ref().unwrap().up),
        place if place.contains("gate") => part(layer.mlp.as_ref().unwrap().gate.as_ref().unwrap()),
        place if place.contains("down") => part(&layer.mlp.as_ref().unwrap().down),
        _ => part(net.head()),
    }
}

#[test]
fn every_zoo_model_uses_its_numbers_where_the_ledger_says() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../zoo/models");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        check(&Model::parse(&path.display().to_string(), &text).unwrap());
        count += 1;
    }
    assert!(count >= 3);
}

#[test]
fn every_form_tells_the_ledger_what_it_reads() {
    let mut draft = Draft::new();
    draft.shape = "vocabulary = 10\nwidth = 2\nheads = 1\nblock_size = 8\nhidden = 2\n".into();
    draft.params = "u = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\nv = [1, 2]\na = [[1, 2], [3, 4]]\nb = [[1, 2], [3, 4]]\n\
                    angle = 1\ns = 2\nr = [1, 2]\nm = [[1, 2], [3, 4], [5, 6]]\nw = [1, 1]\nx = 2\ntemperature = 3\n"
        .into();
    draft.network = "[embed]\nouter = [\"u\", \"v\"]\n[position]\nformula = \"x * pos + row\"\n\
        [norm]\nkind = \"rms\"\nweight = \"w\"\n\
        [[layer]]\n[layer.attention]\nscale = \"1 / temperature\"\n\
        query = { rotation = [\"angle\"], scale = \"s\", reads = [0, 1] }\nkey = { product = [\"a\", \"b\"] }\n\
        value = { same = \"layer.0.attention.key\" }\noutput = { transpose = \"layer.0.attention.key\" }\n\
        [layer.mlp]\nactivation = \"gelu\"\nup = { shared_rows = [\"r\", \"r\"], bias = { entries = [[1, 0, \"x\"]] } }\n\
        down = { slice = \"m\", rows = [1, 3] }\n\
        [head]\nreads = [1]\nof = \"u\"\n"
        .into();
    // The first row of the sliced matrix has no use, and says so.
    assert!(draft.problems().contains("the stored number 0 of `m` is never used"), "{}", draft.problems());
    draft.network = draft.network.replace("rows = [1, 3]", "rows = [0, 2]");
    draft.params = draft.params.replace(", [5, 6]", "");
    check(&draft.model());
}

#[test]
fn what_acts_on_queries_keys_and_scores_tells_the_ledger_too() {
    let mut draft = Draft::new();
    draft.params.push_str("w = [1, 2]\nperiod = 19\nslope = [[1], [2]]\ng = 0.5\nm = [[1, 2], [3, 4]]\n");
    draft.shape = draft.shape.replace("heads = 1", "heads = 2\nhead_width = 2\nvalue_width = 1");
    draft.network = draft
        .network
        .replace("[layer.attention]\n", "gain = \"g\"\n[layer.attention]\nquery_norm = { kind = \"rms\", weight = \"w\" }\n\
            key_norm = { kind = \"rms\", weight = { formula = \"1 / w[row]\" } }\n\
            rope = { angle = \"pos / period\", pairs = \"halves\" }\nbias = \"slope[head, 0] * (key - query)\"\n\
            softmax = \"one-more\"\n")
        .replace("output = { entries = [] }", "output = { transposed = \"m\" }");
    let model = draft.model();
    check(&model);
    let ledger = model.ledger();
    // The period serves a fixed position formula alone.
    assert_eq!((ledger.counts().stored, ledger.counts().board), (30, 29));
    assert_eq!(ledger.counts().literals, 0);
    let parts: Vec<_> = ledger.budget().into_iter().map(|(part, count)| (part.label(), count)).collect();
    assert_eq!(parts, [("embedding", 20), ("position", 3), ("attention output", 4), ("norms and scales", 3)]);
    // In a trained model it was learned.
    draft.top.push_str("category = \"trained\"\n");
    assert_eq!(draft.model().counts().board, 30);
}

#[test]
fn theta_is_one_literal() {
    let mut draft = Draft::new();
    draft.network = draft
        .network
        .replace("[layer.attention]\n", "[layer.attention]\nrope = { theta = 3, pairs = \"interleaved\" }\n");
    let ledger = draft.model().ledger().clone();
    assert_eq!((ledger.counts().literals, ledger.literals()[0].value), (1, 3.0));
    assert_eq!(ledger.literals()[0].place, "layer.0.attention.rope");
}

#[test]
fn counts_by_hand() {
    let mut draft = Draft::new();
    draft.top.push_str("[const]\nperiod = 11\n");
    draft.params.push_str("s = 2\nt = 3\n");
    draft.network =
        draft.network.replace("query = { entries = [] }", "query = { entries = [[0, 1, \"-s * 10 + 1\"]] }");
    draft.network.push_str("[position]\nformula = \"t * sin(tau * pos / period) + 0\"\n");
    let counts = draft.model().counts();
    // 20 of the embedding and two; `t` only serves a fixed position table.
    assert_eq!((counts.stored, counts.board), (22, 21));
    // 10 and 11; zero and one are free.
    assert_eq!((counts.literals, counts.strict), (2, 24));
    // embed 1 · query: form, row, column, and - s * 10 + 1 with 6 · key, value, output: a form each · position: t * sin(tau *
    // pos / period) + 0 with 10 · head: same and its target.
    assert_eq!(counts.description, 22 + 1 + 9 + 3 + 10 + 2);
    assert_eq!(draft.model().ledger().literals()[1].place, "position (const `period`)");
}

/// Numbers that stand in the map of tokens, where a formula reads them.
#[test]
fn numbers_of_tokens_are_literals() {
    let mut draft = Draft::new();
    draft.shape = draft.shape.replace("vocabulary = 10", "vocabulary = 101");
    draft.params = "w = [1]\n".into();
    draft.network = draft.network.replace("table = \"e\"", "columns = { 0 = \"token\", 1 = \"w[0]\" }");
    let before = draft.model().counts();
    assert_eq!((before.stored, before.literals), (1, 0));
    let odd = [3, 71, 22, 90, 15, 64, 38, 99, 7, 51];
    let map: Vec<String> = (0..10).zip(odd).map(|(digit, token)| format!("\"{digit}\" = {token}")).collect();
    let map = format!("tokens = {{ {}, \"+\" = 100, \"=\" = 11 }}\n", map.join(", "));
    draft.task = format!("prompt = \"{{a:0>2}}+{{b:0>2}}=\"\n{map}answer = \"least-first:2\"\n");
    let model = draft.model();
    let counts = model.counts();
    assert_eq!((counts.stored, counts.literals, counts.strict), (1, 12, 13));
    assert_eq!(counts.description, before.description + 12);
    let literals = model.ledger().literals();
    assert_eq!(literals[1].value, 71.0);
    assert_eq!(literals[1].place, "task (the token of `1`)");
    // A number that is replaced computes everything again.
    assert_eq!(model.with_stored(0, 0, 2.0).unwrap().counts(), counts);
    // A stored table has a row for each token, whatever its number: the numbers are names.
    draft.params =
        format!("e = [{}]\n", (0..101).map(|row| format!("[{row}, 1]")).collect::<Vec<_>>().join(", "));
    draft.network = draft.network.replace("columns = { 0 = \"token\", 1 = \"w[0]\" }", "table = \"e\"");
    let counts = draft.model().counts();
    assert_eq!((counts.stored, counts.literals), (202, 0));
    // The head may read them, too, as the rows of its logits.
    draft.network = draft.network.replace("[head]\nsame = \"embed\"", "[head]\nformula = \"row\"");
    assert_eq!(draft.model().counts().literals, 10);
}
