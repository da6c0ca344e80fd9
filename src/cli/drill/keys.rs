//! What is typed at the terminal of a run, line by line; a process in the background reads nothing.

use std::io::{IsTerminal, stdin};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::getpgrp;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetpgrp, tcsetattr,
};

/// How long a key is waited for before it is looked whether anything has changed.
const PATIENCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// A terminal that shows nothing of what is typed by itself, as long as this is held.
pub struct Quiet(Termios);

impl Quiet {
    /// Has the terminal say each key at once and show none; Ctrl-C stays what it is.
    pub fn begin() -> Option<Self> {
        let quiet = Quiet(tcgetattr(stdin()).ok()?);
        quiet.renew().then_some(quiet)
    }

    /// Has it so again, as a shell may have set the terminal in between; whether it could.
    pub fn renew(&self) -> bool {
        let mut quiet = self.0.clone();
        quiet
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ICANON);
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        is_ours() && tcsetattr(stdin(), OptionalActions::Now, &quiet).is_ok()
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // In the background the terminal is the shell's again.
        if is_ours() {
            let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
        }
    }
}

/// Whether standard input is a terminal, and this process may read from it.
///
/// A process in the background that reads from its terminal, or sets it, is stopped by the system.
pub fn is_ours() -> bool {
    stdin().is_terminal() && is_in_front(stdin())
}

/// Whether this process is in the foreground of a terminal.
pub fn is_in_front(terminal: impl AsFd) -> bool {
    tcgetpgrp(terminal).is_ok_and(|group| group == getpgrp())
}

/// What came of waiting for a key.
pub enum Came {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing yet.
    Nothing,
    /// The end: nothing will come any more.
    End,
}

/// Waits for a moment for what is typed.
pub fn wait() -> Came {
    let stdin = stdin();
    let mut waiting = [PollFd::new(&stdin, PollFlags::IN)];
    match poll(&mut waiting, Some(&PATIENCE)) {
        Ok(0) | Err(rustix::io::Errno::INTR) => return Came::Nothing,
        Ok(_) => {}
        Err(_) => return Came::End,
    }
    if !is_ours() {
        // What is there is for the shell; it is looked for again a little later.
        std::thread::sleep(std::time::Duration::from_millis(100));
        return match stdin.is_terminal() {
            true => Came::Nothing,
            false => Came::End,
        };
    }
    let mut bytes = vec![0; 1024];
    match rustix::io::read(&stdin, &mut bytes) {
        Ok(0) | Err(_) => Came::End,
        Ok(count) => {
            bytes.truncate(count);
            Came::Bytes(bytes)
        }
    }
}

/// A line that is being typed.
#[derive(Debug, Default)]
pub struct Line {
    bytes: Vec<u8>,
    escape: Escape,
}

/// Where in the signs of a key that moves the cursor one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    No,
    Begun,
    Inside,
}

impl Line {
    /// What stands in it so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Takes a byte; gives back the line where that was its end.
    pub fn push(&mut self, byte: u8) -> Option<String> {
        const LINE_MAX: usize = 4096;
        match (self.escape, byte) {
            (Escape::Begun, b'[' | b'O') => self.escape = Escape::Inside,
            (Escape::Inside, b'@'..=b'~') | (Escape::Begun, _) => self.escape = Escape::No,
            (Escape::Inside, _) => {}
            (Escape::No, b'\n' | b'\r') => {
                let line = self.text();
                self.bytes.clear();
                return Some(line);
            }
            (Escape::No, 0x1b) => self.escape = Escape::Begun,
            (Escape::No, 0x08 | 0x7f) => self.shorten(),
            // Ctrl-U takes all back, Ctrl-W the last word.
            (Escape::No, 0x15) => self.bytes.clear(),
            (Escape::No, 0x17) => {
                let kept = self.bytes.trim_ascii_end();
                let kept = kept.iter().rposition(|byte| *byte == b' ');
                self.bytes.truncate(kept.map_or(0, |space| space + 1));
            }
            (Escape::No, b'\t') => self.bytes.push(b' '),
            (Escape::No, 0x00..0x20) => {}
            (Escape::No, byte) if self.bytes.len() < LINE_MAX => self.bytes.push(byte),
            (Escape::No, _) => {}
        }
        None
    }

    /// Takes the last character back, whole.
    fn shorten(&mut self) {
        while let Some(byte) = self.bytes.pop() {
            if byte & 0b1100_0000 != 0b1000_0000 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    fn check(typed: &str, lines: &[&str], left: &str) {
        let mut line = Line::default();
        let told: Vec<String> = typed.bytes().filter_map(|byte| line.push(byte)).collect();
        assert_eq!(told, lines);
        assert_eq!(line.text(), left);
    }

    #[test]
    fn a_line_is_typed_and_mended() {
        check("done p/x\n", &["done p/x"], "");
        check("pause\rres", &["pause"], "res");
        check("donä\u{7f}e", &[], "done");
        check("done p/x\u{15}note", &[], "note");
        check("done p/x \u{17}p/y", &[], "done p/y");
        check("done\u{17}", &[], "");
        check("\u{1b}[A\u{1b}[1;5Cdo\u{1b}OHne", &[], "done");
        check("\u{7f}\u{1}\u{0}", &[], "");
    }
}
