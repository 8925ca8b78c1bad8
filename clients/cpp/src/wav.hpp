// Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come from or go to.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "predict_schemata/sound.hpp"

namespace predict_schemata {

/// Of the file that wav_of gives.
std::size_t wav_length(const Samples& samples);

/// A RIFF/WAVE file with one channel. Floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit
/// recording are, are written as 16-bit integers; others as 32-bit floats, which is what a model computes with.
std::vector<std::uint8_t> wav_of(const Samples& samples, int sample_rate_hz);

}  // namespace predict_schemata
