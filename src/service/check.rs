//! Tests everything the service needs, without sending anything: one line for each.
//!
//! The surprising fact: it logs in once even where the service leaves the account alone after
//! refusals, because a person asked for it. The outcome counts: a success ends the wait.

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::mailbox::Role;
use crate::store::LoginAt;

use super::Service;
use super::accounts::MailAccount;
use super::entrance::Way;
use super::run::NotTaken;

/// What was tested.
#[derive(Debug, Clone)]
pub struct Line {
    pub ok: bool,
    pub what: &'static str,
    pub says: String,
}

/// All lines, and the failure that gives the exit code.
#[derive(Debug)]
pub struct Report {
    pub lines: Vec<Line>,
    pub failure: Option<anyhow::Error>,
}

impl Report {
    fn good(&mut self, what: &'static str, says: impl Into<String>) {
        self.lines.push(Line { ok: true, what, says: says.into() });
    }

    /// The lines of an account, each with its address if there are several.
    fn take(&mut self, lines: Self, named: Option<&MailAccount>) {
        self.lines.extend(lines.lines.into_iter().map(|line| match named {
            Some(account) => {
                Line { says: format!("{}: {}", account.user.address, line.says), ..line }
            }
            None => line,
        }));
        self.failure = self.failure.take().or(lines.failure);
    }

    fn bad(&mut self, what: &'static str, error: anyhow::Error) {
        self.lines.push(Line { ok: false, what, says: format!("{error:#}") });
        self.failure.get_or_insert(error);
    }
}

/// Opens the database, logs in on both servers of each account, and looks at the mailboxes.
pub async fn check(config: Config, clock: Clock) -> Report {
    let mut report = Report { lines: Vec::new(), failure: None };
    let service = match Service::beside(config, clock).await {
        Ok(service) => service,
        Err(error) => {
            report.bad("database and password", error);
            return report;
        }
    };
    report.good("database", service.record.config.store.display().to_string());
    for way in &service.ways {
        let mut lines = Report { lines: Vec::new(), failure: None };
        test_account(&service, way, &mut lines).await;
        report.take(lines, service.record.accounts.several(way.account));
    }
    report.good("clock", clock.now().with_timezone(&service.record.settings.zone).to_rfc2822());
    match service.record.says_of_old_texts().await {
        Ok(Some(says)) => report.good("old texts", says),
        Ok(None) => {}
        Err(error) => report.bad("old texts", error),
    }
    report
}

/// Both servers of an account.
async fn test_account(service: &Service, way: &Way, report: &mut Report) {
    if let Err(error) = reading(service, way, report).await {
        report.bad("reading (IMAP)", error);
    }
    if way.account == service.record.accounts.first().id {
        match replies(service).await {
            Ok(says) => report.good("replies", says),
            Err(error) => report.bad("replies", error),
        }
    }
    match sending(service, way).await {
        Ok(says) => report.good("sending (SMTP)", says),
        Err(error) => report.bad("sending (SMTP)", error),
    }
    match service.record.who_files_copies(way.account).await {
        Ok(says) => report.good("copies in Sent", says),
        Err(error) => report.bad("copies in Sent", error),
    }
}

/// Whether replies reach us and lie in Sent, as far as the record tells.
async fn replies(service: &Service) -> anyhow::Result<String> {
    let record = &service.record;
    let mut tx = record.store.snapshot().await?;
    let (proven, unproven) = tx.reply_evidence(record.account).await?;
    let day = |at: chrono::DateTime<chrono::Utc>| {
        at.with_timezone(&record.settings.zone).format("%a %-d %b %Y").to_string()
    };
    Ok(match (proven, unproven) {
        (Some(at), unproven) if unproven.is_none_or(|later| later <= at) => {
            format!("reach us and lie in Sent (last on {})", day(at))
        }
        (_, Some(at)) => format!(
            "the one of {} lies in no Sent mailbox: your mail program keeps no copies there, so \
             approve with `afterword approve ID`",
            day(at)
        ),
        (_, None) => "not tested yet: answer the first mail with \"hello\"".to_owned(),
    })
}

/// Logs in at the server for sending, and goes.
async fn sending(service: &Service, way: &Way) -> anyhow::Result<String> {
    let Some(outlet) = &way.outlet else {
        return Ok("a dry run: nothing can be sent".to_owned());
    };
    let verified = async {
        let verified = service.submit(way, outlet, async |smtp| smtp.verify().await).await;
        verified.map_err(|outcome| anyhow::Error::from(NotTaken(outcome)))
    };
    let ((), says) = try_login(service, way, LoginAt::Sending, verified).await?;
    Ok(format!("{says}; nothing was sent"))
}

/// One login, whatever the service waits for. It counts like those of the service: a refusal
/// begins the wait anew. With it, what to say of a success.
async fn try_login<T>(
    service: &Service,
    way: &Way,
    at: LoginAt,
    login: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(T, &'static str)> {
    let record = &service.record;
    let whose = service.login(way);
    let held = record.held_until(&whose, at).await?;
    let tried = login.await;
    record.count_login(&whose, at, &tried).await?;
    match tried {
        Ok(done) if held.is_some() => {
            Ok((done, "the login works again; the service no longer leaves the account alone"))
        }
        Ok(done) => Ok((done, "the login works")),
        Err(error) => Err(match record.held_until(&whose, at).await? {
            Some(until) => error.context(format!(
                "tried once; after refusals the service leaves the account alone until {until}, \
                 or {}",
                record.accounts.get(way.account)?.remedy
            )),
            None => error,
        }),
    }
}

async fn reading(service: &Service, way: &Way, report: &mut Report) -> anyhow::Result<()> {
    let account = service.record.accounts.get(way.account)?;
    let connected = async { service.door(way).session().await.map_err(anyhow::Error::from) };
    let (mut session, says) = try_login(service, way, LoginAt::Reading, connected).await?;
    report.good("reading (IMAP)", says);
    let idle = session.can_idle();
    let gmail = session.capabilities().gmail();
    let listed = session.list().await;
    session.logout().await;
    let listed = listed?;
    let watched = account.watched_mailboxes(&listed, gmail);
    let names: Vec<&str> = watched.iter().map(|it| it.display_name.as_str()).collect();
    report.good("mailboxes", names.join(", "));
    let all_mail = account.all_mail(&listed).is_some();
    let has_sent = watched.iter().any(|mailbox| account.role_of(mailbox) == Role::Sent);
    if gmail && all_mail {
        report.good("Sent", "All Mail is read: replies that approve are known by their label");
    } else if has_sent {
        report.good("Sent", "found: replies that approve are looked for there");
    } else {
        report.bad(
            "Sent",
            anyhow::anyhow!("no Sent mailbox was found; name it in [imap] sent = [\"…\"]"),
        );
    }
    if gmail && !all_mail {
        report.bad(
            "All Mail",
            anyhow::anyhow!(
                "hidden from IMAP, so mail you archive is not seen; in Gmail's settings, Labels, \
                 tick \"Show in IMAP\" for All Mail"
            ),
        );
    }
    let says = if idle { "the server announces new mail" } else { "polled every two minutes" };
    report.good("IDLE", says);
    Ok(())
}
