//! The two kinds of temporary sign-in codes.
//!
//! Must not know HTTP. Invariant: a code works once, within five minutes, for its own application and its own
//! kind; the two kinds live in separate tables. [S-0024, S-0029]

use std::collections::HashMap;

/// How long a code lives, in milliseconds.
const LIFE: i64 = 300_000;

/// Whom a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) userid: String,
    pub(crate) with_corp_id: bool,
    pub(crate) expires: i64,
}

/// Where a code came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// From inside the client.
    InClient,
    /// From the sign-in page in a browser.
    Web,
}

/// Why a code is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// Unknown, used before, of the other kind, or another application's.
    Unknown,
    Expired,
}

#[derive(Debug, Default)]
pub(crate) struct Codes {
    open: HashMap<(Kind, String), Code>,
}

impl Codes {
    pub(crate) fn add(&mut self, kind: Kind, text: String, mut code: Code, now: i64) {
        code.expires = now + LIFE;
        self.open.insert((kind, text), code);
    }

    /// Uses a code up.
    pub(crate) fn take(
        &mut self,
        kind: Kind,
        text: &str,
        client_id: &str,
        now: i64,
    ) -> Result<Code, Unusable> {
        let key = (kind, text.to_owned());
        if self.open.get(&key).is_none_or(|code| code.client_id != client_id) {
            return Err(Unusable::Unknown);
        }
        match self.open.remove(&key) {
            Some(code) if code.expires > now => Ok(code),
            Some(_) => Err(Unusable::Expired),
            None => Err(Unusable::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_once_for_its_own_kind_and_application() {
        let mut codes = Codes::default();
        let code = Code { client_id: "app".into(), userid: "u".into(), with_corp_id: false, expires: 0 };
        codes.add(Kind::InClient, "c".into(), code.clone(), 0);
        assert_eq!(codes.take(Kind::Web, "c", "app", 1), Err(Unusable::Unknown));
        assert_eq!(codes.take(Kind::InClient, "c", "other", 1), Err(Unusable::Unknown));
        assert_eq!(codes.take(Kind::InClient, "c", "app", 1).unwrap().userid, "u");
        assert_eq!(codes.take(Kind::InClient, "c", "app", 1), Err(Unusable::Unknown));
        codes.add(Kind::InClient, "d".into(), code, 0);
        assert_eq!(codes.take(Kind::InClient, "d", "app", LIFE), Err(Unusable::Expired));
    }
}
