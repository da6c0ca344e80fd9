//! All of a backup is read, or the part of it that is next.

use super::points::taken;
use super::{With, Work};
use crate::artifacts;
use crate::backup::tree::Tree;
use crate::backup::{Outcome, Reading, Trouble};
use crate::proof::{Level, Part, RecoveryPoint, Trial, Verdict, coverage, next, parts};

impl Work<'_> {
    /// Reads all of it; what is wrong the first time is looked at once more, as memory, a disk or a
    /// network that is not sure of itself must not be taken for a backup that is damaged.
    pub(super) fn read(&mut self, with: &With, point: &RecoveryPoint) {
        let unaltered = self.unaltered(with, point);
        self.found.trials.extend(unaltered);
        let part = self.part(with);
        let reading = Reading { point, part };
        let read = || with.provider.read(&with.session, reading);
        let is_good = |read: &Outcome<Vec<Trial>>| match read {
            Ok(trials) => trials.iter().all(|trial| trial.verdict != Verdict::Fail),
            Err(trouble) => matches!(trouble, Trouble::Unclear(_)),
        };
        let (what, first) = ("all of it can be read", read());
        let last = match is_good(&first) {
            true => first,
            false => match read() {
                // What could not be looked at again was damaged the first time.
                Err(Trouble::Unclear(_)) => first,
                second if is_good(&second) => {
                    let why = "it could be read the second time only: memory, disk or network \
                               cannot be relied upon";
                    return self
                        .found
                        .trials
                        .push(Trial::inconclusive(Level::Intact, what, why));
                }
                second => second,
            },
        };
        if let Some(trials) = self.take(Level::Intact, what, last) {
            self.found.trials.extend(trials);
            self.found.read = Some(part);
        }
    }

    /// Whether the files by which it is held to be what it was are those that Mainstay wrote when
    /// it made it; nothing where it did not, or they are elsewhere now. Whoever changes a backup
    /// can change its checksum, and not what was kept of that.
    fn unaltered(&self, with: &With, point: &RecoveryPoint) -> Option<Trial> {
        let taken = taken(self.asked.taken, point)?;
        let workspace = self.asked.workspace;
        let places = with.provider.places(workspace);
        let own = taken
            .sums
            .iter()
            .map(|(path, sum)| (path, workspace.join(path), sum));
        let own = own.filter(|(_, file, _)| places.iter().any(|place| file.starts_with(place)));
        let (mut count, mut wrong, mut gone) = (0, Vec::new(), Vec::new());
        for (path, file, sum) in own {
            count += 1;
            match artifacts::digest(&file) {
                Ok((found, _)) if found == *sum => {}
                Ok(_) => wrong.push(format!("`{path}` was changed")),
                Err(error) => gone.push(format!("`{path}` cannot be read: {error}")),
            }
        }
        let what = "what was written down beside it is as Mainstay wrote it";
        let trial = match (wrong.is_empty(), gone.is_empty()) {
            (false, _) => Trial::fail(Level::Intact, what, wrong.join("; ")),
            (true, false) => Trial::inconclusive(Level::Intact, what, gone.join("; ")),
            (true, true) => Trial::pass(Level::Intact, what, format!("{count} files")),
        };
        (count > 0).then_some(trial)
    }

    /// How much of the repository is read.
    pub(super) fn part(&self, with: &With) -> Part {
        let within = with.stated.read_all_within;
        match within.filter(|_| with.provider.reads_parts()) {
            Some(within) => {
                let every = with.stated.every.unwrap_or(within);
                next(self.asked.past, parts(every, within))
            }
            None => Part::ALL,
        }
    }

    /// Looks whether all parts of a repository were read in time that is read in parts. What was
    /// restored in whole was read in whole.
    pub(super) fn covered(&mut self, with: &With, restored: Option<&Tree>) {
        let read = self.found.read.filter(|part| !part.is_all());
        let Some((part, within)) = read.zip(with.stated.read_all_within) else {
            return;
        };
        let all_pass = |level| {
            let mut own = self
                .found
                .trials
                .iter()
                .filter(|trial| trial.level == level);
            own.all(|trial| trial.verdict == Verdict::Pass)
        };
        let trial = coverage(
            self.asked.past,
            (part, all_pass(Level::Intact)),
            (self.now, within),
        );
        let in_whole = restored.is_some() && all_pass(Level::Restored);
        match trial.verdict == Verdict::Pass || !in_whole {
            true => self.found.trials.push(trial),
            false => self.found.notes.push(trial.sentence()),
        }
    }
}
