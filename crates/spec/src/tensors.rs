//! The stored numbers of a safetensors file, which a trained model's file names beside itself.
//!
//! The format is read here rather than in a front end, because what the tensors hold is part of what a model file means. The
//! bytes come from the caller, so that reading a model opens no file by itself.

use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;
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
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let tensor = |(name, view): (&str, safetensors::tensor::TensorView<'_>)| {
        let values = numbers(view.dtype(), view.data());
        let tensor = values.map(|values| Tensor { shape: view.shape().to_vec(), values });
        (name.to_owned(), tensor)
    };
    Ok(file.iter().map(tensor).collect())
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
    }
}
