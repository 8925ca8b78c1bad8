# frozen_string_literal: true

# Owns the conformance driver of the Ruby client (clients/README.md): a case a line in, a result a line out. Uses the
# installed gem as a user would.
require 'json'
require 'predict_schemata'

KINDS = {
  PredictSchemata::InvalidRequestError => 'invalid_request',
  PredictSchemata::AuthenticationError => 'authentication',
  PredictSchemata::PermissionError => 'permission',
  PredictSchemata::NotFoundError => 'not_found',
  PredictSchemata::RateLimitError => 'rate_limited',
  PredictSchemata::UnavailableError => 'unavailable',
  PredictSchemata::ServerError => 'server',
  PredictSchemata::DeadlineError => 'deadline',
  PredictSchemata::ConnectionError => 'connection',
  PredictSchemata::CancelledError => 'cancelled',
  PredictSchemata::InvalidAnswerError => 'invalid_answer'
}.freeze

# Gives the next one of a list each time that one is refused.
class Tokens
  def initialize(tokens)
    @tokens = tokens
  end

  def call(refused)
    @tokens = @tokens.drop(1) if refused == @tokens.first && @tokens.size > 1
    @tokens.first
  end
end

def run(given)
  cancellation = PredictSchemata::Cancellation.new
  timer = given['cancel_after_ms'] && Thread.new do
    sleep(given['cancel_after_ms'] / 1000.0)
    cancellation.cancel
  end
  case given['call']
  when 'plain' then run_plain(given)
  when 'instances' then run_instances(given, cancellation)
  else run_sounds(given, cancellation)
  end
ensure
  timer&.kill
end

def run_instances(given, cancellation)
  facts = PredictSchemata::ALGORITHMS.fetch(given['algorithm'])
  instance = PredictSchemata.const_get(facts.types).const_get(facts.instance)
  # Through the generated types in both directions.
  instances = given['instances'].map { |one| instance.build(one.transform_keys(&:to_sym)) }
  answer = client_of(given).predict(given['algorithm'], instances, cancellation:)
  {
    predictions: answer.predictions.map { |prediction| shown_prediction(prediction.to_hash, facts) },
    model_display_name: answer.model_display_name
  }
end

def run_sounds(given, cancellation)
  sounds = given['sounds'].map { |sound| sound_of(sound) }
  client = client_of(given)
  answer, elapsed_ms = timed { client.predict_sounds(given['algorithm'], sounds, cancellation:) }
  {
    predictions: answer.map { |outcome| shown_outcome(outcome) }, model_display_name: answer.model_display_name,
    elapsed_ms:
  }
end

# As a caller of the generated types writes it who has no helper.
def run_plain(given)
  facts = PredictSchemata::ALGORITHMS.fetch(given['algorithm'])
  types = PredictSchemata.const_get(facts.types)
  # The schemas of an algorithm begin with its own word.
  input_array = types.const_get("#{facts.instance.to_s.delete_suffix('Instance')}InputArray")
  arrays = given['sounds'].map { |sound| sound_of(sound) }
  client = client_of(given)
  predictions, elapsed_ms = timed do
    arrays.each_slice(given['options']['max_instances']).flat_map do |some|
      instances = some.map { |samples| input_array.new(input_array: numbers_of(samples)) }
      client.predict(given['algorithm'], instances).predictions
    end
  end
  { predictions: predictions.map { |prediction| shown_prediction(prediction.to_hash, facts) }, elapsed_ms: }
end

# The contract's numbers for integers of 16 bits; floats are what they are.
def numbers_of(samples)
  samples.first.is_a?(Integer) ? samples.map { |sample| sample / 32_768.0 } : samples
end

def timed
  started_s = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  value = yield
  [value, (Process.clock_gettime(Process::CLOCK_MONOTONIC) - started_s) * 1000]
end

def client_of(given)
  endpoint, options, tokens = given.values_at('endpoint', 'options', 'tokens')
  PredictSchemata::PredictClient.new(
    endpoint['base_url'],
    project: endpoint['project'],
    location: endpoint['location'],
    endpoint: endpoint['endpoint'],
    token: tokens.size > 1 ? Tokens.new(tokens) : tokens.first,
    headers: given['headers'],
    max_attempts: options['max_attempts'],
    initial_backoff_s: options['initial_backoff_ms'] / 1000.0,
    max_backoff_s: options['max_backoff_ms'] / 1000.0,
    deadline_s: options['deadline_ms'] / 1000.0,
    max_parallel_calls: options['max_parallel_calls'],
    max_instances: options['max_instances'],
    max_body_bytes: options['max_body_bytes']
  )
end

def sound_of(given)
  return given['file'] if given['file']
  return PredictSchemata::CloudFile.new(given['uri'], given['token']) if given['uri']

  kind, format = { 'int16' => 's<*', 'float32' => 'e*', 'float64' => 'E*' }.find { |name, _| given[name] }
  samples = File.binread(given[kind]).unpack(format)
  rate = given['sample_rate_hz']
  rate ? PredictSchemata::Samples.public_send(kind, samples, sample_rate_hz: rate) : samples
end

def shown_outcome(outcome)
  return { error: { reason: outcome.reason, description: outcome.description } } if outcome.error?

  { values: [outcome.packed].pack('m0') }
end

def shown_prediction(prediction, facts)
  return { error: prediction[:error] } if prediction[:error]

  result = prediction[facts.result_field.to_sym]
  { values: [(result.is_a?(Hash) ? result.values : result).pack('e*')].pack('m0') }
end

def shown_error(error)
  facts = error.is_a?(PredictSchemata::PredictError) ? [error.status, error.reason, error.request_id] : []
  {
    kind: KINDS.fetch(error.class, 'unexpected'), message: error.message,
    status: facts[0], reason: facts[1], request_id: facts[2]
  }
end

$stdout.sync = true
$stdin.each_line do |line|
  given = JSON.parse(line)
  result =
    begin
      { ok: true, **run(given) }
    rescue StandardError => e
      { ok: false, error: shown_error(e) }
    end
  $stdout.puts(JSON.generate({ case: given['case'], **result }))
end
