// Owns bearer tokens: fixed ones, and those of a program that prints one.

package predict

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// TokenProvider gives a bearer token before each call. refused is the one that the server has just answered with 401, or empty: give a
// fresh one then. A [Client] has one call of it under way at a time; a provider that several clients share may be called by each.
type TokenProvider func(ctx context.Context, refused string) (string, error)

// oneAtATime lets one call ask the provider; those that come meanwhile wait and take its answer, unless it is what they were refused
// with. A failure is the asking call's own, since its context may be what ended: the next one asks anew.
func oneAtATime(provide TokenProvider) TokenProvider {
	// A lock that a context can leave.
	turn := make(chan struct{}, 1)
	var answers atomic.Uint64
	var last string
	return func(ctx context.Context, refused string) (string, error) {
		answersBefore := answers.Load()
		select {
		case turn <- struct{}{}:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		defer func() { <-turn }()
		if answers.Load() != answersBefore && last != refused {
			return last, nil
		}
		token, err := provide(ctx, refused)
		if err == nil {
			last = token
			answers.Add(1)
		}
		return token, err
	}
}

// StaticToken always gives the same token.
func StaticToken(token string) TokenProvider {
	return func(context.Context, string) (string, error) { return token, nil }
}

// Google's access tokens live for an hour; half of that leaves time for what is under way.
const tokenLifetime = 30 * time.Minute

// GcloudToken gives tokens of `gcloud auth print-access-token`, kept for half an hour. command may be another program that prints a
// token, with its arguments.
func GcloudToken(command ...string) TokenProvider {
	if len(command) == 0 {
		command = []string{"gcloud", "auth", "print-access-token"}
	}
	var lock sync.Mutex
	var kept string
	var until time.Time
	return func(ctx context.Context, refused string) (string, error) {
		// Clients may share it.
		lock.Lock()
		defer lock.Unlock()
		if kept == "" || kept == refused || time.Now().After(until) {
			program := exec.CommandContext(ctx, command[0], command[1:]...)
			var complaint bytes.Buffer
			program.Stderr = &complaint
			printed, err := program.Output()
			if err != nil {
				return "", fmt.Errorf("predict: no token from %s: %w: %s", command[0], err, strings.TrimSpace(complaint.String()))
			}
			kept, until = strings.TrimSpace(string(printed)), time.Now().Add(tokenLifetime)
		}
		return kept, nil
	}
}
