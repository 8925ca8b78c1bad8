// Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come from or go to.

package predict

import (
	"encoding/binary"
	"math"
)

const (
	wavHeaderBytes = 44
	wavPCM         = 1
	wavFloat       = 3
	// A server reads 16-bit samples as multiples of 2^-15.
	int16Scale = 32_768
)

// wavOfIntegers is a RIFF/WAVE file with one channel of 16-bit integers.
func wavOfIntegers(samples []int16, rateHz int) []byte {
	file := wavHeader(wavPCM, 2, len(samples), rateHz)
	for _, sample := range samples {
		file = append(file, byte(sample), byte(uint16(sample)>>8))
	}
	return file
}

// wavOfFloats writes floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit recording are, as 16-bit integers;
// others as 32-bit floats, which is what a model computes with.
func wavOfFloats[F float32 | float64](samples []F, rateHz int) []byte {
	if integers := asIntegers(samples); integers != nil {
		return wavOfIntegers(integers, rateHz)
	}
	file := wavHeader(wavFloat, 4, len(samples), rateHz)
	for _, sample := range samples {
		bits := math.Float32bits(float32(sample))
		file = append(file, byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24))
	}
	return file
}

// wavHeader has room for the samples behind it.
func wavHeader(format uint16, sampleBytes, count, rateHz int) []byte {
	header := make([]byte, wavHeaderBytes, wavHeaderBytes+count*sampleBytes)
	put16, put32 := binary.LittleEndian.PutUint16, binary.LittleEndian.PutUint32
	copy(header, "RIFF")
	put32(header[4:], uint32(wavHeaderBytes-8+count*sampleBytes))
	copy(header[8:], "WAVEfmt ")
	put32(header[16:], 16)
	put16(header[20:], format)
	put16(header[22:], 1)
	put32(header[24:], uint32(rateHz))
	put32(header[28:], uint32(rateHz*sampleBytes))
	put16(header[32:], uint16(sampleBytes))
	put16(header[34:], uint16(sampleBytes*8))
	copy(header[36:], "data")
	put32(header[40:], uint32(count*sampleBytes))
	return header
}

// asIntegers is nil when one sample is no multiple of 2^-15 in the range, or not a number.
func asIntegers[F float32 | float64](samples []F) []int16 {
	integers := make([]int16, len(samples))
	for index, sample := range samples {
		scaled := sample * int16Scale
		if !(scaled >= math.MinInt16 && scaled <= math.MaxInt16) {
			return nil
		}
		integers[index] = int16(scaled)
		if F(integers[index]) != scaled {
			return nil
		}
	}
	return integers
}
