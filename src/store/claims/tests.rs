use super::super::testing::{Approved, Bench, at, draft};
use super::*;
use crate::domain::address::Address;
use crate::domain::approval::Approval;
use crate::domain::draft::{AttemptNumber, Draft, DraftKind};

const LIMITS: Limits = Limits { daily_cap: 3 };
const SEVEN_DAYS: i64 = 604_800;

fn claim_of(approved: &Approved) -> NewClaim<'_> {
    NewClaim {
        approved: &approved.draft,
        request: approved.request,
        employer: approved.employer,
        bytes: b"Subject: Hello\r\n\r\nDear Anna\r\n",
    }
}

async fn claim(tx: &mut Tx, approved: &Approved, seconds: i64) -> ClaimResult {
    tx.claim(claim_of(approved), LIMITS, at(seconds)).await.unwrap()
}

async fn claimed(tx: &mut Tx, approved: &Approved, seconds: i64) -> AttemptId {
    match claim(tx, approved, seconds).await {
        ClaimResult::Claimed(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn state(tx: &mut Tx, approved: &Approved) -> DraftState {
    tx.load_draft(approved.draft.draft().id).await.unwrap().unwrap().state
}

/// The next draft of the same application, approved.
async fn next(bench: &Bench, tx: &mut Tx, after: &Approved, number: AttemptNumber) -> Approved {
    let old = after.draft.draft();
    let message_id = format!("next-{}@example.com", old.id.0);
    let new = Draft { version: 2, ..draft(old.application, old.pursuit, number, &message_id) };
    bench.approved(tx, &new).await
}

async fn refused(tx: &mut Tx, statement: &'static str) {
    let result = sqlx::query(statement).execute(tx.conn().unwrap()).await.map_err(StoreError::from);
    assert!(matches!(result, Err(StoreError::Refused(_))), "{statement}");
}

#[tokio::test]
async fn a_claim_is_handed_over_and_sent() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    let id = claimed(&mut tx, &approved, 10).await;
    assert_eq!(state(&mut tx, &approved).await, DraftState::Claimed);
    let bytes = tx.load_attempt_bytes(id).await.unwrap().unwrap();
    assert_eq!(bytes, claim_of(&approved).bytes);
    assert!(!tx.finish(id, Outcome::Sent, None, at(11)).await.unwrap(), "nothing was handed over");
    assert!(tx.hand_over(id, at(11)).await.unwrap());
    assert!(!tx.hand_over(id, at(11)).await.unwrap());
    assert!(!tx.release(id).await.unwrap(), "bytes may be out");
    assert!(tx.finish(id, Outcome::Sent, Some("250 queued as 1"), at(12)).await.unwrap());
    assert_eq!(state(&mut tx, &approved).await, DraftState::Sent);
    let rows = tx.attempts_of(approved.draft.draft().pursuit).await.unwrap();
    let [row] = rows.as_slice() else { panic!("one attempt") };
    assert_eq!((row.state, row.answer.as_deref()), (AttemptState::Sent, Some("250 queued as 1")));
    assert_eq!((row.handed_at, row.finished_at), (Some(at(11)), Some(at(12))));
    assert_eq!(tx.unfinished(bench.account).await.unwrap(), vec![]);
    assert_eq!(tx.last_contact(approved.employer).await.unwrap(), Some(at(11)));
}

#[tokio::test]
async fn e08_one_number_of_a_pursuit_is_claimed_once_and_there_is_no_third() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    let id = claimed(&mut tx, &approved, 10).await;
    tx.hand_over(id, at(10)).await.unwrap();
    tx.finish(id, Outcome::Sent, None, at(10)).await.unwrap();
    let again = next(&bench, &mut tx, &approved, AttemptNumber::First).await;
    let late = 10 + 2 * SEVEN_DAYS;
    assert_eq!(claim(&mut tx, &again, late).await, ClaimResult::AlreadyAttempted);
    refused(
        &mut tx,
        "INSERT INTO attempts (account_id, application_id, pursuit_id, kind, number, employer_id,
             draft_id, request_id, state, claimed_at, bytes)
         SELECT d.account_id, d.application_id, d.pursuit_id, d.kind, d.number, 1, d.id, p.request_id,
             'claimed', 1, x'00'
         FROM drafts d JOIN approvals p ON p.draft_id = d.id WHERE d.state = 'approved'",
    )
    .await;
    refused(
        &mut tx,
        "INSERT INTO drafts (account_id, application_id, pursuit_id, kind, number, version,
             from_address, to_address, subject, body, refs, message_id, state, send_at, created_at)
         VALUES (1, 1, 1, 'attempt', 3, 1, 'a', 'b', '', '', '[]', 'third', 'prepared', 1, 1)",
    )
    .await;
}

#[tokio::test]
async fn e09_nothing_is_claimed_within_seven_full_days_of_a_contact() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    tx.note_contact(approved.employer, at(100)).await.unwrap();
    assert_eq!(claim(&mut tx, &approved, 99 + SEVEN_DAYS).await, ClaimResult::WeekNotOver);
    assert_eq!(claim(&mut tx, &approved, -SEVEN_DAYS).await, ClaimResult::WeekNotOver);
    assert_eq!(state(&mut tx, &approved).await, DraftState::Approved);
    let id = claimed(&mut tx, &approved, 100 + SEVEN_DAYS).await;
    tx.hand_over(id, at(100 + SEVEN_DAYS)).await.unwrap();
    tx.finish(id, Outcome::InDoubt, None, at(200 + SEVEN_DAYS)).await.unwrap();

    // Another application to the same employer, while the first is in doubt.
    let other = bench.approved_for(&mut tx, "ACME").await;
    assert_eq!(other.employer, approved.employer);
    assert_eq!(claim(&mut tx, &other, 300 + SEVEN_DAYS).await, ClaimResult::WeekNotOver);
    claimed(&mut tx, &other, 100 + 2 * SEVEN_DAYS).await;
}

/// Another kind of message to the employer of an approved draft, approved as well.
async fn of_kind(bench: &Bench, tx: &mut Tx, after: &Approved, kind: DraftKind) -> Approved {
    let application = bench.application(tx, "ACME").await;
    let pursuit = tx.ensure_pursuit(application, "offer", at(0)).await.unwrap();
    let message_id = format!("{}-{}@example.com", kind.as_str(), application.0);
    let new = draft(application, pursuit, AttemptNumber::First, &message_id);
    let approved = bench.approved(tx, &Draft { kind, ..new }).await;
    assert_eq!(approved.employer, after.employer);
    approved
}

#[tokio::test]
async fn e26_an_offer_notice_may_go_inside_the_week_and_the_other_kinds_may_not() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let first = bench.approved_for(&mut tx, "Acme").await;
    claimed(&mut tx, &first, 10).await;
    for kind in [DraftKind::ThankYou, DraftKind::ClosingNote] {
        let other = of_kind(&bench, &mut tx, &first, kind).await;
        assert_eq!(claim(&mut tx, &other, 20).await, ClaimResult::WeekNotOver);
    }
    let notice = of_kind(&bench, &mut tx, &first, DraftKind::OfferNotice).await;
    claimed(&mut tx, &notice, 20).await;
    // And it is the week's contact itself.
    assert_eq!(tx.last_contact(first.employer).await.unwrap(), Some(at(20)));
}

#[tokio::test]
async fn e28_an_employer_is_told_of_an_offer_once() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let first = bench.approved_for(&mut tx, "Acme").await;
    let notice = of_kind(&bench, &mut tx, &first, DraftKind::OfferNotice).await;
    let id = claimed(&mut tx, &notice, 20).await;
    assert!(tx.release(id).await.unwrap(), "nothing left: it may be claimed again");
    let id = claimed(&mut tx, &notice, 30).await;
    let again = of_kind(&bench, &mut tx, &first, DraftKind::OfferNotice).await;
    let later = 30 + 20 * SEVEN_DAYS;
    assert_eq!(claim(&mut tx, &again, later).await, ClaimResult::AlreadyAttempted);
    tx.hand_over(id, at(30)).await.unwrap();
    for outcome in [Outcome::InDoubt, Outcome::Sent, Outcome::Bounced] {
        assert!(tx.finish(id, outcome, None, at(31)).await.unwrap());
        assert_eq!(claim(&mut tx, &again, later).await, ClaimResult::AlreadyAttempted);
    }
    refused(
        &mut tx,
        "INSERT INTO attempts (account_id, application_id, pursuit_id, kind, number, employer_id,
             draft_id, request_id, state, claimed_at, bytes)
         SELECT d.account_id, d.application_id, d.pursuit_id, d.kind, d.number, 1, d.id,
             p.request_id, 'claimed', 1, x'00'
         FROM drafts d JOIN approvals p ON p.draft_id = d.id
         WHERE d.state = 'approved' AND d.kind = 'offer_notice'",
    )
    .await;
}

#[tokio::test]
async fn only_an_attempt_has_a_number() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    let notice = of_kind(&bench, &mut tx, &approved, DraftKind::OfferNotice).await;
    let row = tx.load_draft(notice.draft.draft().id).await.unwrap().unwrap();
    assert_eq!(row.draft.kind, DraftKind::OfferNotice);
    for statement in [
        "INSERT INTO drafts (account_id, application_id, pursuit_id, kind, number, version,
             from_address, to_address, subject, body, refs, message_id, state, send_at, created_at)
         VALUES (1, 1, 1, 'offer_notice', 1, 1, 'a', 'b', '', '', '[]', 'x', 'prepared', 1, 1)",
        "INSERT INTO drafts (account_id, application_id, pursuit_id, kind, number, version,
             from_address, to_address, subject, body, refs, message_id, state, send_at, created_at)
         VALUES (1, 1, 1, 'attempt', NULL, 1, 'a', 'b', '', '', '[]', 'x', 'prepared', 1, 1)",
        "UPDATE drafts SET kind = 'thank_you' WHERE kind = 'offer_notice'",
    ] {
        refused(&mut tx, statement).await;
    }
}

#[tokio::test]
async fn the_daily_cap_and_a_pause_hold_everything() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    for employer in ["One", "Two", "Three"] {
        let approved = bench.approved_for(&mut tx, employer).await;
        claimed(&mut tx, &approved, 10).await;
    }
    let fourth = bench.approved_for(&mut tx, "Four").await;
    assert_eq!(claim(&mut tx, &fourth, 86_409).await, ClaimResult::DailyCap);
    tx.pause(bench.account, at(86_410), Some(at(86_420))).await.unwrap();
    assert_eq!(claim(&mut tx, &fourth, 86_410).await, ClaimResult::Paused);
    claimed(&mut tx, &fourth, 86_420).await;
}

#[tokio::test]
async fn only_the_approved_words_are_claimed_under_their_own_request() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    let other = bench.approved_for(&mut tx, "Globex").await;
    let foreign = NewClaim { request: other.request, ..claim_of(&approved) };
    assert_eq!(tx.claim(foreign, LIMITS, at(9)).await.unwrap(), ClaimResult::NotApproved);
    let wrong_employer = NewClaim { employer: other.employer, ..claim_of(&approved) };
    let result = tx.claim(wrong_employer, LIMITS, at(9)).await;
    assert!(matches!(result, Err(StoreError::Refused(_))));

    let changed = Draft { body: "Other words\n".to_owned(), ..approved.draft.draft().clone() };
    let approval = Approval {
        request: approved.request,
        draft: changed.id,
        digest: changed.digest(),
        reply: None,
        granted_at: at(1),
    };
    let forged = ApprovedDraft::redeem(changed, &approval).unwrap();
    let forged = NewClaim { approved: &forged, ..claim_of(&approved) };
    assert_eq!(tx.claim(forged, LIMITS, at(9)).await.unwrap(), ClaimResult::NotApproved);

    let id = approved.draft.draft().id;
    tx.move_draft(id, &[DraftState::Approved], DraftState::Withdrawn).await.unwrap();
    assert_eq!(claim(&mut tx, &approved, 9).await, ClaimResult::NotApproved);
}

#[tokio::test]
async fn a_released_claim_can_be_made_again_with_the_same_approval_and_no_other_can() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    let first = claimed(&mut tx, &approved, 10).await;
    assert!(tx.release(first).await.unwrap());
    assert_eq!(state(&mut tx, &approved).await, DraftState::Approved);
    let second = claimed(&mut tx, &approved, 20).await;
    tx.finish(second, Outcome::Refused, Some("550 no such user"), at(21)).await.unwrap();
    assert_eq!(state(&mut tx, &approved).await, DraftState::Refused);
    assert_eq!(claim(&mut tx, &approved, 30).await, ClaimResult::NotApproved);

    // The number is free for other words under another approval.
    let next = next(&bench, &mut tx, &approved, AttemptNumber::First).await;
    claimed(&mut tx, &next, 40).await;
}

#[tokio::test]
async fn e24_a_bounce_frees_number_and_week_and_doubt_holds_them() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    let id = claimed(&mut tx, &approved, 10).await;
    tx.hand_over(id, at(10)).await.unwrap();
    tx.finish(id, Outcome::InDoubt, Some("connection lost"), at(11)).await.unwrap();
    assert_eq!(state(&mut tx, &approved).await, DraftState::InDoubt);
    let open = tx.unfinished(bench.account).await.unwrap();
    assert_eq!(open.iter().map(|one| one.attempt.id).collect::<Vec<_>>(), [id]);
    assert!(tx.finish(id, Outcome::Sent, None, at(12)).await.unwrap());
    assert!(tx.finish(id, Outcome::Bounced, Some("5.1.1"), at(13)).await.unwrap());
    assert!(!tx.finish(id, Outcome::Sent, None, at(14)).await.unwrap());
    let message_id = &approved.draft.draft().message_id;
    let found = tx.attempt_of_message_id(bench.account, message_id).await.unwrap().unwrap();
    assert_eq!(found.state, AttemptState::Bounced);
    assert_eq!(tx.last_contact(approved.employer).await.unwrap(), None);
    let next = next(&bench, &mut tx, &approved, AttemptNumber::First).await;
    claimed(&mut tx, &next, 20).await;
}

#[tokio::test]
async fn the_schema_holds_the_table_of_states_by_itself() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    refused(&mut tx, "UPDATE drafts SET state = 'claimed'").await;
    claimed(&mut tx, &approved, 10).await;
    for forbidden in [
        "UPDATE attempts SET state = 'sent'",
        "UPDATE attempts SET state = 'in_doubt'",
        "UPDATE attempts SET number = 2",
        "UPDATE attempts SET bytes = x'00'",
        "UPDATE attempts SET claimed_at = 0",
        "DELETE FROM attempts",
        "DELETE FROM drafts",
    ] {
        refused(&mut tx, forbidden).await;
    }
}

#[tokio::test]
async fn two_programs_on_one_database_cannot_both_claim() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    tx.commit().await.unwrap();
    let other = bench.reopen().await;
    let one = async |store: &crate::store::Store| {
        let mut tx = store.begin().await.unwrap();
        let result = claim(&mut tx, &approved, 10).await;
        tx.commit().await.unwrap();
        result
    };
    let (first, second) = tokio::join!(one(&bench.store), one(&other));
    let claims = [first, second];
    let won = claims.iter().filter(|result| matches!(result, ClaimResult::Claimed(_))).count();
    assert_eq!(won, 1, "{claims:?}");
    assert!(claims.contains(&ClaimResult::AlreadyAttempted), "{claims:?}");
}

#[tokio::test]
async fn a_claim_that_was_not_committed_never_happened() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    tx.commit().await.unwrap();
    let mut tx = bench.store.begin().await.unwrap();
    claimed(&mut tx, &approved, 10).await;
    drop(tx);
    let again = bench.reopen().await;
    let mut tx = again.begin().await.unwrap();
    assert_eq!(tx.unfinished(bench.account).await.unwrap(), vec![]);
    assert_eq!(state(&mut tx, &approved).await, DraftState::Approved);
    claimed(&mut tx, &approved, 20).await;
}

#[tokio::test]
async fn enough_for_today_at_one_provider_holds_only_what_leaves_from_that_account() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let addresses = ["jane@example.com", "jane@work.example"].map(|it| Address::parse(it).unwrap());
    let accounts = tx.ensure_accounts(&addresses.each_ref()).await.unwrap().all;
    tx.quota_reached(accounts[1], at(0), at(100_000), "5.4.5 enough").await.unwrap();
    let acme = bench.approved_for(&mut tx, "Acme").await;
    claimed(&mut tx, &acme, 10).await;
    tx.quota_reached(accounts[0], at(0), at(100_000), "5.4.5 enough").await.unwrap();
    let beta = bench.approved_for(&mut tx, "Beta").await;
    assert_eq!(claim(&mut tx, &beta, 20).await, ClaimResult::QuotaReached);
}
