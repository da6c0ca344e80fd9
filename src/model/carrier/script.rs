//! A program of one's own.

use super::StatedCarrier;
use crate::model::{Channel, plain};
use crate::time::Duration;

plain! {
    /// A program of one's own, which gets each message as JSON on its standard input. Exit status 0
    /// says that it is delivered, 75 that it is to be tried again later, any other that it never
    /// will be.
    pub struct ScriptCarrier {
        /// The program and its arguments, without a shell. It runs in the folder of the workspace;
        /// a name with `/` in it is relative to that, any other is found as the system finds it.
        #[serde(default)]
        pub argv: Vec<String>,
        /// The names of environment variables that it gets beside `PATH`, such as one with a
        /// password.
        #[serde(default)]
        pub environment: Vec<String>,
        /// The kind of contact by which it addresses people, such as `sms`. It then gets a message
        /// only for those who have one, with their `address`. Nobody, when left out.
        pub addresses: Option<Channel>,
        /// How long it may take before it is ended. As long as any delivery, when left out.
        pub within: Option<Duration>,
    }
}

impl StatedCarrier for ScriptCarrier {
    fn unclear(&self) -> Option<String> {
        let program = self.argv.first().filter(|name| !name.trim().is_empty());
        program
            .is_none()
            .then(|| "names no program in `argv`".to_owned())
    }
}
