//! Tensors whose elements are known numbers or expressions over tokens.

use crate::arena::Id;
use crate::proto::TensorProto;
use std::rc::Rc;

/// The type of the elements of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dtype {
    F32,
    F64,
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
            11 => Self::F64,
            _ => {
                let name = match code {
                    4 => "uint16",
                    8 => "string",
                    10 => "float16",
                    12 => "uint32",
                    13 => "uint64",
                    16 => "bfloat16",
                    17..=20 => "an 8-bit float",
                    _ => "an unknown type",
                };
                return Err(format!("the type {name}: expected float, double, an integer or bool"));
            }
        })
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::I16 => 2,
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
        let size = shape.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis));
        size.filter(|&size| size <= MOST_CELLS)
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

/// Reads the numbers of `proto`, whose external bytes, if it has any, are `external`.
pub(crate) fn numbers(
    proto: &TensorProto,
    external: Option<&[u8]>,
) -> Result<(Dtype, Vec<usize>, Numbers), String> {
    let dtype = Dtype::of(proto.data_type.unwrap_or(0))?;
    let axis = |&dim: &i64| usize::try_from(dim).map_err(|_| format!("an axis of size {dim}"));
    let shape = proto.dims.iter().map(axis).collect::<Result<Vec<_>, _>>()?;
    let size = Tensor::size(&shape)?;
    let found = if let Some(bytes) = external.or(proto.raw_data.as_deref()) {
        if bytes.len() != size * dtype.size() {
            return Err(format!(
                "{} bytes: expected {} for shape {shape:?}",
                bytes.len(),
                size * dtype.size()
            ));
        }
        from_bytes(dtype, bytes)
    } else {
        match dtype {
            Dtype::F32 => Numbers::Floats(proto.float_data.iter().map(|&x| f64::from(x)).collect()),
            Dtype::F64 => Numbers::Floats(proto.double_data.clone()),
            Dtype::I64 => Numbers::Ints(proto.int64_data.clone()),
            _ => Numbers::Ints(proto.int32_data.iter().map(|&x| i64::from(x)).collect()),
        }
    };
    let len = match &found {
        Numbers::Floats(values) => values.len(),
        Numbers::Ints(values) => values.len(),
    };
    if len != size {
        return Err(format!("{len} numbers: expected {size} for shape {shape:?}"));
    }
    Ok((dtype, shape, found))
}

fn from_bytes(dtype: Dtype, bytes: &[u8]) -> Numbers {
    macro_rules! read {
        ($kind:ident, $number:ty, $as:ty) => {{
            let number = |part: &[u8]| {
                <$number>::from_le_bytes(part.try_into().expect("the parts have this size")) as $as
            };
            Numbers::$kind(bytes.chunks_exact(size_of::<$number>()).map(number).collect())
        }};
    }
    match dtype {
        Dtype::F32 => read!(Floats, f32, f64),
        Dtype::F64 => read!(Floats, f64, f64),
        Dtype::I64 => read!(Ints, i64, i64),
        Dtype::I32 => read!(Ints, i32, i64),
        Dtype::I16 => read!(Ints, i16, i64),
        Dtype::I8 => read!(Ints, i8, i64),
        Dtype::U8 | Dtype::Bool => read!(Ints, u8, i64),
    }
}
