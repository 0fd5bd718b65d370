//! The name by which a request addresses the server.
//!
//! A web page of somebody else can make a browser ask this machine, once its name is made to lead here (DNS rebinding). The
//! browser then names that host; so names that are not ours are refused.

use axum::extract::Request;
use axum::http::header::HOST;

use crate::options::ServeOptions;
use crate::problem::Problem;

/// Whether a request addresses this server by one of its names.
pub(super) fn check(options: &ServeOptions, request: &Request) -> Result<(), Problem> {
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let named = named.or_else(|| request.uri().host()).unwrap_or_default();
    if is_ours(options, named) { Ok(()) } else { Err(Problem::host(named)) }
}

fn is_ours(options: &ServeOptions, named: &str) -> bool {
    let name = without_port(named);
    let is_named = options.hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
    let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| local.eq_ignore_ascii_case(name));
    let is_address = name.trim_matches(['[', ']']).parse() == Ok(options.address.ip());
    // Who listens to other machines without a name is reached by any.
    let is_open = options.hosts.is_empty() && !options.address.ip().is_loopback();
    is_named || is_local || is_address || is_open
}

fn without_port(named: &str) -> &str {
    match named.rsplit_once(':') {
        // The last colon of a bare IPv6 address in brackets stands inside them.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !port.is_empty() => name,
        _ => named,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_names_are_ours() {
        let options = |address: &str, hosts: &[&str]| ServeOptions {
            address: address.parse().unwrap(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            ..ServeOptions::default()
        };
        for (address, hosts, named, want) in [
            ("127.0.0.1:7878", &[][..], "127.0.0.1:7878", true),
            ("127.0.0.1:7878", &[], "localhost", true),
            ("[::1]:7878", &[], "[::1]:7878", true),
            ("127.0.0.1:7878", &[], "evil.example", false),
            ("127.0.0.1:7878", &[], "", false),
            ("127.0.0.1:7878", &["imr.example"], "IMR.example:443", true),
            ("192.0.2.1:80", &[], "whatever.example", true),
            ("192.0.2.1:80", &["imr.example"], "whatever.example", false),
            ("192.0.2.1:80", &["imr.example"], "192.0.2.1", true),
        ] {
            assert_eq!(is_ours(&options(address, hosts), named), want, "case: {named} at {address}");
        }
    }
}
