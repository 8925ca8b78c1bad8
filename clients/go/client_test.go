package predict

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"predict-schemata.example/predict/generated"
)

func TestTargets(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Server("http://host:1/").BaseURL, "http://host:1"},
		{VertexShared("us-central1").BaseURL, "https://us-central1-aiplatform.googleapis.com"},
		{VertexDedicated("12", "us-central1", "34").BaseURL, "https://12.us-central1-34.prediction.vertexai.goog"},
		{endpointURL("http://h", "p q", "l", "a/b"), "http://h/v1/projects/p%20q/locations/l/endpoints/a%2Fb"},
	} {
		if test.got != test.want {
			t.Errorf("expected %s, got %s", test.want, test.got)
		}
	}
}

func TestWrongOptionsAndValuesAreToldBeforeAnythingIsSent(t *testing.T) {
	for want, options := range map[string]Options{
		"http://127.0.0.1:8080":       {Target: Server("localhost:8080")},
		"MaxParallelCalls":            {MaxParallelCalls: -1},
		"limits of at least 1 in the": {Target: Target{BaseURL: "http://host"}},
	} {
		if _, err := New(options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("expected an error with %q, got %v", want, err)
		}
	}
	// Nothing listens there.
	client, err := New(Options{Target: Server("http://127.0.0.1:1"), MaxAttempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	for want, sounds := range map[string][]Sound{
		"place 1: stat":  {WAV{}, File(filepath.Join(t.TempDir(), "none.wav"))},
		"place 0, got":   {nil},
		"a rate in Hz":   {AtRate(0, Int16{1})},
		"samples and a ": {AtRate(8000, nil)},
	} {
		for name := range generated.Algorithms {
			if _, err := client.PredictSounds(context.Background(), name, sounds...); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("expected an error with %q, got %v", want, err)
			}
		}
	}
	if _, err := client.PredictSounds(context.Background(), "nothing"); err == nil || !strings.Contains(err.Error(), `got "nothing"`) {
		t.Errorf("expected the algorithms that there are, got %v", err)
	}
	for name := range generated.Algorithms {
		_, err := client.PredictSounds(context.Background(), name, WAV("x"))
		if !errors.Is(err, ErrConnection) {
			t.Errorf("expected a lost connection, got %v", err)
		}
	}
}

func TestATokenThatNoHeaderCanHoldIsNotSent(t *testing.T) {
	client, err := New(Options{Target: Server("http://127.0.0.1:1"), Token: StaticToken("secret\n")})
	if err != nil {
		t.Fatal(err)
	}
	for name := range generated.Algorithms {
		_, err := client.PredictSounds(context.Background(), name, WAV("x"))
		if err == nil || !strings.Contains(err.Error(), "control characters") || strings.Contains(err.Error(), "secret") {
			t.Errorf("expected to be told what is wrong with the token, got %v", err)
		}
	}
}

func TestAFileThatNoCallCanTakeIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.wav")
	if err := os.WriteFile(path, make([]byte, 300), 0o000); err != nil {
		t.Fatal(err)
	}
	facts := generated.Algorithm{FileField: "f"}
	if text, length, err := File(path).instance(facts, 100); text != nil || length != 408 || err != nil {
		t.Errorf("expected a length of 408 alone, got %d bytes, %d, %v", len(text), length, err)
	}
	if text, length, err := (WAV{1, 2, 3, 4}).instance(facts, 100); string(text) != `{"f":"AQIDBA=="}` || length != len(text) || err != nil {
		t.Errorf("got %s, %d, %v", text, length, err)
	}
}

func TestAfterAFailureNothingMoreIsBegun(t *testing.T) {
	failure := errors.New("the first")
	s := newScope(context.Background(), time.Minute)
	defer s.stop()
	var begun atomic.Int32
	err := sideBySide(s, 2, func(emit func(batch) bool) error {
		for index := 0; index < 100 && emit(batch{indices: []int{index}}); index++ {
		}
		return nil
	}, func(inner *scope, one batch) error {
		begun.Add(1)
		if one.indices[0] == 0 {
			return failure
		}
		<-inner.Done()
		return inner.over(nil)
	})
	if err != failure || begun.Load() > 2 {
		t.Errorf("expected the first failure and two calls, got %v and %d", err, begun.Load())
	}
}

func TestPredictions(t *testing.T) {
	list := generated.Algorithm{ResultField: "r"}
	named := generated.Algorithm{ResultField: "r", ResultNames: []string{"b", "a"}}
	got, err := predictionOf([]byte(`{"r":{"a":1,"b":0.1}}`), named)
	if err != nil || len(got.Values) != 2 || got.Values[0] != 0.1 || got.Values[1] != 1 {
		t.Errorf("expected the contract's order, got %+v, %v", got, err)
	}
	got, err = predictionOf([]byte(`{"error":{"reason":"R","description":"d"}}`), list)
	if err != nil || got.Err == nil || got.Err.Error() != "R: d" {
		t.Errorf("expected an error of the sound, got %+v, %v", got, err)
	}
	for _, text := range []string{`[]`, `{}`, `{"r":"x"}`, `{"r":[null]}`, `{"r":[1e99]}`, `null`} {
		if _, err := predictionOf([]byte(text), list); !errors.Is(err, ErrInvalidAnswer) {
			t.Errorf("%s: expected an invalid answer, got %v", text, err)
		}
	}
	if _, err := predictionOf([]byte(`{"r":{"a":1}}`), named); !errors.Is(err, ErrInvalidAnswer) {
		t.Errorf("expected an invalid answer for a missing name, got %v", err)
	}
}

func TestATokenOfACommandIsKeptUntilItIsRefused(t *testing.T) {
	provide := GcloudToken("date", "+%N")
	first, err := provide(context.Background(), "")
	if err != nil || first == "" {
		t.Fatalf("got %q, %v", first, err)
	}
	if again, _ := provide(context.Background(), ""); again != first {
		t.Errorf("expected %s once more, got %s", first, again)
	}
	if fresh, _ := provide(context.Background(), first); fresh == first {
		t.Errorf("expected another than %s", first)
	}
	if _, err := GcloudToken("no-such-program")(context.Background(), ""); err == nil || !strings.Contains(err.Error(), "no-such-program") {
		t.Errorf("expected the program's name, got %v", err)
	}
}

func TestACloudFileShowsNoToken(t *testing.T) {
	file := CloudFile{URI: "gs://b/c.wav", Token: "secret"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{file, &file, []Sound{file}} {
			shown := fmt.Sprintf(verb, value)
			if strings.Contains(shown, "secret") || !strings.Contains(shown, "{URI:gs://b/c.wav Token:***}") {
				t.Errorf("%s: expected the address and no token, got %s", verb, shown)
			}
		}
	}
	if shown := fmt.Sprint(CloudFile{URI: "gs://b/d.wav"}); shown != "{URI:gs://b/d.wav Token:}" {
		t.Errorf("expected that there is no token, got %s", shown)
	}
}
