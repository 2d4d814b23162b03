//! What can go wrong inside a transaction, and how it leaves the store: logged once, told as "internal".

use super::schema::Table;
use crate::domain::error::Error as BusinessError;

/// The result of work inside a transaction.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure inside a transaction. Any of them aborts a write.
#[derive(Debug)]
pub enum Error {
    /// A rule of the business says no; goes to the caller as it is.
    Business(BusinessError),
    /// The database failed.
    Storage(Box<redb::Error>),
    /// A row or an index is not what it must be.
    Corrupt {
        /// The table's name.
        table: &'static str,
        /// What is wrong, without the row's content.
        detail: String,
    },
}

impl Error {
    pub(crate) fn corrupt(table: &'static str, detail: impl Into<String>) -> Self {
        Self::Corrupt { table, detail: detail.into() }
    }

    /// A table without a place among those that are known.
    pub(super) fn unknown(table: Table) -> Self {
        Self::corrupt(table.name(), "the table is not in the registry")
    }

    /// The failure as the rest of the program sees it. The cause is logged here, once.
    pub(crate) fn into_business(self) -> BusinessError {
        match self {
            Self::Business(error) => return error,
            Self::Storage(error) => tracing::error!(store.error = %error, "the database failed"),
            Self::Corrupt { table, detail } => {
                tracing::error!(store.table = table, store.error = %detail, "the database holds something wrong");
            }
        }
        BusinessError::internal()
    }
}

impl From<BusinessError> for Error {
    fn from(error: BusinessError) -> Self {
        Self::Business(error)
    }
}

impl From<redb::Error> for Error {
    fn from(error: redb::Error) -> Self {
        Self::Storage(Box::new(error))
    }
}

impl From<redb::StorageError> for Error {
    fn from(error: redb::StorageError) -> Self {
        redb::Error::from(error).into()
    }
}

impl From<redb::TableError> for Error {
    fn from(error: redb::TableError) -> Self {
        redb::Error::from(error).into()
    }
}

impl From<redb::TransactionError> for Error {
    fn from(error: redb::TransactionError) -> Self {
        redb::Error::from(error).into()
    }
}

impl From<redb::CommitError> for Error {
    fn from(error: redb::CommitError) -> Self {
        redb::Error::from(error).into()
    }
}
