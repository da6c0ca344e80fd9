//! Plans are looked at on a day: who left before it is gone.

use super::Loaded;
use crate::model::*;
use crate::time::Date;

/// Looks at the plans on a day.
pub fn as_of(loaded: &mut Loaded, today: Date) {
    let programme = &mut loaded.programme;
    let gone = |person: &&Item<Person>| person.until.is_some_and(|until| until < today);
    let left = programme.people.iter().filter(gone);
    programme.left = left.map(|person| person.id.clone()).collect();
}
