//! Reads a Rust file as far as the layers need: which top-level modules its paths lead to, and which names occur.
//!
//! Works on tokens, not on a syntax tree. Comments, literals and items under `#[cfg(test)]` do not count.

use std::collections::BTreeSet;
use std::path::Path;

/// One source file.
pub(super) struct Source {
    /// Where it stands: `["domain", "sync"]`.
    pub(super) module: Vec<String>,
    tokens: Vec<String>,
}

/// Whether the file holds tests only, by its name.
pub(super) fn is_test_file(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

impl Source {
    pub(super) fn parse(text: &str, module: Vec<String>) -> Self {
        let is_test = module.iter().any(|name| name == "tests");
        let tokens = if is_test { Vec::new() } else { without_tests(&tokens(text)) };
        Self { module, tokens }
    }

    /// The top-level modules that `crate::…` and `super::…` paths lead to.
    pub(super) fn top_level_imports(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        // The braces that are open, each with whether it belongs to `mod name {`.
        let mut braces = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            match token.as_str() {
                "{" => braces.push(at >= 2 && self.tokens[at - 2] == "mod"),
                "}" => drop(braces.pop()),
                "crate" if self.token(at + 1) == "::" && self.previous(at) != "$" => {
                    self.heads(at + 2, &mut found);
                }
                "super" if self.previous(at) != "::" => {
                    let depth = self.module.len() + braces.iter().filter(|is_module| **is_module).count();
                    let (mut up, mut next) = (0, at);
                    while self.token(next) == "super" && self.token(next + 1) == "::" {
                        up += 1;
                        next += 2;
                    }
                    if up == depth {
                        self.heads(next, &mut found);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Whether a path such as `redb` or `Instant::now` occurs.
    pub(super) fn names(&self, path: &str) -> bool {
        let wanted = tokens(path);
        let member = |at: usize| matches!(self.previous(at), "." | "fn" | "mod" | "let");
        (0..self.tokens.len()).any(|at| self.tokens[at..].starts_with(&wanted) && !member(at))
    }

    /// The first names of the path, or of the braced group of paths, that starts here.
    fn heads(&self, start: usize, found: &mut BTreeSet<String>) {
        if self.token(start) != "{" {
            found.insert(self.token(start).to_owned());
            return;
        }
        let (mut depth, mut at, mut fresh) = (0, start, true);
        while at < self.tokens.len() {
            match self.token(at) {
                "{" => depth += 1,
                "}" => depth -= 1,
                "," if depth == 1 => fresh = true,
                name if depth == 1 && fresh => {
                    found.insert(name.to_owned());
                    fresh = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
            at += 1;
        }
    }

    fn token(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", String::as_str)
    }

    fn previous(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.token(before))
    }
}

/// Names, `::` and single signs; comments, strings, characters and lifetimes are left out.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(&c) = chars.get(at) {
        let rest = &chars[at..];
        at += match c {
            '/' if rest.get(1) == Some(&'/') => rest.iter().take_while(|c| **c != '\n').count(),
            '/' if rest.get(1) == Some(&'*') => block_comment(rest),
            '"' => string(rest),
            'r' if raw_string(rest).is_some() => raw_string(rest).unwrap(),
            '\'' => character_or_lifetime(rest),
            _ if is_name(c) => {
                let name: String = rest.iter().take_while(|c| is_name(**c)).collect();
                let length = name.chars().count();
                tokens.push(name);
                length
            }
            ':' if rest.get(1) == Some(&':') => {
                tokens.push("::".to_owned());
                2
            }
            _ => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                1
            }
        };
    }
    tokens
}

fn block_comment(rest: &[char]) -> usize {
    rest.windows(2).skip(2).position(|pair| pair == ['*', '/']).map_or(rest.len(), |end| end + 4)
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The length of `r"…"` or `r#"…"#`, when that is what starts here.
fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = &rest[2 + hashes..];
    let length = body.windows(end.len()).position(|window| window == end).unwrap_or(body.len());
    Some(2 + hashes + length + end.len())
}

fn character_or_lifetime(rest: &[char]) -> usize {
    match rest {
        ['\'', '\\', ..] => 3 + rest[3..].iter().take_while(|c| **c != '\'').count() + 1,
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    }
}

/// Leaves out every item that stands under `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let marked = tokens[at..].len() >= MARK.len() && tokens[at..].iter().zip(MARK).all(|(a, b)| a == b);
        if marked {
            at = item_end(tokens, at + MARK.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// After the item that starts here: behind its closing brace, or its semicolon.
fn item_end(tokens: &[String], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let text = r#"
        //! crate::comment
        use crate::{domain::id, store::{self, tx}, service};
        use super::super::jobs::Runner;
        fn f() { let _ = "crate::string"; crate::http::serve(); super::sibling(); }
        mod inner { use super::super::super::cli; }
        #[cfg(test)]
        mod tests { use crate::simulator; }
        #[cfg(test)]
        mod more;
    "#;
    let source = Source::parse(text, vec!["a".to_owned(), "b".to_owned()]);
    let found: Vec<_> = source.top_level_imports().into_iter().collect();
    assert_eq!(found, ["cli", "domain", "http", "jobs", "service", "store"]);
}

#[test]
fn names_are_whole_words() {
    let source =
        Source::parse("fn f() { std::time::Instant::now(); value.redb(); redbx::y(); } // reqwest", vec![]);
    assert!(source.names("Instant::now"));
    assert!(!source.names("redb") && !source.names("reqwest"));
}
