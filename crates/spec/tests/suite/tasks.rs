//! Prompts and answers.

use crate::Draft;
use spec::{Operand, PromptToken};

#[test]
fn templates_in_either_order_with_separators_and_pairs() {
    let mut draft = Draft::new();
    draft.shape = draft.shape.replace("block_size = 8", "block_size = 9");
    draft.task = "prompt = \"0{a:least-first:2}+{b:0>2}=\"\ntokens = { \"+\" = 7, \"=\" = 0 }\nanswer = \"most-first:3\"\n".into();
    let model = draft.model();
    let digit = |operand, place| PromptToken::Digit { operand, place };
    let expected = [
        PromptToken::Fixed { token: 0, text: '0' },
        digit(Operand::A, 0),
        digit(Operand::A, 1),
        PromptToken::Fixed { token: 7, text: '+' },
        digit(Operand::B, 1),
        digit(Operand::B, 0),
        PromptToken::Fixed { token: 0, text: '=' },
    ];
    assert_eq!(model.task().prompt(), expected);
    assert_eq!((model.task().digits(), model.task().greatest()), (2, 99));
    assert_eq!(model.task().decode([1, 0, 7]), Some(107));
    assert_eq!(model.task().expected(107), [1, 0, 7]);

    draft.shape = draft.shape.replace("vocabulary = 10", "vocabulary = 100");
    draft.network = draft.network.replace("table = \"e\"", "formula = \"token\"");
    draft.params = String::new();
    draft.task = "prompt = \"{10*a+b:least-first:2}\"\nanswer = \"least-first:3\"\n".into();
    let expected = [PromptToken::Pair { times: 10, place: 0 }, PromptToken::Pair { times: 10, place: 1 }];
    assert_eq!(draft.model().task().prompt(), expected);
}

#[test]
fn answers_end_at_the_end_token_or_nowhere() {
    let mut draft = Draft::new();
    draft.shape = draft.shape.replace("vocabulary = 10", "vocabulary = 12");
    draft.network = draft.network.replace("table = \"e\"", "formula = \"token\"");
    draft.params = String::new();
    draft.task.push_str("end = 11\n");
    let task = draft.model().task().clone();
    assert_eq!(task.answer_len(), 4);
    assert_eq!(task.decode([7, 0, 1, 11]), Some(107));
    assert_eq!(task.decode([7, 11, 3, 3]), Some(7));
    assert_eq!(task.decode([7, 0, 1, 1]), None, "no end");
    assert_eq!(task.decode([11, 0, 1, 1]), None, "no digit");
    assert_eq!(task.decode([7, 10, 1, 11]), None, "10 is no digit");
    assert_eq!(task.expected(107), [7, 0, 1, 11]);
}

#[test]
fn a_decode_must_fit_the_block() {
    let mut draft = Draft::new();
    draft.shape = draft.shape.replace("block_size = 8", "block_size = 5");
    let text = draft.problems();
    assert!(
        text.contains("the decode reads 6 tokens") && text.contains("at most the block size, 5"),
        "{text}"
    );
}
