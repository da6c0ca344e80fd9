//! A way to reach somebody.

use super::{Visibility, plain, words};
use crate::id::SystemId;
use crate::time::Date;

plain! {
    /// One way to reach somebody. They are tried in the order they are written.
    pub struct Contact {
        /// What kind of channel it is.
        pub by: Channel,
        /// The number, address or name on that channel.
        pub to: String,
        /// Whether it works when our own systems do not.
        #[serde(default)]
        pub out_of_band: bool,
        /// The system of ours it needs, if any.
        pub needs: Option<SystemId>,
        /// When it was last shown to work.
        pub verified_at: Option<Date>,
        /// Whether it may be published.
        #[serde(default)]
        pub visibility: Visibility,
    }
}

words! {
    /// What kind of channel reaches somebody.
    pub enum Channel {
        /// A telephone call.
        Phone = "phone",
        /// A text message.
        Sms = "text message",
        /// Electronic mail.
        Email = "e-mail",
        /// A chat such as Slack or Teams.
        Chat = "chat",
        /// A paging service.
        Pager = "pager",
        /// A conference bridge.
        Bridge = "bridge",
        /// A public status page.
        StatusPage = "status page",
        /// A web form or portal.
        Portal = "portal",
        /// In person, or by messenger.
        InPerson = "in person",
        /// Radio or satellite telephone.
        Radio = "radio",
        /// Press, radio, social media.
        Media = "media",
        /// A letter.
        Post = "post",
    }
}
