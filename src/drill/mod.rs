//! What a run does next, and what came of it. It decides and never acts: no disk, no clock.
//!
//! | question | file |
//! |---|---|
//! | what is the run going to do? | `compile`, `with` |
//! | is it still what was run last? | `content` |
//! | is it due? | `due` |
//! | where does it stand, after these events? | `state`, `step`, `undo` |
//! | what is to be done now? | `next` |
//! | what does it keep others from? | `locks` |
//! | how long did it take, and was that in time? | `score` |
//! | what about a step that was cut off? | `crash` |
//! | what is written, and done, about all that? | `engine` |
//!
//! The events are those of [`crate::journal`]; [`crate::runner`] writes them and acts.

mod compile;
mod content;
mod crash;
mod due;
mod engine;
mod locks;
mod next;
mod score;
mod state;
mod step;
mod undo;
mod with;

pub use compile::{TIMEOUT, compile, content};
pub use crash::{Found, Verdict, after_crash};
pub use due::is_due;
pub use engine::{Effect, Engine, Message, Request, Turn, read};
pub use locks::{conflict, locks};
pub use next::{Move, next};
pub use score::{Measured, measured, succeeded};
pub use state::{Illegal, Phase, Run, Stop};
pub use step::{Attempt, Step, StepState, UndoState};
pub use with::Values;
