//! How often an address may ask.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::problem::Problem;

/// How often each address may ask: so many requests at once, and then as many a minute.
pub(crate) struct Rates {
    /// `None` for any number.
    limiter: Option<DefaultKeyedRateLimiter<IpAddr>>,
    per_minute: u32,
    clock: DefaultClock,
    checks: AtomicUsize,
}

/// After so many checks addresses are forgotten that have not asked for long.
const FORGET: usize = 10_000;

impl Rates {
    pub(crate) fn new(per_minute: u32) -> Self {
        let limiter = NonZeroU32::new(per_minute).map(|most| RateLimiter::keyed(Quota::per_minute(most)));
        Self { limiter, per_minute, clock: DefaultClock::default(), checks: AtomicUsize::new(0) }
    }

    /// Whether an address may ask now. A client without an address is one of the machine's own.
    pub(super) fn check(&self, client: Option<IpAddr>) -> Result<(), Problem> {
        let (Some(limiter), Some(client)) = (&self.limiter, client) else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET == FORGET - 1 {
            limiter.retain_recent();
        }
        limiter
            .check_key(&household(client))
            .map_err(|refused| Problem::too_often(self.per_minute, refused.wait_time_from(self.clock.now())))
    }
}

/// What counts as one client: of IPv6 the network of 64 bits that one customer has.
fn household(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.into(),
            None => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_asks_too_often_is_refused_alone() {
        let rates = Rates::new(3);
        let one: Option<IpAddr> = "192.0.2.1".parse().ok();
        assert!((0..3).all(|_| rates.check(one).is_ok()));
        assert!(rates.check(one).is_err());
        assert!(rates.check("192.0.2.2".parse().ok()).is_ok());
        assert!((0..99).all(|_| Rates::new(0).check(one).is_ok()), "0 is no limit");
    }

    #[test]
    fn neighbours_of_one_network_are_one_client() {
        for (address, want) in
            [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
        {
            assert_eq!(household(address.parse().unwrap()).to_string(), want);
        }
    }
}
