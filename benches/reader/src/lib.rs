//! Reads the same JSON with our reader and with others, called from `benches/reader.mjs`.
//!
//! Ours keeps what theirs drop: where each value stands, numbers as written, names that repeat, and the
//! rest of a text after an error.

use std::cell::RefCell;
use std::sync::Arc;

use fhirkiln::format::json;
use fhirkiln::issue::Issues;
use fhirkiln::tree::{Limits, Names};

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static NAMES: Arc<Names> = Arc::new(Names::default());
}

/// Makes room for an input of `length` bytes and says where to write it.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.clear();
        input.resize(length, 0);
        input.as_mut_ptr()
    })
}

/// Our reader: the number of values.
#[unsafe(no_mangle)]
pub extern "C" fn ours() -> usize {
    INPUT.with_borrow_mut(|input| {
        let mut issues = Issues::new(10);
        let names = NAMES.with(Arc::clone);
        json::parse(std::mem::take(input), &names, &Limits::default(), &mut issues).len()
    })
}

/// `serde_json` into its own value: 1 if it could.
#[unsafe(no_mangle)]
pub extern "C" fn serde() -> usize {
    INPUT.with_borrow(|input| {
        usize::from(serde_json::from_slice::<serde_json::Value>(input).is_ok())
    })
}

/// `jiter` into its own value: 1 if it could.
#[unsafe(no_mangle)]
pub extern "C" fn jiter() -> usize {
    INPUT.with_borrow(|input| usize::from(jiter::JsonValue::parse(input, false).is_ok()))
}
