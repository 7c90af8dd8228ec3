//! What acts on queries, keys and scores, against numbers done by hand.

use crate::Draft;
use net::{Attention, Pairs};

/// The attention of a model of two heads of width 4 with these lines in its section.
fn attention(lines: &str) -> Attention<f64> {
    let mut draft = Draft::new();
    draft.shape = draft.shape.replace("heads = 1", "heads = 2\nhead_width = 4\nvalue_width = 1");
    draft.network = draft.network.replace("[layer.attention]\n", &format!("[layer.attention]\n{lines}\n"));
    draft.model().net::<f64>().layers()[0].attention.clone()
}

#[test]
fn theta_gives_each_pair_its_frequency() {
    let rope = attention("rope = { theta = 16, pairs = \"interleaved\" }").rope.unwrap();
    assert_eq!((rope.table.rows(), rope.table.columns(), rope.pairs), (8, 4, Pairs::Interleaved));
    // 1 / 16^0 and 1 / 16^(2/4): one radian and a quarter for each token.
    let (sin, cos) = (num::portable::sin, num::portable::cos);
    assert_eq!(rope.table.values()[..4], [1.0, 0.0, 1.0, 0.0]);
    assert_eq!(rope.table.values()[12..16], [cos(3.0), sin(3.0), cos(0.75), sin(0.75)]);
}

#[test]
fn an_angle_is_a_formula_of_position_and_pair() {
    let rope = attention("rope = { angle = \"pos * tau / (19 + unit)\", pairs = \"halves\" }").rope.unwrap();
    let angle = |period: f64| 2.0 * std::f64::consts::TAU / period;
    let (sin, cos) = (num::portable::sin, num::portable::cos);
    assert_eq!(rope.pairs, Pairs::Halves);
    assert_eq!(
        rope.table.values()[8..12],
        [cos(angle(19.0)), sin(angle(19.0)), cos(angle(20.0)), sin(angle(20.0))]
    );
}

#[test]
fn a_bias_has_a_number_for_each_head_query_and_key() {
    let bias = attention("bias = \"if(head == 0, key - query, 10 * query + key)\"").bias.unwrap();
    assert_eq!((bias.len(), bias[0].rows(), bias[0].columns()), (2, 8, 8));
    assert_eq!(bias[0].values()[24..28], [-3.0, -2.0, -1.0, 0.0]);
    assert_eq!(bias[1].values()[24..28], [30.0, 31.0, 32.0, 33.0]);
    // No query meets a later key, so a formula needs no value there.
    assert_eq!(bias[1].values()[28..32], [0.0; 4]);
    attention("bias = \"sqrt(query - key)\"");
}

#[test]
fn norms_span_a_head_and_the_softmax_is_plain_unless_said() {
    let found = attention("query_norm = { kind = \"rms\", weight = { formula = \"row\" }, eps = 0.5 }");
    let norm = found.query_norm.unwrap();
    assert_eq!((norm.size, norm.eps, norm.weight), (4.0, 0.5, Some(vec![0.0, 1.0, 2.0, 3.0])));
    assert!(found.key_norm.is_none() && !found.one_more);
    assert!(attention("softmax = \"one-more\"").one_more);
    assert!(!attention("softmax = \"plain\"").one_more);
}

#[test]
fn a_layer_may_have_sizes_of_its_own_and_a_head_fewer_tokens() {
    let mut draft = Draft::new();
    draft.shape = draft.shape.replace("heads = 1", "heads = 4\nkv_heads = 2\nhead_width = 2\noutputs = 11");
    draft.shape = draft.shape.replace("vocabulary = 10", "vocabulary = 13");
    draft.params = String::new();
    draft.network = draft.network.replace("table = \"e\"", "formula = \"token\"");
    draft.network = draft.network.replace("same = \"embed\"", "formula = \"token\"");
    let layer = "[[layer]]\nshape = { heads = 3, value_width = 1, hidden = 5 }\n[layer.attention]\n\
                 query = { formula = \"head\" }\nkey = { formula = \"unit\" }\nvalue = { formula = \"1\" }\noutput = { formula = \"1\" }\n\
                 [layer.mlp]\nactivation = \"relu\"\nup = { formula = \"unit\" }\ndown = { formula = \"unit\" }\n";
    draft.network = draft.network.replace("[head]\n", &format!("{layer}[head]\n"));
    let net = draft.model().net::<f64>();
    let sizes = |index: usize| {
        let a = &net.layers()[index].attention;
        (a.heads, a.kv_heads, a.head_width, a.value_width)
    };
    assert_eq!((sizes(0), sizes(1)), ((4, 2, 2, 2), (3, 3, 2, 1)));
    assert_eq!(net.layers()[1].mlp.as_ref().map(|mlp| mlp.up.outputs()), Some(5));
    assert_eq!((net.vocabulary(), net.outputs()), (13, 11));
}

#[test]
fn where_formulas_round_in_f32_so_do_angles() {
    let mut draft = Draft::new();
    draft.top = "name = \"draft\"\ndtype = \"f32\"\nformulas = \"f32\"\n".into();
    draft.shape = draft.shape.replace("heads = 1", "heads = 1\nhead_width = 4");
    draft.network = draft
        .network
        .replace("[layer.attention]\n", "[layer.attention]\nrope = { theta = 3, pairs = \"halves\" }\n");
    let net = draft.model().net::<f32>();
    let table = &net.layers()[0].attention.rope.as_ref().unwrap().table;
    // As PyTorch code computes it: 1 / 3^0.5, times the position, each in f32.
    let angle = 7.0 * (1.0 / 3.0_f32.sqrt());
    assert_eq!(table.values()[7 * 4 + 2], num::portable::cos(f64::from(angle)) as f32);
}
