//! Questions at the terminal, or at a pipe: one line each.

use std::io::{BufRead as _, ErrorKind, IsTerminal as _};

use tokio::signal::unix::{SignalKind, signal};

use super::super::failure::Failure;
use super::super::output;

pub struct Asker {
    terminal: bool,
}

impl Asker {
    pub fn new() -> Self {
        Self { terminal: std::io::stdin().is_terminal() }
    }

    /// What was given beforehand, else what is typed, else the default.
    pub fn text(
        &mut self,
        given: Option<&str>,
        question: &str,
        default: Option<&str>,
    ) -> Result<String, Failure> {
        self.checked(given, question, default, |text| Ok(text.to_owned()))
    }

    /// The same, read by `check`. What it refuses with a sentence is asked for again where somebody
    /// sits at a terminal.
    pub fn checked<T>(
        &mut self,
        given: Option<&str>,
        question: &str,
        default: Option<&str>,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        if let Some(given) = given {
            return check(given).map_err(Failure::Usage);
        }
        loop {
            match check(&self.answer(question, default)?) {
                Ok(read) => return Ok(read),
                Err(says) => self.once_more(says)?,
            }
        }
    }

    /// Says what is wrong with an answer. At a pipe nobody can give another one.
    fn once_more(&self, says: String) -> Result<(), Failure> {
        if !self.terminal {
            return Err(Failure::Usage(says));
        }
        output::line(&says);
        Ok(())
    }

    fn answer(&mut self, question: &str, default: Option<&str>) -> Result<String, Failure> {
        loop {
            let offered = default.map_or(String::new(), |default| format!(" [{default}]"));
            output::prompt(&format!("{question}{offered}: "));
            let typed = self.typed_line(question)?;
            if !self.terminal {
                output::line("");
            }
            match (typed.trim(), default) {
                ("", Some(default)) => return Ok(default.to_owned()),
                ("", None) => output::line("That has to be known."),
                (typed, _) => return Ok(typed.to_owned()),
            }
        }
    }

    /// One of several, by its number; `usual` is the number that Enter takes. `refusal` says why one
    /// cannot be had here.
    pub fn choice<T: Copy>(
        &mut self,
        question: &str,
        offers: &[(&str, T)],
        usual: usize,
        refusal: impl Fn(T) -> Option<String>,
    ) -> Result<T, Failure> {
        output::line(question);
        for (number, (says, _)) in (1..).zip(offers) {
            output::line(&format!("  {number}  {says}"));
        }
        let numbers = numbers(offers.len());
        loop {
            let typed = self.text(None, &numbers, Some(&usual.to_string()))?;
            let index = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            match index.and_then(|index| offers.get(index)) {
                Some((_, chosen)) => match refusal(*chosen) {
                    None => return Ok(*chosen),
                    Some(says) => self.once_more(says)?,
                },
                None => output::line(&format!("{typed:?} is not {numbers}.")),
            }
        }
    }

    /// What is typed without being shown. It is the last question: after it, Ctrl-C ends the
    /// program only where it is listened to.
    pub fn secret(&mut self, question: &str) -> Result<String, Failure> {
        loop {
            output::prompt(&format!("{question}: "));
            let secret = if self.terminal { hidden_line()? } else { self.typed_line(question)? };
            output::line("");
            // App passwords are shown in groups, which are not part of them.
            match secret.trim() {
                "" => self.once_more(format!("nothing was typed for \"{question}\""))?,
                secret => return Ok(secret.to_owned()),
            }
        }
    }

    fn typed_line(&self, question: &str) -> Result<String, Failure> {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).map_err(anyhow::Error::from)?;
        if read == 0 {
            return Err(Failure::Usage(format!(
                "nobody answers \"{question}\"; say it as an option, see `afterword init --help`"
            )));
        }
        Ok(line)
    }
}

/// `1, 2 or 3`
fn numbers(last: usize) -> String {
    let before: Vec<String> = (1..last).map(|number| number.to_string()).collect();
    format!("{} or {last}", before.join(", "))
}

/// A line of the terminal, which does not show it. Ctrl-C comes back as a failure: if the system
/// ended the program there and then, the terminal would go on showing nothing.
fn hidden_line() -> Result<String, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _inside = runtime.enter();
    let _listening = signal(SignalKind::interrupt())?;
    rpassword::read_password().map_err(|error| match error.kind() {
        ErrorKind::Interrupted => Failure::Interrupted,
        _ => Failure::from(error),
    })
}
