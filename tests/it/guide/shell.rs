//! The little of a shell and of curl that the guide uses: quotes, variables, lines that go on.
//!
//! Invariant: whatever is not understood stops the test, so the guide cannot say more than is tried.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// A call of curl.
pub(crate) struct Command {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) data: Option<String>,
    pub(crate) form: Vec<(String, String)>,
}

/// The curl commands of a page, each with the note that stands before it.
pub(crate) fn commands(page: &str) -> Vec<(String, String)> {
    let mut commands = Vec::new();
    for part in page.split("<!-- ").skip(1) {
        let (note, rest) = part.split_once(" -->\n```sh\n").expect("a note stands before a command");
        let (text, _) = rest.split_once("\n```").unwrap();
        commands.push((note.to_owned(), text.to_owned()));
    }
    assert_eq!(commands.len(), page.matches("\ncurl ").count(), "each command has a note");
    commands
}

impl Command {
    pub(crate) fn parse(text: &str, variables: &BTreeMap<String, String>) -> Self {
        let mut words = words(text, variables).into_iter();
        assert_eq!(words.next().as_deref(), Some("curl"));
        let mut command = Self {
            method: "GET".into(),
            url: String::new(),
            headers: Vec::new(),
            data: None,
            form: Vec::new(),
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap();
            match word.as_str() {
                "-s" => {}
                "-X" => command.method = value(),
                "-H" => {
                    let header = value();
                    let (name, value) = header.split_once(": ").unwrap();
                    command.headers.push((name.to_owned(), value.to_owned()));
                }
                "-d" => command.data = Some(value()),
                "-F" => {
                    let field = value();
                    let (name, value) = field.split_once('=').unwrap();
                    command.form.push((name.to_owned(), value.to_owned()));
                }
                url if url.starts_with("http") => command.url = url.to_owned(),
                other => panic!("nobody knows {other:?}"),
            }
        }
        command
    }
}

fn words(text: &str, variables: &BTreeMap<String, String>) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            ' ' | '\n' => words.extend(word.take()),
            '\\' => assert_eq!(rest.next(), Some('\n'), "outside quotes a backslash ends a line"),
            '\'' => {
                let quoted: String = rest.by_ref().take_while(|next| *next != '\'').collect();
                word.get_or_insert_default().push_str(&quoted);
            }
            '"' => in_quotes(&mut rest, word.get_or_insert_default(), variables),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

fn in_quotes(rest: &mut Peekable<Chars<'_>>, word: &mut String, variables: &BTreeMap<String, String>) {
    loop {
        match rest.next().expect("the quotes end") {
            '"' => return,
            '\\' => word.push(rest.next().unwrap()),
            '$' => {
                let mut name = String::new();
                while let Some(letter) = rest.next_if(char::is_ascii_uppercase) {
                    name.push(letter);
                }
                word.push_str(variables.get(&name).unwrap_or_else(|| panic!("${name} is not set")));
            }
            other => word.push(other),
        }
    }
}
