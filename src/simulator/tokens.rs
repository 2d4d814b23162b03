//! Application tokens, user tokens and signature tickets: issuing, keeping, expiring.
//!
//! Must not know HTTP. Invariant: an application has at most one living token, and whoever asks while it lives
//! gets the same one with its life renewed.

use std::collections::HashMap;

use super::random::Random;

/// Seconds that a token lives.
pub(crate) const TOKEN_SECONDS: i64 = 7_200;
const TOKEN_LIFE: i64 = TOKEN_SECONDS * 1_000;
/// Refresh tokens live 30 days.
const REFRESH_LIFE: i64 = 30 * 86_400_000;

/// What a user token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserGrant {
    pub(crate) client_id: String,
    pub(crate) userid: String,
}

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    current: HashMap<String, (String, i64)>,
    owners: HashMap<String, String>,
    tickets: HashMap<String, (String, i64)>,
    users: HashMap<String, (UserGrant, i64)>,
    refresh: HashMap<String, (UserGrant, i64)>,
    issued: u64,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dead {
    Unknown,
    Expired,
}

impl Tokens {
    /// The application's token: the living one, renewed, or a new one.
    pub(crate) fn issue(&mut self, client_id: &str, now: i64, random: &mut Random) -> String {
        let current = self.current.entry(client_id.to_owned()).or_default();
        if current.1 <= now {
            current.0 = random.hex(32);
            self.owners.insert(current.0.clone(), client_id.to_owned());
            self.issued += 1;
        }
        current.1 = now + TOKEN_LIFE;
        current.0.clone()
    }

    /// The Client ID behind a token.
    pub(crate) fn owner(&self, token: &str, now: i64) -> Result<&str, Dead> {
        let client_id = self.owners.get(token).ok_or(Dead::Unknown)?;
        match self.current.get(client_id) {
            Some((current, expires)) if current == token && *expires > now => Ok(client_id),
            _ => Err(Dead::Expired),
        }
    }

    /// The Client ID a token once belonged to, living or not.
    pub(crate) fn ever_owner(&self, token: &str) -> Option<String> {
        let user = self.users.get(token).map(|(grant, _)| &grant.client_id);
        self.owners.get(token).or(user).cloned()
    }

    /// Lets the tokens of one application, or of all, expire at once.
    pub(crate) fn expire(&mut self, client_id: Option<&str>) {
        for (owner, current) in &mut self.current {
            if client_id.is_none_or(|wanted| wanted == owner) {
                current.1 = i64::MIN;
            }
        }
    }

    /// How many different application tokens were ever handed out.
    pub(crate) fn issued(&self) -> u64 {
        self.issued
    }

    /// The signature ticket of an application, the same while it lives.
    pub(crate) fn ticket(&mut self, client_id: &str, now: i64, random: &mut Random) -> (String, i64) {
        let ticket = self.tickets.entry(client_id.to_owned()).or_default();
        if ticket.1 <= now {
            *ticket = (random.hex(48), now + TOKEN_LIFE);
        }
        (ticket.0.clone(), (ticket.1 - now) / 1_000)
    }

    /// A user token and its refresh token.
    pub(crate) fn grant(&mut self, grant: UserGrant, now: i64, random: &mut Random) -> (String, String) {
        let (token, refresh) = (random.hex(32), random.hex(32));
        self.users.insert(token.clone(), (grant.clone(), now + TOKEN_LIFE));
        self.refresh.insert(refresh.clone(), (grant, now + REFRESH_LIFE));
        (token, refresh)
    }

    pub(crate) fn user(&self, token: &str, now: i64) -> Option<&UserGrant> {
        self.users.get(token).filter(|(_, expires)| *expires > now).map(|(grant, _)| grant)
    }

    /// Takes a refresh token; it works once.
    pub(crate) fn refresh(&mut self, token: &str, now: i64) -> Option<UserGrant> {
        self.refresh.remove(token).filter(|(_, expires)| *expires > now).map(|(grant, _)| grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_token_is_served_again_and_renewed() {
        let (mut tokens, mut random) = (Tokens::default(), Random::new(1));
        let first = tokens.issue("app", 0, &mut random);
        assert_eq!(tokens.issue("app", TOKEN_LIFE - 1, &mut random), first);
        assert_eq!(tokens.owner(&first, TOKEN_LIFE + 5), Ok("app"), "asking renewed it");
        assert_eq!(tokens.owner(&first, 2 * TOKEN_LIFE), Err(Dead::Expired));
        let second = tokens.issue("app", 2 * TOKEN_LIFE, &mut random);
        assert_ne!(first, second);
        assert_eq!(tokens.owner("nonsense", 0), Err(Dead::Unknown));
        tokens.expire(Some("app"));
        assert_eq!(tokens.owner(&second, 2 * TOKEN_LIFE), Err(Dead::Expired));
        assert_eq!(tokens.issued(), 2);
    }
}
