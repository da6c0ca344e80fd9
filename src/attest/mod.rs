//! What a verification showed, as a statement that others can check without Mainstay.
//!
//! The statement is one of in-toto, the envelope is DSSE, the signature Ed25519 with a key as
//! `ssh-keygen` makes it. Files are read and written by who calls this.

mod envelope;
mod statement;

pub use envelope::{Envelope, Signed, pae, private_key, public_key};
pub use statement::{PREDICATE_TYPE, Shown, shown, statement};
