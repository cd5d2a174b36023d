//! `install-service`: the systemd unit of this user, written and explained. It starts nothing; the
//! commands that do are printed.
//!
//! The surprising fact: where the password lies in a file, the service may write to the folder of
//! the database and nowhere else. A command that prints the password needs more, and gets it. What
//! a user's own systemd cannot grant, such as dropping capabilities, is not asked for.
//! `packaging/afterword.service` is the same unit for a program that a package installed.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::output;
use crate::config::{self, Config};

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
    let source = config.password_source();
    let text = unit(&Places {
        program: quoted(&program)?,
        config: quoted(&path)?,
        folder: quoted(&folder)?,
        runs_a_command: source.is_a_command(),
        variable: source.variable(),
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
    if let Some(name) = source.variable() {
        output::line(&format!("\n{}", of_the_variable(name)));
    }
    if source.is_in_keyring() {
        output::line(
            "\nmail.keyring: the keyring is open only while you are logged in at the desktop. For a \
             service that begins without you, write password_command or password_file in its place.",
        );
    }
    Ok(())
}

/// What has to be done where the password is in a variable.
fn of_the_variable(name: &str) -> String {
    format!(
        "mail.password_env: systemd does not see the variables of your shell, so the service would \
         not find {name}. Write password_command or password_file in [mail] in its place, or give \
         systemd the variable by a file in ~/.config/environment.d."
    )
}

/// What differs between two installations; paths as a unit writes them.
struct Places<'a> {
    program: String,
    config: String,
    /// Where the database lies.
    folder: String,
    /// A command prints the password.
    runs_a_command: bool,
    /// The variable that holds the password.
    variable: Option<&'a str>,
}

fn unit(places: &Places<'_>) -> String {
    let Places { program, config, folder, .. } = places;
    // A password manager writes to its own places, and may make code as it runs.
    let files = if places.runs_a_command {
        "ProtectSystem=full\n".to_owned()
    } else {
        format!(
            "MemoryDenyWriteExecute=yes\nProtectSystem=strict\nProtectHome=read-only\n\
             ReadWritePaths={folder}\n"
        )
    };
    let variable =
        places.variable.map(|name| format!("# {}\n", of_the_variable(name))).unwrap_or_default();
    format!(
        "[Unit]\n\
         Description=Afterword follows up on job applications, with your approval of every word\n\
         Documentation=man:afterword(1)\n\
         StartLimitIntervalSec=0\n\
         \n\
         [Service]\n\
         {variable}\
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
         PrivateTmp=yes\n\
         LockPersonality=yes\n\
         RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\n\
         RestrictNamespaces=yes\n\
         RestrictRealtime=yes\n\
         RestrictSUIDSGID=yes\n\
         SystemCallArchitectures=native\n\
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
        Places { program, config, folder: path, runs_a_command, variable: None }
    }

    #[test]
    fn without_a_command_only_the_folder_of_the_database_can_be_written() {
        let by_file = unit(&places(false));
        assert!(by_file.contains("ProtectSystem=strict\n"), "{by_file}");
        assert!(by_file.contains("ReadWritePaths=\"/home/jane/afterword\"\n"), "{by_file}");
        let by_command = unit(&places(true));
        assert!(by_command.contains("ProtectSystem=full\n"), "{by_command}");
        assert!(!by_command.contains("MemoryDenyWriteExecute"), "{by_command}");
    }

    #[test]
    fn a_password_in_a_variable_is_warned_of_in_the_unit() {
        let unit = unit(&Places { variable: Some("SECRET"), ..places(false) });
        let warned = unit.lines().find(|line| line.starts_with("# mail.password_env: "));
        assert!(warned.is_some_and(|line| line.contains("not find SECRET")), "{unit}");
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
