//! A place or an environment.

use super::{Visibility, plain, words};
use crate::id::{CalendarId, PartyId, SiteId};

plain! {
    /// A place where people or systems are, or an environment that customers use.
    pub struct Site {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: SiteId,
        /// Its name, as people say it.
        pub name: String,
        /// What kind of place it is.
        pub kind: SiteKind,
        /// The larger place it is part of, whose loss takes it along.
        pub within: Option<SiteId>,
        /// Where it is.
        pub address: Option<String>,
        /// Who answers for it.
        pub owner: Option<PartyId>,
        /// Where its work goes when it is lost.
        pub alternative: Option<SiteId>,
        /// Why there is no alternative, when there is none.
        pub no_alternative: Option<String>,
        /// The calendar of holidays of whoever works there: `mainstay schedule plan` keeps drills
        /// off them.
        pub calendar: Option<CalendarId>,
        /// Whether it may be published.
        #[serde(default)]
        pub visibility: Visibility,
    }
}

words! {
    /// What kind of place a site is.
    pub enum SiteKind {
        /// An environment that customers or staff use, such as `.com`.
        Environment = "environment",
        /// An office where people work.
        Office = "office",
        /// A data centre or availability zone.
        DataCentre = "data centre",
        /// A region with several data centres.
        Region = "region",
        /// A place where copies or equipment are kept.
        Storage = "storage",
    }
}
