//! A backup is brought back, counted, and held against what is expected of it.

use std::time::Instant;

use super::{RESTORE, With, Work};
use crate::backup::expect::{self, Recovered};
use crate::backup::ground::micros;
use crate::backup::restored::{encrypted, expected_count, strange};
use crate::backup::tree::entropy::Kinds;
use crate::backup::tree::{self, Tree};
use crate::backup::{Back, Database, Trouble};
use crate::proof::{Level, RecoveryPoint, Restored, Trial, unaltered};
use crate::time::Duration;

impl Work<'_> {
    /// Restores it, and reads what was restored.
    pub(super) fn bring_back(
        &mut self,
        with: &With,
        point: &RecoveryPoint,
    ) -> Option<(Back, Tree)> {
        let back = self.stage(RESTORE, |work| work.restore(with, point))?;
        let tree = self.stage("count", |work| work.survey(with, &back))?;
        Some((back, tree))
    }

    /// Brings it back, from cold.
    pub(super) fn restore(&mut self, with: &With, point: &RecoveryPoint) -> Option<Back> {
        let began = Instant::now();
        let what = "it can be restored";
        let kept = self.asked.into.clone();
        let into = kept.unwrap_or_else(|| with.scratch.restored());
        if let Some(bytes) = self.expected(point) {
            (with.session.expects)(bytes);
        }
        let back = with.provider.restore(&with.session, point, &into);
        let mut back = self.take(Level::Restored, what, back)?;
        self.found.trials.append(&mut back.trials);
        self.found.restored = Some(Restored {
            files: 0,
            bytes: 0,
            took_micros: micros(began),
            blake3: None,
            isolation: back.isolation.clone(),
            durable: back.durable,
            removed: false,
        });
        Some(back)
    }

    /// How much there will be: as the tool tells, or else as much as the last time.
    fn expected(&self, point: &RecoveryPoint) -> Option<u64> {
        let restored = self
            .asked
            .past
            .iter()
            .rev()
            .filter_map(|it| it.restored.as_ref());
        let mut bytes = restored.map(|it| it.bytes).filter(|bytes| *bytes > 0);
        point.bytes.or_else(|| bytes.next())
    }

    /// Reads all that was restored, and compares how much it is with what had to be.
    pub(super) fn survey(&mut self, with: &With, back: &Back) -> Option<Tree> {
        let what = "all of it is there";
        let tree = tree::survey(
            &back.root,
            &tree::Look {
                without: &[],
                entropy: Some(&Kinds::default()),
                stop: with.session.tools.stop(),
            },
        );
        let tree = tree.map_err(|error| Trouble::Unclear(error.to_string()));
        let tree = self.take(Level::Restored, what, tree)?;
        let Tree { files, bytes, .. } = tree;
        let is_right = files > 0
            && tree.unread == 0
            && back.files.is_none_or(|expected| expected == files)
            && back.bytes.is_none_or(|expected| expected == bytes);
        let found = format!("{files} files, {bytes} bytes");
        let trial = match is_right {
            true => Trial::pass(Level::Restored, what, found),
            false => Trial::fail(Level::Restored, what, found),
        };
        self.found
            .trials
            .push(trial.expecting(expected_count(back)));
        self.found.notes.extend(strange(&tree));
        self.found.trials.extend(encrypted(&tree));
        let blake3 = tree.blake3.to_string();
        // A server writes to what it was started on.
        let is_served = matches!(back.database, Some(Database::Postgres(_)));
        let point = self.found.point.as_ref().filter(|_| !is_served);
        let point = point.filter(|point| !self.settled().contains(&point.id));
        let same = point.and_then(|point| unaltered(self.asked.past, point, &blake3));
        self.found.trials.extend(same);
        if let Some(restored) = &mut self.found.restored {
            (restored.files, restored.bytes) = (files, bytes);
            restored.blake3 = Some(blake3);
        }
        Some(tree)
    }

    /// Looks whether it is the right data, and was there in time.
    pub(super) fn validate(
        &mut self,
        with: &With,
        point: &RecoveryPoint,
        (back, tree): (&Back, &Tree),
    ) {
        let fingerprints = with.provider.fingerprints(&with.session, point);
        let recovered = Recovered {
            back,
            tree,
            session: &with.session,
            age_max: self.age_max().or(self.asked.promised.rpo),
            point,
            fingerprints: fingerprints.as_deref(),
            settled: &with.stated.settled,
            past: self.asked.past,
            older: self
                .found
                .point
                .as_ref()
                .filter(|_| self.found.is_of_older()),
        };
        for expected in &with.stated.expect {
            let looked = expect::look(expected, &recovered);
            self.found.trials.push(looked.trial);
            self.found.lost_micros = self.found.lost_micros.max(looked.lost_micros);
        }
        if with.stated.expect.is_empty() {
            let (what, why) = (
                "it is the right data",
                "nothing is expected: write `expect`",
            );
            let trial = Trial::inconclusive(Level::Validated, what, why);
            self.found.trials.push(trial);
        }
        let restored = self.found.restored.as_ref();
        if let (Some(restored), Some(rto)) = (restored, self.asked.promised.rto) {
            let what = "time until it could be used";
            let took = Duration::seconds(restored.took_micros.div_ceil(1_000_000));
            let trial = match took <= rto {
                true => Trial::pass(Level::Validated, what, took.words()),
                false => Trial::fail(Level::Validated, what, took.words()),
            };
            self.found
                .trials
                .push(trial.expecting(format!("{rto} at most")));
        }
    }
}
