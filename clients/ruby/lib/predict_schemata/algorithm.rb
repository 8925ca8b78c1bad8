# frozen_string_literal: true

# Owns what the shared code asks of an algorithm; generated/algorithms.rb answers. Must not know which algorithms there are.
module PredictSchemata
  # Facts of the contract about one algorithm.
  #
  # name:: as in the contract; also the endpoint's usual name
  # types, instance:: the constant of PredictSchemata under which its generated types are, and that of an instance in it
  # sample_rate_hz:: the rate that samples are taken to have unless they come with another
  # file_field, uri_field, uri_token_field:: fields of an instance for a WAV file in base64, an address in cloud storage
  #   and the token for it; the last two may be nil
  # result_field, result_names:: the field of a prediction that holds its result, and the names of its numbers; without
  #   names it is a list of numbers
  Algorithm = Struct.new(
    :name, :types, :instance, :sample_rate_hz, :sample_count, :file_field, :uri_field, :uri_token_field, :result_field,
    :result_names,
    keyword_init: true
  )
end
