//! Standard output, through a pager where there is a person and more than one screen.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::{Child, Command, Stdio};

use anstream::AutoStream;
use terminal_size::{Height, Width, terminal_size};

use crate::settings::Settings;

/// Opens standard output for text, whose colours are left out where nobody sees them.
pub(crate) fn text(settings: &Settings) -> Box<dyn Write> {
    Box::new(AutoStream::new(data(settings), AutoStream::choice(&io::stdout())))
}

/// Opens standard output for data, of which every byte counts.
pub(crate) fn data(settings: &Settings) -> Box<dyn Write> {
    let command = shlex::split(&settings.pager.value.0).filter(|command| !command.is_empty());
    match (command, terminal_size()) {
        (Some(command), Some((Width(width), Height(height)))) if io::stdout().is_terminal() => {
            Box::new(BufWriter::new(Paged::new(command, usize::from(width), usize::from(height))))
        }
        _ => Box::new(BufWriter::new(io::stdout().lock())),
    }
}

/// Holds back what fits on one screen; what is longer goes to a pager.
struct Paged {
    command: Vec<String>,
    width: usize,
    height: usize,
    state: State,
}

enum State {
    /// So far it fits.
    Held(Vec<u8>),
    /// The pager shows it.
    Pager(Child),
    /// The pager does not start.
    Plain,
}

impl Paged {
    fn new(command: Vec<String>, width: usize, height: usize) -> Self {
        Self { command, width, height, state: State::Held(Vec::new()) }
    }

    /// Whether a text takes more than the screen, with one line for the prompt.
    fn is_too_long(&self, text: &[u8]) -> bool {
        let rows = text.split(|byte| *byte == b'\n').map(|line| line.len().div_ceil(self.width.max(1)).max(1));
        rows.sum::<usize>() > self.height
    }

    fn start(&mut self) -> io::Result<()> {
        let started = Command::new(&self.command[0]).args(&self.command[1..]).stdin(Stdio::piped()).spawn();
        let state = started.map_or(State::Plain, State::Pager);
        if let State::Held(held) = std::mem::replace(&mut self.state, state) {
            self.write_all(&held)?;
        }
        Ok(())
    }
}

impl Write for Paged {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Pager(pager) => match &mut pager.stdin {
                Some(stdin) => stdin.write(text),
                None => Err(io::ErrorKind::BrokenPipe.into()),
            },
            State::Plain => io::stdout().write(text),
            State::Held(held) => {
                held.extend_from_slice(text);
                let held = std::mem::take(held);
                let is_too_long = self.is_too_long(&held);
                self.state = State::Held(held);
                if is_too_long {
                    self.start()?;
                }
                Ok(text.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Pager(pager) => pager.stdin.as_mut().map_or(Ok(()), Write::flush),
            State::Plain => io::stdout().flush(),
            // It is not known yet where this goes.
            State::Held(_) => Ok(()),
        }
    }
}

impl Drop for Paged {
    /// Prints what fits on one screen, or waits until the pager has been left.
    fn drop(&mut self) {
        match &mut self.state {
            State::Held(held) => {
                let mut stdout = io::stdout();
                let _ = stdout.write_all(held).and_then(|()| stdout.flush());
            }
            State::Pager(pager) => {
                drop(pager.stdin.take());
                let _ = pager.wait();
            }
            State::Plain => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_holds_so_many_rows() {
        let paged = Paged::new(vec!["false".to_owned()], 10, 4);
        for (name, text, want) in [
            ("fits", "1\n2\n3\n", false),
            ("one line more than the prompt leaves", "1\n2\n3\n4\n", true),
            ("a long line takes two rows", "1\n2 2 2 2 2 2\n3\n", true),
            ("nothing", "", false),
        ] {
            assert_eq!(paged.is_too_long(text.as_bytes()), want, "case: {name}");
        }
    }
}
