//! HTTP, thin: parse, call one service function, map the outcome. No rule of the business lives here.

pub mod assets;
pub mod security;
