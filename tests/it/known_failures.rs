//! What goes wrong in the systems that do this job today, one test a line, named by its number in that list.
//!
//! Elsewhere: 5 in `isolation`; 25 in `crash`; 26 to 29 in `messages`; 30 also in `isolation`; 31 and 35 in
//! `dingtalk_sign_in`.

mod people;
mod security;
mod upstream;

use crate::support::company::{COMPANY, CORP, Company, among, department, person, staff};

const CHILDREN: &str = "/topapi/v2/department/listsub";
const MEMBERS: &str = "/topapi/v2/user/list";
