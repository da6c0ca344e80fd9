//! A backup that is restored and validated.

use super::Stated;
use crate::id::BackupId;
use crate::model::plain;

plain! {
    /// A backup that is restored into a folder of its own, validated and removed again, as
    /// `mainstay backup verify` does it. It succeeds when all that its plan expects is so.
    pub struct Restore {
        /// The backup; its plan says with `verify` how that is done.
        pub backup: BackupId,
        /// Which recovery point: `latest`, `oldest`, `random` or an id. The latest, when left out.
        pub pick: Option<String>,
        /// How far it has to be shown to work: 4 restored, 5 restored and validated. 5, when left
        /// out.
        pub level: Option<u8>,
        /// The names of environment variables it is given, such as those with secrets; their values
        /// are never in a plan. `PATH`, `HOME` and `LANG` it always has.
        #[serde(default)]
        pub environment: Vec<String>,
    }
}

impl Stated for Restore {
    fn only_looks(&self) -> bool {
        true
    }

    fn line(&self) -> String {
        let pick = self.pick.as_deref().unwrap_or("latest");
        format!("mainstay backup verify {} --pick {pick}", self.backup)
    }

    fn unclear(&self) -> Option<String> {
        let level = self.level.filter(|level| !(1..=5).contains(level))?;
        Some(format!("has to show level {level}, and there are 1 to 5"))
    }
}
