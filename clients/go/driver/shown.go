// Owns the driver's sounds and results as JSON (clients/README.md).
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"

	predict "predict-schemata.example/predict"
)

type givenSound struct {
	File         string `json:"file"`
	Int16        string `json:"int16"`
	Float32      string `json:"float32"`
	Float64      string `json:"float64"`
	SampleRateHz int    `json:"sample_rate_hz"`
	URI          string `json:"uri"`
	Token        string `json:"token"`
}

func (g givenSound) open() (predict.Sound, error) {
	var samples predict.Samples
	var err error
	switch {
	case g.File != "":
		return predict.File(g.File), nil
	case g.URI != "":
		return predict.CloudFile{URI: g.URI, Token: g.Token}, nil
	case g.Int16 != "":
		samples, err = numbers[predict.Int16](g.Int16, 2)
	case g.Float32 != "":
		samples, err = numbers[predict.Float32](g.Float32, 4)
	default:
		samples, err = numbers[predict.Float64](g.Float64, 8)
	}
	if err == nil && g.SampleRateHz != 0 {
		return predict.AtRate(g.SampleRateHz, samples), nil
	}
	return samples, err
}

// numbers reads a file of raw little-endian samples.
func numbers[S ~[]N, N any](path string, sampleBytes int) (S, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	samples := make(S, len(raw)/sampleBytes)
	return samples, binary.Read(bytes.NewReader(raw), binary.LittleEndian, []N(samples))
}

// shownValues is base64 of little-endian 32-bit floats.
func shownValues(values []float32) any {
	var raw bytes.Buffer
	// A buffer takes whatever is written to it.
	_ = binary.Write(&raw, binary.LittleEndian, values)
	return map[string]string{"values": base64.StdEncoding.EncodeToString(raw.Bytes())}
}

// shownResult is of a list, or of named numbers in the contract's order.
func shownResult(result json.RawMessage, names []string) (any, error) {
	var values []float32
	if len(names) == 0 {
		err := json.Unmarshal(result, &values)
		return shownValues(values), err
	}
	var named map[string]float32
	err := json.Unmarshal(result, &named)
	for _, name := range names {
		values = append(values, named[name])
	}
	return shownValues(values), err
}

func shownError(err error) any {
	shown := map[string]any{"kind": "unexpected", "message": err.Error(), "status": nil, "reason": nil, "request_id": nil}
	var failure *predict.Error
	if !errors.As(err, &failure) {
		return shown
	}
	shown["kind"] = string(failure.Kind)
	if failure.Status != 0 {
		shown["status"] = failure.Status
	}
	if failure.Reason != "" {
		shown["reason"] = failure.Reason
	}
	if failure.RequestID != "" {
		shown["request_id"] = failure.RequestID
	}
	return shown
}
