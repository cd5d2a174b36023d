//! The keyring of the desktop as the place of the password: the Secret Service on Linux, the
//! Keychain on macOS. A program that was built without the feature `keyring` has none and says so.
//!
//! The surprising fact: a locked keyring asks its user in a window of its own, and lets the program
//! wait. So it is asked from another thread, and not waited for for ever.

use std::sync::mpsc;
use std::time::Duration;

/// Whether this program can ask a keyring at all.
pub const HAS_KEYRING: bool = cfg!(feature = "keyring");

/// What to say where it cannot.
pub const NO_KEYRING: &str = "this program was built without the keyring of the desktop; \
    build it with `cargo build --release --features keyring`, or use password_command, \
    password_env or password_file";

/// Under this name (attribute `service`) and that of the user the desktop shows it.
#[cfg(feature = "keyring")]
const SERVICE: &str = "afterword";

/// How long a person may take to unlock it.
const DEADLINE: Duration = Duration::from_secs(30);

/// The password of a user, or why there is none, in a sentence.
pub(super) fn fetch(user: &str) -> Result<String, String> {
    let user = user.to_owned();
    within(DEADLINE, move || library::fetch(&user))
}

/// Keeps the password of a user, in the place of one that may be there.
///
/// # Errors
/// Why it cannot, in a sentence.
pub fn keep_in_keyring(user: &str, password: &str) -> Result<(), String> {
    let (user, password) = (user.to_owned(), password.to_owned());
    within(DEADLINE, move || library::keep(&user, &password))
}

fn within<T: Send + 'static>(
    deadline: Duration,
    ask: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody listens any more after the deadline.
        let _ = sender.send(ask());
    });
    receiver.recv_timeout(deadline).unwrap_or_else(|_| {
        Err(format!(
            "the keyring did not answer in {} seconds; unlock it and try again",
            deadline.as_secs()
        ))
    })
}

#[cfg(feature = "keyring")]
mod library {
    use keyring::{Entry, Error};

    use super::SERVICE;

    pub fn fetch(user: &str) -> Result<String, String> {
        let entry = Entry::new(SERVICE, user).map_err(|error| said(&error, user))?;
        entry.get_password().map_err(|error| said(&error, user))
    }

    pub fn keep(user: &str, password: &str) -> Result<(), String> {
        let entry = Entry::new(SERVICE, user).map_err(|error| said(&error, user))?;
        entry.set_password(password).map_err(|error| said(&error, user))
    }

    /// In our words: those of some errors repeat what is in the keyring.
    fn said(error: &Error, user: &str) -> String {
        match error {
            Error::NoDefaultStore => "no keyring answers here; it takes a session of a desktop. \
                Without one use password_command, password_env or password_file"
                .to_owned(),
            Error::NoEntry => format!(
                "the keyring holds no password for the service {SERVICE:?} and the username \
                 {user:?}; put one there, as with `secret-tool store --label=Afterword service \
                 {SERVICE} username {user}`"
            ),
            Error::NoStorageAccess(_) => {
                "the keyring is locked; unlock it and try again".to_owned()
            }
            Error::Ambiguous(_) => format!(
                "the keyring holds several passwords for the service {SERVICE:?} and the username \
                 {user:?}; remove all but one"
            ),
            Error::PlatformFailure(cause) => format!("the keyring failed: {cause}"),
            _ => "the keyring holds or takes no such password".to_owned(),
        }
    }
}

#[cfg(not(feature = "keyring"))]
mod library {
    use super::NO_KEYRING;

    pub fn fetch(_user: &str) -> Result<String, String> {
        Err(NO_KEYRING.to_owned())
    }

    pub fn keep(_user: &str, _password: &str) -> Result<(), String> {
        Err(NO_KEYRING.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_that_does_not_answer_is_not_waited_for() {
        let (hold, held) = mpsc::channel::<()>();
        let asked = within(Duration::from_millis(50), move || {
            let _ = held.recv();
            Ok(())
        });
        assert!(asked.is_err_and(|error| error.contains("did not answer")));
        drop(hold);
        assert_eq!(within(Duration::from_secs(60), || Ok("s3cret")), Ok("s3cret"));
    }

    #[cfg(not(feature = "keyring"))]
    #[test]
    fn a_program_without_a_keyring_says_how_to_get_one() {
        for said in [fetch("jane").err(), keep_in_keyring("jane", "s3cret").err()] {
            let said = said.unwrap();
            assert!(said.contains("--features keyring") && !said.contains("s3cret"), "{said}");
        }
    }
}
