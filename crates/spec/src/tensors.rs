//! The stored numbers of a safetensors file, which a trained model's file names beside itself.
//!
//! The format is read here rather than in a front end, because what the tensors hold is part of what a model file means. The
//! bytes come from the caller, so that reading a model opens no file by itself.

use safetensors::tensor::Metadata;
use safetensors::{Dtype, SafeTensors};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The largest weights file that is read, in bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// A tensor of a safetensors file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    /// Row by row; every supported type is exact in f64.
    pub(crate) values: Vec<f64>,
}

/// The tensors of a safetensors file by name; one whose type is not supported holds the name of its type instead.
pub(crate) type Tensors = BTreeMap<String, Result<Tensor, String>>;

/// The tensors in `bytes`.
pub(crate) fn parse(bytes: &[u8]) -> Result<Tensors, String> {
    header(bytes)?;
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let tensor = |(name, view): (&str, safetensors::tensor::TensorView<'_>)| {
        let values = numbers(view.dtype(), view.data());
        let tensor = values.map(|values| Tensor { shape: view.shape().to_vec(), values });
        (name.to_owned(), tensor)
    };
    Ok(file.iter().map(tensor).collect())
}

/// The header of the safetensors file `bytes`, in which every name stands once.
///
/// The crate that reads it keeps the last of several entries of one name, so two readers could see two models in one file.
pub(crate) fn header(bytes: &[u8]) -> Result<Metadata, String> {
    let (length, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
    let text = bytes.get(8..).and_then(|rest| rest.get(..length)).unwrap_or_default();
    match repeated(&String::from_utf8_lossy(text)) {
        Some(name) => Err(format!("the name `{}` stands twice in its header", name.escape_debug())),
        None => Ok(metadata),
    }
}

/// The first key that stands twice in one object of `json`, which must be JSON.
fn repeated(json: &str) -> Option<String> {
    let mut keys: Vec<BTreeSet<String>> = Vec::new();
    let mut last = String::new();
    let mut rest = json.chars();
    while let Some(first) = rest.next() {
        match first {
            '{' | '[' => keys.push(BTreeSet::new()),
            '}' | ']' => drop(keys.pop()),
            '"' => last = string(&mut rest),
            // A string before a colon is a key.
            ':' if keys.last_mut().is_some_and(|keys| !keys.insert(last.clone())) => return Some(last),
            _ => {}
        }
    }
    None
}

/// The string of JSON that `rest` is inside of, up to its end. One name can be spelled in several ways.
fn string(rest: &mut std::str::Chars<'_>) -> String {
    let mut units: Vec<u16> = Vec::new();
    while let Some(next) = rest.next().filter(|next| *next != '"') {
        let character = match next {
            '\\' => match rest.next().unwrap_or_default() {
                'u' => {
                    let digits: String = rest.by_ref().take(4).collect();
                    units.push(u16::from_str_radix(&digits, 16).unwrap_or_default());
                    continue;
                }
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                other => other,
            },
            other => other,
        };
        units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
    }
    String::from_utf16_lossy(&units)
}

fn numbers(dtype: Dtype, bytes: &[u8]) -> Result<Vec<f64>, String> {
    /// Little-endian groups of `N` bytes.
    fn each<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        bytes.as_chunks().0.iter().map(|&group| number(group)).collect()
    }
    Ok(match dtype {
        Dtype::F64 => each(bytes, f64::from_le_bytes),
        Dtype::F32 => each(bytes, |group| f64::from(f32::from_le_bytes(group))),
        // A bf16 is the upper half of an f32.
        Dtype::BF16 => each(bytes, |[low, high]| f64::from(f32::from_le_bytes([0, 0, low, high]))),
        Dtype::F16 => each(bytes, |group| half(u16::from_le_bytes(group))),
        other => return Err(format!("{other:?}")),
    })
}

/// The f16 with these bits: a sign, five bits of exponent, ten of the significand.
fn half(bits: u16) -> f64 {
    let (exponent, low) = (u64::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => low / f64::from(1 << 24),
        31 if low == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        // An f64 with that power of two: its exponent is biased by 1023, that of an f16 by 15.
        _ => (1.0 + low / 1024.0) * f64::from_bits((exponent + 1023 - 15) << 52),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// Reads weights files from the first of `folders` that has them: for [`Model::parse_with`](crate::Model::parse_with).
pub fn weights_in(folders: &[PathBuf]) -> impl FnMut(&str) -> Result<Vec<u8>, String> {
    move |name| {
        let paths = || folders.iter().map(|folder| folder.join(name));
        let Some(path) = paths().find(|path| path.is_file()) else {
            let looked: Vec<_> = paths().map(|path| format!("`{}`", path.display())).collect();
            return Err(format!("no file {}", looked.join(" and no ")));
        };
        let explain = |error: std::io::Error| format!("`{}`: {error}", path.display());
        let size = std::fs::metadata(&path).map_err(explain)?.len();
        if size > LARGEST_FILE {
            return Err(format!("`{}` has {size} bytes, more than {LARGEST_FILE}", path.display()));
        }
        std::fs::read(&path).map_err(explain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_by_hand() {
        assert_eq!(
            [0x3c00, 0xc000, 0x3555, 0x0001, 0x8000].map(half),
            [1.0, -2.0, 1365.0 / 4096.0, 1.0 / 16_777_216.0, 0.0]
        );
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }

    #[test]
    fn every_type_of_float_is_read() {
        assert_eq!(numbers(Dtype::F32, &1.5_f32.to_le_bytes()), Ok(vec![1.5]));
        assert_eq!(numbers(Dtype::F64, &0.1_f64.to_le_bytes()), Ok(vec![0.1]));
        assert_eq!(numbers(Dtype::BF16, &[0xc0, 0x3f]), Ok(vec![1.5]));
        assert_eq!(numbers(Dtype::F16, &[0, 0x3e]), Ok(vec![1.5]));
        assert_eq!(numbers(Dtype::I8, &[1]), Err("I8".into()));
        assert_eq!(numbers(Dtype::F8_E4M3, &[1]), Err("F8_E4M3".into()));
    }

    #[test]
    fn keys_that_stand_twice() {
        for (json, expected) in [
            (r#"{"a":{"b":1,"c":[2,3]},"b":{"b":4}}"#, None),
            (r#"{"a":"b","b":"a","c":["a:","b"]}"#, None),
            (r#"{"a":1,"b":2,"a":3}"#, Some("a")),
            (r#"{"x":{"t":1,"t":1}}"#, Some("t")),
            (r#"{"a\"b":1,"c":2,"a\u0022b":3}"#, Some("a\"b")),
            (r#"{"😀":1,"\ud83d\ude00":2}"#, Some("😀")),
            (r#"{"a\\":1,"a":2,"b":"\\"}"#, None),
        ] {
            assert_eq!(repeated(json).as_deref(), expected, "{json}");
        }
    }
}
