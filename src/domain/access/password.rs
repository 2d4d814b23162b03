//! Passwords: the default one, and the policy for chosen ones. Hashing itself is done elsewhere.

use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::mobile::Mobile;
use crate::domain::secret::Secret;
use crate::domain::tenant::HouseNumber;

/// The shortest password that may be chosen, in characters.
pub const MINIMUM: usize = 8;
/// The longest password accepted, in bytes: hashing must not become a way to keep the server busy.
pub const MAXIMUM_BYTES: usize = 256;

/// The default password (默认密码): house number + mobile number.
pub fn default_password(house_number: &HouseNumber, mobile: &Mobile) -> Secret {
    Secret::new(format!("{house_number}{mobile}"))
}

/// A default password as somebody typed it, with the number in any spelling (`+86…`, spaces), brought to the
/// form that was hashed; any other text is returned unchanged.
pub fn as_default(typed: &str, house_number: &HouseNumber, mobile: &Mobile) -> Secret {
    match typed.strip_prefix(house_number.as_str()) {
        Some(rest) if Mobile::parse(rest, None).as_ref() == Some(mobile) => {
            default_password(house_number, mobile)
        }
        _ => Secret::new(typed),
    }
}

/// What the policy needs to know about whose password it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct PasswordOwner<'a> {
    /// The account's username.
    pub username: &'a str,
    /// The house numbers of the account's tenants.
    pub house_numbers: &'a [HouseNumber],
}

/// Whether a password may be chosen: 8 characters or more, not the default pattern, not the username, not a
/// password that everybody tries first.
pub fn check_policy(password: &Secret, owner: PasswordOwner<'_>) -> Result<()> {
    let text = password.reveal();
    let small = text.to_lowercase();
    let username = owner.username.to_lowercase();
    if text.chars().count() < MINIMUM {
        return Err(weak(
            format!("密码至少需要 {MINIMUM} 个字符"),
            format!("a password has at least {MINIMUM} characters"),
        ));
    }
    if text.len() > MAXIMUM_BYTES {
        return Err(weak(
            format!("密码最长 {MAXIMUM_BYTES} 字节"),
            format!("a password has at most {MAXIMUM_BYTES} bytes"),
        ));
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let house = owner.house_numbers.iter().any(|house| small.starts_with(&house.as_str().to_lowercase()));
    let is_number = Mobile::parse(&username, None).is_some();
    let names_owner = small == username || (is_number && small.contains(&username));
    if names_owner || (house && !username.is_empty() && digits.ends_with(&username)) {
        return Err(weak(
            "密码不能包含账号或手机号，也不能使用初始密码的格式",
            "a password must not contain the account's name or number, nor follow the default pattern",
        ));
    }
    let distinct = small.chars().collect::<std::collections::BTreeSet<_>>().len();
    if distinct < 4 || is_common(&small) || is_run(&small) {
        return Err(weak(
            "这个密码太常见或太简单，请换一个",
            "this password is among the first ones that are guessed; choose another",
        ));
    }
    Ok(())
}

fn weak(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::new(ErrorCode::PasswordTooWeak, zh, en)
}

/// Passwords that are tried first, in small letters: words and habits of Chinese and English users with what they put
/// behind them, walks over the keyboard, and numbers that mean something. Made by rule for this project.
const COMMON: &str = include_str!("../../../assets/common-passwords.txt");

/// Whether the password is one of [`COMMON`], also in the usual disguises: other letters for figures and signs, and
/// figures or signs put around it.
fn is_common(small: &str) -> bool {
    let plain: String = small.chars().map(undisguised).collect();
    let inside = small.trim_matches(|character: char| !character.is_alphabetic());
    let bare: String = inside.chars().map(undisguised).collect();
    let thin = small.len() - inside.len() <= BORDER;
    COMMON.lines().any(|common| common == small || common == plain || (thin && common == bare))
}

/// How many bytes around a common password make it no better.
const BORDER: usize = 4;

/// The letter that a figure or sign stands for.
fn undisguised(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Whether the text only counts up or down (`12345678`, `hgfedcba`).
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|character| i64::from(u32::from(character))).collect();
    let steps = |step: i64| codes.iter().zip(codes.iter().skip(1)).all(|(one, next)| next - one == step);
    steps(1) || steps(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> HouseNumber {
        HouseNumber::parse("A1B2C3").unwrap()
    }

    #[test]
    fn the_default_password_is_house_number_and_mobile() {
        let mobile = Mobile::parse("+86 13812345678", None).unwrap();
        assert_eq!(default_password(&house(), &mobile).reveal(), "A1B2C313812345678");
        for typed in ["A1B2C313812345678", "A1B2C3+86-13812345678", "A1B2C3138 1234 5678"] {
            assert_eq!(as_default(typed, &house(), &mobile).reveal(), "A1B2C313812345678", "{typed}");
        }
        for typed in ["a1b2c313812345678", "A1B2C313812345679", "x"] {
            assert_eq!(as_default(typed, &house(), &mobile).reveal(), typed);
        }
    }

    #[test]
    fn the_list_is_in_order_and_holds_nothing_that_is_refused_anyway() {
        let lines: Vec<_> = COMMON.lines().collect();
        assert!(lines.len() > 1000 && lines.windows(2).all(|pair| pair[0] < pair[1]));
        for line in lines {
            assert!(line.len() >= MINIMUM && !line.chars().any(char::is_uppercase), "{line}");
        }
    }

    #[test]
    fn the_policy_refuses_what_is_guessed_first() {
        let houses = [house()];
        let owner = PasswordOwner { username: "13812345678", house_numbers: &houses };
        let refused = [
            "short1",
            "A1B2C313812345678",
            "x13812345678x",
            "12345678",
            "87654321",
            "aaaaaaaa",
            "Password",
            "Admin@123",
            "woaini1314",
            "Woaini5201314",
            "5201314520",
            "1qaz2wsx",
            "qwertyuiop",
            "P@$$w0rd",
            "!Password1",
            "Huawei@123",
            "dingding2026",
            "19881988",
        ];
        for password in refused {
            let refusal = check_policy(&Secret::new(password), owner).unwrap_err();
            assert_eq!(refusal.code, ErrorCode::PasswordTooWeak, "{password}");
        }
        assert!(check_policy(&Secret::new("x".repeat(300)), owner).is_err());
        let named = PasswordOwner { username: "administrator", house_numbers: &[] };
        assert!(check_policy(&Secret::new("Administrator"), named).is_err());
        assert!(check_policy(&Secret::new("administrator of 7 tenants"), named).is_ok());
        for password in ["correct horse", "门牌号里的猫会唱歌", "Tr0ub4dor&3"] {
            assert!(check_policy(&Secret::new(password), owner).is_ok(), "{password}");
        }
    }
}
