package predict

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"predict-schemata.example/predict/generated"
)

func TestWhatAnEndpointSaysOfItsLimitsIsAskedOnce(t *testing.T) {
	for name, test := range map[string]struct {
		status       int
		body         string
		wantDescribe int32
	}{
		"limits in its labels":      {200, `{"labels":{"max_instances":"1","max_body_bytes":"9000"}}`, 1},
		"other labels":              {200, `{"labels":{"team":"sound"}}`, 1},
		"labels that are no limits": {200, `{"labels":{"max_instances":"many"}}`, 1},
		"no labels":                 {200, `{}`, 1},
		"no JSON":                   {200, `<html>`, 1},
		"a token for predictions":   {403, `{}`, 1},
		"no such method":            {405, `{}`, 1},
		"not there yet":             {404, `{}`, 2},
		"too much at once":          {429, `{}`, 2},
		"a failure":                 {500, `{}`, 2},
	} {
		var described, predicted atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
			if request.Method == http.MethodGet {
				described.Add(1)
				answer.WriteHeader(test.status)
				fmt.Fprint(answer, test.body)
				return
			}
			predicted.Add(1)
			fmt.Fprint(answer, `{"predictions":[{"error":{"reason":"R","description":"d"}}]}`)
		}))
		client, err := New(Options{Target: Server(server.URL)})
		if err != nil {
			t.Fatal(err)
		}
		for calls := 0; calls < 2; calls++ {
			for algorithm := range generated.Algorithms {
				if _, err := client.PredictSounds(context.Background(), algorithm, WAV("x")); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		algorithms := int32(len(generated.Algorithms))
		if described.Load() != test.wantDescribe*algorithms || predicted.Load() != 2*algorithms {
			t.Errorf("%s: expected %d questions for limits and %d calls, got %d and %d",
				name, test.wantDescribe*algorithms, 2*algorithms, described.Load(), predicted.Load())
		}
		server.Close()
	}
}
