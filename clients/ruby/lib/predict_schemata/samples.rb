# frozen_string_literal: true

# Owns samples and WAV files out of them, the shortest that loses nothing. Must not know where they come from or go to.
module PredictSchemata
  # Samples of one channel, with a rate of their own or (nil) the algorithm's. Each kind takes an Array of numbers, or a
  # packed String of little-endian ones, as `pack` and numeric libraries make it.
  class Samples
    # A server reads 16-bit samples as multiples of 2^-15.
    INT16_SCALE = 32_768.0
    INT16_MIN = -32_768
    INT16_MAX = 32_767
    private_constant :INT16_SCALE, :INT16_MIN, :INT16_MAX

    # Integers of 16 bits.
    #
    # @raise [ArgumentError] for a number beyond 16 bits
    def self.int16(samples, sample_rate_hz: nil)
      return new(packed(samples, 2), nil, sample_rate_hz) if samples.is_a?(String)

      raise_no_int16 unless samples.all?(Integer)
      of_integers(samples, sample_rate_hz)
    end

    # Floats of 32 bits whose usual range is -1 to 1.
    def self.float32(samples, sample_rate_hz: nil)
      samples = packed(samples, 4).unpack('e*') if samples.is_a?(String)
      of_floats(samples, sample_rate_hz)
    end

    # Floats of 64 bits, which go as 32 bits: that is what a model computes with.
    def self.float64(samples, sample_rate_hz: nil)
      samples = packed(samples, 8).unpack('E*') if samples.is_a?(String)
      of_floats(samples, sample_rate_hz)
    end

    # An Array of Integers alone is of 16 bits, any other of floats.
    def self.of_array(samples)
      samples.all?(Integer) ? of_integers(samples, nil) : of_floats(samples, nil)
    end

    # A RIFF/WAVE file with one channel. Floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit
    # recording are, are written as 16-bit integers; others as 32-bit floats.
    #
    # @param sample_rate_hz where the samples have no rate of their own
    # @return [String] binary
    def to_wav(sample_rate_hz)
      data = @int16 || @float32
      bytes = @int16 ? 2 : 4
      rate = @sample_rate_hz || sample_rate_hz
      format = [@int16 ? 1 : 3, 1, rate, rate * bytes, bytes, bytes * 8].pack('vvVVvv')
      ['RIFF', 36 + data.bytesize, 'WAVEfmt ', 16, format, 'data', data.bytesize].pack('a4Va8Va16a4V') << data
    end

    class << self
      private

      def of_integers(samples, sample_rate_hz)
        # Compared by the interpreter itself: a block for each sample takes ten times as long.
        raise_no_int16 unless samples.empty? || (samples.min >= INT16_MIN && samples.max <= INT16_MAX)
        new(samples.pack('s<*'), nil, sample_rate_hz)
      end

      def raise_no_int16
        raise ArgumentError, 'Expected integers from -32768 to 32767. Give Floats for other samples.'
      end

      def of_floats(samples, sample_rate_hz)
        unless samples.all?(Numeric)
          raise ArgumentError, 'Expected samples as numbers: Integers of 16 bits, or Floats from -1 to 1.'
        end

        integers = integers_of(samples)
        new(integers&.pack('s<*'), integers ? nil : samples.pack('e*'), sample_rate_hz)
      end

      def integers_of(samples)
        samples.map do |sample|
          scaled = sample * INT16_SCALE
          # What is no number is in no range.
          return nil unless scaled >= INT16_MIN && scaled <= INT16_MAX

          integer = scaled.to_i
          return nil unless integer == scaled

          integer
        end
      end

      def packed(samples, bytes)
        return samples if (samples.bytesize % bytes).zero?

        raise ArgumentError, "Expected packed samples of #{bytes} bytes each, got #{samples.bytesize} bytes."
      end
    end
    private_class_method :new

    def initialize(int16, float32, sample_rate_hz)
      unless sample_rate_hz.nil? || (sample_rate_hz.is_a?(Integer) && sample_rate_hz.positive?)
        raise ArgumentError, "Expected a whole number from 1 as sample_rate_hz, got #{sample_rate_hz.inspect}."
      end

      @int16 = int16
      @float32 = float32
      @sample_rate_hz = sample_rate_hz
    end
  end
end
