//! Owns when a call is repeated and how long is waited before. Must not know what is called.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{Error, ErrorKind, Options};

/// True of 429, 503, 504 and lost connections; predicting the same twice does no harm. A call that is past its own deadline is
/// dropped, and asks no more.
pub(crate) fn is_retryable(error: &Error) -> bool {
    use ErrorKind::{Connection, Deadline, RateLimited, Unavailable};
    matches!(error.kind(), RateLimited | Unavailable | Deadline | Connection)
}

/// Half to all of a time that doubles with each repeat, so that clients that failed together do not return together; never less
/// than the server asked for. `repeat` is 0 before the first one, `share` from 0 to below 1.
pub(crate) fn backoff(options: &Options, repeat: u32, error: Option<&Error>, share: f64) -> Duration {
    let doubled = options.initial_backoff.saturating_mul(2u32.saturating_pow(repeat));
    let wait = doubled.min(options.max_backoff).mul_f64(0.5 + share / 2.0);
    wait.max(error.and_then(Error::retry_after).unwrap_or_default())
}

/// Runs `attempt` until it succeeds, fails for good, or the next wait would not end before the deadline.
pub(crate) async fn with_retries<T, F: Future<Output = Result<T, Error>>>(
    options: &Options,
    deadline: Option<Instant>,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Error> {
    let mut repeat = 0;
    loop {
        let error = match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let wait = backoff(options, repeat, Some(&error), rand::random());
        repeat += 1;
        if !is_retryable(&error) || repeat >= options.max_attempts || !leaves(deadline, wait) {
            return Err(error);
        }
        sleep(wait).await;
    }
}

/// True when the deadline would come after a wait.
pub(crate) fn leaves(deadline: Option<Instant>, wait: Duration) -> bool {
    deadline.is_none_or(|at| at.saturating_duration_since(Instant::now()) > wait)
}

/// Drops what is not done by the deadline.
pub(crate) async fn by<T>(
    deadline: Option<Instant>,
    options: &Options,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(at) = deadline else {
        return call.await;
    };
    tokio::time::timeout_at(at, call).await.unwrap_or_else(|_| {
        let limit = options.deadline.unwrap_or_default();
        Err(Error::new(ErrorKind::Deadline, format!("The call was not done within its deadline of {limit:?}.")))
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    fn failure(status: u16, retry_after: &'static str) -> Error {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static(retry_after));
        Error::of_answer(status, &headers, b"")
    }

    #[test]
    fn a_wait_doubles_within_its_bounds() {
        let options = Options {
            initial_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_millis(300),
            ..Options::default()
        };
        for (repeat, share, asked, want_ms) in
            [(0, 0.0, "", 50), (1, 1.0, "", 200), (9, 1.0, "", 300), (5000, 0.0, "", 150), (0, 0.0, "2", 2000)]
        {
            let wait = backoff(&options, repeat, Some(&failure(429, asked)), share);
            assert_eq!(wait.as_millis(), want_ms, "{repeat} {share} {asked}");
        }
    }

    #[tokio::test]
    async fn only_what_may_pass_is_repeated() {
        let options = Options { max_attempts: 3, initial_backoff: Duration::from_millis(1), ..Options::default() };
        let deadline = Some(Instant::now() + Duration::from_secs(3600));
        for (status, retry_after, want) in [
            (429, "", 3),
            (503, "", 3),
            (504, "", 3),
            (500, "", 1),
            (401, "", 1),
            // After the deadline.
            (429, "7200", 1),
        ] {
            let attempts = Cell::new(0);
            let result: Result<(), _> = with_retries(&options, deadline, || {
                attempts.set(attempts.get() + 1);
                async { Err(failure(status, retry_after)) }
            })
            .await;
            assert_eq!(attempts.get(), want, "{status} {retry_after}");
            assert_eq!(result.unwrap_err().status(), Some(status));
        }
    }

    #[tokio::test]
    async fn what_is_late_is_dropped() {
        let deadline = Some(Instant::now() + Duration::from_millis(1));
        let late = by(deadline, &Options::default(), std::future::pending::<Result<(), _>>()).await;
        let error = late.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Deadline, None));
    }
}
