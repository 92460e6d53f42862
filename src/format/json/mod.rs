//! JSON (RFC 8259): a reader that never fails, and a writer.
