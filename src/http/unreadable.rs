//! What the framework says of input that it cannot read, told again for people in both languages.
//!
//! Must not know which input it was. Invariant: what was sent is never repeated, for it may be a secret; and words of
//! the framework that are not known here still give a whole sentence in either language.

use crate::domain::text::Text;

/// Why input could not be read, from the framework's own `words`.
pub(super) fn reason(words: &str) -> Text {
    let mut rest = words;
    // Innermost last. Those that are schemas of the specification help whoever called to find the place.
    let mut schema = None;
    while let Some((inner, outer)) =
        rest.strip_suffix("\")").and_then(|rest| rest.rsplit_once(" (occurred while parsing \""))
    {
        schema = Some(outer).filter(|name| name.chars().all(char::is_alphanumeric)).or(schema);
        rest = inner;
    }
    let told = told(rest);
    match schema {
        Some(name) => Text::new(format!("{}（{name} 中）", told.zh), format!("{} (in {name})", told.en)),
        None => told,
    }
}

/// Without where it stood.
fn told(words: &str) -> Text {
    let mut rest = words;
    let mut expected = "";
    while let Some((kind, inner)) =
        rest.strip_prefix("failed to parse \"").and_then(|inner| inner.split_once("\": "))
    {
        (expected, rest) = (kind, inner);
    }
    lacking_or_surplus(rest).or_else(|| beyond_limits(rest)).or_else(|| of_another_kind(rest)).unwrap_or_else(
        || match kind(expected) {
            Some(Text { zh, en }) => Text::new(format!("应为{zh}"), format!("it must be {en}")),
            None => Text::new(
                "格式不正确，请对照接口文档 /api/docs",
                "its format is wrong; compare it with /api/docs",
            ),
        },
    )
}

fn lacking_or_surplus(words: &str) -> Option<Text> {
    if let Some(name) = words.strip_prefix("unknown field `") {
        let name = name.trim_end_matches('.').trim_end_matches('`');
        return Some(Text::new(
            format!("不认识字段 {name}，请删去"),
            format!("there is no field {name}; leave it out"),
        ));
    }
    if let Some(name) = words.strip_prefix("field `").and_then(|rest| rest.strip_suffix("` is required")) {
        return Some(Text::new(format!("缺少字段 {name}"), format!("the field {name} is missing")));
    }
    if words.starts_with("Type \"") && words.ends_with("expects an input value.") {
        return Some(Text::new("缺少它的值", "its value is missing"));
    }
    // The body is no JSON at all: the reader says where it stopped.
    let (_, place) = words.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some(Text::new(
        format!("不是合法的 JSON，见第 {line} 行第 {column} 列"),
        format!("it is not JSON: see line {line}, column {column}"),
    ))
}

/// Of the right kind, but too many, too long, or too large.
fn beyond_limits(words: &str) -> Option<Text> {
    if let Some(range) = words.strip_prefix("Only integers from ") {
        let (least, most) = range.strip_suffix(" are accepted.")?.split_once(" to ")?;
        return Some(between(least, most));
    }
    let (field, limit) = words.split_once("verification failed. ")?;
    let Text { zh, en } = limited(limit);
    let name = field.trim().trim_start_matches("field `").trim_end_matches('`');
    Some(match name {
        "" => Text::new(zh, format!("it {en}")),
        name => Text::new(format!("字段 {name} {zh}"), format!("the field {name} {en}")),
    })
}

fn between(least: &str, most: &str) -> Text {
    Text::new(format!("应在 {least} 与 {most} 之间"), format!("it must be between {least} and {most}"))
}

/// A limit as the framework writes it, such as `maxLength(100)`, as the end of a sentence.
fn limited(limit: &str) -> Text {
    let (name, arguments) = limit.split_once('(').unwrap_or((limit, ""));
    let figure = arguments.split([',', ')']).next().unwrap_or_default();
    match name {
        "maxLength" => {
            Text::new(format!("最多 {figure} 个字符"), format!("must have at most {figure} characters"))
        }
        "minLength" => {
            Text::new(format!("至少 {figure} 个字符"), format!("must have at least {figure} characters"))
        }
        "maxItems" => Text::new(format!("最多 {figure} 项"), format!("must have at most {figure} items")),
        "minItems" => Text::new(format!("至少 {figure} 项"), format!("must have at least {figure} items")),
        "maximum" => Text::new(format!("不得大于 {figure}"), format!("must not be above {figure}")),
        "minimum" => Text::new(format!("不得小于 {figure}"), format!("must not be below {figure}")),
        "uniqueItems" => Text::new("不得有重复项", "must not hold anything twice"),
        _ => Text::new("格式不正确", "has a wrong format"),
    }
}

/// A text where a number should be, and the like.
fn of_another_kind(words: &str) -> Option<Text> {
    match words {
        "Expect a valid enumeration value." => {
            return Some(Text::new(
                "不是可选的值，可选值见接口文档 /api/docs",
                "it is none of the values to choose from, which /api/docs lists",
            ));
        }
        "not an RFC 3339 time" => {
            return Some(Text::new(
                "应为 RFC 3339 时间，例如 2026-01-31T08:00:00Z",
                "it must be an RFC 3339 time such as 2026-01-31T08:00:00Z",
            ));
        }
        "an AgentId consists of digits" => {
            return Some(Text::new("AgentId 应全部为数字", "an AgentId consists of digits"));
        }
        "a department's id in DingTalk is a whole number" => {
            return Some(Text::new(
                "钉钉部门 ID 应为整数",
                "a department's id in DingTalk is a whole number",
            ));
        }
        _ => {}
    }
    let (expected, found) = words.strip_prefix("Expected input type \"")?.split_once("\", found ")?;
    let found = found_kind(found);
    Some(match kind(expected) {
        Some(Text { zh, en }) => Text::new(
            format!("应为{zh}，收到的是{}", found.zh),
            format!("it must be {en}, and is {}", found.en),
        ),
        None => Text::new(format!("不能是{}", found.zh), format!("it cannot be {}", found.en)),
    })
}

/// The framework's name of a type, for people; none for types of ours.
fn kind(name: &str) -> Option<Text> {
    Some(match name.split(['(', '_']).next().unwrap_or_default() {
        "integer" => Text::new("整数", "a whole number"),
        "number" => Text::new("数字", "a number"),
        "boolean" => Text::new("true 或 false", "true or false"),
        "string" => Text::new("文本", "a text"),
        _ => return None,
    })
}

/// What kind of JSON was sent, without saying what stood there.
fn found_kind(json: &str) -> Text {
    match json.chars().next() {
        Some('"') => Text::new("文本", "a text"),
        Some('{') => Text::new("对象", "an object"),
        Some('[') => Text::new("列表", "a list"),
        Some('t' | 'f') => Text::new("布尔值", "true or false"),
        Some('n') => Text::new("空值", "null"),
        _ => Text::new("数字", "a number"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, reason};

    fn told(words: &str) -> (String, String) {
        let Text { zh, en } = reason(words);
        (zh, en)
    }

    #[test]
    fn what_the_framework_says_is_told_in_both_languages() {
        for (words, zh, en) in [
            (
                r#"failed to parse "integer(uint16)": invalid digit found in string"#,
                "应为整数",
                "it must be a whole number",
            ),
            (
                r#"failed to parse "Mode": Expect a valid enumeration value. (occurred while parsing "optional_Mode")"#,
                "不是可选的值，可选值见接口文档 /api/docs",
                "it is none of the values to choose from, which /api/docs lists",
            ),
            (
                r#"failed to parse "NewTenant": unknown field `nmae`."#,
                "不认识字段 nmae，请删去",
                "there is no field nmae; leave it out",
            ),
            (
                r#"failed to parse "Note": field `text` verification failed. maxLength(200)"#,
                "字段 text 最多 200 个字符",
                "the field text must have at most 200 characters",
            ),
            (
                "verification failed. maximum(200, exclusive: false)",
                "不得大于 200",
                "it must not be above 200",
            ),
            (
                r#"failed to parse "integer(uint8)": Only integers from 0 to 255 are accepted."#,
                "应在 0 与 255 之间",
                "it must be between 0 and 255",
            ),
            (
                r#"failed to parse "string_dept-id": a department's id in DingTalk is a whole number"#,
                "钉钉部门 ID 应为整数",
                "a department's id in DingTalk is a whole number",
            ),
            (
                "EOF while parsing an object at line 1 column 9",
                "不是合法的 JSON，见第 1 行第 9 列",
                "it is not JSON: see line 1, column 9",
            ),
        ] {
            assert_eq!(told(words), (zh.to_owned(), en.to_owned()), "{words}");
        }
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        let words = r#"Expected input type "string", found 13800138000. (occurred while parsing "Person")"#;
        let (zh, en) =
            ("应为文本，收到的是数字（Person 中）", "it must be a text, and is a number (in Person)");
        assert_eq!(told(words), (zh.to_owned(), en.to_owned()));
        assert_eq!(told("Expected input type \"Person\", found \"secret\".").1, "it cannot be a text");
    }

    #[test]
    fn words_that_are_not_known_still_make_a_sentence() {
        for words in [
            "",
            "something new",
            "failed to parse \"Thing\": something new",
            "field `",
            "verification failed. ",
        ] {
            let (zh, en) = told(words);
            assert!(!zh.is_empty() && !en.is_empty(), "{words}");
        }
    }
}
