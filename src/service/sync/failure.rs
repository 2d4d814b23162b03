//! What a run that failed says: what went wrong, that nothing was changed, and what to do.
//!
//! Invariant: no text here carries a secret or a person's data; DingTalk's own words come through its error's explanation.

use crate::dingtalk;
use crate::domain::error::{Error, ErrorCode};
use crate::domain::sync::run::RunError;
use crate::domain::text::Text;
use crate::service::sync::fetch::FetchError;

/// A read that did not become a snapshot.
pub(super) fn explain(error: FetchError) -> RunError {
    match error {
        FetchError::DingTalk(error) => refused(&error),
        FetchError::Department(dept_id, error) => {
            let refused = refused(&error);
            let detail = Text::new(
                format!("读取部门 {dept_id} 时：{}", refused.detail.zh),
                format!("while department {dept_id} was read: {}", refused.detail.en),
            );
            RunError { detail, ..refused }
        }
        FetchError::Internal => failure(Error::internal()),
        FetchError::Torn(torn) => RunError {
            code: ErrorCode::SyncIncompleteRead.as_str().to_owned(),
            detail: torn.text(),
            remedy: Text::new(
                "本次未做任何修改。请稍后重新同步；若反复出现，请在钉钉管理后台检查该部门",
                "nothing was changed. Synchronise again later; if it comes back, look at that department in DingTalk's console",
            ),
            link: None,
        },
    }
}

fn refused(error: &dingtalk::Error) -> RunError {
    let explanation = error.explain();
    RunError {
        code: explanation.code.to_owned(),
        detail: Text::new(
            format!("{}：{}", explanation.title.zh, explanation.detail.zh),
            format!("{}: {}", explanation.title.en, explanation.detail.en),
        ),
        remedy: explanation.remedy,
        link: explanation.link,
    }
}

/// A failure of this server, or of what the run was asked to do.
pub(super) fn failure(error: Error) -> RunError {
    let remedy = match error.code {
        ErrorCode::SyncPlanOutdated => Text::new(
            "本次未做任何修改：变更清单是当时预览的内容，并未执行。请重新预览或同步",
            "nothing was changed: the list of changes is what had been shown, none of it was applied. Preview or synchronise again",
        ),
        _ => Text::new("本次未做任何修改，可重新同步", "nothing was changed; synchronise again"),
    };
    RunError { code: error.code.as_str().to_owned(), detail: error.detail, remedy, link: None }
}

/// A run that was begun too often.
pub(super) fn interrupted() -> RunError {
    failure(Error::new(
        ErrorCode::SyncInterrupted,
        "服务器在同步过程中多次停止",
        "the server stopped several times in the middle of this run",
    ))
}
