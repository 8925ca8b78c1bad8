# frozen_string_literal: true

# Owns the proof that samples become the shortest WAV file that loses nothing, to the byte.
class SamplesTest < Minitest::Test
  Samples = PredictSchemata::Samples

  [
    { given: Samples.int16([-32_768, 0, 32_767]), want: [1, 16] },
    { given: Samples.int16([-32_768, 0, 32_767].pack('s<*')), want: [1, 16] },
    { given: Samples.of_array([-32_768, 0, 32_767]), want: [1, 16] },
    { given: Samples.of_array([-1.0, 0.0, 32_767 / 32_768.0]), want: [1, 16] },
    { given: Samples.float32([0.5, -0.5].pack('e*')), want: [1, 16] },
    { given: Samples.float32([1.0]), want: [3, 32] },
    { given: Samples.float32([0.1]), want: [3, 32] },
    { given: Samples.float64([0.1].pack('E*')), want: [3, 32] },
    { given: Samples.float64([Float::NAN]), want: [3, 32] },
    { given: Samples.float64([Float::INFINITY]), want: [3, 32] }
  ].each_with_index do |row, index|
    define_method("test_form_#{index}") do
      file = row[:given].to_wav(8000)
      tag, _, rate, bytes_per_s, block, bits = file[20, 16].unpack('vvVVvv')
      assert_equal(row[:want], [tag, bits])
      assert_equal([8000, 8000 * bits / 8, bits / 8], [rate, bytes_per_s, block])
      assert_equal([file.bytesize - 8, file.bytesize - 44], [file[4, 4].unpack1('V'), file[40, 4].unpack1('V')])
    end
  end

  def test_the_samples_stand_in_it
    assert_equal([-32_768, 16_384], Samples.float32([-1.0, 0.5]).to_wav(16_000)[44..].unpack('s<*'))
    assert_equal([0.1].pack('e'), Samples.float32([0.1]).to_wav(16_000)[44..])
  end

  def test_a_rate_of_their_own_is_kept
    assert_equal(44_100, Samples.int16([0], sample_rate_hz: 44_100).to_wav(16_000)[24, 4].unpack1('V'))
  end

  def test_what_are_no_samples_is_refused
    assert_raises(ArgumentError) { Samples.int16([40_000]) }
    assert_raises(ArgumentError) { Samples.int16([0.5]) }
    assert_raises(ArgumentError) { Samples.of_array([nil]) }
    assert_raises(ArgumentError) { Samples.float32('abc') }
    assert_raises(ArgumentError) { Samples.float32([0.1], sample_rate_hz: 0) }
  end
end
