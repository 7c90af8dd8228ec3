//! Pairs out of CSV: the buffer, the header, line numbers, and the slow way with its errors.
//!
//! Every record has as many fields as the first one. What a longer one meant cannot be known, so it is an error and not read.

use super::fast::{Columns, FIRST_TWO, Fast, record};
use super::quotes::Quotes;
use crate::foreign::{Cure, Door};
use crate::{BATCH, Error, Pair, Reader, columns};
use csv_core::ReadRecordResult;
use std::io::Read;

/// How much is read at a time.
const BUFFER: usize = 1 << 20;

/// The longest record that is read; nobody's pair is longer, and memory stays bounded.
const LONGEST: usize = 1 << 16;

/// A CSV text that is read from the start to the end.
pub(crate) struct Csv<R> {
    name: String,
    source: R,
    greatest: u64,
    columns: Columns,
    /// The first record, if it turned out to be no header.
    first: Option<Pair>,
    buffer: Vec<u8>,
    /// The bytes of the buffer that are not used yet.
    start: usize,
    end: usize,
    /// How many bytes came from the source.
    taken: u64,
    /// Whether the source has ended; a terminal would otherwise have to end twice.
    ended: bool,
    /// The line that begins at `start`, counted from 1.
    line: u64,
    slow: csv_core::Reader,
    record: Record,
}

/// A record of the slow way.
struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// How many fields it has.
    fields: usize,
}

impl Record {
    fn field(&self, column: usize) -> Option<&[u8]> {
        let ends = &self.ends[..self.fields];
        let end = *ends.get(column)?;
        let start = if column == 0 { 0 } else { ends[column - 1] };
        Some(self.bytes[start..end].trim_ascii())
    }
}

impl<R: Read> Csv<R> {
    /// Reads the first record: a header that names `a` and `b`, or already a pair.
    pub(crate) fn open(name: &str, source: R, greatest: u64) -> Result<Self, Error> {
        let mut csv = Self::begin(name, source, greatest);
        let Some((line, names)) = csv.first_record()? else { return Ok(csv) };
        match (columns::place(name, &names, "a")?, columns::place(name, &names, "b")?) {
            (Some(a), Some(b)) => csv.columns = Columns { a, b, count: names.len() },
            _ if names.len() == FIRST_TWO.count => csv.first = Some(csv.pair(line)?),
            _ => return Err(no_header(name, line, &names, Door::Pairs)),
        }
        Ok(csv)
    }

    fn begin(name: &str, source: R, greatest: u64) -> Self {
        Self {
            name: name.to_owned(),
            source,
            greatest,
            columns: FIRST_TWO,
            first: None,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            taken: 0,
            ended: false,
            line: 1,
            slow: csv_core::Reader::new(),
            record: Record { bytes: vec![0; LONGEST], ends: vec![0; LONGEST], fields: 0 },
        }
    }

    /// The line and the fields of the first record; none if there is no record.
    fn first_record(&mut self) -> Result<Option<(u64, Vec<String>)>, Error> {
        // The slow way knows a mark of byte order only in one piece with what follows it.
        while self.end < 4 && !self.buffer[..self.end].contains(&b'\n') && self.fill()? {}
        let Some(line) = self.next_record()? else { return Ok(None) };
        let text = |field| self.record.field(field).map(|field| String::from_utf8_lossy(field).into_owned());
        Ok(Some((line, (0..self.record.fields).map_while(text).collect())))
    }

    /// Reads more bytes behind those that are not used yet, which leave room; false at the end of the source.
    fn fill(&mut self) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    self.taken += count as u64;
                    self.ended = count == 0;
                    return Ok(!self.ended);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::read(&self.name, error)),
            }
        }
    }

    /// Skips line ends, of empty lines or of a record that ended in a carriage return.
    fn skip_line_ends(&mut self) {
        while let Some(byte @ (b'\n' | b'\r')) = self.buffer[self.start..self.end].first() {
            self.line += u64::from(*byte == b'\n');
            self.start += 1;
        }
    }

    /// The next pair the slow way.
    fn slow_pair(&mut self) -> Result<Option<Pair>, Error> {
        self.next_record()?.map(|line| self.pair(line)).transpose()
    }

    /// Reads the next record with all the rules of CSV; its line, or none at the end.
    fn next_record(&mut self) -> Result<Option<u64>, Error> {
        self.skip_line_ends();
        while self.start == self.end {
            if !self.fill()? {
                return Ok(None);
            }
            self.skip_line_ends();
        }
        let line = self.line;
        self.slow.reset();
        let (mut bytes, mut fields) = (0, 0);
        let mut quotes = Quotes::Before;
        loop {
            let (result, used, written, ended) = self.slow.read_record(
                &self.buffer[self.start..self.end],
                &mut self.record.bytes[bytes..],
                &mut self.record.ends[fields..],
            );
            quotes = quotes.after(&self.buffer[self.start..self.start + used]);
            self.start += used;
            bytes += written;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {
                    // At the end of the source, reading an empty input ends the record.
                    self.fill()?;
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    let text = format_args!(", line {line}: longer than {LONGEST} bytes: expected a pair");
                    return Err(Error::inside(&self.name, text));
                }
                ReadRecordResult::Record => {
                    self.line += self.slow.line() - 1;
                    self.record.fields = fields;
                    let wrong = match quotes {
                        Quotes::Open => "a quote that is not closed",
                        Quotes::Wrong => "text behind a closing quote",
                        _ => return Ok(Some(line)),
                    };
                    let text = format_args!(", line {line}: found {wrong}: expected CSV");
                    return Err(Error::inside(&self.name, text));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    /// The pair of the record that was read last, which began at `line`.
    fn pair(&self, line: u64) -> Result<Pair, Error> {
        let (found, expected) = (self.record.fields, self.columns.count);
        if found != expected {
            // Which of them are the operands cannot be told: `1,234,5` may be 1,234 and 5.
            let text = format_args!(
                ", line {line}: found {}: expected {expected}, as many as in the first line",
                fields(found)
            );
            return Err(Error::inside(&self.name, text));
        }
        let operand = |column: usize| {
            let place = column + 1;
            let field = self.record.field(column).expect("a record has as many fields as it says");
            let digits = !field.is_empty() && field.iter().all(u8::is_ascii_digit);
            let text = String::from_utf8_lossy(field);
            let number = text.parse().ok().filter(|&number: &u64| digits && number <= self.greatest);
            number.ok_or_else(|| {
                let place = format_args!("line {line}, column {place}");
                Error::operand(&self.name, place, &text, self.greatest)
            })
        };
        Ok((operand(self.columns.a)?, operand(self.columns.b)?))
    }
}

/// The names in the first record of a table of any columns; none if it has two numbers, which are already a pair.
///
/// # Errors
///
/// If its fields are not separated by commas, or if there are more numbers and no names.
pub(crate) fn names(name: &str, source: impl Read) -> Result<Option<Vec<String>>, Error> {
    let Some((line, names)) = Csv::begin(name, source, u64::MAX).first_record()? else {
        return Ok(Some(Vec::new()));
    };
    let number = |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = names.iter().all(number);
    if numbers && names.len() == FIRST_TWO.count {
        return Ok(None);
    }
    if numbers || names.len() == 1 && separators(&names[0]).is_some() {
        return Err(no_header(name, line, &names, Door::Table));
    }
    Ok(Some(names))
}

/// Says that the first record, which these fields are, is neither a header nor a pair.
fn no_header(name: &str, line: u64, names: &[String], door: Door) -> Error {
    if let [only] = names
        && let Some((separators, cure)) = separators(only)
    {
        let cure = cure.text(door);
        let text = format_args!(", line {line}: found {separators} between fields: expected commas{cure}");
        return Error::inside(name, text);
    }
    // Of more fields any two could be meant, and a number with commas in it makes more.
    let found = fields(names.len());
    let text = format_args!(
        ", line {line}: found {found} and no header: expected two fields, or a header that names `a` and `b`"
    );
    Error::inside(name, text)
}

/// What separates fields in `line`, which has no comma, and a command that makes commas of it.
fn separators(line: &str) -> Option<(&'static str, Cure)> {
    const SEPARATORS: [(char, &str, &str); 3] = [
        (';', "semicolons", "tr ';' ',' < FILE"),
        ('\t', "tabs", "tr '\\t' ',' < FILE"),
        ('|', "bars", "tr '|' ',' < FILE"),
    ];
    let found = SEPARATORS.iter().find(|(separator, ..)| line.contains(*separator));
    found.map(|&(_, name, command)| (name, Cure::Pipe(command)))
}

/// `1 field`, `2 fields`.
fn fields(count: usize) -> String {
    format!("{count} field{}", if count == 1 { "" } else { "s" })
}

impl<R: Read + Send> Reader for Csv<R> {
    fn read(&mut self, pairs: &mut Vec<Pair>) -> Result<(), Error> {
        pairs.extend(self.first.take());
        while pairs.len() < BATCH {
            let bytes = &self.buffer[self.start..self.end];
            match record(bytes, self.columns) {
                Fast::Pair((a, b), length) if a <= self.greatest && b <= self.greatest => {
                    pairs.push((a, b));
                    self.start += length;
                    self.line += 1;
                    continue;
                }
                Fast::More if bytes.len() < LONGEST && self.fill()? => continue,
                Fast::Pair(..) | Fast::More | Fast::Slow => {}
            }
            let Some(pair) = self.slow_pair()? else { break };
            pairs.push(pair);
        }
        Ok(())
    }

    fn position(&self) -> u64 {
        self.taken - (self.end - self.start) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that every record is cut everywhere.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(self.0.len()).min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn all(source: impl Read + Send) -> Result<Vec<Pair>, String> {
        let mut csv = Csv::open("p.csv", source, 99).map_err(|error| error.to_string())?;
        let mut pairs = Vec::new();
        csv.read(&mut pairs).map_err(|error| error.to_string())?;
        Ok(pairs)
    }

    #[test]
    fn texts_by_hand() {
        for (text, expected) in [
            ("", &[][..]),
            ("a,b\n", &[]),
            ("a,b", &[]),
            ("1,2", &[(1, 2)]),
            ("a,b\n1,2\n3,4\n", &[(1, 2), (3, 4)]),
            ("\u{feff}a,b\r\n1,2\r\n3,4\r\n", &[(1, 2), (3, 4)]),
            ("\u{feff}1,2\n", &[(1, 2)]),
            ("1,2\r3,4\r", &[(1, 2), (3, 4)]),
            ("\n\n1,2\n\r\n\n3,4\n\n", &[(1, 2), (3, 4)]),
            ("b,note,A\n2,\"x,\n1\",1\n4,y,\"3\"\n", &[(1, 2), (3, 4)]),
            ("\"a\",\"b\"\n\"1\",2\n", &[(1, 2)]),
            ("a,b,sum\n1,2,3\n3,4,\n", &[(1, 2), (3, 4)]),
            ("A,b,a\n5,2,1\n5,4,\"3\"\n", &[(1, 2), (3, 4)]),
            ("a,b,\n1,2,\n3,4,\n", &[(1, 2), (3, 4)]),
            ("a,b,n,n\n1,2,\"x, \"\"y\"\"\n\" ,\n3,4,,z\n", &[(1, 2), (3, 4)]),
            ("000000000000000000000001,2\n", &[(1, 2)]),
        ] {
            let expected = Ok(expected.to_vec());
            assert_eq!(all(text.as_bytes()), expected, "{text:?}");
            assert_eq!(all(Drops(text.as_bytes())), expected, "{text:?} in drops");
        }
    }

    #[test]
    fn errors_name_line_and_column() {
        for (text, expected) in [
            ("a,b\n1,2\n\n3,x\n", ", line 4, column 2: operand `x`: expected an integer from 0 to 99"),
            ("1,2\n100,4\n", ", line 2, column 1: operand `100`: expected an integer from 0 to 99"),
            ("1,2\r\n3,4\r\n5,-6\r\n", ", line 3, column 2: operand `-6`: expected an integer from 0 to 99"),
            (
                "a,x,b\n1,\"\n\n\",2\n3,,\n",
                ", line 5, column 3: operand ``: expected an integer from 0 to 99",
            ),
            ("1,2\n3\n", ", line 2: found 1 field: expected 2, as many as in the first line"),
            ("1,2\n  \n", ", line 2: found 1 field: expected 2, as many as in the first line"),
            ("a,b\n1,2\n1,23,4\n", ", line 3: found 3 fields: expected 2, as many as in the first line"),
            ("a,b\n1,2,\n", ", line 2: found 3 fields: expected 2, as many as in the first line"),
            ("1,2\n3,4,\"x\"\n", ", line 2: found 3 fields: expected 2, as many as in the first line"),
            (
                "a,b,\"n\no\"\n1,2,3\n3,4\n",
                ", line 4: found 2 fields: expected 3, as many as in the first line",
            ),
            (
                "a,b,c\n1,2,3\n\n4,5,6,7\n",
                ", line 4: found 4 fields: expected 3, as many as in the first line",
            ),
            ("a,b\n\"1,23\",4\n", ", line 2, column 1: operand `1,23`: expected an integer from 0 to 99"),
            (
                "1,23,4,56\n",
                ", line 1: found 4 fields and no header: expected two fields, or a header that names `a` and `b`",
            ),
            (
                "\n7\n",
                ", line 2: found 1 field and no header: expected two fields, or a header that names `a` and `b`",
            ),
            // Two files, one behind the other, each with its header.
            ("a,b\n1,2\na,b\n", ", line 3, column 1: operand `a`: expected an integer from 0 to 99"),
            ("a,b,A,a\n", ": found 2 columns named `a`: expected one"),
            ("A,b,a,B\n\"1\"2,3,4,5\n", ", line 2: found text behind a closing quote: expected CSV"),
            ("a,b\n1,\"2\n3,4\n", ", line 2: found a quote that is not closed: expected CSV"),
            (
                "a;b\n1;2\n",
                ", line 1: found semicolons between fields: expected commas; \
                 try `tr ';' ',' < FILE | nanoadder add --input -`",
            ),
            (
                "\n1\t2\n",
                ", line 2: found tabs between fields: expected commas; \
                 try `tr '\\t' ',' < FILE | nanoadder add --input -`",
            ),
        ] {
            let expected = Err(format!("`p.csv`{expected}"));
            assert_eq!(all(text.as_bytes()), expected, "{text:?}");
            assert_eq!(all(Drops(text.as_bytes())), expected, "{text:?} in drops");
        }
    }

    #[test]
    fn records_are_bounded() {
        let endless = std::io::repeat(b'7');
        assert_eq!(
            all(endless).unwrap_err(),
            format!("`p.csv`, line 1: longer than {LONGEST} bytes: expected a pair")
        );
        let long = format!("a,b,c\n1,2,{}\n3,4,\n", "x".repeat(LONGEST / 2));
        assert_eq!(all(long.as_bytes()).unwrap(), [(1, 2), (3, 4)]);
    }
}
