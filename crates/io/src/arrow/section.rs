//! Pieces of a file or of a body in memory, plain or compressed, read from their start to their end.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Result, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// A file of which several sections are read in turns.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Mutex<File>>);

impl Shared {
    pub(super) fn new(file: File) -> Self {
        Self(Arc::new(Mutex::new(file)))
    }

    /// The bytes from `at`, at most `length` of them.
    pub(super) fn section(&self, at: u64, length: u64) -> Section {
        Section { file: self.clone(), at, left: length }
    }
}

/// Some bytes of a file.
#[derive(Debug)]
pub(super) struct Section {
    file: Shared,
    at: u64,
    left: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        // A poisoned file is left at some place, and every read goes to its own.
        let mut file = self.file.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(&mut buffer[..most])?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

/// A buffer of a record batch.
pub(super) enum Buffer {
    File(Section),
    Memory(Cursor<Vec<u8>>),
    Compressed(Box<dyn Read + Send>),
}

impl Buffer {
    /// The bytes that LZ4 has compressed in this buffer.
    pub(super) fn decompress_lz4(self) -> Self {
        // Frames are read header by header.
        Self::Compressed(Box::new(lz4_flex::frame::FrameDecoder::new(BufReader::new(self))))
    }

    /// The bytes that Zstandard has compressed in this buffer.
    ///
    /// # Errors
    ///
    /// If there is no memory for a decoder.
    pub(super) fn decompress_zstd(self) -> Result<Self> {
        Ok(Self::Compressed(Box::new(zstd::Decoder::new(self)?)))
    }
}

impl Read for Buffer {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self {
            Self::File(section) => section.read(buffer),
            Self::Memory(bytes) => bytes.read(buffer),
            Self::Compressed(bytes) => bytes.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn sections_take_turns() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let file = Shared::new(file);
        let (mut left, mut right) = (file.section(1, 4), file.section(7, 100));
        let two = |section: &mut Section| {
            let mut bytes = [b'-'; 2];
            let count = section.read(&mut bytes).unwrap();
            String::from_utf8(bytes[..count].to_vec()).unwrap()
        };
        assert_eq!(two(&mut left), "12");
        assert_eq!(two(&mut right), "78");
        assert_eq!(two(&mut left), "34");
        assert_eq!(two(&mut left), "");
        assert_eq!(two(&mut right), "9");
    }

    #[test]
    fn compressed_bytes_come_back() {
        let zstd = zstd::encode_all(&[7; 1000][..], 0).unwrap();
        let mut bytes = Vec::new();
        Buffer::Memory(Cursor::new(zstd)).decompress_zstd().unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, [7; 1000]);

        let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
        encoder.write_all(&[7; 1000]).unwrap();
        let mut buffer = Buffer::Memory(Cursor::new(encoder.finish().unwrap())).decompress_lz4();
        let mut bytes = Vec::new();
        buffer.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, [7; 1000]);
    }
}
