// Owns the tests of what a sound is on the wire.
#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base64.hpp"
#include "instance.hpp"
#include "wav.hpp"

using namespace predict_schemata;

namespace {

constexpr AlgorithmFacts facts{"any", 16000, "file", "uri", "uri_token", "result"};

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

std::uint32_t number_at(const std::vector<std::uint8_t>& bytes, std::size_t at, int count) {
  std::uint32_t number = 0;
  for (int index = count - 1; index >= 0; --index) number = number << 8 | bytes[at + static_cast<std::size_t>(index)];
  return number;
}

std::string instance_of(const Sound& sound) {
  std::string text;
  append_instance(text, facts, sound);
  CHECK(instance_length(facts, sound) == text.size());
  return text;
}

}  // namespace

TEST_CASE("base64 has the test vectors of RFC 4648") {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xff\xfe\xfb", "//77"},
  };
  for (const auto& [given, want] : cases) {
    std::string got = "before ";
    append_base64(got, bytes_of(given));
    CHECK(got == std::string("before ") + want);
    CHECK(base64_length(std::strlen(given)) == std::strlen(want));
  }
}

TEST_CASE("samples take 16 bits when these lose nothing") {
  const double big = std::numeric_limits<double>::max();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::pair<Samples, std::uint32_t> cases[] = {
      {std::vector<std::int16_t>{-32768, 0, 32767}, 16},
      {std::vector<float>{-1.0F, 0.0F, 32767.0F / 32768}, 16},
      {std::vector<double>{0.5, -0.25}, 16},
      {std::vector<float>{1.0F}, 32},
      {std::vector<float>{0.1F}, 32},
      {std::vector<double>{0.5, 1.0 / 65536}, 32},
      {std::vector<double>{big}, 32},
      {std::vector<double>{nan}, 32},
      {std::vector<float>{}, 16},
  };
  for (const auto& [samples, bits] : cases) {
    const auto wav = wav_of(samples, 8000);
    const auto count = std::visit([](const auto& values) { return values.size(); }, samples);
    CHECK(number_at(wav, 34, 2) == bits);
    CHECK(number_at(wav, 20, 2) == (bits == 16 ? 1 : 3));
    CHECK(wav.size() == 44 + count * bits / 8);
    CHECK(wav.size() == wav_length(samples));
  }
}

TEST_CASE("a WAV file says what it holds") {
  const auto wav = wav_of(std::vector<float>{0.1F, -2.5F}, 16000);
  CHECK(std::string(wav.begin(), wav.begin() + 4) == "RIFF");
  CHECK(number_at(wav, 4, 4) == wav.size() - 8);
  CHECK(std::string(wav.begin() + 8, wav.begin() + 16) == "WAVEfmt ");
  CHECK(number_at(wav, 16, 4) == 16);
  CHECK(number_at(wav, 22, 2) == 1);
  CHECK(number_at(wav, 24, 4) == 16000);
  CHECK(number_at(wav, 28, 4) == 64000);
  CHECK(number_at(wav, 32, 2) == 4);
  CHECK(std::string(wav.begin() + 36, wav.begin() + 40) == "data");
  CHECK(number_at(wav, 40, 4) == 8);
  float second = 0;
  std::memcpy(&second, &wav[48], sizeof second);
  CHECK(second == -2.5F);
  const auto integers = wav_of(std::vector<double>{-1, 0.5}, 16000);
  CHECK(number_at(integers, 44, 2) == 0x8000);
  CHECK(number_at(integers, 46, 2) == 0x4000);
}

TEST_CASE("every form of a sound is an instance of the length that was foretold") {
  const auto path = std::filesystem::temp_directory_path() / "predict-schemata-encoding-test.wav";
  std::ofstream(path, std::ios::binary) << "fooba";
  CHECK(instance_of(Sound::file(path)) == R"({"file":"Zm9vYmE="})");
  std::filesystem::remove(path);
  CHECK(instance_of(Sound::bytes(bytes_of("foo"))) == R"({"file":"Zm9v"})");
  CHECK(instance_of(std::vector<float>{0.5F, 0.1F}).size() == 11 + (44 + 8 + 2) / 3 * 4);
  CHECK(instance_of(Sound::uri("gs://b/c.wav")) == R"({"uri":"gs://b/c.wav"})");
  const auto text = instance_of(Sound::uri("gs://b/Größe \"a\\b\".wav", "T"));
  CHECK(nlohmann::json::parse(text) == nlohmann::json{{"uri", "gs://b/Größe \"a\\b\".wav"}, {"uri_token", "T"}});
}

TEST_CASE("what is no sound is refused before it is sent") {
  CHECK_THROWS_AS(instance_length(facts, Sound::file("no-such-file.wav")), std::filesystem::filesystem_error);
  CHECK_THROWS_AS(instance_length(facts, Sound::samples(std::vector<float>{0}, 0)), std::invalid_argument);
  CHECK_THROWS_AS(instance_length(facts, Sound::uri("gs://b/\xff")), std::invalid_argument);
  constexpr AlgorithmFacts public_only{"any", 16000, "file", "uri", "", "result"};
  CHECK_THROWS_AS(instance_length(public_only, Sound::uri("gs://b/c.wav", "T")), std::invalid_argument);
  constexpr AlgorithmFacts numbers_only{"any", 16000, "", "", "", "result"};
  CHECK_THROWS_AS(instance_length(numbers_only, Sound::uri("gs://b/c.wav")), std::invalid_argument);
  CHECK_THROWS_AS(instance_length(numbers_only, std::vector<float>{0}), std::invalid_argument);
}
