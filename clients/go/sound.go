// Owns the forms in which a caller may hand over a sound, and turning each into the JSON text of an instance. Must not know how it is
// sent.

package predict

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"predict-schemata.example/predict/generated"
)

// Sound is one sound: [File], [WAV], [Int16], [Float32], [Float64], [AtRate] or [CloudFile].
type Sound interface {
	// check says what is wrong before anything is sent.
	check(algorithm generated.Algorithm) error
	// instance is the JSON text and its length, or the length alone when it is more than most.
	instance(algorithm generated.Algorithm, most int) (text []byte, length int, err error)
}

// Samples of one channel: [Int16], [Float32] or [Float64].
type Samples interface {
	Sound
	wav(rateHz int) []byte
}

// File is the path of a WAV file, which is read when it is sent.
type File string

// WAV is the bytes of a WAV file.
type WAV []byte

// Int16 are samples at the algorithm's rate, as a 16-bit recording has them.
type Int16 []int16

// Float32 are samples at the algorithm's rate, usually from -1 to 1.
type Float32 []float32

// Float64 are samples at the algorithm's rate, usually from -1 to 1; a model computes with 32 bits.
type Float64 []float64

// CloudFile is a WAV file in cloud storage that the server fetches, with a token of its own unless it is public.
type CloudFile struct {
	// URI is gs://BUCKET/OBJECT.
	URI   string
	Token string
}

// Format shows no token, whatever the verb.
func (c CloudFile) Format(f fmt.State, _ rune) {
	token := ""
	if c.Token != "" {
		token = "***"
	}
	fmt.Fprintf(f, "{URI:%s Token:%s}", c.URI, token)
}

type ratedSamples struct {
	samples Samples
	rateHz  int
}

// AtRate gives samples a rate of their own; the server resamples them.
func AtRate(rateHz int, samples Samples) Sound { return ratedSamples{samples, rateHz} }

func (f File) check(generated.Algorithm) error {
	_, err := os.Stat(string(f))
	return err
}

func (f File) instance(algorithm generated.Algorithm, most int) ([]byte, int, error) {
	facts, err := os.Stat(string(f))
	if err != nil {
		return nil, 0, err
	}
	// A file that no call can take is not read at all.
	if length := encodedLength(algorithm, int(facts.Size())); length > most {
		return nil, length, nil
	}
	file, err := os.ReadFile(string(f))
	if err != nil {
		return nil, 0, err
	}
	return WAV(file).instance(algorithm, most)
}

func (w WAV) check(generated.Algorithm) error { return nil }

func (w WAV) instance(algorithm generated.Algorithm, most int) ([]byte, int, error) {
	length := encodedLength(algorithm, len(w))
	if length > most {
		return nil, length, nil
	}
	// The contract's names are plain ASCII, and so is base64.
	text := append(make([]byte, 0, length), `{"`+algorithm.FileField+`":"`...)
	start := len(text)
	text = text[:length]
	base64.StdEncoding.Encode(text[start:], w)
	copy(text[length-2:], `"}`)
	return text, length, nil
}

// encodedLength counts base64's 4 characters for each 3 bytes, and 7 for braces, quotes and the colon.
func encodedLength(algorithm generated.Algorithm, fileBytes int) int {
	return base64.StdEncoding.EncodedLen(fileBytes) + len(algorithm.FileField) + 7
}

func (s Int16) wav(rateHz int) []byte   { return wavOfIntegers(s, rateHz) }
func (s Float32) wav(rateHz int) []byte { return wavOfFloats(s, rateHz) }
func (s Float64) wav(rateHz int) []byte { return wavOfFloats(s, rateHz) }

func (s Int16) check(generated.Algorithm) error   { return nil }
func (s Float32) check(generated.Algorithm) error { return nil }
func (s Float64) check(generated.Algorithm) error { return nil }

func (s Int16) instance(algorithm generated.Algorithm, most int) ([]byte, int, error) {
	return WAV(s.wav(algorithm.SampleRateHz)).instance(algorithm, most)
}

func (s Float32) instance(algorithm generated.Algorithm, most int) ([]byte, int, error) {
	return WAV(s.wav(algorithm.SampleRateHz)).instance(algorithm, most)
}

func (s Float64) instance(algorithm generated.Algorithm, most int) ([]byte, int, error) {
	return WAV(s.wav(algorithm.SampleRateHz)).instance(algorithm, most)
}

func (s ratedSamples) check(generated.Algorithm) error {
	if s.samples == nil || s.rateHz < 1 {
		return fmt.Errorf("expected samples and a rate in Hz of at least 1, got %T at %d", s.samples, s.rateHz)
	}
	return nil
}

func (s ratedSamples) instance(algorithm generated.Algorithm, most int) ([]byte, int, error) {
	return WAV(s.samples.wav(s.rateHz)).instance(algorithm, most)
}

func (c CloudFile) check(algorithm generated.Algorithm) error {
	if algorithm.URIField == "" {
		return fmt.Errorf("expected samples or a file, since %s takes no addresses", algorithm.Name)
	}
	return nil
}

func (c CloudFile) instance(algorithm generated.Algorithm, _ int) ([]byte, int, error) {
	fields := map[string]string{algorithm.URIField: c.URI}
	if c.Token != "" && algorithm.URITokenField != "" {
		fields[algorithm.URITokenField] = c.Token
	}
	text, err := json.Marshal(fields)
	return text, len(text), err
}
