//! How far one backup is proven: every rung, what did not pass, and what was never looked at.

use serde::Serialize;

use super::calendar::day;
use super::context::Context;
use super::value::{Figure, Mood};
use crate::model::Backup;
use crate::proof::{Level, open_fault};
use crate::render::proof::complaints;

/// How far one backup is proven.
#[derive(Serialize)]
pub struct Ladder {
    /// Its number; nothing where it was never verified.
    level: Option<Figure>,
    /// What that means, or why there is none.
    words: String,
    mood: Mood,
    /// Every rung, from the lowest; none where it was never verified.
    rungs: Vec<Rung>,
    took: Option<Figure>,
    loss: Option<Figure>,
    /// What did not pass.
    complaints: Vec<String>,
}

#[derive(Serialize)]
struct Rung {
    word: &'static str,
    mood: Mood,
}

/// How good it is that data are proven so far; where nothing is shown, how good it is by what is
/// said of them.
pub fn mood(level: Level, said: Mood) -> Mood {
    match level {
        Level::Validated => Mood::Fine,
        Level::Unknown => said,
        _ => Mood::Attention,
    }
}

/// How far one backup is proven on the day the document speaks of.
pub fn ladder(context: &Context, backup: &Backup) -> Ladder {
    let record = context.input.record;
    let figure = |what: &str| context.figure(&format!("backup.{}.{what}", backup.id));
    let fault = open_fault(record.verified(backup));
    let standing = record.standing(context.programme, backup, context.today);
    let level = standing.as_ref().map_or(Level::Unknown, |it| it.level);
    let words = match &standing {
        Some(it) if it.level > Level::Unknown => format!(
            "{}, shown on {} by `{}`, counts until {}",
            level.word(),
            day(it.by.day),
            it.by.id,
            day(it.until)
        ),
        Some(it) => format!(
            "unknown, last looked at on {} by `{}`",
            day(it.last.day),
            it.last.id
        ),
        None if backup.verify.is_none() => "not at all: the plan does not say how".to_owned(),
        None => "never verified".to_owned(),
    };
    let rung = |rung: Level| Rung {
        word: rung.word(),
        mood: match fault {
            _ if rung <= level => Mood::Fine,
            Some(fault) if rung > fault.ceiling => Mood::Gap,
            _ => Mood::Attention,
        },
    };
    let said = match backup.restored {
        Some(_) => Mood::Attention,
        None => Mood::Gap,
    };
    let is_verified = standing.is_some();
    Ladder {
        level: figure("level"),
        words,
        mood: match fault {
            Some(_) => Mood::Gap,
            None => mood(level, said),
        },
        rungs: Level::RUNGS
            .into_iter()
            .filter(|_| is_verified)
            .map(rung)
            .collect(),
        took: figure("took"),
        loss: figure("loss"),
        complaints: complaints(record, backup).to_vec(),
    }
}
