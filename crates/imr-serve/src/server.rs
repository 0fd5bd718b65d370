//! Connections: who is let in, for how long, and how the server ends.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use imr_index::IndexReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::Service;

use crate::app::App;
use crate::guard::Peer;
use crate::options::ServeOptions;
use crate::routes::router;

/// Why a server cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address cannot be listened to.
    #[error("cannot listen to {address}: {error}; name another address with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason.
        error: io::Error,
    },
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    app: App,
}

/// A client has so long to send the head of a request; also how long an idle connection is kept.
const HEAD: Duration = Duration::from_secs(20);
/// A client that takes nothing for so long is left.
const STALLED: Duration = Duration::from_secs(20);
/// Heads of requests are no longer than this, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
/// Requests that are being answered when the server is told to end have so long.
const GRACE: Duration = Duration::from_secs(10);
/// Waited where no connection can be accepted, as when there are no file descriptors left.
const BREATH: Duration = Duration::from_millis(100);

impl Server {
    /// Listens to the address of the options, and opens the door with [`Server::run`].
    ///
    /// # Errors
    ///
    /// If nothing can listen there.
    pub async fn bind(index: IndexReader, options: ServeOptions) -> Result<Self, ServeError> {
        let address = options.address;
        // The first suggestion would wait for the tables of names.
        drop(tokio::task::spawn_blocking(|| imr_query::suggestions("a", 1)));
        let listener = TcpListener::bind(address).await.map_err(|error| ServeError::Listen { address, error })?;
        Ok(Self { listener, app: App::new(index, options) })
    }

    /// The address that it listens to, where port 0 asked for any port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or(self.app.options.address)
    }

    /// Answers requests until `ended` is; those that are being answered then are finished.
    pub async fn run(self, ended: impl Future<Output = ()>) {
        let Self { listener, app } = self;
        let follow = tokio::spawn(Arc::clone(&app.opened).follow());
        let places = Arc::new(Semaphore::new(app.options.limits.connections.max(1)));
        let (router, graceful) = (router(app), GracefulShutdown::new());
        let mut ended = std::pin::pin!(ended);
        loop {
            let next = async {
                // The semaphore is never closed.
                let place = Arc::clone(&places).acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                () = &mut ended => break,
                accepted = next => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let connection = graceful.watch(connection(stream, peer, router.clone()));
                    tokio::spawn(async move {
                        let _place = place;
                        // A client that breaks off is nobody's fault.
                        let _ = connection.await;
                    });
                }
                Err(error) => {
                    tracing::warn!("a connection cannot be accepted: {error}");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
        drop(listener);
        follow.abort();
        let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    }
}

/// Serves the requests of one connection.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // Answers are written whole; to wait for more would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STALLED));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        router.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LONGEST_HEAD);
    http.serve_connection(TokioIo::new(Box::pin(stream)), service)
}
