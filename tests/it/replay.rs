//! A whole search for work, replayed: several employers at once, a relay, two positions at one
//! company, an agency, colleagues who answer, late replies, letters by hand, copies in several
//! mailboxes, and mail about nothing. Whatever the order of delivery, as long as nobody answers
//! what was not written yet, the record is the same table.

mod search;
mod weeks;

use std::collections::BTreeMap;

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::{Options, Sandbox, Style};
use afterword::service::Service;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::world::Letter;
use search::{Mail, handed_over, search};

const USER: &str = "jane@doe.example";

/// What the record says of one application at the end.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    turn: &'static str,
    closed: bool,
    interviews: usize,
    /// Whose answers it has.
    answers: Vec<String>,
    attempts: usize,
    promise: Option<String>,
}

fn row(
    turn: &'static str,
    closed: bool,
    answers: &[&str],
    attempts: usize,
    promise: Option<&str>,
) -> Row {
    let mut answers: Vec<String> = answers.iter().map(|id| format!("{id}@mail.example")).collect();
    answers.sort();
    let interviews = usize::from(answers.iter().all(|id| !id.starts_with('g')));
    Row { turn, closed, interviews, answers, attempts, promise: promise.map(str::to_owned) }
}

fn expected() -> BTreeMap<String, Row> {
    [
        ("Data Engineer", row("them", false, &["a1", "a2", "a3"], 0, Some("2026-12-11"))),
        ("Business Analyst", row("nobody", true, &["b1", "b3"], 0, None)),
        ("Product Manager", row("nobody", true, &["g2"], 0, None)),
        ("Platform Engineer", row("them", false, &["t1", "t2"], 0, None)),
        ("Site Reliability Engineer", row("them", false, &["i1", "i3"], 1, None)),
    ]
    .into_iter()
    .map(|(position, row)| (position.to_owned(), row))
    .collect()
}

fn begin() -> DateTime<Utc> {
    "2026-11-02T08:00:00Z".parse().unwrap()
}

/// An order that keeps causality: of what may come next, the mail with the least priority.
fn order(mails: &[Mail], priorities: &[u32]) -> Vec<usize> {
    let mut done: Vec<usize> = Vec::new();
    while done.len() < mails.len() {
        let came = |id: &str| done.iter().any(|it| mails[*it].id == id);
        let next = (0..mails.len())
            .filter(|it| !done.contains(it))
            .filter(|it| mails[*it].refers.iter().chain(mails[*it].after).all(|id| came(id)))
            .min_by_key(|it| (priorities[*it], *it))
            .expect("no circle");
        done.push(next);
    }
    done
}

struct Replayed {
    table: BTreeMap<String, Row>,
    again: BTreeMap<String, Row>,
    questions: usize,
    messages: usize,
}

/// A mailbox, and the service that looks at it whenever something was delivered.
struct Stage {
    sandbox: Sandbox,
    service: Service,
    now: DateTime<Utc>,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn set(now: DateTime<Utc>) -> Self {
        Self::set_in("Europe/Berlin", now).await
    }

    /// For a user who lives in another zone.
    async fn set_in(zone: &str, now: DateTime<Utc>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::Fixed(now);
        let options = Options {
            address: USER.to_owned(),
            password: "pw".to_owned(),
            style: Style::Plain,
            clock,
            folder: folder.path().to_owned(),
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let text = format!(
            "[account]\nname = \"Jane Doe\"\naddress = \"{USER}\"\ntime_zone = \"{zone}\"\n\
             [mail]\nprovider = \"custom\"\npassword_command = [\"echo\", \"pw\"]\n\
             [imap]\nhost = \"localhost\"\nport = {}\nca_file = \"{ca}\"\n\
             [smtp]\nhost = \"localhost\"\nport = {}\nca_file = \"{ca}\"\n",
            sandbox.imap_port(),
            sandbox.smtp_port(),
            ca = sandbox.ca_file().display()
        );
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        let service = Service::open(config::load(&path).unwrap(), clock).await.unwrap();
        Self { sandbox, service, now, _folder: folder }
    }

    /// Mail that was held up comes with its own date.
    fn deliver(&self, mail: &Mail) {
        for mailbox in mail.mailboxes {
            self.sandbox.deliver(mailbox, &mail.bytes(), mail.at());
        }
    }

    async fn pass(&mut self) {
        self.now += TimeDelta::minutes(1);
        self.sandbox.set_clock(Clock::Fixed(self.now));
        self.service.set_clock(Clock::Fixed(self.now));
        self.service.pass().await.unwrap();
    }

    /// The record as it is, and after every mailbox got new numbers.
    async fn end(mut self, messages: usize) -> Replayed {
        let table = table(&self.service).await;
        for mailbox in ["INBOX", "Sent", "Archive"] {
            self.sandbox.renumber(mailbox);
        }
        self.pass().await;
        let again = self::table(&self.service).await;
        let letters = self.sandbox.messages("INBOX");
        let asks = |letter: &Letter| letter.subject.contains("Which one");
        let questions = letters.iter().map(|it| Letter::read(it)).filter(asks).count();
        Replayed { table, again, questions, messages }
    }
}

/// Delivers in an order that keeps causality, a few mails at a time with a pass after each.
async fn replay(priorities: &[u32], at_a_time: usize) -> Replayed {
    let order = order(&search(), priorities);
    replay_on(Stage::set(begin()).await, &order, at_a_time).await
}

/// Delivers in any order.
async fn replay_on(mut stage: Stage, order: &[usize], at_a_time: usize) -> Replayed {
    stage.pass().await;
    stage.now = begin() + TimeDelta::days(22);
    let mails = search();
    for some in order.chunks(at_a_time) {
        some.iter().for_each(|it| stage.deliver(&mails[*it]));
        stage.pass().await;
    }
    stage.end(mails.len()).await
}

async fn table(service: &Service) -> BTreeMap<String, Row> {
    let overview = service.record().overview().await.unwrap();
    overview
        .applications
        .into_iter()
        .map(|view| {
            let turn = match view.turn {
                afterword::domain::follow_up::Turn::Them => "them",
                afterword::domain::follow_up::Turn::Me => "me",
                afterword::domain::follow_up::Turn::Nobody => "nobody",
            };
            let mut answers: Vec<String> = view
                .replies
                .iter()
                .filter_map(|reply| reply.message_id.as_ref().map(ToString::to_string))
                .collect();
            answers.sort();
            let promise = view.promise.and_then(|it| it.reading.not_before);
            let row = Row {
                turn,
                closed: view.closed.is_some(),
                interviews: view.interviews.len(),
                answers,
                attempts: view.attempts.len(),
                promise: promise.map(|day| day.to_string()),
            };
            (view.position.unwrap_or_else(|| view.id.to_string()), row)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_search_makes_the_expected_table() {
    let replayed = replay(&(0..64).collect::<Vec<_>>(), 1).await;
    assert_eq!(replayed.table, expected());
    assert_eq!(replayed.again, expected(), "new numbers for old mail are no news");
    assert!(replayed.questions * 20 <= replayed.messages, "{} questions", replayed.questions);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_look_at_a_whole_search_makes_the_expected_table() {
    let mut stage = Stage::set(begin() + TimeDelta::days(22)).await;
    let mails = search();
    mails.iter().for_each(|mail| stage.deliver(mail));
    stage.pass().await;
    let replayed = stage.end(mails.len()).await;
    assert_eq!(replayed.table, expected());
    assert_eq!(replayed.again, expected());
    assert_eq!(replayed.questions, 0, "nobody is asked about the past");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_references_may_be_read_before_what_it_answers() {
    // The colleague's before Anna's, theirs before the letter by hand, the thanks after the no,
    // the no of an applicant system before its receipt.
    for late in [&["a2"][..], &["i2"], &["b2"], &["g1"], &["a2", "b2", "g1", "i2"]] {
        let mails = search();
        let is_late = |it: &usize| late.contains(&mails[*it].id);
        let (held_up, in_time): (Vec<usize>, Vec<usize>) = (0..mails.len()).partition(is_late);
        let order = [in_time, held_up].concat();
        let replayed = replay_on(Stage::set(begin()).await, &order, 1).await;
        assert_eq!(replayed.table, expected(), "{late:?} came last");
        assert_eq!(replayed.again, expected(), "{late:?} came last");
        assert!(replayed.questions * 20 <= replayed.messages, "{late:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wherever_the_user_lives_it_is_the_same_table() {
    let order: Vec<usize> = (0..search().len()).collect();
    for zone in ["Pacific/Pago_Pago", "America/New_York", "UTC", "Pacific/Kiritimati"] {
        let replayed = replay_on(Stage::set_in(zone, begin()).await, &order, 1).await;
        assert_eq!(replayed.table, expected(), "{zone}");
        assert_eq!(replayed.again, expected(), "{zone}");
        assert!(replayed.questions * 20 <= replayed.messages, "{zone}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_user_wrote_to_in_a_thread_is_known_there_and_a_stranger_is_not() {
    for (the_user_wrote, turn) in [(true, "them"), (false, "me")] {
        let mut stage = Stage::set(begin()).await;
        stage.pass().await;
        stage.now = begin() + TimeDelta::days(22);
        for mail in handed_over().iter().filter(|mail| the_user_wrote || mail.id != "u1") {
            stage.deliver(mail);
            stage.pass().await;
        }
        let table = table(&stage.service).await;
        assert_eq!(table["Platform Engineer"].turn, turn, "{table:?}");
    }
}

#[test]
fn any_order_of_delivery_that_keeps_causality_makes_the_same_table() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner =
        TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let orders = (proptest::collection::vec(any::<u32>(), search().len()), 1usize..6);
    runner
        .run(&orders, |(priorities, at_a_time)| {
            let replayed = runtime.block_on(replay(&priorities, at_a_time));
            prop_assert_eq!(replayed.table, expected());
            prop_assert_eq!(replayed.again, expected());
            prop_assert!(replayed.questions * 20 <= replayed.messages);
            Ok(())
        })
        .unwrap();
}
