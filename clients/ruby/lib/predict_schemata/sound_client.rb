# frozen_string_literal: true

# Owns what callers use: predictions of instances in one call, and of sounds in as many as they need. Must not know an
# algorithm.
require 'json'
require_relative 'endpoint'
require_relative 'parallel'
require_relative 'retry'
require_relative 'sending'
require_relative 'transport'

module PredictSchemata
  # The part of PredictClient that every algorithm shares.
  class SoundClient
    # @param target [Target, String] `PredictSchemata.server_target` by default; a text is the base URL of a server of your own
    # @param endpoint its id; the algorithm's name by default
    # @param token [String, #call, nil] a bearer token, or what gives one when it is called with the refused one or nil,
    #   for one call at a time: calls that wait meanwhile take its answer
    # @param headers [Hash] sent with every call
    # @param options what Settings lists; each call may set them otherwise
    # @yield [Net::HTTP] each connection before it is made, for authorities and proxies of your own
    def initialize(target = PredictSchemata.server_target, project: 'demo', location: 'us-central1', endpoint: nil,
                   token: nil, headers: {}, **options, &configure)
      @target = target.is_a?(Target) ? target : PredictSchemata.server_target(target)
      @settings = DEFAULT_SETTINGS.with(options)
      @place = [project, location, endpoint]
      @token = token.respond_to?(:call) ? TokenGate.new(token) : token
      @headers = { 'User-Agent' => "predict-schemata-ruby/#{VERSION}", **headers }
      @transport = Transport.new(@target.base_url, configure)
      # Endpoint → the limits in its labels, or those of the target where it has none.
      @limits = {}
    end

    # Sends instances in one call, which is repeated when it may be.
    #
    # @param instances [Array<#to_hash>] generated types, or Hashes as the contract has them
    # @param parameters [#to_hash, nil] likewise
    # @param options what Settings lists
    # @return PredictResponse of the algorithm's generated types
    # @raise [PredictError] when the call fails for good
    def predict(algorithm, instances, parameters: nil, **options)
      facts = facts_of(algorithm)
      settings = @settings.with(options)
      body = JSON.generate({ instances: instances.map(&:to_hash), parameters: parameters&.to_hash }.compact)
      endpoint = endpoint_of(facts)
      answer = Scope.run(settings.deadline_s, settings.cancellation) do |scope|
        Retry.run(settings, scope) { endpoint.predict(body, instances.size, symbolize_names: true) }
      end
      typed(facts, answer)
    end

    # Predicts sounds of any form: encodes them without loss, splits them by the endpoint's limits, sends within a bound side
    # by side, repeats calls and single sounds that may be repeated. Files are read as they are sent.
    #
    # @param options what Settings lists
    # @return [SoundAnswer]
    # @raise [PredictError] when a call fails for good; what is wrong with one sound stands at its place instead
    # @raise [ArgumentError, SystemCallError] for what is no sound or no file
    def predict_sounds(algorithm, sounds, **options)
      facts = facts_of(algorithm)
      settings = @settings.with(options)
      sending = Sending.new(facts, sounds)
      return sending.answer if sending.all.empty?

      endpoint = endpoint_of(facts)
      begin
        Scope.run(settings.deadline_s, settings.cancellation) do |scope|
          send_all(sending, endpoint, settings, scope)
          sending.answer
        end
      rescue NotFoundError
        # What comes to be there has limits of its own.
        @limits.delete(endpoint.path)
        raise
      end
    end

    # Closes the connections that are kept.
    def close
      @transport.close
    end

    # Shows neither token nor headers.
    def inspect
      "#<#{self.class} #{@target.base_url}>"
    end

    private

    def send_all(sending, endpoint, settings, scope)
      limits = limits_of(endpoint, settings)
      send = ->(call) { sending.take(call.indices, endpoint.predict(call.body, call.indices.size)) }
      side_by_side(sending, sending.all, limits, settings, scope) { |call| Retry.run(settings, scope) { send.call(call) } }
      # The errors that sounds have are results already: a repeat that fails as a whole takes nothing away.
      scope.settle_with { sending.answer }
      (settings.max_attempts - 1).times do |repeat|
        failed = sending.failed(RETRYABLE_REASONS)
        wait_s = Retry.backoff_s(settings, repeat)
        break if failed.empty? || !scope.leaves?(wait_s)

        sleep(wait_s)
        side_by_side(sending, failed, limits, settings, scope) do |call|
          send.call(call)
        rescue PredictError
          # As above.
        end
      end
    end

    def side_by_side(sending, indices, limits, settings, scope, &run)
      source = ->(&take) { sending.calls(indices, limits, &take) }
      Parallel.each(scope, source, [settings.max_parallel_calls, indices.size].min, &run)
    end

    # Given ones, else those of the endpoint's labels, else those that the target is known for.
    def limits_of(endpoint, settings)
      given = [settings.max_instances, settings.max_body_bytes]
      return Limits.new(*given) if given.all?

      known = @limits[endpoint.path] || asked_limits(endpoint)
      Limits.new(given[0] || known.max_instances, given[1] || known.max_body_bytes)
    end

    # Those of the endpoint's labels, else those that the target is known for: either is remembered. Not so after a failure
    # that may pass, which says nothing about limits.
    def asked_limits(endpoint)
      @limits[endpoint.path] = stated_limits(endpoint.describe) || @target.limits
    rescue PermissionError, NotFoundError, InvalidRequestError, InvalidAnswerError
      # A token may be for predictions alone, and a host, as one of Vertex AI's dedicated endpoints, may know no other call.
      @limits[endpoint.path] = @target.limits
    rescue PredictError
      @target.limits
    end

    # @param resource of an endpoint; Vertex AI's own carry no such labels
    # @return [Limits, nil]
    def stated_limits(resource)
      labels = resource.fetch('labels')
      limits = %w[max_instances max_body_bytes].map { |name| Integer(labels.fetch(name)) }
      Limits.new(*limits) if limits.all?(&:positive?)
    rescue KeyError, ArgumentError, TypeError, NoMethodError
      nil
    end

    def typed(facts, answer)
      response = PredictSchemata.const_get(facts.types).const_get(:PredictResponse).build_from_hash(answer)
      return response if response.predictions.none?(&:nil?)

      raise InvalidAnswerError.new('Expected a result or an error as each prediction.', status: 200)
    # What the generated types raise for what they cannot hold.
    rescue ArgumentError, RuntimeError, NoMethodError, TypeError
      raise InvalidAnswerError.new('The answer does not keep the contract.', status: 200)
    end

    def facts_of(algorithm)
      ALGORITHMS.fetch(algorithm.to_s) do
        raise ArgumentError, "Expected one of #{ALGORITHMS.keys.join(', ')} as algorithm, got #{algorithm.inspect}."
      end
    end

    def endpoint_of(facts)
      project, location, endpoint = @place
      Endpoint.new(@transport, [project, location, endpoint || facts.name], @token, @headers)
    end
  end
end
