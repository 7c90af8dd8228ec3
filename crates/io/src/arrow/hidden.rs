//! The Arrow schema that other programs hide in a Parquet file, as text in base 64: it says what a plain integer means.

use super::message::Message;
use super::schema;
use crate::look::Column;

/// Such a schema.
#[derive(Debug)]
pub(crate) struct Hidden {
    message: Message,
}

impl Hidden {
    /// Reads `text`; none if it is no schema, for then it is as if it were not there.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let message = Message::read(&mut decode(text)?.as_slice()).ok()?;
        message.schema().ok()??;
        Some(Self { message })
    }

    /// All columns.
    pub(crate) fn columns(&self) -> Vec<Column> {
        self.message.schema().ok().flatten().and_then(|schema| schema::all(schema).ok()).unwrap_or_default()
    }

    /// Whether the column `name` is one of durations.
    pub(crate) fn is_duration(&self, name: &str) -> bool {
        let schema = self.message.schema().ok().flatten();
        schema.is_some_and(|schema| schema::is_duration(schema, name) == Ok(true))
    }
}

/// The bytes that `text` is in base 64 (RFC 4648, section 4).
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let digit = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).expect("eight bits"));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::build::{Field, build};
    use super::super::{DURATION, INT, SCHEMA, V5};
    use super::*;

    /// The opposite of [`decode`].
    fn encode(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digit = |bits: u32, at: u32| char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]);
        let group = |chunk: &[u8]| {
            let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
            let used = chunk.len() as u32 + 1;
            (0..4).map(move |at| if at < used { digit(bits, at) } else { '=' }).collect::<String>()
        };
        bytes.chunks(3).map(group).collect()
    }

    #[test]
    fn base_64() {
        for (text, bytes) in
            [("", &b""[..]), ("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm9vYmFy", b"foobar"), ("+/8=", b"\xfb\xff")]
        {
            assert_eq!(decode(text).unwrap(), bytes);
            assert_eq!(encode(bytes), text);
        }
        assert_eq!(decode("Zm8 "), None);
    }

    #[test]
    fn a_schema_says_what_integers_mean() {
        let field = |name: &'static str, kind, body, children| {
            vec![
                Field::Text(name),
                Field::Absent,
                Field::U8(kind),
                body,
                Field::Absent,
                Field::Tables(children),
            ]
        };
        let int = |bits| Field::Table(vec![Field::I32(bits), Field::U8(1)]);
        let fields = vec![
            field("a", DURATION, Field::Table(vec![]), vec![]),
            field("b", INT, int(64), vec![]),
            field("x", 12, Field::Table(vec![]), vec![field("item", INT, int(128), vec![])]),
        ];
        let schema = Field::Table(vec![Field::Absent, Field::Tables(fields)]);
        let metadata = build(&[Field::I16(V5), Field::U8(SCHEMA), schema]);
        let message = [vec![0xff; 4], (metadata.len() as u32).to_le_bytes().to_vec(), metadata].concat();
        let hidden = Hidden::parse(&encode(&message)).unwrap();
        assert!(hidden.is_duration("a") && !hidden.is_duration("b") && !hidden.is_duration("c"));
        let columns = hidden.columns();
        let found: Vec<_> =
            columns.iter().map(|column| (column.name.as_str(), column.wide.as_deref())).collect();
        assert_eq!(found, [("a", None), ("b", None), ("x", Some("int128"))]);
        assert!(Hidden::parse("nothing").is_none() && Hidden::parse("").is_none());
    }
}
