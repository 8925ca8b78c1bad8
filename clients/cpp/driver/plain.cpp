// Owns the use of libcurl as its manual shows it.
#include "plain.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

using nlohmann::json;
namespace hear = predict_schemata::hear;

namespace {

size_t append(const char* bytes, size_t, size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, count);
  return count;
}

std::string posted(CURL* curl, const std::string& body) {
  std::string answer;
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
  return answer;
}

}  // namespace

std::vector<hear::HearPrediction> plain_predictions(const PlainCalls& calls,
                                                    const std::vector<std::vector<float>>& arrays) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      // Without `Expect:` a body of more than 1 MB may wait a second, which is no cost of the lists.
      curl_slist_append(curl_slist_append(nullptr, "Content-Type: application/json"), "Expect:"), curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_URL, calls.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
  curl_easy_setopt(curl.get(), CURLOPT_XOAUTH2_BEARER, calls.token.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  std::vector<hear::HearPrediction> predictions;
  for (std::size_t at = 0; at < arrays.size(); at += calls.max_instances) {
    hear::PredictRequest request;
    const auto end = std::min(at + calls.max_instances, arrays.size());
    for (auto index = at; index < end; ++index) request.instances.push_back(hear::HearInputArray{arrays[index]});
    const auto answer = json::parse(posted(curl.get(), json(request).dump())).get<hear::PredictResponse>();
    predictions.insert(predictions.end(), answer.predictions.begin(), answer.predictions.end());
  }
  return predictions;
}
