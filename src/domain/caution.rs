//! What about the recipient of a draft deserves a second look: an address that only resembles the
//! employer's, one that changed, one that they do not want to be answered at. It warns and decides
//! nothing; the user does.
//!
//! Surprising: a domain may look the same in two alphabets. Letters are compared by their shape.

use super::address::Address;

/// What is known about the people a draft could go to.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The employer's registrable domain.
    pub employer: Option<&'a str>,
    /// Where the message before this one went.
    pub last_to: Option<&'a Address>,
    /// Where their last mail wants to be answered, if that is not where it came from.
    pub reply_to: Option<&'a Address>,
}

/// One sentence for each thing to look at.
#[must_use]
pub fn cautions(to: &Address, known: Known<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    let domain = to.domain();
    if !domain.is_ascii() || domain.split('.').any(|label| label.starts_with("xn--")) {
        sentences.push(format!(
            "The address is at {domain}, written with letters beyond a to z, which may look like \
             others. Please compare it."
        ));
    }
    let at = to.registrable_domain().unwrap_or(domain);
    if let Some(employer) = known.employer.filter(|employer| *employer != at) {
        sentences.push(if alike(at, employer) {
            format!(
                "The address is at {at}. That looks like {employer}, the employer's, but is not."
            )
        } else {
            format!("The address is at {at}, not at {employer}, the employer's.")
        });
    }
    if let Some(last) = known.last_to.filter(|last| *last != to) {
        sentences.push(format!("The message before went to {last}; this one goes to {to}."));
    }
    if let Some(reply_to) = known.reply_to.filter(|reply_to| *reply_to != to) {
        sentences.push(format!(
            "Their last mail wants answers at {reply_to}; this one goes to {to}, where it came from."
        ));
    }
    sentences
}

/// Whether two domains are easily taken for one another.
fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (shape(one), shape(other));
    let near = one.len().min(other.len()) >= 6 && strsim::osa_distance(&one, &other) <= 1;
    one == other || near
}

/// The letters by how they look.
fn shape(domain: &str) -> String {
    let letters: String = domain
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' | 'о' | 'ο' => 'o',
            '1' | 'i' | 'і' | 'ı' | 'Ɩ' => 'l',
            'а' | 'α' => 'a',
            'с' => 'c',
            'е' => 'e',
            'р' | 'ρ' => 'p',
            'х' | 'χ' => 'x',
            'у' => 'y',
            'ѕ' | '5' => 's',
            'ν' => 'v',
            other => other,
        })
        .collect();
    letters.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    fn about(to: &str, employer: &str) -> Vec<String> {
        let known = Known { employer: Some(employer), last_to: None, reply_to: None };
        cautions(&address(to), known)
    }

    #[test]
    fn the_employers_own_address_needs_no_second_look() {
        assert_eq!(about("anna@acme.example", "acme.example"), Vec::<String>::new());
        assert_eq!(about("anna@mail.acme.example", "acme.example"), Vec::<String>::new());
    }

    #[test]
    fn a_domain_that_resembles_the_employers_is_named() {
        for domain in ["acrne.example", "acne.example", "ac-me.example", "acmee.example"] {
            let said = about(&format!("anna@{domain}"), "acme.example");
            assert!(said.len() == 1 && said[0].contains("looks like"), "{domain}: {said:?}");
        }
        let said = about("anna@agency.example", "acme.example");
        assert!(said.len() == 1 && !said[0].contains("looks like"), "{said:?}");
        assert!(about("anna@xn--acm-dma.example", "acme.example")[0].contains("compare"));
    }

    #[test]
    fn a_changed_address_and_another_one_for_answers_are_shown() {
        let (last, wanted) = (address("anna@acme.example"), address("jobs@acme.example"));
        let known =
            Known { employer: Some("acme.example"), last_to: Some(&last), reply_to: Some(&wanted) };
        let said = cautions(&address("tom@acme.example"), known);
        assert_eq!(
            said,
            [
                "The message before went to anna@acme.example; this one goes to tom@acme.example.",
                "Their last mail wants answers at jobs@acme.example; this one goes to \
                 tom@acme.example, where it came from.",
            ]
        );
    }
}
