# frozen_string_literal: true

# Owns tokens of Google Cloud's command line.
require 'open3'

module PredictSchemata
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
      # Calls run side by side; one of them asks and the others take what it got.
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

    private

    def now_s
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
