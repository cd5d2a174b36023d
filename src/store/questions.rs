//! Questions with numbered answers: which application a message is about, whether a date is an
//! interview, whether others are to be closed; and the question of the evening, which is answered
//! in words. What a number would record is kept with it, because the text of the message is not.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::domain::event::Fact;
use crate::domain::ids::{AccountId, ApplicationId, MessageId, MessageKey};

use super::names::{Stored as _, names};
use super::time::{Seconds, moment};
use super::{StoreError, Tx, fact_record};

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuestionId(pub i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionKind {
    /// Which application is a message about?
    Match,
    /// Is this an interview?
    Interview,
    /// Shall the other applications be closed?
    CloseOthers,
    /// What did they say? Answered in words.
    Evening,
    /// The weekly summary: what the user writes about its numbered lines.
    Summary,
}

names!("kind of question" QuestionKind {
    Match = "match",
    Interview = "interview",
    CloseOthers = "close_others",
    Evening = "evening",
    Summary = "summary",
});

/// What a number would record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// 1 to 99; several choices may share one.
    pub number: u8,
    pub application: ApplicationId,
    pub facts: Vec<Fact>,
}

/// A question that is not asked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    pub kind: QuestionKind,
    pub application: Option<ApplicationId>,
    /// The message it is about.
    pub message: Option<MessageKey>,
    pub choices: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionRow {
    pub id: QuestionId,
    pub question: NewQuestion,
    pub created_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    kind: String,
    application_id: Option<i64>,
    about_message: Option<i64>,
    created_at: Seconds,
    answered_at: Option<Seconds>,
}

const COLUMNS: &str = "id, kind, application_id, about_message, created_at, answered_at";

impl Tx {
    pub async fn insert_question(
        &mut self,
        account: AccountId,
        new: &NewQuestion,
        now: DateTime<Utc>,
    ) -> Result<QuestionId, StoreError> {
        let row = sqlx::query(
            "INSERT INTO questions (account_id, kind, application_id, about_message, created_at)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(account.0)
        .bind(new.kind.text())
        .bind(new.application.map(|id| id.0))
        .bind(new.message.map(|key| key.0))
        .bind(Seconds::from(now))
        .execute(self.conn()?)
        .await?;
        let id = QuestionId(row.last_insert_rowid());
        for choice in &new.choices {
            sqlx::query(
                "INSERT INTO choices (account_id, question_id, number, application_id, facts)
                 VALUES (?, ?, ?, ?, ?)",
            )
            .bind(account.0)
            .bind(id.0)
            .bind(choice.number)
            .bind(choice.application.0)
            .bind(write_facts(&choice.facts)?)
            .execute(self.conn()?)
            .await?;
        }
        Ok(id)
    }

    /// Questions that wait to be put into a mail, oldest first.
    pub async fn questions_to_ask(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<QuestionRow>, StoreError> {
        let query = format!(
            "SELECT {COLUMNS} FROM questions
             WHERE account_id = ? AND asked_at IS NULL AND answered_at IS NULL ORDER BY id"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(account.0)
            .fetch_all(self.conn()?)
            .await?;
        let mut questions = Vec::new();
        for row in rows {
            questions.push(self.with_choices(row).await?);
        }
        Ok(questions)
    }

    /// The question was put into a mail of this id, with this code.
    pub async fn question_asked(
        &mut self,
        id: QuestionId,
        mail: &MessageId,
        ref_hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE questions SET mail = ?, ref_hash = ?, asked_at = ? WHERE id = ?")
            .bind(mail.as_str())
            .bind(ref_hash.as_slice())
            .bind(Seconds::from(now))
            .bind(id.0)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// The question that a mail asked.
    pub async fn question_of_mail(
        &mut self,
        account: AccountId,
        mail: &MessageId,
    ) -> Result<Option<QuestionRow>, StoreError> {
        let query = format!("SELECT {COLUMNS} FROM questions WHERE account_id = ? AND mail = ?");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(account.0)
            .bind(mail.as_str())
            .fetch_optional(self.conn()?)
            .await?;
        self.maybe_with_choices(row).await
    }

    /// The question with a code.
    pub async fn question_of_code(
        &mut self,
        account: AccountId,
        ref_hash: &[u8; 32],
    ) -> Result<Option<QuestionRow>, StoreError> {
        let query =
            format!("SELECT {COLUMNS} FROM questions WHERE account_id = ? AND ref_hash = ?");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(account.0)
            .bind(ref_hash.as_slice())
            .fetch_optional(self.conn()?)
            .await?;
        self.maybe_with_choices(row).await
    }

    /// A question may be answered again: the last answer counts.
    pub async fn question_answered(
        &mut self,
        id: QuestionId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE questions SET answered_at = ? WHERE id = ?")
            .bind(Seconds::from(now))
            .bind(id.0)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// Which application a message is about was settled without an answer.
    pub async fn settle_match(
        &mut self,
        message: MessageKey,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE questions SET answered_at = ?
             WHERE about_message = ? AND kind = 'match' AND answered_at IS NULL",
        )
        .bind(Seconds::from(now))
        .bind(message.0)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// Whether a question about this message is open.
    pub async fn is_asked_about(&mut self, message: MessageKey) -> Result<bool, StoreError> {
        let (asked,): (bool,) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM questions WHERE about_message = ? AND answered_at IS NULL)",
        )
        .bind(message.0)
        .fetch_one(self.conn()?)
        .await?;
        Ok(asked)
    }

    /// The user says that a message is not about an application; its thread is not either.
    pub async fn deny(
        &mut self,
        message: MessageKey,
        application: ApplicationId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM message_applications WHERE message_key = ? AND application_id = ?",
        )
        .bind(message.0)
        .bind(application.0)
        .execute(self.conn()?)
        .await?;
        sqlx::query(
            "INSERT INTO denials (account_id, message_key, application_id)
             VALUES ((SELECT account_id FROM messages WHERE id = ?1), ?1, ?2)
             ON CONFLICT (message_key, application_id) DO NOTHING",
        )
        .bind(message.0)
        .bind(application.0)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// The user says that it is, after all.
    pub async fn allow(
        &mut self,
        message: MessageKey,
        application: ApplicationId,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM denials WHERE message_key = ? AND application_id = ?")
            .bind(message.0)
            .bind(application.0)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    async fn maybe_with_choices(
        &mut self,
        row: Option<Row>,
    ) -> Result<Option<QuestionRow>, StoreError> {
        match row {
            Some(row) => Ok(Some(self.with_choices(row).await?)),
            None => Ok(None),
        }
    }

    async fn with_choices(&mut self, row: Row) -> Result<QuestionRow, StoreError> {
        let choices: Vec<(u8, i64, String)> = sqlx::query_as(
            "SELECT number, application_id, facts FROM choices
             WHERE question_id = ? ORDER BY number, application_id",
        )
        .bind(row.id)
        .fetch_all(self.conn()?)
        .await?;
        let choices = choices
            .into_iter()
            .map(|(number, application, facts)| {
                let application = ApplicationId(application);
                Ok(Choice { number, application, facts: read_facts(&facts)? })
            })
            .collect::<Result<_, StoreError>>()?;
        let question = NewQuestion {
            kind: QuestionKind::read(&row.kind)?,
            application: row.application_id.map(ApplicationId),
            message: row.about_message.map(MessageKey),
            choices,
        };
        Ok(QuestionRow {
            id: QuestionId(row.id),
            question,
            created_at: row.created_at.moment()?,
            answered_at: moment(row.answered_at)?,
        })
    }
}

const FACTS: StoreError = StoreError::Unreadable("choice");

pub(super) fn write_facts(facts: &[Fact]) -> Result<String, StoreError> {
    let mut list = Vec::new();
    for fact in facts {
        let (kind, payload) = fact_record::write(fact)?;
        let fields: Value = serde_json::from_str(&payload).map_err(|_| FACTS)?;
        list.push(json!({ "kind": kind, "fields": fields }));
    }
    Ok(Value::Array(list).to_string())
}

pub(super) fn read_facts(text: &str) -> Result<Vec<Fact>, StoreError> {
    let list: Vec<Value> = serde_json::from_str(text).map_err(|_| FACTS)?;
    list.iter()
        .map(|fact| {
            let kind = fact.get("kind").and_then(Value::as_str).ok_or(FACTS)?;
            let fields = fact.get("fields").ok_or(FACTS)?;
            fact_record::read(kind, &fields.to_string())
        })
        .collect()
}

#[cfg(test)]
mod tests;
