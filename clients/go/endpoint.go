// Owns one call of one endpoint: token, headers, and every way to fail as an [Error]. Must not know about repeats.

package predict

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"predict-schemata.example/predict/generated"
)

const userAgent = "predict-schemata-go/" + generated.Version

type endpoint struct {
	http   *http.Client
	url    string
	header http.Header
	token  TokenProvider
}

// envelope is what is read of every answer to a prediction; text is the whole.
type envelope struct {
	Predictions      []json.RawMessage `json:"predictions"`
	ModelDisplayName string            `json:"modelDisplayName"`
	DeployedModelID  string            `json:"deployedModelId"`
	text             []byte
}

func endpointURL(baseURL, project, location, name string) string {
	return fmt.Sprintf("%s/v1/projects/%s/locations/%s/endpoints/%s",
		baseURL, url.PathEscape(project), url.PathEscape(location), url.PathEscape(name))
}

// predict sends a body of count instances and gives an answer of as many predictions.
func (e *endpoint) predict(s *scope, body []byte, count int) (*envelope, error) {
	answer, err := e.answered(s, http.MethodPost, ":predict", body)
	if err != nil {
		return nil, err
	}
	parsed := &envelope{text: answer.body}
	wrong := &Error{Kind: ErrInvalidAnswer, Status: answer.status, RequestID: answer.header.Get("X-Request-Id")}
	if err := json.Unmarshal(answer.body, parsed); err != nil {
		wrong.Message, wrong.Cause = "The answer is not JSON of the contract's form.", err
		return nil, wrong
	}
	if len(parsed.Predictions) != count {
		wrong.Message = fmt.Sprintf("Expected a prediction for each of %d instances, got %d.", count, len(parsed.Predictions))
		return nil, wrong
	}
	return parsed, nil
}

// describe gives the limits in the endpoint's labels; 0 for one that is not stated.
func (e *endpoint) describe(s *scope) (Limits, error) {
	answer, err := e.answered(s, http.MethodGet, "", nil)
	if err != nil {
		return Limits{}, err
	}
	var described struct {
		Labels struct {
			MaxInstances int `json:"max_instances,string"`
			MaxBodyBytes int `json:"max_body_bytes,string"`
		} `json:"labels"`
	}
	if err := json.Unmarshal(answer.body, &described); err != nil {
		return Limits{}, &Error{Kind: ErrInvalidAnswer, Status: answer.status, Message: "The endpoint's labels state no limits.", Cause: err}
	}
	return Limits{Instances: described.Labels.MaxInstances, BodyBytes: described.Labels.MaxBodyBytes}, nil
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// answered asks the provider once more after a 401.
func (e *endpoint) answered(s *scope, method, verb string, body []byte) (*answer, error) {
	if e.token == nil {
		return e.once(s, method, verb, body, "")
	}
	first, err := e.token(s, "")
	if err != nil {
		return nil, e.tokenError(s, err)
	}
	got, err := e.once(s, method, verb, body, first)
	if !errors.Is(err, ErrAuthentication) {
		return got, err
	}
	fresh, failed := e.token(s, first)
	if failed != nil {
		return nil, e.tokenError(s, failed)
	}
	if fresh == first {
		return nil, err
	}
	return e.once(s, method, verb, body, fresh)
}

func (e *endpoint) tokenError(s *scope, cause error) error {
	if over := s.over(cause); over != nil {
		return over
	}
	return cause
}

func (e *endpoint) once(s *scope, method, verb string, body []byte, token string) (*answer, error) {
	if over := s.over(nil); over != nil {
		return nil, over
	}
	request, err := http.NewRequestWithContext(s, method, e.url+verb, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range e.header {
		request.Header[name] = values
	}
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept", "application/json")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	if strings.IndexFunc(token, unicode.IsControl) >= 0 {
		return nil, errors.New("predict: expected a token that a header can hold, got one with control characters")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := e.http.Do(request)
	var read []byte
	if err == nil {
		read, err = io.ReadAll(response.Body)
		// It has been read to its end, or is useless.
		_ = response.Body.Close()
	}
	if err != nil {
		if over := s.over(err); over != nil {
			return nil, over
		}
		return nil, &Error{
			Kind:    ErrConnection,
			Message: "No whole answer came from the server. Check that it runs and can be reached.",
			Cause:   err,
		}
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, errorOf(response.StatusCode, response.Header, read)
	}
	return &answer{response.StatusCode, response.Header, read}, nil
}
