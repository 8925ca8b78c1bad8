# frozen_string_literal: true

# Owns asking for tokens: a caller's provider for one call at a time, and Google Cloud's command line.
require 'open3'

module PredictSchemata
  # One call asks; those that come meanwhile wait and take its answer, unless it is what they were refused with. A failure is
  # the asking call's own, as is its end: the next one asks anew.
  class TokenGate
    # @param provider [#call]
    def initialize(provider)
      @provider = provider
      # A thread that is killed leaves it.
      @turn = Mutex.new
      @answers = 0
      @last = nil
    end

    def call(refused)
      answers_before = @answers
      @turn.synchronize do
        return @last if @answers != answers_before && @last != refused

        @last = @provider.call(refused)
        @answers += 1
        @last
      end
    end
  end
  private_constant :TokenGate

  # Tokens of `gcloud auth print-access-token`, kept for half an hour. Safe to share between threads and clients.
  class GcloudToken
    # Google's access tokens live for an hour; half of that leaves time for what is under way.
    LIFETIME_S = 1800
    private_constant :LIFETIME_S

    # @param command another program that prints a token
    def initialize(command = %w[gcloud auth print-access-token])
      @command = command
      @lock = Mutex.new
      @token = nil
      @until_s = 0
    end

    # @param refused the token that the server has just answered with 401, or nil
    # @raise [RuntimeError] when the program fails
    def call(refused)
      @lock.synchronize do
        if @token.nil? || @token == refused || now_s >= @until_s
          output, status = Open3.capture2(*@command)
          raise "#{@command.first} ended with #{status.exitstatus}. Run gcloud auth login." unless status.success?

          @token = output.strip
          @until_s = now_s + LIFETIME_S
        end
        @token
      end
    end

    # Shows no token.
    def inspect
      "#<#{self.class} #{@command.first}>"
    end

    private

    def now_s
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
