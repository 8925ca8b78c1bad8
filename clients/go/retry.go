// Owns when a call is repeated and how long is waited before. Must not know what is called.

package predict

import (
	"errors"
	"math"
	"math/rand"
	"time"
)

type retryPolicy struct {
	// maxAttempts counts the first one.
	maxAttempts    int
	initialBackoff time.Duration
	maxBackoff     time.Duration
}

// isRetryable is true of 429, 503, 504 and lost connections; predicting the same twice does no harm.
func isRetryable(err error) bool {
	var failure *Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Kind {
	case ErrRateLimited, ErrUnavailable, ErrConnection:
		return true
	case ErrDeadline:
		return failure.Status != 0
	}
	return false
}

// backoff is half to all of a time that doubles with each repeat, so that clients that failed together do not return together; never
// less than the server asked for. repeat is 0 before the first one, share from 0 to below 1.
func (p retryPolicy) backoff(repeat int, err error, share float64) time.Duration {
	full := math.Min(float64(p.maxBackoff), float64(p.initialBackoff)*math.Pow(2, float64(repeat)))
	wait := time.Duration(full * (0.5 + share/2))
	var failure *Error
	if errors.As(err, &failure) && failure.RetryAfter > wait {
		return failure.RetryAfter
	}
	return wait
}

// withRetries runs attempt until it succeeds, fails for good, or the next wait would not end before the deadline.
func withRetries(p retryPolicy, s *scope, attempt func() error) error {
	for repeat := 0; ; repeat++ {
		err := attempt()
		if err == nil || !isRetryable(err) || repeat+1 >= p.maxAttempts {
			return err
		}
		wait := p.backoff(repeat, err, rand.Float64())
		if !s.leaves(wait) {
			return err
		}
		if over := s.wait(wait); over != nil {
			return over
		}
	}
}
