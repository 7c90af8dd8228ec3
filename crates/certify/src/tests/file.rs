//! The parts of a file by hand.

use crate::file::{Kind, Node, bytes, node};
use crate::pairs::Split;

#[test]
fn nodes_by_hand() {
    assert_eq!(node("P"), Some(Node::Leaf(Kind::Portable)));
    assert_eq!(node("/s12"), Some(Node::Split { place: 12, split: Split::Digit(2) }));
    for wrong in ["", "p", "/", "/x3", "/a", "/é3", "P3", "/a-1"] {
        assert_eq!(node(wrong), None, "{wrong}");
    }
    assert_eq!(bytes("00ff7F"), Some(vec![0, 255, 127]));
    assert_eq!(bytes("0"), None);
    assert_eq!(bytes("0g"), None);
}
