//! Damage to files: of bytes, of text, of lengths in headers, and between two files.

use crate::draw::Draw;
use std::ops::Range;

/// Numbers at the edges of what types and readers take.
const NUMBERS: [&str; 20] = [
    "0",
    "-0",
    "-1",
    "2",
    "255",
    "65536",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "1e38",
    "1e308",
    "-1e308",
    "1e999",
    "1e-45",
    "5e-324",
    "nan",
    "inf",
    "-inf",
    "0.1",
];

/// Texts that no name should be, and those that formats give a meaning.
const TEXTS: [&str; 22] = [
    "",
    "\0",
    "\u{1b}[2J\u{1b}[1;31m",
    "\u{9b}31m",
    "\u{200b}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\u{e0041}\u{e007f}",
    "\u{1f600}",
    "e\u{301}",
    "\r",
    "\r\n\r\n",
    "\t",
    "'''",
    "\"\"\"",
    "\"",
    "\\u0000",
    "\\",
    "../../x",
    "{",
    "[[layer]]\n",
];

const BYTES: [u8; 12] = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, b'\n', b'"', b'=', b'[', b'0'];

/// Lengths that no file has.
const LENGTHS: [u64; 8] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 40, i64::MAX as u64, u64::MAX];

/// Files grow by no more than this, so that a run stays short.
const LARGEST: usize = 1 << 21;

/// Damages `bytes` in one way, half of the time, or up to four; `other` is a file of the same kind.
pub(crate) fn damage(bytes: &mut Vec<u8>, other: &[u8], draw: &mut Draw) {
    let ways = if draw.below(2) == 0 { 1 } else { 1 + draw.below(4) };
    for _ in 0..ways {
        once(bytes, other, draw);
        bytes.truncate(LARGEST);
    }
}

fn once(bytes: &mut Vec<u8>, other: &[u8], draw: &mut Draw) {
    let len = bytes.len();
    let at = draw.below(len + 1);
    match draw.below(16) {
        0 | 1 if at < len => bytes[at] ^= 1 << draw.below(8),
        2 if at < len => bytes[at] = *draw.of(&BYTES),
        3 => bytes.truncate(at),
        4 => {
            let few: Vec<u8> = (0..=draw.below(8)).map(|_| draw.below(256) as u8).collect();
            insert(bytes, at, &few);
        }
        5 => insert(bytes, at, &odd(draw)),
        6 => {
            let block = block(len, draw);
            let block = bytes[block].repeat(*draw.of(&[1, 2, 50, 3000]));
            insert(bytes, at, &block);
        }
        7 => drop(bytes.drain(block(len, draw))),
        8 => {
            // What stands there in the other file.
            let part = block(other.len().min(len), draw);
            bytes[part.clone()].copy_from_slice(&other[part]);
        }
        9 => bytes.extend_from_slice(other),
        10 | 11 => replace(bytes, draw, number, |draw| match draw.below(12) {
            0 => vec![b'9'; 400],
            1 => vec![b'7'; 100_000],
            _ => draw.of(&NUMBERS).as_bytes().to_vec(),
        }),
        12 => replace(bytes, draw, |byte| byte.is_ascii_alphabetic() || byte == b'_', odd),
        13 => {
            let lengths = draw.of(&LENGTHS).to_le_bytes();
            let width = *draw.of(&[2, 4, 8]);
            // Headers stand at both ends, and on even places.
            let near = draw.below(64.min(len + 1)) & !1;
            let at = if draw.below(2) == 0 { near } else { len.saturating_sub(near + width) };
            let width = width.min(len - at);
            bytes[at..at + width].copy_from_slice(&lengths[..width]);
        }
        14 if at < len => {
            // A length as Protobuf and Thrift write it.
            let more = *draw.of(&[1, 4, 9]);
            bytes[at] = 0x7f;
            insert(bytes, at, &vec![0xff; more]);
        }
        _ => {
            let (from, to) = (line(other, draw), line(bytes, draw));
            bytes.splice(to, other[from].iter().copied());
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    bytes.splice(at..at, more.iter().copied());
}

/// A part of `len` bytes, mostly a short one.
fn block(len: usize, draw: &mut Draw) -> Range<usize> {
    let start = draw.below(len + 1);
    let most = *draw.of(&[4, 64, 1024]);
    start..(start + draw.below(most) + 1).min(len)
}

fn number(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

/// Replaces a run of bytes that are `part` of a word.
fn replace(
    bytes: &mut Vec<u8>,
    draw: &mut Draw,
    part: impl Fn(u8) -> bool,
    by: impl Fn(&mut Draw) -> Vec<u8>,
) {
    let from = draw.below(bytes.len() + 1);
    let Some(start) = bytes[from..].iter().position(|&byte| part(byte)) else { return };
    let start = from + start;
    let end = bytes[start..].iter().position(|&byte| !part(byte)).map_or(bytes.len(), |end| start + end);
    let word = by(draw);
    bytes.splice(start..end, word);
}

/// A text that is no name, or a very long one.
fn odd(draw: &mut Draw) -> Vec<u8> {
    match draw.below(8) {
        0 => b"x".repeat(5000),
        1 => "\u{1f600}".repeat(700).into_bytes(),
        2 => vec![0xff],
        _ => draw.of(&TEXTS).as_bytes().to_vec(),
    }
}

/// A line of `bytes`, with its end.
fn line(bytes: &[u8], draw: &mut Draw) -> Range<usize> {
    let at = draw.below(bytes.len() + 1);
    let start = bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |end| at + end + 1);
    start..end
}
