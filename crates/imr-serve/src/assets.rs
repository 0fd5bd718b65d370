//! Style and script of the pages, compiled in.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::app::App;

/// A file that pages load.
pub(crate) struct Asset {
    path: &'static str,
    content_type: &'static str,
    text: &'static str,
}

pub(crate) static STYLE: Asset =
    Asset { path: "/assets/style.css", content_type: "text/css", text: include_str!("assets/style.css") };
pub(crate) static SCRIPT: Asset =
    Asset { path: "/assets/script.js", content_type: "text/javascript", text: include_str!("assets/script.js") };
pub(crate) static ICON: Asset =
    Asset { path: "/assets/icon.svg", content_type: "image/svg+xml", text: include_str!("assets/icon.svg") };

/// Tells these assets from those of another build.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = DefaultHasher::new();
    [&STYLE, &SCRIPT, &ICON].iter().for_each(|asset| asset.text.hash(&mut digest));
    format!("{:016x}", digest.finish())
});

impl Asset {
    /// Where it is found: another place for another text, so that browsers may keep it.
    pub(crate) fn url(&self) -> String {
        format!("{}?v={}", self.path, *VERSION)
    }
}

pub(crate) fn router() -> Router<App> {
    let serve = |asset: &'static Asset| {
        let head = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
        get(move || async move { (head, asset.text).into_response() })
    };
    [&STYLE, &SCRIPT, &ICON].into_iter().fold(Router::new(), |router, asset| router.route(asset.path, serve(asset)))
}
