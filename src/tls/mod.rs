//! HTTPS in the binary: connections that are encrypted before anything is read from them.
//!
//! Owns the certificate in force and its exchange while the server runs. Must not know HTTP beyond the redirect and the answers of an ACME client.
//! Invariants: a certificate is taken into use only with its key and only when both are whole, so a half-written file
//! changes nothing; a client that is slow with its handshake keeps nobody else waiting.

mod acceptor;
mod certificate;
mod challenge;
mod redirect;
mod self_signed;
#[cfg(test)]
mod tests;

pub use self::acceptor::TlsAcceptor;
pub use self::certificate::{CertificateError, Certificates};
pub use self::redirect::{Redirect, redirect};
pub use self::self_signed::self_signed;
