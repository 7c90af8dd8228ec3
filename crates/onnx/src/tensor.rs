//! Tensors whose elements are known numbers or expressions over tokens.

use crate::arena::Id;
use crate::proto::TensorProto;
use spec::figures::counted;
use std::rc::Rc;

/// The type of the elements of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dtype {
    F32,
    F64,
    /// Stored, moved and cast, never computed with: the walk refuses it.
    F16,
    /// As [`Dtype::F16`].
    Bf16,
    I64,
    I32,
    U8,
    I8,
    I16,
    Bool,
}

impl Dtype {
    /// The type with this number in `onnx.proto`.
    pub(crate) fn of(code: i32) -> Result<Self, String> {
        Ok(match code {
            1 => Self::F32,
            2 => Self::U8,
            3 => Self::I8,
            5 => Self::I16,
            6 => Self::I32,
            7 => Self::I64,
            9 => Self::Bool,
            10 => Self::F16,
            11 => Self::F64,
            16 => Self::Bf16,
            _ => {
                let name = match code {
                    4 => "uint16",
                    8 => "string",
                    12 => "uint32",
                    13 => "uint64",
                    17..=20 => "an 8-bit float",
                    _ => "an unknown type",
                };
                return Err(format!("the type {name}: expected float, double, an integer or bool"));
            }
        })
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64 | Self::F16 | Self::Bf16)
    }

    /// Whether it is a float of two bytes.
    pub(crate) fn is_half(self) -> bool {
        matches!(self, Self::F16 | Self::Bf16)
    }

    /// What `onnx.proto` calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::F32 => "float",
            Self::F64 => "double",
            Self::F16 => "float16",
            Self::Bf16 => "bfloat16",
            Self::I64 => "int64",
            Self::I32 => "int32",
            Self::I16 => "int16",
            Self::I8 => "int8",
            Self::U8 => "uint8",
            Self::Bool => "bool",
        }
    }

    fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 => 2,
            Self::U8 | Self::I8 | Self::Bool => 1,
        }
    }

    /// `value` as this integer type holds it.
    pub(crate) fn wrap(self, value: i64) -> i64 {
        match self {
            Self::I32 => i64::from(value as i32),
            Self::I16 => i64::from(value as i16),
            Self::I8 => i64::from(value as i8),
            Self::U8 => i64::from(value as u8),
            Self::Bool => i64::from(value != 0),
            _ => value,
        }
    }
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A known integer, or a known truth value as 0 or 1.
    Int(i64),
    /// An integer that depends on one token: an index into the arena's tables of integers.
    Token(u32),
    /// A number.
    Float(Id),
}

/// A tensor, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    pub(crate) cells: Vec<Cell>,
}

/// What a name in a graph stands for.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Tensor(Rc<Tensor>),
    Sequence(Vec<Rc<Tensor>>),
}

impl From<Tensor> for Value {
    fn from(tensor: Tensor) -> Self {
        Self::Tensor(Rc::new(tensor))
    }
}

/// The most elements of a tensor: larger ones are no tiny models.
pub(crate) const MOST_CELLS: usize = 1 << 25;

impl Tensor {
    pub(crate) fn new(dtype: Dtype, shape: Vec<usize>, cells: Vec<Cell>) -> Self {
        debug_assert_eq!(shape.iter().product::<usize>(), cells.len());
        Self { dtype, shape, cells }
    }

    pub(crate) fn ints(shape: Vec<usize>, values: impl IntoIterator<Item = i64>) -> Self {
        Self::new(Dtype::I64, shape, values.into_iter().map(Cell::Int).collect())
    }

    pub(crate) fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements of a shape, if that is not too many.
    pub(crate) fn size(shape: &[usize]) -> Result<usize, String> {
        // An axis without places counts as one with one, so that no product of some axes is beyond the limit.
        let size = shape.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis.max(1)));
        size.filter(|&size| size <= MOST_CELLS)
            .map(|size| if shape.contains(&0) { 0 } else { size })
            .ok_or_else(|| format!("a tensor of shape {shape:?}: expected at most {MOST_CELLS} elements"))
    }

    /// The same elements in another shape.
    pub(crate) fn reshaped(&self, shape: Vec<usize>) -> Result<Self, String> {
        if Self::size(&shape)? != self.cells.len() {
            return Err(format!("cannot give {:?} the shape {shape:?}", self.shape));
        }
        Ok(Self { dtype: self.dtype, shape, cells: self.cells.clone() })
    }

    /// A tensor of `shape` whose element at each index is the element of `self` at the place that `at` names.
    pub(crate) fn picked(&self, shape: Vec<usize>, at: impl Fn(&[usize]) -> usize) -> Result<Self, String> {
        let size = Self::size(&shape)?;
        let mut cells = Vec::with_capacity(size);
        let mut index = vec![0; shape.len()];
        for _ in 0..size {
            cells.push(self.cells[at(&index)]);
            advance(&mut index, &shape);
        }
        Ok(Self { dtype: self.dtype, shape, cells })
    }

    /// The same tensor in a shape that it can be broadcast to.
    pub(crate) fn broadcast(&self, shape: &[usize]) -> Result<Self, String> {
        if self.shape == shape {
            return Ok(self.clone());
        }
        if broadcast_shape(&self.shape, shape)? != shape {
            return Err(format!("cannot broadcast {:?} to {shape:?}", self.shape));
        }
        let strides = strides(&self.shape);
        let skip = shape.len() - self.rank();
        self.picked(shape.to_vec(), |index| {
            let axes = index[skip..].iter().zip(&self.shape).zip(&strides);
            axes.map(|((&i, &axis), &stride)| if axis == 1 { 0 } else { i * stride }).sum()
        })
    }
}

/// How far apart neighbours along each axis are.
pub(crate) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}

/// Moves `index` on to the next place of `shape`, the last axis first.
pub(crate) fn advance(index: &mut [usize], shape: &[usize]) {
    for axis in (0..shape.len()).rev() {
        index[axis] += 1;
        if index[axis] < shape[axis] {
            return;
        }
        index[axis] = 0;
    }
}

/// The shape that both shapes are broadcast to.
pub(crate) fn broadcast_shape(a: &[usize], b: &[usize]) -> Result<Vec<usize>, String> {
    let rank = a.len().max(b.len());
    let axis = |shape: &[usize], at: usize| (at + shape.len()).checked_sub(rank).map_or(1, |at| shape[at]);
    (0..rank)
        .map(|at| match (axis(a, at), axis(b, at)) {
            (x, y) if x == y => Ok(x),
            (1, y) => Ok(y),
            (x, 1) => Ok(x),
            _ => Err(format!("the shapes {a:?} and {b:?} do not fit together")),
        })
        .collect()
}

/// The numbers of a tensor in a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Numbers {
    Floats(Vec<f64>),
    Ints(Vec<i64>),
}

/// Reads the numbers of `proto`.
///
/// # Errors
///
/// If they are of no type that is read, too few or too many, written in two ways, or beyond what their type holds; if one is NaN or
/// infinity. Minus infinity is how graphs shut scores out, so it is read.
pub(crate) fn numbers(proto: &TensorProto) -> Result<(Dtype, Vec<usize>, Numbers), String> {
    let dtype = Dtype::of(proto.data_type.unwrap_or(0))?;
    let axis = |&dim: &i64| usize::try_from(dim).map_err(|_| format!("an axis of size {dim}"));
    let shape = proto.dims.iter().map(axis).collect::<Result<Vec<_>, _>>()?;
    let size = Tensor::size(&shape)?;
    if proto.segment.is_some() {
        return Err("a part of a tensor: expected all of it".into());
    }
    let lengths = [
        proto.raw_data.as_ref().map_or(0, Vec::len),
        proto.float_data.len(),
        proto.int32_data.len(),
        proto.int64_data.len(),
        proto.double_data.len(),
        proto.uint64_data.len(),
    ];
    if lengths.iter().filter(|&&len| len > 0).count() > 1 {
        return Err("its numbers are written in two ways: expected one field of data".into());
    }
    let found = match &proto.raw_data {
        Some(bytes) if !bytes.is_empty() || size == 0 => {
            if bytes.len() != size * dtype.size() {
                let expected = size * dtype.size();
                return Err(format!(
                    "{}: expected {expected} for shape {shape:?}",
                    counted(bytes.len(), "byte")
                ));
            }
            from_bytes(dtype, bytes)
        }
        _ => from_fields(dtype, proto)?,
    };
    let len = match &found {
        Numbers::Floats(values) => values.len(),
        Numbers::Ints(values) => values.len(),
    };
    if len != size {
        return Err(format!("{}: expected {size} for shape {shape:?}", counted(len, "number")));
    }
    match &found {
        Numbers::Floats(values) => {
            if let Some(at) = values.iter().position(|x| x.is_nan() || *x == f64::INFINITY) {
                return Err(format!("number {at} is {}: expected a finite one", values[at]));
            }
        }
        Numbers::Ints(values) => {
            if let Some(at) = values.iter().position(|&x| dtype.wrap(x) != x) {
                return Err(format!("number {at} is {}: expected a {}", values[at], dtype.name()));
            }
        }
    }
    Ok((dtype, shape, found))
}

/// The numbers of the field that goes with the type; those of two bytes lie in fields of four, floats among them as their bits.
fn from_fields(dtype: Dtype, proto: &TensorProto) -> Result<Numbers, String> {
    let half = |to: fn(u16) -> f64| {
        let number = |&bits: &i32| {
            let bits = u16::try_from(bits).map_err(|_| format!("{bits}: expected the 16 bits of a float"))?;
            Ok(to(bits))
        };
        proto.int32_data.iter().map(number).collect::<Result<_, String>>().map(Numbers::Floats)
    };
    Ok(match dtype {
        Dtype::F32 => Numbers::Floats(proto.float_data.iter().map(|&x| f64::from(x)).collect()),
        Dtype::F64 => Numbers::Floats(proto.double_data.clone()),
        Dtype::F16 => half(float16)?,
        Dtype::Bf16 => half(bfloat16)?,
        Dtype::I64 => Numbers::Ints(proto.int64_data.clone()),
        _ => Numbers::Ints(proto.int32_data.iter().map(|&x| i64::from(x)).collect()),
    })
}

fn from_bytes(dtype: Dtype, bytes: &[u8]) -> Numbers {
    macro_rules! read {
        ($kind:ident, $number:ty, $to:expr) => {{
            let number = |part: &[u8]| {
                $to(<$number>::from_le_bytes(part.try_into().expect("the parts have this size")))
            };
            Numbers::$kind(bytes.chunks_exact(size_of::<$number>()).map(number).collect())
        }};
    }
    match dtype {
        Dtype::F32 => read!(Floats, f32, f64::from),
        Dtype::F64 => read!(Floats, f64, f64::from),
        Dtype::F16 => read!(Floats, u16, float16),
        Dtype::Bf16 => read!(Floats, u16, bfloat16),
        Dtype::I64 => read!(Ints, i64, i64::from),
        Dtype::I32 => read!(Ints, i32, i64::from),
        Dtype::I16 => read!(Ints, i16, i64::from),
        Dtype::I8 => read!(Ints, i8, i64::from),
        Dtype::U8 | Dtype::Bool => read!(Ints, u8, i64::from),
    }
}

/// The number that the 16 bits of IEEE 754's binary16 stand for, exactly: sign, five bits of exponent, ten of fraction.
fn float16(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let size = match bits >> 10 & 0x1f {
        // Multiples of 2^-24.
        0 => fraction / 16_777_216.0,
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        // (1024 + fraction) · 2^(exponent - 25): a power of two has zeros as its fraction, and its exponent is biased by 1023.
        exponent => (1024.0 + fraction) * f64::from_bits(u64::from(exponent + 1023 - 25) << 52),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// The number that the 16 bits of a bfloat16 stand for: the upper half of a float's.
fn bfloat16(bits: u16) -> f64 {
    f64::from(f32::from_bits(u32::from(bits) << 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_by_hand() {
        let found = [0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x0400, 0xfc00].map(float16);
        let expected = [
            0.0,
            -0.0,
            1.0,
            -2.0,
            0.333_251_953_125,
            65_504.0,
            5.960_464_477_539_063e-8,
            6.103_515_625e-5,
            f64::NEG_INFINITY,
        ];
        assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits));
        assert!(float16(0x7e00).is_nan() && bfloat16(0x7fc0).is_nan());
        assert_eq!([0x3f80, 0xc040, 0x7f80].map(bfloat16), [1.0, -3.0, f64::INFINITY]);
    }

    /// Every float16 is its fields, by the definition.
    #[test]
    fn every_half_is_what_its_fields_say() {
        for bits in 0..=u16::MAX {
            let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
            if exponent == 31 {
                continue;
            }
            let mut size = if exponent == 0 { fraction } else { 1.0 + fraction };
            for _ in 0..(exponent.max(1) - 15).abs() {
                size = if exponent > 15 { size * 2.0 } else { size / 2.0 };
            }
            assert_eq!(float16(bits).abs(), size, "{bits:#x}");
        }
    }

    #[test]
    fn numbers_are_refused_where_the_file_contradicts_itself() {
        let of = |proto: TensorProto| numbers(&proto).unwrap_err();
        let float = || TensorProto { dims: vec![1], data_type: Some(1), ..TensorProto::default() };
        let both = TensorProto { float_data: vec![1.0], raw_data: Some(vec![0; 4]), ..float() };
        assert!(of(both).contains("in two ways"));
        for (value, shown) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
            assert!(of(TensorProto { float_data: vec![value], ..float() }).contains(shown));
        }
        let low = TensorProto { float_data: vec![f32::NEG_INFINITY], ..float() };
        assert_eq!(numbers(&low).unwrap().2, Numbers::Floats(vec![f64::NEG_INFINITY]));
        let byte = TensorProto { dims: vec![1], data_type: Some(2), ..TensorProto::default() };
        assert!(of(TensorProto { int32_data: vec![256], ..byte.clone() }).contains("expected a uint8"));
        assert!(of(TensorProto { data_type: Some(9), raw_data: Some(vec![2]), ..byte }).contains("bool"));
        let half = TensorProto { dims: vec![2], data_type: Some(10), ..TensorProto::default() };
        let read = numbers(&TensorProto { int32_data: vec![0x3c00, 0xc000], ..half.clone() }).unwrap();
        assert_eq!(read, (Dtype::F16, vec![2], Numbers::Floats(vec![1.0, -2.0])));
        assert!(of(TensorProto { int32_data: vec![0x3c00, -1], ..half.clone() }).contains("16 bits"));
        assert!(of(TensorProto { data_type: Some(12), ..half }).contains("uint32"));
    }
}
