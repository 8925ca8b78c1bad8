// Owns the call `plain` (clients/README.md): lists of numbers by the generated client, as a caller writes it who has no helper.
package main

import (
	"context"
	"fmt"
	"time"

	predict "predict-schemata.example/predict"
	"predict-schemata.example/predict/generated/hear"
)

func runPlain(given givenCase, result map[string]any) error {
	configuration := hear.NewConfiguration()
	configuration.Servers = hear.ServerConfigurations{{URL: given.Endpoint.BaseURL}}
	client := hear.NewAPIClient(configuration)
	ctx := context.WithValue(context.Background(), hear.ContextAccessToken, given.Tokens[0])
	sounds := make([]predict.Sound, len(given.Sounds))
	for index, sound := range given.Sounds {
		var err error
		if sounds[index], err = sound.open(); err != nil {
			return err
		}
	}

	place := given.Endpoint
	var predictions []hear.HearPrediction
	started := time.Now()
	for len(sounds) > 0 {
		count := given.Options.MaxInstances
		if count > len(sounds) {
			count = len(sounds)
		}
		instances := make([]hear.HearInstance, count)
		for index, sound := range sounds[:count] {
			samples, err := floatsOf(sound)
			if err != nil {
				return err
			}
			instances[index] = hear.HearInputArrayAsHearInstance(hear.NewHearInputArray(samples))
		}
		call := client.PredictionsAPI.PredictHear(ctx, place.Project, place.Location, place.Endpoint)
		response, _, err := call.PredictRequest(*hear.NewPredictRequest(instances)).Execute()
		if err != nil {
			return err
		}
		predictions = append(predictions, response.Predictions...)
		sounds = sounds[count:]
	}
	result["elapsed_ms"] = millisecondsSince(started)

	shown := make([]any, len(predictions))
	for index, prediction := range predictions {
		if prediction.FailedPrediction != nil {
			shown[index] = prediction.FailedPrediction
		} else {
			shown[index] = shownValues(prediction.HearEmbedding.Embedding)
		}
	}
	result["predictions"] = shown
	return nil
}

// floatsOf gives samples as the contract's numbers.
func floatsOf(sound predict.Sound) ([]float32, error) {
	switch samples := sound.(type) {
	case predict.Float32:
		return samples, nil
	case predict.Int16:
		floats := make([]float32, len(samples))
		for index, sample := range samples {
			floats[index] = float32(sample) / 32768
		}
		return floats, nil
	}
	return nil, fmt.Errorf("expected 16-bit integers or 32-bit floats for the call plain, got %T", sound)
}

func millisecondsSince(started time.Time) float64 {
	return float64(time.Since(started)) / float64(time.Millisecond)
}
