//! What mailboxes are called where the server does not say what they are for.
//!
//! Whole names only, never parts: "Sent to clients" is not Sent.
//! Surprising: names are compared without accents and capital letters, so that old folders made
//! by programs that could not write them ("Elements envoyes") are found as well.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::domain::mailbox::Role;

#[rustfmt::skip]
const SENT: &[&str] = &[
    "Sent", "Sent Items", "Sent Messages", "Sent Mail", "Sent-Mail", "Sent Email", "Sent Emails",
    "Gesendet", "Gesendete Objekte", "Gesendete Elemente", "Gesendete Nachrichten", "Gesendete Mails", "Gesendete E-Mails",
    "Envoyés", "Éléments envoyés", "Messages envoyés", "Courrier envoyé", "Courriers envoyés", "Mails envoyés", "Objets envoyés",
    "Enviados", "Enviado", "Elementos enviados", "Mensajes enviados", "Correo enviado", "Correos enviados",
    "Inviati", "Inviata", "Posta inviata", "Elementi inviati", "Messaggi inviati",
    "Verzonden", "Verzonden items", "Verzonden berichten", "Verzonden mail", "Verstuurd",
    "Enviadas", "Itens enviados", "Mensagens enviadas", "Correio enviado", "E-mails enviados",
    "Skickat", "Skickade", "Skickade objekt", "Skickade meddelanden", "Sendt", "Sendte", "Sendte elementer", "Sendt post",
    "Lähetetyt", "Lähetetyt viestit", "Wysłane", "Elementy wysłane", "Odeslané", "Odeslaná pošta", "Elküldött", "Elküldött elemek",
    "Trimise", "Gönderilmiş Öğeler", "Gönderilenler", "Отправленные", "Надіслані", "Απεσταλμένα",
    "送信済み", "送信済みアイテム", "送信済みメール", "已发送", "已发送邮件", "寄件備份", "보낸 편지함",
];

#[rustfmt::skip]
const DRAFTS: &[&str] = &[
    "Drafts", "Draft", "Draft Messages", "Entwürfe", "Entwurf", "Brouillons", "Brouillon", "Borradores", "Borrador", "Bozze", "Bozza",
    "Concepten", "Concept", "Rascunhos", "Rascunho", "Utkast", "Kladder", "Luonnokset", "Kopie robocze", "Wersje robocze", "Szkice",
    "Koncepty", "Rozepsané", "Piszkozatok", "Ciorne", "Schițe", "Taslaklar", "Черновики", "Чернетки", "Πρόχειρα",
    "下書き", "草稿", "草稿箱", "임시 보관함", "임시보관함",
];

#[rustfmt::skip]
const JUNK: &[&str] = &[
    "Junk", "Junk E-mail", "Junk Email", "Junk Mail", "Spam", "Bulk", "Bulk Mail", "Unwanted",
    "Junk-E-Mail", "Spamverdacht", "Unerwünscht", "Werbung", "Indésirables", "Courrier indésirable", "Pourriel", "Pourriels",
    "Correo no deseado", "No deseado", "No deseados", "Posta indesiderata", "Indesiderata", "Ongewenst", "Ongewenste e-mail", "Ongewenste mail", "Ongewenste reclame",
    "Lixo eletrônico", "Lixo electrónico", "Correio eletrônico não solicitado", "Skräppost", "Søppelpost", "Uønsket post", "Uønsket e-mail",
    "Roskaposti", "Wiadomości-śmieci", "Nevyžádaná pošta", "Levélszemét", "Gereksiz", "Önemsiz", "Önemsiz E-posta", "Спам", "Нежелательная почта",
    "迷惑メール", "垃圾邮件", "垃圾郵件", "스팸", "스팸메일함", "정크 메일",
];

#[rustfmt::skip]
const TRASH: &[&str] = &[
    "Trash", "Deleted", "Deleted Items", "Deleted Messages", "Bin", "Rubbish", "Recycle Bin",
    "Papierkorb", "Gelöscht", "Gelöschte Objekte", "Gelöschte Elemente", "Gelöschte Nachrichten", "Corbeille", "Éléments supprimés", "Messages supprimés",
    "Papelera", "Eliminados", "Elementos eliminados", "Cestino", "Posta eliminata", "Elementi eliminati", "Prullenbak", "Prullenmand", "Verwijderd", "Verwijderde items",
    "Lixeira", "Lixo", "Itens excluídos", "Itens eliminados", "Papperskorg", "Papperskorgen", "Borttaget", "Borttagna objekt", "Papirkurv", "Slettet", "Slettede elementer", "Slettet post",
    "Roskakori", "Poistetut", "Kosz", "Elementy usunięte", "Koš", "Odstraněná pošta", "Törölt elemek", "Kuka", "Coș de gunoi", "Çöp Kutusu", "Silinmiş Öğeler",
    "Корзина", "Удалённые", "Кошик", "Απορρίμματα", "ゴミ箱", "削除済みアイテム", "已删除", "已删除邮件", "垃圾桶", "휴지통",
];

#[rustfmt::skip]
const ARCHIVE: &[&str] = &[
    "Archive", "Archives", "Archived", "Archiv", "Archivo", "Archivos", "Archivio", "Archief", "Arquivo", "Arquivos", "Arquivo Morto", "Arkiv",
    "Arkisto", "Archiwum", "Archivum", "Arhivă", "Arşiv", "Архив", "Архів", "Αρχειοθήκη", "アーカイブ", "存档", "归档", "封存", "보관", "보관함",
];

/// The role of a mailbox that bears this name, if the name is a known one.
pub(super) fn role(name: &str) -> Option<Role> {
    let folded = fold(name);
    [
        (Role::Sent, SENT),
        (Role::Drafts, DRAFTS),
        (Role::Junk, JUNK),
        (Role::Trash, TRASH),
        (Role::Archive, ARCHIVE),
    ]
    .into_iter()
    .find(|(_, known)| known.iter().any(|one| fold(one) == folded))
    .map(|(role, _)| role)
}

/// Small letters without accents; wide and narrow forms are the same.
fn fold(name: &str) -> String {
    name.trim().nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localised_names_have_roles() {
        let cases = [
            ("Sent Items", Some(Role::Sent)),
            ("sent messages", Some(Role::Sent)),
            ("Gesendete Objekte", Some(Role::Sent)),
            ("Éléments envoyés", Some(Role::Sent)),
            ("Elements envoyes", Some(Role::Sent)),
            ("Elementos enviados", Some(Role::Sent)),
            ("Posta inviata", Some(Role::Sent)),
            ("Verzonden items", Some(Role::Sent)),
            ("Itens Enviados", Some(Role::Sent)),
            ("ENTWÜRFE", Some(Role::Drafts)),
            ("Bulk Mail", Some(Role::Junk)),
            ("Junk E-mail", Some(Role::Junk)),
            ("Corbeille", Some(Role::Trash)),
            ("Archiv", Some(Role::Archive)),
            ("Sent to clients", None),
            ("Drafting", None),
            ("Jobs", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(role(name), expected, "{name}");
        }
    }

    #[test]
    fn no_name_has_two_roles() {
        let all = [SENT, DRAFTS, JUNK, TRASH, ARCHIVE].concat();
        let mut folded: Vec<String> = all.iter().map(|name| fold(name)).collect();
        let count = folded.len();
        folded.sort();
        folded.dedup();
        assert_eq!(folded.len(), count);
    }
}
