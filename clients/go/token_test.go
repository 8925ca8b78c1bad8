package predict

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// asked is a provider whose calls wait to be answered.
type asked struct {
	refused string
	answer  chan<- string
}

func waitingProvider(calls chan<- asked) TokenProvider {
	return func(ctx context.Context, refused string) (string, error) {
		answer := make(chan string, 1)
		calls <- asked{refused, answer}
		select {
		case token := <-answer:
			if token == "" {
				return "", errors.New("no token")
			}
			return token, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// arriving tells when somebody looks for its end, as who stands in line does.
type arriving struct {
	context.Context
	here chan struct{}
}

func (a arriving) Done() <-chan struct{} {
	select {
	case a.here <- struct{}{}:
	default:
	}
	return a.Context.Done()
}

// begin asks in a goroutine of its own, and returns once that stands in line.
func begin(ctx context.Context, provide TokenProvider, refused string) <-chan string {
	got := make(chan string, 1)
	line := arriving{ctx, make(chan struct{}, 1)}
	go func() {
		token, err := provide(line, refused)
		if err != nil {
			token = err.Error()
		}
		got <- token
	}()
	<-line.here
	return got
}

func TestAProviderIsAskedOnceForAllThatWait(t *testing.T) {
	ctx := context.Background()
	for name, test := range map[string]struct {
		first, second string
		answers       []string
		want          []string
	}{
		"before a call":           {"", "", []string{"A"}, []string{"A", "A"}},
		"after the same refusal":  {"A", "A", []string{"B"}, []string{"B", "B"}},
		"one comes refused":       {"", "A", []string{"A", "B"}, []string{"A", "B"}},
		"one comes anew":          {"A", "", []string{"B"}, []string{"B", "B"}},
		"the first one's failure": {"", "", []string{"", "B"}, []string{"no token", "B"}},
	} {
		calls := make(chan asked, 9)
		provide := oneAtATime(waitingProvider(calls))
		first := begin(ctx, provide, test.first)
		second := begin(ctx, provide, test.second)
		for _, answer := range test.answers {
			(<-calls).answer <- answer
		}
		if got := fmt.Sprint([]string{<-first, <-second}); got != fmt.Sprint(test.want) {
			t.Errorf("%s: expected %v, got %v", name, test.want, got)
		}
		if len(calls) > 0 {
			t.Errorf("%s: expected %d questions, got more", name, len(test.answers))
		}
	}
}

func TestWhoWaitsForATokenMayLeaveAndOneThatComesLaterAsksAnew(t *testing.T) {
	calls := make(chan asked, 9)
	provide := oneAtATime(waitingProvider(calls))
	inner, leave := context.WithCancel(context.Background())
	first := begin(inner, provide, "")
	<-calls
	waiting, stop := context.WithCancel(context.Background())
	second := begin(waiting, provide, "")
	stop()
	if got := <-second; got != context.Canceled.Error() {
		t.Errorf("expected to be let go, got %s", got)
	}
	third := begin(context.Background(), provide, "")
	leave()
	if got := <-first; got != context.Canceled.Error() {
		t.Errorf("expected the end of the asking call, got %s", got)
	}
	(<-calls).answer <- "C"
	if got := <-third; got != "C" {
		t.Errorf("expected a token of its own, got %s", got)
	}
	fourth := begin(context.Background(), provide, "")
	(<-calls).answer <- "D"
	if got := <-fourth; got != "D" {
		t.Errorf("expected a fresh token for a later call, got %s", got)
	}
}
