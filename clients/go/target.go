// Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each is known to have.

package predict

import (
	"fmt"
	"net/url"
	"strings"
)

// Limits are the most that one call may hold.
type Limits struct {
	Instances int
	BodyBytes int
}

// Target is a base URL, and the limits to keep where the endpoint does not state its own.
type Target struct {
	BaseURL string
	Limits  Limits
}

var (
	// A server of this project started without limits of its own takes 64 instances and 10 MB.
	serverLimits = Limits{Instances: 64, BodyBytes: 10_000_000}
	// https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: 1.5 MB on shared endpoints, 10 MB on dedicated ones.
	sharedLimits = Limits{Instances: 64, BodyBytes: 1_500_000}
)

// Server is a server of your own, for example http://127.0.0.1:8080, which `npm start` runs.
func Server(baseURL string) Target {
	return Target{BaseURL: strings.TrimRight(baseURL, "/"), Limits: serverLimits}
}

// VertexShared is a shared public endpoint of Vertex AI in a location, for example us-central1.
func VertexShared(location string) Target {
	return Target{BaseURL: fmt.Sprintf("https://%s-aiplatform.googleapis.com", location), Limits: sharedLimits}
}

// VertexDedicated is a dedicated endpoint of Vertex AI, which has a host of its own.
func VertexDedicated(endpoint, location, projectNumber string) Target {
	return Target{
		BaseURL: fmt.Sprintf("https://%s.%s-%s.prediction.vertexai.goog", endpoint, location, projectNumber),
		Limits:  serverLimits,
	}
}

func (t Target) check() error {
	parsed, err := url.Parse(t.BaseURL)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return fmt.Errorf("predict: expected a base URL like http://127.0.0.1:8080, got %q", t.BaseURL)
	}
	if t.Limits.Instances < 1 || t.Limits.BodyBytes < 1 {
		return fmt.Errorf("predict: expected limits of at least 1 in the target, got %+v; Server(baseURL) has some", t.Limits)
	}
	return nil
}
