//! The position a message speaks of, from its subject, the invitation's summary and its text.
//!
//! Reference numbers and `(m/w/d)` are dropped: they differ between two mails about one job.
//! What merely follows `for the` must also look like a job title.

mod capture;
pub(super) mod reference;
mod titles;

use std::sync::LazyLock;

use super::pattern::Pattern;
use super::text::{Text, squash};
use capture::{after, before_gender_mark, until_marker};
pub(super) use titles::is_title;

/// A phrase after which the position stands.
struct Rule {
    pattern: Pattern,
    /// The words must contain a job title.
    only_titles: bool,
}

const SURE: &[&str] = &[
    "position|role|post|vacancy|job|opening of|as|titled the|a|an?",
    "position|role|vacancy|job title",
    "apply|applying|applied|application ~2 position|role|job|vacancy of|as|for the|a|an?",
    "bewerbung|bewerben|beworben|bewirbst ~2 stelle|position ~1 als|zum|zur|des|der|eines|einer",
    "stelle|position|vakanz|tätigkeit als|des|zum|zur|eines|einer",
    "bewerbung als|zum|zur",
    "poste|emploi|offre de|d",
    "candidature|candidater au|pour|à|sur ~1 poste de|d",
    "en tant que",
    "puesto|vacante|posición|oferta|plaza de|como|para",
    "candidatura|solicitud|postulación ~3 puesto|vacante|oferta|posición de|como",
];

const TITLES: &[&str] = &[
    "apply|applying|applied|application|applications|candidacy|interest|received|considered|interviewing for|to|in the|our|a|an?",
    "interview|interviews|assessment|test|challenge|screening|chat|conversation|discussion|meeting|call ~1 for|re|as the|our|a|an?",
    "interview|vorstellungsgespräch|gespräch|telefoninterview|entretien|entrevista invitation|confirmation|invite|einladung?",
    "invitation ~3 interview ~1 for|the|our|a|an?",
    "vorstellungsgespräch|interview|gespräch|kennenlernen|einladung|gesprächs ~3 als|für|zur|zum|zur die|den|das|der?",
    "bewerbung|bewerben|beworben für|um|auf|zum|zur die|den|das|der? stelle|position?",
    "ihre|deine|meine bewerbung",
    "bewerbung",
    "candidature|entretien|poste ~1 pour|au|de|en|comme le|la|l|d?",
    "candidature",
    "candidatura|entrevista|solicitud|proceso ~2 para|como|a|de el|la?",
    "candidatura",
    "role|position|job|opportunity|vacancy|re|opening",
    "next steps|step for?",
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |only_titles: bool| {
        move |phrase: &&str| Rule { pattern: Pattern::new(phrase), only_titles }
    };
    SURE.iter().map(rule(false)).chain(TITLES.iter().map(rule(true))).collect()
});

/// The position, if any is named. `employer` is cut off where it follows the position.
pub(super) fn position(
    subject: &Text,
    summary: &str,
    text: &Text,
    employer: Option<&str>,
) -> Option<String> {
    let summary = Text::new(summary);
    let employer = employer.map(squash).filter(|name| name.len() > 1);
    let clean = |raw: String| capture::clean(&raw, employer.as_deref());
    let titled = |whole: &Text, heading: bool| {
        before_gender_mark(whole)
            .and_then(clean)
            .or_else(|| by_rules(whole, heading, &clean))
            .or_else(|| until_marker(whole).into_iter().filter_map(clean).find(|it| is_title(it)))
    };
    titled(subject, true)
        .or_else(|| titled(&summary, true))
        .or_else(|| titled(text, false))
        .or_else(|| capture::after_reference(text).and_then(clean).filter(|it| is_title(it)))
        .or_else(|| whole_subject(subject, employer.as_deref()))
}

fn by_rules(
    text: &Text,
    heading: bool,
    clean: &impl Fn(String) -> Option<String>,
) -> Option<String> {
    RULES.iter().find_map(|rule| {
        text.sentences.iter().find_map(|sentence| {
            rule.pattern.find_all(&sentence.words).find_map(|(_, end)| {
                let found = clean(after(text, sentence, end, heading))?;
                let fits = is_title(&found) || (!rule.only_titles && capture::is_name(&found));
                fits.then_some(found)
            })
        })
    })
}

/// `Acme - Senior Manager, Information Security`: the part of a subject that is a job title.
fn whole_subject(subject: &Text, employer: Option<&str>) -> Option<String> {
    subject.raw().split([':', '|', '–', '—']).find_map(|part| {
        let segments: Vec<&str> = part.split(" - ").map(str::trim).collect();
        let first = segments
            .iter()
            .position(|segment| is_title(segment) && titles::is_only_title(segment))?;
        let rest = segments.iter().skip(first).take_while(|it| titles::is_no_sentence(it));
        capture::clean(&rest.copied().collect::<Vec<_>>().join(" - "), employer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(subject: &str, text: &str) -> String {
        position(&Text::new(subject), "", &Text::new(text), Some("Acme")).unwrap_or_default()
    }

    #[test]
    fn positions_are_read_from_subjects() {
        for (subject, expected) in [
            ("Interview Data Engineer", "Data Engineer"),
            ("Interview invitation — Security Engineer at Acme", "Security Engineer"),
            ("Your application for the position of Head of Growth", "Head of Growth"),
            ("Application received for Analyst - L0", "Analyst - L0"),
            (
                "Your application for R0000441842 Lead Engineer (CTI team) (Open) at Acme",
                "Lead Engineer",
            ),
            ("Ihre Bewerbung als Softwareentwickler (m/w/d)", "Softwareentwickler"),
            ("Einladung zum Vorstellungsgespräch – Projektleiter Tiefbau", "Projektleiter Tiefbau"),
            ("Votre candidature au poste de Chef de projet H/F", "Chef de projet"),
            ("Tu candidatura para el puesto de Analista de datos", "Analista de datos"),
            ("Interview Data Engineer - Acme", "Data Engineer"),
            ("Acme - Senior Manager, Risk and Compliance", "Senior Manager, Risk and Compliance"),
            ("Thank you for applying to Acme", ""),
            ("Your application", ""),
            ("Lunch on Friday", ""),
        ] {
            assert_eq!(read(subject, ""), expected, "{subject}");
        }
    }

    #[test]
    fn positions_are_read_from_the_text() {
        for (text, expected) in [
            (
                "Thanks for your time regarding the Customer Advisor position with Acme.",
                "Customer Advisor",
            ),
            (
                "Thank you for applying for the role of Security Architect. We will",
                "Security Architect",
            ),
            (
                "vielen Dank für Ihre Bewerbung als Leiterin Controlling bei Acme.",
                "Leiterin Controlling",
            ),
            ("merci pour votre candidature au poste de comptable.", "comptable"),
            ("Ref: 125033 - Security Analyst Dear Sam, we", "Security Analyst"),
            ("We will decide for the best and let you know.", ""),
        ] {
            assert_eq!(read("Hello", text), expected, "{text}");
        }
    }
}
