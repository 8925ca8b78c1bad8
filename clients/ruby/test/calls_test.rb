# frozen_string_literal: true

# Owns the proof of waits to the millisecond, of splitting to the byte, of lanes, of the end of calls, of targets and tokens.
require 'pp'
require 'rbconfig'
require 'socket'
require_relative 'fake_server'

# The parts that are no part of the public surface.
module Inside
  %i[Split Retry Parallel Scope Failures TokenGate].each { |name| const_set(name, PredictSchemata.module_eval(name.to_s)) }
end

class CallsTest < Minitest::Test
  SETTINGS = PredictSchemata::DEFAULT_SETTINGS.with(initial_backoff_s: 0.1, max_backoff_s: 0.3)

  [
    { repeat: 0, share: 0.0, want: 0.05 },
    { repeat: 1, share: 1.0, want: 0.2 },
    { repeat: 9, share: 1.0, want: 0.3 },
    { repeat: 9999, share: 0.0, want: 0.15 },
    { repeat: 0, share: 0.0, asked: 2, want: 2 }
  ].each do |row|
    define_method("test_wait_before_repeat_#{row[:repeat]}_is_#{row[:want]}") do
      error = PredictSchemata::RateLimitError.new('', retry_after_s: row[:asked])
      assert_in_delta(row[:want], Inside::Retry.backoff_s(SETTINGS, row[:repeat], error, share: row[:share]))
    end
  end

  def test_an_answer_of_any_kind_is_an_error
    [nil, '', '<html>', '[1]', '{"error":"no"}', '{"error":{"message":3,"details":{"a":1}}}', "\xff"].each do |body|
      error = Inside::Failures.of_answer(404, {}, body)
      assert_instance_of(PredictSchemata::NotFoundError, error)
      assert_equal(['The server answered 404.', 404, nil, nil], [error.message, error.status, error.reason, error.request_id])
    end
  end

  def test_a_wait_is_read_as_seconds_or_as_a_date
    now = Time.httpdate('Sun, 06 Nov 1994 08:49:37 GMT')
    {
      '7' => 7, 'Sun, 06 Nov 1994 08:49:40 GMT' => 3, 'Sun, 06 Nov 1994 08:49:30 GMT' => 0, 'soon' => nil, nil => nil
    }.each { |given, want| assert_equal([want], [Inside::Failures.retry_after_s(given, now:)]) }
  end

  [
    { instances: 64, bytes: 16 + 61, want: [[[0, 1], [2, 4]], [3]] },
    { instances: 64, bytes: 16 + 60, want: [[[0], [1], [2], [4]], [3]] },
    { instances: 3, bytes: 10_000, want: [[[0, 1, 2], [3, 4]], []] }
  ].each do |row|
    define_method("test_split_by_#{row[:instances]}_and_#{row[:bytes]}") do
      pieces = [30, 30, 30, 500, 30].each_with_index.map { |bytes, index| [index, "\"#{'x' * (bytes - 2)}\""] }
      too_long = []
      calls = []
      limits = PredictSchemata::Limits.new(row[:instances], row[:bytes])
      Inside::Split.calls(pieces, limits, too_long: ->(index, _) { too_long << index }) { |call| calls << call }
      assert_equal(row[:want], [calls.map(&:indices), too_long])
      calls.each do |call|
        assert_equal(call.indices.size, JSON.parse(call.body).fetch('instances').size)
        assert_operator(call.body.bytesize, :<=, row[:bytes])
      end
    end
  end

  [
    { status: 200, description: '{"name":"as Vertex AI has it"}', asked: 1 },
    { status: 200, description: '{"labels":{"max_instances":"0","max_body_bytes":"9"}}', asked: 1 },
    { status: 200, description: '{"labels":{"max_instances":"9","max_body_bytes":"many"}}', asked: 1 },
    { status: 200, description: '<html>', asked: 1 },
    { status: 403, description: '{}', asked: 1 },
    { status: 405, description: '{}', asked: 1 },
    { status: 404, description: '{}', asked: 1 },
    # What may pass says nothing about limits.
    { status: 401, description: '{}', asked: 3 },
    { status: 503, description: '{}', asked: 3 },
    { status: 200, description: '{}', cut: true, asked: 3 }
  ].each_with_index do |row, index|
    define_method("test_that_an_endpoint_states_no_limits_is_remembered_#{index}") do
      with_server(row[:status], row[:description], cut: row[:cut]) do |server|
        client = PredictSchemata::PredictClient.new(server.url, max_parallel_calls: 1)
        3.times { assert_equal(65, client.embed([[0]] * 65).size) }
        descriptions, predictions = server.received.partition(&:nil?)
        assert_equal([row[:asked], [64, 1] * 3], [descriptions.size, predictions.map(&:size)])
      end
    end
  end

  def test_an_endpoint_that_is_not_there_may_come_to_be_with_limits
    with_server(404, '{}', predicts: false) do |server|
      client = PredictSchemata::PredictClient.new(server.url)
      2.times { assert_raises(PredictSchemata::NotFoundError) { client.embed([[0]]) } }
      assert_equal([nil, 1, nil, 1], server.received.map { |instances| instances&.size })
    end
  end

  def test_the_limits_of_an_endpoint_are_asked_for_once
    with_server(200, '{"labels":{"max_instances":"2","max_body_bytes":"999"}}') do |server|
      client = PredictSchemata::PredictClient.new(server.url, max_parallel_calls: 1)
      2.times { client.embed([[0]] * 3) }
      assert_equal([nil, 2, 1, 2, 1], server.received.map { |instances| instances&.size })
    end
  end

  def test_after_a_failure_nothing_more_is_begun
    begun = []
    error = assert_raises(RuntimeError) do
      Inside::Scope.run(60, nil) do |scope|
        Inside::Parallel.each(scope, ->(&take) { (1..9).each(&take) }, 1) do |item|
          begun << item
          raise 'two' if item == 2
        end
      end
    end
    assert_equal('two', error.message)
    assert_equal([1, 2], begun)
  end

  def test_the_end_of_a_call_ends_its_threads
    threads = Queue.new
    stop = PredictSchemata::Cancellation.new
    assert_raises(PredictSchemata::CancelledError) do
      Inside::Scope.run(60, stop) do |scope|
        Inside::Parallel.each(scope, ->(&take) { 3.times(&take) }, 3) do
          threads << Thread.current
          stop.cancel if threads.size == 3
          sleep
        end
      end
    end
    assert(Array.new(3) { threads.pop }.all? { |thread| thread.join(10) })
  end

  def test_a_deadline_is_an_error_or_what_is_settled_by_then
    assert_raises(PredictSchemata::DeadlineError) { Inside::Scope.run(0.01, nil) { sleep } }
    settled = Inside::Scope.run(0.5, nil) do |scope|
      scope.settle_with { :settled }
      sleep
    end
    assert_equal(:settled, settled)
  end

  def test_a_cancelled_call_begins_nothing_that_ends
    stop = PredictSchemata::Cancellation.new
    stop.cancel
    assert_predicate(stop, :cancelled?)
    assert_raises(PredictSchemata::CancelledError) { Inside::Scope.run(nil, stop) { sleep } }
  end

  def test_a_signal_handler_may_cancel
    stop = PredictSchemata::Cancellation.new
    before = Signal.trap('USR1') { stop.cancel }
    assert_raises(PredictSchemata::CancelledError) do
      Inside::Scope.run(60, stop) do
        Process.kill('USR1', Process.pid)
        sleep
      end
    end
  ensure
    Signal.trap('USR1', before)
  end

  def test_the_proxy_of_the_scheme_is_taken_from_the_environment
    server = TCPServer.new('127.0.0.1', 0)
    asked = Thread.new { server.accept.then { |connection| connection.gets.tap { connection.close } } }
    names = %w[https_proxy no_proxy NO_PROXY]
    before = ENV.slice(*names)
    names.each { |name| ENV.delete(name) }
    ENV['https_proxy'] = "http://127.0.0.1:#{server.addr[1]}"
    client = PredictSchemata::PredictClient.new(PredictSchemata.vertex_shared_target('x'), max_attempts: 1)
    assert_raises(PredictSchemata::ConnectionError) { client.embed([[0]], max_instances: 1, max_body_bytes: 1000) }
    assert_equal("CONNECT x-aiplatform.googleapis.com:443 HTTP/1.1\r\n", asked.value)
  ensure
    names.each { |name| ENV[name] = before[name] }
    server.close
  end

  def test_targets_are_where_servers_and_vertex_ai_listen
    assert_equal('http://host:1', PredictSchemata.server_target('http://host:1/').base_url)
    assert_equal('https://us-central1-aiplatform.googleapis.com', PredictSchemata.vertex_shared_target('us-central1').base_url)
    dedicated = PredictSchemata.vertex_dedicated_target(endpoint: '12', location: 'us-central1', project_number: '34')
    assert_equal('https://12.us-central1-34.prediction.vertexai.goog', dedicated.base_url)
    assert_raises(ArgumentError) { PredictSchemata.server_target('127.0.0.1:8080') }
  end

  def test_a_token_of_a_command_is_kept_until_it_is_refused
    provider = PredictSchemata::GcloudToken.new([RbConfig.ruby, '-e', 'puts Time.now.strftime("%s%N")'])
    first = provider.call(nil)
    assert_match(/\A\d+\z/, first)
    assert_equal(first, provider.call(nil))
    refute_equal(first, provider.call(first))
  end

  # A provider whose questions wait to be answered; nil is a failure.
  class WaitingProvider
    attr_reader :questions, :answers

    def initialize
      @questions = Queue.new
      @answers = Queue.new
    end

    def call(refused)
      @questions << refused
      @answers.pop || raise('failed')
    end
  end

  [
    { refused: [nil, nil], answers: %w[A], want: %w[A A], asked: [nil] },
    { refused: %w[A A], answers: %w[B], want: %w[B B], asked: %w[A] },
    # The answer is no use to one that was refused with it, but to one that comes anew.
    { refused: [nil, 'A'], answers: %w[A B], want: %w[A B], asked: [nil, 'A'] },
    { refused: ['A', nil], answers: %w[B], want: %w[B B], asked: %w[A] },
    { refused: [nil, nil], answers: [nil, 'B'], want: %w[failed B], asked: [nil, nil] }
  ].each_with_index do |row, index|
    define_method("test_a_provider_is_asked_for_one_call_at_a_time_#{index}") do
      provider = WaitingProvider.new
      gate = Inside::TokenGate.new(provider)
      threads = row[:refused].map { |refused| asking(gate, refused) }
      row[:answers].each { |answer| provider.answers << answer }
      assert_equal(row[:want], threads.map(&:value))
      assert_equal(row[:asked], Array.new(provider.questions.size) { provider.questions.pop })
    end
  end

  def test_a_later_call_asks_anew_and_so_does_one_whose_asker_ended
    provider = WaitingProvider.new
    gate = Inside::TokenGate.new(provider)
    %w[A B].each do |token|
      provider.answers << token
      assert_equal(token, gate.call(nil))
    end
    hanging = asking(gate, nil)
    waiting = asking(gate, nil)
    hanging.kill
    provider.answers << 'C'
    assert_equal('C', waiting.value)
    assert_equal(4, provider.questions.size)
  end

  # Asks in a thread of its own, and returns when that waits for an answer or its turn.
  def asking(gate, refused)
    thread = Thread.new do
      gate.call(refused)
    rescue RuntimeError => e
      e.message
    end
    Thread.pass until thread.stop?
    thread
  end

  def test_nothing_that_holds_a_token_shows_it
    file = PredictSchemata::CloudFile.new('gs://bucket/c.wav', 'secret')
    typed = PredictSchemata::Hear::HearGcsUri.new(gcs_uri: 'gs://bucket/c.wav', bearer_token: 'secret')
    request = PredictSchemata::Hear::PredictRequest.new(instances: [typed])
    client = PredictSchemata::PredictClient.new('http://127.0.0.1:1', token: 'secret', headers: { 'X-Key' => 'secret' })
    [file, typed, request, client, [file]].each do |value|
      [value.inspect, value.to_s, PP.pp(value, +'')].each { |shown| refute_includes(shown, 'secret') }
    end
    [file, typed, request].each do |value|
      assert_includes(value.inspect, 'gs://bucket/c.wav')
      assert_includes(value.inspect, '***')
    end
    assert_includes(PredictSchemata::CloudFile.new('gs://bucket/c.wav').inspect, 'token=nil')
    assert_equal({ gcs_uri: 'gs://bucket/c.wav', bearer_token: 'secret' }, typed.to_hash)
  end

  def test_options_that_cannot_be_are_refused_by_name
    [{ max_attempts: 0 }, { deadline_s: '1' }, { max_instances: 1.5 }, { cancellation: 1 }, { retries: 3 }].each do |options|
      error = assert_raises(ArgumentError) { PredictSchemata::PredictClient.new(**options) }
      assert_includes(error.message, options.keys.first.to_s)
    end
  end

  private

  def with_server(...)
    server = FakeServer.new(...)
    yield server
  ensure
    server.close
  end
end
