# frozen_string_literal: true

# Owns the forms in which a caller may hand over a sound, and the instance that each becomes. Must not know how calls are made.
require 'json'
require 'pathname'
require_relative 'discreet'

module PredictSchemata
  # A WAV file in cloud storage, which the server fetches; with a token that may read it, if the server has none.
  CloudFile = Struct.new(:uri, :token) do
    def inspect
      "#<#{self.class} uri=#{uri.inspect}, token=#{token.nil? ? 'nil' : Discreet::HIDDEN}>"
    end
    alias_method :to_s, :inspect

    # As `pp` asks for it.
    def pretty_print(printer)
      printer.text(inspect)
    end
  end

  # A WAV file in memory.
  Bytes = Struct.new(:bytes)
  private_constant :Bytes

  # Turns sounds into instances.
  module Sounds
    # PATH_MAX of Linux.
    LONGEST_PATH_BYTES = 4096
    private_constant :LONGEST_PATH_BYTES

    module_function

    # @return what can be resolved later; files are read only then
    # @raise [ArgumentError, Errno::ENOENT] for what is no sound or no file
    def checked(sound, algorithm)
      case sound
      when String, Pathname then existing(sound)
      when Array then Samples.of_array(sound)
      when Samples then sound
      when CloudFile then cloud_file(sound, algorithm)
      else
        # Now: an IO gives its bytes once, and a sound may be sent again.
        return Bytes.new(sound.read) if sound.respond_to?(:read)

        raise ArgumentError, 'Expected a sound: the path of a WAV file, an IO of one, an Array of Integers or Floats, ' \
                             "PredictSchemata::Samples or PredictSchemata::CloudFile, got #{sound.class}."
      end
    end

    # @param sound of `checked`
    # @return [String] an instance in JSON
    def instance_of(sound, algorithm)
      return uri_instance(sound, algorithm) if sound.is_a?(CloudFile)

      # Base64 and names of fields need no escapes.
      "{\"#{algorithm.file_field}\":\"#{[wav_of(sound, algorithm)].pack('m0')}\"}"
    end

    def wav_of(sound, algorithm)
      case sound
      when Samples then sound.to_wav(algorithm.sample_rate_hz)
      when Bytes then sound.bytes
      else File.binread(sound)
      end
    end

    def uri_instance(sound, algorithm)
      instance = { algorithm.uri_field => sound.uri }
      instance[algorithm.uri_token_field] = sound.token if sound.token && algorithm.uri_token_field
      JSON.generate(instance)
    end

    def existing(path)
      # The bytes of a file, which no message may show.
      if path.to_s.include?("\0".b) || path.to_s.bytesize > LONGEST_PATH_BYTES
        raise ArgumentError, 'Expected the path of a WAV file, got text that is none. Give bytes as StringIO.new(bytes).'
      end
      return path if File.file?(path)
      raise Errno::ENOENT, path.to_s unless File.exist?(path)

      raise ArgumentError, "Expected the path of a WAV file, got #{path}, which is no file."
    end

    def cloud_file(sound, algorithm)
      raise ArgumentError, "#{algorithm.name} takes no addresses." if algorithm.uri_field.nil?
      return sound if sound.uri.is_a?(String) && sound.uri.valid_encoding?

      raise ArgumentError, 'Expected an address in UTF-8, for example gs://bucket/clip.wav.'
    end
  end
  private_constant :Sounds
end
