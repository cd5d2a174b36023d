//! Questions at the terminal, or at a pipe: one line each.

use std::io::{BufRead as _, IsTerminal as _};

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
        if let Some(given) = given {
            return Ok(given.to_owned());
        }
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

    /// What is typed without being shown.
    pub fn secret(&mut self, question: &str) -> Result<String, Failure> {
        output::prompt(&format!("{question}: "));
        let secret = if self.terminal {
            rpassword::read_password().map_err(anyhow::Error::from)?
        } else {
            self.typed_line(question)?
        };
        output::line("");
        // App passwords are shown in groups, which are not part of them.
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(Failure::Usage("there is no password in that".to_owned()));
        }
        Ok(secret.to_owned())
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
