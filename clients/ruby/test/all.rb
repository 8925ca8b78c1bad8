# frozen_string_literal: true

# Owns running all tests of the installed gem: `ruby test/all.rb SERVER TOKEN MOCK`, in the folder above.
require 'minitest/autorun'
require 'predict_schemata'

SERVER, TOKEN, MOCK = ARGV.shift(3)
abort 'Expected base URLs of a server and of the mock: ruby test/all.rb SERVER TOKEN MOCK' if MOCK.nil?

Dir[File.join(__dir__, '*_test.rb')].sort.each { |file| require file }
