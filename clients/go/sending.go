// Owns one call with sounds: making its batches, taking its answers, and sending once more what may pass. Must not know HTTP.

package predict

import (
	"errors"
	"fmt"
	"math/rand"
	"sync"

	"predict-schemata.example/predict/generated"
)

type sending struct {
	facts  generated.Algorithm
	sounds []Sound
	// Batches come in from several goroutines.
	lock   sync.Mutex
	answer *Answer
}

func newSending(facts generated.Algorithm, sounds []Sound) *sending {
	return &sending{
		facts:  facts,
		sounds: sounds,
		answer: &Answer{Predictions: make([]Prediction, len(sounds)), Names: facts.ResultNames},
	}
}

func (d *sending) run(s *scope, e *endpoint, limits Limits, o Options) error {
	all := make([]int, len(d.sounds))
	for index := range all {
		all[index] = index
	}
	policy := o.retryPolicy()
	err := sideBySide(s, o.MaxParallelCalls, d.batches(all, limits), func(s *scope, one batch) error {
		return withRetries(policy, s, func() error { return d.send(s, e, one) })
	})
	if err != nil {
		return err
	}
	for repeat := 0; repeat+1 < policy.maxAttempts; repeat++ {
		failed := d.mayPass()
		wait := policy.backoff(repeat, nil, rand.Float64())
		if len(failed) == 0 || !s.leaves(wait) {
			return nil
		}
		err := s.wait(wait)
		if err == nil {
			err = sideBySide(s, o.MaxParallelCalls, d.batches(failed, limits), func(s *scope, one batch) error {
				return unlessMinor(d.send(s, e, one))
			})
		}
		if err := unlessMinor(err); err != nil {
			return err
		}
	}
	return nil
}

// unlessMinor keeps what ends a repeat of single sounds: their errors are results already, so that a repeat that fails as a whole takes
// nothing away.
func unlessMinor(err error) error {
	var failure *Error
	if errors.As(err, &failure) && failure.Kind != ErrCancelled {
		return nil
	}
	return err
}

// batches reads and encodes sounds as they are asked for, so that only those under way are held.
func (d *sending) batches(indices []int, limits Limits) func(emit func(batch) bool) error {
	return func(emit func(batch) bool) error {
		split := splitter{limits: limits}
		for _, index := range indices {
			text, length, err := d.sounds[index].instance(d.facts, split.mostInstanceBytes())
			if err != nil {
				return fmt.Errorf("predict: sound at place %d: %w", index, err)
			}
			if length > split.mostInstanceBytes() {
				d.tooLong(index, length, limits)
				continue
			}
			if full := split.add(index, text); len(full.indices) > 0 && !emit(full) {
				return nil
			}
		}
		if rest := split.rest(); len(rest.indices) > 0 {
			emit(rest)
		}
		return nil
	}
}

func (d *sending) send(s *scope, e *endpoint, one batch) error {
	answer, err := e.predict(s, one.body, len(one.indices))
	if err != nil {
		return err
	}
	predictions := make([]Prediction, len(one.indices))
	for place, text := range answer.Predictions {
		if predictions[place], err = predictionOf(text, d.facts); err != nil {
			return err
		}
	}
	d.lock.Lock()
	defer d.lock.Unlock()
	for place, index := range one.indices {
		d.answer.Predictions[index] = predictions[place]
	}
	d.answer.ModelDisplayName, d.answer.DeployedModelID = answer.ModelDisplayName, answer.DeployedModelID
	return nil
}

func (d *sending) tooLong(index, length int, limits Limits) {
	description := fmt.Sprintf("Expected an instance that fits a body of %d bytes, got one of %d. Send a shorter file.", limits.BodyBytes, length)
	d.lock.Lock()
	defer d.lock.Unlock()
	d.answer.Predictions[index] = Prediction{Err: &InstanceError{Reason: "BODY_TOO_LARGE", Description: description}}
}

// mayPass are the places of sounds that failed for a passing reason.
func (d *sending) mayPass() []int {
	var places []int
	for index, prediction := range d.answer.Predictions {
		if prediction.Err != nil && generated.RetryableReasons[prediction.Err.Reason] {
			places = append(places, index)
		}
	}
	return places
}
