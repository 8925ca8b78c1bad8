// Owns bearer tokens: fixed ones, and those of a program that prints one.

package predict

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// TokenProvider gives a bearer token before each call. refused is the one that the server has just answered with 401, or empty: give a
// fresh one then. It may be called from several goroutines at once.
type TokenProvider func(ctx context.Context, refused string) (string, error)

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
		// Calls run side by side; one of them asks and the others take what it got.
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
