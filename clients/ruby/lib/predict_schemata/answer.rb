# frozen_string_literal: true

# Owns what callers get for sounds: numbers or an error for each, in their order. Must not know how it came.
module PredictSchemata
  # Why one sound has no result. The others are not affected.
  #
  # reason:: one of the contract's fixed list: branch on it, not on the description
  InstanceError = Struct.new(:reason, :description) do
    def error?
      true
    end
  end

  # The numbers of one sound.
  #
  # packed:: as 32-bit floats, little-endian, for numeric libraries (`Numo::SFloat.from_binary(result.packed)`)
  # names:: of the numbers, where the contract has them; empty otherwise
  Result = Struct.new(:packed, :names) do
    def error?
      false
    end

    # @return [Array<Float>]
    def values
      packed.unpack('e*')
    end

    # @return [Hash<String, Float>] empty where the numbers have no names
    def to_h
      names.zip(values).to_h
    end
  end

  # One outcome, a Result or an InstanceError, for each sound and in their order.
  class SoundAnswer
    include Enumerable

    # Of the answer that came last; says when it is an untrained development model. nil when no call was needed.
    attr_reader :model_display_name
    # Of the answer that came last: the same id, the same numbers.
    attr_reader :deployed_model_id

    def initialize(outcomes, model_display_name, deployed_model_id)
      @outcomes = outcomes.freeze
      @model_display_name = model_display_name
      @deployed_model_id = deployed_model_id
    end

    def each(&block)
      return @outcomes.each unless block

      @outcomes.each(&block)
      self
    end

    def [](index)
      @outcomes[index]
    end

    def size
      @outcomes.size
    end

    # @return [Hash<Integer, InstanceError>] the sounds that failed, by their index
    def errors
      @outcomes.each_with_index.select { |outcome, _| outcome.error? }.to_h(&:reverse)
    end
  end

  # Reads predictions.
  module Outcomes
    module_function

    # @param prediction one of an answer
    # @raise [InvalidAnswerError] for what is none
    def of(prediction, algorithm)
      raise_invalid(algorithm) unless prediction.is_a?(Hash)
      error = prediction['error']
      return InstanceError.new(error['reason'].to_s, error['description'].to_s).freeze if error.is_a?(Hash)

      result = prediction[algorithm.result_field]
      result = result.values_at(*algorithm.result_names) if result.is_a?(Hash)
      raise_invalid(algorithm) unless result.is_a?(Array) && result.all?(Numeric)
      Result.new(result.pack('e*').freeze, algorithm.result_names).freeze
    end

    def raise_invalid(algorithm)
      raise InvalidAnswerError, "Expected a prediction with numbers in #{algorithm.result_field} or an error."
    end
  end
  private_constant :Outcomes
end
