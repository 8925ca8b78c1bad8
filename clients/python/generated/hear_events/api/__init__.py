# flake8: noqa

# import apis into api package
from predict_schemata.generated.hear_events.api.health_api import HealthApi
from predict_schemata.generated.hear_events.api.predictions_api import PredictionsApi
from predict_schemata.generated.hear_events.api.resources_api import ResourcesApi

