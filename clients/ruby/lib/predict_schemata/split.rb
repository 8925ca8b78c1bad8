# frozen_string_literal: true

# Owns splitting instances over calls by count and by bytes. Must not know what an instance is.
module PredictSchemata
  # The body of one call, and the places of its instances among all.
  Call = Struct.new(:body, :indices)
  private_constant :Call

  # Fills calls.
  module Split
    OPEN = '{"instances":['
    CLOSE = ']}'
    ENVELOPE_BYTES = OPEN.bytesize + CLOSE.bytesize
    private_constant :OPEN, :CLOSE, :ENVELOPE_BYTES

    module_function

    # Yields calls in order, each as full as the limits allow, as soon as each is full.
    #
    # @param pieces [Enumerable] pairs of an index and an instance in JSON
    # @param too_long [Proc] is told the index and the bytes of an instance that is too long for any call
    def calls(pieces, limits, too_long:)
      texts = []
      indices = []
      bytes = ENVELOPE_BYTES
      pieces.each do |index, text|
        next too_long.call(index, text.bytesize) if ENVELOPE_BYTES + text.bytesize > limits.max_body_bytes

        # One more for the comma.
        if texts.any? && (texts.size == limits.max_instances || bytes + 1 + text.bytesize > limits.max_body_bytes)
          yield Call.new(body_of(texts), indices)
          texts = []
          indices = []
          bytes = ENVELOPE_BYTES
        end
        bytes += text.bytesize + (texts.any? ? 1 : 0)
        texts << text
        indices << index
      end
      yield Call.new(body_of(texts), indices) if texts.any?
    end

    def body_of(texts)
      [OPEN, texts.join(','), CLOSE].join
    end
  end
  private_constant :Split
end
