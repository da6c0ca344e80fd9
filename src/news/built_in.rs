//! The words that are built in: one template for each kind of news, and what they have in common.

use crate::model::NewsKind;

macro_rules! embedded {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/templates/notices/",
            $name,
            ".hbs"
        ))
    };
}

/// Why somebody is told something; every template can include it.
pub const WHY: &str = embedded!("why");

/// The template of a kind of news.
pub fn template(news: NewsKind) -> &'static str {
    match news {
        NewsKind::Reminder => embedded!("reminder"),
        NewsKind::Due => embedded!("due"),
        NewsKind::Overdue => embedded!("overdue"),
        NewsKind::Missed => embedded!("missed"),
        NewsKind::Unanswered => embedded!("unanswered"),
        NewsKind::Moved => embedded!("moved"),
        NewsKind::Begun => embedded!("begun"),
        NewsKind::Waits => embedded!("waits"),
        NewsKind::Ended => embedded!("ended"),
        NewsKind::Finding => embedded!("finding"),
    }
}
