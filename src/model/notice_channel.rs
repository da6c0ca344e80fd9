//! A channel by which people are told something, and what must hold of it.

use super::{Carrier, plain};
use crate::id::ChannelId;
use crate::time::Duration;

plain! {
    /// A channel by which Mainstay tells people something.
    pub struct NoticeChannel {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: ChannelId,
        /// Its name, as people say it.
        pub name: String,
        /// What carries its messages. Exactly one is stated.
        #[serde(default)]
        pub with: Carrier,
        /// How many messages may be sent at most. As many as there are, when left out.
        pub rate: Option<Rate>,
        /// The channel that is tried when this one does not work.
        pub alternate: Option<ChannelId>,
        /// In an exercise nobody is reached but those with these addresses; whoever else is left
        /// out is named. A channel that addresses nobody then carries no exercise at all.
        #[serde(default)]
        pub exercise_only_to: Vec<String>,
    }

    /// How many messages may be sent in a time.
    pub struct Rate {
        /// How many.
        pub count: u32,
        /// In how long, such as `1m`.
        pub per: Duration,
    }
}

impl NoticeChannel {
    /// What is wrong with it in itself, as the rest of a sentence.
    pub fn unclear(&self) -> Option<String> {
        let rate = self.rate.as_ref();
        let none = rate.is_some_and(|rate| rate.count == 0 || rate.per.as_seconds() == 0);
        let addresses = self.with.addresses().is_some() || self.with.script.is_some();
        let only_to = !self.exercise_only_to.is_empty() && !addresses;
        self.with.unclear().or_else(|| {
            let why = match (none, only_to) {
                (true, _) => "may send nothing at all by its `rate`",
                (_, true) => "addresses nobody, so `exercise-only-to` lets no exercise through",
                _ => return None,
            };
            Some(why.to_owned())
        })
    }
}
