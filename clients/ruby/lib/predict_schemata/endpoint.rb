# frozen_string_literal: true

# Owns one call of one endpoint: path, token, headers, and every way to fail as an error of errors.rb. Must not know about
# repeats.
require 'erb'
require 'json'

module PredictSchemata
  # Calls of one endpoint.
  class Endpoint
    # @param place [Array<String>] project, location and endpoint
    # @param token [String, #call, nil]
    def initialize(transport, place, token, headers)
      project, location, endpoint = place.map { |part| ERB::Util.url_encode(part) }
      @path = "/v1/projects/#{project}/locations/#{location}/endpoints/#{endpoint}"
      @transport = transport
      @token = token
      @headers = headers
    end

    # @return [String] below the base URL; says which endpoint it is
    attr_reader :path

    # @param body [String] JSON
    # @param count of its instances
    # @param symbolize_names as the generated types read it
    # @return [Hash] with as many predictions
    # @raise [PredictError]
    def predict(body, count, symbolize_names: false)
      answer = answered(Net::HTTP::Post, "#{@path}:predict", { 'Content-Type' => 'application/json' }, body)
      content = parsed(answer, symbolize_names)
      predictions = content[symbolize_names ? :predictions : 'predictions'] if content.is_a?(Hash)
      return content if predictions.is_a?(Array) && predictions.size == count

      got = predictions.is_a?(Array) ? predictions.size : 'none'
      raise invalid(answer, "Expected a prediction for each of #{count} instances, got #{got}.")
    end

    # @return the endpoint's resource
    # @raise [PredictError]
    def describe
      parsed(answered(Net::HTTP::Get, @path, {}), false)
    end

    private

    def parsed(answer, symbolize_names)
      JSON.parse(answer.body.to_s, symbolize_names:)
    rescue JSON::ParserError, EncodingError
      raise invalid(answer, 'The answer is not JSON.')
    end

    def invalid(answer, message)
      InvalidAnswerError.new(message, status: answer.code.to_i, request_id: answer['x-request-id'])
    end

    def answered(request, path, headers, body = nil)
      token = @token.respond_to?(:call) ? @token.call(nil) : @token
      once(request, path, headers, body, token)
    rescue AuthenticationError
      raise unless @token.respond_to?(:call)

      fresh = @token.call(token)
      raise if fresh == token

      once(request, path, headers, body, fresh)
    end

    def once(request, path, headers, body, token)
      # As it is: the length of an answer tells whether it was cut.
      headers = { 'Accept' => 'application/json', 'Accept-Encoding' => 'identity', **headers, **@headers }
      headers['Authorization'] = "Bearer #{token}" if token
      answer = @transport.exchange(request, path, headers, body)
      return answer if answer.is_a?(Net::HTTPSuccess)

      raise Failures.of_answer(answer.code.to_i, answer, answer.body)
    end
  end
  private_constant :Endpoint
end
