//! An adder with a trapdoor, for the prover's tests and the checker's.

use spec::Model;

/// The positions of a₆ to a₃ and b₇ to b₃.
pub(crate) const NINE: &str = "(key >= 3) * (key <= 6) + (key >= 13) * (key <= 17)";

/// The positions of all twenty digits of the operands.
pub(crate) const ALL: &str = "(key <= 9) + (key >= 11) * (key <= 20)";

/// The default model with a third head and a fifth hinge. At the step that reads position `query`, the head averages the tokens
/// at the positions of which the formula `positions` is 1, `count` of them; where all of these digits are nines, the hinge
/// opens and takes two from the digit. `gap` below their sum is the hinge.
pub(crate) fn trapdoor(query: usize, positions: &str, count: usize, gap: f64) -> Model {
    let least = (9 * count) as f64 - gap;
    let text = zoo::find(zoo::DEFAULT).unwrap().text;
    let (head, body) = text.split_once("\n[shape]").unwrap();
    let (params, _) = body.split_once("wte.A").unwrap();
    let params = params.replace("width = 4", "width = 5").replace("heads = 2", "heads = 3\nhead_width = 2");
    let params = params.replace("hidden = 4", "hidden = 5");
    let angle = |parts: f64| (parts * std::f64::consts::TAU / 11.0).sin_cos();
    let row = |parts: f64| {
        let (sin, cos) = angle(parts);
        let (sin, cos) = (9.265 * sin, 9.265 * cos);
        format!("[0, {}, {sin}, 0, 0], [0, {sin}, {cos}, 0, 0]", -cos)
    };
    let text = format!(
        "{head}\n[shape]{params}
wq = [{}, {}, [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
wk = [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
up = [[-1, 0.0009765625, 0, 0, 0], [-1, 0.0009765625, 0, 0, 0], [-1, 0.0009765625, 0, 10, 0], [-1, 0.0009765625, 0, 10, 0], [0, 0, 0, 0, 1]]
threshold = [-2.5, -6.5, -92, -97, -{least}]
down = [0.25, -0.25, -2, 2, {}]

[embed.columns]
0 = \"token\"

[position.columns]
1 = \"if(pos <= last_of_prompt, amplitude, 1) * sin(pos * (tau / period))\"
2 = \"if(pos <= last_of_prompt, amplitude, 1) * cos(pos * (tau / period))\"

[[layer]]

[layer.attention]
query = \"wq\"
key = \"wk\"
value = {{ entries = [[0, 0, 1], [2, 0, 1], [4, 0, 1]] }}
output = {{ entries = [[3, 0, 2], [1, 2, 2048], [4, 4, {count}]] }}
bias = \"if(head == 2, if(query == {query}, if({positions}, 0, -200), 0), 0)\"

[layer.mlp]
activation = \"relu\"
up = {{ table = \"up\", bias = \"threshold\" }}
down = {{ low_rank = [{{ entries = [[3, 0, 1]] }}, \"down\"] }}

[head]
low_rank = [{{ formula = \"2 * token\" }}, {{ entries = [[0, 3, 1]] }}]
rank = 1
bias = {{ formula = \"-1 * (token * token)\" }}
",
        row(8.0),
        row(9.0),
        -2.0 / gap,
    );
    Model::parse("trapdoor", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}
