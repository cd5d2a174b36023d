//! How the fields of a fact are written: names and ids as text, moments as Unix seconds, days as
//! `2026-12-04`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::address::{Address, Correspondent};
use crate::domain::ids::{DraftId, PursuitId};
use crate::domain::message::PromiseReading;

#[derive(Serialize, Deserialize)]
#[serde(remote = "Correspondent", deny_unknown_fields)]
pub struct CorrespondentRecord {
    name: Option<String>,
    #[serde(with = "text")]
    address: Address,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PromiseReading", deny_unknown_fields)]
pub struct PromiseRecord {
    #[serde(with = "optional_text")]
    not_before: Option<NaiveDate>,
    reading: String,
    sentence: String,
    vague: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DraftId")]
pub struct DraftIdRecord(i64);

#[derive(Serialize, Deserialize)]
#[serde(remote = "PursuitId")]
pub struct PursuitIdRecord(i64);

pub mod text {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::store::names::Stored;

    pub fn serialize<T: Stored, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&value.text())
    }

    pub fn deserialize<'de, T: Stored, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        T::parse_stored(&text).ok_or_else(|| D::Error::custom(T::WHAT))
    }
}

pub mod texts {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    use crate::store::names::Stored;

    pub fn serialize<T: Stored, S: Serializer>(values: &[T], to: S) -> Result<S::Ok, S::Error> {
        values.iter().map(Stored::text).collect::<Vec<_>>().serialize(to)
    }

    pub fn deserialize<'de, T: Stored, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        texts.iter().map(|text| T::read(text).map_err(D::Error::custom)).collect()
    }
}

pub mod optional_text {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    use crate::store::names::Stored;

    pub fn serialize<T: Stored, S: Serializer>(
        value: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(Stored::text).serialize(to)
    }

    pub fn deserialize<'de, T: Stored, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<T>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        T::read_optional(text.as_deref()).map_err(D::Error::custom)
    }
}

pub mod optional_correspondent {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Correspondent, CorrespondentRecord};

    #[derive(Serialize)]
    struct Borrowed<'a>(#[serde(with = "CorrespondentRecord")] &'a Correspondent);

    #[derive(Deserialize)]
    struct Owned(#[serde(with = "CorrespondentRecord")] Correspondent);

    pub fn serialize<S: Serializer>(
        value: &Option<Correspondent>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(Borrowed).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Correspondent>, D::Error> {
        Ok(Option::<Owned>::deserialize(from)?.map(|Owned(value)| value))
    }
}

pub mod seconds {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(value: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(value.timestamp())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
        let seconds = i64::deserialize(from)?;
        DateTime::from_timestamp(seconds, 0).ok_or_else(|| D::Error::custom("time"))
    }
}

pub mod event_ids {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::domain::ids::EventId;

    pub fn serialize<S: Serializer>(value: &[EventId], to: S) -> Result<S::Ok, S::Error> {
        value.iter().map(|id| id.0).collect::<Vec<i64>>().serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<EventId>, D::Error> {
        Ok(Vec::<i64>::deserialize(from)?.into_iter().map(EventId).collect())
    }
}
