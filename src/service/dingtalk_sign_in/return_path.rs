//! Where a browser goes after signing in: a path on this server, whatever somebody wrote into the address.
//!
//! Invariant: a [`ReturnPath`] never names another server, in no browser's reading of it.

/// The longest path, in bytes.
const LONGEST: usize = 1000;

/// A path on this server, with its query and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// The path, if it is one: begins with a single `/`, and holds nothing that browsers drop (tabs, line ends) or
    /// take for a slash (`\`), outside of ASCII or not written in full.
    pub fn parse(text: &str) -> Option<Self> {
        let is_local = text.starts_with('/') && !text.starts_with("//");
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        // A dot segment could leave a second slash at the front.
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let steps = path.split('/').any(|part| {
            matches!(part.to_ascii_lowercase().as_str(), "." | ".." | "%2e" | "%2e%2e" | ".%2e" | "%2e.")
        });
        (is_local && plain && !steps && text.len() <= LONGEST).then(|| Self(text.to_owned()))
    }

    /// The path as it stands.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ours_is_kept() {
        for path in ["/", "/tenantId/1000", "/tenantId/1000/colleagues?q=%E7%8E%8B&page=2#top", "/a//b"] {
            assert_eq!(ReturnPath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn nothing_leads_to_another_server() {
        let elsewhere = [
            "",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "javascript:alert(1)",
            "evil.example",
            "/..//evil.example",
            "/.//evil.example",
            "/%2e%2e//evil.example",
            "/王",
        ];
        for path in elsewhere {
            assert_eq!(ReturnPath::parse(path), None, "{path:?}");
        }
        assert_eq!(ReturnPath::parse(&format!("/{}", "a".repeat(1000))), None);
    }
}
