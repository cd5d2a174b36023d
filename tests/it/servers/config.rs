//! The servers' configuration files: everything below one directory, everything on loopback.

use std::path::Path;

use super::certificate::{CERTIFICATE, KEY};
use super::ports::Ports;
use super::{PASSWORD, write};

pub fn write_all(dir: &Path, ports: &Ports) {
    write(&dir.join("dovecot.conf"), &dovecot(dir, ports));
    let postfix = dir.join("postfix");
    std::fs::create_dir(&postfix).expect("a directory for Postfix");
    write(&postfix.join("main.cf"), &postfix_main(dir));
    write(&postfix.join("master.cf"), &postfix_master(ports));
}

/// Any name is a user; mail lies in a directory of its own for each.
fn dovecot(dir: &Path, ports: &Ports) -> String {
    let Ports { imap, imaps, .. } = ports;
    let mailboxes = inbox_namespace();
    let dir = dir.display();
    format!(
        "base_dir = {dir}/dovecot
state_dir = {dir}/dovecot-state
instance_name = afterword-tests
log_path = {dir}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{dir}/{CERTIFICATE}
ssl_key = <{dir}/{KEY}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 1000
default_vsz_limit = 2 G
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={dir}/mail/%d/%n allow_all_users=yes
}}
{mailboxes}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {dir}/sasl {{
    mode = 0666
  }}
}}
# Wrong passwords are part of the tests and must not slow down the right ones.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"
    )
}

/// The mailboxes every user begins with.
fn inbox_namespace() -> String {
    let special = ["Sent", "Drafts", "Junk", "Trash", "Archive"];
    let mailboxes = special.map(|name| {
        format!("  mailbox {name} {{\n    auto = subscribe\n    special_use = \\{name}\n  }}\n")
    });
    format!("namespace inbox {{\n  inbox = yes\n{}}}", mailboxes.concat())
}

/// Submission for any user, with any sender, to any recipient; delivery by Dovecot only.
fn postfix_main(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "compatibility_level = 3.6
queue_directory = {dir}/postfix-queue
data_directory = {dir}/postfix-data
maillog_file = {dir}/postfix.log
maillog_file_prefixes = {dir}
myhostname = mail.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
smtpd_peername_lookup = no
alias_maps =
alias_database =
local_recipient_maps =
smtpd_banner = mail.test ESMTP
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dir}/sasl
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {dir}/{CERTIFICATE}
smtpd_tls_key_file = {dir}/{KEY}
smtpd_error_sleep_time = 0
in_flow_delay = 0
default_transport = lmtp:unix:{dir}/dovecot/lmtp
minimal_backoff_time = 1s
queue_run_delay = 1s
"
    )
}

/// The services one submission needs. There is no `smtp` client on purpose: mail cannot leave.
fn postfix_master(ports: &Ports) -> String {
    format!(
        "127.0.0.1:{} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
",
        ports.smtps
    )
}
