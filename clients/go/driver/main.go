// Owns the conformance driver of the Go client (clients/README.md): a case a line in, a result a line out. Uses the package as a user
// would.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	predict "predict-schemata.example/predict"
	"predict-schemata.example/predict/generated"
)

type givenCase struct {
	Case      string `json:"case"`
	Algorithm string `json:"algorithm"`
	Call      string `json:"call"`
	Endpoint  struct {
		BaseURL  string `json:"base_url"`
		Project  string `json:"project"`
		Location string `json:"location"`
		Endpoint string `json:"endpoint"`
	} `json:"endpoint"`
	Tokens  []string          `json:"tokens"`
	Headers map[string]string `json:"headers"`
	Options struct {
		MaxAttempts      int   `json:"max_attempts"`
		InitialBackoffMs int64 `json:"initial_backoff_ms"`
		MaxBackoffMs     int64 `json:"max_backoff_ms"`
		DeadlineMs       int64 `json:"deadline_ms"`
		MaxParallelCalls int   `json:"max_parallel_calls"`
		MaxInstances     int   `json:"max_instances"`
		MaxBodyBytes     int   `json:"max_body_bytes"`
	} `json:"options"`
	CancelAfterMs *int64          `json:"cancel_after_ms"`
	Instances     json.RawMessage `json:"instances"`
	Sounds        []givenSound    `json:"sounds"`
}

func main() {
	// A line may hold lists of samples: longer than a bufio.Scanner takes.
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			fmt.Println(string(answerTo(line)))
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func answerTo(line []byte) []byte {
	var given givenCase
	err := json.Unmarshal(line, &given)
	result := map[string]any{"case": given.Case}
	if err == nil {
		err = run(given, result)
	}
	result["ok"] = err == nil
	if err != nil {
		result["error"] = shownError(err)
	}
	text, err := json.Marshal(result)
	if err != nil {
		panic(err) // Maps of texts can always be written.
	}
	return text
}

func run(given givenCase, result map[string]any) error {
	if given.Call == "plain" {
		return runPlain(given, result)
	}
	header := http.Header{}
	for name, value := range given.Headers {
		header.Set(name, value)
	}
	milliseconds := func(count int64) time.Duration { return time.Duration(count) * time.Millisecond }
	client, err := predict.New(predict.Options{
		Target:           predict.Server(given.Endpoint.BaseURL),
		Project:          given.Endpoint.Project,
		Location:         given.Endpoint.Location,
		Endpoint:         given.Endpoint.Endpoint,
		Token:            providerOf(given.Tokens),
		Header:           header,
		MaxAttempts:      given.Options.MaxAttempts,
		InitialBackoff:   milliseconds(given.Options.InitialBackoffMs),
		MaxBackoff:       milliseconds(given.Options.MaxBackoffMs),
		Deadline:         milliseconds(given.Options.DeadlineMs),
		MaxParallelCalls: given.Options.MaxParallelCalls,
		MaxInstances:     given.Options.MaxInstances,
		MaxBodyBytes:     given.Options.MaxBodyBytes,
	})
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if given.CancelAfterMs != nil {
		defer time.AfterFunc(milliseconds(*given.CancelAfterMs), cancel).Stop()
	}
	if given.Call == "instances" {
		return predictInstances(ctx, client, given, result)
	}
	sounds := make([]predict.Sound, len(given.Sounds))
	for index, sound := range given.Sounds {
		if sounds[index], err = sound.open(); err != nil {
			return err
		}
	}
	started := time.Now()
	answer, err := client.PredictSounds(ctx, given.Algorithm, sounds...)
	if err != nil {
		return err
	}
	result["elapsed_ms"] = millisecondsSince(started)
	shown := make([]any, len(answer.Predictions))
	for index, prediction := range answer.Predictions {
		if prediction.Err != nil {
			shown[index] = map[string]any{"error": prediction.Err}
		} else {
			shown[index] = shownValues(prediction.Values)
		}
	}
	result["predictions"], result["model_display_name"] = shown, answer.ModelDisplayName
	return nil
}

// predictInstances goes through the generated types in both directions.
func predictInstances(ctx context.Context, client *predict.Client, given givenCase, result map[string]any) error {
	facts := generated.Algorithms[given.Algorithm]
	request, response := facts.NewRequest(), facts.NewResponse()
	if err := json.Unmarshal([]byte(fmt.Sprintf(`{"instances":%s}`, given.Instances)), request); err != nil {
		return err
	}
	if err := client.Predict(ctx, given.Algorithm, request, response); err != nil {
		return err
	}
	text, err := json.Marshal(response)
	if err != nil {
		return err
	}
	var answer struct {
		Predictions      []map[string]json.RawMessage `json:"predictions"`
		ModelDisplayName string                       `json:"modelDisplayName"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return err
	}
	shown := make([]any, len(answer.Predictions))
	for index, prediction := range answer.Predictions {
		if _, failed := prediction["error"]; failed {
			shown[index] = prediction
			continue
		}
		if shown[index], err = shownResult(prediction[facts.ResultField], facts.ResultNames); err != nil {
			return err
		}
	}
	result["predictions"], result["model_display_name"] = shown, answer.ModelDisplayName
	return nil
}

// providerOf gives the next one of a list each time that one is refused.
func providerOf(tokens []string) predict.TokenProvider {
	if len(tokens) == 0 {
		return nil
	}
	var lock sync.Mutex
	return func(_ context.Context, refused string) (string, error) {
		lock.Lock()
		defer lock.Unlock()
		if refused == tokens[0] && len(tokens) > 1 {
			tokens = tokens[1:]
		}
		return tokens[0], nil
	}
}
