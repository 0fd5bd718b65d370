//! What a request meets before it is answered: limits, and headers that keep browsers safe.

mod headers;
mod host;
mod rates;

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::options::ServeOptions;
use crate::problem::Problem;

pub(crate) use headers::with_headers;
pub(crate) use rates::Rates;

/// Where a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Lets requests through that keep within the limits.
pub(crate) async fn limited(State(app): State<App>, request: Request, next: Next) -> Response {
    match check(&app, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(app: &App, request: &Request) -> Result<(), Problem> {
    let limits = app.options.limits;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::method(request.method().as_str()));
    }
    let url = request.uri().path_and_query().map_or(0, |url| url.as_str().len());
    if url > limits.url {
        return Err(Problem::long_url(url, limits.url));
    }
    // A body of unknown length is none that a reader sends.
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let is_chunked = request.headers().contains_key("transfer-encoding");
    if is_chunked || length.is_some_and(|length| length > limits.body) {
        return Err(Problem::long_body(limits.body));
    }
    host::check(&app.options, request)?;
    let client = client(&app.options, request.headers(), request.extensions().get::<Peer>().copied());
    app.rates.check(client)
}

/// The address of a client; behind a proxy the one that the proxy tells.
pub(crate) fn client(options: &ServeOptions, headers: &HeaderMap, peer: Option<Peer>) -> Option<IpAddr> {
    let told = || {
        let told = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        told.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = peer.map(|Peer(address)| address.ip());
    if options.behind_proxy { told().or(peer) } else { peer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_proxy_its_word_counts() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "10.0.0.1, 192.0.2.7".parse().unwrap());
        let peer = Some(Peer(SocketAddr::from(([127, 0, 0, 1], 5000))));
        for (behind_proxy, want) in [(false, "127.0.0.1"), (true, "192.0.2.7")] {
            let options = ServeOptions { behind_proxy, ..ServeOptions::default() };
            assert_eq!(client(&options, &headers, peer), want.parse().ok());
        }
        let proxied = ServeOptions { behind_proxy: true, ..ServeOptions::default() };
        assert_eq!(client(&proxied, &HeaderMap::new(), peer), "127.0.0.1".parse().ok(), "it says nothing");
    }
}
