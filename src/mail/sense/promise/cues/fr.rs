//! French.

use super::Table;

pub(super) const TABLE: Table = Table {
    promises: &[
        "revenir|revenons|reviens|reviendrons|reviendrai|reviendra|reviendront ~3 vers vous|toi",
        "vers vous|toi",
        "recontacter|recontacterons|recontactons|contacter|contacterons|contactons|recontacterai|recontactera|recontacté|contacté|recontactée|contactée",
        "vous|te ~2 tenir|tiendrons|tenons|tiens|tiendrai ~2 informé|informée|courant",
        "vous|te ~2 informer|informerons|informerai|informons|répondre|répondrons|répondrai|réponds|répondons|communiquer|communiquerons|donner|donnerons|donnerai|transmettrons|ferons|faire|ferai|rappeler|rappellerons|adresserons|préviendrons",
        "vous|tu ~2 recevrez|aurez|recevras|auras",
        "une|notre|la réponse|décision|retour ~4 sera|vous|parviendra|attendue|prise|donnée|communiquée|d|sous|dans|avant",
        "prendre|prendrons|prenons|prendra|rendrons ~3 décision|décisions",
        "nous|je ~2 déciderons|décider|décidons|trancherons|répondrons",
        "avons|ai|aurons besoin",
        "processus|étude|examen|sélection|traitement ~5 prend|prendra|durera|dure|terminé|achevé",
        "nous accorder|laisser",
        "patienter|patience",
        "de nos nouvelles",
        "nouvelles de notre|nous|ma",
    ],
    requests: &[
        "veuillez|merci|prière ~4 envoyer|répondre|confirmer|compléter|choisir|retourner|indiquer|transmettre|communiquer|renvoyer|faire|réserver|remplir|nous",
        "pouvez|pourriez|voulez|pourrais|peux|souhaitez vous|tu",
        "vous|tu ~1 devez|pouvez|avez|dois|peux|disposez|as",
        "votre|vos|ta disponibilité|disponibilités|réponse|décision|retour|confirmation|préavis|accord",
        "envoyez|répondez|confirmez|complétez|choisissez|retournez|indiquez|transmettez|communiquez|faites|tenez",
        "nous|me ~1 retourner|renvoyer|envoyer|indiquer|transmettre|communiquer|répondre|faire|confirmer",
        "conserver|conservée|conservées|conserverons|conservons|conservation|vivier|données|supprimées",
        "date limite",
        "valable|expire|échéance",
        "disponible|disponibles|disponibilités",
        "en congés|congé|vacances",
        "absent|absente|voulais|devais|devions|désolé|désolée|excuses|excuser",
        "rencontrer|inviter|invitons|convier|fixer|convenir|planifier|programmer|proposons|propose",
    ],
    appointments: &[
        "entretien|entretiens|rendez|réunion|échange|appel|rencontre|visioconférence|visio",
        "hâte de",
        "formation|webinaire|événement|commande",
    ],
    voids: &["désabonner|désinscrire|newsletter|abonnement"],
    uncountable: &[
        "après|suivant|suite|suivront|suivent ~4 entretien|entretiens|clôture|limite|test",
        "compter ~4 clôture|entretien|limite",
    ],
    vague: &[
        "rapidement|bientôt|prochainement|incessamment",
        "dès que",
        "meilleurs délais",
        "brefs délais",
        "plus vite|tôt possible",
        "sous peu",
        "prochains|prochaines jours|semaines|temps",
        "jours|semaines à? venir|prochains|prochaines|qui",
    ],
    joints: &["et", "mais", "puis", "tandis", "si", "car", "afin", "lorsque"],
};
