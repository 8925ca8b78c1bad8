// Owns the errors of a call: a kind for each family of statuses and one for each way to get no answer. Must not know how calls are
// made.

package predict

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kind says what kind of failure an [Error] is. It is an error itself, so that errors.Is(err, predict.ErrRateLimited) asks for it.
type Kind string

const (
	// ErrInvalidRequest is 400, 405, 413, 415 and other 4xx: the same call fails again.
	ErrInvalidRequest Kind = "invalid_request"
	// ErrAuthentication is 401: no token, or one that is not accepted.
	ErrAuthentication Kind = "authentication"
	// ErrPermission is 403: the token is not for this endpoint.
	ErrPermission Kind = "permission"
	// ErrNotFound is 404: no such endpoint.
	ErrNotFound Kind = "not_found"
	// ErrRateLimited is 429, after all repeats.
	ErrRateLimited Kind = "rate_limited"
	// ErrUnavailable is 503, after all repeats.
	ErrUnavailable Kind = "unavailable"
	// ErrServer is 500 and other 5xx: a failure of the server that is not repeated.
	ErrServer Kind = "server"
	// ErrDeadline is 504 after all repeats, or that the deadline of the call passed (then without a status).
	ErrDeadline Kind = "deadline"
	// ErrConnection is no answer, or one that was cut, after all repeats.
	ErrConnection Kind = "connection"
	// ErrCancelled is that the caller's context was cancelled.
	ErrCancelled Kind = "cancelled"
	// ErrInvalidAnswer is a success whose body does not keep the contract.
	ErrInvalidAnswer Kind = "invalid_answer"
)

// Error gives the kind in words.
func (k Kind) Error() string { return strings.ReplaceAll(string(k), "_", " ") }

// Error is a call that failed for good. Each fact is zero where there was no answer to read it from.
type Error struct {
	Kind Kind
	// Status of HTTP.
	Status int
	// Reason is one of the contract's fixed list: branch on it, not on the message.
	Reason string
	// RequestID is for the operator, who finds the cause in the server's log under it.
	RequestID string
	// RetryAfter is the time that the server asked to wait.
	RetryAfter time.Duration
	Message    string
	// Cause is what errors.Unwrap gives, for example context.DeadlineExceeded.
	Cause error
}

// Error says all that is known.
func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "predict: %v", e.Kind)
	if e.Status != 0 {
		fmt.Fprintf(&text, " (%d %s)", e.Status, e.Reason)
	}
	fmt.Fprintf(&text, ": %s", e.Message)
	if e.RequestID != "" {
		fmt.Fprintf(&text, " [request %s]", e.RequestID)
	}
	return text.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, kind) ask for the kind.
func (e *Error) Is(target error) bool {
	kind, ok := target.(Kind)
	return ok && kind == e.Kind
}

func kindOf(status int) Kind {
	switch status {
	case http.StatusUnauthorized:
		return ErrAuthentication
	case http.StatusForbidden:
		return ErrPermission
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusTooManyRequests:
		return ErrRateLimited
	case http.StatusServiceUnavailable:
		return ErrUnavailable
	case http.StatusGatewayTimeout:
		return ErrDeadline
	}
	if status >= 500 {
		return ErrServer
	}
	return ErrInvalidRequest
}

// errorOf is the error of an answer that is no success, whoever sent it: a proxy knows no contract.
func errorOf(status int, header http.Header, body []byte) *Error {
	var parsed struct {
		Error struct {
			Message string `json:"message"`
			Details []struct {
				Reason   string            `json:"reason"`
				Metadata map[string]string `json:"metadata"`
			} `json:"details"`
		} `json:"error"`
	}
	// What is no JSON, or of another form, says nothing but its status.
	_ = json.Unmarshal(body, &parsed)
	failure := &Error{
		Kind:       kindOf(status),
		Status:     status,
		RequestID:  header.Get("X-Request-Id"),
		RetryAfter: retryAfterOf(header.Get("Retry-After"), time.Now()),
		Message:    parsed.Error.Message,
	}
	for _, detail := range parsed.Error.Details {
		if detail.Reason != "" {
			failure.Reason = detail.Reason
			if failure.RequestID == "" {
				failure.RequestID = detail.Metadata["requestId"]
			}
			break
		}
	}
	if failure.Message == "" {
		failure.Message = fmt.Sprintf("The server answered %d.", status)
	}
	return failure
}

// retryAfterOf reads whole seconds, or a date (RFC 9110, section 10.2.3); 0 for what is neither.
func retryAfterOf(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(strings.TrimSpace(header), 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(header)
	if err != nil || at.Before(now) {
		return 0
	}
	return time.Duration(math.Ceil(at.Sub(now).Seconds())) * time.Second
}
