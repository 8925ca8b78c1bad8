# flake8: noqa

# import apis into api package
from predict_schemata.generated.hear.api.health_api import HealthApi
from predict_schemata.generated.hear.api.predictions_api import PredictionsApi
from predict_schemata.generated.hear.api.resources_api import ResourcesApi

