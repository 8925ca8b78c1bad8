package predict

import (
	"encoding/binary"
	"math"
	"testing"
)

func TestWAVIsTheShortestThatLosesNothing(t *testing.T) {
	type facts struct{ format, rateHz, bits, bytes int }
	for name, test := range map[string]struct {
		given Samples
		want  facts
	}{
		"integers":                  {Int16{-32768, 0, 32767}, facts{1, 8000, 16, 44 + 6}},
		"floats of 16 bits":         {Float32{-1, 0, 32767.0 / 32768}, facts{1, 8000, 16, 44 + 6}},
		"doubles of 16 bits":        {Float64{-1, 0.5}, facts{1, 8000, 16, 44 + 4}},
		"a float above the range":   {Float32{1}, facts{3, 8000, 32, 44 + 4}},
		"a float below the range":   {Float32{-1.5}, facts{3, 8000, 32, 44 + 4}},
		"a float between two steps": {Float32{0.1}, facts{3, 8000, 32, 44 + 4}},
		"no number":                 {Float64{math.NaN()}, facts{3, 8000, 32, 44 + 4}},
		"infinity":                  {Float64{math.Inf(1)}, facts{3, 8000, 32, 44 + 4}},
		"nothing":                   {Float32{}, facts{1, 8000, 16, 44}},
	} {
		file := test.given.wav(8000)
		get := binary.LittleEndian
		got := facts{int(get.Uint16(file[20:])), int(get.Uint32(file[24:])), int(get.Uint16(file[34:])), len(file)}
		if got != test.want {
			t.Errorf("%s: expected %+v, got %+v", name, test.want, got)
		}
		if int(get.Uint32(file[4:])) != len(file)-8 || int(get.Uint32(file[40:])) != len(file)-44 {
			t.Errorf("%s: the lengths in the header are wrong", name)
		}
	}
}

func TestWAVHoldsTheSamples(t *testing.T) {
	integers := Float32{-1, 0.5}.wav(16000)[44:]
	if first, second := int16(binary.LittleEndian.Uint16(integers)), int16(binary.LittleEndian.Uint16(integers[2:])); first != -32768 || second != 16384 {
		t.Errorf("expected -32768 and 16384, got %d and %d", first, second)
	}
	float := math.Float32frombits(binary.LittleEndian.Uint32(Float64{0.1}.wav(16000)[44:]))
	if float != float32(0.1) {
		t.Errorf("expected the 32-bit float next to 0.1, got %v", float)
	}
}
