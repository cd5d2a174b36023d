//! German, formal and informal.

use super::Sign::{
    Assessment, Interview, Invite, Job, Offer, Outreach, Question, Receipt, Refusal, Regret,
    Rejection, Status,
};
use super::{Guards, Row};

pub(super) const GUARDS: Guards = Guards {
    conditional: &["falls|wenn|sofern|sollte|sollten", "im falle|fall"],
    despite: &["auch|selbst wenn"],
    someday: &["werden|wird|gegebenenfalls|ggf|eventuell|voraussichtlich|anschließend"],
    not_yet: &[
        "solange|bevor|erst",
        "noch nicht|keine",
        "ohne ihre|deine",
        "gespräch|vorstellungsgespräch|bewerbungsgespräch|termin|interview|telefonat|kennenlernen|call ~4 absagen|abzusagen|absage|verschieben|verlegen|klappt",
        "absage|absagen|verschieben ~3 gespräch|gesprächs|termin|termins|interviews|vorstellungsgesprächs",
    ],
};

pub(super) const ROWS: &[Row] = &[
    // Absagen.
    (
        Rejection,
        6,
        "absage|absagen|abzusagen|absagt ~2 müssen|erteilen|mitteilen|zu|ihnen|dir|auf|für",
    ),
    (Rejection, 6, "absage ~2 ihre|deine|bewerbung"),
    (Rejection, 5, "leider ~9 absagen|absage"),
    (Rejection, 4, "absage"),
    (
        Refusal,
        5,
        "nicht ~4 berücksichtigen|berücksichtigt|weiterverfolgen|weiterverfolgt|weiterzuverfolgen",
    ),
    (Refusal, 5, "nicht weiter verfolgen|verfolgt|zu|berücksichtigen|berücksichtigt"),
    (
        Rejection,
        5,
        "nicht|keine|kein|keinen ~5 engere|nähere|weitere ~2 wahl|auswahl|berücksichtigung|betracht",
    ),
    (Rejection, 5, "nicht ~3 in die ~2 auswahl|endauswahl|runde"),
    (
        Rejection,
        5,
        "gegen ~4 bewerbung|einladung|zusammenarbeit|weiterverfolgung|kandidatur|sie ~2 entschieden|entscheiden",
    ),
    (
        Rejection,
        5,
        "für|zugunsten|gunsten ~3 andere|anderen|andern|anderer|jemand|jemanden|mitbewerber|mitbewerberin|interne ~6 entschieden|entschlossen|besetzt|besetzen|entscheiden|gefallen|weiterzumachen|weitermachen|weiter|fortzusetzen|fortsetzen|ausgewählt",
    ),
    (
        Rejection,
        5,
        "entscheidung|wahl|auswahl ~3 auf|zugunsten|für ~3 andere|anderen|anderer|mitbewerber ~3 gefallen|kandidat|kandidaten|kandidatin|bewerber|bewerberin|person|bewerbung|bewerbungen",
    ),
    (
        Refusal,
        5,
        "nicht ~6 anbieten|fortzusetzen|fortsetzen|fortführen|weiterzuführen|weiterführen|einzuladen|weiterzuverfolgen|zusagen|weitermachen|weiterzumachen",
    ),
    (
        Refusal,
        5,
        "keine ~4 positive|positiven ~2 antwort|rückmeldung|bescheid|nachricht|entscheidung|mitteilung",
    ),
    (Rejection, 5, "keinen ~2 positiven ~1 bescheid"),
    (
        Refusal,
        5,
        "leider ~8 keine|kein|nicht ~4 position|stelle|vakanz|anbieten|angebot|zusage|passende|einsatzmöglichkeit",
    ),
    (
        Rejection,
        5,
        "stelle|position|vakanz|arbeitsplatz|praktikumsplatz ~4 besetzt|vergeben|besetzen",
    ),
    (Rejection, 4, "anderweitig|intern|bereits ~1 besetzt|vergeben"),
    (
        Rejection,
        4,
        "andere|anderen|anderer bewerber|bewerberin|bewerberinnen|bewerbern|kandidat|kandidaten|kandidatin|kandidatinnen|bewerbungen|bewerbung|kandidierende ~9 besser|mehr|genauer|näher|eher|entschieden|stärker|noch",
    ),
    (
        Refusal,
        4,
        "nicht ~3 ausgewählt|überzeugen|überzeugt|passend|passt|entspricht|entsprechen|geeignet",
    ),
    (Rejection, 4, "nicht mehr|länger ~3 zur|verfügbar|ausgeschrieben|vakant|besetzen|verfügung"),
    (
        Rejection,
        4,
        "stelle|position|ausschreibung ~4 zurückgezogen|gestrichen|entfällt|geschlossen|aufgehoben",
    ),
    (Rejection, 4, "bewerbung ~4 abgelehnt|zurückgewiesen|ablehnen"),
    (Rejection, 4, "unterlagen|bewerbungsunterlagen ~3 zu unserer|unsere entlastung"),
    (Rejection, 4, "von ~4 einladung|bewerbung|zusammenarbeit ~2 absehen|abzusehen|abstand"),
    (Rejection, 5, "bewerbung ~3 nicht ~1 erfolgreich|berücksichtigt"),
    (Rejection, 5, "wahl|entscheidung ~2 nicht auf|zugunsten|für ~1 sie|dich"),
    (Rejection, 4, "stelle|position|vakanz ~8 besetzt|vergeben"),
    (Refusal, 5, "müssen|muss|möchten ~8 absagen|abzusagen"),
    (Refusal, 5, "leider ~3 nicht ~1 geklappt|gereicht|weiter"),
    (Refusal, 4, "kein|keine ~2 angebot|zusage ~3 machen|unterbreiten|geben|erteilen"),
    (Rejection, 5, "auf ~1 andere|anderen|mitbewerber|mitbewerberin|mitbewerbenden ~4 gefallen"),
    (Rejection, 5, "gefallen ~3 auf ~1 mitbewerber|mitbewerberin"),
    (Rejection, 5, "auf ~1 mitbewerber|mitbewerberin gefallen"),
    (Job, 3, "arbeitsvertrag|arbeitsvertrags|vertragsangebot"),
    (Regret, 2, "bedauern|bedauere|bedaure ~6 mitteilen|mitzuteilen|sagen|informieren|mitteilung"),
    (Regret, 2, "leider|bedauerlicherweise ~6 mitteilen|mitzuteilen|sagen"),
    (Regret, 1, "leider|bedauerlicherweise|bedauern|schade"),
    (Regret, 1, "schwer|schwergefallen|leicht ~2 gefallen|gemacht"),
    (Regret, 1, "nach sorgfältiger|reiflicher|eingehender prüfung|überlegung|durchsicht"),
    (
        Regret,
        1,
        "wünschen|wünsche|weiteren ~6 erfolg|zukunft|weg|alles|glück|stellensuche|jobsuche|berufsweg",
    ),
    (Regret, 1, "keine|nicht ~4 wertung|bewertung|person|qualifikation"),
    (Regret, 1, "vielzahl|große|hohe ~3 bewerbungen|resonanz|zahl"),
    // Eingangsbestätigungen.
    (Receipt, 5, "eingangsbestätigung|bewerbungseingang"),
    (
        Receipt,
        4,
        "bewerbung|unterlagen|bewerbungsunterlagen ~6 eingegangen|erhalten|eingetroffen|angekommen|übermittelt|erfolgreich|eingang",
    ),
    (
        Receipt,
        4,
        "erhalten|eingang|bestätigen|bestätigung ~5 bewerbung|unterlagen|bewerbungsunterlagen",
    ),
    (Receipt, 4, "danke|dank|bedanken|danken ~5 bewerbung|bewerbungsunterlagen|bewirbst|beworben"),
    (Receipt, 2, "danke|dank|bedanken|danken ~4 interesse"),
    (Receipt, 2, "freuen ~5 interesse|bewerbung"),
    (Receipt, 2, "unterlagen|bewerbung|profil ~5 prüfen|sichten|durchsehen|geprüft|prüfung"),
    // Gespräche.
    (
        Invite,
        6,
        "einladung ~4 gespräch|vorstellungsgespräch|interview|bewerbungsgespräch|kennenlerngespräch|kennenlernen|telefoninterview|telefonat|erstgespräch|videointerview|probetag|probearbeiten|zweitgespräch|videocall|call",
    ),
    (
        Invite,
        5,
        "gespräch|vorstellungsgespräch|interview|bewerbungsgespräch|kennenlerngespräch|kennenlernen|telefoninterview|telefonat|erstgespräch|probetag|probearbeiten|zweitgespräch|videointerview|call|runde ~5 einladen|einzuladen|eingeladen|vereinbaren|vereinbart|bestätigen|bestätigt|verabreden",
    ),
    (
        Invite,
        5,
        "laden|lade|möchten|würden|möchte ~6 gespräch|vorstellungsgespräch|interview|bewerbungsgespräch|kennenlerngespräch|kennenlernen|telefonat|erstgespräch|einladen|kennenzulernen|sprechen",
    ),
    (
        Invite,
        4,
        "möchten|würden|möchte|gerne|gern ~5 kennenlernen|kennen|sprechen|unterhalten|telefonieren|einladen",
    ),
    (Invite, 4, "wann ~5 zeit|passt|passen|verfügbar|erreichbar|verfügbarkeit"),
    (
        Invite,
        4,
        "passt|passen|haben|hättest|hätten|hast|wäre ~6 termin|zeit|uhr|montag|dienstag|mittwoch|donnerstag|freitag|woche",
    ),
    (
        Invite,
        4,
        "terminvorschlag|terminvorschläge|terminbestätigung|termineinladung|terminvereinbarung|terminauswahl|zeitfenster|wunschtermin",
    ),
    (Invite, 4, "ihre|deine|ihrer|deiner|ihren|deinen verfügbarkeit|verfügbarkeiten"),
    (
        Invite,
        4,
        "gespräch|interview|vorstellungsgespräch ~4 statt|findet|uhr|bestätigung|verschieben|verlegen",
    ),
    (
        Invite,
        4,
        "nächste|nächsten|zweite|zweiten|finale|letzte runde|schritt ~6 einladen|weiter|eingeladen",
    ),
    (
        Interview,
        3,
        "vorstellungsgespräch|bewerbungsgespräch|telefoninterview|videointerview|kennenlerngespräch|erstgespräch|zweitgespräch|probetag|probearbeitstag|probearbeiten|schnuppertag",
    ),
    (Interview, 2, "gespräch|interview"),
    (Interview, 1, "nächste|nächsten|weitere|weiteren schritt|schritte|schritten"),
    // Tests.
    (
        Assessment,
        4,
        "online|einstellungs|coding|eignungs|programmier|technische|technischen|persönlichkeits test|assessment|challenge|aufgabe",
    ),
    (
        Assessment,
        4,
        "onlinetest|einstellungstest|eignungstest|probeaufgabe|programmieraufgabe|arbeitsprobe|fallstudie|assessmentcenter|testaufgabe|persönlichkeitstest|auswahltest",
    ),
    (
        Assessment,
        4,
        "bearbeiten|absolvieren|lösen|bearbeitung|durchführen ~5 test|aufgabe|assessment|fragebogen|fallstudie",
    ),
    (
        Assessment,
        4,
        "test|aufgabe|assessment|fragebogen|fallstudie ~6 bearbeiten|absolvieren|lösen|einreichen|durchführen|auszufüllen|ausfüllen|teilzunehmen",
    ),
    (Assessment, 3, "assessment center?"),
    // Angebote.
    (
        Offer,
        5,
        "freuen|freue ~6 zusage|anbieten|anzubieten|vertragsangebot|einzustellen|jobangebot",
    ),
    (Offer, 5, "stelle|position|vertrag|arbeitsvertrag|job ~4 anbieten|anzubieten|angeboten"),
    (Offer, 4, "vertragsangebot|arbeitsvertrag|vertragsentwurf|jobzusage|einstellungszusage"),
    (Offer, 3, "zusage|jobangebot|stellenangebot"),
    (Offer, 3, "willkommen ~2 team"),
    // Fragen.
    (
        Question,
        4,
        "könnten|können|könntest|kannst|würden|würdest sie|du ~8 senden|schicken|zusenden|mitteilen|bestätigen|nachreichen|zukommen|sagen|nennen|hochladen|ergänzen|ausfüllen|geben",
    ),
    (
        Question,
        4,
        "bitte|bitten ~8 senden|schicken|zusenden|mitzuteilen|mitteilen|nachreichen|nachzureichen|zukommen|hochladen|ergänzen|auszufüllen|ausfüllen|nennen|reichen|teilen",
    ),
    (
        Question,
        4,
        "bitte ~3 senden|schicken|sende|schick|schicke|teilen|nennen|reichen|laden|füllen|ergänzen|beantworten",
    ),
    (
        Question,
        3,
        "gehaltsvorstellung|gehaltsvorstellungen|gehaltswunsch|kündigungsfrist|eintrittstermin|verfügbarkeit|arbeitszeugnisse|arbeitszeugnis|zeugnisse|referenzen",
    ),
    (
        Question,
        4,
        "fehlende|fehlenden|fehlen|folgende|folgenden|weitere unterlagen|dokumente|fragen|angaben|informationen|uns",
    ),
    (Question, 3, "benötigen|brauchen|bräuchten ~4 von|ihnen|dir|noch|ihre|deine"),
    (
        Question,
        4,
        "sind|haben|bist|hast sie|du ~2 noch|weiterhin|immer ~3 interesse|interessiert|verfügbar",
    ),
    // Stand.
    (
        Status,
        4,
        "noch ~3 nicht|keine ~5 entschieden|entscheidung|getroffen|abgeschlossen|rückmeldung",
    ),
    (
        Status,
        4,
        "noch ~6 prüfung|bearbeitung|auswahlprozess|auswahlverfahren|bewerbungsprozess|prüfen|gesprächen|abstimmung|auswahl|zeit|geduld",
    ),
    (Status, 4, "etwas|wenig|bisschen|weitere|um ~1 geduld|gedulden|zeit"),
    (
        Status,
        4,
        "zwischenbescheid|zwischenstand|zwischennachricht|einstellungsstopp|einstellungsstop|verzögert|verzögerung|verzögern|verschiebt",
    ),
    (Status, 4, "auf eis"),
    (
        Status,
        4,
        "prozess|verfahren|entscheidung|auswahl|besetzung|stelle ~5 pausiert|verschoben|ausgesetzt|verzögert|dauert|gestoppt",
    ),
    (Status, 3, "stand|status ~3 bewerbung|verfahrens|prozesses"),
    (Status, 3, "entscheidung ~6 treffen|mitteilen|fallen|fällt"),
    (Status, 2, "melden|melde|meldet ~6 ihnen|uns|dir|mich|sich|bei"),
    (Status, 2, "uns|mich|wir|ich ~8 melden|melde"),
    (Status, 2, "auf sie|dich ~1 zu|zukommen"),
    (Status, 2, "hören von uns"),
    (Status, 2, "rückmeldung|bescheid"),
    // Erstkontakt.
    (Outreach, 5, "auf ihr|dein|ihrem|deinem ~2 profil ~3 aufmerksam|gestoßen|gestossen"),
    (Outreach, 4, "ihr|dein ~2 profil ~5 aufgefallen|überzeugt|interessant|gesehen|passt|passen"),
    (
        Outreach,
        4,
        "offen|interesse|interessiert ~3 für|an ~2 neue|neuen|neues|beruflichen|veränderung|herausforderung|wechsel",
    ),
    (Outreach, 4, "im auftrag|namen ~3 mandanten|kunden|unternehmens"),
    (Outreach, 3, "mein|unser|meinen|unseren|meines|unseres mandant|mandanten|kunde|kunden"),
    (
        Outreach,
        3,
        "spannende|neue|interessante ~1 position|herausforderung|möglichkeit|stelle|aufgabe",
    ),
    (
        Outreach,
        3,
        "personalberater|personalberaterin|headhunter|personalvermittler|personalberatung|active sourcing?",
    ),
    // Worte rund um Bewerbungen.
    (Job, 4, "ihre|deine|ihrer|deiner|meine|unsere ~2 bewerbung"),
    (Job, 4, "bewerbung als|für|um|auf|bei|zum|zur|vom|im"),
    (Job, 4, "bewerbe|bewerben|beworben|bewirbst"),
    (
        Job,
        3,
        "bewerbung|bewerbungen|bewerbungsunterlagen|bewerbungsprozess|bewerbungsverfahren|lebenslauf|bewerber|bewerberin",
    ),
    (
        Job,
        2,
        "stelle|position|vakanz|stellenausschreibung|ausschreibung|personalabteilung|auswahlverfahren|auswahlprozess|recruiting|recruiterin|initiativbewerbung",
    ),
    (
        Job,
        3,
        "vorstellungsgespräch|bewerbungsgespräch|telefoninterview|kennenlerngespräch|erstgespräch",
    ),
];
