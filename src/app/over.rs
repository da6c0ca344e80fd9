//! Channels that keep something open until they hear that it is over, such as PagerDuty, are told.

use std::collections::{BTreeMap, BTreeSet};

use super::duties::post;
use super::instead::sent;
use super::{Addressed, Duties, Plans, wait_for};
use crate::clock;
use crate::error::Result;
use crate::id::ChannelId;
use crate::notify::{Message, State};
use crate::record::Record;
use crate::schedule::{Duty, Over, over};

impl Duties {
    /// Posts that something is over by each channel that was told of it and keeps it open, and
    /// writes down that it did; the record is what [`tick`](Self::tick) has left. Where there is no
    /// such channel nothing is written.
    ///
    /// # Errors
    /// As for [`tick`](Self::tick).
    pub fn tell_what_is_over(&mut self, plans: &Plans, record: &Record) -> Result<Vec<Duty>> {
        if plans.keeping().is_empty() {
            return Ok(Vec::new());
        }
        let at = clock::now()?.wall;
        let (mut duties, mut outgoing) = (Vec::new(), Vec::new());
        for over in over(&record.obligations(at), &record.duties) {
            let told = post(self.over(plans, over.keys, over.word)?, &mut outgoing);
            duties.push(Duty::Over(Over {
                of: over.of,
                name: over.name,
                told,
                at,
            }));
        }
        if !duties.is_empty() {
            wait_for(self.store.add_duties(&duties, &outgoing))?;
        }
        Ok(duties)
    }

    /// The messages that say of what was told with these keys that it is over, and how: one for
    /// each channel that keeps it open.
    pub(super) fn over<'k>(
        &mut self,
        plans: &Plans,
        keys: impl IntoIterator<Item = &'k String>,
        how: &str,
    ) -> Result<Vec<Addressed>> {
        let keeping = plans.keeping();
        let keys = keys.into_iter().cloned().collect();
        let mut over = BTreeMap::new();
        for line in wait_for(sent(&mut self.store, keys))? {
            let Some(channel) = keeping.iter().find(|id| id.as_str() == line.channel) else {
                continue;
            };
            let Ok(told) = serde_json::from_str::<Message>(&line.body) else {
                continue;
            };
            let title = format!("Over: {}", told.title);
            let text = format!("{}: {how}.", told.title);
            over.entry(channel).or_insert_with(|| Message {
                to: told.to,
                mode: told.mode,
                thread: told.thread.or(Some(told.key)),
                state: State::Resolve,
                ..Message::new(format!("{}/over", line.key), title, text)
            });
        }
        let addressed = over.into_iter().map(|(channel, message)| Addressed {
            channel: (*channel).clone(),
            message,
        });
        Ok(addressed.collect())
    }
}

impl Plans {
    /// The channels that keep something open until they hear that it is over.
    fn keeping(&self) -> BTreeSet<&ChannelId> {
        let channels = self.loaded.programme.channels.iter();
        let keeping = channels.filter(|channel| channel.with.keeps_open());
        keeping.map(|channel| &channel.id).collect()
    }
}
