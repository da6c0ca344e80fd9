//! What a run does next, and what came of it. It decides and never acts: no disk, no clock.
//!
//! | question | file |
//! |---|---|
//! | what is the run going to do? | `compile`, `task`, `with` |
//! | how is every system with data restored? | `restores` |
//! | what may it reach? | `mode` |
//! | what does chance decide? | `draw` |
//! | is it still what was run last? | `content` |
//! | did somebody approve it as it is? | `approval` |
//! | is it due? | `due` |
//! | where does it stand, after these events? | `state`, `step`, `progress`, `undo` |
//! | what is to be done now? | `next` |
//! | what does it keep others from? | `locks` |
//! | how long did it take, and was that in time? | `score` |
//! | what of the inventory was restored, and what held the rest up? | `restored` |
//! | how long does it still need, and will that be in time? | `forecast` |
//! | what did people answer? | `gate` |
//! | what went wrong for real? | `incident` |
//! | does all hold that should? | `steady` |
//! | could what is done be taken back? | `rehearsal` |
//! | what about a step that was cut off? | `crash` |
//! | what do people ask for, and can they have it? | `asked` |
//! | what does it wait for people to do? | `waits` |
//! | what is written, and done, about all that? | `engine` |
//! | what does a journal say of it? | `read` |
//!
//! The events are those of [`crate::journal`]; [`crate::runner`] writes them and acts.

mod approval;
mod asked;
mod compile;
mod content;
mod crash;
mod draw;
mod due;
mod engine;
mod forecast;
mod gate;
mod host;
mod incident;
mod locks;
mod mode;
mod needs;
mod next;
mod progress;
mod read;
mod rehearsal;
mod restored;
mod restores;
mod score;
mod state;
mod steady;
mod step;
mod task;
mod undo;
mod waits;
mod with;
mod year;

pub use approval::{Flaw, Why, approvable, flaws, lapses};
pub use asked::Request;
pub use compile::{Given, compile, content};
pub use crash::{Found, Verdict, after_crash};
pub use draw::draw;
pub use due::is_due;
pub use engine::{Effect, Engine, Look, Message, Turn};
pub use forecast::{Budget, Forecast, Known, Left, Stand, UnderWay, forecast, seconds};
pub use gate::may_answer;
pub use incident::{Hold, OpenedIncident, Word, unagreed};
pub use locks::{conflict, locks};
pub use mode::{Exercise, Live, Mode, Prepared, Targets};
pub use needs::{Needs, needs};
pub use next::{Move, next};
pub use read::{Reading, read};
pub use rehearsal::{Rehearsal, RehearsalState, is_unrehearsed};
pub use restored::{Leg, Restored, RowRestored, restored};
pub use score::{Lost, Measured, lost, measured, succeeded};
pub use state::{Illegal, Phase, Run, Stop};
pub use steady::Steady;
pub use step::{Attempt, Step, StepState, UndoState, Vote};
pub use waits::Asks;
pub use with::Values;
pub use year::{Year, year};
