// Owns what callers get for sounds: numbers or an error for each, in their order. Must not know how it came.

package predict

import (
	"bytes"
	"encoding/json"
	"fmt"

	"predict-schemata.example/predict/generated"
)

// Prediction is of one sound: either Values, or Err.
type Prediction struct {
	Values []float32
	Err    *InstanceError
}

// InstanceError is why one sound has no result. The others are not affected.
type InstanceError struct {
	// Reason is one of the contract's fixed list: branch on it, not on the description.
	Reason      string `json:"reason"`
	Description string `json:"description"`
}

// Error says both.
func (e *InstanceError) Error() string { return e.Reason + ": " + e.Description }

// Answer is of any number of sounds.
type Answer struct {
	// Predictions has one for each sound, in their order.
	Predictions []Prediction
	// Names of the values, where the contract gives them names.
	Names []string
	// ModelDisplayName is of the answer that came last; it says when it is an untrained development model. Empty without a call.
	ModelDisplayName string
	// DeployedModelID is of the answer that came last: the same id, the same numbers.
	DeployedModelID string
}

// predictionOf reads straight to 32-bit floats.
func predictionOf(text json.RawMessage, algorithm generated.Algorithm) (Prediction, error) {
	wrong := &Error{
		Kind:    ErrInvalidAnswer,
		Message: fmt.Sprintf("Expected a prediction with numbers in %s, or an error.", algorithm.ResultField),
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		wrong.Cause = err
		return Prediction{}, wrong
	}
	if failed, ok := fields["error"]; ok {
		reason := new(InstanceError)
		if err := json.Unmarshal(failed, reason); err != nil {
			wrong.Cause = err
			return Prediction{}, wrong
		}
		return Prediction{Err: reason}, nil
	}
	values, err := valuesOf(fields[algorithm.ResultField], algorithm.ResultNames)
	if err != nil {
		wrong.Cause = err
		return Prediction{}, wrong
	}
	return Prediction{Values: values}, nil
}

func valuesOf(result json.RawMessage, names []string) ([]float32, error) {
	// The decoder would read it as 0.
	if bytes.Contains(result, []byte("null")) {
		return nil, fmt.Errorf("null is no number")
	}
	if len(names) == 0 {
		var values []float32
		err := json.Unmarshal(result, &values)
		return values, err
	}
	var named map[string]float32
	if err := json.Unmarshal(result, &named); err != nil {
		return nil, err
	}
	values := make([]float32, len(names))
	for index, name := range names {
		value, ok := named[name]
		if !ok {
			return nil, fmt.Errorf("%s is missing", name)
		}
		values[index] = value
	}
	return values, nil
}
