//! Why a read cannot become a snapshot, and what an administrator is told of it.

use std::fmt;

use crate::domain::text::Text;

/// Why a read cannot become a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TornRead {
    /// A department was listed under two parents.
    TwoParents(i64),
    /// A department is its own ancestor.
    Cycle(i64),
    /// A department was found but its children were never listed.
    NotListed(i64),
    /// A department was found but its people were not read to the last page.
    NotRead(i64),
    /// A page's cursor came again.
    CursorRepeats(i64),
    /// More pages than people could fill.
    TooManyPages(i64),
    /// More departments than any enterprise has.
    TooManyDepartments,
}

impl TornRead {
    /// The sentence for an administrator.
    pub fn text(&self) -> Text {
        match self {
            Self::TwoParents(id) => Text::new(
                format!("部门 {id} 同时出现在两个上级部门之下，可能在读取期间被移动，请重新同步"),
                format!(
                    "department {id} was listed under two parents; it may have been moved during the read: synchronise again"
                ),
            ),
            Self::Cycle(id) => Text::new(
                format!("部门 {id} 是它自己的上级部门，钉钉返回的部门树成环"),
                format!("department {id} is its own ancestor: DingTalk's department tree has a cycle"),
            ),
            Self::NotListed(id) => Text::new(
                format!("部门 {id} 的下级部门未能读取完整"),
                format!("the departments below {id} were not read completely"),
            ),
            Self::NotRead(id) => Text::new(
                format!("部门 {id} 的成员未能读取完整"),
                format!("the members of department {id} were not read to the last page"),
            ),
            Self::CursorRepeats(id) => Text::new(
                format!("部门 {id} 的成员分页游标重复，钉钉返回的分页不会结束"),
                format!("the page cursor of department {id} repeats: DingTalk's pages would never end"),
            ),
            Self::TooManyPages(id) => Text::new(
                format!("部门 {id} 的成员页数超过上限"),
                format!("department {id} has more pages of members than the limit allows"),
            ),
            Self::TooManyDepartments => Text::new(
                "部门数量超过上限".to_owned(),
                "there are more departments than the limit allows".to_owned(),
            ),
        }
    }
}

impl fmt::Display for TornRead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text().en)
    }
}
