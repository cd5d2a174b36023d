//! Mail that speaks of jobs, interviews or applications and is about none of the user's:
//! job alerts, courses, newsletters, one-time passwords, orders, other kinds of application.

use super::Row;
use super::Sign::{Alert, Noise};

pub(super) const ROWS: &[Row] = &[
    (Alert, 5, "job|jobs alert|alerts|newsletter|digest|recommendations|agent|mail|suchagent"),
    (
        Alert,
        5,
        "new|latest|recommended|similar|more|top|fresh|relevant ~2 jobs|vacancies|openings|roles ~3 for|matching|in|near|based|posted|like|at",
    ),
    (Alert, 4, "jobs ~2 you|that ~2 like|love|match|interest|might|may|for"),
    (Alert, 4, "jobs|roles|vacancies matching|recommended|near|picked"),
    (Alert, 4, "is|are|now hiring"),
    (Alert, 4, "hiring now"),
    (Alert, 3, "apply now|today"),
    (Alert, 4, "job picks|matches|recommendations|suggestions"),
    (Alert, 4, "saved search"),
    (Alert, 4, "looking|searching|appeared ~3 profile|searches ~1 this|in"),
    (Alert, 4, "viewed your profile"),
    (
        Alert,
        5,
        "jobagent|jobletter|jobalarm|jobbenachrichtigung|suchauftrag|jobempfehlungen|stellenalarm|jobfinder",
    ),
    (
        Alert,
        5,
        "neue|passende|aktuelle|weitere ~2 jobs|stellen|stellenangebote|jobangebote|stellenanzeigen",
    ),
    (
        Alert,
        4,
        "jobs|stellenangebote|stellen ~2 passend|passen|für|in ~2 sie|dich|ihrer|deiner|ihrem|deinem",
    ),
    (Alert, 5, "alerte|alertes emploi|emplois|job"),
    (
        Alert,
        5,
        "nouvelles|nouveaux|dernières ~1 offres|emplois|postes ~4 emploi|pour|correspondant|chez|à|correspondent",
    ),
    (Alert, 4, "offres ~2 correspondant|correspondent|similaires|recommandées|susceptibles"),
    (Alert, 5, "alerta|alertas ~1 empleo|trabajo|empleos"),
    (Alert, 5, "nuevas|nuevos|últimas ~1 ofertas|empleos|vacantes ~4 empleo|trabajo|para|que|en"),
    (Alert, 4, "ofertas|empleos ~2 recomendados|recomendadas|similares|interesar|interesarte"),
    // Codes and accounts.
    // A bare passcode is none of these: every video call has one.
    (Noise, 9, "verification|security|login|activation|authentication code"),
    (Noise, 9, "one time ~1 password|passcode|code|pin"),
    (
        Noise,
        9,
        "otp|einmalpasswort|einmalkennwort|bestätigungscode|sicherheitscode|verifizierungscode",
    ),
    (Noise, 9, "reset ~3 password"),
    (Noise, 9, "password ~2 reset|changed|change|forgot|expires"),
    (Noise, 9, "verify|confirm|activate your ~1 email|account|identity|device"),
    (Noise, 9, "passwort ~2 zurücksetzen|geändert|vergessen"),
    (Noise, 9, "code de vérification|sécurité"),
    (Noise, 9, "código de verificación|seguridad"),
    (Noise, 9, "mot de passe oublié|temporaire"),
    (Noise, 9, "restablecer|restablece|cambiar ~2 contraseña"),
    (Noise, 5, "new|neue|unusual sign|login|anmeldung"),
    // Shopping.
    (
        Noise,
        5,
        "your|ihre|deine|votre|tu ~1 order|bestellung|commande|pedido|subscription|invoice|rechnung|facture|factura|booking|reservation|buchung|lieferung|delivery|parcel|paket|payment|zahlung",
    ),
    (Noise, 5, "paid|payment|pay ~3 online|order|successful|received|failed|declined"),
    (
        Noise,
        4,
        "off|rabatt|discount|sale|coupon|gutschein|voucher|deal|deals|cashback|promo|soldes|descuento",
    ),
    (Noise, 4, "free trial|shipping|webinar|course|ebook|guide|masterclass|workshop"),
    (Noise, 3, "upgrade|premium|subscribe|renewal"),
    // Learning.
    (
        Noise,
        5,
        "courses|bootcamp|masterclass|webinar|enroll|enrolled|enrolment|enrollment|kurse|kursangebot|cursos|webinaire",
    ),
    (Noise, 5, "online|crash|free|training|new|video|prep course|kurs|curso|formation"),
    (
        Noise,
        7,
        "ace|crack|nail|master|grokking|crush|mock|rock|land ~4 interview|interviews|interviewing",
    ),
    (
        Noise,
        4,
        "interview|interviews|resume|cv|career|job questions|tips|prep|crash|advice|guide|hacks|secrets|insights|strategies",
    ),
    (Noise, 4, "interview ~4 course|bootcamp|prep|preparation|questions"),
    (Noise, 3, "technical|coding interviews"),
    // News.
    (Noise, 5, "newsletter|digest|roundup|podcast|rundbrief|wochenrückblick|boletín|infolettre"),
    (Noise, 4, "unsubscribe|abbestellen|abmelden|désinscrire|désabonner"),
    (Noise, 4, "weekly|monthly update|brief|edition|issue|recap|news"),
    (Noise, 3, "read the? more|story|article"),
    (Noise, 4, "view in browser"),
    (Noise, 4, "in browser|im browser ansehen|öffnen|anzeigen"),
    (Noise, 4, "new connection|follower|followers|message from|comment|like|mention|post"),
    (Noise, 4, "endorsed|congratulate|anniversary|birthday|geburtstag"),
    (
        Noise,
        5,
        "run|build|pipeline|deployment|workflow|pull|merge|ci failed|succeeded|passed|request|requested|cancelled",
    ),
    (Noise, 4, "survey|umfrage|encuesta|enquête|petition|donate|spende|spenden"),
    // Other applications, interviews and offers.
    (
        Noise,
        14,
        "loan|credit|mortgage|passport|insurance|rental|tenancy|housing|card|school|college|university|grant|scholarship|citizenship|permit|planning|patent ~1 application",
    ),
    (
        Noise,
        14,
        "application for ~3 loan|credit|mortgage|insurance|card|apartment|flat|admission|membership|account|permit|citizenship|passport|financing",
    ),
    (
        Noise,
        14,
        "wohnung|wohnungsbewerbung|mietbewerbung|kreditantrag|kredit|darlehen|versicherung|ratenkredit|mieter|vermieter|besichtigung|besichtigungstermin|mietinteressent",
    ),
    (
        Noise,
        14,
        "appartement|logement|locataire|crédit|prêt|assurance|alquiler|préstamo|hipoteca|seguro ~1 candidature|demande|dossier|solicitud|immobilier|location",
    ),
    (
        Noise,
        4,
        "mobile|web|new app|application|feature|release|version update|updates|released|features|available",
    ),
    (
        Noise,
        4,
        "special|limited|exclusive|black|last ~1 offer|offers|friday|chance|angebot|angebote|offre|oferta",
    ),
    (
        Noise,
        3,
        "interview|gespräch|entretien|entrevista mit|with ~3 ceo|founder|author|actor|star|expert|gründer|autor",
    ),
];
