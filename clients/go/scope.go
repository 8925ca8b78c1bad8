// Owns the end of a whole call: its deadline, repeats and waits included, or its caller's giving up. Must not know what is called.

package predict

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// scope is the context of a call, with errors of this package.
type scope struct {
	context.Context
	stop  context.CancelFunc
	begun time.Time
}

// newScope begins a call. limit ≤ 0 is none but the caller's own.
func newScope(caller context.Context, limit time.Duration) *scope {
	s := &scope{begun: time.Now()}
	if limit > 0 {
		s.Context, s.stop = context.WithTimeout(caller, limit)
	} else {
		s.Context, s.stop = context.WithCancel(caller)
	}
	return s
}

// part ends with the whole, or by itself.
func (s *scope) part() *scope {
	inner, stop := context.WithCancel(s.Context)
	return &scope{Context: inner, stop: stop, begun: s.begun}
}

// leaves is true when the deadline would come after a wait.
func (s *scope) leaves(wait time.Duration) bool {
	at, ok := s.Deadline()
	return !ok || time.Until(at) > wait
}

// wait returns after a time, or as soon as the scope is over, with its error.
func (s *scope) wait(least time.Duration) error {
	timer := time.NewTimer(least)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.Done():
	}
	return s.over(s.Err())
}

// over is nil until the deadline has passed or the caller gave up.
func (s *scope) over(cause error) error {
	// A connection may notice the deadline before the context does.
	if errors.Is(s.Err(), context.DeadlineExceeded) || (s.Err() == nil && !s.leaves(0)) {
		if cause == nil {
			cause = context.DeadlineExceeded
		}
		at, _ := s.Deadline()
		limit := at.Sub(s.begun).Round(time.Millisecond)
		return &Error{Kind: ErrDeadline, Message: fmt.Sprintf("The call was not done within its deadline of %v.", limit), Cause: cause}
	}
	if s.Err() != nil {
		return &Error{Kind: ErrCancelled, Message: "The call was cancelled.", Cause: s.Err()}
	}
	return nil
}
