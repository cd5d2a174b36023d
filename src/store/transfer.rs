//! The whole record as one JSON value and back: every table, every column, as it is stored. A
//! backup for a person who wants to look into it, and the way to another computer.
//!
//! The surprising fact: it knows no table by name. What the schema has is written, so nothing can
//! be forgotten when a table is added. A blob is written as `{"hex":"00ff"}`.

use serde_json::{Map, Value, json};
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use crate::domain::hexadecimal::hexadecimal;

use super::{Store, StoreError, Tx};

/// The form of the file.
const FORMAT: i64 = 1;
const WHAT: StoreError = StoreError::Unreadable("export");

impl Store {
    /// Everything there is. It names people, and contains what was written to them.
    pub async fn export(&self) -> Result<Value, StoreError> {
        let mut tx = self.snapshot().await?;
        let mut tables = Map::new();
        for table in tx.tables().await? {
            tables.insert(table.clone(), tx.export_table(&table).await?);
        }
        Ok(json!({ "format": FORMAT, "tables": tables }))
    }

    /// Takes an export into a record without applications. `false`, and nothing changed, if there
    /// are any; the file has to be of this version.
    pub async fn import(&self, export: &Value) -> Result<bool, StoreError> {
        if export.get("format").and_then(Value::as_i64) != Some(FORMAT) {
            return Err(WHAT);
        }
        let tables = export.get("tables").and_then(Value::as_object).ok_or(WHAT)?;
        let mut tx = self.begin().await?;
        let (known,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM applications)")
            .fetch_one(tx.conn()?)
            .await?;
        if known {
            return Ok(false);
        }
        tx.import_tables(tables).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Tx {
    /// Tables of the record, without those of SQLite and of the migrations.
    async fn tables(&mut self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT name FROM sqlite_schema WHERE type = 'table'
             AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name NOT LIKE '~_sqlx~_%' ESCAPE '~'
             ORDER BY name",
        )
        .fetch_all(self.conn()?)
        .await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    async fn export_table(&mut self, table: &str) -> Result<Value, StoreError> {
        let query = format!("SELECT * FROM \"{table}\" ORDER BY 1, 2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(self.conn()?).await?;
        let mut list = Vec::new();
        for row in rows {
            let mut fields = Map::new();
            for (index, column) in row.columns().iter().enumerate() {
                let raw = row.try_get_raw(index)?;
                let value = match (raw.is_null(), raw.type_info().name()) {
                    (true, _) => Value::Null,
                    (false, "TEXT") => json!(row.try_get::<String, _>(index)?),
                    (false, "BLOB") => {
                        json!({ "hex": hexadecimal(&row.try_get::<Vec<u8>, _>(index)?) })
                    }
                    (false, _) => json!(row.try_get_unchecked::<i64, _>(index)?),
                };
                fields.insert(column.name().to_owned(), value);
            }
            list.push(Value::Object(fields));
        }
        Ok(Value::Array(list))
    }

    /// The triggers watch over steps, and a whole life is no step: they are put aside, and back
    /// again in the same transaction. Constraints and references hold all the same.
    async fn import_tables(&mut self, tables: &Map<String, Value>) -> Result<(), StoreError> {
        let known = self.tables().await?;
        if tables.keys().any(|table| !known.contains(table)) {
            return Err(WHAT);
        }
        let triggers: Vec<(String, String)> =
            sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
                .fetch_all(self.conn()?)
                .await?;
        sqlx::query("PRAGMA defer_foreign_keys = ON").execute(self.conn()?).await?;
        for (name, _) in &triggers {
            let drop = format!("DROP TRIGGER \"{name}\"");
            sqlx::query(sqlx::AssertSqlSafe(drop)).execute(self.conn()?).await?;
        }
        for table in &known {
            let delete = format!("DELETE FROM \"{table}\"");
            sqlx::query(sqlx::AssertSqlSafe(delete)).execute(self.conn()?).await?;
        }
        for (table, rows) in tables {
            let columns = self.columns(table).await?;
            for row in rows.as_array().ok_or(WHAT)? {
                self.import_row(table, &columns, row.as_object().ok_or(WHAT)?).await?;
            }
        }
        for (_, sql) in triggers {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(self.conn()?).await?;
        }
        Ok(())
    }

    async fn columns(&mut self, table: &str) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT name FROM pragma_table_info(?)")
            .bind(table)
            .fetch_all(self.conn()?)
            .await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    async fn import_row(
        &mut self,
        table: &str,
        columns: &[String],
        row: &Map<String, Value>,
    ) -> Result<(), StoreError> {
        if row.keys().any(|name| !columns.contains(name)) {
            return Err(WHAT);
        }
        let names: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
        let places = vec!["?"; names.len()].join(", ");
        let insert = format!("INSERT INTO \"{table}\" ({}) VALUES ({places})", names.join(", "));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(insert));
        for value in row.values() {
            query = match value {
                Value::Null => query.bind(None::<i64>),
                Value::Number(number) => query.bind(number.as_i64().ok_or(WHAT)?),
                Value::String(text) => query.bind(text.clone()),
                Value::Object(blob) => {
                    let digits = blob.get("hex").and_then(Value::as_str).ok_or(WHAT)?;
                    query.bind(octets(digits).ok_or(WHAT)?)
                }
                Value::Bool(_) | Value::Array(_) => return Err(WHAT),
            };
        }
        query.execute(self.conn()?).await?;
        Ok(())
    }
}

fn octets(digits: &str) -> Option<Vec<u8>> {
    let whole =
        digits.len().is_multiple_of(2) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let pair = |at: usize| digits.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    (0..digits.len()).step_by(2).map(pair).collect::<Option<Vec<u8>>>().filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at, message};
    use super::*;
    use crate::domain::attribution::Strength as MatchedBy;
    use crate::domain::event::{Fact, NewEvent, Source};

    async fn filled() -> Bench {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let approved = bench.approved_for(&mut tx, "Acme \"& Söhne\"").await;
        let application = approved.draft.draft().application;
        let key =
            tx.insert_message(bench.account, &message(1, Some("a@acme.example"))).await.unwrap();
        tx.link(key, application, MatchedBy::Reference).await.unwrap();
        let fact = Fact::NoteAdded { text: "x'00".to_owned() };
        let event = NewEvent { application, at: at(1), source: Source::Message(key), fact };
        tx.append(&event, true).await.unwrap();
        tx.commit().await.unwrap();
        bench
    }

    #[tokio::test]
    async fn an_export_is_imported_and_exported_again_as_it_was() {
        let from = filled().await;
        let export = from.store.export().await.unwrap();
        let to = Bench::new().await;
        assert!(to.store.import(&export).await.unwrap());
        assert_eq!(to.store.export().await.unwrap(), export);
        assert!(!to.store.import(&export).await.unwrap(), "never over what is there");
        let mut tx = to.store.begin().await.unwrap();
        let refused = sqlx::query("DELETE FROM events").execute(tx.conn().unwrap()).await;
        assert!(refused.is_err(), "the triggers are back");
    }

    #[tokio::test]
    async fn what_is_no_export_changes_nothing() {
        let bench = Bench::new().await;
        let before = bench.store.export().await.unwrap();
        for wrong in [
            json!({}),
            json!({ "format": 2, "tables": {} }),
            json!({ "format": 1, "tables": { "sqlite_schema": [] } }),
            json!({ "format": 1, "tables": { "events": [{ "id": 1, "invented": 2 }] } }),
            json!({ "format": 1, "tables": { "events": [{ "id": 1 }] } }),
        ] {
            assert!(bench.store.import(&wrong).await.is_err(), "{wrong}");
            assert_eq!(bench.store.export().await.unwrap(), before);
        }
    }

    #[test]
    fn hexadecimal_digits_are_read_back() {
        assert_eq!(octets(&hexadecimal(&[0, 255, 16])), Some(vec![0, 255, 16]));
        for text in ["0", "zz", "+1", "ä"] {
            assert_eq!(octets(text), None, "{text}");
        }
    }
}
