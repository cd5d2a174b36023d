//! Which file is the configuration: the one that was named, else `./config.toml`,
//! else the one in the user's configuration directory.

use std::path::{Path, PathBuf};

use super::environment;
use super::problem::ConfigError;

/// The configuration file to load.
///
/// # Errors
/// `NotFound`, with every place that was looked at.
pub fn find(explicit: Option<&Path>) -> Result<PathBuf, ConfigError> {
    first_of(candidates(explicit, environment::config_home()))
}

/// Where a configuration is written if there is none yet: the user's configuration directory.
#[must_use]
pub fn default_path() -> PathBuf {
    environment::config_home()
        .map_or_else(|| PathBuf::from("config.toml"), |home| home.join("afterword/config.toml"))
}

/// The folder of this user's systemd units; `None` without a home directory.
#[must_use]
pub fn user_units() -> Option<PathBuf> {
    Some(environment::config_home()?.join("systemd/user"))
}

fn candidates(explicit: Option<&Path>, config_home: Option<PathBuf>) -> Vec<PathBuf> {
    match explicit {
        Some(path) => vec![path.to_owned()],
        None => std::iter::once(PathBuf::from("config.toml"))
            .chain(config_home.map(|home| home.join("afterword/config.toml")))
            .collect(),
    }
}

fn first_of(tried: Vec<PathBuf>) -> Result<PathBuf, ConfigError> {
    match tried.iter().find(|path| path.exists()) {
        Some(path) => Ok(path.clone()),
        None => Err(ConfigError::NotFound { tried }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_file_is_the_only_candidate() {
        let home = || Some(PathBuf::from("/xdg"));
        let named = candidates(Some(Path::new("/etc/a.toml")), home());
        assert_eq!(named, [PathBuf::from("/etc/a.toml")]);
        assert_eq!(
            candidates(None, home()),
            [PathBuf::from("config.toml"), PathBuf::from("/xdg/afterword/config.toml")]
        );
    }

    #[test]
    fn the_first_file_there_is_wins_and_none_says_where_it_looked() {
        let directory = tempfile::tempdir().unwrap();
        let (absent, present) = (directory.path().join("a"), directory.path().join("b"));
        std::fs::write(&present, "").unwrap();
        assert_eq!(first_of(vec![absent.clone(), present.clone()]), Ok(present));
        let error = first_of(vec![absent]).unwrap_err().to_string();
        assert!(error.contains("looked at") && error.contains("afterword init"), "{error}");
    }
}
