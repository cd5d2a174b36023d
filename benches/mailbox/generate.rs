//! A job seeker's mailbox of any size, the same every time: mostly letters and newsletters with
//! the headers that real ones carry, and one message in two hundred about an application.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;

/// Numbers that look random and are the same every time (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            write!(text, "{:016x}", self.roll(u64::MAX)).unwrap();
        }
        text.truncate(digits);
        text
    }
}

const NAMES: [&str; 8] = [
    "Anna Schmidt",
    "Ben Cole",
    "Chloé Petit",
    "Dario Rossi",
    "Eva Novak",
    "Finn Olsen",
    "Gül Aydin",
    "Hana Ito",
];
const SUBJECTS: [&str; 8] = [
    "Notes from Thursday",
    "Re: the photos",
    "Your parcel is on its way",
    "=?utf-8?Q?Sch=C3=B6ne_Gr=C3=BC=C3=9Fe?=",
    "Weekly letter no. 31",
    "Fwd: tickets",
    "Invoice 2291",
    "Re: dinner on Saturday?",
];

/// Fills INBOX with `messages` and Sent with a tenth of that.
pub fn fill(maildir: &Path, messages: u32) {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let owner = fs::metadata(maildir.ancestors().find(|it| it.exists()).unwrap()).unwrap();
    for (folder, count) in [("", messages), (".Sent", messages / 10)] {
        let folder = if folder.is_empty() { maildir.to_owned() } else { maildir.join(folder) };
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        let sent = count != messages;
        if sent {
            fs::write(folder.join("maildirfolder"), "").unwrap();
        }
        for n in 0..count {
            let at = 1_600_000_000 + u64::from(n) * 1_500;
            let text = message(&mut dice, n, at, sent);
            // The name says when it arrived and how long it is, so the server need not look.
            let wire = text.len() + text.matches('\n').count();
            let name = format!("cur/{at}.M{n}P1.bench,S={},W={wire}:2,S", text.len());
            fs::write(folder.join(name), text).unwrap();
        }
    }
    hand_over(maildir, owner.uid(), owner.gid());
}

fn hand_over(folder: &Path, uid: u32, gid: u32) {
    chown(folder, Some(uid), Some(gid)).unwrap();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            hand_over(&entry.path(), uid, gid);
        } else {
            chown(entry.path(), Some(uid), Some(gid)).unwrap();
        }
    }
}

fn message(dice: &mut Dice, n: u32, at: u64, sent: bool) -> String {
    let date = chrono::DateTime::from_timestamp(at.try_into().unwrap(), 0).unwrap().to_rfc2822();
    let name = NAMES[usize::try_from(dice.roll(8)).unwrap()];
    let about_a_job = n % 200 == 77;
    let domain = if about_a_job {
        format!("employer{}.example", dice.roll(150))
    } else {
        format!("d{}.example", dice.roll(400))
    };
    let other = format!("{name} <p{}@{domain}>", dice.roll(50));
    let own = "Jane Doe <jane@t1.test>";
    let bulk = !about_a_job && dice.roll(10) < 5;
    let subject = if about_a_job {
        "Your application as Data Engineer"
    } else {
        SUBJECTS[usize::try_from(dice.roll(8)).unwrap()]
    };
    let mut text = String::new();
    if !sent {
        for hop in 0..3 {
            writeln!(text, "Received: from mx{hop}.{domain} (mx{hop}.{domain}. [203.0.113.{}])\n\tby mx.t1.test with ESMTPS id {}\n\tfor <jane@t1.test>; {date}", dice.roll(250), dice.hex(24)).unwrap();
        }
        writeln!(text, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\n\ts=s1; h=from:to:subject:date:message-id; bh={};\n\tb={}\n\t {}\n\t {}", dice.hex(44), dice.hex(70), dice.hex(70), dice.hex(70)).unwrap();
    }
    if bulk && !sent {
        writeln!(
            text,
            "List-Unsubscribe: <https://u.{domain}/{}>\nPrecedence: bulk\nList-Id: <news.{domain}>",
            dice.hex(80)
        )
        .unwrap();
    }
    let (from, to) = if sent { (own, other.as_str()) } else { (other.as_str(), own) };
    writeln!(
        text,
        "From: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: <{}@{domain}>",
        dice.hex(32)
    )
    .unwrap();
    if dice.roll(3) == 0 {
        let ids: Vec<String> =
            (0..=dice.roll(8)).map(|_| format!("<{}@{domain}>", dice.hex(32))).collect();
        writeln!(text, "In-Reply-To: {}\nReferences: {}", ids[ids.len() - 1], ids.join("\n "))
            .unwrap();
    }
    writeln!(text, "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"UTF-8\"\n").unwrap();
    if about_a_job {
        writeln!(text, "Dear Jane,\n\nthank you for your application as Data Engineer. We have received it and\nwill get back to you within two weeks.\n\nKind regards\n{name}").unwrap();
    }
    for _ in 0..dice.roll(12) {
        writeln!(text, "{}", dice.hex(72)).unwrap();
    }
    text
}
