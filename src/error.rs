//! What went wrong when a command could not do its work, and the exit status that says so.
//!
//! A bad plan is not an error: it is a [`Finding`](crate::finding::Finding). An error means that
//! Mainstay itself could not read, write or understand what it was asked to do.

use std::error::Error as StdError;
use std::fmt;

/// The kinds of failure, each with one exit status; the list is public and stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The command line or an argument makes no sense.
    Usage,
    /// A file or folder could not be read or written.
    Io,
    /// Something that was named does not exist in the plans.
    NotFound,
    /// What was read is not valid where no finding can carry it, such as a template.
    Invalid,
    /// Somebody else has it, or it is not in a state in which that can be done.
    Conflict,
    /// Our own bug: a document that contradicts its model, an impossible state.
    Internal,
}

/// The exit status of a command that did its work but found errors in the plans.
pub const EXIT_FINDINGS: u8 = 1;

/// The exit status of a command that could not look at all that it was to.
pub const EXIT_INCONCLUSIVE: u8 = 7;

/// Every exit status with its meaning, as `mainstay --help` and the README print it.
pub const EXIT_STATUSES: [(u8, &str); 9] = [
    (0, "done; no finding at or above the level asked for"),
    (
        EXIT_FINDINGS,
        "done; findings at or above the level asked for; or a drill, backup or message failed",
    ),
    (2, "the command line makes no sense"),
    (3, "a file or folder could not be read or written"),
    (4, "what was named is not in the plans"),
    (
        5,
        "an input other than a plan is invalid, such as a template",
    ),
    (
        6,
        "somebody else has it, or it is not in a state in which that can be done",
    ),
    (
        EXIT_INCONCLUSIVE,
        "done; nothing is known to be wrong, but not all could be looked at",
    ),
    (70, "a fault of Mainstay itself; please report it"),
];

impl Code {
    /// The exit status that says so.
    pub fn exit_status(self) -> u8 {
        match self {
            Code::Usage => 2,
            Code::Io => 3,
            Code::NotFound => 4,
            Code::Invalid => 5,
            Code::Conflict => 6,
            Code::Internal => 70,
        }
    }
}

/// A failure with what to do about it.
///
/// The message is a lowercase fragment that reads after "failed to"; the hint is a full sentence.
#[derive(Debug)]
pub struct Error {
    /// Which kind of failure.
    pub code: Code,
    /// What failed, with names.
    pub message: String,
    /// What the person can do next.
    pub hint: Option<String>,
    /// The failure underneath.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The result of anything that can fail this way.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure of this kind; add [`hint`](Self::hint) and [`because`](Self::because) as known.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error {
            code,
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    /// The command line or an argument makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(Code::Usage, message)
    }

    /// A file or folder could not be read or written.
    pub fn io(message: impl Into<String>, source: std::io::Error) -> Self {
        Error::new(Code::Io, message).because(source)
    }

    /// Something that was named does not exist in the plans.
    pub fn not_found(message: impl Into<String>) -> Self {
        Error::new(Code::NotFound, message)
    }

    /// What was read is not valid where no finding can carry it.
    pub fn invalid(message: impl Into<String>) -> Self {
        Error::new(Code::Invalid, message)
    }

    /// Somebody else has it, or it is not in a state in which that can be done.
    pub fn conflict(message: impl Into<String>) -> Self {
        Error::new(Code::Conflict, message)
    }

    /// Our own bug.
    pub fn internal(message: impl Into<String>) -> Self {
        Error::new(Code::Internal, message).hint("This is a fault of Mainstay; please report it.")
    }

    /// Says what the person can do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the failure underneath.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to {}", self.message)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_documented_exit_status() {
        for code in [
            Code::Usage,
            Code::Io,
            Code::NotFound,
            Code::Invalid,
            Code::Conflict,
            Code::Internal,
        ] {
            let status = code.exit_status();
            assert!(
                EXIT_STATUSES.iter().any(|(listed, _)| *listed == status),
                "{code:?}"
            );
        }
    }
}
