# frozen_string_literal: true

# Owns the proof that the gem is whole: it installs into a folder of its own, where a program finds all of it.
require 'open3'
require 'rbconfig'
require 'rubygems/package'
require 'tmpdir'

class PackageTest < Minitest::Test
  GEM = File.expand_path('../dist/predict_schemata.gem', __dir__)
  PROGRAM = <<~'RUBY'
    require 'predict_schemata'
    client = PredictSchemata::PredictClient.new(ARGV[0], token: ARGV[1])
    puts client.embed([[0] * 32_000]).first.values.size
    puts PredictSchemata::Hear::HearInputBytes.new(input_bytes: 'UklG').input_bytes
    puts Gem.loaded_specs.fetch('predict_schemata').version == Gem::Version.new(PredictSchemata::VERSION)
    puts $LOADED_FEATURES.grep(/predict_schemata/).reject { |path| path.start_with?(Gem.dir) }
  RUBY

  def test_it_installs_into_a_folder_of_its_own_and_is_whole_there
    Dir.mktmpdir do |folder|
      folder = File.realpath(folder)
      output(folder, 'gem', 'install', GEM, '--local', '--no-document', '--install-dir', folder)
      assert_equal("512\nUklG\ntrue\n", output(folder, RbConfig.ruby, '-e', PROGRAM, SERVER, TOKEN))
    end
  end

  def test_it_holds_what_a_user_needs_and_nothing_else
    names = Gem::Package.new(GEM).contents
    assert_equal(['LICENSE', 'README.md', 'generated', 'lib'], names.map { |name| name.split('/').first }.uniq.sort)
    assert_empty(names.reject { |name| name.end_with?('.rb', '.md') } - ['LICENSE'])
    assert_equal(['Apache-2.0'], Gem::Package.new(GEM).spec.licenses)
  end

  private

  def output(folder, *command)
    text, status = Open3.capture2e({ 'GEM_HOME' => folder, 'GEM_PATH' => folder }, *command, chdir: folder)
    assert_predicate(status, :success?, text)
    text
  end
end
