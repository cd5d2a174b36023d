//! The file in which a grant is kept: readable by its owner only, replaced as a whole.
//!
//! The surprising fact: the lock is a file of its own beside it, since the token file is another
//! one after each renewal. The new one grows under one name, so that what a program left behind that
//! was killed meanwhile is found and removed.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use secrecy::zeroize::Zeroizing;
use tempfile::{Builder, NamedTempFile};

use super::TokenError;
use super::grant::{self, Grant};
use crate::config::{ConfigError, OAuth2};

const PRIVATE: u32 = 0o600;
/// Longer than any token file.
const LONGEST: u64 = 256 * 1024;

/// How long somebody else may renew. A program that was suspended meanwhile would hold up the others
/// for ever.
const PATIENCE: Duration = Duration::from_secs(45);
/// How often the lock is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Held while a grant is renewed; the system lets go of it when the file is closed.
#[derive(Debug)]
pub(super) struct RenewalLock {
    _file: File,
}

/// A file beside the token file, with room for a grant. It is gone if nothing is written there.
#[derive(Debug)]
pub(super) struct Room(NamedTempFile);

#[derive(Debug)]
pub(super) struct TokenFile {
    config: OAuth2,
}

impl TokenFile {
    pub(super) fn new(config: &OAuth2) -> Self {
        Self { config: config.clone() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.config.token_file
    }

    /// An error if it is there and others may read it.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.open().map(drop)
    }

    pub(super) fn read(&self) -> Result<Grant, TokenError> {
        let file = self.open()?.ok_or_else(|| TokenError::NotSignedIn(self.path().to_owned()))?;
        let mut text = Zeroizing::new(String::new());
        file.take(LONGEST).read_to_string(&mut text).map_err(|cause| self.unreadable(&cause))?;
        grant::parse(&text).map_err(|cause| {
            let shown = self.path().display();
            let what =
                format!("{shown} cannot be used: {cause}; remove it and run `afterword login`");
            self.config.token_file_problem(what).into()
        })
    }

    /// An error if what is there is not ours to replace: a database, a configuration, a letter.
    pub(super) fn check_place(&self) -> Result<(), ConfigError> {
        let file = match File::open(self.path()) {
            Ok(file) => file,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
            Err(cause) => return Err(self.unreadable(&cause)),
        };
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(LONGEST).read_to_end(&mut bytes).map_err(|cause| self.unreadable(&cause))?;
        let is_grant = |text: &str| grant::parse(text).is_ok();
        if bytes.is_empty() || std::str::from_utf8(&bytes).is_ok_and(is_grant) {
            return Ok(());
        }
        let shown = self.path().display();
        let what = format!(
            "{shown} is no token file of Afterword, so it is not overwritten; name another file, \
             or remove that one"
        );
        Err(self.config.token_file_problem(what))
    }

    /// `None` if it is not there.
    fn open(&self) -> Result<Option<File>, ConfigError> {
        let file = match File::open(self.path()) {
            Ok(file) => file,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(self.unreadable(&cause)),
        };
        let metadata = file.metadata().map_err(|cause| self.unreadable(&cause))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            let shown = self.path().display();
            let what = format!("{shown} can be read by others; run `chmod 600 {shown}`");
            return Err(self.config.token_file_problem(what));
        }
        Ok(Some(file))
    }

    /// Waits until nobody else renews.
    pub(super) fn lock(&self) -> Result<RenewalLock, TokenError> {
        self.lock_within(PATIENCE)
    }

    /// Removes what a program left behind that was killed while it renewed, unless one renews now.
    pub(super) fn tidy(&self) -> Result<(), TokenError> {
        if !self.growing().exists() {
            return Ok(());
        }
        let Ok(_lock) = self.lock_within(Duration::ZERO) else { return Ok(()) };
        remove(&self.growing()).map_err(|cause| self.not_kept(&cause))
    }

    /// The file in which a new grant grows.
    fn growing(&self) -> PathBuf {
        self.beside(".new")
    }

    fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.path().to_owned().into_os_string();
        name.push(end);
        PathBuf::from(name)
    }

    fn lock_within(&self, patience: Duration) -> Result<RenewalLock, TokenError> {
        let name = self.beside(".lock");
        let locked = self.make_folder().and_then(|_| {
            let mut options = OpenOptions::new();
            let file = options.append(true).create(true).mode(PRIVATE).open(&name)?;
            wait_for(&file, patience)?;
            Ok(RenewalLock { _file: file })
        });
        locked.map_err(|cause| TokenError::NotKept(format!("{}: {cause}", name.display())))
    }

    /// Room for a grant that is about as long as this one. It is made before the provider is asked:
    /// one that forgets the old refresh token must not be, where the new one cannot be kept. Whoever
    /// makes it holds the lock.
    pub(super) fn make_room(&self, like: &Grant) -> Result<Room, TokenError> {
        let made = self.make_folder().and_then(|folder| {
            remove(&self.growing())?;
            let name = self.growing().file_name().map(OsStr::to_owned).unwrap_or_default();
            // It is made with mode 0600.
            let mut file = Builder::new().prefix(&name).rand_bytes(0).tempfile_in(folder)?;
            fill(&mut file, like)?;
            Ok(Room(file))
        });
        made.map_err(|cause| self.not_kept(&cause))
    }

    /// Either the whole new file is there afterwards, or the old one.
    pub(super) fn write(&self, room: Room, grant: &Grant) -> Result<(), TokenError> {
        let Room(mut file) = room;
        let replaced = fill(&mut file, grant).and_then(|()| {
            file.persist(self.path()).map_err(|failed| failed.error)?;
            File::open(self.make_folder()?)?.sync_all()
        });
        replaced.map_err(|cause| self.not_kept(&cause))
    }

    fn not_kept(&self, cause: &std::io::Error) -> TokenError {
        TokenError::NotKept(format!("{}: {cause}", self.path().display()))
    }

    fn make_folder(&self) -> std::io::Result<&Path> {
        let folder = self.path().parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        Ok(folder)
    }

    fn unreadable(&self, cause: &std::io::Error) -> ConfigError {
        let shown = self.path().display();
        self.config.token_file_problem(format!("{shown} cannot be read: {cause}"))
    }
}

/// Removes a file, if it is there.
fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Puts a grant in the place of what the file holds.
fn fill(file: &mut NamedTempFile, grant: &Grant) -> std::io::Result<()> {
    let text = Zeroizing::new(grant::write(grant)?);
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_len(text.len() as u64)?;
    file.as_file().sync_all()
}

fn wait_for(file: &File, patience: Duration) -> std::io::Result<()> {
    let until = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(LOOK_AGAIN);
            }
            Err(TryLockError::WouldBlock) => {
                let what = "another program renews the sign-in and comes to no end";
                return Err(std::io::Error::new(ErrorKind::WouldBlock, what));
            }
            Err(TryLockError::Error(cause)) => return Err(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::super::grant::tests::grant;
    use super::*;
    use crate::config;

    fn token_file(folder: &Path) -> TokenFile {
        let text = "[account]\nname = \"Jane Doe\"\naddress = \"jane@gmail.com\"\n\
                    [mail]\nprovider = \"gmail\"\n\
                    [mail.oauth2]\nclient_id = \"client-7\"\ntoken_file = \"new/token\"\n";
        let config = config::from_text(text, &folder.join("config.toml")).unwrap();
        TokenFile::new(config.access.oauth2().unwrap())
    }

    #[test]
    fn a_grant_is_kept_so_that_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = token_file(folder.path());
        assert!(matches!(file.read(), Err(TokenError::NotSignedIn(_))));
        file.check().unwrap();
        for _ in 0..2 {
            let _lock = file.lock().unwrap();
            let room = file.make_room(&grant(60)).unwrap();
            file.write(room, &grant(60)).unwrap();
            let mode = std::fs::metadata(file.path()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, PRIVATE);
            assert_eq!(file.read().unwrap().sign_in, "id");
        }
        let beside = std::fs::read_dir(file.path().parent().unwrap()).unwrap().count();
        assert_eq!(beside, 2, "the file and its lock, and nothing is left lying about");
    }

    #[test]
    fn room_may_be_longer_than_what_comes_into_it_and_is_gone_if_nothing_comes() {
        let folder = tempfile::tempdir().unwrap();
        let file = token_file(folder.path());
        let mut long = grant(60);
        long.access_token = "x".repeat(5000).into();
        drop(file.make_room(&long).unwrap());
        assert_eq!(std::fs::read_dir(file.path().parent().unwrap()).unwrap().count(), 0);
        file.write(file.make_room(&long).unwrap(), &grant(60)).unwrap();
        assert_eq!(file.read().unwrap().sign_in, "id");
    }

    #[test]
    fn what_a_killed_program_left_behind_goes_with_the_next_start_or_renewal() {
        let folder = tempfile::tempdir().unwrap();
        let file = token_file(folder.path());
        let beside = || std::fs::read_dir(file.path().parent().unwrap()).unwrap().count();
        let killed = || {
            let Room(left) = file.make_room(&grant(60)).unwrap();
            left.keep().unwrap();
        };
        killed();
        file.write(file.make_room(&grant(60)).unwrap(), &grant(60)).unwrap();
        assert_eq!(beside(), 1, "only the token file");
        killed();
        assert_eq!(beside(), 2);
        let renewing = file.lock().unwrap();
        file.tidy().unwrap();
        assert!(file.growing().exists(), "another program may be at work");
        drop(renewing);
        file.tidy().unwrap();
        assert_eq!(beside(), 2, "the token file and its lock");
        assert!(!file.growing().exists());
    }

    #[test]
    fn where_nothing_can_be_kept_there_is_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let file = token_file(folder.path());
        std::fs::write(file.path().parent().unwrap(), "a file where a folder should be").unwrap();
        assert!(matches!(file.make_room(&grant(60)), Err(TokenError::NotKept(_))));
    }

    #[test]
    fn a_program_that_was_suspended_while_it_renewed_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let file = token_file(folder.path());
        let suspended = file.lock().unwrap();
        let refused = file.lock_within(Duration::ZERO).unwrap_err().to_string();
        assert!(refused.contains("another program renews"), "{refused}");
        drop(suspended);
        file.lock_within(Duration::ZERO).unwrap();
    }

    #[test]
    fn a_token_file_that_others_can_read_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = token_file(folder.path());
        file.write(file.make_room(&grant(60)).unwrap(), &grant(60)).unwrap();
        for mode in [0o640, 0o604, 0o666] {
            std::fs::set_permissions(file.path(), Permissions::from_mode(mode)).unwrap();
            let error = file.check().unwrap_err().to_string();
            assert!(error.contains("config.toml:8: mail.oauth2.token_file: "), "{error}");
            assert!(error.contains("chmod 600"), "{error}");
            assert!(file.read().is_err());
        }
    }

    #[test]
    fn a_file_that_is_no_token_file_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = token_file(folder.path());
        file.check_place().unwrap();
        file.write(file.make_room(&grant(60)).unwrap(), &grant(60)).unwrap();
        file.check_place().unwrap();
        for other in [&b"SQLite format 3\0"[..], b"[account]\n", b"{}", b"\xff\xfe"] {
            std::fs::write(file.path(), other).unwrap();
            let error = file.check_place().unwrap_err().to_string();
            assert!(error.contains("config.toml:8: mail.oauth2.token_file: "), "{error}");
        }
        std::fs::write(file.path(), "").unwrap();
        file.check_place().unwrap();
    }

    #[test]
    fn a_broken_token_file_is_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let file = token_file(folder.path());
        file.write(file.make_room(&grant(60)).unwrap(), &grant(60)).unwrap();
        // Half of it.
        let text = std::fs::read_to_string(file.path()).unwrap().replace('}', "");
        std::fs::write(file.path(), text).unwrap();
        let error = file.read().unwrap_err().to_string();
        assert!(error.contains("afterword login") && !error.contains("access-1"), "{error}");
    }
}
