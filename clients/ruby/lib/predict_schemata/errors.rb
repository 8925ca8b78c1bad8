# frozen_string_literal: true

# Owns the errors of a call: one class for each family of statuses and one for each way to get no answer. Must not know how
# calls are made.
require 'json'
require 'time'

module PredictSchemata
  # A call that failed for good. Its class says what kind of failure it is; each fact is nil where there was no answer to
  # read it from.
  class PredictError < StandardError
    # Of HTTP.
    attr_reader :status
    # One of the contract's fixed list: branch on it, not on the message.
    attr_reader :reason
    # For the operator, who finds the cause in the log under it.
    attr_reader :request_id
    # Whole seconds that the server asked to wait.
    attr_reader :retry_after_s

    def initialize(message, status: nil, reason: nil, request_id: nil, retry_after_s: nil)
      super(message)
      @status = status
      @reason = reason
      @request_id = request_id
      @retry_after_s = retry_after_s
    end
  end

  # 400, 405, 413, 415 and other 4xx: the same call fails again.
  class InvalidRequestError < PredictError; end
  # 401: no token, or one that is not accepted.
  class AuthenticationError < PredictError; end
  # 403: the token is not for this endpoint.
  class PermissionError < PredictError; end
  # 404: no such endpoint.
  class NotFoundError < PredictError; end
  # 429, after all repeats.
  class RateLimitError < PredictError; end
  # 503, after all repeats.
  class UnavailableError < PredictError; end
  # 500 and other 5xx: a failure of the server that is not repeated.
  class ServerError < PredictError; end
  # 504 after all repeats, or the deadline of the call passed (then without a status).
  class DeadlineError < PredictError; end
  # No answer, or one that was cut, after all repeats.
  class ConnectionError < PredictError; end
  # The caller gave up.
  class CancelledError < PredictError; end
  # A success whose body does not keep the contract.
  class InvalidAnswerError < PredictError; end

  # Makes errors out of answers.
  module Failures
    CLASSES = {
      401 => AuthenticationError,
      403 => PermissionError,
      404 => NotFoundError,
      429 => RateLimitError,
      503 => UnavailableError,
      504 => DeadlineError
    }.freeze

    module_function

    # The error of an answer that is no success.
    #
    # @param headers [#[]] by their names in small letters
    # @param body [String, nil] of any kind: a proxy in between knows no contract
    def of_answer(status, headers, body)
      error = member(parsed(body), 'error')
      info = Array(member(error, 'details')).find { |detail| member(detail, 'reason') }
      message = member(error, 'message')
      (CLASSES[status] || (status >= 500 ? ServerError : InvalidRequestError)).new(
        message.is_a?(String) ? message : "The server answered #{status}.",
        status:,
        reason: member(info, 'reason'),
        request_id: headers['x-request-id'] || member(member(info, 'metadata'), 'requestId'),
        retry_after_s: retry_after_s(headers['retry-after'])
      )
    end

    # Seconds, or a date (RFC 9110, section 10.2.3).
    def retry_after_s(header, now: Time.now)
      return nil if header.nil?
      return header.strip.to_i if header.match?(/\A\s*\d+\s*\z/)

      [0, (Time.httpdate(header) - now).ceil].max
    rescue ArgumentError
      nil
    end

    def parsed(body)
      JSON.parse(body.to_s)
    rescue JSON::ParserError, EncodingError
      nil
    end

    def member(value, key)
      value[key] if value.is_a?(Hash)
    end
  end
  private_constant :Failures
end
