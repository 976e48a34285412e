//! How often somebody may try to sign in: a limit for each account and one for each client address.
//!
//! Kept in this process. With several of them behind a load balancer the limits are as many times as high.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use daybook::users::TokenHash;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::Error;

/// Tries of one account: so many at once, and then one each half minute. Guessing goes by 2,900 a day then.
const ACCOUNT_BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
const ACCOUNT_PAUSE: Duration = Duration::from_secs(30);
/// Tries from one address: an office may be behind it.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(30).unwrap();
const ADDRESS_PAUSE: Duration = Duration::from_secs(2);

pub struct Throttle {
    clock: DefaultClock,
    accounts: DefaultKeyedRateLimiter<TokenHash>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Throttle {
    fn default() -> Throttle {
        let quota = |pause, burst| {
            let quota = Quota::with_period(pause).unwrap_or(Quota::per_second(NonZeroU32::MIN));
            quota.allow_burst(burst)
        };
        Throttle {
            clock: DefaultClock::default(),
            accounts: RateLimiter::keyed(quota(ACCOUNT_PAUSE, ACCOUNT_BURST)),
            addresses: RateLimiter::keyed(quota(ADDRESS_PAUSE, ADDRESS_BURST)),
        }
    }
}

impl Throttle {
    /// Counts a try. `account` is the address that was typed, whether there is an account by it or not.
    ///
    /// # Errors
    /// 429 with the seconds until the next try.
    pub fn check(&self, client: IpAddr, account: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let wait = |wait: Duration| Error::TooMany(wait.as_secs() + 1);
        // The address first: who is stopped by it uses up nobody's account.
        self.addresses.check_key(&network(client)).map_err(|until| wait(until.wait_time_from(now)))?;
        let account = TokenHash::of_text(&account.trim().to_lowercase());
        self.accounts.check_key(&account).map_err(|until| wait(until.wait_time_from(now)))
    }

    /// Forgets who has not tried for a while. To be called each minute.
    pub fn tidy(&self) {
        self.accounts.retain_recent();
        self.addresses.retain_recent();
    }
}

/// One IPv6 customer has at least a /64 of addresses.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.into(),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_ten_tries_from_anywhere_and_an_address_thirty_for_anybody() {
        let throttle = Throttle::default();
        let address = |n: u8| IpAddr::from([10, 0, 0, n]);
        let passed = |tries: &mut dyn Iterator<Item = (u8, String)>| {
            tries.filter(|(n, account)| throttle.check(address(*n), account).is_ok()).count()
        };
        assert_eq!(passed(&mut (0..40).map(|n| (n, "Anna@Example.org".to_owned()))), 10);
        assert_eq!(passed(&mut (0..40).map(|n| (99, format!("{n}@example.org")))), 30);
        assert!(matches!(throttle.check(address(99), "x"), Err(Error::TooMany(1..=3))));
        assert!(matches!(throttle.check(address(98), "anna@example.org"), Err(Error::TooMany(20..=31))));
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }
}
