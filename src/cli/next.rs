//! The commands that a user is told to type: with the configuration that this one was given, so that
//! they are about the same mailbox.

use std::path::Path;

/// How the program was called.
pub struct Next {
    /// ` --config PATH`, or nothing.
    option: String,
}

impl Next {
    /// `config` is the file that was named, if one was.
    pub fn new(config: Option<&Path>) -> Self {
        let option = config.map(|path| format!(" --config {}", quoted(&path.to_string_lossy())));
        Self { option: option.unwrap_or_default() }
    }

    /// `run` as it is to be typed: `afterword run --config /home/jane/a.toml`.
    pub fn command(&self, words: &str) -> String {
        format!("afterword {words}{}", self.option)
    }

    /// A text in which the commands between backticks are as they are to be typed.
    pub fn in_text(&self, text: &str) -> String {
        const BEGINS: &str = "`afterword ";
        let mut parts = text.split(BEGINS);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            whole.push_str(BEGINS);
            match part.split_once('`') {
                Some((words, rest)) => {
                    whole.extend([words, self.option.as_str(), "`", rest]);
                }
                None => whole.push_str(part),
            }
        }
        whole
    }
}

/// As a shell takes it for one word.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@,".contains(c);
    match !path.is_empty() && path.chars().all(plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(config: Option<&str>, command: &str, text: &str) {
        let next = Next::new(config.map(Path::new));
        assert_eq!(next.command("run"), command);
        assert_eq!(next.in_text("Try `afterword check`, or `b`, or `afterword x"), text);
    }

    #[test]
    fn a_command_names_the_configuration_that_was_named() {
        check(None, "afterword run", "Try `afterword check`, or `b`, or `afterword x");
        check(
            Some("/etc/a.toml"),
            "afterword run --config /etc/a.toml",
            "Try `afterword check --config /etc/a.toml`, or `b`, or `afterword x",
        );
        check(
            Some("my own/it's.toml"),
            "afterword run --config 'my own/it'\\''s.toml'",
            "Try `afterword check --config 'my own/it'\\''s.toml'`, or `b`, or `afterword x",
        );
    }
}
