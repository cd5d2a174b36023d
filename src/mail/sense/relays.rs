//! Who sends mail for others: applicant-tracking systems, job boards, newsletters, headhunters
//! and free mailboxes, by domain. Facts from public lists.
//!
//! A relay that is missing here would make one employer of two, so `employer` also mistrusts
//! unknown domains that look like one.

use crate::domain::address::Address;

/// What a sending domain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// Sends for employers; the name is shown as `via`.
    Tracking(&'static str),
    Board(&'static str),
    Newsletter,
    Headhunter,
    /// Anybody's mailbox: proves no employer.
    Freemail,
    Direct,
}

/// Applicant-tracking systems: registrable or longer domain, and the system's name.
const TRACKING: &[(&str, &str)] = &[
    ("adp.com", "adp"),
    ("allibo.com", "allibo"),
    ("amazon.jobs", "amazon"),
    ("applicantpro.com", "applicantpro"),
    ("applicantstack.com", "applicantstack"),
    ("applytojob.com", "jazzhr"),
    ("ashby.email", "ashby"),
    ("ashbyhq.com", "ashby"),
    ("bamboohr.com", "bamboohr"),
    ("beapplied-email.com", "applied"),
    ("brassring.com", "brassring"),
    ("breezy.hr", "breezy"),
    ("brighthire.ai", "brighthire"),
    ("candidatecare.com", "candidatecare"),
    ("ceipalmail.com", "ceipal"),
    ("comeet-notifications.com", "comeet"),
    ("darwinbox.com", "darwinbox"),
    ("darwinbox.in", "darwinbox"),
    ("dayforcehcm.com", "dayforce"),
    ("eightfold.ai", "eightfold"),
    ("freshteam.com", "freshteam"),
    ("gem.com", "gem"),
    ("getmatch.ru", "getmatch"),
    ("gosnaphop.com", "snaphop"),
    ("greenhouse-jobs.com", "greenhouse"),
    ("greenhouse-mail.io", "greenhouse"),
    ("greenhouse.io", "greenhouse"),
    ("gupy.com.br", "gupy"),
    ("hibob.com", "hibob"),
    ("highbridgemail.com", "highbridge"),
    ("hirebridge.com", "hirebridge"),
    ("hrpanda.co", "hrpanda"),
    ("icims.com", "icims"),
    ("icims.eu", "icims"),
    ("ilucca.net", "lucca"),
    ("intelligencecareers.gov", "intelligencecareers"),
    ("isolvedhire.com", "isolved"),
    ("jobgether.com", "jobgether"),
    ("jobright.ai", "jobright"),
    ("jobvite.com", "jobvite"),
    ("join.com", "join"),
    ("jsfirm.com", "jsfirm"),
    ("lever.co", "lever"),
    ("myworkday.com", "workday"),
    ("myworkdayjobs.com", "workday"),
    ("myworkdaysite.com", "workday"),
    ("newtonsoftware.com", "newton"),
    ("njoyn.com", "njoyn"),
    ("oraclecloud.com", "oracle"),
    ("pageuppeople.com", "pageup"),
    ("paradox.ai", "paradox"),
    ("paylocity.com", "paylocity"),
    ("peoplise.com", "peoplise"),
    ("personio.com", "personio"),
    ("personio.de", "personio"),
    ("phenompeople.com", "phenom"),
    ("pinpoint.email", "pinpoint"),
    ("pinpointhq.com", "pinpoint"),
    ("recruitee-mail.com", "recruitee"),
    ("recruitee-mailbox.com", "recruitee"),
    ("recruitee.com", "recruitee"),
    ("resreader.com", "resreader"),
    ("rippling-mail.com", "rippling"),
    ("rippling.com", "rippling"),
    ("sapsf.com", "successfactors"),
    ("sapsf.eu", "successfactors"),
    ("silkroad.com", "silkroad"),
    ("smartrecruiters.com", "smartrecruiters"),
    ("smartrecruitersmail.com", "smartrecruiters"),
    ("softgarden.io", "softgarden"),
    ("softgarden.de", "softgarden"),
    ("successfactors.com", "successfactors"),
    ("successfactors.eu", "successfactors"),
    ("talentlyft.com", "talentlyft"),
    ("taleo.net", "taleo"),
    ("teamtailor-mail.com", "teamtailor"),
    ("teamtailor.com", "teamtailor"),
    ("ultipro.com", "ukg"),
    ("usastaffing.gov", "usastaffing"),
    ("viterbit-mail.com", "viterbit"),
    ("workable.com", "workable"),
    ("workablemail.com", "workable"),
    ("workday.com", "workday"),
    // Services that send for anybody; an employer's own name is in the display name.
    ("amazonses.com", "amazonses"),
    ("mailgun.org", "mailgun"),
    ("mandrillapp.com", "mandrill"),
    ("mcsv.net", "mailchimp"),
    ("rsgsv.net", "mailchimp"),
    ("sendgrid.com", "sendgrid"),
    ("sendgrid.net", "sendgrid"),
    ("sparkpost.com", "sparkpost"),
    ("sparkpostmail.com", "sparkpost"),
];

/// Where the general services begin in `TRACKING`: they prove no application.
const GENERAL: [&str; 6] =
    ["amazonses", "mailgun", "mandrill", "mailchimp", "sendgrid", "sparkpost"];

const BOARDS: &[(&str, &str)] = &[
    ("angel.co", "wellfound"),
    ("dice.com", "dice"),
    ("glassdoor.com", "glassdoor"),
    ("hired.com", "hired"),
    ("indeed.com", "indeed"),
    ("indeedemail.com", "indeed"),
    ("linkedin.com", "linkedin"),
    ("monster.com", "monster"),
    ("otta.com", "otta"),
    ("stepstone.de", "stepstone"),
    ("wellfound.com", "wellfound"),
    ("xing.com", "xing"),
    ("ycombinator.com", "ycombinator"),
    ("ziprecruiter.com", "ziprecruiter"),
];

const NEWSLETTERS: &[&str] = &[
    "beehiiv.com",
    "bitbucket.org",
    "buttondown.com",
    "buttondown.email",
    "convertkit-mail.com",
    "convertkit-mail2.com",
    "coursera.org",
    "eatclub.in",
    "educative.io",
    "getrevue.co",
    "ghost.io",
    "github.com",
    "gitlab.com",
    "leetcode.com",
    "mailerlite.com",
    "medium.com",
    "substack.com",
    "thinkific.com",
    "tinyletter.com",
];

const HEADHUNTERS: &[&str] = &[
    "agreeya.com",
    "axelon.com",
    "clearedconnections.com",
    "encodeinc.com",
    "etalentnetwork.com",
    "exarcainc.com",
    "expansiagroup.com",
    "galaxyinfotechinc.com",
    "gctus.com",
    "globalsolgroup.com",
    "guildtalent.com",
    "headwitglobal.com",
    "hirekeyz.com",
    "hirexcorp.com",
    "honorvettech.com",
    "infostride.com",
    "infotreeglobal.com",
    "inteliblue.com",
    "irionline.com",
    "iserveworld.com",
    "lancesoft.com",
    "maania.com",
    "mbius.net",
    "mondo.com",
    "peaktechnical.com",
    "peoplentech.com",
    "quantumworldit.com",
    "radgov.com",
    "ramsoft.net",
    "sagarsoft.com",
    "smxtech.com",
    "sr2rec.com",
    "stefanini.com",
    "tanishasystems.com",
    "tekinspirations.com",
    "tekintegral.com",
    "themavengroup.com",
    "tklm.io",
    "varite.com",
    "vtechsolution.us",
    "zapnixinc.com",
    "zolon.com",
    "zolontech.com",
];

const FREEMAIL: &[&str] = &[
    "aol.com",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "live.com",
    "mac.com",
    "mail.com",
    "mailbox.org",
    "me.com",
    "msn.com",
    "office365.com",
    "onmicrosoft.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.es",
    "outlook.fr",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "sfr.fr",
    "t-online.de",
    "wanadoo.fr",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.es",
    "yahoo.fr",
    "ymail.com",
    "zoho.com",
];

impl Sender {
    pub(super) fn of(address: &Address) -> Self {
        let host = address.domain();
        let is = |domain: &str| {
            host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
        };
        if let Some((_, name)) = TRACKING.iter().find(|(domain, _)| is(domain)) {
            return Self::Tracking(name);
        }
        if let Some((_, name)) = BOARDS.iter().find(|(domain, _)| is(domain)) {
            return Self::Board(name);
        }
        if NEWSLETTERS.iter().any(|domain| is(domain)) {
            Self::Newsletter
        } else if HEADHUNTERS.iter().any(|domain| is(domain)) {
            Self::Headhunter
        } else if FREEMAIL.iter().any(|domain| is(domain)) {
            Self::Freemail
        } else {
            Self::Direct
        }
    }

    /// Whether mail from here is about an application unless it says otherwise.
    pub(super) fn is_for_applicants(self) -> bool {
        matches!(self, Self::Tracking(name) if !GENERAL.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_known_by_their_domain_and_below_it() {
        for (address, expected) in [
            ("no-reply@us.greenhouse-mail.io", Sender::Tracking("greenhouse")),
            ("acme@myworkday.com", Sender::Tracking("workday")),
            ("x@acme.teamtailor-mail.com", Sender::Tracking("teamtailor")),
            ("jobs-listings@linkedin.com", Sender::Board("linkedin")),
            ("anna@gmx.de", Sender::Freemail),
            ("anna@notgmx.de", Sender::Direct),
            ("anna@acme.example", Sender::Direct),
        ] {
            assert_eq!(Sender::of(&Address::parse(address).unwrap()), expected, "{address}");
        }
    }
}
