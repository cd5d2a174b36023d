//! What stands below the words and was not written by the sender for this reader: device
//! signatures, contact blocks, disclaimers, footers of lists and virus scanners, and the
//! warnings some servers put on top. It works on what is left when the quotes are gone.

mod phrases;

use phrases::{CLOSINGS, CONTACT, DEVICES, DEVICES_BEHIND, LEGAL, MACHINES, MAIL, WARNINGS};

/// The lines without what no one wrote; contact blocks and device lines go to `signature`.
pub fn without<'l>(lines: &[&'l str], signature: &mut Vec<&'l str>) -> Vec<&'l str> {
    let mut kept = Vec::with_capacity(lines.len());
    let mut first = true;
    for paragraph in lines.split(|line| line.trim().is_empty()).filter(|p| !p.is_empty()) {
        if is_machine_made(paragraph, first) {
            continue;
        }
        let mut end = footer_at(paragraph);
        while let Some(line) = end.checked_sub(1).and_then(|last| paragraph.get(last)) {
            if !is_device(line) {
                break;
            }
            signature.push(line);
            end -= 1;
        }
        let paragraph = paragraph.get(..end).unwrap_or_default();
        if paragraph.is_empty() {
            continue;
        }
        if !first {
            kept.push("");
        }
        kept.extend(paragraph);
        first = false;
    }
    if !holds_a_draft(&kept) {
        let at = contact_block(&kept);
        signature.extend(kept.drain(at..));
    }
    kept
}

/// Whether the user sends back a changed draft: its own closing and contact data belong to it.
fn holds_a_draft(lines: &[&str]) -> bool {
    let first = lines.first().map(|line| line.trim().to_lowercase()).unwrap_or_default();
    let first = first.trim_end_matches(|c: char| c.is_ascii_punctuation());
    matches!(first, "edit" | "send this")
}

/// Where a list's footer begins that follows the words without a blank line: below a long rule.
fn footer_at(paragraph: &[&str]) -> usize {
    let all = paragraph.len();
    let rule =
        |line: &&str| line.trim().len() >= 20 && line.trim().chars().all(|c| "_-=".contains(c));
    paragraph
        .iter()
        .position(rule)
        .filter(|at| {
            paragraph
                .get(at + 1..)
                .is_some_and(|below| !below.is_empty() && is_machine_made(below, false))
        })
        .unwrap_or(all)
}

fn is_device(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_', '<', '[', ' ']);
    let lower = line.to_lowercase();
    let count = line.chars().count();
    let german = lower.starts_with("von ") && lower.trim_end_matches('.').ends_with(" gesendet");
    count <= 90
        && !line.ends_with(['?', '!'])
        && (german
            || DEVICES.iter().any(|start| lower.starts_with(start))
            || (count <= 40 && DEVICES_BEHIND.iter().any(|end| lower.contains(end))))
        && lower.split_whitespace().count() <= 10
}

/// Whether a paragraph was added by a machine. The first one is the sender's own unless it is
/// a warning: a short mail about a mailing list must not vanish.
fn is_machine_made(paragraph: &[&str], first: bool) -> bool {
    let text = paragraph.join(" ").to_lowercase();
    let begins = text.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[');
    if first {
        return WARNINGS.iter().any(|start| begins.starts_with(start)) && text.len() < 600;
    }
    let legal = text.len() > 60
        && LEGAL.iter().any(|words| text.contains(words))
        && MAIL.iter().any(|word| text.contains(word));
    let rule = text.len() >= 10 && text.chars().all(|c| matches!(c, '_' | '-' | '=' | '*' | ' '));
    legal
        || rule
        || MACHINES.iter().any(|words| text.contains(words))
        || begins.starts_with("disclaimer:")
}

/// Where the contact data below a closing and the name begins; the length if there is none.
fn contact_block(lines: &[&str]) -> usize {
    let none = lines.len();
    let closing = lines.iter().rposition(|line| {
        let lower = line.trim().to_lowercase();
        lower.chars().count() <= 60 && CLOSINGS.iter().any(|words| lower.starts_with(words))
    });
    let Some(closing) = closing else { return none };
    let mut below =
        lines.iter().enumerate().skip(closing + 1).filter(|(_, l)| !l.trim().is_empty());
    let Some((name, line)) = below.next() else { return none };
    if line.split_whitespace().count() > 5 || is_contact(line) {
        return none;
    }
    let contacts = below.clone().filter(|(_, line)| is_contact(line)).count();
    let talk = below.any(|(_, line)| line.split_whitespace().count() > 14);
    if contacts >= 2 && !talk { name + 1 } else { none }
}

fn is_contact(line: &str) -> bool {
    let lower = line.to_lowercase();
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let others = line.chars().filter(|c| c.is_alphabetic()).count();
    (digits >= 7 && others <= 14)
        || lower.contains("www.")
        || lower.contains("http")
        || (lower.contains('@') && lower.split_whitespace().count() <= 4)
        || lower.split_whitespace().any(|word| CONTACT.contains(&word.trim_matches([',', '|'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> (String, String) {
        let lines: Vec<&str> = text.lines().collect();
        let mut signature = Vec::new();
        let kept = without(&lines, &mut signature);
        (kept.join("\n"), signature.join("\n"))
    }

    #[test]
    fn device_signatures_are_known_in_many_languages() {
        for device in [
            "Sent from my iPhone",
            "Get Outlook for iOS<https://aka.ms/o0ukef>",
            "Von meinem iPhone gesendet",
            "Gesendet mit der GMX Mail App",
            "Von Yahoo Mail auf Android gesendet",
            "Envoyé de mon iPhone",
            "Enviado desde mi iPhone",
            "Inviato da iPhone",
            "Verstuurd vanaf mijn iPhone",
            "Enviado do meu iPhone",
            "Skickat från min iPhone",
            "Sendt fra min iPhone",
            "Wysłane z iPhone'a",
            "iPhoneから送信",
        ] {
            assert_eq!(
                left(&format!("yes\n\n{device}")),
                ("yes".into(), device.into()),
                "{device}"
            );
        }
        for own in ["I sent it from my phone", "Sent from my other address, is that a problem?"] {
            assert_eq!(left(own).0, own);
        }
    }

    #[test]
    fn disclaimers_and_footers_go_and_the_first_paragraph_stays() {
        let legal = "This e-mail and any attachments are confidential. If you are not the intended \
                     recipient, please delete it.";
        assert_eq!(left(&format!("yes\n\n{legal}")).0, "yes");
        assert_eq!(left(legal).0, legal);
        let german =
            "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen.";
        assert_eq!(left(&format!("ja\n\n{german}\n\n________________")).0, "ja");
        assert_eq!(left("CAUTION: This email originated from outside.\n\nHello").0, "Hello");
    }

    #[test]
    fn contact_data_below_a_closing_is_signature() {
        let (text, signature) = left(
            "We will call you.\n\nBest regards,\nAnna Schmidt\nAcme GmbH\nTel. +49 30 1234567",
        );
        assert_eq!(text, "We will call you.\n\nBest regards,\nAnna Schmidt");
        assert_eq!(signature, "Acme GmbH\nTel. +49 30 1234567");
        let draft = "edit\n\nDear Anna\n\nRegards\nJane Doe\nTel. +49 30 1234567\nwww.doe.example";
        assert_eq!(left(draft).0, draft);
        let plain = "Thanks\n\nRegards, Roman";
        assert_eq!(left(plain).0, plain);
    }
}
