use super::*;
use crate::domain::message::Kind;

fn read(subject: &str, text: &str, around: Surroundings) -> Verdict {
    decide(&Votes::count(&Text::new(subject), &Text::new(text)), around)
}

fn check(expected: Kind, cases: &[&str]) {
    let mut wrong = Vec::new();
    for text in cases {
        let (subject, body) = text.split_once(" | ").unwrap_or(("Your application", text));
        let verdict = read(subject, body, Surroundings::default());
        if verdict.kind != expected || !verdict.about_a_job {
            wrong.push(format!("{text}\n    {verdict:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} not {expected:?}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn e22_rejections_are_recognised() {
    check(
        Kind::Rejection,
        &[
            "Unfortunately, we will not be progressing your application further.",
            "After careful consideration we have chosen to pursue candidates whose experience more closely matches our needs.",
            "We regret to inform you that you have not been selected for this position.",
            "We have decided to move ahead with another applicant.",
            "The position has now been filled. We wish you all the best.",
            "Thank you for applying. Although we were impressed, we won't be taking your application forward.",
            "We are sorry to tell you that your application was unsuccessful on this occasion.",
            "At this time we are unable to offer you a position. We will keep your CV on file.",
            "We've decided to go in a different direction. Best of luck in your search.",
            "You were not shortlisted for the role of Analyst.",
            "While your background is impressive, it is not the right fit. Unfortunately the bar was high.",
            "We have filled the role internally and are no longer considering applicants.",
            "leider müssen wir Ihnen mitteilen, dass wir uns für eine andere Bewerberin entschieden haben.",
            "wir können Ihre Bewerbung leider nicht weiter berücksichtigen.",
            "Nach sorgfältiger Prüfung müssen wir Ihnen leider absagen.",
            "Leider ist unsere Wahl auf einen anderen Kandidaten gefallen. Für Ihren weiteren Weg alles Gute.",
            "Auch wenn uns Ihr Profil gefallen hat, haben wir uns gegen eine Einladung entschieden.",
            "Leider können wir Ihnen keine positive Rückmeldung geben.",
            "Ihre Bewerbung | Die Stelle ist inzwischen anderweitig besetzt worden.",
            "Wir haben uns entschieden, den Bewerbungsprozess mit dir nicht fortzusetzen.",
            "leider konnten wir Sie nicht in die engere Auswahl nehmen.",
            "Wir bedauern, Ihnen keinen positiven Bescheid geben zu können.",
            "Votre candidature | Nous avons le regret de vous informer que votre candidature n'a pas été retenue.",
            "Votre candidature | Malheureusement, nous ne pouvons donner une suite favorable à votre candidature.",
            "Votre candidature | Nous avons choisi de poursuivre avec un autre candidat.",
            "Tu candidatura | Lamentamos comunicarte que no has sido seleccionado para el puesto.",
            "Tu candidatura | Hemos decidido continuar con otros candidatos.",
            "Tu candidatura | En esta ocasión no seguirás adelante en el proceso.",
        ],
    );
}

#[test]
fn politeness_is_no_rejection() {
    for text in [
        "Unfortunately we need to move our interview on Tuesday. Would Thursday work?",
        "We regret to inform you that Anna is ill and the interview must be postponed.",
        "If you are not selected, we will keep your CV on file.",
        "If we decide not to move forward with your application, we will let you know.",
        "Unfortunately we have not made a decision yet. We wish you a nice weekend.",
        "We are unable to proceed with your application until we receive your documents.",
        "Due to the high volume of applications we cannot reply to everybody.",
        "Leider verzögert sich unsere Entscheidung noch etwas.",
        "Leider muss ich unser Gespräch am Montag verschieben.",
        "Sollten Sie nicht in die engere Auswahl kommen, melden wir uns ebenfalls.",
        "Falls wir uns für andere Bewerber entscheiden, erhalten Sie eine Nachricht.",
        "Sans réponse de notre part sous trois semaines, votre candidature n'a pas été retenue.",
        "Malheureusement, je dois déplacer notre entretien de lundi.",
        "Lamentablemente todavía no hemos tomado una decisión sobre tu candidatura.",
        "We decided not to move forward with the Berlin role. We would like to invite you to an interview for Hamburg.",
    ] {
        let verdict = read("Your application", text, Surroundings::default());
        assert_ne!(verdict.kind, Kind::Rejection, "{text} {verdict:?}");
        assert!(verdict.about_a_job, "{text} {verdict:?}");
    }
}

#[test]
fn interviews_are_recognised() {
    check(
        Kind::Interview,
        &[
            "We would like to invite you to an interview with our team lead.",
            "Could you share your availability for a 30-minute call?",
            "Your interview has been confirmed for Tuesday at 10.",
            "Are you free on Thursday for a chat about the role?",
            "You have been shortlisted for an interview. Please choose a slot.",
            "I'd love to set up a call to talk about the position.",
            "gerne möchten wir Sie zu einem Vorstellungsgespräch einladen.",
            "Wir würden dich gerne kennenlernen. Wann hättest du nächste Woche Zeit?",
            "Einladung zum Bewerbungsgespräch | anbei der Termin am Montag um 10 Uhr.",
            "Bitte teilen Sie uns Ihre Verfügbarkeit für ein Telefonat mit.",
            "Votre candidature | Nous souhaitons vous rencontrer. Quelles sont vos disponibilités pour un entretien ?",
            "Tu candidatura | Nos gustaría invitarte a una entrevista el martes.",
        ],
    );
}

#[test]
fn the_other_kinds_are_recognised() {
    check(
        Kind::Receipt,
        &[
            "Thank you for applying. We will review your profile and may invite you to an interview.",
            "We have received your application. If your skills match, a recruiter will schedule an interview.",
            "vielen Dank für Ihre Bewerbung. Wir werden Ihre Unterlagen prüfen und uns bei Ihnen melden.",
            "Votre candidature | Nous avons bien reçu votre candidature et nous vous en remercions.",
            "Tu candidatura | Hemos recibido tu candidatura. Revisaremos tu perfil.",
        ],
    );
    check(
        Kind::Assessment,
        &[
            "Please complete the online assessment within five days.",
            "As a next step we would like you to do a take-home assignment.",
            "Bitte bearbeiten Sie den Online-Test bis Freitag.",
            "Votre candidature | Merci de réaliser le test technique en ligne.",
            "Tu candidatura | El siguiente paso es completar una prueba técnica.",
        ],
    );
    check(
        Kind::Question,
        &[
            "Could you send us your salary expectations and notice period?",
            "Können Sie uns bitte noch Ihre Zeugnisse zusenden?",
            "Votre candidature | Pourriez-vous nous transmettre vos références ?",
            "Tu candidatura | ¿Podrías indicarnos tus expectativas salariales?",
        ],
    );
    check(
        Kind::Status,
        &[
            "We are still reviewing applications and will get back to you next week.",
            "The role has been put on hold because of a hiring freeze.",
            "Wir haben noch keine Entscheidung getroffen und bitten um etwas Geduld.",
            "Votre candidature | Le processus de recrutement est toujours en cours.",
            "Tu candidatura | Todavía estamos valorando las candidaturas.",
        ],
    );
    check(
        Kind::Offer,
        &[
            "We are delighted to offer you the position of Data Engineer.",
            "wir freuen uns, Ihnen die Stelle anbieten zu können.",
        ],
    );
}

#[test]
fn an_offer_is_never_certain() {
    let text = "We are delighted to offer you the position. Your offer letter is attached.";
    let verdict = read("Your offer from Acme", text, Surroundings::default());
    assert_eq!(verdict.kind, Kind::Offer);
    assert!(verdict.confidence <= 0.5);
}

#[test]
fn noise_is_left_alone() {
    for text in [
        "12 new jobs for you in Berlin | Apply now: Data Engineer at Acme",
        "Job alert: Product Manager | 5 new roles matching your search",
        "Acme is hiring | See who you know. View job",
        "Your verification code | Your one-time password is 123456",
        "Ace your next interview | Our course helps you crack the coding interview",
        "Your order has been shipped | Thank you for your order. Track your parcel",
        "Weekly digest | Top stories this week. Unsubscribe",
        "Neue Stellenangebote für Sie | Passende Jobs in München",
        "Ihre Rechnung | anbei erhalten Sie Ihre Rechnung vom 1.12.",
        "Ihre Bewerbung um die Wohnung | Leider haben wir uns für andere Mieter entschieden.",
        "Your loan application | Unfortunately your credit application was declined.",
        "Nouvelles offres d'emploi pour vous | Développeur à Paris",
        "Nuevas ofertas de empleo | 8 ofertas que te pueden interesar",
        "Lunch? | Are you free on Friday for lunch?",
        "Somebody viewed your profile | You appeared in 9 searches this week",
        "50% off premium | Last chance: exclusive offer for your career",
        "Your payment failed | Unfortunately we could not process your payment.",
        "Webinar: how to write a resume | Free webinar on resume tips",
        "PR run failed: main | build failed",
    ] {
        let (subject, body) = text.split_once(" | ").unwrap();
        let verdict = read(subject, body, Surroundings::default());
        assert!(!verdict.about_a_job, "{text} {verdict:?}");
        assert!(!matches!(verdict.kind, Kind::Rejection | Kind::Offer), "{text} {verdict:?}");
    }
}
