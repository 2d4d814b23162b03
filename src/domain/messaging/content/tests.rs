//! What passes DingTalk's limits, and how what does not is named.

use super::*;

fn card(buttons: &[(&str, &str)]) -> Content {
    let button = |(title, url): &(&str, &str)| Button { title: (*title).into(), url: (*url).into() };
    Content::ActionCard(ActionCard {
        title: "审批".into(),
        markdown: "**请处理**".into(),
        buttons: buttons.iter().map(button).collect(),
        horizontal: true,
    })
}

fn oa() -> Oa {
    Oa {
        url: "http://192.0.2.1/f".into(),
        color: "FF1677FF".into(),
        title: Some("报销".into()),
        ..Oa::default()
    }
}

/// The refusal, which must name this in both languages.
fn refusal(content: &Content, named: &str) {
    let error = content.check(100).unwrap_err();
    assert_eq!(error.code, ErrorCode::MessageInvalid);
    assert!(error.detail.zh.contains(named) && error.detail.en.contains(named), "{error:?}");
}

#[test]
fn empty_and_oversized_messages_are_refused_with_the_limit() {
    assert!(Content::Text("你好".into()).check(50).is_ok());
    assert!(Content::Text(" \n".into()).check(50).is_err());
    let refusal = Content::Text("长".repeat(800)).check(2449).unwrap_err();
    assert!(refusal.detail.en.contains("2048"));
}

#[test]
fn titles_and_texts_have_their_limits() {
    let markdown = |title: &str| Content::Markdown { title: title.into(), text: "x".into() };
    assert!(markdown(&"题".repeat(64)).check(300).is_ok());
    refusal(&markdown(&"题".repeat(65)), "64");
    refusal(&markdown(" "), "title");
    let link = |url: &str, picture: &str| Content::Link {
        title: "t".into(),
        text: "x".into(),
        url: url.into(),
        picture: picture.into(),
    };
    assert!(link("https://example.com/a", "@lAbc").check(100).is_ok());
    assert!(link("HTTP://example.com/a", "http://example.com/p.png").check(100).is_ok());
    for evil in
        ["javascript:alert(1)", "//example.com", "https://", "https://a b", "file:///etc/passwd", "门"]
    {
        refusal(&link(evil, "@lAbc"), "url");
        refusal(&link("https://example.com", evil), "picture");
    }
}

#[test]
fn buttons_are_one_or_several_and_bounded() {
    let go = "http://192.0.2.1/";
    assert!(card(&[("打开", go)]).check(100).is_ok());
    assert!(card(&[("是", go), ("否", go)]).check(100).is_ok());
    refusal(&card(&[]), "buttons");
    refusal(&card(&[(&"长".repeat(21), go)]), "20");
    let long = format!("http://192.0.2.1/{}", "a".repeat(500));
    refusal(&card(&[("一", &long)]), "500");
    assert!(card(&[("一", &long), ("二", go)]).check(100).is_ok());
    refusal(&card(&[("一", &long), ("二", &long)]), "1000");
    // A quotation mark is two characters in the list that DingTalk counts.
    let most = format!("http://192.0.2.1/{}", "a".repeat(440));
    let pair = |title: &str| card(&[(title, most.as_str()), (title, most.as_str())]);
    assert!(pair(&"一".repeat(10)).check(100).is_ok());
    refusal(&pair(&"\"".repeat(10)), "1000");
}

#[test]
fn forms_and_media_are_checked() {
    assert!(Content::Oa(oa()).check(100).is_ok());
    refusal(&Content::Oa(Oa { color: "red".into(), ..oa() }), "color");
    refusal(&Content::Oa(Oa { title: None, ..oa() }), "title");
    refusal(&Content::Oa(Oa { title: None, text: Some(" ".into()), ..oa() }), "text");
    refusal(&Content::Oa(Oa { title: None, figure: Some((String::new(), "元".into())), ..oa() }), "figure");
    refusal(&Content::Oa(Oa { title: None, rows: vec![("".into(), " ".into())], ..oa() }), "rows");
    refusal(&Content::Oa(Oa { title: Some("长".repeat(51)), ..oa() }), "50");
    refusal(&Content::Oa(Oa { rows: vec![("k".into(), "v".into()); 7], ..oa() }), "6");
    let bar = |text: &str, color: &str| Content::OaWithStatus {
        oa: oa(),
        status: Status { text: text.into(), color: color.into() },
    };
    assert!(bar("待审批", "FFF65E5E").check(100).is_ok());
    refusal(&bar(" ", "FFF65E5E"), "status.text");
    refusal(&bar("待审批", "0xFFF65E5E"), "status.color");
    assert_eq!((bar("a", "FFF65E5E").most_people(), Content::Oa(oa()).most_people()), (Some(5), None));
    assert!(Content::Image { media_id: "@lAbc".into() }.check(50).is_ok());
    refusal(&Content::File { media_id: "a b".into() }, "mediaId");
    let voice = |seconds| Content::Voice { media_id: "@lAbc".into(), seconds };
    assert!(voice(59).check(50).is_ok());
    refusal(&voice(0), "59");
    refusal(&voice(60), "59");
}

#[test]
fn texts_that_were_stored_before_the_other_kinds_existed_are_still_read() {
    let stored = [0, 6, 228, 189, 160, 229, 165, 189];
    assert_eq!(postcard::from_bytes::<Content>(&stored).unwrap(), Content::Text("你好".into()));
}
