//! What is counted of requests, for Prometheus.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Of which resource a request was, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    /// The route, not the path: there are few.
    route: String,
    status: u16,
}

/// What is counted of requests.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    letters: Gauge,
    decisions: Gauge,
}

/// The upper ends of what durations are counted in, in seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("imr_search");
        let requests = Family::default();
        let seconds = Histogram::new(SECONDS);
        let (letters, decisions) = (Gauge::default(), Gauge::default());
        registry.register("requests", "Requests by route and status", requests.clone());
        registry.register_with_unit("request", "How long requests took", Unit::Seconds, seconds.clone());
        registry.register("letters", "Letters in the index", letters.clone());
        registry.register("decisions", "Decisions in the index", decisions.clone());
        Self { registry, requests, seconds, letters, decisions }
    }
}

impl Metrics {
    /// Counts a request that has been answered.
    pub(crate) fn count(&self, route: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&Labels { route: route.to_owned(), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Everything, in the text format of `OpenMetrics`.
    pub(crate) fn text(&self, letters: u64, decisions: u64) -> String {
        self.letters.set(i64::try_from(letters).unwrap_or(i64::MAX));
        self.decisions.set(i64::try_from(decisions).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Nothing can fail that writes into a text.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::default();
        metrics.count("/search", 200, Duration::from_millis(3));
        metrics.count("/search", 200, Duration::from_millis(30));
        metrics.count("other", 404, Duration::from_millis(1));
        let text = metrics.text(26, 79);
        for line in [
            "imr_search_requests_total{route=\"/search\",status=\"200\"} 2",
            "imr_search_requests_total{route=\"other\",status=\"404\"} 1",
            "imr_search_request_seconds_count 3",
            "imr_search_request_seconds_bucket{le=\"0.005\"} 2",
            "imr_search_decisions 79",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
