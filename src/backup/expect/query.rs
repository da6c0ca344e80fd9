//! What a database that was restored answers.

use super::drop::{self, Figure};
use super::{Looked, Recovered, ask, database, trouble};
use crate::model::{Percent, Query};
use crate::proof::{Level, Trial};
use crate::question::Wanted;
use crate::text::visible;

/// How much of an answer is told, in characters.
const TOLD_MAX: usize = 200;

pub fn look(stated: &Query, recovered: &Recovered) -> Looked {
    let wanted = Wanted {
        is: stated.is.as_deref(),
        at_least: stated.at_least,
        at_most: stated.at_most,
    };
    // The same question to two databases is two.
    let at = stated.sqlite.as_ref().or(stated.database.as_ref());
    let what = at.map_or_else(
        || stated.query.clone(),
        |at| format!("{} (in `{at}`)", stated.query),
    );
    let answer = database(recovered, stated.sqlite.as_deref()).and_then(|database| {
        let name = stated.database.as_deref();
        ask(recovered.session, (&database, name), &stated.query)
    });
    let answer = match answer {
        Err(why) => return trouble(&what, why).into(),
        Ok(answer) => answer,
    };
    let told = |text: String| visible(&text).chars().take(TOLD_MAX).collect::<String>();
    let trial = match wanted.judge(answer.as_deref()) {
        Ok(found) => Trial::pass(Level::Validated, &what, told(found)),
        Err(why) => Trial::fail(Level::Validated, &what, told(why)),
    };
    match (stated.drop_at_most, answer) {
        (Some(most), Some(answer)) => shrunk(trial, (most, &answer, wanted), recovered).into(),
        _ => trial.into(),
    }
}

/// The same trial, held against the answer of before.
fn shrunk(
    trial: Trial,
    (most, answer, wanted): (Percent, &str, Wanted),
    recovered: &Recovered,
) -> Trial {
    let figure = |answer: &str| -> Option<[Figure; 1]> { Some([(number(answer)?, "")]) };
    let Some(now) = figure(answer) else {
        let found = format!("{}, which is no number", trial.found);
        return Trial::fail(trial.level, trial.what, found);
    };
    let before = recovered.compared(&trial.what, |_, trial| figure(trial.answer.as_deref()?));
    let is_only = wanted == Wanted::default();
    let trial = match drop::judge(most, &before, &now) {
        Ok((expected, wrong)) if wrong.is_empty() => trial.expecting(expected),
        Ok((expected, wrong)) => {
            Trial::fail(trial.level, trial.what, wrong.join("; ")).expecting(expected)
        }
        Err(why) if is_only => Trial::inconclusive(trial.level, trial.what, why),
        Err(why) => Trial {
            found: format!("{}; {why}", trial.found),
            ..trial
        },
    };
    trial.answering(answer)
}

/// An answer as a number that can be compared.
fn number(answer: &str) -> Option<f64> {
    answer
        .trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}
