//! Names of employers in sentences: `applying to Acme`, `Ihre Bewerbung bei Acme`.

use std::sync::LazyLock;

use super::super::pattern::Pattern;
use super::super::position::is_title;
use super::super::text::{Sentence, Text, Word, fold, squash};

/// Phrases right before a name; the first are the surest.
const BEFORE: &[&str] = &[
    "apply|applying|applied|application|applications|candidacy|interest|interested ~1 to|at|with|in join|joining|the?",
    "application|applying|applied|role|position|job|opportunity|interview|opening|interest|career|discussion ~7 at|with|@ the?",
    "thank|thanks you? from the?",
    "update|news|message|invitation|test|assessment|greetings from the?",
    "bewerbung|beworben|bewerben|bewirbst|stelle|position|interview|gespräch|kennenlernen|karriere ~6 bei|mit der|dem?",
    "interesse an|bei der|dem|einer|tätigkeit|mitarbeit|bei?",
    "candidature|postulé|poste|entretien|recrutement ~6 chez|auprès de?",
    "intérêt ~4 pour",
    "candidatura|postulado|inscrito|vacante|puesto|oferta|entrevista|proceso ~6 en|con",
    "next steps|step with|at|in your?",
    "welcome to|at",
];

static PATTERNS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| BEFORE.iter().map(|phrase| Pattern::new(phrase)).collect());

/// Words a name does not contain or begin with.
const NO_NAME: &str = " the your our you we us this that position role job application applications interview \
     dear hi hello thank thanks for as on at in to from with and or next team talent recruiting careers \
     career der die das dem den ihre ihr unser unsere uns eine einen einer als für und am im nous vous \
     votre notre le la les un une su tu nuestra nuestro el los las una monday tuesday wednesday thursday \
     friday montag dienstag mittwoch donnerstag freitag update received status microsoft_teams zoom \
     teams google_meet please if it they recruitment hr here more open i my ";

pub(super) fn in_subject(subject: &Text) -> Option<String> {
    in_text(subject).or_else(|| your_application(subject))
}

pub(super) fn in_text(text: &Text) -> Option<String> {
    PATTERNS.iter().find_map(|pattern| {
        text.sentences.iter().find_map(|sentence| {
            pattern.find_all(&sentence.words).find_map(|(_, end)| name_at(text, sentence, end))
        })
    })
}

/// `your Target job application`.
fn your_application(subject: &Text) -> Option<String> {
    subject.sentences.iter().find_map(|sentence| {
        let your = sentence.words.iter().position(|word| word.folded == "your")?;
        let rest = sentence.words.get(your + 1..)?;
        let end = rest.iter().position(|word| word.folded == "application")?;
        let named = rest.get(..end)?.iter().take_while(|word| word.folded != "job").count();
        let name = subject.quote(rest.get(..named)?);
        (named > 0 && named <= 4 && is_name(&name)).then_some(name)
    })
}

/// The capitalised words that begin at `at`.
fn name_at(text: &Text, sentence: &Sentence, at: usize) -> Option<String> {
    let words = sentence.words.get(at..)?;
    let mut taken: Vec<&Word> = Vec::new();
    for word in words.iter().take(5) {
        let raw = text.between(word.start, word.end);
        let gap = taken.last().map_or("", |last| text.between(last.end, word.start));
        let capital = raw.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let joined = gap.chars().all(|c| matches!(c, ' ' | '-' | '&' | '.' | '\'' | '’' | '\n'));
        let dashed =
            gap.contains(" - ") || gap.contains('\n') && gap.trim().is_empty() && gap.len() > 1;
        if !capital || !joined || dashed || NO_NAME.contains(&format!(" {} ", word.folded)) {
            break;
        }
        taken.push(word);
    }
    let (first, last) = (taken.first()?, taken.last()?);
    let name = text.between(first.start, last.end).to_owned();
    is_name(&name).then_some(name)
}

fn is_name(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    name.chars().next().is_some_and(char::is_uppercase)
        && (2..=60).contains(&letters)
        && digits < 4
        && !is_title(name)
        && !NO_NAME.contains(&format!(" {} ", fold(name)))
}

/// How a text spells the organisation of a domain label: `acmecorp` is `AcmeCorp`.
pub(super) fn spelling_of(text: &Text, label: &str) -> Option<String> {
    let label = squash(label);
    let mut words = text.sentences.iter().flat_map(|sentence| &sentence.words);
    let word = words.find(|word| squash(&word.folded) == label)?;
    let spelled = text.between(word.start, word.end);
    spelled.starts_with(char::is_uppercase).then(|| spelled.to_owned())
}
