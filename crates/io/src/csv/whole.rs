//! Whether the quotes of a whole CSV file are whole, for engines that read its rows themselves and let pass what is not.

use super::quotes::Quotes;
use crate::Error;
use std::io::Read;

/// How much is read at a time.
const PIECE: usize = 1 << 20;

/// Whether there are quotes in `source`, which is read to its end: a small part of the time of reading its numbers.
///
/// # Errors
///
/// A quote is not closed, or a text stands behind a closing one; with the line that its record begins on.
pub(crate) fn has_quotes(name: &str, mut source: impl Read) -> Result<bool, Error> {
    let (mut state, mut any) = (Quotes::Before, false);
    let (mut line, mut begun) = (1_u64, 1_u64);
    let wrong = |line: u64, found: &str| {
        Err(Error::inside(name, format_args!(", line {line}: found {found}: expected CSV")))
    };
    let mut piece = vec![0; PIECE];
    loop {
        let bytes = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(len) => &piece[..len],
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::read(name, error)),
        };
        let quoted = bytes.contains(&b'"');
        any |= quoted;
        if !quoted && matches!(state, Quotes::Before | Quotes::Plain) {
            // Only the last field can go on.
            state = match bytes.iter().rposition(|byte| b",\n\r".contains(byte)) {
                Some(at) => Quotes::Before.after(&bytes[at + 1..]),
                None => state.after(bytes),
            };
            line += bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
            if bytes.iter().any(|byte| b"\n\r".contains(byte)) {
                begun = line;
            }
            continue;
        }
        for &byte in bytes {
            state = state.after(&[byte]);
            line += u64::from(byte == b'\n');
            if state == Quotes::Wrong {
                return wrong(begun, "text behind a closing quote");
            }
            if state == Quotes::Before && b"\n\r".contains(&byte) {
                begun = line;
            }
        }
    }
    if state == Quotes::Open { wrong(begun, "a quote that is not closed") } else { Ok(any) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let len = self.1.min(self.0.len()).min(buffer.len());
            buffer[..len].copy_from_slice(&self.0[..len]);
            self.0 = &self.0[len..];
            Ok(len)
        }
    }

    #[test]
    fn quotes_are_whole_however_they_come() {
        for (text, expected) in [
            ("a,b\n1,2\n", Ok(false)),
            ("", Ok(false)),
            ("a,b\n\"1\",2\n", Ok(true)),
            ("a,b,c\n1,2,\"x\n y\"\r\n3,4,z", Ok(true)),
            ("a,b\nx\"y,2\n", Ok(true)),
            ("a,b,c\n1,2,z\n1,2,\"x\n3,4,z\n", Err(3)),
            ("a,b,c\n1,2,\"x\"y\n", Err(2)),
            ("a,c\n1,\"\n\"\n1,\"", Err(4)),
        ] {
            for drop in 1..=text.len().max(1) {
                let found = has_quotes("f", Drops(text.as_bytes(), drop)).map_err(|error| error.to_string());
                match (expected, found) {
                    (Ok(expected), found) => assert_eq!(found, Ok(expected), "{text:?} by {drop}"),
                    (Err(line), found) => {
                        let said = found.unwrap_err();
                        assert!(
                            said.starts_with(&format!("`f`, line {line}: found ")),
                            "{text:?} by {drop}: {said}"
                        );
                    }
                }
            }
        }
    }
}
