//! The only place that reads the environment and the computer's own settings.

use std::ffi::OsString;
use std::path::PathBuf;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The home directory.
pub(super) fn home() -> Option<PathBuf> {
    variable("HOME").map(PathBuf::from)
}

/// Where configurations of this user lie (XDG Base Directory: `$XDG_CONFIG_HOME`, else
/// `~/.config`; a relative value is not valid there and is passed over).
pub(super) fn config_home() -> Option<PathBuf> {
    variable("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| home().map(|home| home.join(".config")))
}

/// The value of a variable, if it is a text and not empty.
pub(super) fn text(name: &str) -> Option<String> {
    variable(name).and_then(|value| value.into_string().ok())
}

/// What the computer calls its time zone: the variable `TZ` first, then the system's setting.
pub(super) fn time_zones() -> Vec<String> {
    let named = text("TZ").map(|name| name.trim_start_matches(':').to_owned());
    named.into_iter().chain(iana_time_zone::get_timezone().ok()).collect()
}
