# frozen_string_literal: true

# Owns how calls are made: what a client is given, and what one call sets otherwise.
module PredictSchemata
  # How calls are made.
  #
  # max_attempts:: of a call, the first one counts (4)
  # initial_backoff_s, max_backoff_s:: the wait before a repeat doubles from one to the other (0.25, 8)
  # deadline_s:: ends the whole call, repeats included; nil for no end (60)
  # max_parallel_calls:: under way at once (4)
  # max_instances, max_body_bytes:: of one call; what the endpoint states by default
  # cancellation:: a Cancellation
  Settings = Struct.new(
    :max_attempts, :initial_backoff_s, :max_backoff_s, :deadline_s, :max_parallel_calls, :max_instances, :max_body_bytes,
    :cancellation,
    keyword_init: true
  ) do
    # The same with some set otherwise.
    #
    # @raise [ArgumentError] for an unknown one or a value that it cannot have
    def with(options)
      self.class.new(**to_h, **options).tap(&:check)
    end

    # @api private
    def check
      %i[max_attempts max_parallel_calls].each { |name| expect(name, 'a whole number from 1') { |value| whole?(value) } }
      %i[max_instances max_body_bytes].each do |name|
        expect(name, 'a whole number from 1, or nil') { |value| value.nil? || whole?(value) }
      end
      %i[initial_backoff_s max_backoff_s].each { |name| expect(name, 'seconds from 0') { |value| seconds?(value) } }
      expect(:deadline_s, 'seconds from 0, or nil') { |value| value.nil? || seconds?(value) }
      expect(:cancellation, 'a Cancellation, or nil') { |value| value.nil? || value.is_a?(Cancellation) }
      freeze
    end

    private

    def expect(name, expected)
      raise ArgumentError, "Expected #{expected} as #{name}, got #{self[name].inspect}." unless yield(self[name])
    end

    def whole?(value)
      value.is_a?(Integer) && value.positive?
    end

    def seconds?(value)
      value.is_a?(Numeric) && value.real? && value >= 0
    end
  end

  # What a client does unless told otherwise.
  DEFAULT_SETTINGS = Settings.new(
    max_attempts: 4, initial_backoff_s: 0.25, max_backoff_s: 8, deadline_s: 60, max_parallel_calls: 4
  ).freeze
end
