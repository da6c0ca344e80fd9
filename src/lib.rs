//! Mainstay turns the continuity plans that teams write into one plan that is tested, proven and
//! signed.
//!
//! The modules stand in dependency order: **a module imports only from modules listed above it**.
//! Above the line there is no disk, network, environment, clock or randomness; `now` is an
//! argument. `tests/tidy.rs` holds the build to both.

// What went wrong when a command could not do its work, and its exit status.
pub mod error;
// Values that people write as one piece of text.
pub mod text;
// Templates are filled in: strictly, and never blank.
pub mod template;
// Durations, periods, dates and time zones as people write them.
pub mod time;
// Typed ids.
pub mod id;
// The programme as it is written: plain data, one file per concept.
pub mod model;
// What was written for other tools becomes part of a plan.
pub mod import;
// What a check or the loader has to say, with a route to its place.
pub mod finding;
// Plan files become a programme, its sources and findings.
pub mod load;
// Who is called next, and whether enough have confirmed.
pub mod call;
// When something is due, in civil time. Nothing else knows cron.
pub mod schedule;
// The dependency graph and everything that is computed on it.
pub mod graph;
// What happened in a run: chained events, never edited.
pub mod journal;
// What a run does next, and what came of it: decides, never acts.
pub mod drill;
// What a verification of a backup shows, and how long that counts.
pub mod proof;
// What a verification showed, as a statement that is signed.
pub mod attest;
// Facts from past runs that a check or a document asks for.
pub mod record;
// What has to be done by a day: one file for each source.
pub mod due;
// The words in which people are told what has happened.
pub mod news;
// Rules about plans: one file each.
pub mod checks;
// What people read: findings, documents, diagrams.
pub mod render;
// ---- no I/O above this line ----
// The plans folder on disk.
pub mod workspace;
// The clock on the wall, and the one that runs evenly.
pub mod clock;
// Programs are found as the system would find them.
pub mod program;
// Values that are used and never told.
pub mod secret;
// Files that are kept because they show something, named by their content.
pub mod artifacts;
// A message reaches people: one file for each way.
pub mod notify;
// A database is asked one question, and nothing can be changed in it.
pub mod question;
// How a backup is verified: one file for each tool.
pub mod backup;
// What Mainstay does itself in a step: one file for each kind of action.
pub mod steps;
// Where journals are kept.
pub mod store;
// Jobs that make backups are heard, as they would tell healthchecks.io.
pub mod ping;
// A run is carried out: write, act, write.
pub mod runner;
// A small service for drills to practise on.
pub mod practice;
// What the commands share: the plans are read, the clock is asked, the tables meet.
pub mod app;
// The programme runs by itself.
pub mod daemon;
// How the daemon goes, over HTTP: for those who watch over it.
pub mod serve;
// The command line, one file for each command.
pub mod cli;

/// A check asks for some ten million small pieces of memory, from several threads at once. With
/// this allocator commands and documents take a tenth less time than with that of the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
