//! Faults by script: which command, which time, and what goes wrong.
//!
//! A fault happens once. Surprising: commands are counted over all connections from the moment the
//! fault is scripted, so "the second UID FETCH" is the second one the server hears from then on.

/// What goes wrong, where, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The beginning of the command line, without tag: `UID FETCH`, `EXAMINE "Sent"`, `RCPT`.
    /// `GREETING` is the start of an IMAP connection, `CONNECT` that of an SMTP connection,
    /// `BODY` the end of an SMTP message.
    pub command: String,
    /// 1 is the next such command.
    pub nth: u32,
    pub action: Action,
}

impl Fault {
    #[must_use]
    pub fn new(command: &str, nth: u32, action: Action) -> Self {
        Self { command: command.to_owned(), nth, action }
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// IMAP: a tagged NO with this text. SMTP: 451. Nothing is done.
    No(&'static str),
    /// IMAP: a tagged BAD. SMTP: 550. Nothing is done.
    Bad,
    /// A farewell (SMTP: 421), and the connection is closed. Nothing is done.
    Bye,
    /// Closed without a word. Nothing is done.
    CloseBefore,
    /// It is done, half the answer is said, and the connection is closed.
    CloseInside,
    /// It is done and said, and the connection is closed.
    CloseAfter,
    /// It is done, and this line is said in place of the answer.
    Instead(&'static str),
    /// It is done, and said after so many milliseconds.
    Late(u64),
    /// Not a word until the client goes away. Nothing is done.
    Stall,
    /// Octets that are no answer, then closed.
    Garbage,
    /// IMAP: done, and answered under a tag that nobody used.
    WrongTag,
    /// IMAP: a literal is announced that is larger than any message.
    GiantLiteral,
    /// IMAP: an answer with a hundred open parentheses.
    Nesting,
    /// IMAP: signs of life and news that nobody asked for, before the answer.
    Unasked,
    /// IMAP: the answer without its line of UIDVALIDITY.
    DropUidValidity,
    /// IMAP: the answer without its line of UIDNEXT.
    DropUidNext,
    /// IMAP: the answer with this number in its line of UIDNEXT.
    UidNext(u32),
    /// IMAP: the good reply and nothing else, as if there were nothing to tell.
    NothingBut,
    /// IMAP: it is done, and the good reply says that the client is slowed down, as Gmail's does.
    Slowed,
    /// IMAP greeting: somebody is logged in already.
    Preauth,
}

/// The script.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn left(&self) -> usize {
        self.0.len()
    }

    /// Counts a command; gives what goes wrong with it.
    pub(super) fn strike(&mut self, line: &str) -> Option<Action> {
        let mut due = None;
        for (at, fault) in self.0.iter_mut().enumerate() {
            if !begins(line, &fault.command) {
                continue;
            }
            if fault.nth > 1 {
                fault.nth -= 1;
            } else {
                due.get_or_insert(at);
            }
        }
        let due = due?;
        Some(self.0.remove(due).action)
    }
}

fn begins(line: &str, command: &str) -> bool {
    line.get(..command.len()).is_some_and(|start| start.eq_ignore_ascii_case(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_the_nth_command_and_only_once() {
        let mut faults = Faults::default();
        faults.add(Fault::new("UID FETCH", 2, Action::Bad));
        assert_eq!(faults.strike("UID FETCH 1:3 (UID)"), None);
        assert_eq!(faults.strike("UID SEARCH UID 1:3"), None);
        assert_eq!(faults.strike("uid fetch 1 (UID)"), Some(Action::Bad));
        assert_eq!(faults.strike("UID FETCH 1:3 (UID)"), None);
        assert_eq!(faults.left(), 0);
    }
}
