//! The words in which an organization tells people something.

use super::{NoticeAudience, plain, words};

plain! {
    /// Words of one's own for a kind of news.
    pub struct Wording {
        /// What is told in them.
        pub news: NewsKind,
        /// Who is told it so, as in `notices`. Everybody for whom nothing else is stated, when left
        /// out.
        pub audience: Option<NoticeAudience>,
        /// The words, as Handlebars. The first line is the title, all below it the text. `{{name}}`
        /// and the like stand for what it is about, `{{> why}}` for why somebody is told it;
        /// `mainstay explain wording-broken` lists all of them.
        pub template: String,
    }
}

words! {
    /// What people are told of.
    pub enum NewsKind {
        /// Something is going to be due.
        Reminder = "reminder",
        /// Something is due now.
        Due = "due",
        /// Something is still to be done, and its time has passed.
        Overdue = "overdue",
        /// The time for something is over, and it was not done.
        Missed = "missed",
        /// Nobody who was told of something has confirmed that they see to it.
        Unanswered = "unanswered",
        /// A time of which people were reminded is another one, or none.
        Moved = "moved",
        /// A run has begun.
        Begun = "begun",
        /// A run of a drill waits for people.
        Waits = "waits",
        /// A run has ended.
        Ended = "ended",
        /// Something is wrong with the plans.
        Finding = "finding",
    }
}
