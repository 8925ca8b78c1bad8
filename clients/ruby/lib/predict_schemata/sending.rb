# frozen_string_literal: true

# Owns the sounds of one call of the user's, and what came for each. Must not know how calls are made.
require_relative 'split'

module PredictSchemata
  # Sounds and their outcomes. Outcomes may be taken from several threads.
  class Sending
    def initialize(algorithm, sounds)
      @algorithm = algorithm
      @sounds = sounds.map { |sound| Sounds.checked(sound, algorithm) }
      @outcomes = Array.new(@sounds.size)
      @model = {}
      @lock = Mutex.new
    end

    # The indices of all sounds.
    def all
      @sounds.each_index.to_a
    end

    # Those with an error that may pass.
    def failed(retryable_reasons)
      all.select { |index| @outcomes[index].error? && retryable_reasons.include?(@outcomes[index].reason) }
    end

    # Yields calls with the sounds of these indices; files are read as they come up.
    def calls(indices, limits, &block)
      pieces = indices.lazy.map { |index| [index, Sounds.instance_of(@sounds[index], @algorithm)] }
      Split.calls(pieces, limits, too_long: ->(index, bytes) { too_long(index, bytes, limits) }, &block)
    end

    # @param answer [Hash] with a prediction for each of these indices
    # @raise [InvalidAnswerError]
    def take(indices, answer)
      outcomes = answer['predictions'].map { |prediction| Outcomes.of(prediction, @algorithm) }
      @lock.synchronize do
        indices.each_with_index { |index, place| @outcomes[index] = outcomes[place] }
        @model = answer
      end
    end

    def answer
      @lock.synchronize { SoundAnswer.new(@outcomes.dup, @model['modelDisplayName'], @model['deployedModelId']) }
    end

    private

    def too_long(index, bytes, limits)
      @outcomes[index] = InstanceError.new(
        'BODY_TOO_LARGE',
        "Expected an instance that fits a body of #{limits.max_body_bytes} bytes, got one of #{bytes}. Send a shorter file."
      )
    end
  end
  private_constant :Sending
end
