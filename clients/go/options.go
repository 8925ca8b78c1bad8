// Owns what a caller may set, its defaults, and saying what is wrong with it. Must not know how calls are made.

package predict

import (
	"fmt"
	"net/http"
	"time"
)

// Options of a [Client]. The zero value of each means its default.
type Options struct {
	// Target is Server("http://127.0.0.1:8080") by default.
	Target Target
	// Project and Location are demo and us-central1 by default, Endpoint the algorithm's name.
	Project, Location, Endpoint string
	// Token gives bearer tokens, for example StaticToken("…") or GcloudToken(); none are sent by default.
	Token TokenProvider
	// Header goes with every request.
	Header http.Header
	// HTTPClient is one of its own by default, which follows no redirects and takes proxies from the environment.
	HTTPClient *http.Client
	// MaxAttempts of a call, the first one included: 4 by default.
	MaxAttempts int
	// InitialBackoff and MaxBackoff bound the wait before a repeat: 250 ms and 8 s by default.
	InitialBackoff, MaxBackoff time.Duration
	// Deadline of the whole call, repeats included: 60 s by default; a negative one leaves only the context's.
	Deadline time.Duration
	// MaxParallelCalls under way at once: 4 by default.
	MaxParallelCalls int
	// MaxInstances and MaxBodyBytes of one call: what the endpoint's labels say by default.
	MaxInstances, MaxBodyBytes int
}

func (o Options) withDefaults() (Options, error) {
	for name, value := range map[string]int64{
		"MaxAttempts": int64(o.MaxAttempts), "MaxParallelCalls": int64(o.MaxParallelCalls),
		"MaxInstances": int64(o.MaxInstances), "MaxBodyBytes": int64(o.MaxBodyBytes),
		"InitialBackoff": int64(o.InitialBackoff), "MaxBackoff": int64(o.MaxBackoff),
	} {
		if value < 0 {
			return o, fmt.Errorf("predict: expected %s of at least 0, got %d", name, value)
		}
	}
	setDefault(&o.Project, "demo")
	setDefault(&o.Location, "us-central1")
	setDefault(&o.MaxAttempts, 4)
	setDefault(&o.InitialBackoff, 250*time.Millisecond)
	setDefault(&o.MaxBackoff, 8*time.Second)
	setDefault(&o.Deadline, time.Minute)
	setDefault(&o.MaxParallelCalls, 4)
	if o.Target == (Target{}) {
		o.Target = Server("http://127.0.0.1:8080")
	}
	if o.HTTPClient == nil {
		o.HTTPClient = newHTTPClient(o.MaxParallelCalls)
	}
	if o.Token != nil {
		o.Token = oneAtATime(o.Token)
	}
	return o, o.Target.check()
}

func setDefault[T comparable](value *T, byDefault T) {
	var zero T
	if *value == zero {
		*value = byDefault
	}
}

func newHTTPClient(connections int) *http.Client {
	client := &http.Client{
		// A token is for one server alone, and a prediction is no page that moves.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if usual, ok := http.DefaultTransport.(*http.Transport); ok {
		own := usual.Clone()
		// Two by default: the others would be connected anew for each call.
		own.MaxIdleConnsPerHost = connections
		client.Transport = own
	}
	return client
}

func (o Options) retryPolicy() retryPolicy {
	return retryPolicy{o.MaxAttempts, o.InitialBackoff, o.MaxBackoff}
}
