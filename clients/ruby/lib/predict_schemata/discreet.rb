# frozen_string_literal: true

# Owns what is shown of values that may hold a token. Must not know the generated types, which languages.json has ask it.
module PredictSchemata
  # Text for eyes and logs.
  # @api private
  module Discreet
    HIDDEN = '***'

    module_function

    # @param hash [Hash] of a generated type
    def text_of(hash)
      without_tokens(hash).to_s
    end

    def without_tokens(value)
      case value
      when Hash then value.to_h { |name, member| [name, token?(name) && member ? HIDDEN : without_tokens(member)] }
      when Array then value.map { |member| without_tokens(member) }
      else value
      end
    end

    def token?(name)
      ALGORITHMS.each_value.any? { |facts| facts.uri_token_field == name.to_s }
    end
  end
end
