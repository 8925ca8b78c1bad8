"""Calls the server with google-cloud-aiplatform, unmodified, over https with the REST transport, and prints what the library
made of the answers as one JSON object. REQUESTS_CA_BUNDLE names the certificate to trust.

Arguments: https://HOST:PORT CLIP.wav TOKENS, the last a JSON object of the tokens that a test needs.
"""

import base64
import json
import sys

import google.auth.credentials
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import GoogleAPICallError
from google.cloud import aiplatform
from google.cloud.aiplatform_v1.services.endpoint_service import EndpointServiceClient
from google.cloud.aiplatform_v1.services.model_service import ModelServiceClient
from google.cloud.aiplatform_v1.services.prediction_service import PredictionServiceClient

url, clip = sys.argv[1:3]
tokens = json.loads(sys.argv[3])
token = tokens["valid"]
PARENT = "projects/demo/locations/us-central1"
ENDPOINT = f"{PARENT}/endpoints/hear"


class FixedToken(google.auth.credentials.Credentials):
    """A token that cannot be renewed. After a 401 the library renews its credentials and repeats the call before it gives up."""

    def __init__(self, value):
        super().__init__()
        self.token = value

    def refresh(self, request):
        pass


def options(with_token=token):
    return {"credentials": FixedToken(with_token), "transport": "rest", "client_options": ClientOptions(api_endpoint=url)}


with open(clip, "rb") as file:
    good = {"input_bytes": base64.b64encode(file.read()).decode()}
bad = {"input_array": [1, 2, 3]}

aiplatform.init(
    project="demo",
    location="us-central1",
    api_endpoint=url,
    api_transport="rest",
    credentials=FixedToken(token),
)
endpoint = aiplatform.Endpoint(ENDPOINT)
predicted = endpoint.predict(instances=[good, bad])
raw_form = endpoint.predict(instances=[good], use_raw_predict=True)
raw = endpoint.raw_predict(json.dumps({"instances": [good]}).encode(), {"Content-Type": "application/json"})

predictions = PredictionServiceClient(**options())
endpoints = EndpointServiceClient(**options())
models = ModelServiceClient(**options())
gapic = predictions.predict(endpoint=ENDPOINT, instances=[good])
http_body = predictions.raw_predict(
    request={
        "endpoint": ENDPOINT,
        "http_body": {"content_type": "application/json", "data": json.dumps({"instances": [good]}).encode()},
    }
)


def error_of(call):
    try:
        call()
    except GoogleAPICallError as error:
        text = error.message.partition("enum-encoding%3Dint: ")[2]
        return {"type": type(error).__name__, "message": text, "reason": error.reason}
    return None


def predict(instances, endpoint=ENDPOINT, client=predictions):
    return client.predict(endpoint=endpoint, instances=instances, timeout=20, retry=None)


def by(name):
    return PredictionServiceClient(**options(tokens[name]))


def stored(name):
    return {"gcs_uri": f"gs://contract-tests/{name}.wav"}


print(
    json.dumps(
        {
            "endpoint": [endpoint.display_name, endpoint.resource_name, endpoint.gca_resource.labels["algorithm"]],
            "listed": [found.resource_name for found in aiplatform.Endpoint.list()],
            "listed_by_service": [found.display_name for found in endpoints.list_endpoints(parent=PARENT)],
            "model": models.get_model(name=f"{PARENT}/models/hear").predict_schemata.instance_schema_uri,
            "deployed": [deployed.id for deployed in endpoint.list_models()],
            "embedding_length": len(predicted.predictions[0]["embedding"]),
            "failed": predicted.predictions[1],
            "development": predicted.metadata["development"],
            "deployed_model_id": predicted.deployed_model_id,
            "model_version_id": predicted.model_version_id,
            "model_resource_name": predicted.model_resource_name,
            "forms_agree": [
                predicted.predictions[0] == other
                for other in (
                    raw_form.predictions[0],
                    raw.json()["predictions"][0],
                    dict(gapic.predictions[0]),
                    json.loads(http_body.data)["predictions"][0],
                )
            ],
            "raw_form": [raw_form.deployed_model_id, raw_form.model_resource_name],
            "raw": [raw.status_code, raw.headers["X-Vertex-AI-Model"], raw.url],
            "http_body": http_body.content_type,
            "errors": {
                "400": error_of(lambda: predict([])),
                "401": error_of(lambda: predict([good], client=by("wrong"))),
                "403": error_of(lambda: predict([good], client=by("for-another-endpoint"))),
                "404": error_of(lambda: predict([good], f"{PARENT}/endpoints/other")),
                "413": error_of(lambda: predict([{}] * 65)),
                "429": error_of(lambda: [predict([good], client=by("one-call")) for _ in range(2)]),
                "503": error_of(lambda: predict([stored("broken")])),
                "504": error_of(lambda: predict([stored("held")])),
                "explain": error_of(lambda: predictions.explain(endpoint=ENDPOINT, instances=[good], timeout=20)),
                "model": error_of(lambda: models.get_model(name=f"{PARENT}/models/other", retry=None)),
            },
        }
    )
)
