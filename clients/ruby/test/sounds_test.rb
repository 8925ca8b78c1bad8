# frozen_string_literal: true

# Owns the proof of what a server answers to each form of a sound, and that the README's code works as it stands there.
require 'open3'
require 'pathname'
require 'rbconfig'
require 'stringio'
require 'tmpdir'

class SoundsTest < Minitest::Test
  CLIP = File.expand_path('../../../fixtures/hear/cough-like-16khz-s16.wav', __dir__)

  def client
    @client ||= PredictSchemata::PredictClient.new(SERVER, token: TOKEN)
  end

  def teardown
    @client&.close
  end

  def test_a_path_and_an_io_are_the_same_sound
    sounds = [CLIP, Pathname(CLIP), StringIO.new(File.binread(CLIP))]
    answers = client.embed(sounds, max_instances: 1).map(&:packed)
    assert_equal(2048, answers.first.bytesize)
    assert_equal(1, answers.uniq.size)
  end

  def test_named_numbers_keep_their_names_and_order
    outcome = PredictSchemata::PredictClient.new(MOCK, token: TOKEN).detect([CLIP]).first
    assert_equal(PredictSchemata::ALGORITHMS.fetch('hear-events').result_names, outcome.to_h.keys)
    assert_equal(outcome.values, outcome.to_h.values)
  end

  def test_errors_are_found_by_their_index
    answer = client.embed([CLIP, [0.0] * 5])
    assert_equal([1], answer.errors.keys)
    assert_equal('WRONG_SAMPLE_COUNT', answer.errors.fetch(1).reason)
  end

  def test_what_is_no_sound_is_refused_before_anything_is_sent
    assert_raises(Errno::ENOENT) { client.embed(['nowhere.wav']) }
    assert_raises(ArgumentError) { client.embed([__dir__]) }
    assert_raises(ArgumentError) { client.embed([42]) }
    [File.binread(CLIP), 'RIFF' * 2000].each do |bytes|
      refute_includes(assert_raises(ArgumentError) { client.embed([bytes]) }.message, 'RIFF')
    end
    assert_raises(ArgumentError) { client.predict_sounds('nothing', []) }
  end

  def test_it_loads_without_a_warning_and_without_the_generated_types
    code = "require 'predict_schemata'; print PredictSchemata.autoload?(:Hear).nil?"
    assert_equal(['false', true], Open3.capture2e(RbConfig.ruby, '-w', '-e', code).then { |text, end_| [text, end_.success?] })
  end

  def test_every_block_of_the_readme_runs
    blocks = File.read(File.expand_path('../README.md', __dir__), encoding: 'UTF-8').scan(/^```ruby\n(.*?)^```/m).flatten
    assert_equal(4, blocks.size)
    outputs = blocks.map { |block| output_of(block.sub('http://127.0.0.1:8080', SERVER).sub("'TOKEN'", "'#{TOKEN}'")) }
    assert_match(/untrained.*\n\[.*\]\n\[.*\]\n\[.*\]\n/, outputs[0])
    assert_match(/\A512\n512\n[A-Z_]+\n\z/, outputs[1])
    assert_match(/\A401\nINVALID_TOKEN\n\S+\n\z/, outputs[2])
    assert_empty(outputs[3])
  end

  private

  def output_of(code)
    Dir.mktmpdir do |folder|
      FileUtils.mkdir(File.join(folder, 'clips'))
      FileUtils.cp(CLIP, File.join(folder, 'clips', 'cough.wav'))
      output, status = Open3.capture2e(RbConfig.ruby, '-e', code, chdir: folder)
      assert_predicate(status, :success?, output)
      output
    end
  end
end
