//! Whatever JSON or bytes come, reading ends in data or a typed error.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::dingtalk::answer::{Family, Question};
use crate::dingtalk::user::User;
use crate::dingtalk::wire::Object;

/// Keys that the reader looks for, so that strange values meet real expectations.
const KEYS: [&str; 13] = [
    "errcode",
    "errmsg",
    "sub_code",
    "sub_msg",
    "code",
    "message",
    "status",
    "accessdenieddetail",
    "userid",
    "mobile",
    "dept_id_list",
    "leader_in_dept",
    "hired_date",
];

fn json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "(ding talk error\\[subcode=|request ip=|限制将在|requiredScopes=\\[|\\[)[0-9a-f:,\\] -]{0,30}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![0, 15, 88, 60011, 60020, 90018, 1111]).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        let key =
            prop_oneof![4 => prop::sample::select(&KEYS[..]).prop_map(str::to_owned), 1 => any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn read(status: u16, bytes: &[u8], family: Family) {
    let question = Question { api: "/x", family, client_id: "app", hidden: &["secret"], now_ms: 0 };
    if let Err(error) = question.read(status, bytes) {
        let words = error.explain();
        assert!(!words.title.zh.is_empty() && !words.remedy.en.is_empty() && !error.to_string().is_empty());
    }
}

proptest! {
    #[test]
    fn any_json_is_an_answer_or_an_error(value in json(), status in 100_u16..600) {
        let bytes = value.to_string().into_bytes();
        read(status, &bytes, Family::Old);
        read(status, &bytes, Family::New);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(200, &bytes, Family::Old);
    }

    #[test]
    fn any_json_is_a_person_or_an_error(value in json()) {
        let person = Object::of("person", &value).and_then(User::read);
        prop_assert!(person.is_err() || value.get("userid").is_some());
    }
}
