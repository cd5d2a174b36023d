//! `install-service`: the systemd unit of this user, written and explained. It starts nothing; the
//! commands that do are printed.
//!
//! The surprising fact: a user's own systemd shuts off files only in a user namespace, and up to
//! version 253 it passes over such lines in silence unless `PrivateUsers=yes` asks for one
//! (systemd.exec(5), "Sandboxing"). So it is asked for: where it cannot be had, the service does
//! not start, and that is seen. Lines that drop capabilities are left out: a user's process has
//! none, and where the system does not let them be dropped (Ubuntu 24.04) it would not start.
//!
//! Where the passwords lie in files, the service may write to the folder of the database (and those
//! of token files) and nowhere else. A command that prints the password needs more, and gets it.
//! `packaging/afterword.service` is the same unit for a program that a package installed.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::output;
use crate::config::{self, Config, PasswordSource};

#[derive(Debug, Args)]
pub struct ServiceArgs {
    /// Print the unit instead of writing it.
    #[arg(long)]
    print: bool,
}

/// Writes the unit for this program with this configuration.
pub fn run(args: &ServiceArgs, path: &Path, config: &Config) -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(anyhow::Error::from)?;
    let path = std::path::absolute(path).map_err(anyhow::Error::from)?;
    let store = std::path::absolute(&config.store).map_err(anyhow::Error::from)?;
    let folder = store.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned);
    let accounts = config.mail_accounts();
    let sources = || accounts.iter().filter_map(|account| account.access.secret_source());
    let variables: Vec<Variable<'_>> = sources().filter_map(Variable::of).collect();
    let text = unit(&Places {
        program: quoted(&program)?,
        config: quoted(&path)?,
        folders: writable_folders(&folder, config)?,
        runs_a_command: sources().any(PasswordSource::is_a_command),
        variables: &variables,
    });
    if args.print {
        output::raw(text.trim_end());
        return Ok(());
    }
    let file = config::user_units().ok_or_else(|| {
        Failure::Usage("there is no home directory; take the unit from --print".to_owned())
    })?;
    let file = file.join("afterword.service");
    let parent = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)
        .and_then(|()| std::fs::write(&file, text))
        .map_err(|e| Failure::Usage(format!("{} cannot be written: {e}", file.display())))?;
    for line in [
        &format!("Written: {}", file.display()),
        "It runs as you, without the rights it does not need, and is started again if it fails.",
        "",
        "  systemctl --user daemon-reload",
        "  systemctl --user enable --now afterword    start it, now and at each login",
        "  loginctl enable-linger                     go on while you are logged out",
        "  journalctl --user -u afterword -f          what it says",
        "  systemctl --user disable --now afterword   end it",
    ] {
        output::line(line);
    }
    for variable in &variables {
        output::line(&format!("\n{}", variable.warning()));
    }
    if sources().any(PasswordSource::is_in_keyring) {
        output::line(
            "\nmail.keyring: the keyring is open only while you are logged in at the desktop. For a \
             service that begins without you, write password_command or password_file in its place.",
        );
    }
    Ok(())
}

/// The folder of the database, and those of token files that are other ones.
fn writable_folders(store: &Path, config: &Config) -> Result<String, Failure> {
    let mut folders = vec![quoted(store)?];
    for oauth2 in config.mail_accounts().iter().filter_map(|account| account.access.oauth2()) {
        let file = std::path::absolute(&oauth2.token_file).map_err(anyhow::Error::from)?;
        let folder = file.parent().map(quoted).transpose()?;
        folders.extend(folder.filter(|folder| !folders.contains(folder)));
    }
    Ok(folders.join(" "))
}

/// A secret in a variable of the environment.
struct Variable<'a> {
    name: &'a str,
    /// The key that names it: `mail.password_env`.
    key: String,
}

impl<'a> Variable<'a> {
    fn of(source: &'a PasswordSource) -> Option<Self> {
        source.variable().map(|name| Self { name, key: source.to_string() })
    }

    /// What has to be done about it.
    fn warning(&self) -> String {
        let Self { name, key } = self;
        let (command, file) = (key.replace("_env", "_command"), key.replace("_env", "_file"));
        format!(
            "{key}: systemd does not see the variables of your shell, so the service would not \
             find {name}. Write {command} or {file} in its place, or give systemd the variable by \
             a file in ~/.config/environment.d."
        )
    }
}

/// What differs between two installations; paths as a unit writes them.
struct Places<'a> {
    program: String,
    config: String,
    /// Where the database and the token file lie.
    folders: String,
    /// A command prints the password.
    runs_a_command: bool,
    /// The variables that hold passwords.
    variables: &'a [Variable<'a>],
}

fn unit(places: &Places<'_>) -> String {
    let Places { program, config, folders, .. } = places;
    // A password manager writes to its own places, and may make code as it runs.
    let files = if places.runs_a_command {
        "ProtectSystem=full\n".to_owned()
    } else {
        format!(
            "SystemCallFilter=~@privileged @resources\nMemoryDenyWriteExecute=yes\n\
             ProtectSystem=strict\nProtectHome=read-only\nReadWritePaths={folders}\n"
        )
    };
    let warnings = places.variables.iter().map(|it| format!("# {}\n", it.warning()));
    let warnings: String = warnings.collect();
    format!(
        "[Unit]\n\
         Description=Afterword follows up on job applications, with your approval of every word\n\
         Documentation=man:afterword(1)\n\
         StartLimitIntervalSec=0\n\
         \n\
         [Service]\n\
         {warnings}\
         Type=notify\n\
         NotifyAccess=main\n\
         # It reports every two minutes that it is alive; if it does not, it is started again.\n\
         WatchdogSec=600\n\
         ExecStart={program} --config {config} run\n\
         Restart=on-failure\n\
         RestartSec=60\n\
         # A wrong configuration is not mended by starting again.\n\
         RestartPreventExitStatus=2\n\
         TimeoutStopSec=60\n\
         UMask=0077\n\
         NoNewPrivileges=yes\n\
         # Without this one a user's systemd may pass over those that shut off files.\n\
         PrivateUsers=yes\n\
         PrivateTmp=yes\n\
         ProtectKernelTunables=yes\n\
         ProtectControlGroups=yes\n\
         LockPersonality=yes\n\
         RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\n\
         RestrictNamespaces=yes\n\
         RestrictRealtime=yes\n\
         RestrictSUIDSGID=yes\n\
         SystemCallArchitectures=native\n\
         SystemCallErrorNumber=EPERM\n\
         SystemCallFilter=@system-service\n\
         {files}\
         \n\
         [Install]\n\
         WantedBy=default.target\n"
    )
}

/// A path as a unit writes it: quoted, `%` doubled (systemd.syntax(7)).
fn quoted(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control));
    let text = text
        .ok_or_else(|| Failure::Usage(format!("a unit cannot name the path {}", path.display())))?;
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%");
    Ok(format!("\"{}\"", escaped.replace('$', "$$")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(runs_a_command: bool) -> Places<'static> {
        let path = "\"/home/jane/afterword\"".to_owned();
        let (program, config) = (path.clone(), path.clone());
        Places { program, config, folders: path, runs_a_command, variables: &[] }
    }

    #[test]
    fn without_a_command_only_the_folder_of_the_database_can_be_written() {
        let by_file = unit(&places(false));
        assert!(by_file.contains("ProtectSystem=strict\n"), "{by_file}");
        assert!(by_file.contains("ReadWritePaths=\"/home/jane/afterword\"\n"), "{by_file}");
        let by_command = unit(&places(true));
        assert!(by_command.contains("ProtectSystem=full\n"), "{by_command}");
        assert!(!by_command.contains("MemoryDenyWriteExecute"), "{by_command}");
        assert!(!by_command.contains("SystemCallFilter=~"), "{by_command}");
    }

    /// Lines that need a namespace are nothing without the line that asks for it, and lines that
    /// drop capabilities keep the service from starting.
    #[test]
    fn the_unit_asks_for_what_a_users_own_systemd_can_do() {
        for runs_a_command in [false, true] {
            let unit = unit(&places(runs_a_command));
            assert!(unit.contains("\nPrivateUsers=yes\n"), "{unit}");
            for drops in [
                "AmbientCapabilities=",
                "CapabilityBoundingSet=",
                "PrivateDevices=",
                "ProtectClock=",
                "ProtectKernelLogs=",
                "ProtectKernelModules=",
            ] {
                assert!(!unit.contains(drops), "{drops} in\n{unit}");
            }
        }
    }

    #[test]
    fn a_password_in_a_variable_is_warned_of_in_the_unit() {
        let variable = Variable { name: "SECRET", key: "mail.password_env".to_owned() };
        let unit = unit(&Places { variables: &[variable], ..places(false) });
        let warned = unit.lines().find(|line| line.starts_with("# mail.password_env: "));
        assert!(warned.is_some_and(|line| line.contains("not find SECRET")), "{unit}");
        assert!(unit.contains("mail.password_command or mail.password_file"), "{unit}");
    }

    #[test]
    fn the_folder_of_a_token_file_elsewhere_can_be_written_as_well() {
        for (token_file, expected) in [
            ("", "\"/var/lib/afterword\""),
            (
                "token_file = \"/home/jane/tokens/mail\"\n",
                "\"/var/lib/afterword\" \"/home/jane/tokens\"",
            ),
        ] {
            let text = format!(
                "[account]\nname = \"Jane Doe\"\naddress = \"jane@gmail.com\"\n\
                 [mail]\nprovider = \"gmail\"\n[mail.oauth2]\nclient_id = \"7\"\n{token_file}\
                 [store]\npath = \"/var/lib/afterword/afterword.db\"\n"
            );
            let config = config::from_text(&text, Path::new("/home/jane/config.toml")).unwrap();
            let folders = writable_folders(Path::new("/var/lib/afterword"), &config).unwrap();
            assert_eq!(folders, expected);
        }
    }

    /// Its user may get the password either way; systemd fills in the folder of configurations.
    #[test]
    fn the_unit_of_the_package_is_the_one_that_is_written() {
        let packaged = unit(&Places {
            program: quoted(Path::new("/usr/bin/afterword")).unwrap(),
            config: "\"%E/afterword/config.toml\"".to_owned(),
            ..places(true)
        });
        assert_eq!(packaged, include_str!("../../packaging/afterword.service"));
    }

    #[test]
    fn a_path_is_written_so_that_systemd_reads_it_unchanged() {
        let path = Path::new("/home/a b/100%/\"x\"$y");
        assert_eq!(quoted(path).unwrap(), "\"/home/a b/100%%/\\\"x\\\"$$y\"");
        assert!(quoted(Path::new("/a\nb")).is_err());
    }
}
