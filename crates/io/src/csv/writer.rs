//! Sums into CSV, with a header; a sum that is no number is an empty field.

use crate::{Error, Pair, Writer};
use std::io::Write;

/// How much is collected before it is written.
const BUFFER: usize = 1 << 18;

/// Writes `a,b,sum`.
pub(crate) struct CsvWriter<W> {
    name: String,
    target: W,
    text: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    /// Nothing is written before there are rows, so that an input that fails at once leaves no header behind.
    pub(crate) fn new(name: &str, target: W) -> Self {
        let mut text = Vec::with_capacity(BUFFER + 64);
        text.extend_from_slice(b"a,b,sum\n");
        Self { name: name.to_owned(), target, text }
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.target.write_all(&self.text).map_err(|error| Error::write(&self.name, error))?;
        self.text.clear();
        Ok(())
    }
}

impl<W: Write + Send> Writer for CsvWriter<W> {
    fn write(&mut self, pairs: &[Pair], sums: &[Option<u64>]) -> Result<(), Error> {
        let mut digits = itoa::Buffer::new();
        for (&(a, b), &sum) in pairs.iter().zip(sums) {
            self.text.extend_from_slice(digits.format(a).as_bytes());
            self.text.push(b',');
            self.text.extend_from_slice(digits.format(b).as_bytes());
            self.text.push(b',');
            if let Some(sum) = sum {
                self.text.extend_from_slice(digits.format(sum).as_bytes());
            }
            self.text.push(b'\n');
            if self.text.len() >= BUFFER {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.flush()?;
        self.target.flush().map_err(|error| Error::write(&self.name, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_by_hand() {
        let mut bytes = Vec::new();
        let mut writer = CsvWriter::new("out", &mut bytes);
        writer.write(&[(1, 2), (u64::MAX, 0)], &[Some(3), None]).unwrap();
        writer.write(&[(0, 0)], &[Some(0)]).unwrap();
        writer.finish().unwrap();
        drop(writer);
        assert_eq!(bytes, b"a,b,sum\n1,2,3\n18446744073709551615,0,\n0,0,0\n");
    }

    #[test]
    fn no_rows_are_a_header() {
        let mut bytes = Vec::new();
        CsvWriter::new("out", &mut bytes).finish().unwrap();
        assert_eq!(bytes, b"a,b,sum\n");
    }
}
