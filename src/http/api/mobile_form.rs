//! How mobile numbers are shown: whole, as programs need them, or with the middle hidden, as pages should.
//!
//! Invariant: whoever asks for masked numbers gets no whole one, not as a sign-in name and not in a history either.

use poem_openapi::Enum;

use crate::domain::directory::account::Username;
use crate::domain::mobile::mask;

/// How mobile numbers are shown, those that are sign-in names included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub(super) enum MobileForm {
    /// As they are.
    #[default]
    Full,
    /// With the middle hidden: `138****0000`.
    Masked,
}

impl MobileForm {
    /// A number in this form.
    pub(super) fn number(self, number: String) -> String {
        match self {
            Self::Full => number,
            Self::Masked => mask(&number),
        }
    }

    /// A sign-in name in this form: it is hidden only when it is a mobile number.
    pub(super) fn username(self, name: String) -> String {
        match Username::parse(&name).and_then(|username| username.mobile()) {
            Some(_) => self.number(name),
            None => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MobileForm;

    #[test]
    fn only_numbers_are_hidden() {
        let masked = |name: &str| MobileForm::Masked.username(name.to_owned());
        assert_eq!(masked("13812345678"), "138****5678");
        assert_eq!(masked("+85251234567"), "+85*****4567");
        assert_eq!(masked("admin"), "admin");
        assert_eq!(MobileForm::Full.username("13812345678".to_owned()), "13812345678");
        assert_eq!(MobileForm::Masked.number("51234567".to_owned()), "5***4567");
    }
}
