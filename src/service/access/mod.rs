//! Who may come in: passwords, sessions, tokens, and the first administrator.
//!
//! Must not know HTTP: a client's address is a text to tell clients apart. Invariants: a token is stored as its hash
//! only; every refused sign-in looks and costs the same, whatever was wrong; hashing never holds a transaction.

mod administrators;
mod api_tokens;
mod first_administrator;
mod hashing;
mod operator;
mod password_links;
mod passwords;
mod recognised;
mod session_list;
mod sessions;
mod sign_in;
mod throttle;
mod vouched;

use std::sync::{Arc, Mutex};

pub use self::administrators::Administrator;
pub use self::api_tokens::{IssuedApiToken, NewApiToken};
pub use self::password_links::PasswordLink;
pub use self::sessions::OpenedSession;
pub(in crate::service) use self::sessions::{hash_of, new_token};
pub use self::sign_in::{Credentials, SignedIn};

use self::hashing::Hashing;
use self::recognised::Recognised;
use self::throttle::Throttle;
use crate::service::Context;

/// The use cases of coming in. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Access {
    context: Context,
    hashing: Hashing,
    throttle: Arc<Mutex<Throttle>>,
    recognised: Arc<Recognised>,
}

impl Access {
    /// Access over a store; `cores` is how many the machine has, of which one is left to everything else.
    pub fn new(context: Context, cores: usize) -> Self {
        let hashing = Hashing::new(cores.saturating_sub(1).max(1), context.ambient.clone());
        Self { context, hashing, throttle: Arc::default(), recognised: Arc::default() }
    }
}

#[cfg(test)]
mod tests;
