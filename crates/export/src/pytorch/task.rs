//! Prompt, decoding and AdderBoard's two functions.

use spec::figures::counted;
use spec::{Category, Model, Operand, Order, PromptToken};
use std::fmt::Write;

/// The tokens of the digits.
pub(super) fn constants(text: &mut String, model: &Model) {
    let digits: Vec<usize> = (0..10).map(|digit| model.task().digit_token(digit)).collect();
    let _ = writeln!(text, "DIGITS = {digits:?}  # the token of each digit");
    let _ = writeln!(text, "LENGTH = {}  # of an answer, in tokens", model.task().answer_len());
}

/// `prompt`, `build_model`, `add`, and what runs from a command line.
pub(super) fn functions(text: &mut String, model: &Model) {
    let (task, identity, counts) = (model.task(), model.identity(), model.counts());
    let _ = write!(
        text,
        "\n\ndef prompt(a, b):\n    \"\"\"The tokens of the question.\"\"\"\n    return [{}]\n",
        prompt(task.prompt()).join(", ")
    );
    // Python has no escapes like those of Rust.
    let text_of = |text: &str| {
        let text = text.replace(['\n', '\r'], " ");
        format!("\"{}\"", spec::text::line(&text).replace('\\', "\\\\").replace('"', "\\\""))
    };
    let shape = model.shape();
    let architecture = format!(
        "{}, width {}, {} of width {}, {}, vocabulary {}",
        counted(model.net::<f64>().layers().len(), "layer"),
        shape.width,
        counted(shape.heads, "head"),
        shape.head_width,
        counted(shape.hidden, "hidden unit"),
        shape.vocabulary
    );
    let method = if identity.category == Category::Trained { "trained" } else { "hand-coded weights" };
    let _ = write!(
        text,
        "\n\ndef build_model():\n    \"\"\"The model and what AdderBoard asks of it.\"\"\"\n    metadata = {{\n        \
         \"name\": {},\n        \"author\": {},\n        \"params\": {},\n        \"architecture\": {},\n        \"tricks\": [{}],\n    }}\n    \
         return Model().eval(), metadata\n",
        text_of(&identity.name),
        text_of(&identity.authors.join(", ")),
        counts.board,
        text_of(&architecture),
        text_of(method),
    );
    let order = if task.order() == Order::LeastFirst { "-1" } else { "1" };
    let count = task.answer_digits();
    text.push_str("\n\ndef answer(tokens):\n    \"\"\"The number that generated tokens spell, -1 if they spell none.\"\"\"\n");
    match task.end() {
        Some(end) => {
            let _ = writeln!(
                text,
                "    return spell(tokens[:{count}], {order}) if tokens[{count}] == {end} else -1"
            );
        }
        None => {
            let _ = writeln!(text, "    return spell(tokens, {order})");
        }
    }
    text.push_str(
        "\n\ndef add(model, a: int, b: int) -> int:\n    \"\"\"What the model says a + b is; -1 if it says no number.\"\"\"\n    \
         return answer(generate(model, torch.tensor([prompt(a, b)]), LENGTH)[0].tolist())\n",
    );
    text.push_str(
        "\n\nif __name__ == \"__main__\":\n    if len(sys.argv) != 3:\n        sys.exit(f\"usage: python {sys.argv[0]} A B\")\n    \
         print(add(build_model()[0], int(sys.argv[1]), int(sys.argv[2])))\n",
    );
}

/// A run of neighbouring places.
struct Run<'a> {
    token: &'a PromptToken,
    places: Vec<usize>,
}

/// The prompt as items of a Python list: fixed tokens, and runs of digits.
fn prompt(tokens: &[PromptToken]) -> Vec<String> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for token in tokens {
        let place = place(token);
        if let (Some(place), Some(run)) = (place, runs.last_mut())
            && same_kind(run.token, token)
            && continues(&run.places, place)
        {
            run.places.push(place);
            continue;
        }
        runs.push(Run { token, places: place.into_iter().collect() });
    }
    runs.iter().map(item).collect()
}

fn place(token: &PromptToken) -> Option<usize> {
    match *token {
        PromptToken::Fixed { .. } => None,
        PromptToken::Digit { place, .. } | PromptToken::Pair { place, .. } => Some(place),
    }
}

fn same_kind(a: &PromptToken, b: &PromptToken) -> bool {
    match (a, b) {
        (PromptToken::Digit { operand: a, .. }, PromptToken::Digit { operand: b, .. }) => a == b,
        (PromptToken::Pair { times: a, .. }, PromptToken::Pair { times: b, .. }) => a == b,
        _ => false,
    }
}

/// Whether `place` goes on where `places` go, up or down by one.
fn continues(places: &[usize], place: usize) -> bool {
    match places {
        [] => false,
        [first] => first.abs_diff(place) == 1,
        [.., before, last] => *last as isize - *before as isize == place as isize - *last as isize,
    }
}

fn item(run: &Run<'_>) -> String {
    let places = match run.places.as_slice() {
        [first, .., last] if first > last && *last == 0 => format!("range({first}, -1, -1)"),
        [first, .., last] if first > last => format!("range({first}, {}, -1)", last - 1),
        [first, .., last] => format!("range({first}, {})", last + 1),
        [one] => format!("[{one}]"),
        [] => String::new(),
    };
    match *run.token {
        PromptToken::Fixed { token, .. } => token.to_string(),
        PromptToken::Digit { operand, .. } => {
            format!("*digits({}, {places})", if operand == Operand::A { "a" } else { "b" })
        }
        PromptToken::Pair { times, .. } => format!("*pairs(a, b, {times}, {places})"),
    }
}
