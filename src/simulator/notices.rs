//! Work notices: what was accepted, whom it reaches, and why not.
//!
//! Must not know HTTP or how recipients were looked up. Invariant: accepting says nothing about delivery; every
//! recipient has exactly one [`Fate`], decided on acceptance and visible after the delay. [S-0769]

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde::Serialize;
use serde_json::Value;

use super::text::china_day;

/// Results can be asked for a day long.
const KEPT: i64 = 86_400_000;
/// Messages one application may send to one person in a day.
const PER_PERSON_AND_DAY: u32 = 500;
/// People one application may reach in a minute.
const PER_MINUTE: usize = 5_000;
/// Sends to everybody in a day.
const TO_ALL_PER_DAY: u32 = 3;

/// What became of a notice for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Unread,
    Read,
    Failed,
    /// Swallowed, with the platform's reason.
    Forbidden(&'static str),
}

/// One accepted send.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) task_id: i64,
    pub(crate) client_id: String,
    pub(crate) message: Value,
    pub(crate) accepted: i64,
    pub(crate) delivered: i64,
    pub(crate) recalled: bool,
    pub(crate) recipients: BTreeMap<String, Fate>,
    pub(crate) invalid_users: Vec<String>,
    pub(crate) invalid_departments: Vec<i64>,
}

/// A send that is about to be accepted.
pub(crate) struct Draft {
    pub(crate) client_id: String,
    pub(crate) message: Value,
    pub(crate) users: Vec<String>,
    pub(crate) invalid_users: Vec<String>,
    pub(crate) invalid_departments: Vec<i64>,
}

/// A notice as one person sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The sender.
    pub client_id: String,
    /// The send it belongs to.
    pub task_id: i64,
    /// The receiver.
    pub userid: String,
    /// When it was accepted, in milliseconds since 1970.
    pub accepted: i64,
    /// `queued`, `unread`, `read`, `failed`, `forbidden` or `recalled`.
    pub state: &'static str,
    /// Why it was forbidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// The whole content as sent.
    pub msg: Value,
}

/// A file that was handed over.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// Who handed it over.
    pub client_id: String,
    /// The id it was given.
    pub media_id: String,
    /// `image`, `voice`, `video` or `file`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub filename: String,
    /// Its size in bytes.
    pub size: u64,
}

/// How many uploads are remembered; the oldest go first.
const UPLOADS_KEPT: usize = 1_000;

#[derive(Debug, Default)]
pub(crate) struct Notices {
    last_task: i64,
    tasks: BTreeMap<i64, Task>,
    per_day: HashMap<(String, String, i64), u32>,
    contents: HashSet<(String, String, i64, String)>,
    to_all: HashMap<(String, i64), u32>,
    reached: HashMap<String, VecDeque<(i64, usize)>>,
    refusing: HashMap<String, Fate>,
    uploads: VecDeque<Upload>,
}

impl Notices {
    /// Takes a send over; the answer is its task id.
    pub(crate) fn accept(&mut self, draft: Draft, now: i64, delay: i64) -> i64 {
        self.last_task = self.last_task.max(25_600_000) + 1;
        let day = china_day(now);
        let content = draft.message.to_string();
        let mut recipients = BTreeMap::new();
        for userid in draft.users {
            let fate = self.fate(&draft.client_id, &userid, day, &content, now);
            if matches!(fate, Fate::Unread) {
                *self.per_day.entry((draft.client_id.clone(), userid.clone(), day)).or_default() += 1;
                self.contents.insert((draft.client_id.clone(), userid.clone(), day, content.clone()));
                self.reached.entry(draft.client_id.clone()).or_default().push_back((now, 1));
            }
            recipients.insert(userid, fate);
        }
        let task = Task {
            task_id: self.last_task,
            client_id: draft.client_id,
            message: draft.message,
            accepted: now,
            delivered: now + delay,
            recalled: false,
            recipients,
            invalid_users: draft.invalid_users,
            invalid_departments: draft.invalid_departments,
        };
        self.tasks.insert(task.task_id, task);
        self.last_task
    }

    fn fate(&mut self, client_id: &str, userid: &str, day: i64, content: &str, now: i64) -> Fate {
        if let Some(fate) = self.refusing.get(userid) {
            return fate.clone();
        }
        let key = (client_id.to_owned(), userid.to_owned(), day);
        if self.contents.contains(&(key.0.clone(), key.1.clone(), day, content.to_owned())) {
            return Fate::Forbidden("143106");
        }
        if self.per_day.get(&key).is_some_and(|sent| *sent >= PER_PERSON_AND_DAY) {
            return Fate::Forbidden("143105");
        }
        let reached = self.reached.entry(client_id.to_owned()).or_default();
        while reached.front().is_some_and(|(time, _)| now - time >= 60_000) {
            reached.pop_front();
        }
        if reached.iter().map(|(_, people)| people).sum::<usize>() >= PER_MINUTE {
            return Fate::Forbidden("143103");
        }
        Fate::Unread
    }

    /// Whether one more send to everybody is allowed today; takes it if so.
    pub(crate) fn take_to_all(&mut self, client_id: &str, now: i64) -> bool {
        let sent = self.to_all.entry((client_id.to_owned(), china_day(now))).or_default();
        let allowed = *sent < TO_ALL_PER_DAY;
        *sent += u32::from(allowed);
        allowed
    }

    /// A task of this application that is not too old.
    pub(crate) fn task(&mut self, client_id: &str, task_id: i64, now: i64) -> Option<&mut Task> {
        self.tasks.get_mut(&task_id).filter(|task| task.client_id == client_id && now - task.accepted < KEPT)
    }

    /// Remembers an upload.
    pub(crate) fn keep_upload(&mut self, upload: Upload) {
        self.uploads.push_back(upload);
        while self.uploads.len() > UPLOADS_KEPT {
            self.uploads.pop_front();
        }
    }

    /// What was uploaded, oldest first.
    pub(crate) fn uploads(&self) -> Vec<Upload> {
        self.uploads.iter().cloned().collect()
    }

    /// From now on nothing reaches this person (`None` lifts it again).
    pub(crate) fn refuse(&mut self, userid: &str, fate: Option<Fate>) {
        match fate {
            Some(fate) => self.refusing.insert(userid.to_owned(), fate),
            None => self.refusing.remove(userid),
        };
    }

    /// Marks delivered notices as read; answers how many.
    pub(crate) fn read(&mut self, userid: Option<&str>, task_id: Option<i64>, now: i64) -> usize {
        let mut count = 0;
        for task in self.tasks.values_mut() {
            if task.recalled || now < task.delivered || task_id.is_some_and(|wanted| wanted != task.task_id) {
                continue;
            }
            for (receiver, fate) in &mut task.recipients {
                if *fate == Fate::Unread && userid.is_none_or(|wanted| wanted == receiver) {
                    *fate = Fate::Read;
                    count += 1;
                }
            }
        }
        count
    }

    /// Everything that was accepted, one entry for each receiver, oldest first.
    pub(crate) fn messages(&self, now: i64) -> impl Iterator<Item = Message> {
        self.tasks.values().flat_map(move |task| {
            task.recipients.iter().map(move |(userid, fate)| Message {
                client_id: task.client_id.clone(),
                task_id: task.task_id,
                userid: userid.clone(),
                accepted: task.accepted,
                state: match fate {
                    _ if now < task.delivered => "queued",
                    Fate::Forbidden(_) => "forbidden",
                    Fate::Failed => "failed",
                    _ if task.recalled => "recalled",
                    Fate::Read => "read",
                    Fate::Unread => "unread",
                },
                code: if let Fate::Forbidden(code) = fate { Some(code) } else { None },
                msg: task.message.clone(),
            })
        })
    }
}

/// The reasons for which a notice can be swallowed, as the platform writes them.
pub(crate) fn forbidden_code(code: &str) -> Option<&'static str> {
    const CODES: &[&str] =
        &["143103", "143104", "143105", "143106", "1430000", "1430001", "1430002", "1430003", "1430004"];
    CODES.iter().copied().find(|known| *known == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn draft(text: &str, users: &[&str]) -> Draft {
        Draft {
            client_id: "app".into(),
            message: json!({ "msgtype": "text", "text": { "content": text } }),
            users: users.iter().map(|user| (*user).to_owned()).collect(),
            invalid_users: Vec::new(),
            invalid_departments: Vec::new(),
        }
    }

    fn fate(notices: &mut Notices, task_id: i64, user: &str) -> Fate {
        notices.task("app", task_id, 0).unwrap().recipients[user].clone()
    }

    #[test]
    fn the_same_content_reaches_a_person_once_a_day() {
        let mut notices = Notices::default();
        let first = notices.accept(draft("hi", &["a"]), 0, 0);
        let again = notices.accept(draft("hi", &["a", "b"]), 5, 0);
        assert_eq!(fate(&mut notices, first, "a"), Fate::Unread);
        assert_eq!(fate(&mut notices, again, "a"), Fate::Forbidden("143106"));
        assert_eq!(fate(&mut notices, again, "b"), Fate::Unread);
        let tomorrow = notices.accept(draft("hi", &["a"]), 86_400_000, 0);
        assert_eq!(fate(&mut notices, tomorrow, "a"), Fate::Unread);
    }

    #[test]
    fn a_person_gets_five_hundred_a_day_and_an_application_reaches_five_thousand_a_minute() {
        let mut notices = Notices::default();
        let last = (0..=500).map(|n| notices.accept(draft(&n.to_string(), &["a"]), 0, 0)).last().unwrap();
        assert_eq!(fate(&mut notices, last, "a"), Fate::Forbidden("143105"));
        let crowd: Vec<String> = (0..5_000).map(|n| format!("u{n:05}")).collect();
        let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
        let task = notices.accept(draft("all", &crowd), 10, 0);
        assert_eq!(fate(&mut notices, task, "u04499"), Fate::Unread);
        assert_eq!(fate(&mut notices, task, "u04500"), Fate::Forbidden("143103"));
        let later = notices.accept(draft("all", &["u04500"]), 60_000, 0);
        assert_eq!(fate(&mut notices, later, "u04500"), Fate::Unread);
    }

    #[test]
    fn reading_waits_for_delivery_and_results_end_after_a_day() {
        let mut notices = Notices::default();
        let task = notices.accept(draft("hi", &["a"]), 0, 100);
        assert_eq!(notices.messages(50).next().unwrap().state, "queued");
        assert_eq!(notices.read(None, None, 50), 0);
        assert_eq!(notices.read(Some("a"), Some(task), 100), 1);
        assert_eq!(notices.messages(100).next().unwrap().state, "read");
        assert!(notices.task("app", task, KEPT).is_none());
        assert!(notices.task("other", task, 0).is_none());
    }
}
