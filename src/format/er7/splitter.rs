//! Cuts a stream of bytes into messages, one at a time: memory holds what has come since the last message ended.

use super::{HEADERS, TRAILERS, is_segment, is_terminator};

/// What shows that a piece begins: a terminator, the name of a segment and one byte more.
const AHEAD: usize = 5;

/// One message of a stream, or the header or trailer of a batch or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The bytes, with what ends the last segment.
    pub bytes: Vec<u8>,
    /// Where they begin in the stream.
    pub offset: u64,
    /// The line that they begin in, from 1.
    pub line: u64,
    /// False for a header or trailer of a batch or a file, and for what stands before the first header.
    pub is_message: bool,
}

/// Takes bytes in any portions and gives messages, in time that grows with the bytes. A stream in UTF-16 or UTF-32 must be decoded before.
///
/// A message that grows beyond the limit is given in parts, at a segment's end where there is one, so that memory stays bounded: the reader of each says
/// what is wrong with it.
#[derive(Clone, Debug)]
pub struct Splitter {
    buffer: Vec<u8>,
    /// Up to where the buffer has been taken.
    taken: usize,
    /// Up to where there is no beginning of a piece but that of the first.
    searched: usize,
    offset: u64,
    line: u64,
    limit: usize,
    after_cr: bool,
}

impl Splitter {
    /// A splitter for messages of at most so many bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            buffer: Vec::new(),
            taken: 0,
            searched: 0,
            offset: 0,
            line: 1,
            limit: limit.max(AHEAD),
            after_cr: false,
        }
    }

    /// Adds bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next message that is certain to be whole: another has begun.
    pub fn next_piece(&mut self) -> Option<Piece> {
        loop {
            let end = self.next_start()?;
            if let Some(piece) = self.take(end) {
                return Some(piece);
            }
        }
    }

    /// What is left when the stream has ended: call it until there is nothing.
    pub fn finish(&mut self) -> Option<Piece> {
        self.next_piece().or_else(|| self.take(self.buffer.len()))
    }

    /// Where the second piece of the buffer begins.
    fn next_start(&mut self) -> Option<usize> {
        let end = self.buffer.len().saturating_sub(AHEAD - 1);
        for at in self.searched.max(self.taken)..end {
            let is_line_start = is_terminator(self.buffer[at]);
            if is_line_start && begins_piece(&self.buffer[at + 1..]) {
                self.searched = at + 1;
                return Some(at + 1);
            }
        }
        self.searched = end.max(self.searched);
        let waiting = &self.buffer[self.taken..];
        if waiting.len() <= self.limit {
            return None;
        }
        let last_line = waiting[..self.limit].iter().rposition(|&byte| is_terminator(byte));
        Some(self.taken + last_line.map_or(self.limit, |at| at + 1))
    }

    /// Takes the bytes up to `end`; none where they are only white space and frames.
    fn take(&mut self, end: usize) -> Option<Piece> {
        let bytes = self.buffer[self.taken..end].to_vec();
        self.taken = end;
        // What was taken is thrown away when it is the greater part, so that each byte is moved once or twice.
        if self.taken > self.buffer.len() / 2 {
            self.buffer.drain(..self.taken);
            self.searched = self.searched.saturating_sub(self.taken);
            self.taken = 0;
        }
        let is_message = is_segment(trimmed(&bytes), "MSH");
        let piece = Piece { offset: self.offset, line: self.line, is_message, bytes };
        self.offset += piece.bytes.len() as u64;
        for &byte in &piece.bytes {
            let ends_line = byte == b'\r' || (byte == b'\n' && !self.after_cr);
            self.line += u64::from(ends_line);
            self.after_cr = byte == b'\r';
        }
        (!trimmed(&piece.bytes).is_empty()).then_some(piece)
    }
}

fn begins_piece(bytes: &[u8]) -> bool {
    HEADERS.iter().chain(&TRAILERS).any(|name| is_segment(bytes, name))
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let is_blank =
        |byte: &u8| is_terminator(*byte) || matches!(byte, b' ' | b'\t' | 0xEF | 0xBB | 0xBF);
    let start = bytes.iter().position(|byte| !is_blank(byte)).unwrap_or(bytes.len());
    &bytes[start..]
}
