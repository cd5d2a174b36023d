//! A second real server for reading: a Cyrus of its own, with one user. It thinks differently from
//! Dovecot in many small things: attributes in lower case, object ids, news at once.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::imap_client::ImapClient;
use super::ports::Ports;
use super::process::{self, Watched};
use super::{PASSWORD, certificate, write};

const SCRIPT: &str = include_str!("cyrus.sh");
/// Debian lets only one package hold mailboxes, so this one is unpacked and not installed.
const UNPACKED: &str = "/var/lib/afterword-tests/cyrus/usr/lib/cyrus/bin";
/// Cyrus knows the user by this name, whatever the address is.
pub const USER: &str = "jane";

pub struct Cyrus {
    dir: PathBuf,
    ports: Ports,
    _watched: Watched,
}

impl Cyrus {
    /// Panics with the server's own words if it does not start.
    pub fn start() -> Self {
        process::check_requirements();
        assert!(
            Path::new(UNPACKED).exists(),
            "the tests with a second server need Cyrus (.ci/install-packages.sh unpacks it)"
        );
        let dir = process::new_directory();
        let ports = Ports::claim();
        certificate::write_all(&dir);
        write(&dir.join("imapd.conf"), &imapd(&dir));
        write(&dir.join("cyrus.conf"), &services(&dir, &ports));
        let watched = Watched::start(&dir, SCRIPT, &[USER, PASSWORD]);
        Self { dir, ports, _watched: watched }
    }

    pub fn imap_port(&self) -> u16 {
        self.ports.imaps
    }

    pub fn ca_file(&self) -> PathBuf {
        self.dir.join(certificate::CA)
    }

    pub fn append(&self, mailbox: &str, bytes: &[u8], internal_date: DateTime<Utc>) -> u32 {
        self.client().append(mailbox, bytes, internal_date)
    }

    pub fn flags(&self, mailbox: &str) -> Vec<Vec<String>> {
        self.client().flags(mailbox)
    }

    fn client(&self) -> ImapClient {
        ImapClient::log_in(self.ports.imap, USER)
    }
}

/// Mailboxes are made at the first login.
fn imapd(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "configdirectory: {dir}/conf
partition-default: {dir}/spool
defaultpartition: default
admins: cyrus
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {dir}/sasldb2
sasl_mech_list: PLAIN LOGIN
unixhierarchysep: yes
altnamespace: yes
autocreate_quota: 0
autocreate_inbox_folders: Sent|Drafts|Junk|Trash|Archive
autocreate_subscribe_folders: Sent|Drafts|Junk|Trash|Archive
xlist-sent: Sent
xlist-drafts: Drafts
xlist-junk: Junk
xlist-trash: Trash
xlist-archive: Archive
tls_server_cert: {dir}/{certificate}
tls_server_key: {dir}/{key}
servername: localhost
",
        certificate = certificate::CERTIFICATE,
        key = certificate::KEY,
    )
}

fn services(dir: &Path, ports: &Ports) -> String {
    let Ports { imap, imaps, .. } = ports;
    let dir = dir.display();
    let bin = "/usr/lib/cyrus/bin";
    format!(
        "START {{
  recover cmd=\"{bin}/ctl_cyrusdb -C {dir}/imapd.conf -r\"
  idled cmd=\"{UNPACKED}/idled -C {dir}/imapd.conf\"
}}
SERVICES {{
  imap cmd=\"{UNPACKED}/imapd -C {dir}/imapd.conf\" listen=\"127.0.0.1:{imap}\" prefork=0
  imaps cmd=\"{UNPACKED}/imapd -s -C {dir}/imapd.conf\" listen=\"127.0.0.1:{imaps}\" prefork=0
}}
EVENTS {{
}}
"
    )
}
