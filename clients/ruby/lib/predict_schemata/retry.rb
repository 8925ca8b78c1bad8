# frozen_string_literal: true

# Owns when a call is repeated and how long is waited before. Must not know what is called.
module PredictSchemata
  # Repeats calls.
  module Retry
    module_function

    # 429, 503, 504 and lost connections; predicting the same twice does no harm.
    def retryable?(error)
      case error
      when RateLimitError, UnavailableError, ConnectionError then true
      when DeadlineError then !error.status.nil?
      else false
      end
    end

    # Half to all of a time that doubles with each repeat, so that clients that failed together do not return together;
    # never less than the server asked for.
    #
    # @param settings [Settings]
    # @param repeat 0 before the first repeat
    # @param share from 0 to below 1
    def backoff_s(settings, repeat, error = nil, share: rand)
      full_s = [settings.max_backoff_s, settings.initial_backoff_s * (2.0**[repeat, 60].min)].min
      [error&.retry_after_s || 0, full_s * (0.5 + (share / 2))].max
    end

    # Runs the block until it succeeds, fails for good, or the next wait would not end before the deadline.
    def run(settings, scope)
      repeat = 0
      begin
        yield
      rescue PredictError => e
        wait_s = backoff_s(settings, repeat, e)
        raise if !retryable?(e) || repeat + 1 >= settings.max_attempts || !scope.leaves?(wait_s)

        sleep(wait_s)
        repeat += 1
        retry
      end
    end
  end
  private_constant :Retry
end
