//! The header of a quoted message as Outlook and others write it into the text:
//! `From: … / Sent: … / To: … / Subject: …`, in the language of the program.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    From,
    Date,
    To,
    Copy,
    Subject,
    ReplyTo,
}

const LABELS: [(Label, &[&str]); 6] = [
    (
        Label::From,
        &[
            "from",
            "von",
            "de",
            "da",
            "van",
            "från",
            "fra",
            "od",
            "от",
            "από",
            "lähettäjä",
            "feladó",
            "expéditeur",
            "mittente",
            "remitente",
            "absender",
            "afzender",
            "від",
            "kimden",
            "gönderen",
            "差出人",
            "送信者",
            "发件人",
            "寄件者",
            "보낸 사람",
            "de la",
            "avsändare",
            "nadawca",
            "gửi từ",
            "từ",
        ],
    ),
    (
        Label::Date,
        &[
            "sent",
            "date",
            "sent at",
            "sent on",
            "gesendet",
            "gesendet am",
            "datum",
            "envoyé",
            "envoyé le",
            "enviado",
            "enviado el",
            "enviado em",
            "enviada em",
            "enviada",
            "fecha",
            "data",
            "inviato",
            "verzonden",
            "skickat",
            "sendt",
            "dato",
            "wysłano",
            "wysłane",
            "отправлено",
            "дата",
            "lähetetty",
            "päivämäärä",
            "päiväys",
            "odesláno",
            "odoslané",
            "送信日時",
            "日付",
            "发送时间",
            "日期",
            "寄件日期",
            "보낸 날짜",
            "날짜",
            "gönderildi",
            "gönderme tarihi",
            "tarih",
            "elküldve",
            "dátum",
            "надіслано",
            "trimis",
            "отправлен",
            "ngày",
        ],
    ),
    (
        Label::To,
        &[
            "to",
            "an",
            "à",
            "a",
            "para",
            "aan",
            "till",
            "til",
            "do",
            "кому",
            "vastaanottaja",
            "címzett",
            "komu",
            "kime",
            "宛先",
            "收件人",
            "받는 사람",
            "destinataire",
            "destinatario",
            "empfänger",
            "către",
            "προς",
            "đến",
        ],
    ),
    (
        Label::Copy,
        &["cc", "kopie", "copie", "kopia", "kopi", "copia", "bcc", "copy", "抄送", "참조", "копия"],
    ),
    (
        Label::Subject,
        &[
            "subject",
            "betreff",
            "objet",
            "asunto",
            "oggetto",
            "onderwerp",
            "assunto",
            "ämne",
            "emne",
            "temat",
            "тема",
            "aihe",
            "předmět",
            "predmet",
            "件名",
            "主题",
            "主旨",
            "제목",
            "konu",
            "tárgy",
            "subiect",
            "θέμα",
            "chủ đề",
        ],
    ),
    (Label::ReplyTo, &["reply-to", "antwort an", "répondre à", "responder a", "rispondi a"]),
];

/// A header line needs no more than this before its colon.
const MAX_LABEL: usize = 40;

/// How many lines the header that begins at `at` takes, if there is one.
pub fn at(lines: &[&str], at: usize) -> Option<usize> {
    let first = lines.get(at)?;
    let (label, value) = label_of(first)?;
    if collapsed(first) {
        return Some(1);
    }
    let mut found = vec![(label, value)];
    let mut taken = 1;
    let mut gap = 0;
    for line in lines.iter().skip(at + 1).take(24) {
        match label_of(line) {
            Some(labelled) => {
                taken += gap + 1;
                gap = 0;
                found.push(labelled);
            }
            // A long list of recipients, or a paragraph for each line.
            None if gap < 2 => gap += 1,
            None => break,
        }
    }
    is_header(&found).then_some(taken)
}

/// The fields of a header block, by the names that mail has for them, as far as they are on lines
/// of their own.
pub fn fields<'a>(lines: &[&'a str]) -> Vec<(&'static str, &'a str)> {
    let name = |label| match label {
        Label::From => "From",
        Label::Date => "Date",
        Label::To => "To",
        Label::Copy => "Cc",
        Label::Subject => "Subject",
        Label::ReplyTo => "Reply-To",
    };
    let found = lines.iter().filter_map(|line| label_of(line));
    found.map(|(label, value)| (name(label), value)).collect()
}

fn label_of(line: &str) -> Option<(Label, &str)> {
    let line = line.trim().trim_start_matches(['*', '_', '|', ' ']);
    let colon = line.find([':', '：'])?;
    if colon > MAX_LABEL {
        return None;
    }
    let (name, value) = line.split_at_checked(colon)?;
    let name = name.trim_matches(['*', '_', ' ']).to_lowercase();
    let label = LABELS.iter().find(|(_, names)| names.contains(&name.as_str()))?.0;
    Some((label, value.trim_start_matches([':', '：']).trim_matches(['*', '_', ' '])))
}

fn is_header(found: &[(Label, &str)]) -> bool {
    let value = |label| found.iter().find(|(one, _)| *one == label).map(|(_, value)| *value);
    let has = |label| value(label).is_some_and(|value| !value.is_empty());
    let at_sign = found.iter().any(|(_, value)| value.contains('@'));
    let distinct = LABELS.iter().filter(|(label, _)| has(*label)).count();
    let sender = has(Label::From) || has(Label::To);
    let dated = value(Label::Date).is_some_and(|v| v.chars().any(|c| c.is_ascii_digit()));
    match distinct {
        0 | 1 => false,
        2 => {
            (has(Label::From) && dated)
                || (has(Label::Subject) && sender && at_sign)
                || (has(Label::To) && at_sign && (dated || has(Label::From)))
        }
        _ => sender && (has(Label::Subject) || dated || at_sign),
    }
}

/// All of it on one line: `From: … Sent: … To: … Subject: …`.
fn collapsed(line: &str) -> bool {
    let mut seen: Vec<Label> = Vec::new();
    let words: Vec<&str> = line.split_whitespace().take(200).collect();
    for word in words {
        let Some(name) = word.trim_matches('*').strip_suffix(':') else { continue };
        let name = name.trim_matches('*').to_lowercase();
        let label = LABELS.iter().find(|(_, names)| names.contains(&name.as_str()));
        if let Some((label, _)) = label
            && !seen.contains(label)
        {
            seen.push(*label);
        }
    }
    seen.len() >= 3 && seen.contains(&Label::From) && seen.contains(&Label::Subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_block(text: &str) -> bool {
        at(&text.lines().collect::<Vec<_>>(), 0).is_some()
    }

    #[test]
    fn headers_are_known_in_the_language_of_the_program() {
        for text in [
            "From: Anna Schmidt <anna@acme.example>\nSent: Monday, 7 December 2026 10:00\nTo: Jane",
            "Von: Anna Schmidt\nGesendet: Montag, 7. Dezember 2026 10:00\nAn: Jane\nBetreff: AW: X",
            "De : Anna <anna@acme.example>\nEnvoyé : lundi 7 décembre 2026 10:00\nÀ : Jane\nObjet : RE",
            "De: Anna\nEnviado el: lunes, 7 de diciembre de 2026 10:00\nPara: Jane\nAsunto: RE: X",
            "Da: Anna\nInviato: lunedì 7 dicembre 2026 10:00\nA: Jane\nOggetto: R: X",
            "Van: Anna\nVerzonden: maandag 7 december 2026 10:00\nAan: Jane\nOnderwerp: RE: X",
            "De: Anna\nEnviada em: 7 de dezembro de 2026 10:00\nPara: Jane\nAssunto: RES: X",
            "Från: Anna\nSkickat: den 7 december 2026 10:00\nTill: Jane\nÄmne: SV: X",
            "Fra: Anna\nSendt: 7. desember 2026 10:00\nTil: Jane\nEmne: SV: X",
            "Od: Anna\nWysłano: poniedziałek, 7 grudnia 2026 10:00\nDo: Jane\nTemat: Odp: X",
            "差出人: Anna\n送信日時: 2026年12月7日 10:00\n宛先: Jane\n件名: RE: X",
            "*From:* a@x.example [mailto:\n a@x.example]\n*Sent:* Wednesday 3:05 PM\n*To:* b@x.example",
            "From: Anna\n\nSent: Monday, 7 Dec 2026\n\nTo: Jane\n\nSubject: X",
            "Date: Wed, 16 May 2012 00:15:02 -0600\nTo: jane@mail.example",
            "From: Anna Sent: Monday 7 Dec To: Jane Subject: RE: X",
        ] {
            assert!(is_block(text), "{text}");
        }
    }

    #[test]
    fn an_appointment_is_no_header() {
        for text in [
            "Date: Wednesday 3 October\nTime: 7:00 am\nAddress: 130 Fox St",
            "From: 10:00\nTo: 11:00",
            "Subject: the usual one",
            "To: do\nmore",
            "Datum: 12.12.2026\nUhrzeit: 10:00\nOrt: Berlin",
        ] {
            assert!(!is_block(text), "{text}");
        }
    }
}
