//! What `init` leaves on the disk: the configuration, and the secret that was typed, each in a file
//! that only this user can read.
//!
//! The surprising fact: the configuration comes last. Where it is, everything is.

use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::super::failure::Failure;
use super::Answers;
use super::way::Typed;
use crate::config::{self, Config};

/// Writes everything, or nothing.
pub(super) fn write(path: &Path, config: &Config, answers: &Answers) -> Result<(), Failure> {
    match &answers.typed {
        None => write_private(path, &answers.text),
        Some(Typed::ForKeyring(password)) => {
            let user = &config.login.username;
            config::keep_in_keyring(user, password).map_err(Failure::Usage)?;
            write_private(path, &answers.text)
        }
        Some(Typed::ForFile { name, secret }) => {
            let file = path.with_file_name(name);
            write_private(&file, &format!("{secret}\n"))?;
            write_private(path, &answers.text).inspect_err(|_| {
                // Without a configuration it would only stand in the way of the next try.
                let _ = std::fs::remove_file(&file);
            })
        }
    }
}

/// A new file that only this user can read, in a folder that is made if need be.
fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::Usage(format!("{} cannot be written: {error}", path.display()))
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
