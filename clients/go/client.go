// Package predict sends sounds to prediction endpoints of predict-schemata: a server of your own, or Vertex AI.
//
// A [Client] has a method for each algorithm of the contract, which takes any number of sounds, splits them over as many calls as they
// need and gives a result or an error for each.
package predict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"

	"predict-schemata.example/predict/generated"
)

// Client calls prediction endpoints. Safe to share between goroutines. Its calls by name are those of the embedded Calls.
type Client struct {
	generated.Calls[Sound, *Answer]
	options Options
	lock    sync.Mutex
	// Endpoint → the limits in its labels, or the target's for one that states none.
	limits map[string]Limits
}

// New makes a client, or says what is wrong with the options.
func New(options Options) (*Client, error) {
	complete, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	client := &Client{options: complete, limits: map[string]Limits{}}
	client.Calls = generated.Calls[Sound, *Answer]{Instances: client.Predict, Sounds: client.PredictSounds}
	return client, nil
}

// Close ends the connections that are kept for the next calls.
func (c *Client) Close() { c.options.HTTPClient.CloseIdleConnections() }

// Predict sends a request of the contract in one call, which is repeated when it may be, and fills a response of the contract. Both are
// of the algorithm's own package below generated.
func (c *Client) Predict(ctx context.Context, algorithm string, request, response any) error {
	facts, err := factsOf(algorithm)
	if err != nil {
		return err
	}
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	var sent struct {
		Instances []json.RawMessage `json:"instances"`
	}
	if err := json.Unmarshal(body, &sent); err != nil {
		return fmt.Errorf("predict: expected a request of %s, got %T: %w", algorithm, request, err)
	}
	s := newScope(ctx, c.options.Deadline)
	defer s.stop()
	endpoint := c.endpoint(facts)
	return withRetries(c.options.retryPolicy(), s, func() error {
		answer, err := endpoint.predict(s, body, len(sent.Instances))
		if err != nil {
			return err
		}
		if err := json.Unmarshal(answer.text, response); err != nil {
			return &Error{Kind: ErrInvalidAnswer, Message: "The answer is not of the contract's form.", Cause: err}
		}
		return nil
	})
}

// PredictSounds predicts sounds of any form with the algorithm of a name: encodes them without loss, splits them by the endpoint's limits,
// sends within a bound side by side, repeats calls and single sounds that may be repeated. What is wrong with one sound stands at its
// place; the error is of a call that failed for good, or of a value that is no sound, before anything is sent.
func (c *Client) PredictSounds(ctx context.Context, algorithm string, sounds ...Sound) (*Answer, error) {
	facts, err := factsOf(algorithm)
	if err != nil {
		return nil, err
	}
	for index, sound := range sounds {
		if sound == nil {
			return nil, fmt.Errorf("predict: expected a sound at place %d, got nil", index)
		}
		if err := sound.check(facts); err != nil {
			return nil, fmt.Errorf("predict: sound at place %d: %w", index, err)
		}
	}
	sending := newSending(facts, sounds)
	if len(sounds) == 0 {
		return sending.answer, nil
	}
	s := newScope(ctx, c.options.Deadline)
	defer s.stop()
	endpoint := c.endpoint(facts)
	limits, err := c.limitsOf(s, endpoint)
	if err != nil {
		return nil, err
	}
	if err := sending.run(s, endpoint, limits, c.options); err != nil {
		return nil, err
	}
	return sending.answer, nil
}

// factsOf gives what the contract says of the algorithm of a name.
func factsOf(algorithm string) (generated.Algorithm, error) {
	facts, ok := generated.Algorithms[algorithm]
	if !ok {
		known := make([]string, 0, len(generated.Algorithms))
		for name := range generated.Algorithms {
			known = append(known, name)
		}
		sort.Strings(known)
		return facts, fmt.Errorf("predict: expected one of %s, got %q", strings.Join(known, ", "), algorithm)
	}
	return facts, nil
}

func (c *Client) endpoint(facts generated.Algorithm) *endpoint {
	o := c.options
	name := o.Endpoint
	setDefault(&name, facts.Name)
	return &endpoint{o.HTTPClient, endpointURL(o.Target.BaseURL, o.Project, o.Location, name), o.Header, o.Token}
}

// limitsOf are given ones, else those of the endpoint's labels, else those that the target is known for.
func (c *Client) limitsOf(s *scope, e *endpoint) (Limits, error) {
	limits := Limits{c.options.MaxInstances, c.options.MaxBodyBytes}
	if limits.Instances > 0 && limits.BodyBytes > 0 {
		return limits, nil
	}
	c.lock.Lock()
	stated, known := c.limits[e.url]
	c.lock.Unlock()
	if !known {
		var err error
		stated, err = e.describe(s)
		if over := s.over(err); over != nil {
			return limits, over
		}
		// A token may be for predictions alone, and Vertex AI's endpoints carry no such labels.
		if err != nil || stated.Instances < 1 || stated.BodyBytes < 1 {
			stated = c.options.Target.Limits
		}
		if err == nil || statesNoLimits(err) {
			c.lock.Lock()
			c.limits[e.url] = stated
			c.lock.Unlock()
		}
	}
	setDefault(&limits.Instances, stated.Instances)
	setDefault(&limits.BodyBytes, stated.BodyBytes)
	return limits, nil
}

// statesNoLimits is true of answers that will be the same next time. An endpoint that is not found may come to be, with limits that are
// lower than the target's.
func statesNoLimits(err error) bool {
	return errors.Is(err, ErrPermission) || errors.Is(err, ErrInvalidRequest) || errors.Is(err, ErrInvalidAnswer)
}
