//! What whoever holds the machine may do about platform administrators, without being signed in.
//!
//! Invariant: reached from the command line on the data directory only, never from the network.

use crate::domain::access::password::{PasswordOwner, check_policy};
use crate::domain::directory::account::{Account, Password, Username};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::secret::Secret;
use crate::service::access::Access;
use crate::service::audit::Record;

impl Access {
    /// Makes a platform administrator. Fails with `UsernameTaken` or `PasswordTooWeak`.
    pub async fn create_platform_administrator(&self, username: &str, password: Secret) -> Result<()> {
        let (name, hash) = self.named(username, password).await?;
        let now = self.context.ambient.now();
        let id = self.context.ambient.id().into();
        let account = Account::platform_administrator(id, name, hash, now);
        let record = Record::by_server(now, None, "administrator.create").about(account.id);
        self.context
            .store
            .write(move |tx| {
                tx.accounts().put(&account)?;
                record.write(tx)
            })
            .await
    }

    /// Gives a platform administrator another password and ends every session of the account.
    /// Fails with `NotFound` or `PasswordTooWeak`.
    pub async fn reset_platform_administrator(&self, username: &str, password: Secret) -> Result<()> {
        let (name, hash) = self.named(username, password).await?;
        let now = self.context.ambient.now();
        let record = Record::by_server(now, None, "administrator.resetPassword");
        self.context
            .store
            .write(move |tx| {
                let found =
                    tx.accounts().by_username(&name)?.filter(|account| account.platform_administrator);
                let mut account =
                    found.ok_or_else(|| Error::not_found("平台管理员", "platform administrator"))?;
                account.password = Password::Chosen(hash);
                account.password_change_required = false;
                account.enabled = true;
                account.updated_at = now;
                tx.accounts().put(&account)?;
                tx.sessions().remove_for_account(account.id, None)?;
                record.about(account.id).write(tx)
            })
            .await
    }

    async fn named(&self, username: &str, password: Secret) -> Result<(Username, String)> {
        let name = Username::parse(username).ok_or_else(|| {
            Error::new(
                ErrorCode::InvalidRequest,
                "账号须为手机号，或 3 到 64 个字符的 a-z、0-9、. _ @ -，且至少含一个字母",
                "a username is a mobile number, or 3 to 64 characters of a-z, 0-9, . _ @ - with at least one letter",
            )
        })?;
        check_policy(&password, PasswordOwner { username: name.as_str(), house_numbers: &[] })?;
        Ok((name, self.hashing.hash(password).await?))
    }
}
