//! What of an enterprise is brought in: chosen departments with all below them, less excluded ones.
//!
//! Invariant: no root chosen means everything that the application may see.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::text::Text;

/// The most departments that can be named on either side.
pub const MOST: usize = 500;

/// A tenant's choice, in DingTalk's department ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Brought in with all below them; nothing named is everything.
    pub roots: BTreeSet<i64>,
    /// Left out with all below them.
    pub excluded: BTreeSet<i64>,
}

impl Choice {
    /// Where a read starts, given the tops of what the application may see. People who are authorised singly belong
    /// to no department, so they come in only when nothing was chosen.
    pub fn starts(&self, scope: Vec<i64>) -> Vec<i64> {
        let starts = if self.roots.is_empty() { scope } else { self.roots.iter().copied().collect() };
        starts.into_iter().filter(|dept_id| self.takes(*dept_id)).collect()
    }

    /// Whether everything that the application may see is wanted.
    pub fn is_everything(&self) -> bool {
        self.roots.is_empty()
    }

    /// Whether a department that was met on the way down is wanted.
    pub fn takes(&self, dept_id: i64) -> bool {
        !self.excluded.contains(&dept_id)
    }

    /// Checks a choice as it was typed.
    ///
    /// # Errors
    /// With the reason why it cannot be.
    pub fn check(&self) -> Result<(), Text> {
        if self.roots.len() > MOST || self.excluded.len() > MOST {
            return Err(Text::new(
                format!("根部门与排除部门各最多 {MOST} 个"),
                format!("at most {MOST} root departments and {MOST} excluded ones"),
            ));
        }
        if let Some(both) = self.roots.intersection(&self.excluded).next() {
            return Err(Text::new(
                format!("部门 {both} 既被选为根部门又被排除"),
                format!("department {both} is chosen and excluded at once"),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_chosen_is_everything() {
        let everything = Choice::default();
        assert_eq!(everything.starts(vec![1]), [1]);
        let chosen = Choice { roots: [5, 9].into(), excluded: [7].into() };
        assert_eq!(chosen.starts(vec![1]), [5, 9]);
        assert!(chosen.takes(8) && !chosen.takes(7) && !chosen.is_everything());
    }

    #[test]
    fn a_contradiction_is_refused() {
        let choice = Choice { roots: [5].into(), excluded: [5].into() };
        assert!(choice.check().is_err());
        assert!(Choice::default().check().is_ok());
    }
}
