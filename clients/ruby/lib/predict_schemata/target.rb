# frozen_string_literal: true

# Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each is known to have.
module PredictSchemata
  # Most instances and bytes of one call.
  Limits = Struct.new(:max_instances, :max_body_bytes)

  # A base URL, and the limits to keep where the endpoint does not state its own.
  Target = Struct.new(:base_url, :limits)

  # A server of this project started without limits of its own takes 64 instances and 10 MB.
  SERVER_LIMITS = Limits.new(64, 10_000_000).freeze
  # https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: 1.5 MB on shared endpoints, 10 MB on
  # dedicated ones.
  VERTEX_SHARED_LIMITS = Limits.new(64, 1_500_000).freeze
  private_constant :SERVER_LIMITS, :VERTEX_SHARED_LIMITS

  # A server of your own, by default the one that `npm start` runs.
  def self.server_target(base_url = 'http://127.0.0.1:8080')
    unless base_url.is_a?(String) && base_url.match?(%r{\Ahttps?://[^/]}i)
      raise ArgumentError, 'Expected a base URL that begins with http:// or https://, for example http://127.0.0.1:8080.'
    end

    Target.new(base_url.sub(%r{/+\z}, ''), SERVER_LIMITS)
  end

  # A shared public endpoint of Vertex AI.
  #
  # @param location for example `us-central1`
  def self.vertex_shared_target(location)
    Target.new("https://#{location}-aiplatform.googleapis.com", VERTEX_SHARED_LIMITS)
  end

  # A dedicated endpoint of Vertex AI, which has a host of its own.
  def self.vertex_dedicated_target(endpoint:, location:, project_number:)
    Target.new("https://#{endpoint}.#{location}-#{project_number}.prediction.vertexai.goog", SERVER_LIMITS)
  end
end
