// Owns an instance of the contract as JSON text, made of a sound. Must not know calls.
#pragma once
#include <cstddef>
#include <string>

#include "predict_schemata/algorithm_facts.hpp"
#include "predict_schemata/sound.hpp"

namespace predict_schemata {

/// Bytes of what append_instance will write, without reading the file.
/// Throws std::invalid_argument or std::filesystem::filesystem_error for what is no sound.
std::size_t instance_length(const AlgorithmFacts& facts, const Sound& sound);

/// Throws std::filesystem::filesystem_error for a file that cannot be read.
void append_instance(std::string& body, const AlgorithmFacts& facts, const Sound& sound);

}  // namespace predict_schemata
