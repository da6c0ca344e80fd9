//! What a database that was restored answers.

use super::{Looked, Recovered, ask, database, trouble};
use crate::model::Query;
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
    let answer = database(recovered, stated.sqlite.as_deref()).and_then(|database| {
        let name = stated.database.as_deref();
        ask(recovered.session, (&database, name), &stated.query)
    });
    let told = |text: String| visible(&text).chars().take(TOLD_MAX).collect::<String>();
    let trial = match answer {
        Err(why) => trouble(&stated.query, why),
        Ok(answer) => match wanted.judge(answer.as_deref()) {
            Ok(found) => Trial::pass(Level::Validated, &stated.query, told(found)),
            Err(why) => Trial::fail(Level::Validated, &stated.query, told(why)),
        },
    };
    trial.into()
}
