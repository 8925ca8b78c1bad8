module predict-schemata.example/predict

go 1.19

// The generated unions check their members with it.
require gopkg.in/validator.v2 v2.0.1
