//! A few lines at the end of the terminal that are redrawn, below all that happens.

use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustix::termios::tcgetwinsize;

use super::keys::is_in_front;
use crate::render::run::{BoardLine, Tone};
use crate::text::visible;

/// How often what is shown is drawn again.
const TICK: Duration = Duration::from_millis(200);
/// How wide a terminal is that does not say so.
const WIDTH: usize = 80;

/// The lines, as long as there is a terminal for them.
pub struct Screen {
    bar: ProgressBar,
    colours: anstream::ColorChoice,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    lines: Vec<String>,
    /// What is being typed, where that is shown here.
    typed: Option<String>,
}

impl Screen {
    /// Begins to draw, where both outputs are a terminal that can move its cursor, and somebody
    /// has this process in front of them.
    pub fn open() -> Option<Self> {
        let (out, errors) = (std::io::stdout(), std::io::stderr());
        if !out.is_terminal() || !errors.is_terminal() || !is_in_front(errors) {
            return None;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if bar.is_hidden() {
            return None;
        }
        let style = ProgressStyle::with_template("{msg}").expect("a template of ours");
        bar.set_style(style);
        bar.enable_steady_tick(TICK);
        Some(Screen {
            bar,
            colours: anstream::AutoStream::choice(&std::io::stderr()),
            shown: Mutex::default(),
        })
    }

    /// Whether somebody still has this process in front of them.
    pub fn is_in_front(&self) -> bool {
        is_in_front(std::io::stderr())
    }

    /// How many characters fit on a line.
    pub fn width(&self) -> usize {
        let size = tcgetwinsize(std::io::stderr()).ok();
        let columns = size.map(|size| usize::from(size.ws_col));
        columns.filter(|columns| *columns > 0).unwrap_or(WIDTH)
    }

    /// Draws these lines from now on.
    pub fn show(&self, lines: &[BoardLine]) {
        let lines = lines.iter().map(|line| self.painted(line)).collect();
        self.shown().lines = lines;
        self.draw();
    }

    /// Draws what is being typed from now on, below the lines.
    pub fn typed(&self, text: &str) {
        self.shown().typed = Some(visible(text).into_owned());
        self.draw();
    }

    /// Prints something above the lines.
    pub fn above(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Draws nothing any more; what is printed above is printed as ever.
    pub fn close(&self) {
        self.bar.finish_and_clear();
    }

    fn draw(&self) {
        let width = self.width();
        let shown = self.shown();
        let mut text = shown.lines.join("\n");
        if let Some(typed) = &shown.typed {
            // The end of what is typed is where the person types.
            let most = width.saturating_sub(3);
            let skipped = typed.chars().count().saturating_sub(most);
            let tail: String = typed.chars().skip(skipped).collect();
            text.push_str(&format!("\n> {tail}"));
        }
        self.bar.set_message(text);
    }

    fn painted(&self, line: &BoardLine) -> String {
        let style = match line.tone {
            _ if self.colours == anstream::ColorChoice::Never => Style::new(),
            Tone::Plain => Style::new(),
            Tone::Asks => Style::new().fg_color(Some(AnsiColor::Cyan.into())),
            Tone::Warns => Style::new().fg_color(Some(AnsiColor::Yellow.into())).bold(),
        };
        format!("{style}{}{style:#}", line.text)
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
