//! Statements in the SQL that both databases support.

use std::{borrow::Cow, sync::Arc, time::Duration};

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Postgres, postgres::PgArguments, query::Query};

use crate::Document;

/// Maximum duration in a statement: 100 years. With this limit, no sum of a time and a duration exceeds the range of
/// timestamps.
const MAX_DURATION: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// The SQL for the current time on PostgreSQL: the clock of the database, in microseconds since the Unix epoch.
const POSTGRES_NOW: &str = "(extract(epoch FROM statement_timestamp()) * 1000000)::bigint";

/// The database's variant of SQL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Returns the name of the database in spans and metrics, from the semantic conventions of OpenTelemetry.
    pub(crate) fn system(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }
}

/// A value of a statement. Strings are shared, because a statement is cloned before it reaches the driver and may
/// contain long documents.
#[derive(Clone)]
pub(crate) enum Value {
    Text(Option<Arc<str>>),
    Whole(i64),
    Bytes(Option<Vec<u8>>),
    Flag(bool),
}

/// An SQL statement with its values. The SQL consists only of literals in the source code, so no value can become part
/// of it.
#[derive(Clone)]
pub(crate) struct Statement {
    dialect: Dialect,
    sql: Cow<'static, str>,
    values: Vec<Value>,
}

/// Converts its arguments to an array of values.
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::sql::statement::Value::from($value)),*] };
}
pub(crate) use values;

impl Statement {
    /// Creates a statement. Each `?` in the SQL is replaced by the next value, and each `@now` by the store's current
    /// time in microseconds since the Unix epoch. `@now` is the same time throughout one statement. All statements of a
    /// store use a single clock. On SQLite, this is the clock of the only process that has the file open. On
    /// PostgreSQL, it is the clock of the database.
    pub(crate) fn new<const N: usize>(dialect: Dialect, sql: &'static str, values: [Value; N]) -> Self {
        Self { dialect, sql: Cow::Borrowed(""), values: Vec::with_capacity(N) }.then(sql, values)
    }

    /// Appends SQL and its values.
    pub(crate) fn then<const N: usize>(mut self, sql: &'static str, values: [Value; N]) -> Self {
        if self.dialect == Dialect::Sqlite {
            // SQLite supports these placeholders directly.
            self.sql += sql;
            self.values.extend(values);
            return self;
        }
        let mut values = values.into_iter();
        for (place, piece) in sql.split('?').enumerate() {
            if place > 0 {
                self.values.extend(values.next());
                self.placeholder();
            }
            for (place, piece) in piece.split("@now").enumerate() {
                if place > 0 {
                    self.sql += POSTGRES_NOW;
                }
                self.sql += piece;
            }
        }
        self
    }

    /// Appends a list of values in parentheses. There must be at least one value.
    pub(crate) fn list<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        let mut before = "(";
        for value in values {
            self.sql += before;
            self.values.push(value.into());
            self.placeholder();
            before = ",";
        }
        self.sql += ")";
        self
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    /// Returns the statement that explains SQLite's plan for this one.
    #[cfg(test)]
    pub(crate) fn explained(self) -> Self {
        Self { sql: format!("EXPLAIN QUERY PLAN {}", self.sql).into(), ..self }
    }

    /// Returns the approximate size of the values in bytes.
    pub(crate) fn size(&self) -> usize {
        let size = |value: &Value| match value {
            Value::Text(text) => text.as_ref().map_or(0, |text| text.len()),
            Value::Bytes(bytes) => bytes.as_ref().map_or(0, Vec::len),
            Value::Whole(_) | Value::Flag(_) => size_of::<Value>(),
        };
        self.values.iter().map(size).sum()
    }

    /// Builds the query for the driver of PostgreSQL.
    pub(crate) fn query(self) -> Query<'static, Postgres, PgArguments> {
        // The SQL is composed of literals only; see `then`.
        let query = sqlx::query(AssertSqlSafe(self.sql.into_owned()));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Whole(whole) => query.bind(whole),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Flag(flag) => query.bind(flag),
        })
    }

    fn placeholder(&mut self) {
        match self.dialect {
            Dialect::Sqlite => self.sql += "?",
            Dialect::Postgres => self.sql.to_mut().push_str(&format!("${}", self.values.len())),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.as_str().into()))
    }
}

impl From<&Document> for Value {
    fn from(document: &Document) -> Self {
        Self::Text(Some(document.shared()))
    }
}

impl From<&Option<String>> for Value {
    fn from(text: &Option<String>) -> Self {
        Self::Text(text.as_deref().map(Arc::from))
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Whole(count.into())
    }
}

impl From<u64> for Value {
    /// Converts a count. The store's counts are below 2^63. A larger count would become 2^63 - 1.
    fn from(count: u64) -> Self {
        Self::Whole(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Whole(time.as_microsecond())
    }
}

impl From<Duration> for Value {
    fn from(duration: Duration) -> Self {
        let microseconds = duration.min(MAX_DURATION).as_micros();
        Self::Whole(i64::try_from(microseconds).unwrap_or(i64::MAX))
    }
}
