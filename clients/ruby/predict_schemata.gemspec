# frozen_string_literal: true

# Owns the package as RubyGems wants it. It needs no other: HTTP, JSON and TLS come with Ruby.
version = File.read(File.join(__dir__, 'generated', 'algorithms.rb'), encoding: 'UTF-8')[/VERSION = '([^']+)'/, 1]

Gem::Specification.new do |spec|
  spec.name = 'predict_schemata'
  spec.version = version
  spec.summary = 'Sends sounds to prediction endpoints of predict-schemata'
  spec.description = 'Embeddings and other predictions of sounds from a server of your own or from Vertex AI: files and ' \
                     'arrays of any number are encoded without loss, split by the limits of the endpoint and sent side by side.'
  spec.authors = ['The predict-schemata authors']
  spec.homepage = 'https://rubygems.org/gems/predict_schemata'
  spec.license = 'Apache-2.0'
  spec.required_ruby_version = '>= 3.1'
  spec.metadata = { 'rubygems_mfa_required' => 'true' }
  spec.files = Dir.chdir(__dir__) { Dir['lib/**/*.rb', 'generated/**/*.rb', 'LICENSE', 'README.md'].sort }
end
