//! One thread reads, several work, the caller's takes: in the order of the inputs, with a bounded number
//! of pieces under way.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::source::{Piece, Send};

/// A piece with the way back: its answer is awaited in its turn.
type Job<A> = (Piece, SyncSender<A>);

/// Sends what `read` reads through `work` to `take`, until that breaks.
pub(crate) fn run<A: std::marker::Send>(
    read: impl FnOnce(&mut Send<'_>) + std::marker::Send,
    work: impl Fn(Piece) -> A + Sync,
    mut take: impl FnMut(A) -> ControlFlow<()>,
) {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let (jobs, waiting) = sync_channel::<Job<A>>(threads);
    let (turns, answers) = sync_channel::<Receiver<A>>(2 * threads);
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| serve(&work, &waiting));
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

fn serve<A>(work: &impl Fn(Piece) -> A, waiting: &Mutex<Receiver<Job<A>>>) {
    loop {
        // A panic elsewhere does not spoil a receiver.
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((piece, answer)) = job else { return };
        // Fails when nobody waits any more.
        let _ = answer.send(work(piece));
    }
}
