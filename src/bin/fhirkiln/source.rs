//! Reading inputs in pieces, so that an NDJSON file of any length takes a constant amount of memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::ops::ControlFlow;

use crate::inputs::{Input, Inputs, is_ndjson};

/// How much is read at once.
const READ: usize = 256 * 1024;

/// What standard input is called in reports.
pub(crate) const STDIN: &str = "<stdin>";

/// A piece of input that can be validated by itself.
#[derive(Debug)]
pub(crate) struct Piece {
    /// What to call where it is from.
    pub(crate) source: String,
    pub(crate) content: Content,
}

/// What a piece is.
#[derive(Debug)]
pub(crate) enum Content {
    /// One resource.
    Document(Vec<u8>),
    /// Whole lines with a resource on each, of which the first is line `first_line` of the source.
    Lines { first_line: u32, bytes: Vec<u8> },
    /// Nothing, because of this.
    Unread(&'static str),
}

impl Content {
    /// Bytes of input.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Document(bytes) | Self::Lines { bytes, .. } => bytes.len() as u64,
            Self::Unread(_) => 0,
        }
    }
}

/// What to say of an input that could not be read.
pub(crate) fn unread(source: &str, reason: &str) -> String {
    format!("Cannot read `{source}`: {reason}")
}

/// Takes a piece; breaks where no more are wanted.
pub(crate) type Send<'a> = dyn FnMut(Piece) -> ControlFlow<()> + 'a;

/// Reads the inputs in order. What cannot be read is sent as such, and the next is read.
pub(crate) fn read_all(inputs: &Inputs, ndjson: bool, send: &mut Send<'_>) {
    for input in &inputs.list {
        let source = match input {
            Input::Stdin => STDIN.to_owned(),
            Input::File(path) => path.display().to_string(),
        };
        let mut send_content = |content| send(Piece { source: source.clone(), content });
        let read = match input {
            Input::Stdin => read_stdin(ndjson, &mut send_content),
            Input::File(path) if ndjson || is_ndjson(path) => {
                File::open(path).and_then(|file| read_lines(file, &mut send_content))
            }
            Input::File(path) => {
                std::fs::read(path).map(|bytes| send_content(Content::Document(bytes)))
            }
        };
        let flow = read.unwrap_or_else(|error| send_content(Content::Unread(reason(&error))));
        if flow.is_break() {
            return;
        }
    }
}

type SendContent<'a> = dyn FnMut(Content) -> ControlFlow<()> + 'a;

/// Standard input is NDJSON where it is said to be, or where its first line is an object by itself and
/// another begins on the next.
fn read_stdin(ndjson: bool, send: &mut SendContent<'_>) -> io::Result<ControlFlow<()>> {
    let mut input = BufReader::with_capacity(READ, io::stdin().lock());
    let mut head = Vec::new();
    input.read_until(b'\n', &mut head)?;
    let line = head.trim_ascii();
    let is_object = line.starts_with(b"{") && line.ends_with(b"}");
    if ndjson || (is_object && input.fill_buf()?.trim_ascii_start().starts_with(b"{")) {
        return read_lines(head.chain(input), send);
    }
    input.read_to_end(&mut head)?;
    Ok(send(Content::Document(head)))
}

/// Sends the whole lines of each read, so that what is slow to arrive is not slow to be reported.
fn read_lines(mut input: impl Read, send: &mut SendContent<'_>) -> io::Result<ControlFlow<()>> {
    let mut pending = Vec::new();
    let mut first_line = 1;
    loop {
        let before = pending.len();
        let is_end = read_more(&mut input, &mut pending)? == 0;
        let ending = pending[before..].iter().rposition(|&byte| byte == b'\n');
        let whole = match ending {
            Some(at) => before + at + 1,
            None if is_end => before,
            None => continue,
        };
        let rest = pending.split_off(whole);
        let bytes = std::mem::replace(&mut pending, rest);
        let lines: u32 = bytes.iter().map(|&byte| u32::from(byte == b'\n')).sum();
        if !bytes.is_empty() && send(Content::Lines { first_line, bytes }).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if is_end {
            return Ok(ControlFlow::Continue(()));
        }
        first_line += lines;
    }
}

/// Appends what one read gives.
pub(crate) fn read_more(input: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let before = bytes.len();
    bytes.resize(before + READ, 0);
    let read = loop {
        match input.read(&mut bytes[before..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    bytes.truncate(before + *read.as_ref().unwrap_or(&0));
    read
}

/// Why something could not be read, in the same words on every system and in the npm package.
pub(crate) fn reason(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::IsADirectory => "it is a folder",
        _ => "input/output error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at each read.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    #[track_caller]
    fn check(input: impl Read, expected: &[(u32, &str)]) {
        let mut found = Vec::new();
        let flow = read_lines(input, &mut |content| {
            if let Content::Lines { first_line, bytes } = content {
                found.push((first_line, String::from_utf8_lossy(&bytes).into_owned()));
            }
            ControlFlow::Continue(())
        });
        assert!(flow.is_ok());
        assert_eq!(found.iter().map(|(n, text)| (*n, text.as_str())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sends_whole_lines() {
        check(&b"a\nb\nc"[..], &[(1, "a\nb\n"), (3, "c")]);
        check(Slow(b"ab\n\ncd"), &[(1, "ab\n"), (2, "\n"), (3, "cd")]);
        check(&b""[..], &[]);
        check(&b"a\n"[..], &[(1, "a\n")]);
    }
}
