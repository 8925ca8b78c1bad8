# frozen_string_literal: true

# Owns what `require 'predict_schemata'` gives.
require_relative 'predict_schemata/errors'
require_relative 'predict_schemata/algorithm'
require_relative 'predict_schemata/target'
require_relative 'predict_schemata/samples'
require_relative 'predict_schemata/sound'
require_relative 'predict_schemata/tokens'
require_relative 'predict_schemata/scope'
require_relative 'predict_schemata/settings'
require_relative 'predict_schemata/answer'
require_relative 'predict_schemata/sound_client'
require_relative '../generated/algorithms'
require_relative '../generated/predict_client'
