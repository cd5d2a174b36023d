//! Other programs, where they are installed: imapflow for the same headers (a Node module, found
//! through `NODE_PATH`), mbsync for a pass with nothing new.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::it::servers::{PASSWORD, Servers};
use crate::measure::{Measured, run};

fn is_there(program: &str, arguments: &[&str]) -> bool {
    let tried =
        Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

const IMAPFLOW: &str = "
const { ImapFlow } = require('imapflow');
const [port, user, pass, fields] = process.argv.slice(2);
(async () => {
  const c = new ImapFlow({ host: '127.0.0.1', port: +port, secure: true, logger: false,
    tls: { rejectUnauthorized: false }, auth: { user, pass } });
  await c.connect();
  let n = 0, ms = 0;
  for (const box of ['INBOX', 'Sent']) {
    await c.mailboxOpen(box, { readOnly: true });
    const t = Date.now();
    for await (const m of c.fetch('1:*', { uid: true, flags: true, internalDate: true, size: true,
      headers: fields.split(' ') }, { uid: true })) n += m.headers ? 1 : 0;
    ms += Date.now() - t;
  }
  console.log(n, ms);
  await c.logout();
})();
";

/// One first reading by imapflow; `None` if it is not installed.
pub fn imapflow(servers: &Servers, user: &str, folder: &Path) -> Option<Measured> {
    if !is_there("node", &["-e", "require('imapflow')"]) {
        return None;
    }
    let script = folder.join("imapflow.js");
    std::fs::write(&script, IMAPFLOW).unwrap();
    let mut command = Command::new("node");
    command.arg(script).arg(servers.imap_port().to_string()).args([user, PASSWORD]);
    command.arg(crate::plain::FIELDS);
    let (measured, said) = run(&mut command);
    let mut figures = said.split_whitespace().map(|it| it.parse::<u64>().unwrap());
    let (messages, millis) = (figures.next().unwrap(), figures.next().unwrap());
    Some(Measured { messages, reading: Duration::from_millis(millis), ..measured })
}

/// A mirror that mbsync keeps up to date.
pub struct Mbsync {
    config: PathBuf,
}

impl Mbsync {
    /// Makes the mirror; `None` if mbsync is not installed.
    pub fn prepare(servers: &Servers, user: &str, folder: &Path, messages: u32) -> Option<Self> {
        if !is_there("mbsync", &["--version"]) {
            return None;
        }
        let mirror = folder.join("mirror");
        std::fs::create_dir(&mirror).unwrap();
        let config = folder.join("mbsyncrc");
        let (port, ca) = (servers.imap_port(), servers.ca_file());
        let text = format!(
            "IMAPAccount a\nHost localhost\nPort {port}\nUser {user}\nPass {PASSWORD}\n\
             SSLType IMAPS\nTimeout 0\nCertificateFile {}\n\nIMAPStore far\nAccount a\n\n\
             MaildirStore near\nPath {m}/\nInbox {m}/INBOX\n\n\
             Channel c\nFar :far:\nNear :near:\nPatterns INBOX Sent Archive Junk Trash\n\
             Create Near\nSync Pull\nSyncState *\n",
            ca.display(),
            m = mirror.display()
        );
        std::fs::write(&config, text).unwrap();
        println!("\nmbsync makes its copy of {messages} messages first …");
        let made = Self { config };
        made.once();
        Some(made)
    }

    /// A pass with nothing new.
    pub fn run(&mut self) -> Measured {
        self.once()
    }

    fn once(&self) -> Measured {
        run(Command::new("mbsync").arg("-q").arg("-c").arg(&self.config).arg("c")).0
    }
}
