//! One thread reads, several validate, the caller's writes: in the order of the inputs, with a bounded
//! number of pieces under way.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use fhirkiln::engine::render::{Origin, Part, Renderer};
use fhirkiln::engine::{Engine, Options};

use super::source::{Content, Piece, Send};

/// What is done with each piece.
pub(super) struct Work<'a> {
    pub(super) engine: &'a Engine,
    pub(super) options: &'a Options,
    pub(super) renderer: &'a Renderer,
}

/// What came of one piece.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) part: Part,
    /// Why the input could not be read.
    pub(super) unread: Option<String>,
    /// Bytes of input.
    pub(super) bytes: u64,
}

/// A piece with the way back: its answer is awaited in its turn.
type Job = (Piece, SyncSender<Answer>);

/// Sends what `read` reads through `work` to `take`, until that breaks.
pub(super) fn run(
    work: &Work<'_>,
    read: impl FnOnce(&mut Send<'_>) + std::marker::Send,
    mut take: impl FnMut(Answer) -> ControlFlow<()>,
) {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let (jobs, waiting) = sync_channel::<Job>(threads);
    let (turns, answers) = sync_channel::<Receiver<Answer>>(2 * threads);
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| serve(work, &waiting));
        }
        scope.spawn(move || {
            read(&mut |piece| {
                let (answer, turn) = sync_channel(1);
                // Either fails when nobody waits any more.
                let sent = turns.send(turn).is_ok() && jobs.send((piece, answer)).is_ok();
                if sent { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        });
        // Dropping `answers` on a break tells the reader to stop, which ends the others.
        for answer in answers.into_iter().map_while(|turn| turn.recv().ok()) {
            if take(answer).is_break() {
                break;
            }
        }
    });
}

fn serve(work: &Work<'_>, waiting: &Mutex<Receiver<Job>>) {
    loop {
        // A panic elsewhere does not spoil a receiver.
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((piece, answer)) = job else { return };
        // Fails when nobody waits any more.
        let _ = answer.send(work.answer(piece));
    }
}

impl Work<'_> {
    fn answer(&self, piece: Piece) -> Answer {
        let Self { engine, options, renderer } = self;
        let Piece { source, content } = piece;
        let mut answer = Answer::default();
        match content {
            Content::Unread(reason) => {
                answer.unread = Some(format!("Cannot read `{source}`: {reason}"));
            }
            Content::Document(bytes) => {
                answer.bytes = bytes.len() as u64;
                let origin = Origin { source: &source, first_line: 1 };
                answer.part = renderer.part(origin, &engine.validate(bytes, options));
            }
            Content::Lines { first_line, bytes } => {
                answer.bytes = bytes.len() as u64;
                let origin = Origin { source: &source, first_line };
                answer.part = renderer.lines(origin, &bytes, |line| engine.validate(line, options));
            }
        }
        answer
    }
}
