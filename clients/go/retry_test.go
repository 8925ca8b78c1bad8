package predict

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	policy := retryPolicy{maxAttempts: 4, initialBackoff: 100 * time.Millisecond, maxBackoff: 300 * time.Millisecond}
	for _, test := range []struct {
		repeat int
		share  float64
		asked  time.Duration
		want   time.Duration
	}{
		{0, 0, 0, 50 * time.Millisecond},
		{1, 1, 0, 200 * time.Millisecond},
		{9, 1, 0, 300 * time.Millisecond},
		{5000, 0, 0, 150 * time.Millisecond},
		{0, 0, 2 * time.Second, 2 * time.Second},
	} {
		got := policy.backoff(test.repeat, &Error{Kind: ErrRateLimited, RetryAfter: test.asked}, test.share)
		if got != test.want {
			t.Errorf("%+v: got %v", test, got)
		}
	}
}

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	now := time.Date(1994, time.November, 6, 8, 49, 37, 0, time.UTC)
	for given, want := range map[string]time.Duration{
		"7":                             7 * time.Second,
		"Sun, 06 Nov 1994 08:49:40 GMT": 3 * time.Second,
		"Sun, 06 Nov 1994 08:49:30 GMT": 0,
		"soon":                          0,
		"-1":                            0,
		"":                              0,
	} {
		if got := retryAfterOf(given, now); got != want {
			t.Errorf("%q: expected %v, got %v", given, want, got)
		}
	}
}

func TestOnlyWhatMayPassIsRepeated(t *testing.T) {
	policy := retryPolicy{maxAttempts: 3, initialBackoff: time.Millisecond, maxBackoff: time.Millisecond}
	for name, test := range map[string]struct {
		failure error
		want    int
	}{
		"429":                      {&Error{Kind: ErrRateLimited}, 3},
		"503":                      {&Error{Kind: ErrUnavailable}, 3},
		"504":                      {&Error{Kind: ErrDeadline, Status: 504}, 3},
		"no answer":                {&Error{Kind: ErrConnection}, 3},
		"the deadline":             {&Error{Kind: ErrDeadline}, 1},
		"500":                      {&Error{Kind: ErrServer, Status: 500}, 1},
		"a wait past the deadline": {&Error{Kind: ErrRateLimited, RetryAfter: time.Hour * 2}, 1},
		"another error":            {errors.New("no token"), 1},
	} {
		s := newScope(context.Background(), time.Hour)
		attempts := 0
		err := withRetries(policy, s, func() error { attempts++; return test.failure })
		if attempts != test.want || !errors.Is(err, test.failure) {
			t.Errorf("%s: expected %d attempts, got %d and %v", name, test.want, attempts, err)
		}
		s.stop()
	}
}

func TestAWaitEndsWithItsScope(t *testing.T) {
	caller, cancel := context.WithCancel(context.Background())
	cancelled := newScope(caller, time.Hour)
	defer cancelled.stop()
	cancel()
	late := newScope(context.Background(), time.Millisecond)
	defer late.stop()
	for want, s := range map[Kind]*scope{ErrCancelled: cancelled, ErrDeadline: late} {
		if err := s.wait(time.Hour); !errors.Is(err, want) {
			t.Errorf("expected %v, got %v", want, err)
		}
	}
}
